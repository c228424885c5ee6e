import Agent
import Platform
import Postgres
import Synchronization

/// Set-ups that were read, known again by a fingerprint of the rows that they were made of.
///
/// Whoever changes such a row, by whatever means, gives it another transaction id or place, so a
/// set-up that is handed out is the one that the asking transaction sees.
final class SetupCache: Sendable {
  private struct Known {
    var fingerprint: String
    var setup: AgentSetup
  }

  /// Businesses that are kept at most; beyond it all are forgotten, and read again when asked for.
  private static let limit = 512
  private let known = Mutex<[UUID: Known]>([:])

  /// What changes with any row of a business's set-up.
  static func fingerprint(of business: PostgresValue) -> PostgresConnection.Statement {
    .init(
      """
      select md5(coalesce(string_agg(r.row, ' ' order by r.row), '')) from (
        select 'b' || xmin || ctid as row from businesses where business_id = $1
        union all select 'c' || xmin || ctid from agent_configurations where business_id = $1
        union all select 'a' || xmin || ctid from agents where business_id = $1
        union all select 's' || xmin || ctid from stages where business_id = $1
        union all select 't' || xmin || ctid from templates where business_id = $1) as r
      """, [business])
  }

  /// The set-up that the connection's transaction sees.
  ///
  /// - Parameter fingerprint: The reply to ``fingerprint(of:)`` in the same transaction.
  func setup(
    _ business: UUID, fingerprint: PostgresRows, _ connection: inout PostgresConnection
  ) throws(PostgresError) -> AgentSetup {
    let fingerprint = try fingerprint.value(0, 0, as: String.self)
    if let known = known.withLock({ $0[business] }), known.fingerprint == fingerprint {
      return known.setup
    }
    guard let setup = try AgentSetup.read(business, &connection) else {
      throw PostgresError(.unexpectedReply, "the business is gone")
    }
    known.withLock { known in
      if known.count >= Self.limit { known.removeAll() }
      known[business] = Known(fingerprint: fingerprint, setup: setup)
    }
    return setup
  }
}
