import Agent
import Platform
import Postgres
import Truth

extension AgentStore {
  /// A person takes a conversation over: the agent's turn, its queued messages and what it has not
  /// sent yet are void.
  ///
  /// - Parameters:
  ///   - key: The conversation.
  ///   - person: Who, for others to see; 1 to 400 bytes.
  /// - Returns: The conversation; nil where there is none, or it is over.
  /// - Throws: ``TruthError``.
  public func takeOver(
    _ key: ConversationKey, by person: String
  ) throws(TruthError) -> Conversation? {
    try Check.text(person, "by", 1...AgentLimits.nameByteCount)
    return try transaction(for: key.businessID) { (connection) throws(PostgresError) in
      try Self.stop(key, .handedOff, by: person, event: "taken_over", &connection)
    }
  }

  /// A person answers; where they have not taken the conversation over, that does.
  ///
  /// - Parameters:
  ///   - text: What they write, 1 byte to 64 KiB.
  ///   - key: The conversation.
  ///   - person: Who; 1 to 400 bytes.
  /// - Returns: The message, which is on its way; nil where there is no such conversation, or it is
  ///   over.
  /// - Throws: ``TruthError``.
  public func humanReply(
    _ text: String, to key: ConversationKey, by person: String
  ) throws(TruthError) -> Message? {
    try Check.text(text, "message", 1...AgentLimits.messageByteCount)
    try Check.text(person, "by", 1...AgentLimits.nameByteCount)
    return try transaction(for: key.businessID) { (connection) throws(PostgresError) in
      guard
        let conversation = try Self.stop(
          key, .handedOff, by: person, event: "human_replied", &connection)
      else { return nil }
      let id = UUID.timeOrdered()
      let replies = try connection.pipeline([
        .init(
          """
          insert into messages as m (business_id, message_id, conversation_id, epoch, sender_type,
            sender_name, message_content, channel, created_at)
          values ($1, $2, $3, $4, 'human', $5, $6, $7, clock_timestamp())
          returning \(Message.columns)
          """,
          [
            .uuid(key.businessID), .uuid(id), .uuid(key.conversationID),
            .int8(conversation.epoch), .text(person), .text(text), .text(conversation.channel),
          ]),
        .init(
          """
          insert into outbox (business_id, conversation_id, position, message_id)
          values ($1, $2, $3, $4)
          """,
          [
            .uuid(key.businessID), .uuid(key.conversationID), .int8(conversation.epoch), .uuid(id),
          ]),
      ])
      return try Message(replies[0], 0)
    }
  }

  /// Brings a person for a conversation that nobody can work on, and for other reasons outside of a
  /// turn.
  ///
  /// - Returns: The conversation; nil where there is none that the agent has.
  /// - Throws: ``TruthError``.
  public func handOff(
    _ key: ConversationKey, _ handoff: Handoff
  ) throws(TruthError) -> Conversation? {
    try transaction(for: key.businessID) { (connection) throws(PostgresError) in
      try Self.handOff(key, handoff, &connection)
    }
  }

  static func handOff(
    _ key: ConversationKey, _ handoff: Handoff, _ connection: inout PostgresConnection
  ) throws(PostgresError) -> Conversation? {
    try stop(
      key, .handedOff, from: [.active, .paused, .error], handoff: handoff, event: "handoff",
      &connection)
  }

  /// Gives a conversation to the agent again, from a person or a pause. What came in meanwhile is
  /// history; the next message is answered.
  ///
  /// - Returns: The conversation; nil where there is none that waits.
  /// - Throws: ``TruthError``.
  public func giveBack(_ key: ConversationKey) throws(TruthError) -> Conversation? {
    try transaction(for: key.businessID) { (connection) throws(PostgresError) in
      let conversation = try Self.stop(
        key, .active, from: [.handedOff, .paused, .error], event: "given_back", &connection)
      if conversation != nil {
        try connection.prepared(
          """
          update conversation_contexts set low_confidence_count = 0, updated_at = clock_timestamp()
          where business_id = $1 and conversation_id = $2
          """, [.uuid(key.businessID), .uuid(key.conversationID)])
      }
      return conversation
    }
  }

  /// Nobody answers until ``giveBack(_:)`` or ``takeOver(_:by:)``.
  ///
  /// - Returns: The conversation; nil where there is none that the agent has.
  /// - Throws: ``TruthError``.
  public func pause(_ key: ConversationKey) throws(TruthError) -> Conversation? {
    try transaction(for: key.businessID) { (connection) throws(PostgresError) in
      try Self.stop(key, .paused, from: [.active], event: "paused", &connection)
    }
  }

  /// Ends a conversation; the customer's next message begins another.
  ///
  /// - Returns: The conversation; nil where there is none that is open.
  /// - Throws: ``TruthError``.
  public func complete(_ key: ConversationKey) throws(TruthError) -> Conversation? {
    try transaction(for: key.businessID) { (connection) throws(PostgresError) in
      try Self.stop(key, .completed, event: "completed", &connection)
    }
  }

  /// Moves the epoch on and gives the conversation another status; whatever the agent was about to
  /// say is void.
  private static func stop(
    _ key: ConversationKey, _ status: Conversation.Status,
    from: [Conversation.Status] = [.active, .paused, .handedOff, .error],
    by person: String? = nil, handoff: Handoff? = nil, event: String,
    _ connection: inout PostgresConnection
  ) throws(PostgresError) -> Conversation? {
    let id: [PostgresValue] = [.uuid(key.businessID), .uuid(key.conversationID)]
    let keepsReason = person != nil
    let moved = try connection.prepared(
      """
      update conversations as c
      set epoch = epoch + 1, status = $3, taken_by = $4, due_at = null,
        handoff_category = case when $8 then handoff_category else $5 end,
        handoff_reason = case when $8 then handoff_reason else $6 end,
        lease_owner = null, lease_until = null,
        last_updated = clock_timestamp(), updated_at = clock_timestamp()
      where business_id = $1 and conversation_id = $2 and status = any ($7)
      returning \(Conversation.columns)
      """,
      id + [
        .text(status.rawValue), .optional(person), .optional(handoff?.category.rawValue),
        .optional(
          handoff.map { Coding.text($0.reason, limit: AgentLimits.reasonByteCount) }),
        .textArray(from.map(\.rawValue)), .boolean(keepsReason),
      ])
    guard moved.count > 0 else { return nil }
    let details = JSON.object(
      [("by", JSON.optional(person)), ("category", .optional(handoff?.category.rawValue))]
        .filter { !$0.1.isNull }.map { (key: $0.0, value: $0.1) })
    try connection.pipeline([
      .init(
        """
        update message_queue set status = 'handed_off', processed_at = clock_timestamp()
        where business_id = $1 and conversation_id = $2 and status = 'queued'
        """, id),
      .init(
        """
        update turns set status = 'superseded', finished_at = clock_timestamp()
        where business_id = $1 and conversation_id = $2 and status = 'running'
        """, id),
      .init(
        """
        update outbox o set status = 'cancelled', updated_at = clock_timestamp()
        from messages m
        where o.business_id = $1 and o.conversation_id = $2 and o.status = 'pending'
          and m.business_id = $1 and m.message_id = o.message_id and m.sender_type = 'assistant'
          and ($3 or not o.is_farewell)
        """, id + [.boolean(status != .handedOff || person != nil)]),
      .init(
        """
        insert into events (business_id, user_id, conversation_id, type, details, event_timestamp)
        select business_id, user_id, conversation_id, $3, $4::json, clock_timestamp()
        from conversations where business_id = $1 and conversation_id = $2
        """, id + [.text(event), .text(details.description)]),
    ])
    return try Conversation(moved, 0)
  }
}
