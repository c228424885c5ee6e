import CommandInterface
import Platform

/// A question with what its answer must be: a line of an eval file.
struct EvalQuestion: Sendable, Equatable {
  /// Of the file, from 1.
  let line: Int
  let text: String
  /// External ids or ids of the entries that answer it; empty where that is not said.
  let sources: [String]
  /// Texts that must all stand in the answer, whatever their case.
  let texts: [String]
  /// Whether the business has no answer to it, so that none may be given.
  let expectsNone: Bool

  /// Most bytes of a file.
  static let byteLimit = 64 << 20

  /// Reads a file of them: JSON, an object a line; empty lines and those that begin with # count
  /// for nothing.
  ///
  /// - Throws: ``CommandError`` naming the line and what is wrong with it.
  static func read(_ bytes: [UInt8], name: String) throws(CommandError) -> [EvalQuestion] {
    var questions: [EvalQuestion] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let first = line.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
      guard let first, first != UInt8(ascii: "#") else { continue }
      questions.append(try question(Array(line), index + 1, name))
    }
    guard !questions.isEmpty else {
      throw .usage(
        "\(name) holds no question",
        remedy: #"a line is such as {"question": "how do I return shoes", "sources": ["RET-1"]}"#)
    }
    return questions
  }

  private static func question(
    _ bytes: [UInt8], _ line: Int, _ name: String
  ) throws(CommandError) -> EvalQuestion {
    func refusal(_ reason: String) -> CommandError {
      .usage("line \(line) of \(name): \(reason)", remedy: "agent eval --help tells the format")
    }
    let json: JSON
    do throws(JSONError) { json = try JSON.parse(bytes) } catch {
      throw refusal("\(error)")
    }
    guard let members = json.object else { throw refusal("it is \(json.kind), not an object") }
    for (key, _) in members
    where !["question", "sources", "text", "no_answer", "note"].contains(key) {
      let nearest = NearestName.of(
        key, among: ["question", "sources", "text", "no_answer", "note"])
      throw refusal(
        "unknown member \(quoted(key))" + (nearest.map { "; did you mean \($0)?" } ?? ""))
    }
    guard let text = json["question"]?.string, !text.trimmingSpaces.isEmpty else {
      throw refusal("\"question\" must be a text")
    }
    func texts(_ key: String) throws(CommandError) -> [String] {
      guard let value = json[key], !value.isNull else { return [] }
      if let one = value.string { return [one] }
      guard let all = value.array?.map(\.string), !all.contains(nil) else {
        throw refusal("\"\(key)\" must be a text or a list of texts")
      }
      return all.compactMap(\.self)
    }
    var expectsNone = false
    if let value = json["no_answer"], !value.isNull {
      guard let flag = value.bool else { throw refusal("\"no_answer\" must be true or false") }
      expectsNone = flag
    }
    let question = EvalQuestion(
      line: line, text: text, sources: try texts("sources"), texts: try texts("text"),
      expectsNone: expectsNone)
    if expectsNone, !(question.sources + question.texts).isEmpty {
      throw refusal("a question with \"no_answer\" has neither sources nor a text")
    }
    return question
  }
}
