import AgentService
import CommandInterface
import Platform
import Truth

extension CommandTable {
  private static let socket = Flag(
    "socket", .file("PATH"), "Unix socket of the knowledge service",
    fallback: "knowledge.sock in --data")

  static let place = FlagGroup(
    "Database and knowledge", DatabaseAddress.flags.flags + [socket])

  private static let session = Flag(
    "session", .text("NAME"), "go on with the conversation of this name, or begin it",
    fallback: "a new one")

  static let chat = Command(
    name: "chat", summary: "converse with the agent of a business",
    details: """
      Answers come as they are written, with what they rest on below them. /why tells what was \
      found and what speaks for the answer, /trace how it came about, /quit ends. Where the input \
      is no terminal, each line of it is a message.
      """,
    groups: [ConversationRequest.flags, FlagGroup("", [session]), place],
    examples: [
      Example("agent chat --business demo", "A conversation with the agent of demo."),
      Example(
        "agent chat --business demo --session monday --customer ada",
        "Goes on with Ada's conversation."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let request = try ConversationRequest.of(
        arguments, context, session: arguments.text("session") ?? "\(UUID.random())")
      let desk = context.desk(request.connectionInfo)
      let console = context.console
      var session = ChatSession(try context.converse(request), context) {
        (turn) throws(CommandError) in
        let trace = try asking { () throws(TruthError) in try desk.trace(turn, request.business) }
        guard let trace else { return ["the trace is not stored"] }
        return TraceTree().tree(trace).lines(columns: console.columns)
      }
      try session.run()
      return .ok
    })

  static let ask = Command(
    name: "ask", summary: "ask the agent of a business one thing",
    details: """
      The exit code is 0 where the agent answered, and 1 where it had no answer, asked back, or \
      handed the conversation to a person.
      """,
    operands: Operands("TEXT...", 1...1000),
    groups: [
      ConversationRequest.flags,
      FlagGroup(
        "", [session, Flag("why", .none, "tell what the answer rests on"), CommonFlags.json]),
      place,
    ],
    examples: [
      Example(
        "agent ask \"how do I return shoes\" --business demo", "The answer, and its sources.")
    ],
    run: { (arguments, context) throws(CommandError) in
      let request = try ConversationRequest.of(
        arguments, context, session: arguments.text("session") ?? "\(UUID.random())")
      let conversation = try context.converse(request)
      let text = arguments.operands.joined(separator: " ")
      let asJSON = arguments.isSet("json")
      var shown = ShownText()
      do throws(ConversationFailure) {
        let reply = try conversation.ask(text) { piece in
          guard !asJSON else { return }
          context.console.output(Array(shown.take(piece).utf8))
        }
        if asJSON {
          context.console.print(json: JSONLine.of(ReplyOutput.json(reply)))
        } else {
          let output = ReplyOutput(console: context.console)
          output.finish(reply, shown: shown.text)
          if arguments.isSet("why") { output.why(reply) }
        }
        return reply.isAnswer ? .ok : .exceptions
      } catch {
        if !shown.text.isEmpty { context.console.print() }
        throw CommandError(error)
      }
    })
}
