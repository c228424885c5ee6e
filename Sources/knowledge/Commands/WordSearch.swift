import CommandInterface
import KnowledgeService
import RPC

extension CommandTable {
  /// `search --mode text` and `--mode hybrid`.
  static func searchByWords(
    _ text: String, _ arguments: Arguments, _ context: Context, _ address: ServiceAddress
  ) throws(CommandError) -> ExitCode {
    for flag in ["explain", "with-vector"] where arguments.isSet(flag) {
      throw .usage("--\(flag) is for --mode vector", remedy: "leave one of the two out")
    }
    if arguments.text("mode") == "text" {
      for flag in ["exact", "recall", "fusion"]
      where arguments.isSet(flag) {
        throw .usage(
          "--\(flag) says nothing to --mode text: searches by words are exact, and words alone "
            + "make the order", remedy: "leave it out, or take --mode hybrid")
      }
    }
    var request = HybridRequest()
    request.collection = arguments.text("collection") ?? ""
    request.text = text
    request.k = UInt32(arguments.integer("k") ?? 10)
    request.filter = try FilterFlags.filter(arguments)
    request.mode = arguments.text("mode") == "text" ? .text : .both
    request.fusion =
      switch arguments.text("fusion") {
      case "scores": .scores
      case "ranks": .ranks
      default: .relevance
      }
    request.falseAnswerRate = arguments.number("false-answers")
    request.language = arguments.text("words-language") ?? ""
    request.exact = arguments.isSet("exact")
    request.recallTarget = arguments.number("recall") ?? 0
    let reply = try context.ask(
      .hybrid, request, for: HybridReply.self, arguments, address)
    context.show(reply, arguments) {
      HybridOutput.json(reply)
    } lines: { columns, style in
      HybridOutput.lines(reply, columns: columns, style: style)
    }
    return reply.hits.isEmpty || reply.nothingRelevant || reply.isStale ? .exceptions : .ok
  }
}
