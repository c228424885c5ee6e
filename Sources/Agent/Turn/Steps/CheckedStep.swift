import Platform

/// The answer as it is sent.
struct CheckedStep: StepValue, Equatable {
  /// The answer, with disclaimers and what is proposed.
  var text: String
  /// What it rests on: the citations whose marks are in it.
  var citations: [Citation]
  /// What was said without a source, and was taken out; in words.
  var violations: [String]
  /// Why a person takes over; nil where none does.
  var handoff: Handoff?
  /// Whether the proposal stands in the answer.
  var suggests: Bool

  var json: JSON {
    .object([
      ("text", .string(text)), ("citations", .array(citations.map(\.json))),
      ("violations", .texts(violations)), ("handoff", handoff?.json ?? .null),
      ("suggests", .bool(suggests)),
    ])
  }

  init(
    text: String, citations: [Citation] = [], violations: [String] = [],
    handoff: Handoff? = nil, suggests: Bool = false
  ) {
    self.text = text
    self.citations = citations
    self.violations = violations
    self.handoff = handoff
    self.suggests = suggests
  }

  init(_ json: JSON) throws(UnreadableStep) {
    text = try json.text("text")
    citations = try json.list("citations", Citation.init)
    violations = try json.texts("violations")
    handoff = try Handoff(optional: json["handoff"])
    suggests = try json.flag("suggests")
  }
}
