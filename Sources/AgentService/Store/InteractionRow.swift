import Agent
import Platform
import Postgres

extension InteractionRecord {
  /// Of `agent_interactions i`.
  static let columns = """
    i.turn_id, i.conversation_id, i.user_id, i.stage_id, i.customer_message, i.detected_intents,
    i.model_used, i.agent_response, i.confidence_score, i.handoff_category,
    coalesce(i.handoff_reason, ''), i.message_type, i.token_usage,
    (i.estimated_cost * 1000000000000)::bigint, i.step_latencies, i.entries_cited, i.suggestion,
    i.suggestion_accepted, i.corrections, i.correction_confirmed, i.created_at
    """

  init(_ rows: PostgresRows, _ row: Int) throws(PostgresError) {
    turnID = try rows.value(row, 0)
    conversationID = try rows.value(row, 1)
    userID = try rows.value(row, 2)
    stageID = try rows.optional(row, 3)
    customerMessage = try rows.value(row, 4)
    detectedIntents = try rows.value(row, 5)
    modelUsed = try rows.value(row, 6)
    agentResponse = try rows.value(row, 7)
    confidenceScore = try rows.value(row, 8)
    if let category = try rows.optional(row, 9, as: String.self) {
      handoff = HandoffRecord(category: category, reason: try rows.value(row, 10))
    }
    messageType = try rows.value(row, 11)
    tokenUsage = try Coding.optionalJSON(rows, row, 12).flatMap(ModelUsage.init(json:))
    picodollars = try rows.optional(row, 13, as: Int64.self).map { UInt64(clamping: $0) }
    stepLatencies = [:]
    for (step, time) in try Coding.json(rows, row, 14).object ?? [] {
      stepLatencies[step] = time.int.map(Int64.init)
    }
    citations = (try Coding.json(rows, row, 15).array ?? []).compactMap(Citation.init(json:))
    suggestion = try Coding.optionalJSON(rows, row, 16).flatMap(Suggestion.init(json:))
    suggestionAccepted = try rows.optional(row, 17)
    corrections = (try Coding.json(rows, row, 18).array ?? []).map(
      SpellingCorrections.Correction.init(json:))
    correctionConfirmed = try rows.optional(row, 19)
    createdAt = try Coding.time(rows, row, 20)
  }

  /// Stores what a turn came to; latencies are those of the steps that are stored.
  static func statement(
    _ claim: Claim, _ outcome: TurnOutcome, reply: String
  ) -> PostgresConnection.Statement {
    let suggestion = outcome.suggestion.map {
      Coding.json($0.json, limit: 65_536, instead: .null)
    }
    return .init(
      """
      insert into agent_interactions (business_id, turn_id, conversation_id, user_id, stage_id,
        customer_message, detected_intents, model_used, agent_response, confidence_score,
        handoff_triggered, handoff_category, handoff_reason, message_type, token_usage,
        estimated_cost, step_latencies, entries_cited, suggestion, corrections, created_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text is not null, $11, $12, $13,
        $14::json, $15::bigint * 0.000000000001,
        coalesce((select json_object_agg(s.step, s.microseconds order by s.step_number)
          from turn_steps s where s.business_id = $1 and s.turn_id = $2), '{}'),
        $16::json, $17::json, $18::json, clock_timestamp())
      """,
      [
        .uuid(claim.key.businessID), .uuid(claim.input.turnID), .uuid(claim.key.conversationID),
        .uuid(claim.input.customer.id), .optional(outcome.answeredInStageID),
        .text(Coding.text(claim.input.message, limit: 8 << 20)),
        .textArray(outcome.intents.prefix(50).map { Coding.text($0, limit: 200) }),
        .text(Coding.text(outcome.model, limit: 1000)), .text(reply),
        .float8(Coding.share(outcome.confidence)),
        .optional(outcome.handoff?.category.rawValue),
        .optional(
          outcome.handoff.map { Coding.text($0.reason, limit: AgentLimits.reasonByteCount) }),
        .text(
          outcome.messageType.isEmpty ? "text" : Coding.text(outcome.messageType, limit: 100)),
        .optional(outcome.usage?.json.description),
        outcome.picodollars.map { .int8(Int64(clamping: $0)) } ?? .null,
        Coding.json(
          .array(outcome.citations.map(\.json)), limit: 262_144, instead: .array([])),
        suggestion ?? .null,
        Coding.json(
          .array(outcome.corrections.map(\.json)), limit: 262_144, instead: .array([])),
      ])
  }
}

extension Citation {
  fileprivate init?(json: JSON) {
    guard let id = json["entry_id"]?.string.flatMap({ UUID($0) }) else { return nil }
    self.init(
      number: json["number"]?.int ?? 0, entryID: id,
      collection: json["collection"]?.string ?? "",
      externalID: json["external_id"]?.string ?? "", title: json["title"]?.string ?? "")
  }

  fileprivate var json: JSON {
    .object([
      ("number", .integer(number)), ("entry_id", .string(entryID.description)),
      ("collection", .string(collection)), ("external_id", .string(externalID)),
      ("title", .string(title)),
    ])
  }
}

extension Suggestion {
  fileprivate init?(json: JSON) {
    guard let id = json["id"]?.string.flatMap({ UUID($0) }) else { return nil }
    self.init(
      id: id, collection: json["collection"]?.string ?? "", name: json["name"]?.string ?? "",
      reason: json["reason"]?.string ?? "")
  }

  fileprivate var json: JSON {
    .object([
      ("id", .string(id.description)), ("collection", .string(collection)),
      ("name", .string(name)), ("reason", .string(reason)),
    ])
  }
}

extension SpellingCorrections.Correction {
  fileprivate init(json: JSON) {
    self.init(
      original: json["original"]?.string ?? "", replacement: json["replacement"]?.string ?? "",
      confidence: json["confidence"]?.double ?? 0)
  }

  fileprivate var json: JSON {
    .object([
      ("original", .string(original)), ("replacement", .string(replacement)),
      ("confidence", .double(confidence) ?? .null),
    ])
  }
}
