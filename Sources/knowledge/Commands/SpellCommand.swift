import CommandInterface
import Platform
import RPC

extension CommandTable {
  static let spell = Command(
    name: "spell", summary: "correct the spelling of a text, or report what a correction was worth",
    details: """
      Words are corrected by a list of the language and by the business's own entries, products and \
      services. Codes, numbers, names, addresses and links stay. What is not sure enough is a \
      question for the customer. Several operands are one text.

      With --feedback the operands are the word as it was written, the correction, and for changed \
      what was right instead; the words alone are kept, and knowledge stats tells how often \
      corrections are right.

      The exit code is 1 where there is a question, or where the answer does not hold what \
      --min-xid or --min-position asks for.
      """,
    operands: Operands("TEXT...", 1...10_000),
    groups: [
      FlagGroup(
        "",
        [
          CommonFlags.business,
          Flag(
            "language", .text("CODE"), "language of the text, such as en",
            fallback: "that of most entries"),
          Flag(
            "threshold", .number("CONFIDENCE", upTo: 1), "how sure a change must be",
            fallback: "0.8"),
          Flag(
            "alternatives", .integer("N", 0...8), "other readings to name of each word",
            fallback: "5"),
          Flag(
            "feedback", .choice(["accepted", "rejected", "changed"]),
            "what became of a correction"),
          Flag(
            "confidence", .number("CONFIDENCE", upTo: 1),
            "with --feedback: how sure the correction had said it was", fallback: "1"),
          Flag(
            "min-xid", .text("XID"),
            "answer from a state that holds this transaction, as a write reported it"),
          CommonFlags.minPosition,
          CommonFlags.json,
        ]), CommonFlags.service,
    ],
    examples: [
      Example(
        "knowledge spell \"were is my ordr\" --business demo", "The text as it was meant."),
      Example(
        "knowledge spell \"wo ist meine bestelung\" --business demo --language de --json",
        "Each change with its place, confidence and alternatives."),
      Example(
        "knowledge spell ordr order --feedback accepted --confidence 0.93 --business demo",
        "Records that a correction was right."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let address = try ServiceAddress.ofBusiness(arguments, context)
      if let outcome = arguments.text("feedback") {
        return try report(outcome, address, arguments, context)
      }
      if arguments.isSet("confidence") {
        throw .usage("--confidence is for --feedback", remedy: "see knowledge spell --help")
      }
      var request = SpellRequest()
      request.text = arguments.operands.joined(separator: " ")
      request.language = arguments.text("language") ?? ""
      request.threshold = arguments.number("threshold")
      request.alternatives = arguments.integer("alternatives").map { UInt32($0) }
      let reply = try context.ask(
        .spell, request, for: SpellReply.self, arguments, address)
      context.show(reply, arguments) {
        SpellOutput.json(reply)
      } lines: { columns, style in
        SpellOutput.lines(reply, columns: columns, style: style)
      }
      return reply.questions.isEmpty && !reply.isStale ? .ok : .exceptions
    })

  /// Reports one outcome.
  private static func report(
    _ outcome: String, _ address: ServiceAddress, _ arguments: Arguments, _ context: Context
  ) throws(CommandError) -> ExitCode {
    let words = arguments.operands
    guard words.count == (outcome == "changed" ? 3 : 2) else {
      throw .usage(
        "--feedback \(outcome) takes \(outcome == "changed" ? "three" : "two") words",
        remedy: outcome == "changed"
          ? "as in: spell ordr order odour --feedback changed"
          : "as in: spell ordr order --feedback \(outcome)")
    }
    var message = SpellingOutcomeReport()
    message.original = words[0]
    message.replacement = words[1]
    message.confidence = arguments.number("confidence") ?? 1
    message.language = arguments.text("language") ?? ""
    let parts = words.prefix(2).map { $0.split(whereSeparator: \.isWhitespace).count }
    message.kind = parts[0] > parts[1] ? .joined : parts[0] < parts[1] ? .split : .respelled
    switch outcome {
    case "accepted": message.outcome = .accepted
    case "rejected": message.outcome = .rejected
    default:
      message.outcome = .changed
      message.changedTo = words[2]
    }
    let reply = try context.connect(address).call(
      .spellFeedback, SpellFeedbackRequest(outcomes: [message]), for: SpellFeedbackReply.self)
    if arguments.isSet("json") {
      var writer = JSONWriter()
      writer.beginObject()
      writer.key("recorded")
      writer.integer(reply.recorded)
      writer.key("xid")
      writer.integer(reply.xid)
      writer.endObject()
      context.console.print(json: writer)
    } else {
      context.console.print(lines: ["recorded; knowledge stats tells how often they are right"])
    }
    return .ok
  }
}
