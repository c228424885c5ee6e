import Agent
import Platform
import Postgres
import Truth

extension AgentStore {
  /// Conversations, those first in which something happened last.
  ///
  /// - Parameters:
  ///   - business: The tenant.
  ///   - status: Only of this status; nil for all.
  ///   - user: Only of this customer; nil for all.
  ///   - channel: Only of this channel; nil for all.
  ///   - offset: How many to pass over.
  ///   - limit: How many, at most 1,000.
  /// - Throws: ``TruthError``.
  public func conversations(
    business: UUID, status: Conversation.Status? = nil, user: UUID? = nil, channel: String? = nil,
    offset: Int = 0, limit: Int = 100
  ) throws(TruthError) -> [ConversationRecord] {
    if channel?.utf8.contains(0) == true { return [] }
    var filter = Filter(business)
    if let status { filter.add("c.status = ", .text(status.rawValue)) }
    if let user { filter.add("c.user_id = ", .uuid(user)) }
    if let channel { filter.add("c.channel = ", .text(channel)) }
    let page = filter.page(offset, limit)
    return try transaction(for: business) { (connection) throws(PostgresError) in
      try connection.prepared(
        """
        select \(ConversationRecord.columns) from conversations c
        where c.business_id = $1 \(filter.sql)
        order by c.last_updated desc, c.conversation_id desc \(page)
        """, filter.parameters
      ).map { (rows, row) throws(PostgresError) in try ConversationRecord(rows, row) }
    }
  }

  /// A conversation by id; nil where the business has none of this id.
  ///
  /// - Throws: ``TruthError``.
  public func conversation(_ key: ConversationKey) throws(TruthError) -> ConversationRecord? {
    try transaction(for: key.businessID) { (connection) throws(PostgresError) in
      try connection.prepared(
        """
        select \(ConversationRecord.columns) from conversations c
        where c.business_id = $1 and c.conversation_id = $2
        """, [.uuid(key.businessID), .uuid(key.conversationID)]
      ).first { (rows, row) throws(PostgresError) in try ConversationRecord(rows, row) }
    }
  }

  /// The newest messages of a conversation, oldest first.
  ///
  /// - Parameters:
  ///   - key: The conversation.
  ///   - epoch: Only those before this epoch; nil for the newest.
  ///   - limit: How many, at most 1,000.
  /// - Throws: ``TruthError``.
  public func messages(
    of key: ConversationKey, before epoch: Int64? = nil, limit: Int = 100
  ) throws(TruthError) -> [MessageRecord] {
    try transaction(for: key.businessID) { (connection) throws(PostgresError) in
      try connection.prepared(
        """
        select \(Message.columns), m.channel, m.channel_message_id, m.sender_name, o.status
        from messages m left join outbox o on o.business_id = m.business_id
          and o.conversation_id = m.conversation_id and o.position = m.epoch
        where m.business_id = $1 and m.conversation_id = $2 and m.epoch < $3
        order by m.epoch desc limit $4
        """,
        [
          .uuid(key.businessID), .uuid(key.conversationID), .int8(epoch ?? Int64.max),
          Check.limit(limit),
        ]
      ).map { (rows, row) throws(PostgresError) in
        MessageRecord(
          message: try Message(rows, row), channel: try rows.value(row, 5),
          channelMessageID: try rows.optional(row, 6), senderName: try rows.optional(row, 7),
          delivery: try rows.optional(row, 8, as: String.self).flatMap(
            DeliveryStatus.init(rawValue:)))
      }.reversed()
    }
  }

  /// What the agent remembers of a conversation; nothing where it is unknown.
  ///
  /// - Throws: ``TruthError``.
  public func memory(of key: ConversationKey) throws(TruthError) -> Memory {
    try transaction(for: key.businessID) { (connection) throws(PostgresError) in
      try Memory(
        optional: connection.prepared(
          """
          select \(Memory.columns) from conversation_contexts
          where business_id = $1 and conversation_id = $2
          """, [.uuid(key.businessID), .uuid(key.conversationID)]))
    }
  }

  /// The turns of a conversation, newest first.
  ///
  /// - Parameters:
  ///   - key: The conversation.
  ///   - limit: How many, at most 1,000.
  /// - Throws: ``TruthError``.
  public func turns(
    of key: ConversationKey, limit: Int = 100
  ) throws(TruthError) -> [TurnRecord] {
    try transaction(for: key.businessID) { (connection) throws(PostgresError) in
      try connection.prepared(
        """
        select \(TurnRecord.columns) from turns t
        where t.business_id = $1 and t.conversation_id = $2
        order by t.started_at desc, t.turn_id desc limit $3
        """, [.uuid(key.businessID), .uuid(key.conversationID), Check.limit(limit)]
      ).map { (rows, row) throws(PostgresError) in try TurnRecord(rows, row) }
    }
  }

  /// All that was recorded of a turn; nil where the business has none of this id, or its trace was
  /// pruned.
  ///
  /// - Throws: ``TruthError``.
  public func trace(turn id: UUID, business: UUID) throws(TruthError) -> TurnTrace? {
    try transaction(for: business, .repeatableReadOnly) { (connection) throws(PostgresError) in
      let key: [PostgresValue] = [.uuid(business), .uuid(id)]
      let replies = try connection.pipeline([
        .init(
          """
          select \(TurnRecord.columns) from turns t where t.business_id = $1 and t.turn_id = $2
          """, key),
        Self.steps(of: id, .uuid(business)),
        .init(
          """
          select \(Message.columns) from turns t join messages m on m.business_id = t.business_id
            and m.conversation_id = t.conversation_id
            and m.epoch between t.burst_start and t.burst_end
          where t.business_id = $1 and t.turn_id = $2 and m.sender_type = 'user' order by m.epoch
          """, key),
        .init(
          """
          select \(Message.columns) from turns t join messages m on m.business_id = t.business_id
            and m.message_id = t.message_id
          where t.business_id = $1 and t.turn_id = $2
          """, key),
        .init(
          """
          select \(InteractionRecord.columns) from agent_interactions i
          where i.business_id = $1 and i.turn_id = $2
          """, key),
      ])
      guard replies[0].count > 0 else { return nil }
      return TurnTrace(
        turn: try TurnRecord(replies[0], 0),
        burst: try replies[2].map { (rows, row) throws(PostgresError) in try Message(rows, row) },
        steps: try replies[1].map { (rows, row) throws(PostgresError) in
          try StepRecord(rows, row)
        },
        answer: try replies[3].first { (rows, row) throws(PostgresError) in
          try Message(rows, row)
        },
        interaction: try replies[4].first { (rows, row) throws(PostgresError) in
          try InteractionRecord(rows, row)
        })
    }
  }

  /// What turns came to, newest first.
  ///
  /// - Parameters:
  ///   - business: The tenant.
  ///   - conversation: Only of this conversation; nil for all.
  ///   - since: Only from this moment on, in microseconds since 1970; nil for all.
  ///   - offset: How many to pass over.
  ///   - limit: How many, at most 1,000.
  /// - Throws: ``TruthError``.
  public func interactions(
    business: UUID, conversation: UUID? = nil, since: Int64? = nil, offset: Int = 0,
    limit: Int = 100
  ) throws(TruthError) -> [InteractionRecord] {
    var filter = Filter(business)
    if let conversation { filter.add("i.conversation_id = ", .uuid(conversation)) }
    if let since { filter.add("i.created_at >= ", Coding.moment(since)) }
    let page = filter.page(offset, limit)
    return try transaction(for: business) { (connection) throws(PostgresError) in
      try connection.prepared(
        """
        select \(InteractionRecord.columns) from agent_interactions i
        where i.business_id = $1 \(filter.sql)
        order by i.created_at desc, i.turn_id desc \(page)
        """, filter.parameters
      ).map { (rows, row) throws(PostgresError) in try InteractionRecord(rows, row) }
    }
  }

  /// Removes what grows for ever: traces of turns that are over (their interactions stay) and
  /// events, both from before a moment. Call it again until it returns 0.
  ///
  /// - Parameters:
  ///   - moment: Microseconds since 1970.
  ///   - business: The tenant.
  ///   - limit: Rows of each kind in this one transaction.
  /// - Returns: How many turns and events were removed.
  /// - Throws: ``TruthError``.
  public func prune(
    olderThan moment: Int64, business: UUID, limit: Int = 1000
  ) throws(TruthError) -> Int {
    try transaction(for: business) { (connection) throws(PostgresError) in
      let parameters: [PostgresValue] = [
        .uuid(business), Coding.moment(moment), .int8(Int64(max(1, limit))),
      ]
      return try connection.pipeline([
        .init(
          """
          delete from turns where business_id = $1 and turn_id in (
            select turn_id from turns
            where business_id = $1 and started_at < $2 and status <> 'running'
            order by started_at limit $3)
          """, parameters),
        .init(
          """
          delete from events where business_id = $1 and event_id in (
            select event_id from events where business_id = $1 and event_timestamp < $2
            order by event_timestamp limit $3)
          """, parameters),
      ]).reduce(0) { $0 + $1.affectedCount }
    }
  }
}

extension ConversationRecord {
  /// Of a table or alias `c`.
  fileprivate static let columns = """
    \(Conversation.columns), c.identity, c.handoff_category, coalesce(c.handoff_reason, ''),
    c.taken_by, c.due_at
    """

  fileprivate init(_ rows: PostgresRows, _ row: Int) throws(PostgresError) {
    let after = Conversation.columnCount
    conversation = try Conversation(rows, row)
    identity = try rows.value(row, after)
    if let category = try rows.optional(row, after + 1, as: String.self) {
      handoff = HandoffRecord(category: category, reason: try rows.value(row, after + 2))
    }
    takenBy = try rows.optional(row, after + 3)
    dueAt = try Coding.optionalTime(rows, row, after + 4)
  }
}

extension TurnRecord {
  /// Of a table or alias `t`.
  fileprivate static let columns = """
    t.turn_id, t.conversation_id, t.epoch, t.status, t.attempts, t.failure, t.started_at,
    t.finished_at
    """

  fileprivate init(_ rows: PostgresRows, _ row: Int) throws(PostgresError) {
    id = try rows.value(row, 0)
    conversationID = try rows.value(row, 1)
    epoch = try rows.value(row, 2)
    status = try Coding.raw(rows, row, 3)
    attempts = try rows.value(row, 4)
    failure = try rows.optional(row, 5)
    startedAt = try Coding.time(rows, row, 6)
    finishedAt = try Coding.optionalTime(rows, row, 7)
  }
}
