import Platform

/// The stage that answers.
struct StagedStep: StepValue, Equatable {
  /// Why it was taken.
  enum Reason: String {
    /// The conversation begins.
    case first
    /// A model chose it.
    case model
    /// The words of the message fit it.
    case words
    /// No choice was sure enough, so that the conversation stays where it is.
    case stayed
    /// The business has no stages.
    case none
  }

  /// The stage; nil where there is none.
  var stageID: UUID?
  /// How sure the choice is, 0...1.
  var confidence: Double
  /// Why it was taken.
  var reason: Reason
  /// What else is worth knowing, such as an answer that names no stage; nil for nothing.
  var note: String?

  var json: JSON {
    .object([
      ("stage_id", .id(stageID)), ("confidence", .share(confidence)),
      ("reason", .string(reason.rawValue)), ("note", .text(note)),
    ])
  }

  init(stageID: UUID?, confidence: Double, reason: Reason, note: String? = nil) {
    self.stageID = stageID
    self.confidence = confidence
    self.reason = reason
    self.note = note
  }

  init(_ json: JSON) throws(UnreadableStep) {
    stageID = try json.optionalID("stage_id")
    confidence = try json.number("confidence")
    guard let reason = Reason(rawValue: try json.text("reason")) else {
      throw UnreadableStep(field: "reason")
    }
    self.reason = reason
    note = json.optionalText("note")
  }
}
