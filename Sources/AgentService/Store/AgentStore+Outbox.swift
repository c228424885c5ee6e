import Agent
import Platform
import Postgres
import Truth

extension AgentStore {
  /// Takes the next message that is to leave a conversation, in order: none while one before it is
  /// on its way.
  ///
  /// The fence is looked at once more: what the agent said in a conversation that is its own no
  /// longer is cancelled. A message that somebody began to send and of which nothing was heard is
  /// not sent again: it is marked, and a person takes over.
  ///
  /// - Parameters:
  ///   - key: The conversation.
  ///   - owner: Who delivers it.
  ///   - leaseMilliseconds: By when the outcome must be told.
  /// - Returns: Nil where there is nothing to deliver now.
  /// - Throws: ``TruthError``.
  public func nextDelivery(
    of key: ConversationKey, owner: UUID, leaseMilliseconds: Int
  ) throws(TruthError) -> Delivery? {
    try transaction(for: key.businessID) { (connection) throws(PostgresError) in
      let id: [PostgresValue] = [.uuid(key.businessID), .uuid(key.conversationID)]
      let locked = try connection.prepared(
        """
        select 1 from conversations where business_id = $1 and conversation_id = $2 for update
        """, id)
      if locked.count == 0 { return nil }
      while true {
        let head = try connection.prepared(
          """
          select o.position, o.status, o.due_at <= clock_timestamp(),
            m.sender_type = 'assistant' and case
              when o.is_farewell then c.status = 'completed' or c.taken_by is not null
              else c.status <> 'active' end,
            c.channel, c.identity, c.session_id, o.attempts, \(Message.columns)
          from outbox o join messages m using (business_id, message_id)
            join conversations c on c.business_id = o.business_id
              and c.conversation_id = o.conversation_id
          where o.business_id = $1 and o.conversation_id = $2
            and o.status in ('pending', 'sending')
          order by o.position limit 1
          """, id)
        guard head.count > 0 else { return nil }
        let position = try head.value(0, 0, as: Int64.self)
        let isSending = try head.value(0, 1, as: String.self) == "sending"
        let isDue = try head.value(0, 2, as: Bool.self)
        if isSending {
          guard isDue else { return nil }
          try Self.markUnknown(key, position, "nothing was heard of its sender", &connection)
        } else if try head.value(0, 3, as: Bool.self) {
          try connection.prepared(
            """
            update outbox set status = 'cancelled', updated_at = clock_timestamp()
            where business_id = $1 and conversation_id = $2 and position = $3
            """, id + [.int8(position)])
        } else {
          guard isDue else { return nil }
          try connection.prepared(
            """
            update outbox set status = 'sending', lease_owner = $4, attempts = attempts + 1,
              due_at = clock_timestamp() + $5 * interval '1 ms', updated_at = clock_timestamp()
            where business_id = $1 and conversation_id = $2 and position = $3
            """,
            id + [.int8(position), .uuid(owner), .float8(Double(max(1, leaseMilliseconds)))])
          return Delivery(
            key: key, position: position, message: try Message(head, 0, from: 8),
            channel: try head.value(0, 4), identity: try head.value(0, 5),
            sessionID: try head.value(0, 6), owner: owner,
            attempt: try head.value(0, 7, as: Int.self) + 1)
        }
      }
    }
  }

  /// The channel has taken the message.
  ///
  /// - Parameters:
  ///   - delivery: As it was handed out.
  ///   - channelMessageID: What the channel calls it; at most 400 bytes, more is cut.
  /// - Returns: False where somebody has marked it meanwhile, because it took too long.
  /// - Throws: ``TruthError``.
  @discardableResult
  public func delivered(
    _ delivery: Delivery, channelMessageID: String? = nil
  ) throws(TruthError) -> Bool {
    let id = channelMessageID.map { Coding.text($0, limit: AgentLimits.nameByteCount) }
    return try settle(delivery) { (connection) throws(PostgresError) in
      try connection.prepared(
        """
        update outbox set status = 'sent', channel_message_id = $4, failure = null,
          updated_at = clock_timestamp()
        where business_id = $1 and conversation_id = $2 and position = $3
        """,
        delivery.id + [.optional(id?.isEmpty == true ? nil : id)])
    }
  }

  /// The channel has certainly not taken the message, and may later: it is tried again.
  ///
  /// - Parameters:
  ///   - delivery: As it was handed out.
  ///   - reason: Safe to show.
  ///   - milliseconds: When, from now.
  /// - Returns: As ``delivered(_:channelMessageID:)``.
  /// - Throws: ``TruthError``.
  @discardableResult
  public func deliveryRefused(
    _ delivery: Delivery, reason: String, retryAfterMilliseconds milliseconds: Int
  ) throws(TruthError) -> Bool {
    try settle(delivery) { (connection) throws(PostgresError) in
      try connection.prepared(
        """
        update outbox set status = 'pending', lease_owner = null, failure = $4,
          due_at = clock_timestamp() + $5 * interval '1 ms', updated_at = clock_timestamp()
        where business_id = $1 and conversation_id = $2 and position = $3
        """,
        delivery.id + [
          .text(Coding.text(reason, limit: AgentLimits.reasonByteCount)),
          .float8(Double(max(0, milliseconds))),
        ])
    }
  }

  /// Nobody knows whether the channel has taken the message: it is never sent again, and a person
  /// takes over.
  ///
  /// - Returns: As ``delivered(_:channelMessageID:)``.
  /// - Throws: ``TruthError``.
  @discardableResult
  public func deliveryUnknown(
    _ delivery: Delivery, reason: String
  ) throws(TruthError) -> Bool {
    try settle(delivery) { (connection) throws(PostgresError) in
      try Self.markUnknown(delivery.key, delivery.position, reason, &connection)
    }
  }

  /// Runs `body` where the delivery is still its owner's.
  private func settle(
    _ delivery: Delivery, _ body: (inout PostgresConnection) throws(PostgresError) -> Void
  ) throws(TruthError) -> Bool {
    try transaction(for: delivery.key.businessID) { (connection) throws(PostgresError) in
      let held = try connection.pipeline([
        .init(
          "select 1 from conversations where business_id = $1 and conversation_id = $2 for update",
          Array(delivery.id.prefix(2))),
        .init(
          """
          select 1 from outbox where business_id = $1 and conversation_id = $2 and position = $3
            and status = 'sending' and lease_owner = $4 and attempts = $5
          """, delivery.id + [.uuid(delivery.owner), .int4(Int32(clamping: delivery.attempt))]),
      ])[1]
      guard held.count > 0 else { return false }
      try body(&connection)
      return true
    }
  }

  private static func markUnknown(
    _ key: ConversationKey, _ position: Int64, _ reason: String,
    _ connection: inout PostgresConnection
  ) throws(PostgresError) {
    try connection.prepared(
      """
      update outbox set status = 'unknown', failure = $4, updated_at = clock_timestamp()
      where business_id = $1 and conversation_id = $2 and position = $3
      """,
      [
        .uuid(key.businessID), .uuid(key.conversationID), .int8(position),
        .text(Coding.text(reason, limit: AgentLimits.reasonByteCount)),
      ])
    _ = try handOff(
      key,
      Handoff(.unknownDelivery, "Nobody knows whether message \(position) arrived: \(reason)"),
      &connection)
  }
}

extension Delivery {
  fileprivate var id: [PostgresValue] {
    [.uuid(key.businessID), .uuid(key.conversationID), .int8(position)]
  }
}
