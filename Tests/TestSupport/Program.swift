import CTestSupport
import Glibc
import Platform

/// A program that a test runs: started with a clean signal state and no inherited descriptors,
/// its output kept in files, its memory watched.
///
/// One thread uses a value at a time.
public final class Program {
  /// How a program ended and what it left.
  public struct Outcome: CustomStringConvertible, Sendable {
    /// The exit code, or 128 plus the signal that ended it.
    public let status: Int32
    /// Standard output.
    public let output: [UInt8]
    /// Standard error.
    public let errors: [UInt8]
    /// The most memory the program held at one time, in bytes (VmHWM, looked at every 10 ms).
    public let peakByteCount: Int
    /// From start to end, in seconds.
    public let seconds: Double
    /// Whether it had to be killed because its time was up.
    public let timedOut: Bool

    /// Standard output as text.
    public var text: String { String(decoding: output, as: UTF8.self) }
    /// Standard error as text.
    public var errorText: String { String(decoding: errors, as: UTF8.self) }
    /// Status and the ends of both outputs, for the comment of an expectation.
    public var description: String {
      "status \(status)\(timedOut ? " (timed out)" : "") after \(seconds) s\n"
        + "standard output: …\(text.suffix(2000))\nstandard error: …\(errorText.suffix(2000))"
    }
  }

  /// What stands on a program's standard input.
  public enum Input {
    /// Nothing: `/dev/null`.
    case none
    /// These bytes.
    case bytes([UInt8])
    /// The next part each time it is asked for; nil at the end. Called on a thread of its own.
    case parts(@Sendable () -> [UInt8]?)
  }

  /// The kernel's number of the process; valid until it was waited for.
  public let pid: pid_t
  private let outputPath: String
  private let errorPath: String
  private let ownsOutputs: Bool
  private let started = Clock.monotonicNanoseconds
  private var feeder: Thread?
  private var peakByteCount = 0
  private var ended: Outcome?

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - executable: Its path.
  ///   - arguments: Without the program's name.
  ///   - environment: Set on top of the environment of the tests; an empty value removes the name.
  ///   - input: What it reads.
  ///   - outputPath: Where both outputs are appended; nil keeps each in a file of its own, which
  ///     goes away with the value.
  /// - Throws: ``SystemError``.
  public init(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:],
    input: Input = .none, outputPath: String? = nil
  ) throws(SystemError) {
    signal(SIGPIPE, SIG_IGN)
    ownsOutputs = outputPath == nil
    let name = "/tmp/kout.\(getpid()).\(UUID.random())"
    self.outputPath = outputPath ?? name + ".out"
    errorPath = outputPath ?? name + ".err"

    let output = try File(path: self.outputPath, mode: .append)
    let errors = try File(path: errorPath, mode: .append)
    var ends: (read: Int32, write: Int32) = (-1, -1)
    if case .none = input {} else { ends = try Program.pipe() }
    defer { if ends.read >= 0 { close(ends.read) } }
    do {
      pid = try Program.spawn(
        [executable] + arguments, environment: environment, input: ends.read,
        output: output.descriptor, errors: errors.descriptor)
    } catch {
      if ends.write >= 0 { close(ends.write) }
      throw error
    }
    if ends.write >= 0 { feed(input, to: ends.write) }
  }

  deinit {
    if ended == nil { kill() }
    if ownsOutputs {
      unlink(outputPath)
      unlink(errorPath)
    }
  }

  /// Runs a program to its end.
  ///
  /// - Parameter timeoutSeconds: After which it is killed.
  /// - Throws: ``SystemError`` where it cannot be started.
  public static func run(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:],
    input: Input = .none, timeoutSeconds: Double = 60
  ) throws(SystemError) -> Outcome {
    let process = try Program(executable, arguments, environment: environment, input: input)
    return process.wait(timeoutSeconds: timeoutSeconds)
  }

  /// Waits for the end; kills the program when its time is up.
  @discardableResult
  public func wait(timeoutSeconds: Double = 60) -> Outcome {
    let deadline = Clock.monotonicNanoseconds + UInt64(timeoutSeconds * 1e9)
    while true {
      if let outcome = poll() { return outcome }
      if Clock.monotonicNanoseconds >= deadline {
        Glibc.kill(pid, SIGKILL)
        return reap(timedOut: true)
      }
      Thread.sleep(milliseconds: 10)
    }
  }

  /// The outcome where the program has ended, else nil.
  public func poll() -> Outcome? {
    if let ended { return ended }
    peakByteCount = max(peakByteCount, Program.memory(of: pid, field: "VmHWM"))
    var status: Int32 = 0
    guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
    return finish(status, timedOut: false)
  }

  /// Sends a signal; nothing where it has ended.
  public func send(_ signal: Int32) {
    if ended == nil { Glibc.kill(pid, signal) }
  }

  /// Ends the program at once (SIGKILL) and waits for it.
  @discardableResult
  public func kill() -> Outcome {
    if let ended { return ended }
    Glibc.kill(pid, SIGKILL)
    return reap(timedOut: false)
  }

  /// Bytes that the program holds in memory now (VmRSS); 0 once it has ended.
  public var residentByteCount: Int { Program.memory(of: pid, field: "VmRSS") }

  // ---------------------------------------------------------------- inside

  private func reap(timedOut: Bool) -> Outcome {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1 && errno == EINTR {}
    return finish(status, timedOut: timedOut)
  }

  private func finish(_ status: Int32, timedOut: Bool) -> Outcome {
    feeder?.join()
    feeder = nil
    let signal = status & 0x7F
    let limit = 256 << 20
    let outcome = Outcome(
      status: signal == 0 ? status >> 8 & 0xFF : 128 + signal,
      output: ownsOutputs ? (try? FileSystem.readAll(outputPath, limit: limit)) ?? [] : [],
      errors: ownsOutputs ? (try? FileSystem.readAll(errorPath, limit: limit)) ?? [] : [],
      peakByteCount: peakByteCount,
      seconds: Double(Clock.monotonicNanoseconds - started) / 1e9, timedOut: timedOut)
    ended = outcome
    return outcome
  }

  private func feed(_ input: Input, to descriptor: Int32) {
    let next: @Sendable () -> [UInt8]?
    switch input {
    case .none: return
    case .bytes(let bytes):
      let rest = Condition<[UInt8]?>(bytes)
      next = {
        rest.withLock { (left: inout [UInt8]?) -> [UInt8]? in
          defer { left = nil }
          return left
        }
      }
    case .parts(let parts): next = parts
    }
    feeder = Thread.spawn(name: "feeder") {
      feeding: while let part = next() {
        var done = 0
        while done < part.count {
          let count = part.withUnsafeBytes { bytes in
            write(descriptor, bytes.baseAddress! + done, bytes.count - done)
          }
          if count < 0 && errno == EINTR { continue }
          if count < 0 { break feeding }  // The program does not want more.
          done += count
        }
      }
      close(descriptor)
    }
  }

  /// Starts a program; -1 stands for `/dev/null`.
  static func spawn(
    _ words: [String], environment: [String: String] = [:], input: Int32 = -1, output: Int32 = -1,
    errors: Int32 = -1, session: Bool = false
  ) throws(SystemError) -> pid_t {
    let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    let variables: [UnsafeMutablePointer<CChar>?] = merged(environment).map { strdup($0) } + [nil]
    defer { for text in arguments + variables { free(text) } }
    return try SystemError.check("posix_spawn", words[0]) {
      ct_spawn(arguments, variables, input, output, errors, session ? 1 : 0)
    }
  }

  /// A pipe that is not inherited.
  static func pipe() throws(SystemError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    try SystemError.check("pipe2") { ct_pipe(&ends) }
    return (ends[0], ends[1])
  }

  private static func merged(_ changes: [String: String]) -> [String] {
    var variables: [String] = []
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      let name = String(text.prefix { $0 != "=" })
      if changes[name] == nil { variables.append(text) }
      next += 1
    }
    return variables + changes.filter { !$0.value.isEmpty }.map { "\($0.key)=\($0.value)" }
  }

  private static func memory(of pid: pid_t, field: String) -> Int {
    guard let file = fopen("/proc/\(pid)/status", "re") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
      guard text.hasPrefix(field + ":") else { continue }
      return (Int(text.filter(\.isNumber)) ?? 0) * 1024
    }
    return 0
  }
}
