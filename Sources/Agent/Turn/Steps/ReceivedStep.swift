import Platform

/// What is known of a message before anything is asked.
struct ReceivedStep: StepValue, Equatable {
  /// BCP 47; empty where it is not known.
  var language: String
  /// Whether nothing was said in the conversation before.
  var isFirst: Bool
  /// Whether what was remembered has expired: the customer is back after a pause.
  var isReturning: Bool
  /// Whether the customer was asked whether to go on, and says yes.
  var resumes: Bool
  /// The question that the customer says was forgotten.
  var forgotten: String?
  /// Why a person takes over at once.
  var handoff: Handoff?

  var json: JSON {
    .object([
      ("language", .string(language)), ("is_first", .bool(isFirst)),
      ("is_returning", .bool(isReturning)), ("resumes", .bool(resumes)),
      ("forgotten", .text(forgotten)),
      ("handoff", handoff?.json ?? .null),
    ])
  }

  init(
    language: String, isFirst: Bool, isReturning: Bool, resumes: Bool = false,
    forgotten: String? = nil,
    handoff: Handoff? = nil
  ) {
    self.language = language
    self.isFirst = isFirst
    self.isReturning = isReturning
    self.resumes = resumes
    self.forgotten = forgotten
    self.handoff = handoff
  }

  init(_ json: JSON) throws(UnreadableStep) {
    language = try json.text("language")
    isFirst = try json.flag("is_first")
    isReturning = try json.flag("is_returning")
    resumes = try json.flag("resumes")
    forgotten = json.optionalText("forgotten")
    handoff = try Handoff(optional: json["handoff"])
  }
}
