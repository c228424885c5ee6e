import Agent
import AgentService
import CommandInterface
import Platform

/// What turns came to.
enum InteractionOutput {
  static func list(_ found: [InteractionRecord], asJSON: Bool, _ console: Console) {
    if asJSON {
      return console.print(
        json: JSONLine.of(.object([("interactions", .array(found.map(json)))])))
    }
    guard !found.isEmpty else { return console.remark("no interactions") }
    var table = TextTable([
      .init("when"), .init("message", canShrink: true), .init("kind"), .init("sure", isRight: true),
      .init("model", canShrink: true), .init("tokens", isRight: true),
      .init("cost", isRight: true), .init("time", isRight: true),
    ])
    for one in found {
      table.append([
        Moment.text(one.createdAt), one.customerMessage, one.messageType,
        Quantity.fixed(one.confidenceScore, 2), one.modelUsed,
        one.tokenUsage.map { Quantity.count($0.inputTokens + $0.outputTokens) } ?? "",
        one.picodollars.map(Money.dollars) ?? "", Quantity.duration(nanoseconds: nanoseconds(one)),
      ])
    }
    console.print(lines: table.lines(columns: console.columns, style: console.style))
    let (costs, overflow) = found.compactMap(\.picodollars).reduce((UInt64(0), false)) {
      let (sum, overflows) = $0.0.addingReportingOverflow($1)
      return (sum, $0.1 || overflows)
    }
    let handed = found.count { $0.handoff != nil }
    var parts = [
      Quantity.noun(found.count, "interaction"), "\(Quantity.count(handed)) handed to a person",
    ]
    if !overflow { parts.append("\(Money.dollars(costs)) where the price is known") }
    console.print(console.style.faint(parts.joined(separator: " · ")))
  }

  private static func nanoseconds(_ one: InteractionRecord) -> UInt64 {
    one.stepLatencies.values.reduce(UInt64(0)) { sum, part in
      let (total, overflow) = sum.addingReportingOverflow(UInt64(clamping: part))
      return overflow ? .max / 1000 : min(total, .max / 1000)
    } * 1000
  }

  static func json(_ one: InteractionRecord) -> JSON {
    .object([
      ("turn_id", .string("\(one.turnID)")),
      ("conversation_id", .string("\(one.conversationID)")),
      ("user_id", .string("\(one.userID)")),
      ("stage_id", .orNull(one.stageID.map { "\($0)" })),
      ("customer_message", .string(one.customerMessage)),
      ("detected_intents", .array(one.detectedIntents.map { .string($0) })),
      ("model_used", .string(one.modelUsed)), ("agent_response", .string(one.agentResponse)),
      ("confidence_score", .double(one.confidenceScore) ?? .null),
      ("handoff", ConversationOutput.handoff(one.handoff)),
      ("message_type", .string(one.messageType)),
      ("token_usage", usage(one.tokenUsage)),
      ("picodollars", one.picodollars.map { .integer($0) } ?? .null),
      (
        "step_latencies_us",
        .object(
          one.stepLatencies.sorted { $0.key < $1.key }.map {
            (key: $0.key, value: JSON.integer($0.value))
          })
      ),
      ("citations", .array(one.citations.map(\.json))),
      ("suggestion", .orNull(one.suggestion?.name)),
      ("created_at", .string(Clock.iso8601(microseconds: one.createdAt))),
    ])
  }

  static func usage(_ usage: ModelUsage?) -> JSON {
    guard let usage else { return .null }
    return .object([
      ("input_tokens", .integer(usage.inputTokens)),
      ("cached_input_tokens", .integer(usage.cachedInputTokens)),
      ("cache_write_tokens", .integer(usage.cacheWriteTokens)),
      ("output_tokens", .integer(usage.outputTokens)),
      ("reasoning_tokens", .integer(usage.reasoningTokens)),
    ])
  }
}
