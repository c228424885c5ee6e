import Agent
import Platform
import Postgres

extension Memory {
  /// Of `conversation_contexts`.
  static let columns = """
    current_topic, pending_action, extracted_entities, last_product_viewed, last_service_viewed,
    conversation_summary, summarized_messages, key_facts, low_confidence_count, context_expires_at
    """

  /// What a row says; nothing remembered where there is none.
  init(optional rows: PostgresRows) throws(PostgresError) {
    self.init()
    if rows.count == 0 { return }
    currentTopic = try rows.value(0, 0)
    pendingAction = try rows.value(0, 1)
    extractedEntities = try Coding.json(rows, 0, 2)
    lastProductViewed = try rows.optional(0, 3)
    lastServiceViewed = try rows.optional(0, 4)
    summary = try Coding.optionalJSON(rows, 0, 5).map(ConversationSummary.init(json:))
    summarizedMessages = try rows.value(0, 6)
    keyFacts = (try Coding.json(rows, 0, 7).array ?? []).map(KeyFact.init(json:))
    lowConfidenceCount = try rows.value(0, 8)
    expiresAt = try Coding.optionalTime(rows, 0, 9) ?? 0
  }

  /// Stores it as a conversation's, whatever was there. What is larger than a row may hold is cut
  /// or left out: an answer must not fail for what it remembers.
  func statement(
    _ business: PostgresValue, _ conversation: PostgresValue
  ) -> PostgresConnection.Statement {
    .init(
      """
      insert into conversation_contexts (business_id, conversation_id, current_topic,
        pending_action, extracted_entities, last_product_viewed, last_service_viewed,
        conversation_summary, summarized_messages, key_facts, low_confidence_count,
        context_expires_at)
      values ($1, $2, $3, $4, $5::json, $6, $7, $8::json, $9, $10::json, $11, $12)
      on conflict (business_id, conversation_id) do update
      set (current_topic, pending_action, extracted_entities, last_product_viewed,
          last_service_viewed, conversation_summary, summarized_messages, key_facts,
          low_confidence_count, context_expires_at, updated_at)
        = (excluded.current_topic, excluded.pending_action, excluded.extracted_entities,
          excluded.last_product_viewed, excluded.last_service_viewed,
          excluded.conversation_summary, excluded.summarized_messages, excluded.key_facts,
          excluded.low_confidence_count, excluded.context_expires_at, clock_timestamp())
      """,
      [
        business, conversation, .text(Coding.text(currentTopic, limit: 4000)),
        .text(Coding.text(pendingAction, limit: 4000)),
        Coding.json(extractedEntities, limit: 262_144, instead: .object([])),
        .optional(lastProductViewed), .optional(lastServiceViewed),
        summary.map { Coding.json($0.json, limit: 262_144, instead: .null) } ?? .null,
        .int8(Int64(max(0, summarizedMessages))),
        Coding.json(
          .array(keyFacts.suffix(50).map(\.json)), limit: 262_144, instead: .array([])),
        .int8(Int64(max(0, lowConfidenceCount))),
        .optionalMoment(expiresAt == 0 ? nil : expiresAt),
      ])
  }
}

extension KeyFact {
  fileprivate init(json: JSON) {
    self.init(
      text: json["text"]?.string ?? "",
      messageID: json["message_id"]?.string.flatMap { UUID($0) },
      learnedAt: Int64(json["learned_at"]?.int ?? 0))
  }

  fileprivate var json: JSON {
    .object([
      ("text", .string(Coding.text(text, limit: 500))), ("message_id", .optional(messageID)),
      ("learned_at", .integer(learnedAt)),
    ])
  }
}

extension ConversationSummary {
  fileprivate init(json: JSON) {
    self.init(
      overview: json["overview"]?.string ?? "", keyPoints: json["key_points"]?.strings ?? [],
      decisions: json["decisions"]?.strings ?? [],
      pendingItems: json["pending_items"]?.strings ?? [],
      nextSteps: json["next_steps"]?.strings ?? [],
      sentiment: json["sentiment"]?.string.flatMap(Sentiment.init(rawValue:)) ?? .neutral,
      confidenceScore: json["confidence_score"]?.double ?? 0)
  }

  fileprivate var json: JSON {
    .object([
      ("overview", .string(overview)), ("key_points", .strings(keyPoints)),
      ("decisions", .strings(decisions)), ("pending_items", .strings(pendingItems)),
      ("next_steps", .strings(nextSteps)), ("sentiment", .string(sentiment.rawValue)),
      ("confidence_score", .double(confidenceScore) ?? .null),
    ])
  }
}
