import Postgres

extension Migrator {
  /// Connects, and makes sure that the schema is the one that this program knows.
  ///
  /// - Parameter connectionInfo: A libpq keyword string or URI; never logged.
  /// - Throws: ``TruthError``: `.schemaTooOld`, `.schemaTooNew`, `.migrationChanged` or
  ///   `.postgres`.
  public static func check(connectionInfo: String) throws(TruthError) {
    var connection = try connect(connectionInfo)
    try check(&connection)
  }

  /// Connects, and applies the migrations that the database lacks.
  ///
  /// - Parameter connectionInfo: A libpq keyword string or URI; never logged.
  /// - Throws: ``TruthError``, as ``apply(to:)`` does.
  public static func apply(connectionInfo: String) throws(TruthError) -> Report {
    var connection = try connect(connectionInfo)
    return try apply(to: &connection)
  }

  private static func connect(_ connectionInfo: String) throws(TruthError) -> PostgresConnection {
    do throws(PostgresError) {
      return try PostgresConnection(connectionInfo: connectionInfo)
    } catch { throw .postgres(error) }
  }
}
