import Platform
import Postgres
import Truth

extension AgentStore {
  /// Conversations of all businesses whose messages are due and that nobody works on, longest
  /// waiting first: those whose lease ran out are among them.
  ///
  /// - Parameter limit: How many at most.
  /// - Throws: ``TruthError``.
  public func dueConversations(limit: Int) throws(TruthError) -> [ConversationKey] {
    try keys(
      """
      select business_id, conversation_id from conversations
      where due_at is not null and due_at <= clock_timestamp()
        and (lease_until is null or lease_until <= clock_timestamp())
      order by due_at limit $1
      """, limit)
  }

  /// Conversations of all businesses with a message that may leave now, longest waiting first.
  ///
  /// - Parameter limit: How many at most.
  /// - Throws: ``TruthError``.
  public func dueDeliveries(limit: Int) throws(TruthError) -> [ConversationKey] {
    try keys(
      """
      select o.business_id, o.conversation_id from outbox o
      where o.status in ('pending', 'sending') and o.due_at <= clock_timestamp()
        and not exists (select from outbox e where e.business_id = o.business_id
          and e.conversation_id = o.conversation_id and e.position < o.position
          and e.status in ('pending', 'sending'))
      order by o.due_at limit $1
      """, limit)
  }

  private func keys(_ sql: String, _ limit: Int) throws(TruthError) -> [ConversationKey] {
    try sessions.transaction(as: Roles.dispatcher) { (connection) throws(TruthError) in
      do throws(PostgresError) {
        return try connection.prepared(sql, [Check.limit(limit)]).map {
          (rows, row) throws(PostgresError) in
          ConversationKey(
            businessID: try rows.value(row, 0), conversationID: try rows.value(row, 1))
        }
      } catch { throw .postgres(error) }
    }
  }
}
