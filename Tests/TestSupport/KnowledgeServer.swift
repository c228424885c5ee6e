import Glibc
import Platform

/// The program `knowledge` serving a fresh data directory, as its users run it: a process of its
/// own, spoken to through its command line and its socket.
///
/// Everything lives in one ``TestFolder`` and goes with it. One thread uses a value at a time.
public final class KnowledgeServer {
  /// The directory of everything below.
  public let folder: TestFolder
  /// `--data` of the service.
  public let data: String
  /// `--database` of the service, nil for its private cluster.
  public let database: String?
  /// The disk that the service runs on, where it can break.
  public let disk: FaultyDisk?
  /// Where the service writes its log.
  public let log: String
  private var process: Program?
  private var isMigrated = false

  /// Variables of the service's environment, and of the commands that are run against it.
  public var environment: [String: String] = [:]

  /// The Unix socket it listens on.
  public var socket: String { data + "/knowledge.sock" }
  /// Whether the process runs.
  public var isRunning: Bool { process.map { $0.poll() == nil } ?? false }
  /// The kernel's number of the process; nil where none runs.
  public var pid: pid_t? { isRunning ? process?.pid : nil }
  /// Bytes that the service holds in memory now.
  public var residentByteCount: Int { process?.residentByteCount ?? 0 }

  /// - Parameters:
  ///   - database: A Postgres to use instead of a private cluster.
  ///   - breakable: Whether the service runs on a ``FaultyDisk`` (its files, not its cluster's).
  ///   - folder: Where to live; nil makes a directory.
  /// - Throws: ``SystemError``.
  public init(database: String? = nil, breakable: Bool = false, folder: TestFolder? = nil)
    throws(SystemError)
  {
    if let folder { self.folder = folder } else { self.folder = try TestFolder() }
    self.database = database
    data = self.folder.path + "/data"
    log = self.folder.path + "/service.log"
    disk = breakable ? try FaultyDisk(path: self.folder.path + "/disk") : nil
  }

  /// Runs `body` with a served directory, and ends it whatever happens. The end of the service's
  /// log is printed where `body` throws.
  public static func serving<Value>(
    database: String? = nil, breakable: Bool = false, arguments: [String] = [],
    _ body: (KnowledgeServer) throws -> Value
  ) throws -> Value {
    let server = try KnowledgeServer(database: database, breakable: breakable)
    defer { server.close() }
    do {
      try server.start(arguments)
      return try body(server)
    } catch {
      print("the service's log, its end:\n\(server.logEnd())")
      throw error
    }
  }

  /// Starts the service and waits until it answers.
  ///
  /// - Parameters:
  ///   - arguments: More flags of `serve`.
  ///   - acceptDegraded: Whether an answer that names troubles is good enough.
  ///   - timeoutSeconds: How long it may take to answer.
  /// - Returns: Seconds until it answered.
  /// - Throws: ``TestSupportError`` with the end of the log where it does not.
  @discardableResult
  public func start(
    _ arguments: [String] = [], acceptDegraded: Bool = false, timeoutSeconds: Double = 60
  ) throws -> Double {
    precondition(!isRunning, "the service runs already")
    var flags = ["serve", "--data", data] + arguments
    if let database {
      flags += ["--database", database]
      try migrate(database)
    }
    var environment = ["KNOWLEDGE_DATA": "", "KNOWLEDGE_DATABASE": "", "KNOWLEDGE_BUSINESS": ""]
    environment.merge(self.environment) { $1 }
    if let disk {
      let faults = try disk.environment(
        root: data, excluding: data + "/postgres", log: Built.environment("KNOWLEDGE_FAULTS_LOG"))
      environment.merge(faults) { $1 }
    }
    let begin = Clock.monotonicNanoseconds
    let process = try Program(
      Built.knowledge(), flags, environment: environment, outputPath: log)
    self.process = process
    while true {
      if let outcome = process.poll() {
        throw TestSupportError(
          "the service ended with status \(outcome.status) before it answered:\n\(logEnd())")
      }
      let health = try run(["health"], timeoutSeconds: 10).status
      if health == 0 || acceptDegraded && health == 1 { break }
      let seconds = Double(Clock.monotonicNanoseconds - begin) / 1e9
      guard seconds < timeoutSeconds else {
        throw TestSupportError("the service does not answer after \(seconds) s:\n\(logEnd())")
      }
      Thread.sleep(milliseconds: 20)
    }
    return Double(Clock.monotonicNanoseconds - begin) / 1e9
  }

  /// Ends the service at once (SIGKILL). Its private cluster runs on, as after any such end.
  public func kill() {
    process?.kill()
    process = nil
  }

  /// Asks the service to end (SIGTERM) and waits.
  ///
  /// - Returns: Its exit status.
  @discardableResult
  public func stop(timeoutSeconds: Double = 30) -> Int32 {
    guard let process else { return 0 }
    process.send(SIGTERM)
    defer { self.process = nil }
    return process.wait(timeoutSeconds: timeoutSeconds).status
  }

  /// Waits for the service to end by itself.
  public func wait(timeoutSeconds: Double = 30) -> Int32? {
    defer { process = nil }
    return process?.wait(timeoutSeconds: timeoutSeconds).status
  }

  /// Ends the service and its cluster and removes the directory.
  public func close() {
    kill()
    folder.close()
  }

  /// Runs `knowledge` with these arguments against this service.
  ///
  /// - Throws: Only where the program cannot be started; look at the outcome's status.
  public func run(
    _ arguments: [String], input: Program.Input = .none, timeoutSeconds: Double = 120
  ) throws -> Program.Outcome {
    try Program.run(
      Built.knowledge(), clientArguments(arguments), environment: clientEnvironment,
      input: input, timeoutSeconds: timeoutSeconds)
  }

  /// Starts `knowledge` with these arguments against this service, and does not wait.
  ///
  /// - Throws: Where the program cannot be started.
  public func begin(_ arguments: [String], input: Program.Input = .none) throws -> Program {
    try Program(
      Built.knowledge(), clientArguments(arguments), environment: clientEnvironment,
      input: input)
  }

  /// The last lines of the service's log.
  public func logEnd(byteCount: Int = 4000) -> String {
    let bytes = (try? FileSystem.readAll(log, limit: 1 << 30)) ?? []
    return String(decoding: bytes.suffix(byteCount), as: UTF8.self)
  }

  /// A place for a file of the test, removed with the directory.
  ///
  /// - Throws: ``SystemError`` where `bytes` cannot be written.
  public func file(_ name: String, _ bytes: [UInt8]? = nil) throws(SystemError) -> String {
    let path = folder.path + "/" + name
    if let bytes {
      try FileSystem.remove(path)
      try File(path: path, mode: .create).write(bytes)
    }
    return path
  }

  /// A database that is not the service's own gets its schema from the operator.
  private func migrate(_ database: String) throws {
    if isMigrated { return }
    let outcome = try Program.run(
      Built.knowledge(), ["migrate", "--database", database, "--data", data],
      environment: clientEnvironment)
    guard outcome.status == 0 else { throw TestSupportError("migrate: \(outcome)") }
    isMigrated = true
  }

  private func clientArguments(_ arguments: [String]) -> [String] {
    arguments + ["--data", data]
  }

  /// Nothing of whoever runs the tests; what the command line remembers stays in the directory.
  private var clientEnvironment: [String: String] {
    [
      "KNOWLEDGE_DATA": "", "KNOWLEDGE_DATABASE": "", "KNOWLEDGE_BUSINESS": "",
      "KNOWLEDGE_COLLECTION": "", "KNOWLEDGE_API_KEY": "", "NO_COLOR": "1", "LD_PRELOAD": "",
      "XDG_STATE_HOME": folder.path + "/state",
    ].merging(environment) { $1 }
  }
}
