import Agent
import AgentService
import CommandInterface
import Platform

/// Conversations and their messages.
enum ConversationOutput {
  static func list(
    _ found: [(record: ConversationRecord, business: String)], asJSON: Bool, _ console: Console
  ) {
    if asJSON {
      return console.print(
        json: JSONLine.of(
          .object([("conversations", .array(found.map { json($0.record, business: $0.business) }))])
        ))
    }
    guard !found.isEmpty else { return console.remark("no conversations") }
    var table = TextTable([
      .init("conversation"), .init("business", canShrink: true), .init("status"),
      .init("channel"), .init("customer", canShrink: true), .init("last message"),
      .init("why a person is wanted", canShrink: true),
    ])
    for (record, business) in found {
      table.append([
        "\(record.conversation.id)", business, record.conversation.status.rawValue,
        record.conversation.channel, record.identity,
        Moment.text(record.conversation.updatedAt), reason(record),
      ])
    }
    console.print(lines: table.lines(columns: console.columns, style: console.style))
  }

  static func show(
    _ record: ConversationRecord, _ messages: [MessageRecord], asJSON: Bool, _ console: Console
  ) {
    if asJSON {
      return console.print(
        json: JSONLine.of(
          .object([
            ("conversation", json(record, business: nil)),
            ("messages", .array(messages.map(json))),
          ])))
    }
    let style = console.style
    let conversation = record.conversation
    console.print(style.bold("conversation \(conversation.id)"))
    var facts = [
      conversation.status.rawValue, conversation.channel, DisplayText.cleaned(record.identity),
      conversation.language, "begun \(Moment.text(conversation.startedAt))",
    ]
    if let person = record.takenBy { facts.append("answered by \(DisplayText.cleaned(person))") }
    console.print("  " + facts.filter { !$0.isEmpty }.joined(separator: " · "))
    let why = reason(record)
    if !why.isEmpty { console.print("  " + style.warning(why)) }
    let width = min(console.columns, 100) - 4
    for message in messages {
      console.print()
      var head = "\(Moment.text(message.message.createdAt))  \(name(of: message))"
      if let delivery = message.delivery, delivery != .sent { head += "  (\(delivery.rawValue))" }
      console.print(style.faint(head))
      for line in DisplayText.wrapped(DisplayText.cleaned(message.message.content), to: width) {
        console.print("  " + (message.message.sender == .user ? line : style.accent(line)))
      }
    }
  }

  static func change(
    _ conversation: Conversation, _ words: String, asJSON: Bool, _ console: Console
  ) {
    guard asJSON else { return console.print(words) }
    console.print(
      json: JSONLine.of(
        .object([
          ("conversation_id", .string("\(conversation.id)")),
          ("status", .string(conversation.status.rawValue)),
          ("epoch", .integer(conversation.epoch)),
        ])))
  }

  private static func name(of record: MessageRecord) -> String {
    switch record.message.sender {
    case .user: "customer"
    case .assistant: "agent"
    case .human: DisplayText.cleaned(record.senderName ?? "a person")
    }
  }

  private static func reason(_ record: ConversationRecord) -> String {
    record.handoff.map { DisplayText.cleaned("\($0.category): \($0.reason)") } ?? ""
  }

  private static func json(_ record: ConversationRecord, business: String?) -> JSON {
    let conversation = record.conversation
    var members: [(key: String, value: JSON)] = [
      ("conversation_id", .string("\(conversation.id)")),
      ("business_id", .string("\(conversation.businessID)")),
    ]
    if let business { members.append(("business_name", .string(business))) }
    members += [
      ("user_id", .string("\(conversation.userID)")),
      ("stage_id", .orNull(conversation.stageID.map { "\($0)" })),
      ("status", .string(conversation.status.rawValue)),
      ("channel", .string(conversation.channel)), ("identity", .string(record.identity)),
      ("session_id", .string(conversation.sessionID)),
      ("language", .string(conversation.language)), ("epoch", .integer(conversation.epoch)),
      ("start_time", .string(Clock.iso8601(microseconds: conversation.startedAt))),
      ("last_updated", .string(Clock.iso8601(microseconds: conversation.updatedAt))),
      ("handoff", handoff(record.handoff)), ("taken_by", .orNull(record.takenBy)),
    ]
    return .object(members)
  }

  private static func json(_ record: MessageRecord) -> JSON {
    .object([
      ("message_id", .string("\(record.message.id)")),
      ("sender_type", .string(record.message.sender.rawValue)),
      ("sender_name", .orNull(record.senderName)),
      ("message_content", .string(record.message.content)),
      ("created_at", .string(Clock.iso8601(microseconds: record.message.createdAt))),
      ("epoch", .integer(record.message.epoch)),
      ("delivery", .orNull(record.delivery?.rawValue)),
    ])
  }

  static func handoff(_ record: HandoffRecord?) -> JSON {
    guard let record else { return .null }
    return .object([
      ("category", .string(record.category)), ("reason", .string(record.reason)),
    ])
  }
}

/// A moment for people.
enum Moment {
  /// `2026-11-22 04:05:06`, in UTC.
  static func text(_ microseconds: Int64) -> String {
    String(Clock.iso8601(microseconds: microseconds).prefix(19)).replacing("T", with: " ")
  }
}

extension JSON {
  /// A string, or null.
  static func orNull(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
}
