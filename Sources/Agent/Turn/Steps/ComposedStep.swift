import Platform

/// The answer as it was made, before it is checked.
struct ComposedStep: StepValue, Equatable {
  /// The answer; empty where a person takes over.
  var text: String
  /// What it may cite, by number.
  var citations: [Citation]
  /// How sure it is, 0...1.
  var confidence: Double
  /// `text`, `question`, `handoff`, `fallback`, `setup_missing`.
  var messageType: String
  /// The model that answered, or `extractive`; empty where nobody was asked.
  var model: String
  /// Why a person takes over; nil where none does.
  var handoff: Handoff?
  /// What the prompt held and what was left out, and why: an object, for the trace.
  var context: JSON
  /// Why no model answered, where one was to; nil where all is well.
  var failure: String?

  var json: JSON {
    .object([
      ("text", .string(text)), ("citations", .array(citations.map(\.json))),
      ("confidence", .share(confidence)), ("message_type", .string(messageType)),
      ("model", .string(model)), ("handoff", handoff?.json ?? .null), ("context", context),
      ("failure", .text(failure)),
    ])
  }

  init(
    text: String, citations: [Citation] = [], confidence: Double, messageType: String = "text",
    model: String = "", handoff: Handoff? = nil, context: JSON = .object([]),
    failure: String? = nil
  ) {
    self.text = text
    self.citations = citations
    self.confidence = confidence
    self.messageType = messageType
    self.model = model
    self.handoff = handoff
    self.context = context
    self.failure = failure
  }

  init(_ json: JSON) throws(UnreadableStep) {
    text = try json.text("text")
    citations = try json.list("citations", Citation.init)
    confidence = try json.number("confidence")
    messageType = try json.text("message_type")
    model = try json.text("model")
    handoff = try Handoff(optional: json["handoff"])
    context = json["context"] ?? .object([])
    failure = json.optionalText("failure")
  }
}

extension Citation {
  /// The citation as an object.
  public var json: JSON {
    .object([
      ("number", .integer(number)), ("entry_id", .id(entryID)),
      ("collection", .string(collection)), ("external_id", .string(externalID)),
      ("title", .string(title)),
    ])
  }

  init(_ json: JSON) throws(UnreadableStep) {
    guard let number = json["number"]?.int else { throw UnreadableStep(field: "number") }
    self.init(
      number: number, entryID: try json.id("entry_id"), collection: try json.text("collection"),
      externalID: try json.text("external_id"), title: try json.text("title"))
  }
}
