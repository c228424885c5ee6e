import Agent
import AgentService
import CommandInterface
import Platform

/// An answer as people and programs read it.
struct ReplyOutput {
  let console: Console

  /// Writes what of the answer was not shown while it came, and what it rests on.
  ///
  /// - Parameter shown: What was.
  func finish(_ reply: AgentReply, shown: String) {
    let text = Self.harmless(reply.outcome.reply)
    let style = console.style
    if !shown.isEmpty, text.hasPrefix(shown) {
      console.print(String(text.dropFirst(shown.count)))
    } else {
      if !shown.isEmpty { console.print() }
      if !text.isEmpty { console.print(text) }
    }
    for citation in reply.outcome.citations {
      let name = TraceTree.name(citation.externalID, citation.title)
      console.print(style.faint("  [\(citation.number)] " + DisplayText.cleaned(name)))
    }
    if let handoff = reply.outcome.handoff {
      console.print(
        style.warning("  a person takes over: " + DisplayText.cleaned(handoff.reason)))
    }
  }

  /// What speaks for the answer: found, cited, taken out, spent.
  func why(_ reply: AgentReply) {
    let outcome = reply.outcome
    var children: [Tree] = []
    if !outcome.intents.isEmpty {
      children.append(Tree("wanted: \(outcome.intents.joined(separator: ", "))"))
    }
    children += outcome.corrections.map { Tree("read \($0.original) as \($0.replacement)") }
    let found = reply.retrieved.map {
      Tree(Quantity.fixed($0.relevance, 2) + "  " + TraceTree.name($0.externalID, $0.title))
    }
    children.append(Tree(found.isEmpty ? "nothing was found" : "found", found))
    if !reply.violations.isEmpty {
      children.append(Tree("taken out, for no source says it", reply.violations.map { Tree($0) }))
    }
    if let suggestion = outcome.suggestion {
      children.append(Tree("proposed \(suggestion.name): \(suggestion.reason)"))
    }
    if let handoff = outcome.handoff {
      children.append(Tree("handed over, \(handoff.category.rawValue): \(handoff.reason)"))
    }
    var facts = [
      outcome.messageType, "sure \(Quantity.fixed(outcome.confidence, 2))", outcome.model,
      Quantity.duration(milliseconds: UInt64(max(0, reply.milliseconds))),
    ]
    if let cost = outcome.picodollars { facts.append(Money.dollars(cost)) }
    let head = facts.filter { !$0.isEmpty }.joined(separator: " · ")
    console.print(lines: Tree(head, children).lines(columns: console.columns))
  }

  /// The answer for a program.
  static func json(_ reply: AgentReply) -> JSON {
    let outcome = reply.outcome
    return .object([
      ("conversation_id", .string("\(reply.conversationID)")),
      ("turn_id", .string("\(reply.turnID)")), ("reply", .string(outcome.reply)),
      ("message_type", .string(outcome.messageType)),
      ("citations", .array(outcome.citations.map(\.json))),
      (
        "handoff",
        outcome.handoff.map {
          .object([("category", .string($0.category.rawValue)), ("reason", .string($0.reason))])
        } ?? .null
      ),
      ("confidence", .double(outcome.confidence) ?? .null),
      ("intents", .array(outcome.intents.map { .string($0) })),
      ("model", .string(outcome.model)),
      (
        "retrieved",
        .array(
          reply.retrieved.map { hit in
            .object([
              ("id", .string("\(hit.id)")), ("collection", .string(hit.collection)),
              ("external_id", .string(hit.externalID)), ("title", .string(hit.title)),
              ("relevance", .double(hit.relevance) ?? .null),
            ])
          })
      ),
      ("violations", .array(reply.violations.map { .string($0) })),
      ("usage", InteractionOutput.usage(outcome.usage)),
      ("picodollars", outcome.picodollars.map { .integer($0) } ?? .null),
      ("milliseconds", .integer(reply.milliseconds)),
    ])
  }

  /// The text without what could steer a terminal; lines stay lines.
  static func harmless(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A: result.unicodeScalars.append(scalar)
      case 0x09: result += " "
      case 0...0x1F, 0x7F...0x9F, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF:
        continue
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// An answer as it comes: white space waits for what follows, for an answer does not end with any.
struct ShownText {
  private(set) var text = ""
  private var held = ""

  /// Takes a piece, and returns what is to be shown now.
  mutating func take(_ piece: String) -> String {
    held += ReplyOutput.harmless(piece)
    guard let last = held.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    let ready = String(held[...last])
    held = String(held[held.index(after: last)...])
    text += ready
    return ready
  }
}

extension AgentReply {
  /// Whether the customer got an answer: not a person to come, a question back or an excuse. It
  /// rests on a source, or is sure without one, as of an order.
  var isAnswer: Bool {
    guard outcome.handoff == nil, outcome.messageType == "text" else { return false }
    return !outcome.citations.isEmpty || outcome.confidence >= 0.5
  }
}

extension CommandError {
  /// What it means that a message has no answer.
  init(_ failure: ConversationFailure) {
    self.init(
      failure.isOutage ? .unreachable : .failed, DisplayText.cleaned(failure.message),
      remedy: DisplayText.cleaned(failure.remedy))
  }
}
