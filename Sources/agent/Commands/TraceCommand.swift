import AgentService
import CommandInterface
import Platform

extension CommandTable {
  static let trace = Command(
    name: "trace", summary: "show how an answer came about: steps, calls, sources, costs",
    details: """
      ID is a turn's or a conversation's; of a conversation the newest turns are shown, oldest \
      first. What was retrieved stands with how likely it is to answer; what did not go into the \
      prompt stands with the reason.
      """,
    operands: Operands("ID", 1...1),
    groups: [
      FlagGroup(
        "",
        [
          BusinessChoice.flag,
          Flag("prompts", .none, "show prompts and replies of models whole"),
          Flag("limit", .integer("N", 1...1000), "how many turns at most", fallback: "5"),
          CommonFlags.json,
        ]), DatabaseAddress.flags,
    ],
    examples: [
      Example(
        "agent trace 0193b3c4-7c1d-7000-8000-000000000001",
        "A turn, or the last five of a "
          + "conversation.")
    ],
    run: { (arguments, context) throws(CommandError) in
      let desk = try context.desk(arguments)
      let traces = try ConversationSearch(arguments, desk).traces(
        arguments.operands[0], limit: arguments.integer("limit") ?? 5)
      if arguments.isSet("json") {
        context.console.print(
          json: JSONLine.of(.object([("turns", .array(traces.map(TraceTree.json)))])))
        return .ok
      }
      if traces.isEmpty { context.console.remark("no turns yet") }
      let showsPrompts = arguments.isSet("prompts")
      for (index, trace) in traces.enumerated() {
        if index > 0 { context.console.print() }
        let tree = TraceTree(showsPrompts: showsPrompts).tree(trace)
        context.console.print(
          lines: tree.lines(columns: context.console.columns, wraps: showsPrompts))
      }
      return .ok
    })
}
