import Platform

/// The message as it was meant.
struct CorrectedStep: StepValue, Equatable {
  /// The message with its corrections.
  var text: String
  /// What was changed.
  var changes: [SpellingCorrections.Correction]
  /// What may be meant.
  var questions: [SpellingCorrections.Correction]
  /// What is wanted, most urgent first; empty for greetings and thanks.
  var intents: [String]
  /// Why the spelling was not looked at; nil where it was, or was not to be.
  var failure: String?

  var json: JSON {
    .object([
      ("text", .string(text)), ("changes", .array(changes.map(\.json))),
      ("questions", .array(questions.map(\.json))), ("intents", .texts(intents)),
      ("failure", .text(failure)),
    ])
  }

  init(
    text: String, changes: [SpellingCorrections.Correction] = [],
    questions: [SpellingCorrections.Correction] = [], intents: [String] = [],
    failure: String? = nil
  ) {
    self.text = text
    self.changes = changes
    self.questions = questions
    self.intents = intents
    self.failure = failure
  }

  init(_ json: JSON) throws(UnreadableStep) {
    text = try json.text("text")
    changes = try json.list("changes", SpellingCorrections.Correction.init)
    questions = try json.list("questions", SpellingCorrections.Correction.init)
    intents = try json.texts("intents")
    failure = json.optionalText("failure")
  }
}

extension SpellingCorrections.Correction {
  var json: JSON {
    .object([
      ("original", .string(original)), ("replacement", .string(replacement)),
      ("confidence", .share(confidence)),
    ])
  }

  init(_ json: JSON) throws(UnreadableStep) {
    self.init(
      original: try json.text("original"), replacement: try json.text("replacement"),
      confidence: try json.number("confidence"))
  }
}
