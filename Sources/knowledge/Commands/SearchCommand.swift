import CommandInterface
import KnowledgeService
import RPC

extension CommandTable {
  static let search = Command(
    name: "search", summary: "find entries by meaning, by words, or by both",
    details: """
      Several operands are one text. --mode vector goes by meaning, text by words (BM25F over title, \
      keywords and content), hybrid by both and says how likely each hit is to be an answer. In words, quotes hold a phrase together and a star \
      stands for how a word goes on: '"running shoes" wat*'. Without --active only active entries are searched. The exit \
      code is 1 where nothing was found, or by words nothing relevant, or where the answer does not hold what --min-xid or \
      --min-position asks for.
      """,
    operands: Operands("TEXT...", 1...1000),
    groups: [
      FlagGroup(
        "",
        [
          Flag(
            "k", .integer("N", 1...ServiceLimits().hitCount), "how many hits at most",
            fallback: "10"),
          CommonFlags.business, CommonFlags.collection,
          Flag(
            "mode", .choice(["vector", "text", "hybrid"]), "by meaning, by words, or by both",
            fallback: "vector"),
          Flag(
            "fusion", .choice(["relevance", "scores", "ranks"]),
            "with --mode hybrid: what makes the order", fallback: "relevance"),
          Flag(
            "false-answers", .number("SHARE", upTo: 0.5),
            "by words: share of questions without an answer that may get one; less calls more hits "
              + "not relevant", fallback: "0.05"),
          Flag(
            "words-language", .text("CODE"),
            "by whose stems words match, such as de; English without it"),
          Flag("exact", .none, "compare with every row, whatever it costs"),
          Flag(
            "recall", .number("SHARE", upTo: 1),
            "share of the true nearest to be found on average; 1 is --exact", fallback: "0.99"),
          Flag("explain", .none, "tell how each part of the collection was searched, and why"),
          Flag("with-vector", .none, "put the vectors into the JSON"),
          Flag(
            "min-xid", .text("XID"),
            "answer from a state that holds this transaction, as a write reported it"),
          CommonFlags.minPosition,
          CommonFlags.json,
        ]), CommonFlags.filter, CommonFlags.service,
    ],
    examples: [
      Example(
        "knowledge search \"how do I return shoes\" --business demo -k 5 --json",
        "The five nearest entries as one JSON object."),
      Example(
        "knowledge search blue running shoes --business demo --collection products --category shoes,sale",
        "Products whose category is shoes or sale."),
      Example(
        "knowledge search X-200 charger --business demo --mode hybrid",
        "By words and by meaning: codes and names are found as they are written."),
      Example(
        "knowledge search refund --business demo --updated 2026-01-01.. --exact",
        "Entries that changed this year, compared one by one."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let address = try ServiceAddress.ofBusiness(arguments, context)
      let text = arguments.operands.joined(separator: " ")
      guard !text.allSatisfy(\.isWhitespace) else {
        throw .usage(
          "the text to search for is empty", remedy: "name one, as in: search \"opening hours\"")
      }
      if arguments.text("mode") ?? "vector" != "vector" {
        return try searchByWords(text, arguments, context, address)
      }
      for flag in ["fusion", "words-language", "false-answers"] where arguments.text(flag) != nil {
        throw .usage("--\(flag) is for searches by words", remedy: "add --mode hybrid")
      }
      var request = SearchRequest()
      request.collection = arguments.text("collection") ?? ""
      request.query = .text(text)
      request.k = UInt32(arguments.integer("k") ?? 10)
      request.filter = try FilterFlags.filter(arguments)
      request.exact = arguments.isSet("exact")
      request.recallTarget = arguments.number("recall") ?? 0
      request.explain = arguments.isSet("explain")
      request.includeVector = arguments.isSet("with-vector")
      let reply = try context.ask(.search, request, for: SearchReply.self, arguments, address)
      context.show(reply, arguments) {
        SearchOutput.json(reply)
      } lines: { columns, style in
        SearchOutput.lines(reply, columns: columns, style: style)
      }
      return reply.hits.isEmpty || reply.isStale ? .exceptions : .ok
    })
}
