import Platform
import Postgres

/// Writes and reads businesses, keys, collections and entries, one business at a time.
///
/// Every method is one transaction on a pooled connection that runs as ``Roles/service`` with
/// `app.business_id` set, so that row-level security holds whatever the statement says. Methods
/// block; call them on threads of ours. A failed connection is retried by the pool, never by a
/// method: a write whose outcome is unknown throws `.commitOutcomeUnknown`, and running it again is
/// safe, because an upsert of the same rows changes nothing.
public final class EntryStore: Sendable {
  /// Where its connections come from.
  public let pool: PostgresPool

  /// - Parameter pool: Made with ``poolConfiguration(connectionInfo:)``.
  public init(pool: PostgresPool) { self.pool = pool }

  /// A store with a pool of its own; it connects when it is first used.
  ///
  /// - Parameters:
  ///   - connectionInfo: Of a login role that may act as the three roles of the migrations.
  ///   - connectionLimit: Connections at most: as many as threads that use it, or they wait for
  ///     each other.
  ///   - statementTimeoutMilliseconds: How long a statement may take.
  public convenience init(
    connectionInfo: String, connectionLimit: Int = 4, statementTimeoutMilliseconds: Int = 60_000
  ) {
    var configuration = Self.poolConfiguration(connectionInfo: connectionInfo)
    configuration.connectionLimit = connectionLimit
    configuration.statementTimeoutMilliseconds = statementTimeoutMilliseconds
    self.init(pool: PostgresPool(configuration))
  }

  /// Ends its connections; whatever is asked later is refused.
  public func close() { pool.close() }

  /// A pool's settings whose connections act as the service.
  ///
  /// - Parameter connectionInfo: Of a login role that may act as the three roles of the migrations.
  public static func poolConfiguration(connectionInfo: String) -> PostgresPool.Configuration {
    var configuration = PostgresPool.Configuration(connectionInfo: connectionInfo)
    configuration.configure = { (connection) throws(PostgresError) in
      try connection.run(script: settings)
      try refuseElevatedRole(&connection)
      try connection.run(script: stagingTable)
    }
    return configuration
  }

  /// Every statement here finds rows by their keys: without these the planner, which knows nothing
  /// of the staging table's size, may prefer to read a whole table. Plans are made anew each time
  /// (0.3 ms): one made while a table is empty would take any index for as good as any other.
  private static let settings = """
    set role \(Roles.service);
    set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off;
    set enable_material = off; set plan_cache_mode = force_custom_plan;
    set jit = off; set timezone = 'UTC'; set client_min_messages = warning;
    """

  /// Row-level security means nothing to a role that stands above it.
  private static func refuseElevatedRole(
    _ connection: inout PostgresConnection
  ) throws(PostgresError) {
    let rows = try connection.query(
      "select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
    if try rows.value(0, 0, as: Bool.self) {
      throw PostgresError(
        .permissionDenied, "the role \(Roles.service) bypasses row-level security")
    }
  }

  /// Runs `body` in a transaction that sees one business.
  func transaction<Value>(
    for business: UUID, _ mode: PostgresConnection.TransactionMode = .readCommitted,
    _ body: (inout PostgresConnection) throws(TruthError) -> Value
  ) throws(TruthError) -> Value {
    try pool.lend { (connection) throws(TruthError) in
      try connection.transaction(mode) { (connection) throws(TruthError) in
        try wrap { () throws(PostgresError) in
          try connection.prepared(
            "select set_config('app.business_id', $1, true)", [.text(business.description)])
        }
        return try body(&connection)
      }
    }
  }

  /// Runs `body` in a transaction as the operator, who sees all businesses and no entries.
  func operatorTransaction<Value>(
    _ body: (inout PostgresConnection) throws(TruthError) -> Value
  ) throws(TruthError) -> Value {
    try pool.lend { (connection) throws(TruthError) in
      try connection.transaction { (connection) throws(TruthError) in
        try wrap { () throws(PostgresError) in
          try connection.query("set local role \(Roles.operations)")
        }
        return try body(&connection)
      }
    }
  }

  /// The id of the open transaction, if it has changed anything.
  func transactionID(
    _ connection: inout PostgresConnection
  ) throws(PostgresError) -> UInt64? {
    try connection.prepared("select pg_current_xact_id_if_assigned()").optional(0, 0)
  }
}

/// Translates an error of Postgres into one of this target, in one place.
@discardableResult
func wrap<Value>(_ body: () throws(PostgresError) -> Value) throws(TruthError) -> Value {
  do throws(PostgresError) { return try body() } catch { throw .postgres(error) }
}
