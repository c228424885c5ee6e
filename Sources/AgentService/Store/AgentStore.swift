import Agent
import Platform
import Postgres
import Truth

/// What the agent keeps in Postgres: set-ups, customers, conversations, turns and what leaves.
///
/// Every method is one transaction that sees one business, as ``Roles/agent``; an id of another
/// business is an unknown id. Methods block; call them on threads of ours. Times are those of the
/// database, so several processes agree about leases. A write whose outcome is unknown
/// (``TruthError/isOutcomeUnknown``) may be made again: a message with a channel's id, a step and
/// an answer are stored once.
public final class AgentStore: Sendable {
  /// Transactions for one business.
  let sessions: TenantSessions
  /// Set-ups that were read; asked for anew by their fingerprint.
  let setups = SetupCache()

  /// Where its connections come from.
  public var pool: PostgresPool { sessions.pool }

  /// A store with a pool of its own; it connects when it is first used.
  ///
  /// - Parameters:
  ///   - connectionInfo: Of a login role that may act as the roles of the migrations.
  ///   - connectionLimit: Connections at most: as many as threads that use it.
  ///   - statementTimeoutMilliseconds: How long a statement may take.
  public init(
    connectionInfo: String, connectionLimit: Int = 8, statementTimeoutMilliseconds: Int = 30_000
  ) {
    var configuration = TenantSessions.configuration(
      connectionInfo: connectionInfo, role: Roles.agent, settings: Self.settings)
    configuration.applicationName = "agent"
    configuration.connectionLimit = connectionLimit
    configuration.statementTimeoutMilliseconds = statementTimeoutMilliseconds
    sessions = TenantSessions(pool: PostgresPool(configuration))
  }

  /// Ends its connections; whatever is asked later is refused.
  public func close() { pool.close() }

  /// Every statement finds its rows by keys or walks an index in its order.
  private static let settings = """
    set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off;
    """

  /// Runs `body` in a transaction that sees one business; again after a deadlock.
  func transaction<Value>(
    for business: UUID, _ mode: PostgresConnection.TransactionMode = .readCommitted,
    _ body: (inout PostgresConnection) throws(PostgresError) -> Value
  ) throws(TruthError) -> Value {
    try sessions.transaction(for: business, mode, attempts: 4) {
      (connection) throws(TruthError) in
      do throws(PostgresError) { return try body(&connection) } catch { throw .postgres(error) }
    }
  }
}

/// A conversation of a business.
public struct ConversationKey: Hashable, Sendable {
  /// The tenant.
  public var businessID: UUID
  /// The conversation.
  public var conversationID: UUID

  /// - Parameters: As the properties say.
  public init(businessID: UUID, conversationID: UUID) {
    self.businessID = businessID
    self.conversationID = conversationID
  }
}

/// The largest values that are stored, in one place; the schema's checks are no narrower.
public enum AgentLimits {
  /// Bytes of a message, either way.
  public static let messageByteCount = 64 << 10
  /// Bytes of a name, an identity, a session or a channel's id of a message.
  public static let nameByteCount = 400
  /// Bytes of a channel's name, each of a-z 0-9 _ -.
  public static let channelByteCount = 64
  /// Messages of one turn; what is beyond waits for the next.
  public static let burstCount = 100
  /// Messages before the burst that a turn reads.
  public static let historyCount = 200
  /// Bytes of a reason.
  public static let reasonByteCount = 4000
  /// Rows of one page.
  public static let pageCount = 1000
  /// Bytes of the input or output of a step as JSON.
  public static let stepByteCount = 16 << 20
}
