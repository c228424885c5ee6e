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
  /// The variable's value; nil where it is unset. Read it before threads change the environment
  /// (none of ours does).
  public static func value(_ name: String) -> String? {
    guard let text = unsafe getenv(name) else { return nil }
    return unsafe String(cString: text)
  }

  /// Whether the process runs as root.
  public static var isRoot: Bool { geteuid() == 0 }

  /// Ends the process at once with `status` (`exit`).
  public static func exit(_ status: Int32) -> Never { Glibc.exit(status) }
}

/// The signals that ask a process to end, taken by waiting for them rather than by handlers.
public enum TerminationSignals {
  /// Blocks SIGINT, SIGTERM and SIGHUP in the calling thread; threads born later inherit it.
  /// Call it first in `main`.
  public static func block() {
    var signals = set()
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Waits until one of them comes.
  ///
  /// - Precondition: ``block()`` was called, and every thread has them blocked.
  /// - Returns: Its number.
  public static func wait() -> Int32 {
    var signals = set()
    var number: Int32 = 0
    while unsafe sigwait(&signals, &number) != 0 {}
    return number
  }

  /// Makes a write to a pipe or socket whose reader has gone an error (`EPIPE`) instead of the end
  /// of the process.
  public static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

  private static func set() -> sigset_t {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) {
      unsafe sigaddset(&signals, number)
    }
    return signals
  }

  /// Whether whoever started us wants the signal ignored, as `nohup` and a shell's `&` do. Linux
  /// keeps a blocked signal for `sigwait` even then, so we must leave it alone.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    let handler = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    let ignoring = unsafe unsafeBitCast(SIG_IGN, to: Int.self)
    return handler == ignoring
  }
}
