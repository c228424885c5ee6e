import Platform
import Postgres

/// A PostgreSQL cluster of our own under a data directory: made on first use, reached by a Unix
/// socket only, stopped cleanly, and taken over where a killed service left it running.
///
/// The layout under `directory`: `data` (the cluster), `run` (the socket, mode 0700), `log`. All of
/// it belongs to the user that Postgres runs as: `postgres` where we are root, else ourselves.
/// Peer authentication maps that user, and root, to the database role `knowledge`.
///
/// The value holds no process and no connection: the server outlives it until ``stop(mode:)``.
public struct PrivateCluster: Sendable {
  /// How a running server is ended.
  public enum StopMode: String, Sendable {
    /// Sessions are ended, everything is written: the next start has nothing to recover.
    case fast
    /// As a crash: the next start recovers from the log.
    case immediate
  }

  /// What distinguishes one cluster from another.
  public struct Configuration: Sendable {
    /// Where the cluster lives; its last part is created.
    public var directory: String
    /// Where `initdb`, `pg_ctl` and `postgres` are; nil looks for the newest installed.
    public var programDirectory: String?
    /// `name`, `value` pairs on top of ``PrivateCluster/settings``, for tests and large machines.
    public var extraSettings: [(name: String, value: String)] = []
    /// How long a start may take, recovery included.
    public var startTimeoutSeconds = 120

    /// - Parameter directory: Where the cluster lives.
    public init(directory: String) { self.directory = directory }
  }

  /// The database, its superuser and the peer map all have this name.
  public static let name = "knowledge"
  /// Whom Postgres runs as where we are root.
  public static let systemUser = "postgres"
  /// The longest path of a Unix socket in bytes (`sun_path`, less the final zero).
  static let socketPathLimit = 107

  /// Everything that differs from the server's defaults, with the reason.
  static let settings: [(name: String, value: String, why: String)] = [
    ("listen_addresses", "", "no network, only the socket"),
    ("unix_socket_permissions", "0700", "whoever may enter the directory is mapped by peer"),
    ("max_connections", "64", "the service uses about ten"),
    ("shared_buffers", "128MB", "the searchable copy lives in the service, not here"),
    ("max_wal_size", "1GB", "checkpoints by time, not by volume, during an import"),
    ("checkpoint_timeout", "15min", "fewer full pages in the log"),
    ("jit", "off", "statements here are short"),
    ("max_parallel_workers_per_gather", "0", "leaves the other cores to the service"),
    ("fsync", "on", "an acknowledged write survives a power cut"),
    ("full_page_writes", "on", "the same"),
    ("synchronous_commit", "on", "the same"),
    ("timezone", "UTC", "the same text for the same moment everywhere"),
    ("logging_collector", "on", "the log is bounded: a file a weekday"),
    ("log_directory", "../log", "beside the data, not in it"),
    ("log_filename", "postgres-%a.log", "Mon to Sun"),
    ("log_truncate_on_rotation", "on", "last week's file is overwritten"),
    ("log_rotation_age", "1d", "a file a day"),
    ("log_rotation_size", "0", "no other files"),
    ("log_min_error_statement", "panic", "statements hold customers' content"),
    ("log_error_verbosity", "terse", "DETAIL quotes rows"),
  ]

  /// The absolute path of the cluster's directory.
  public let directory: String
  let programs: String
  let version: Int
  let user: Subprocess.User?
  private let userName: String
  private let extraSettings: [(name: String, value: String)]
  private let startTimeoutSeconds: Int

  /// The keyword string by which this process reaches the database.
  public var connectionInfo: String { connectionInfo(database: Self.name) }
  /// Where the server's log files are.
  public var logDirectory: String { directory + "/log" }

  var dataDirectory: String { directory + "/data" }
  var socketDirectory: String { directory + "/run" }

  /// The keyword string of another database of the same cluster.
  public func connectionInfo(database: String) -> String {
    let escaped = socketDirectory.flatMap { character -> [Character] in
      character == "'" || character == "\\" ? ["\\", character] : [character]
    }
    return "host='\(String(escaped))' port=5432 user=\(Self.name) dbname=\(database)"
  }

  /// Finds the programs, prepares the directories and starts the server, or adopts the one that
  /// runs already. Afterwards ``connectionInfo`` can be connected to.
  ///
  /// - Throws: ``TruthError``: the cases about the cluster, `.system`, or `.postgres`.
  /// - Complexity: About a second where the cluster has to be made, 0.2 s for a start, and as long
  ///   as recovery takes after a crash.
  public static func start(_ configuration: Configuration) throws(TruthError) -> PrivateCluster {
    let cluster = try PrivateCluster(configuration)
    try cluster.prepareDirectories()
    try cluster.ensureRunning()
    return cluster
  }

  /// The cluster at a place, untouched: neither made nor started.
  ///
  /// - Throws: ``TruthError`` where the programs or the database's user are missing, or the
  ///   socket's path is too long.
  public static func at(_ configuration: Configuration) throws(TruthError) -> PrivateCluster {
    try PrivateCluster(configuration)
  }

  /// Starts the server unless it runs: also after somebody killed it.
  ///
  /// - Returns: Whether it had to be started.
  /// - Throws: As ``start(_:)``.
  @discardableResult
  public func ensureRunning() throws(TruthError) -> Bool {
    if answers() { return false }
    if !FileSystem.exists(dataDirectory + "/PG_VERSION") { try create() }
    try writeSettings()
    try startServer()
    try createDatabase()
    return true
  }

  /// Whether the server accepts a connection now.
  public func answers() -> Bool {
    (try? PostgresConnection(connectionInfo: connectionInfo, timeoutMilliseconds: 2000)) != nil
  }

  /// The server's process, as its lock file names it; nil where none runs.
  public var processID: Int32? {
    guard let bytes = try? FileSystem.readAll(dataDirectory + "/postmaster.pid", limit: 4096),
      let line = bytes.split(separator: UInt8(ascii: "\n")).first,
      let number = Int32(String(decoding: line, as: UTF8.self)), Subprocess.isRunning(number)
    else { return nil }
    return number
  }

  /// Stops the server and waits until it has gone; one that does not run is no error.
  ///
  /// - Throws: ``TruthError/clusterFailed(program:status:output:)``.
  public func stop(mode: StopMode = .fast) throws(TruthError) {
    guard processID != nil else { return }
    try run("pg_ctl", ["stop", "-D", dataDirectory, "-m", mode.rawValue, "-w", "-t", "60", "-s"])
  }

  // MARK: Finding things

  private init(_ configuration: Configuration) throws(TruthError) {
    (programs, version) = try PostgresPrograms.find(configuration.programDirectory)
    if Subprocess.User.current.userID == 0 {
      guard let found = Subprocess.User(name: Self.systemUser) else {
        throw .noDatabaseUser(name: Self.systemUser)
      }
      user = found
      userName = Self.systemUser
    } else {
      user = nil
      userName = Subprocess.User.current.name ?? "\(Subprocess.User.current.userID)"
    }
    do {
      let parent = FileSystem.directory(of: configuration.directory)
      try FileSystem.createDirectories(parent)
      let name = configuration.directory.split(separator: "/").last.map(String.init) ?? "."
      directory = try FileSystem.absolutePath(parent) + "/" + name
    } catch { throw .system(error) }
    extraSettings = configuration.extraSettings
    startTimeoutSeconds = configuration.startTimeoutSeconds
    let socket = directory + "/run/.s.PGSQL.5432"
    guard socket.utf8.count <= Self.socketPathLimit else {
      throw .socketPathTooLong(path: socket, byteCount: socket.utf8.count)
    }
  }

  private func prepareDirectories() throws(TruthError) {
    do {
      try admitDatabaseUser()
      for path in [directory, socketDirectory, logDirectory] {
        try FileSystem.createDirectories(path)
        if let user { try FileSystem.setOwner(path, to: user) }
        try FileSystem.setMode(path, to: 0o700)
      }
    } catch let error as SystemError {
      throw .system(error)
    } catch let error as TruthError {
      throw error
    } catch { preconditionFailure("no other error is thrown above: \(error)") }
  }

  /// Lets Postgres's user pass through the directory above, if that is ours to decide, and names
  /// the first directory further up that stops it.
  private func admitDatabaseUser() throws {
    guard let user else { return }
    let parent = FileSystem.directory(of: directory)
    let permissions = try FileSystem.permissions(of: parent)
    if !permissions.admitsSearch(by: user), permissions.owner.userID == 0 {
      // Search only: the names in it stay hidden, and files keep their own modes.
      try FileSystem.setMode(parent, to: permissions.mode | 0o001)
    }
    var path = parent
    var chain: [String] = []
    while path != "/" {
      chain.append(path)
      path = FileSystem.directory(of: path)
    }
    for path in chain.reversed() {
      guard try FileSystem.permissions(of: path).admitsSearch(by: user) else {
        throw TruthError.directoryNotSearchable(path: path, user: userName)
      }
    }
  }

  // MARK: Making and starting

  /// Runs `initdb` beside the final place, then renames: a cluster is there whole or not at all.
  private func create() throws(TruthError) {
    let unfinished = directory + "/data" + FileSystem.temporarySuffix
    do {
      try FileSystem.removeTree(unfinished)
      if FileSystem.exists(dataDirectory) {
        // A directory without PG_VERSION is not a cluster. Only an empty one is taken.
        try FileSystem.removeEmptyDirectory(dataDirectory)
      }
    } catch { throw .system(error) }
    try run(
      "initdb",
      [
        "-D", unfinished, "-U", Self.name, "-k", "-E", "UTF8", "--locale=C.UTF-8",
        "--auth-local=peer", "--auth-host=reject",
      ])
    do {
      let names = user == nil ? [userName] : ["root", userName]
      let map = names.map { "\(Self.name) \"\($0)\" \(Self.name)\n" }.joined()
      try write("local all all peer map=\(Self.name)\n", to: unfinished + "/pg_hba.conf")
      try write(map, to: unfinished + "/pg_ident.conf")
      let configuration = try FileSystem.readAll(unfinished + "/postgresql.conf")
      try write(
        String(decoding: configuration, as: UTF8.self) + "\ninclude 'knowledge.conf'\n",
        to: unfinished + "/postgresql.conf")
      try write("", to: unfinished + "/knowledge.conf")
      try FileSystem.rename(unfinished, to: dataDirectory)
      try FileSystem.syncDirectory(directory)
    } catch { throw .system(error) }
  }

  /// Writes the settings anew at every start, so that they follow the program's version.
  private func writeSettings() throws(TruthError) {
    var text = "# Written by the knowledge service at every start; changes here are lost.\n"
    for (name, value, why) in Self.settings { text += "\(name) = '\(value)'  # \(why)\n" }
    text += "unix_socket_directories = '\(quoted(socketDirectory))'\n"
    for (name, value) in extraSettings { text += "\(name) = '\(quoted(value))'\n" }
    do { try write(text, to: dataDirectory + "/knowledge.conf") } catch { throw .system(error) }
  }

  private func quoted(_ value: String) -> String {
    value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
  }

  private func write(_ text: String, to path: String) throws(SystemError) {
    try FileSystem.replace(path, with: Array(text.utf8))
    if let user { try FileSystem.setOwner(path, to: user) }
  }

  /// Starts the server and waits until it accepts connections. After a kill its orphans may hold
  /// the shared memory for a moment, so a refusal is tried again for a few seconds.
  private func startServer() throws(TruthError) {
    let end = Clock.monotonicNanoseconds + UInt64(startTimeoutSeconds) * 1_000_000_000
    let patience = Clock.monotonicNanoseconds + 3_000_000_000
    while true {
      if processID != nil, waitForAnswer(until: end) { return }
      do throws(TruthError) {
        try run(
          "pg_ctl",
          [
            "start", "-D", dataDirectory, "-w", "-t", "\(startTimeoutSeconds)", "-s",
            "-l", logDirectory + "/start.log",
          ])
        return
      } catch {
        // Another process of ours may have been faster.
        if waitForAnswer(until: Clock.monotonicNanoseconds + 200_000_000) { return }
        guard case .clusterFailed = error, Clock.monotonicNanoseconds < patience else {
          throw withLog(error)
        }
        Thread.sleep(milliseconds: 300)
      }
    }
  }

  /// Whether a server that is starting answers before `end`, or goes away.
  private func waitForAnswer(until end: UInt64) -> Bool {
    while true {
      do throws(PostgresError) {
        _ = try PostgresConnection(
          connectionInfo: connectionInfo(database: "postgres"), timeoutMilliseconds: 2000)
        return true
      } catch {
        if processID == nil || Clock.monotonicNanoseconds >= end { return false }
        Thread.sleep(milliseconds: 50)
      }
    }
  }

  private func withLog(_ error: TruthError) -> TruthError {
    guard case .clusterFailed(let program, let status, let output) = error else { return error }
    let log = (try? FileSystem.readAll(logDirectory + "/start.log", limit: 1 << 20)) ?? []
    return .clusterFailed(
      program: program, status: status, output: output + " " + Self.tail(log))
  }

  private func createDatabase() throws(TruthError) {
    do throws(PostgresError) {
      var connection = try PostgresConnection(
        connectionInfo: connectionInfo(database: "postgres"))
      let found = try connection.query(
        "select from pg_database where datname = $1", [.text(Self.name)])
      if found.count > 0 { return }
      do throws(PostgresError) {
        try connection.query("create database \(Self.name)")
      } catch {
        if error.code != .duplicateObject && error.code != .uniqueViolation { throw error }
      }
    } catch { throw .postgres(error) }
  }

  /// Runs one of the server's programs as the right user.
  private func run(_ program: String, _ arguments: [String]) throws(TruthError) {
    // In a directory that only we and the database's user may enter.
    let output = logDirectory + "/\(program).out"
    let status: Int32
    do throws(SystemError) {
      status = try Subprocess.run(
        [programs + "/" + program] + arguments,
        environment: ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", "PWD=/"],
        user: user, outputPath: output)
    } catch { throw .system(error) }
    if status != 0 {
      let text = (try? FileSystem.readAll(output, limit: 1 << 20)) ?? []
      throw .clusterFailed(program: program, status: status, output: Self.tail(text))
    }
  }

  /// The last lines of what a program said, on one line.
  private static func tail(_ bytes: [UInt8]) -> String {
    let lines = String(decoding: bytes.suffix(4096), as: UTF8.self).split(separator: "\n")
    return lines.suffix(6).joined(separator: " | ")
  }
}

/// Finds the server's programs.
enum PostgresPrograms {
  /// PostgreSQL 13 is the first with xid8 and pg_snapshot.
  static let oldestVersion = 13
  /// Debian and its kin, then the packages of the PostgreSQL project for Red Hat and its kin.
  private static let places = [("/usr/lib/postgresql", "", "/bin"), ("/usr", "pgsql-", "/bin")]

  /// The directory of the newest complete set, and its major version.
  static func find(_ given: String?) throws(TruthError) -> (directory: String, version: Int) {
    if let given {
      guard isComplete(given) else { throw .postgresNotInstalled(searched: [given]) }
      return (given, oldestVersion)
    }
    var best: (directory: String, version: Int)?
    for (base, prefix, suffix) in places {
      for name in (try? FileSystem.list(base)) ?? [] where name.hasPrefix(prefix) {
        guard let version = Int(name.dropFirst(prefix.count)), version >= oldestVersion,
          version > best?.version ?? 0, isComplete(base + "/" + name + suffix)
        else { continue }
        best = (base + "/" + name + suffix, version)
      }
    }
    if let best { return best }
    throw .postgresNotInstalled(searched: places.map { "\($0.0)/\($0.1)*\($0.2)" })
  }

  private static func isComplete(_ directory: String) -> Bool {
    ["initdb", "pg_ctl", "postgres"].allSatisfy { FileSystem.exists(directory + "/" + $0) }
  }
}
