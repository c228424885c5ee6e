import Postgres

/// Opens the feed's two connections and makes sure that they reach one primary.
enum FeedSession {
  private static let settings = """
    set role \(Roles.feed); set timezone = 'UTC'; set jit = off; set synchronous_commit = on;
    set max_parallel_workers_per_gather = 0; set client_min_messages = warning;
    """

  private struct Identity: Equatable {
    var systemIdentifier: Int64
    var database: Int64
    var startedAt: PostgresTimestamp
    var isStandby: Bool
  }

  static func open(
    _ configuration: ChangeFeed.Configuration
  ) throws(TruthError) -> ChangeFeed.Session {
    do throws(PostgresError) {
      var reader = try connect(configuration)
      var writer = try connect(configuration)
      let identity = try identity(&reader)
      guard try identity == self.identity(&writer) else {
        throw PostgresError(
          .connectionFailed, "two connections reached different servers: it is being replaced")
      }
      if !identity.isStandby {
        try reader.run(script: settings + FeedStatements.stepSettings)
        try writer.run(script: settings)
        return ChangeFeed.Session(
          reader: reader, writer: writer,
          systemIdentifier: UInt64(bitPattern: identity.systemIdentifier),
          database: UInt32(truncatingIfNeeded: identity.database))
      }
    } catch { throw .postgres(error) }
    throw .standby
  }

  private static func connect(
    _ configuration: ChangeFeed.Configuration
  ) throws(PostgresError) -> PostgresConnection {
    var connection = try PostgresConnection(
      connectionInfo: configuration.connectionInfo, applicationName: "knowledge feed",
      timeoutMilliseconds: configuration.connectTimeoutMilliseconds)
    connection.statementTimeoutMilliseconds = configuration.statementTimeoutMilliseconds
    return connection
  }

  private static func identity(
    _ connection: inout PostgresConnection
  ) throws(PostgresError) -> Identity {
    let rows = try connection.query(
      """
      select (select system_identifier from pg_control_system()),
        (select oid::bigint from pg_database where datname = current_database()),
        pg_postmaster_start_time(), pg_is_in_recovery()
      """)
    return Identity(
      systemIdentifier: try rows.value(0, 0), database: try rows.value(0, 1),
      startedAt: try rows.value(0, 2), isStandby: try rows.value(0, 3))
  }
}
