import Agent
import Platform
import Postgres
import Truth

extension AgentStore {
  /// Takes a conversation whose messages are due, for one process, and reads all that its turn
  /// begins with. A turn that was begun in this epoch is gone on with; one of an earlier epoch is
  /// superseded.
  ///
  /// - Parameters:
  ///   - key: The conversation.
  ///   - owner: Who claims it: an id of the process or of one of its threads.
  ///   - leaseMilliseconds: How long nobody else may, unless it is renewed; 1 or more.
  ///   - evenIfNotDue: Whether to take it although the customer may still be writing.
  /// - Returns: Nil where nothing is to be answered, it is not due, a person has it, or somebody
  ///   else works on it.
  /// - Throws: ``TruthError``.
  /// - Complexity: Two round trips and a pipeline; the set-up is read where it has changed.
  public func claim(
    conversation key: ConversationKey, owner: UUID, leaseMilliseconds: Int,
    evenIfNotDue: Bool = false
  ) throws(TruthError) -> Claim? {
    try transaction(for: key.businessID) { (connection) throws(PostgresError) in
      let business = PostgresValue.uuid(key.businessID)
      let id = PostgresValue.uuid(key.conversationID)
      let taken = try connection.prepared(
        """
        update conversations as c
        set lease_owner = $3, lease_until = clock_timestamp() + $4 * interval '1 ms'
        where business_id = $1 and conversation_id = $2 and status = 'active'
          and due_at is not null and ($5 or due_at <= clock_timestamp())
          and (lease_until is null or lease_until <= clock_timestamp())
        returning \(Conversation.columns)
        """,
        [
          business, id, .uuid(owner), .float8(Double(max(1, leaseMilliseconds))),
          .boolean(evenIfNotDue),
        ])
      guard taken.count > 0 else { return nil }
      let conversation = try Conversation(taken, 0)
      let replies = try connection.pipeline(
        [SetupCache.fingerprint(of: business), Self.queuedMessages(business, id)]
          + Self.beginning(conversation, business, id))
      let burst = try replies[1].map { (rows, row) throws(PostgresError) in
        try Message(rows, row)
      }
      guard let first = burst.first, let last = burst.last else {
        // Somebody has emptied the queue by hand.
        try connection.prepared(
          """
          update conversations set due_at = null, lease_owner = null, lease_until = null
          where business_id = $1 and conversation_id = $2
          """, [business, id])
        return nil
      }
      let turn = replies[3]
      let turnID = try turn.value(0, 0, as: UUID.self)
      let later = try connection.pipeline([
        Self.historyBefore(first.epoch, business, id), Self.steps(of: turnID, business),
      ])
      return Claim(
        input: TurnInput(
          turnID: turnID,
          setup: try setups.setup(key.businessID, fingerprint: replies[0], &connection),
          conversation: conversation,
          customer: try Self.customer(replies[4], orders: replies[5], appointments: replies[6]),
          history: try later[0].map { (rows, row) throws(PostgresError) in
            try Message(rows, row)
          }.reversed(),
          burst: burst, memory: try Memory(optional: replies[7]),
          now: try Coding.time(replies[8], 0, 0)),
        owner: owner,
        steps: try later[1].map { (rows, row) throws(PostgresError) in
          try StepRecord(rows, row)
        },
        attempt: try turn.value(0, 1), burstEnd: last.epoch)
    }
  }

  /// Keeps a claim for longer.
  ///
  /// - Returns: False where it is lost: the lease ran out and somebody else has the conversation.
  /// - Throws: ``TruthError``.
  public func renew(_ claim: Claim, leaseMilliseconds: Int) throws(TruthError) -> Bool {
    try transaction(for: claim.key.businessID) { (connection) throws(PostgresError) in
      try connection.prepared(
        """
        update conversations set lease_until = clock_timestamp() + $4 * interval '1 ms'
        where business_id = $1 and conversation_id = $2 and lease_owner = $3
        """,
        [
          .uuid(claim.key.businessID), .uuid(claim.key.conversationID), .uuid(claim.owner),
          .float8(Double(max(1, leaseMilliseconds))),
        ]
      ).affectedCount > 0
    }
  }

  /// Gives a claim back without an answer: what is queued is due for others, and the turn can be
  /// gone on with.
  ///
  /// - Throws: ``TruthError``.
  public func release(_ claim: Claim) throws(TruthError) {
    try transaction(for: claim.key.businessID) { (connection) throws(PostgresError) in
      try Self.release(claim, &connection)
    }
  }

  static func release(
    _ claim: Claim, _ connection: inout PostgresConnection
  ) throws(PostgresError) {
    try connection.prepared(
      """
      update conversations set lease_owner = null, lease_until = null
      where business_id = $1 and conversation_id = $2 and lease_owner = $3
      """,
      [.uuid(claim.key.businessID), .uuid(claim.key.conversationID), .uuid(claim.owner)])
  }

  /// Stores steps that are done, all or none. A step that is stored already stays as it is.
  ///
  /// - Returns: Whether the answer can still be sent; false where the turn is over or something has
  ///   happened in the conversation since, so that going on is in vain.
  /// - Throws: ``TruthError``: `.invalid` where an input, output or calls have more than 16 MiB.
  public func record(_ steps: [StepRecord], of claim: Claim) throws(TruthError) -> Bool {
    var statements: [PostgresConnection.Statement] = []
    for step in steps { statements.append(try Self.insertion(of: step, claim)) }
    return try transaction(for: claim.key.businessID) { (connection) throws(PostgresError) in
      try connection.pipeline(statements)
      let rows = try connection.prepared(
        """
        select t.epoch = c.epoch and c.status = 'active'
        from turns t join conversations c using (business_id, conversation_id)
        where t.business_id = $1 and t.turn_id = $2 and t.conversation_id = $3
          and t.status = 'running'
        """,
        [
          .uuid(claim.key.businessID), .uuid(claim.input.turnID),
          .uuid(claim.key.conversationID),
        ])
      return rows.count == 0 ? false : try rows.value(0, 0)
    }
  }

  /// Stores one step that is done; see ``record(_:of:)-([StepRecord],_)``.
  public func record(_ step: StepRecord, of claim: Claim) throws(TruthError) -> Bool {
    try record([step], of: claim)
  }

  /// A step as a row of a turn that runs.
  static func insertion(
    of step: StepRecord, _ claim: Claim
  ) throws(TruthError) -> PostgresConnection.Statement {
    let limit = AgentLimits.stepByteCount
    try Check.json(step.input, "input", kind: "object", limit: limit)
    try Check.json(step.output, "output", kind: "object", limit: limit)
    let calls = step.encodedCalls
    try Check.json(calls, "calls", kind: "array", limit: limit)
    return .init(
      """
      insert into turn_steps
        (business_id, turn_id, step_number, step, input, output, calls, microseconds)
      select business_id, turn_id, $3, $4, $5::json, $6::json, $7::json, $8 from turns
      where business_id = $1 and turn_id = $2 and conversation_id = $9 and status = 'running'
      on conflict do nothing
      """,
      [
        .uuid(claim.key.businessID), .uuid(claim.input.turnID), .int4(step.step.number),
        .text(step.step.rawValue), .text(step.input.description),
        .text(step.output.description), .text(calls.description),
        .int8(max(0, step.microseconds)), .uuid(claim.key.conversationID),
      ])
  }

  // MARK: Statements

  /// The queue, oldest first.
  private static func queuedMessages(
    _ business: PostgresValue, _ id: PostgresValue
  ) -> PostgresConnection.Statement {
    .init(
      """
      select \(Message.columns) from message_queue q
        join messages m on m.business_id = q.business_id
          and m.conversation_id = q.conversation_id and m.epoch = q.queue_position
      where q.business_id = $1 and q.conversation_id = $2 and q.status = 'queued'
      order by q.queue_position limit \(AgentLimits.burstCount)
      """, [business, id])
  }

  /// Ends turns of other epochs; begins or goes on with the one of this; then what is known.
  private static func beginning(
    _ conversation: Conversation, _ business: PostgresValue, _ id: PostgresValue
  ) -> [PostgresConnection.Statement] {
    [
      .init(
        """
        update turns set status = 'superseded', finished_at = clock_timestamp()
        where business_id = $1 and conversation_id = $2 and status = 'running' and epoch <> $3
        """, [business, id, .int8(conversation.epoch)]),
      .init(
        """
        insert into turns as t (business_id, turn_id, conversation_id, epoch, burst_start,
          burst_end, started_at)
        select $1, $4, $2, $3, min(p.queue_position), max(p.queue_position), clock_timestamp()
        from (select q.queue_position from message_queue q
          where q.business_id = $1 and q.conversation_id = $2 and q.status = 'queued'
          order by q.queue_position limit \(AgentLimits.burstCount)) as p
        having count(*) > 0
        on conflict (business_id, conversation_id) where status = 'running'
        do update set attempts = t.attempts + 1
        returning t.turn_id, t.attempts
        """, [business, id, .int8(conversation.epoch), .uuid(.timeOrdered())]),
      .init(
        """
        select user_id, first_name, last_name, coalesce(email, '') from users
        where business_id = $1 and user_id = $2
        """, [business, .uuid(conversation.userID)]),
      .init(
        """
        select \(Order.columns) from orders o where o.business_id = $1 and o.user_id = $2
        order by o.created_at desc, o.order_id desc limit 20
        """, [business, .uuid(conversation.userID)]),
      .init(
        """
        select \(Appointment.columns) from appointments a
        where a.business_id = $1 and a.user_id = $2
        order by a.starts_at desc, a.appointment_id desc limit 20
        """, [business, .uuid(conversation.userID)]),
      .init(
        """
        select \(Memory.columns) from conversation_contexts
        where business_id = $1 and conversation_id = $2
        """, [business, id]),
      .init("select clock_timestamp()"),
    ]
  }

  private static func historyBefore(
    _ epoch: Int64, _ business: PostgresValue, _ id: PostgresValue
  ) -> PostgresConnection.Statement {
    .init(
      """
      select \(Message.columns) from messages m
      where m.business_id = $1 and m.conversation_id = $2 and m.epoch < $3
      order by m.epoch desc limit \(AgentLimits.historyCount)
      """, [business, id, .int8(epoch)])
  }

  /// The steps of a turn, in order.
  static func steps(of turn: UUID, _ business: PostgresValue) -> PostgresConnection.Statement {
    .init(
      """
      select \(StepRecord.columns) from turn_steps
      where business_id = $1 and turn_id = $2 order by step_number
      """, [business, .uuid(turn)])
  }

  private static func customer(
    _ user: PostgresRows, orders: PostgresRows, appointments: PostgresRows
  ) throws(PostgresError) -> Customer {
    guard user.count > 0 else {
      throw PostgresError(.unexpectedReply, "the conversation's customer is gone")
    }
    return Customer(
      id: try user.value(0, 0), firstName: try user.value(0, 1), lastName: try user.value(0, 2),
      email: try user.value(0, 3),
      orders: try orders.map { (rows, row) throws(PostgresError) in try Order(rows, row) },
      appointments: try appointments.map { (rows, row) throws(PostgresError) in
        try Appointment(rows, row)
      })
  }
}
