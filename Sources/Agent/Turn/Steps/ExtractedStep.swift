import Platform

/// What was read out of the message, and what is still missing.
struct ExtractedStep: StepValue, Equatable {
  /// An object that fits the stage's schema as far as it goes; with what earlier messages gave.
  var data: JSON
  /// Required fields that are not known yet, as dotted paths.
  var missing: [String]
  /// Why nothing was extracted, or what did not fit; nil where all is well.
  var failure: String?

  var json: JSON {
    .object([("data", data), ("missing", .texts(missing)), ("failure", .text(failure))])
  }

  init(data: JSON = .object([]), missing: [String] = [], failure: String? = nil) {
    self.data = data
    self.missing = missing
    self.failure = failure
  }

  init(_ json: JSON) throws(UnreadableStep) {
    guard let data = json["data"], data.object != nil else { throw UnreadableStep(field: "data") }
    self.data = data
    missing = try json.texts("missing")
    failure = json.optionalText("failure")
  }
}
