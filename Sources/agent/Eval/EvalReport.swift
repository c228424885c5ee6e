import Agent
import AgentService
import CommandInterface
import Platform

/// What came of one question.
struct EvalResult: Sendable {
  let question: EvalQuestion
  /// Whether the agent answered.
  let isAnswered: Bool
  /// Of the sources that answer it, those that were found; and those that were cited.
  let found: Int
  let cited: Int
  /// Whether each text stands in the answer; nil where none was asked for.
  let hasTexts: Bool?
  /// Whether nothing had to be taken out of the answer for want of a source.
  let isGrounded: Bool
  let reply: String
  let picodollars: UInt64?
  let milliseconds: Int

  init(_ question: EvalQuestion, _ reply: AgentReply) {
    self.question = question
    isAnswered = reply.isAnswer
    let foundNames = Set(
      reply.retrieved.flatMap { [$0.externalID, "\($0.id)"] }.map { ByteText($0) })
    let citedNames = Set(
      reply.outcome.citations.flatMap { [$0.externalID, "\($0.entryID)"] }.map { ByteText($0) })
    found = question.sources.count { foundNames.contains(ByteText($0)) }
    cited = question.sources.count { citedNames.contains(ByteText($0)) }
    let text = reply.outcome.reply.lowercased()
    hasTexts =
      question.texts.isEmpty ? nil : question.texts.allSatisfy { text.contains($0.lowercased()) }
    isGrounded = reply.violations.isEmpty
    self.reply = reply.outcome.reply
    picodollars = reply.outcome.picodollars
    milliseconds = reply.milliseconds
  }

  /// Why it is not as it should be, in words; nil where it is.
  var fault: String? {
    if question.expectsNone { return isAnswered ? "answered, though there is no answer" : nil }
    if found < question.sources.count {
      return "\(found) of \(Quantity.noun(question.sources.count, "source")) found"
    }
    if !isAnswered { return "not answered" }
    if hasTexts == false { return "the answer lacks a text" }
    return nil
  }
}

/// How good the answers to a file of questions are.
struct EvalReport: Sendable {
  let results: [EvalResult]

  private var answerable: [EvalResult] { results.filter { !$0.question.expectsNone } }
  private var unanswerable: [EvalResult] { results.filter(\.question.expectsNone) }

  /// Sources that were found, of all that answer; nil where no question names one.
  var recall: Double? { share(sum(\.found), of: results.sum(\.question.sources.count)) }
  /// Sources that were cited, likewise.
  var citedRecall: Double? { share(sum(\.cited), of: results.sum(\.question.sources.count)) }
  /// Of the questions that have an answer, those that got one.
  var answered: Double? { share(answerable.count(where: \.isAnswered), of: answerable.count) }
  /// Of the questions that have none, those that got one.
  var falseAnswers: Double? {
    share(unanswerable.count(where: \.isAnswered), of: unanswerable.count)
  }
  /// Of the questions that name a text, those whose answer has it.
  var correct: Double? {
    let asked = results.filter { $0.hasTexts != nil }
    return share(asked.count { $0.hasTexts == true }, of: asked.count)
  }
  /// Of the answers, those of which nothing had to be taken out for want of a source.
  var grounded: Double? {
    let given = results.filter(\.isAnswered)
    return share(given.count(where: \.isGrounded), of: given.count)
  }
  /// All together, where it is known.
  var picodollars: UInt64? {
    let known = results.compactMap(\.picodollars)
    return known.isEmpty ? nil : known.reduce(0, &+)
  }

  private func sum(_ value: (EvalResult) -> Int) -> Int { results.sum(value) }

  private func share(_ part: Int, of whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }

  /// The time within which a part of the answers came, in milliseconds.
  func milliseconds(_ part: Double) -> Int {
    let sorted = results.map(\.milliseconds).sorted()
    guard !sorted.isEmpty else { return 0 }
    return sorted[min(sorted.count - 1, Int((part * Double(sorted.count)).rounded(.up)) - 1)]
  }

  // MARK: Output

  func lines(columns: Int, style: Style) -> [String] {
    var lines: [String] = []
    for result in results {
      guard let fault = result.fault else { continue }
      lines.append(
        DisplayText.cut(
          "line \(result.question.line): " + DisplayText.cleaned(result.question.text), to: columns)
      )
      lines.append("  " + style.warning(fault))
      if !result.reply.isEmpty {
        lines.append(
          style.faint(DisplayText.cut("  " + DisplayText.cleaned(result.reply), to: columns)))
      }
    }
    if !lines.isEmpty { lines.append("") }
    var table = TextTable([.init("what"), .init("value", isRight: true), .init("of")])
    func add(_ what: String, _ value: Double?, _ of: String) {
      guard let value else { return }
      table.append([what, Quantity.fixed(value, 3), of])
    }
    add("recall", recall, "sources found")
    add("cited", citedRecall, "sources cited in the answer")
    add("answered", answered, "questions that have an answer")
    add("false answers", falseAnswers, "questions that have none")
    add("correct", correct, "answers with the text asked for")
    add("grounded", grounded, "answers that their sources say")
    lines += table.lines(columns: columns, style: style)
    var parts = [
      Quantity.noun(results.count, "question"),
      "half within \(Quantity.duration(milliseconds: UInt64(max(0, milliseconds(0.5)))))",
      "95 % within \(Quantity.duration(milliseconds: UInt64(max(0, milliseconds(0.95)))))",
    ]
    if let picodollars { parts.append(Money.dollars(picodollars)) }
    lines.append(style.faint(parts.joined(separator: " · ")))
    return lines
  }

  func json() -> JSON {
    func number(_ value: Double?) -> JSON { value.flatMap { JSON.double($0) } ?? .null }
    return .object([
      ("questions", .integer(results.count)), ("recall", number(recall)),
      ("cited_recall", number(citedRecall)), ("answered", number(answered)),
      ("false_answers", number(falseAnswers)), ("correct", number(correct)),
      ("grounded", number(grounded)),
      ("picodollars", picodollars.map { .integer($0) } ?? .null),
      ("p50_ms", .integer(milliseconds(0.5))), ("p95_ms", .integer(milliseconds(0.95))),
      (
        "results",
        .array(
          results.map { result in
            .object([
              ("line", .integer(result.question.line)),
              ("question", .string(result.question.text)),
              ("answered", .bool(result.isAnswered)),
              ("sources", .integer(result.question.sources.count)),
              ("found", .integer(result.found)), ("cited", .integer(result.cited)),
              ("correct", result.hasTexts.map { .bool($0) } ?? .null),
              ("grounded", .bool(result.isGrounded)), ("fault", .orNull(result.fault)),
              ("reply", .string(result.reply)), ("milliseconds", .integer(result.milliseconds)),
            ])
          })
      ),
    ])
  }
}

extension [EvalResult] {
  fileprivate func sum(_ value: (EvalResult) -> Int) -> Int { reduce(0) { $0 + value($1) } }
}
