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
  ///   - connectionInfo: Of a login role that may act as the roles of the migrations.
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
  /// - Parameter connectionInfo: Of a login role that may act as the roles of the migrations.
  public static func poolConfiguration(connectionInfo: String) -> PostgresPool.Configuration {
    TenantSessions.configuration(
      connectionInfo: connectionInfo, role: Roles.service, settings: settings + stagingTable)
  }

  /// Every statement here finds rows by their keys: without these the planner, which knows nothing
  /// of the staging table's size, may prefer to read a whole table. Plans are made anew each time
  /// (0.3 ms): one made while a table is empty would take any index for as good as any other.
  private static let settings = """
    set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off;
    set enable_material = off; set plan_cache_mode = force_custom_plan;

    """

  /// Runs `body` in a transaction that sees one business.
  func transaction<Value>(
    for business: UUID, _ mode: PostgresConnection.TransactionMode = .readCommitted,
    _ body: (inout PostgresConnection) throws(TruthError) -> Value
  ) throws(TruthError) -> Value {
    try TenantSessions(pool: pool).transaction(for: business, mode, body)
  }

  /// Runs `body` in a transaction as the operator, who sees all businesses and no entries.
  func operatorTransaction<Value>(
    _ body: (inout PostgresConnection) throws(TruthError) -> Value
  ) throws(TruthError) -> Value {
    try TenantSessions(pool: pool).transaction(as: Roles.operations, body)
  }

  /// The id of the open transaction, if it has changed anything.
  func transactionID(
    _ connection: inout PostgresConnection
  ) throws(PostgresError) -> UInt64? {
    try connection.prepared("select pg_current_xact_id_if_assigned()").optional(0, 0)
  }
}
