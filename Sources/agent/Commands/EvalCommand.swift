import AgentService
import CommandInterface
import Platform

extension CommandTable {
  static let eval = Command(
    name: "eval", summary: "ask a file of questions and report how good the answers are",
    details: """
      A line of the file is a JSON object: "question"; "sources", the external ids or ids of the \
      entries that answer it; "text", one or several texts that the answer must hold; or \
      "no_answer": true where the business has no answer and none may be given; "note" for you. \
      Lines that begin with # are left out.

      Each question is asked in a conversation of its own, which stays in the database. Told are \
      the questions that went wrong, and over all: recall of sources, answers given, false \
      answers, correct and grounded answers, time and cost. With a bound that is not kept the exit \
      code is 1, so that a build can stop.
      """,
    operands: Operands("FILE|-", 1...1, completion: .files),
    groups: [
      ConversationRequest.flags,
      FlagGroup(
        "Bounds",
        [
          Flag("min-recall", .number("SHARE", upTo: 1), "least recall of sources"),
          Flag("min-answered", .number("SHARE", upTo: 1), "least part of questions answered"),
          Flag("min-correct", .number("SHARE", upTo: 1), "least part of answers with their text"),
          Flag("max-false-answers", .number("SHARE", upTo: 1), "most false answers"),
          CommonFlags.json,
        ]), place,
    ],
    examples: [
      Example(
        "agent eval questions.jsonl --business demo --min-recall 0.9",
        "Reports, and fails where less than nine in ten sources are found."),
      Example(
        #"echo '{"question": "how do I return shoes", "sources": ["RET-001"]}' | "#
          + "agent eval - --business demo", "One question."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let path = arguments.operands[0]
      let questions = try EvalQuestion.read(
        try InputFile.bytes(path, limit: EvalQuestion.byteLimit),
        name: path == "-" ? "the input" : shellQuoted(path))
      let run = "eval-\(UUID.random())"
      let request = try ConversationRequest.of(arguments, context, session: run)
      let asJSON = arguments.isSet("json")
      var results: [EvalResult] = []
      for question in questions {
        let conversation = try context.converse(request.inSession("\(run)-\(question.line)"))
        do throws(ConversationFailure) {
          results.append(EvalResult(question, try conversation.ask(question.text) { _ in }))
        } catch { throw CommandError(error) }
        if context.console.errorIsTerminal, !asJSON {
          context.console.error(Array("\r\(results.count) of \(questions.count)\u{1B}[K".utf8))
        }
      }
      if context.console.errorIsTerminal, !asJSON {
        context.console.error(Array("\r\u{1B}[K".utf8))
      }
      let report = EvalReport(results: results)
      if asJSON {
        context.console.print(json: JSONLine.of(report.json()))
      } else {
        context.console.print(
          lines: report.lines(columns: context.console.columns, style: context.console.style))
      }
      let missed = missed(report, arguments)
      for bound in missed { context.console.remark(bound, asJSON: asJSON) }
      return missed.isEmpty ? .ok : .exceptions
    })

  /// The bounds that are not kept, in words. One that nothing in the file speaks of is not.
  private static func missed(_ report: EvalReport, _ arguments: Arguments) -> [String] {
    var missed: [String] = []
    for (flag, value, isLeast) in [
      ("min-recall", report.recall, true), ("min-answered", report.answered, true),
      ("min-correct", report.correct, true), ("max-false-answers", report.falseAnswers, false),
    ] {
      guard let bound = arguments.number(flag) else { continue }
      let shown = value.map { Quantity.fixed($0, 3) } ?? "not known from this file"
      let isKept = value.map { isLeast ? $0 >= bound : $0 <= bound } ?? false
      if !isKept {
        missed.append("--\(flag) \(Quantity.decimal(bound)) is not kept: it is \(shown)")
      }
    }
    return missed
  }
}
