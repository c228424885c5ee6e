import Agent
import AgentService
import CommandInterface
import Platform
import Truth

extension CommandTable {
  private static let idDetails = """
    An id is looked for in every business, or in the one that --business names.
    """

  private static let limit = Flag(
    "limit", .integer("N", 1...1000), "how many at most", fallback: "50")

  static let conversations = Command(
    name: "conversations", summary: "list conversations, those with the newest messages first",
    groups: [
      FlagGroup(
        "",
        [
          BusinessChoice.flag,
          Flag(
            "status", .choice(Conversation.Status.allCases.map(\.rawValue)),
            "those that the agent answers, that wait for a person, and so on"),
          limit, CommonFlags.json,
        ]), DatabaseAddress.flags,
    ],
    examples: [
      Example("agent conversations --business demo", "The newest conversations of a business."),
      Example("agent conversations --status handed_off", "All that wait for a person, and why."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let desk = try context.desk(arguments)
      let status = arguments.text("status").flatMap { Conversation.Status(rawValue: $0) }
      let limit = arguments.integer("limit") ?? 50
      var found: [(record: ConversationRecord, business: String)] = []
      for business in try BusinessChoice.all(arguments, desk) {
        let records = try asking { () throws(TruthError) in
          try desk.conversations(business.businessID, status: status, limit: limit)
        }
        found += records.map { ($0, business.name) }
      }
      found.sort { $0.record.conversation.updatedAt > $1.record.conversation.updatedAt }
      ConversationOutput.list(
        Array(found.prefix(limit)), asJSON: arguments.isSet("json"), context.console)
      return .ok
    })

  static let conversation = Command(
    name: "conversation", summary: "show a conversation and its messages", details: idDetails,
    operands: Operands("ID", 1...1),
    groups: [
      FlagGroup("", [BusinessChoice.flag, limit, CommonFlags.json]), DatabaseAddress.flags,
    ],
    examples: [
      Example(
        "agent conversation 0193b3c4-7c1d-7000-8000-000000000001",
        "Its last 50 messages, who wrote them, and whether they have left.")
    ],
    run: { (arguments, context) throws(CommandError) in
      let desk = try context.desk(arguments)
      let record = try ConversationSearch(arguments, desk).conversation(arguments.operands[0])
      let limit = arguments.integer("limit") ?? 50
      let messages = try asking { () throws(TruthError) in
        try desk.messages(record.key, limit: limit)
      }
      ConversationOutput.show(
        record, messages.sorted { $0.message.epoch < $1.message.epoch },
        asJSON: arguments.isSet("json"), context.console)
      return .ok
    })

  static let takeOver = Command(
    name: "takeover", summary: "answer a conversation yourself from now on",
    details: """
      The agent says nothing more in it, not even what it was about to say, until agent return \
      gives it back.
      """,
    operands: Operands("ID", 1...1),
    groups: [
      FlagGroup(
        "", [BusinessChoice.flag, userFlag, CommonFlags.json]), DatabaseAddress.flags,
    ],
    examples: [
      Example(
        "agent takeover 0193b3c4-7c1d-7000-8000-000000000001 --user Ada", "Ada answers it now.")
    ],
    run: { (arguments, context) throws(CommandError) in
      let desk = try context.desk(arguments)
      let person = try person(arguments, context)
      let record = try ConversationSearch(arguments, desk).conversation(arguments.operands[0])
      let moved = try asking { () throws(TruthError) in
        try desk.takeOver(record.key, by: person)
      }
      guard let moved else { throw over(record) }
      ConversationOutput.change(
        moved, "\(person) has it; the agent is silent", asJSON: arguments.isSet("json"),
        context.console)
      return .ok
    })

  static let reply = Command(
    name: "reply", summary: "answer a conversation in your own words",
    details: """
      The message leaves by the conversation's channel. A conversation that nobody has taken over \
      is taken over by it.
      """,
    operands: Operands("ID TEXT", 2...1000),
    groups: [
      FlagGroup(
        "", [BusinessChoice.flag, userFlag, CommonFlags.json]), DatabaseAddress.flags,
    ],
    examples: [
      Example(
        "agent reply 0193b3c4-7c1d-7000-8000-000000000001 \"Your parcel leaves today.\"",
        "Sends the text to the customer.")
    ],
    run: { (arguments, context) throws(CommandError) in
      let desk = try context.desk(arguments)
      let person = try person(arguments, context)
      let record = try ConversationSearch(arguments, desk).conversation(arguments.operands[0])
      let text = arguments.operands.dropFirst().joined(separator: " ")
      let message = try asking { () throws(TruthError) in
        try desk.humanReply(text, to: record.key, by: person)
      }
      guard let message else { throw over(record) }
      if arguments.isSet("json") {
        context.console.print(
          json: JSONLine.of(
            .object([("message_id", .string("\(message.id)")), ("epoch", .integer(message.epoch))]))
        )
      } else {
        context.console.print("the message is on its way; \(person) has the conversation")
      }
      return .ok
    })

  static let giveBack = Command(
    name: "return", summary: "give a conversation back to the agent",
    details: "What the customer wrote meanwhile is history; the next message is answered.",
    operands: Operands("ID", 1...1),
    groups: [FlagGroup("", [BusinessChoice.flag, CommonFlags.json]), DatabaseAddress.flags],
    examples: [
      Example(
        "agent return 0193b3c4-7c1d-7000-8000-000000000001", "The agent answers it from now on.")
    ],
    run: { (arguments, context) throws(CommandError) in
      let desk = try context.desk(arguments)
      let record = try ConversationSearch(arguments, desk).conversation(arguments.operands[0])
      let moved = try asking { () throws(TruthError) in try desk.giveBack(record.key) }
      guard let moved else {
        throw CommandError(
          .exceptions,
          "nobody has taken this conversation over; it is "
            + record.conversation.status.rawValue, remedy: "agent conversation shows it")
      }
      ConversationOutput.change(
        moved, "the agent answers it again", asJSON: arguments.isSet("json"), context.console)
      return .ok
    })

  static let interactions = Command(
    name: "interactions", summary: "list what turns came to: answers, models, tokens, costs",
    groups: [
      FlagGroup(
        "",
        [
          BusinessChoice.flag, Flag("conversation", .text("ID"), "those of one conversation"),
          limit, CommonFlags.json,
        ]), DatabaseAddress.flags,
    ],
    examples: [
      Example("agent interactions --business demo", "The newest, and what they cost together."),
      Example("agent interactions --business demo --json --limit 1000", "For a program."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let desk = try context.desk(arguments)
      let limit = arguments.integer("limit") ?? 50
      var found: [InteractionRecord] = []
      if let id = arguments.text("conversation") {
        let record = try ConversationSearch(arguments, desk).conversation(id)
        found = try asking { () throws(TruthError) in
          try desk.interactions(
            record.conversation.businessID, conversation: record.conversation.id, limit: limit)
        }
      } else {
        let business = try BusinessChoice.one(arguments, desk)
        found = try asking { () throws(TruthError) in
          try desk.interactions(business.businessID, conversation: nil, limit: limit)
        }
      }
      InteractionOutput.list(found, asJSON: arguments.isSet("json"), context.console)
      return .ok
    })

  // MARK: Parts

  private static let userFlag = Flag(
    "user", .text("NAME"), "who you are, for others to see", environment: "AGENT_USER",
    fallback: "your login name")

  private static func person(
    _ arguments: Arguments, _ context: Context
  ) throws(CommandError) -> String {
    if let name = arguments.text("user") { return name }
    for variable in ["USER", "LOGNAME"] {
      if let name = context.environment(variable), !name.isEmpty { return name }
    }
    throw .usage("who are you? --user is missing", remedy: "AGENT_USER saves the flag")
  }

  private static func over(_ record: ConversationRecord) -> CommandError {
    CommandError(
      .exceptions, "the conversation is \(record.conversation.status.rawValue)",
      remedy: "the customer's next message begins another one")
  }
}
