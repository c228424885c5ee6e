import CSystem
import Glibc

/// One of the three streams a process is born with.
public struct StandardStream: Sendable {
  /// The kernel's number of the stream.
  public let descriptor: Int32

  /// What the process reads.
  public static let input = StandardStream(descriptor: 0)
  /// Where results go.
  public static let output = StandardStream(descriptor: 1)
  /// Where errors, progress and logs go.
  public static let error = StandardStream(descriptor: 2)

  /// Whether the stream is a terminal (`isatty`).
  public var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Columns of the terminal, or nil where it is none or does not say (`TIOCGWINSZ`).
  public var columnCount: Int? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// Reads what is there, waiting for at least a byte.
  ///
  /// - Parameter limit: Bytes to return at most, 1 or more.
  /// - Returns: The bytes; none at the end.
  /// - Throws: ``SystemError`` from `read`.
  public func read(atMost limit: Int) throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: max(1, limit))
    let count = try SystemError.check("read", "standard stream \(descriptor)") {
      unsafe bytes.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
      }
    }
    return Array(bytes.prefix(count))
  }

  /// Writes all of `bytes`, however long the other side takes.
  ///
  /// - Throws: ``SystemError`` from `write`; `EPIPE` where the reader has gone and SIGPIPE is
  ///   ignored.
  public func write(_ bytes: [UInt8]) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      done += try SystemError.check("write", "standard stream \(descriptor)") {
        unsafe bytes.withUnsafeBytes {
          unsafe Glibc.write(descriptor, $0.baseAddress! + done, $0.count - done)
        }
      }
    }
  }
}

/// What the process was started with.
public enum Environment {
  /// Processors that this process may use now, at least 1.
  public static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// The variable's value; nil where it is unset. Read it before threads change the environment
  /// (none of ours does).
  public static func value(_ name: String) -> String? {
    guard let text = unsafe getenv(name) else { return nil }
    return unsafe String(cString: text)
  }

  /// The directory that relative paths begin at; `.` where it is gone.
  public static var workingDirectory: String {
    guard let text = unsafe getcwd(nil, 0) else { return "." }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }

  /// Whether the process runs as root.
  public static var isRoot: Bool { geteuid() == 0 }

  /// Ends the process at once with `status` (`exit`).
  public static func exit(_ status: Int32) -> Never { Glibc.exit(status) }
}

/// The signals that ask a process to end: SIGINT, SIGTERM and SIGHUP.
///
/// They are caught and waited for by reading. Blocking them and `sigwait` would not do: OpenBLAS
/// starts threads before `main`, and the kernel ends the process where any thread lets a signal
/// through whose action is the default.
public enum TerminationSignals {
  /// Begins to catch them. Call it once, before ``wait()``.
  ///
  /// - Throws: ``SystemError`` from `pipe2` or `sigaction`.
  public static func listen() throws(SystemError) {
    try SystemError.check("sigaction") { cs_catch_termination() }
  }

  /// Waits until one of them comes; each is given to one waiting thread.
  ///
  /// - Precondition: ``listen()`` was called.
  /// - Returns: Its number.
  public static func wait() -> Int32 {
    let pipe = cs_catch_termination()
    var number: UInt8 = 0
    while true {
      let count = unsafe withUnsafeMutableBytes(of: &number) {
        unsafe read(pipe, $0.baseAddress, 1)
      }
      if count == 1 { return Int32(number) }
      precondition(errno == EINTR, "the signals' pipe cannot be read")
    }
  }

  /// Makes a write to a pipe or socket whose reader has gone an error (`EPIPE`) instead of the end
  /// of the process.
  public static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
}
