import Agent
import AgentService
import CommandInterface
import Platform

/// A turn's trace as a tree: steps, calls, what was retrieved and left out, what it cost.
struct TraceTree {
  /// Whether prompts and replies of models are shown whole.
  var showsPrompts = false

  func tree(_ trace: TurnTrace) -> Tree {
    var children = trace.burst.map { Tree("customer: \($0.content)") }
    children += trace.steps.map(step)
    if let answer = trace.answer { children.append(Tree("answer: \(answer.content)")) }
    if let failure = trace.turn.failure { children.append(Tree("no answer: \(failure)")) }
    if let interaction = trace.interaction { children.append(result(interaction)) }
    return Tree(head(trace), children)
  }

  private func head(_ trace: TurnTrace) -> String {
    let turn = trace.turn
    var parts = ["turn \(turn.id)", turn.status.rawValue, Moment.text(turn.startedAt)]
    if turn.attempts > 1 { parts.append("\(turn.attempts) attempts") }
    if let end = turn.finishedAt, end >= turn.startedAt {
      parts.append(Self.time(end - turn.startedAt))
    }
    if let cost = trace.interaction?.picodollars { parts.append(Money.dollars(cost)) }
    return parts.joined(separator: " · ")
  }

  private func step(_ record: StepRecord) -> Tree {
    var children = record.calls.map(call)
    children += Self.members(record.output)
    return Tree("\(record.step.rawValue)  \(Self.time(record.microseconds))", children)
  }

  private func call(_ record: ModelCallRecord) -> Tree {
    var parts = [
      "call \(record.purpose)", record.model, Self.time(Int64(record.milliseconds) * 1000),
    ]
    if let usage = record.usage { parts.append(Self.words(usage)) }
    if let cost = record.picodollars { parts.append(Money.dollars(cost)) }
    var children: [Tree] = []
    if let failure = record.failure { children.append(Tree("failed: \(failure)")) }
    if showsPrompts {
      children.append(Tree("prompt", record.prompt.split(separator: "\n").map { Tree(String($0)) }))
    }
    if !record.reply.isEmpty {
      children.append(
        showsPrompts
          ? Tree("reply", record.reply.split(separator: "\n").map { Tree(String($0)) })
          : Tree("reply: \(record.reply)"))
    }
    return Tree(parts.joined(separator: " · "), children)
  }

  private func result(_ one: InteractionRecord) -> Tree {
    var children = one.citations.map { citation in
      Tree("[\(citation.number)] " + Self.name(citation.externalID, citation.title))
    }
    if let handoff = one.handoff {
      children.append(Tree("handed over, \(handoff.category): \(handoff.reason)"))
    }
    if let suggestion = one.suggestion {
      children.append(Tree("proposed \(suggestion.name): \(suggestion.reason)"))
    }
    var parts = [
      "result", one.messageType, "sure \(Quantity.fixed(one.confidenceScore, 2))", one.modelUsed,
    ]
    if let usage = one.tokenUsage { parts.append(Self.words(usage)) }
    return Tree(parts.filter { !$0.isEmpty }.joined(separator: " · "), children)
  }

  // MARK: What steps come to

  /// The members of an object that say something.
  static func members(_ json: JSON) -> [Tree] {
    (json.object ?? []).compactMap { member(named: $0.key, $0.value) }
  }

  private static func member(named key: String, _ value: JSON) -> Tree? {
    let name = key.replacing("_", with: " ")
    if let text = scalar(value) { return text.isEmpty ? nil : Tree("\(name): \(text)") }
    if let elements = value.array {
      let children = elements.compactMap(element)
      return children.isEmpty ? nil : Tree(name, children)
    }
    let children = members(value)
    return children.isEmpty ? nil : Tree(name, children)
  }

  /// One of a list: a hit by what it is called, another object in a line.
  private static func element(_ json: JSON) -> Tree? {
    if let text = scalar(json) { return text.isEmpty ? nil : Tree(text) }
    if let title = json["title"]?.string, let relevance = json["relevance"]?.double {
      return Tree(
        Quantity.fixed(relevance, 2) + "  " + name(json["external_id"]?.string ?? "", title))
    }
    guard let object = json.object else { return Tree(json.description) }
    let parts = object.compactMap { key, value -> String? in
      guard let text = scalar(value), !text.isEmpty else { return nil }
      return "\(key.replacing("_", with: " ")) \(text)"
    }
    return parts.isEmpty ? nil : Tree(parts.joined(separator: ", "))
  }

  /// The text of what is neither a list nor an object; nothing for null.
  private static func scalar(_ json: JSON) -> String? {
    switch json {
    case .null: ""
    case .bool(let value): value ? "yes" : "no"
    case .number(let text): text
    case .string(let text): text
    default: nil
    }
  }

  // MARK: Words

  static func name(_ externalID: String, _ title: String) -> String {
    [externalID, title].filter { !$0.isEmpty }.joined(separator: "  ")
  }

  private static func time(_ microseconds: Int64) -> String {
    Quantity.duration(nanoseconds: UInt64(min(max(0, microseconds), .max / 1000)) * 1000)
  }

  private static func words(_ usage: ModelUsage) -> String {
    let cached =
      usage.cachedInputTokens > 0 ? " (\(Quantity.count(usage.cachedInputTokens)) cached)" : ""
    return "\(Quantity.count(usage.inputTokens)) tokens in\(cached), "
      + "\(Quantity.count(usage.outputTokens)) out"
  }

  // MARK: JSON

  /// The whole trace for a program.
  static func json(_ trace: TurnTrace) -> JSON {
    .object([
      ("turn_id", .string("\(trace.turn.id)")),
      ("conversation_id", .string("\(trace.turn.conversationID)")),
      ("status", .string(trace.turn.status.rawValue)), ("epoch", .integer(trace.turn.epoch)),
      ("attempts", .integer(trace.turn.attempts)), ("failure", .orNull(trace.turn.failure)),
      ("started_at", .string(Clock.iso8601(microseconds: trace.turn.startedAt))),
      (
        "finished_at",
        .orNull(trace.turn.finishedAt.map { Clock.iso8601(microseconds: $0) })
      ),
      ("messages", .array(trace.burst.map { .string($0.content) })),
      ("steps", .array(trace.steps.map(json))), ("answer", .orNull(trace.answer?.content)),
      ("interaction", trace.interaction.map(InteractionOutput.json) ?? .null),
    ])
  }

  private static func json(_ record: StepRecord) -> JSON {
    .object([
      ("step", .string(record.step.rawValue)), ("microseconds", .integer(record.microseconds)),
      ("input", record.input), ("output", record.output),
      (
        "calls",
        .array(
          record.calls.map { call in
            .object([
              ("purpose", .string(call.purpose)), ("model", .string(call.model)),
              ("prompt", .string(call.prompt)), ("reply", .string(call.reply)),
              ("failure", .orNull(call.failure)), ("usage", InteractionOutput.usage(call.usage)),
              ("picodollars", call.picodollars.map { .integer($0) } ?? .null),
              ("milliseconds", .integer(call.milliseconds)),
            ])
          })
      ),
    ])
  }
}
