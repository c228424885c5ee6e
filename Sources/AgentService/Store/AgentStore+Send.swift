import Agent
import Platform
import Postgres
import Truth

extension AgentStore {
  /// Sends an answer through the fence: only where nothing has happened in the conversation since
  /// the turn was claimed, and then with all that belongs to it, in one transaction. The claim ends
  /// either way.
  ///
  /// Texts that are longer than a row may hold are cut, so that no answer fails for its length.
  ///
  /// - Parameters:
  ///   - outcome: What the turn came to.
  ///   - steps: Steps that are not stored yet; they are where the answer is.
  ///   - claim: The turn.
  /// - Returns: The message, or that it came too late; where the turn was answered already, what
  ///   was answered then, so that it may be called again after `.commitOutcomeUnknown`.
  /// - Throws: ``TruthError/postgres(_:)``.
  public func send(
    _ outcome: TurnOutcome, steps: [StepRecord] = [], for claim: Claim
  ) throws(TruthError) -> SendResult {
    try finish(claim, outcome, steps, failure: nil)
  }

  /// Ends a turn that cannot be answered: a person takes over for this reason.
  ///
  /// - Parameters:
  ///   - claim: The turn.
  ///   - reason: In a sentence, for the person.
  ///   - reply: What the customer is told; empty for nothing.
  /// - Returns: As ``send(_:for:)``.
  /// - Throws: ``TruthError/postgres(_:)``.
  public func fail(
    _ claim: Claim, reason: String, reply: String = ""
  ) throws(TruthError) -> SendResult {
    var outcome = TurnOutcome(reply: reply, memory: claim.input.memory)
    outcome.handoff = Handoff(.failure, reason)
    outcome.messageType = "handoff"
    outcome.answeredInStageID = claim.input.conversation.stageID
    outcome.nextStageID = claim.input.conversation.stageID
    outcome.agentID = claim.input.conversation.agentID
    outcome.language = claim.input.conversation.language
    outcome.events = [TurnEvent("error", .object([("reason", .string(reason))]))]
    return try finish(claim, outcome, [], failure: reason)
  }

  private func finish(
    _ claim: Claim, _ outcome: TurnOutcome, _ steps: [StepRecord], failure: String?
  ) throws(TruthError) -> SendResult {
    var stored: [PostgresConnection.Statement] = []
    for step in steps { stored.append(try Self.insertion(of: step, claim)) }
    return try transaction(for: claim.key.businessID) { (connection) throws(PostgresError) in
      let moved = try connection.pipeline(Self.fence(claim, outcome))[2]
      guard moved.count > 0 else { return try Self.late(claim, &connection) }
      let epoch = try moved.value(0, 0, as: Int64.self)
      let reply = Coding.text(outcome.reply, limit: AgentLimits.messageByteCount)
      let answer = reply.isEmpty ? nil : UUID.timeOrdered()
      var statements: [PostgresConnection.Statement] = []
      if let answer {
        statements += Self.message(
          answer, reply, epoch, claim, isFarewell: outcome.handoff != nil)
      }
      statements += stored
      statements += [
        Self.processed(claim, answer: answer),
        outcome.memory.statement(
          .uuid(claim.key.businessID), .uuid(claim.key.conversationID)),
        .init(
          """
          update turns set status = $3, message_id = $4, failure = $5,
            finished_at = clock_timestamp()
          where business_id = $1 and turn_id = $2
          """,
          [
            .uuid(claim.key.businessID), .uuid(claim.input.turnID),
            .text(outcome.handoff == nil ? "sent" : "handed_off"), .optional(answer),
            .optional(failure.map { Coding.text($0, limit: AgentLimits.reasonByteCount) }),
          ]),
        InteractionRecord.statement(claim, outcome, reply: reply),
      ]
      if outcome.handoff != nil { statements.append(Self.lastWords(claim)) }
      if !outcome.events.isEmpty { statements.append(Self.events(claim, outcome.events)) }
      let replies = try connection.pipeline(statements)
      guard answer != nil else { return .sent(nil) }
      return .sent(try Message(replies[0], 0))
    }
  }

  /// Something else came first: another answer of this turn, or anything in the conversation.
  private static func late(
    _ claim: Claim, _ connection: inout PostgresConnection
  ) throws(PostgresError) -> SendResult {
    let turn: [PostgresValue] = [.uuid(claim.key.businessID), .uuid(claim.input.turnID)]
    let answered = try connection.prepared(
      """
      select \(Message.columns) from turns t left join messages m
        on m.business_id = t.business_id and m.message_id = t.message_id
      where t.business_id = $1 and t.turn_id = $2 and t.status in ('sent', 'handed_off')
      """, turn)
    if answered.count > 0 {
      return .sent(answered.isNull(0, 0) ? nil : try Message(answered, 0))
    }
    // The conversation's row first, as everywhere.
    try release(claim, &connection)
    try connection.prepared(
      """
      update turns set status = 'superseded', finished_at = clock_timestamp()
      where business_id = $1 and turn_id = $2 and status = 'running'
      """, turn)
    return .superseded
  }

  /// Stages and agents may be deleted meanwhile: what is gone becomes none, and what is there stays
  /// until this is over. Then the fence itself.
  private static func fence(
    _ claim: Claim, _ outcome: TurnOutcome
  ) -> [PostgresConnection.Statement] {
    let business = PostgresValue.uuid(claim.key.businessID)
    return [
      .init(
        "select 1 from stages where business_id = $1 and stage_id = $2 for key share",
        [business, .uuid(outcome.nextStageID ?? .zero)]),
      .init(
        "select 1 from agents where business_id = $1 and agent_id = $2 for key share",
        [business, .uuid(outcome.agentID ?? .zero)]),
      .init(
        """
        update conversations as c
        set epoch = c.epoch + 1, language = $5,
          stage_id = (select stage_id from stages where business_id = $1 and stage_id = $3),
          agent_id = (select agent_id from agents where business_id = $1 and agent_id = $4),
          status = case when $6::text is null then 'active' else 'handed_off' end,
          handoff_category = $6, handoff_reason = $7,
          due_at = case when $6::text is null and exists (
            select from message_queue q where q.business_id = $1
              and q.conversation_id = c.conversation_id and q.status = 'queued'
              and q.queue_position > t.burst_end) then clock_timestamp() end,
          lease_owner = null, lease_until = null,
          last_updated = clock_timestamp(), updated_at = clock_timestamp()
        from turns t
        where t.business_id = $1 and t.turn_id = $2 and t.conversation_id = $8
          and t.status = 'running' and c.business_id = $1 and c.conversation_id = t.conversation_id
          and c.epoch = t.epoch and c.status = 'active'
        returning c.epoch
        """,
        [
          business, .uuid(claim.input.turnID), .uuid(outcome.nextStageID ?? .zero),
          .uuid(outcome.agentID ?? .zero), .text(Coding.text(outcome.language, limit: 35)),
          .optional(outcome.handoff?.category.rawValue),
          .optional(
            outcome.handoff.map { Coding.text($0.reason, limit: AgentLimits.reasonByteCount) }),
          .uuid(claim.key.conversationID),
        ]),
    ]
  }

  private static func message(
    _ id: UUID, _ reply: String, _ epoch: Int64, _ claim: Claim, isFarewell: Bool
  ) -> [PostgresConnection.Statement] {
    let business = PostgresValue.uuid(claim.key.businessID)
    let conversation = PostgresValue.uuid(claim.key.conversationID)
    return [
      .init(
        """
        insert into messages as m (business_id, message_id, conversation_id, epoch, sender_type,
          message_content, channel, created_at)
        values ($1, $2, $3, $4, 'assistant', $5, $6, clock_timestamp())
        returning \(Message.columns)
        """,
        [
          business, .uuid(id), conversation, .int8(epoch), .text(reply),
          .text(claim.input.conversation.channel),
        ]),
      .init(
        """
        insert into outbox (business_id, conversation_id, position, message_id, is_farewell)
        values ($1, $2, $3, $4, $5)
        """,
        [business, conversation, .int8(epoch), .uuid(id), .boolean(isFarewell)]),
    ]
  }

  /// The burst is answered; at a handoff, what came behind it waits for the person, too.
  private static func processed(
    _ claim: Claim, answer: UUID?
  ) -> PostgresConnection.Statement {
    .init(
      """
      update message_queue q
      set status = case when c.status = 'active' or q.queue_position <= $3 then 'processed'
          else 'handed_off' end,
        answer_id = case when q.queue_position <= $3 then $4::uuid end,
        processed_at = clock_timestamp()
      from conversations c
      where q.business_id = $1 and q.conversation_id = $2 and q.status = 'queued'
        and c.business_id = $1 and c.conversation_id = $2
        and (q.queue_position <= $3 or c.status <> 'active')
      """,
      [
        .uuid(claim.key.businessID), .uuid(claim.key.conversationID), .int8(claim.burstEnd),
        .optional(answer),
      ])
  }

  /// What the agent said before it handed off leaves, too, unless a person comes first.
  private static func lastWords(_ claim: Claim) -> PostgresConnection.Statement {
    .init(
      """
      update outbox set is_farewell = true, updated_at = clock_timestamp()
      where business_id = $1 and conversation_id = $2 and status = 'pending'
      """, [.uuid(claim.key.businessID), .uuid(claim.key.conversationID)])
  }

  private static func events(
    _ claim: Claim, _ events: [TurnEvent]
  ) -> PostgresConnection.Statement {
    let kept = events.prefix(100)
    return .init(
      """
      insert into events (business_id, user_id, conversation_id, type, details, event_timestamp)
      select $1, $2, $3, e.type, e.details::json, clock_timestamp()
      from unnest($4::text[], $5::text[]) as e (type, details)
      """,
      [
        .uuid(claim.key.businessID), .uuid(claim.input.customer.id),
        .uuid(claim.key.conversationID),
        .textArray(kept.map { $0.type.isEmpty ? "event" : Coding.text($0.type, limit: 100) }),
        .textArray(
          kept.map { event in
            let text = event.details.description
            let fits = event.details.object != nil && text.utf8.count <= 65_536
            return fits ? text : #"{"left_out":"more than 65536 bytes, or no object"}"#
          }),
      ])
  }
}
