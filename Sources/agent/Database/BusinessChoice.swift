import Agent
import AgentService
import CommandInterface
import Platform
import Truth

/// Whose rows a command is about.
enum BusinessChoice {
  static let flag = Flag(
    "business", .text("NAME|UUID"), "the business", environment: "KNOWLEDGE_BUSINESS")

  /// The business of `--business`.
  ///
  /// - Throws: ``CommandError`` where it is missing or unknown.
  static func one(_ arguments: Arguments, _ desk: any Desk) throws(CommandError) -> BusinessRecord {
    guard let name = arguments.text("business") else {
      throw .usage(
        "which business? --business is missing",
        remedy: "knowledge business list shows who there is; KNOWLEDGE_BUSINESS saves the flag")
    }
    return try asking { () throws(TruthError) in try desk.business(name) }
  }

  /// The business of `--business`, else all.
  static func all(
    _ arguments: Arguments, _ desk: any Desk
  ) throws(CommandError) -> [BusinessRecord] {
    guard arguments.text("business") == nil else { return [try one(arguments, desk)] }
    return try asking { () throws(TruthError) in try desk.businesses() }
  }
}

/// Finds what an id stands for; ids do not say whose they are.
struct ConversationSearch {
  let desk: any Desk
  let businesses: [BusinessRecord]

  init(_ arguments: Arguments, _ desk: any Desk) throws(CommandError) {
    self.desk = desk
    businesses = try BusinessChoice.all(arguments, desk)
  }

  /// The conversation with this id.
  ///
  /// - Throws: ``CommandError`` where the text is no id, or no business has such a conversation.
  func conversation(_ text: String) throws(CommandError) -> ConversationRecord {
    let id = try Self.id(text)
    for business in businesses {
      let key = ConversationKey(businessID: business.businessID, conversationID: id)
      if let found = try asking({ () throws(TruthError) in try desk.conversation(key) }) {
        return found
      }
    }
    throw Self.unknown("conversation", text)
  }

  /// The turn with this id, or the newest turns of the conversation with this id, oldest first.
  func traces(_ text: String, limit: Int) throws(CommandError) -> [TurnTrace] {
    let id = try Self.id(text)
    for business in businesses.map(\.businessID) {
      let found = try asking { () throws(TruthError) -> [TurnTrace]? in
        if let trace = try desk.trace(id, business) { return [trace] }
        let key = ConversationKey(businessID: business, conversationID: id)
        guard try desk.conversation(key) != nil else { return nil }
        var traces: [TurnTrace] = []
        for turn in try desk.turns(key, limit: limit).sorted(by: { $0.startedAt < $1.startedAt }) {
          if let trace = try desk.trace(turn.id, business) { traces.append(trace) }
        }
        return traces
      }
      if let found { return found }
    }
    throw Self.unknown("turn or conversation", text)
  }

  private static func id(_ text: String) throws(CommandError) -> UUID {
    guard let id = UUID(text) else {
      throw .usage(
        "\(quoted(text)) is no id", remedy: "agent conversations lists conversations with theirs")
    }
    return id
  }

  private static func unknown(_ what: String, _ text: String) -> CommandError {
    CommandError(
      .exceptions, "there is no \(what) \(quoted(text))",
      remedy: "agent conversations lists conversations with their ids")
  }
}

extension ConversationRecord {
  /// Whose it is, and which.
  var key: ConversationKey {
    ConversationKey(businessID: conversation.businessID, conversationID: conversation.id)
  }
}
