import KnowledgeService
import RPC

extension Command {
  static let search = Command(
    name: "search", summary: "find entries by meaning, by words, or by both",
    details: """
      Several operands are one text. --mode vector goes by meaning, text by words (BM25F over title, \
      keywords and content), hybrid by both. In words, quotes hold a phrase together and a star \
      stands for how a word goes on: '"running shoes" wat*'. Without --active only active entries are searched. The exit \
      code is 1 where nothing was found, or where the answer does not hold what --min-xid or \
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
            "fusion", .choice(["ranks", "scores"]),
            "with --mode hybrid: what makes the order", fallback: "ranks"),
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
      for flag in ["fusion", "words-language"] where arguments.text(flag) != nil {
        throw .usage("--\(flag) is for searches by words", remedy: "add --mode hybrid")
      }
      var request = SearchRequest()
      request.collection = arguments.text("collection") ?? ""
      request.query = .text(text)
      request.k = UInt32(arguments.integer("k") ?? 10)
      request.filter = try FilterFlags.filter(arguments)
      request.exact = arguments.isSet("exact")
      request.recallTarget = arguments.number("recall") ?? 0
      request.minXID = try arguments.transaction("min-xid")
      request.minPosition = try arguments.position("min-position")
      let waits = request.minXID != 0 || request.minPosition != nil
      request.waitMilliseconds = waits ? UInt32(address.timeoutMilliseconds) : 0
      request.explain = arguments.isSet("explain")
      request.includeVector = arguments.isSet("with-vector")
      let reply = try context.connect(address).call(
        .search, request, for: SearchReply.self, waits: waits, address)
      if arguments.isSet("json") {
        context.console.print(json: SearchOutput.json(reply))
      } else {
        context.console.print(
          lines: SearchOutput.lines(
            reply, columns: context.console.columns, style: context.console.style))
      }
      if reply.isStale { context.console.remark(SearchOutput.staleRemark) }
      return reply.hits.isEmpty || reply.isStale ? .exceptions : .ok
    })
}

extension Service {
  /// Asks for an answer that may have to wait for a transaction; the service has the last word on
  /// whether it came, so we wait a little longer than it does.
  func call<Reply: ProtoMessage>(
    _ method: RPC.Method, _ request: some ProtoMessage, for reply: Reply.Type,
    waits: Bool, _ address: ServiceAddress
  ) throws(CommandError) -> Reply {
    guard waits else { return try call(method, request, for: reply) }
    do throws(CommandError) {
      return try call(
        method, request, for: reply, timeoutMilliseconds: address.timeoutMilliseconds + 1_000)
    } catch {
      guard error.exit == .exceptions else { throw error }
      throw CommandError(
        error.exit, error.message,
        remedy: "compare it with what the write or the earlier answer reported; where that is "
          + "right, knowledge health tells how far the service has come")
    }
  }
}

extension Arguments {
  /// A position as `--json` shows it, its two parts joined by `@`; nil where the flag is not given.
  func position(_ name: String) throws(CommandError) -> Position? {
    guard let text = text(name) else { return nil }
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts[0].utf8.count(where: { $0 == UInt8(ascii: ":") }) == 2,
      parts.count == 1 || UInt64(parts[1]) != nil
    else {
      throw .usage(
        "--\(name) must be a position such as 740:744:741@7412345678901234567, not "
          + quoted(text),
        remedy: "--json of a search shows it: position.snapshot, @, position.system_identifier")
    }
    return Position(
      snapshot: String(parts[0]), systemIdentifier: parts.count == 1 ? "" : String(parts[1]))
  }

  /// A transaction's number; 0 where the flag is not given.
  func transaction(_ name: String) throws(CommandError) -> UInt64 {
    guard let text = text(name) else { return 0 }
    guard let value = UInt64(text), value > 0 else {
      throw .usage("--\(name) must be a transaction's number, not \(quoted(text))")
    }
    return value
  }
}
