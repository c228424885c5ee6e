import Platform
import Postgres

/// Transactions that see one business, on pooled connections that act as one role.
///
/// Row-level security holds whatever a statement says: the role has no right beyond its policies,
/// and `app.business_id` is set for one transaction only.
public struct TenantSessions: Sendable {
  /// Where the connections come from.
  public let pool: PostgresPool

  /// - Parameter pool: Made with ``configuration(connectionInfo:role:settings:)``.
  public init(pool: PostgresPool) { self.pool = pool }

  /// A pool's settings whose connections act as a role.
  ///
  /// - Parameters:
  ///   - connectionInfo: Of a login role that may act as the roles of the migrations.
  ///   - role: One of ``Roles``.
  ///   - settings: SQL that each new connection runs, as the role.
  public static func configuration(
    connectionInfo: String, role: String, settings: String
  ) -> PostgresPool.Configuration {
    var configuration = PostgresPool.Configuration(connectionInfo: connectionInfo)
    configuration.configure = { (connection) throws(PostgresError) in
      try connection.run(script: "set role \(role)")
      try refuseElevatedRole(&connection, role)
      try connection.run(
        script: """
          set jit = off; set timezone = 'UTC'; set client_min_messages = warning;
          \(settings)
          """)
    }
    return configuration
  }

  /// Row-level security means nothing to a role that stands above it.
  private static func refuseElevatedRole(
    _ connection: inout PostgresConnection, _ role: String
  ) throws(PostgresError) {
    let rows = try connection.query(
      "select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
    if try rows.value(0, 0, as: Bool.self) {
      throw PostgresError(.permissionDenied, "the role \(role) bypasses row-level security")
    }
  }

  /// Runs `body` in a transaction that sees one business.
  ///
  /// - Parameters:
  ///   - business: The tenant.
  ///   - mode: Isolation.
  ///   - attempts: How often it is run at most, where the server says that only the timing was
  ///     wrong (a deadlock).
  ///   - body: Runs on the calling thread; may run again.
  /// - Throws: What `body` threw, or `.postgres`.
  public func transaction<Value>(
    for business: UUID, _ mode: PostgresConnection.TransactionMode = .readCommitted,
    attempts: Int = 1, _ body: (inout PostgresConnection) throws(TruthError) -> Value
  ) throws(TruthError) -> Value {
    var left = attempts
    while true {
      left -= 1
      do throws(TruthError) {
        return try pool.lend { (connection) throws(TruthError) in
          try connection.transaction(mode) { (connection) throws(TruthError) in
            try wrap { () throws(PostgresError) in
              try connection.prepared(
                "select set_config('app.business_id', $1, true)", [.text(business.description)])
            }
            return try body(&connection)
          }
        }
      } catch {
        guard left > 0, case .postgres(let refusal) = error, refusal.isRetryable else {
          throw error
        }
      }
    }
  }

  /// Runs `body` in a transaction as another role, for all businesses that its policies show.
  ///
  /// - Throws: What `body` threw, or `.postgres`.
  public func transaction<Value>(
    as role: String, _ body: (inout PostgresConnection) throws(TruthError) -> Value
  ) throws(TruthError) -> Value {
    try pool.lend { (connection) throws(TruthError) in
      try connection.transaction { (connection) throws(TruthError) in
        try wrap { () throws(PostgresError) in try connection.query("set local role \(role)") }
        return try body(&connection)
      }
    }
  }
}

/// Translates an error of Postgres into one of this target, in one place.
@discardableResult
func wrap<Value>(_ body: () throws(PostgresError) -> Value) throws(TruthError) -> Value {
  do throws(PostgresError) { return try body() } catch { throw .postgres(error) }
}
