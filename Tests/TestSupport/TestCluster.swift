import Glibc
import Platform
import Postgres
import Truth

/// One Postgres cluster a test process, one database a test.
public enum TestCluster {
  private static let prefix = "knowledge-test-"

  /// The cluster that the whole process shares; stopped and removed at its end. It does not wait
  /// for the disk: tests of durability make a cluster of their own with ``make(_:settings:)``.
  public static let shared: PrivateCluster = {
    removeLeftovers()
    let cluster = try! start(
      "shared",
      settings: [
        ("fsync", "off"), ("max_prepared_transactions", "20"), ("wal_level", "logical"),
        ("max_connections", "200"),
      ])
    atexit { TestCluster.removeAll() }
    return cluster
  }()

  /// A directory of this process's own, for clusters and whatever belongs to them.
  public static var directory: String { "/tmp/\(prefix)\(getpid())" }

  /// Starts a cluster besides the shared one, with the settings of production unless told
  /// otherwise. It is stopped at the end of the process, or by the test.
  public static func start(
    _ name: String, settings: [(name: String, value: String)] = []
  ) throws -> PrivateCluster {
    var configuration = PrivateCluster.Configuration(directory: directory + "/" + name)
    configuration.extraSettings = settings
    return try PrivateCluster.start(configuration)
  }

  /// An empty database of the shared cluster, dropped with the value.
  public static func database() throws -> TestDatabase { try TestDatabase(in: shared) }

  /// A database with the schema, dropped with the value.
  public static func migratedDatabase() throws -> TestDatabase {
    let database = try TestDatabase(in: shared)
    var connection = try database.connect()
    try Migrator.apply(to: &connection)
    return database
  }

  /// Stops every cluster under this process's directory and removes it.
  static func removeAll() { remove(directory) }

  private static func remove(_ directory: String) {
    for name in (try? FileSystem.list(directory)) ?? [] {
      let configuration = PrivateCluster.Configuration(directory: directory + "/" + name)
      if FileSystem.exists(configuration.directory + "/data/postmaster.pid") {
        try? PrivateCluster.at(configuration).stop(mode: .immediate)
      }
    }
    try? FileSystem.removeTree(directory)
  }

  /// Removes what killed test processes left behind.
  private static func removeLeftovers() {
    for name in (try? FileSystem.list("/tmp")) ?? [] where name.hasPrefix(prefix) {
      guard let process = Int32(name.dropFirst(prefix.count)), !Subprocess.isRunning(process)
      else { continue }
      remove("/tmp/" + name)
    }
  }
}

/// A database that lives as long as the value.
public final class TestDatabase: Sendable {
  /// Its name.
  public let name: String
  private let cluster: PrivateCluster

  /// Makes an empty database.
  public init(in cluster: PrivateCluster) throws {
    self.cluster = cluster
    name = "t" + hexadecimal(SecureRandom.bytes(8))
    var connection = try PostgresConnection(connectionInfo: cluster.connectionInfo)
    try connection.query("create database \(name) template template0")
  }

  deinit {
    guard var connection = try? PostgresConnection(connectionInfo: cluster.connectionInfo) else {
      return
    }
    _ = try? connection.query("drop database \(name) with (force)")
  }

  /// How to reach it.
  public var connectionInfo: String { cluster.connectionInfo(database: name) }

  /// A new connection as the superuser.
  public func connect() throws -> PostgresConnection {
    try PostgresConnection(connectionInfo: connectionInfo)
  }
}
