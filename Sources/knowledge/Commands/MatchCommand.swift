import CommandInterface
import Platform
import RPC

extension CommandTable {
  static let match = Command(
    name: "match", summary: "find the product or service that a customer's words mean",
    details: """
      Typing errors, abbreviations, other names and other word orders are understood; codes, \
      numbers and sizes are never taken for others. Several operands are one text.

      The exit code is 0 where one is meant, and 1 where the customer has to be asked, where \
      nothing is like it, or where the answer does not hold what --min-xid or --min-position asks \
      for.
      """,
    operands: Operands("TEXT...", 1...1000),
    groups: [
      FlagGroup(
        "",
        [
          Flag("k", .integer("N", 1...50), "how many candidates at most", fallback: "5"),
          CommonFlags.business,
          Flag(
            "collection", .choice(["products", "services"]), "where to look",
            fallback: "both"),
          Flag(
            "threshold", .number("CONFIDENCE", upTo: 1),
            "how sure it must be before one is taken for what is meant", fallback: "0.6"),
          Flag("available", .none, "only what is in stock, or available"),
          Flag("inactive", .none, "inactive ones, too"),
          Flag("names-only", .none, "leave the similarity of meaning out"),
          Flag(
            "min-xid", .text("XID"),
            "answer from a state that holds this transaction, as a write reported it"),
          CommonFlags.minPosition,
          CommonFlags.json,
        ]), CommonFlags.service,
    ],
    examples: [
      Example(
        "knowledge match \"kilbrd gtx boots\" --business demo",
        "What a customer may mean by it, with confidence and what differs."),
      Example(
        "knowledge match boot fitting --business demo --collection services --available --json",
        "Services that can be had, as one JSON object."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let address = try ServiceAddress.ofBusiness(arguments, context)
      let text = arguments.operands.joined(separator: " ")
      guard !text.allSatisfy(\.isWhitespace) else {
        throw .usage(
          "the words to match are empty", remedy: "name some, as in: match \"blue boots\"")
      }
      var request = MatchRequest()
      request.query = text
      request.collections = arguments.text("collection").map { [$0] } ?? []
      request.k = UInt32(arguments.integer("k") ?? 5)
      request.threshold = arguments.number("threshold")
      request.availableOnly = arguments.isSet("available")
      request.includeInactive = arguments.isSet("inactive")
      request.omitSemantic = arguments.isSet("names-only")
      let reply = try context.ask(
        .match, request, for: MatchReply.self, arguments, address)
      context.show(reply, arguments) {
        MatchOutput.json(reply)
      } lines: { columns, style in
        MatchOutput.lines(reply, query: text, columns: columns, style: style)
      }
      return reply.verdict == .match && !reply.isStale ? .ok : .exceptions
    })
}
