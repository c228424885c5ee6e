import Agent
import Platform
import Postgres
import Truth

extension AgentStore {
  /// Stores a message that came in: finds or creates the customer and the conversation, moves the
  /// epoch on, and queues the message for the agent where the agent has the conversation.
  ///
  /// Whoever works on an answer loses the fence; the whole queue is due when the customer has been
  /// quiet. A conversation that is over is followed by a new one.
  ///
  /// - Returns: What was stored; for a message that the channel had brought before, what was stored
  ///   then, and nothing is changed.
  /// - Throws: ``TruthError``: `.invalid` with the field (also where another customer used this id
  ///   of the channel), `.unknownBusiness`, or `.postgres`.
  public func receive(_ message: InboundMessage) throws(TruthError) -> Receipt {
    try check(message)
    let received: Receipt?
    do throws(TruthError) {
      received = try transaction(for: message.businessID) { (connection) throws(PostgresError) in
        try Self.receive(message, &connection)
      }
    } catch {
      if case .postgres(let refusal) = error, refusal.code == .foreignKeyViolation {
        throw .unknownBusiness(message.businessID.description)
      }
      throw error
    }
    guard let received else {
      throw .invalid(
        field: "channel_message_id", reason: "was used before, in another conversation")
    }
    return received
  }

  private func check(_ message: InboundMessage) throws(TruthError) {
    try Check.text(message.text, "message", 1...AgentLimits.messageByteCount)
    try Check.channel(message.channel)
    try Check.text(message.identity, "identity", 1...AgentLimits.nameByteCount)
    try Check.text(message.sessionID, "session_id", 0...AgentLimits.nameByteCount)
    try Check.text(message.channelMessageID, "channel_message_id", 1...AgentLimits.nameByteCount)
    try Check.text(message.firstName, "first_name", 0...AgentLimits.nameByteCount)
    try Check.text(message.lastName, "last_name", 0...AgentLimits.nameByteCount)
    for (value, field) in [
      (message.quietMilliseconds, "quiet_milliseconds"),
      (message.longestWaitMilliseconds, "longest_wait_milliseconds"),
    ] where !(0...3_600_000).contains(value) {
      throw .invalid(field: field, reason: "needs 0 to 3600000 (an hour)")
    }
  }

  /// Nil where the channel's id belongs to somebody else's message.
  private static func receive(
    _ message: InboundMessage, _ connection: inout PostgresConnection
  ) throws(PostgresError) -> Receipt? {
    if let id = message.channelMessageID {
      // Deliveries of one message wait for each other here; each later statement sees what the
      // one before has committed.
      let found = try connection.pipeline([
        .init(
          """
          select pg_advisory_xact_lock(
            hashtextextended($1::text || chr(10) || $2 || chr(10) || $3, 0))
          """, [.text(message.businessID.description), .text(message.channel), .text(id)]),
        .init(
          """
          select \(Conversation.columns), \(Message.columns), q.status = 'queued', c.identity,
            c.session_id, q.answer_id
          from messages m join conversations c using (business_id, conversation_id)
            left join message_queue q on q.business_id = m.business_id
              and q.conversation_id = m.conversation_id and q.queue_position = m.epoch
          where m.business_id = $1 and m.channel = $2 and m.channel_message_id = $3
          """, [.uuid(message.businessID), .text(message.channel), .text(id)]),
      ])[1]
      if found.count > 0 { return try duplicate(message, found, &connection) }
    }
    let user = try findOrCreateUser(message, &connection)
    let rows = try connection.prepared(
      """
      insert into conversations as c
        (business_id, user_id, channel, identity, session_id, epoch, due_at)
      values ($1, $2, $3, $4, $5, 1, clock_timestamp() + $6 * interval '1 ms')
      on conflict (business_id, channel, identity, session_id) where status <> 'completed'
      do update set epoch = c.epoch + 1, last_updated = clock_timestamp(),
        updated_at = clock_timestamp(),
        due_at = case when c.status = 'active' then least(
          clock_timestamp() + $6 * interval '1 ms',
          coalesce((select min(q.queued_at) from message_queue q
            where q.business_id = c.business_id and q.conversation_id = c.conversation_id
              and q.status = 'queued'), clock_timestamp()) + $7 * interval '1 ms') end
      returning \(Conversation.columns)
      """,
      [
        .uuid(message.businessID), .uuid(user), .text(message.channel), .text(message.identity),
        .text(message.sessionID), .float8(Double(message.quietMilliseconds)),
        .float8(Double(max(message.quietMilliseconds, message.longestWaitMilliseconds))),
      ])
    let conversation = try Conversation(rows, 0)
    let id = UUID.timeOrdered()
    let isQueued = conversation.status == .active
    var statements = [
      PostgresConnection.Statement(
        """
        insert into messages as m (business_id, message_id, conversation_id, epoch, sender_type,
          message_content, channel, channel_message_id, created_at)
        values ($1, $2, $3, $4, 'user', $5, $6, $7, clock_timestamp())
        returning \(Message.columns)
        """,
        [
          .uuid(message.businessID), .uuid(id), .uuid(conversation.id), .int8(conversation.epoch),
          .text(message.text), .text(message.channel), .optional(message.channelMessageID),
        ])
    ]
    if isQueued {
      statements.append(
        .init(
          """
          insert into message_queue
            (business_id, conversation_id, queue_position, message_id, queued_at)
          values ($1, $2, $3, $4, clock_timestamp())
          """,
          [
            .uuid(message.businessID), .uuid(conversation.id), .int8(conversation.epoch),
            .uuid(id),
          ]))
    }
    let stored = try connection.pipeline(statements)
    return Receipt(
      conversation: conversation, message: try Message(stored[0], 0), isQueued: isQueued,
      isDuplicate: false)
  }

  private static func duplicate(
    _ message: InboundMessage, _ found: PostgresRows, _ connection: inout PostgresConnection
  ) throws(PostgresError) -> Receipt? {
    let after = Conversation.columnCount + Message.columnCount
    guard try found.value(0, after + 1, as: String.self) == message.identity,
      try found.value(0, after + 2, as: String.self) == message.sessionID
    else { return nil }
    var receipt = Receipt(
      conversation: try Conversation(found, 0),
      message: try Message(found, 0, from: Conversation.columnCount),
      isQueued: try found.optional(0, after) ?? false, isDuplicate: true)
    if let answer = try found.optional(0, after + 3, as: UUID.self) {
      receipt.answer = try connection.prepared(
        "select \(Message.columns) from messages m where business_id = $1 and message_id = $2",
        [.uuid(message.businessID), .uuid(answer)]
      ).first { (rows, row) throws(PostgresError) in try Message(rows, row) }
    }
    return receipt
  }

  /// The customer behind an identity. A new one's id follows from it, so that two first messages
  /// at once make one customer.
  private static func findOrCreateUser(
    _ message: InboundMessage, _ connection: inout PostgresConnection
  ) throws(PostgresError) -> UUID {
    let find = PostgresConnection.Statement(
      """
      select user_id from user_identities
      where business_id = $1 and channel = $2 and identity = $3
      """, [.uuid(message.businessID), .text(message.channel), .text(message.identity)])
    let found = try connection.prepared(find.sql, find.parameters)
    if found.count > 0 { return try found.value(0, 0) }
    let id = UUID.named(
      Array("user\n\(message.channel)\n\(message.identity)".utf8), in: message.businessID)
    return try connection.pipeline([
      .init(
        """
        insert into users (business_id, user_id, first_name, last_name) values ($1, $2, $3, $4)
        on conflict do nothing
        """,
        [.uuid(message.businessID), .uuid(id), .text(message.firstName), .text(message.lastName)]),
      .init(
        """
        insert into user_identities (business_id, channel, identity, user_id)
        values ($1, $2, $3, $4) on conflict do nothing
        """,
        [
          .uuid(message.businessID), .text(message.channel), .text(message.identity), .uuid(id),
        ]),
      find,
    ])[2].value(0, 0)
  }
}
