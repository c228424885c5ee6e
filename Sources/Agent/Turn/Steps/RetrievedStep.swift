import Platform

/// What the answer may rest on.
struct RetrievedStep: StepValue, Equatable {
  /// Entries of the knowledge, best first.
  var knowledge: [KnowledgeHit]
  /// Products and services, best first.
  var catalogue: [KnowledgeHit]
  /// What to ask where the message may mean several items; nil where it does not.
  var question: String?
  /// What the stage's own retrieval brought, as text; empty for nothing.
  var data: String
  /// What may be proposed besides; nil for nothing.
  var suggestion: Suggestion?
  /// Whether nothing that was found is good enough.
  var nothingRelevant: Bool
  /// What could not be asked, in words.
  var failures: [String]

  var json: JSON {
    .object([
      ("knowledge", .array(knowledge.map(\.json))), ("catalogue", .array(catalogue.map(\.json))),
      ("question", .text(question)), ("data", .string(data)),
      ("suggestion", suggestion?.json ?? .null), ("nothing_relevant", .bool(nothingRelevant)),
      ("failures", .texts(failures)),
    ])
  }

  init(
    knowledge: [KnowledgeHit] = [], catalogue: [KnowledgeHit] = [], question: String? = nil,
    data: String = "", suggestion: Suggestion? = nil, nothingRelevant: Bool = true,
    failures: [String] = []
  ) {
    self.knowledge = knowledge
    self.catalogue = catalogue
    self.question = question
    self.data = data
    self.suggestion = suggestion
    self.nothingRelevant = nothingRelevant
    self.failures = failures
  }

  init(_ json: JSON) throws(UnreadableStep) {
    knowledge = try json.list("knowledge", KnowledgeHit.init)
    catalogue = try json.list("catalogue", KnowledgeHit.init)
    question = json.optionalText("question")
    data = try json.text("data")
    if let value = json["suggestion"], !value.isNull { suggestion = try Suggestion(value) }
    nothingRelevant = try json.flag("nothing_relevant")
    failures = try json.texts("failures")
  }
}

extension KnowledgeHit {
  var json: JSON {
    .object([
      ("id", .id(id)), ("collection", .string(collection)), ("external_id", .string(externalID)),
      ("title", .string(title)), ("content", .string(content)), ("category", .string(category)),
      ("language", .string(language)), ("metadata", metadata), ("relevance", .share(relevance)),
    ])
  }

  init(_ json: JSON) throws(UnreadableStep) {
    self.init(
      id: try json.id("id"), collection: try json.text("collection"),
      externalID: try json.text("external_id"), title: try json.text("title"),
      content: try json.text("content"), category: try json.text("category"),
      language: try json.text("language"), metadata: json["metadata"] ?? .object([]),
      relevance: try json.number("relevance"))
  }
}

extension Suggestion {
  var json: JSON {
    .object([
      ("id", .id(id)), ("collection", .string(collection)), ("name", .string(name)),
      ("reason", .string(reason)),
    ])
  }

  init(_ json: JSON) throws(UnreadableStep) {
    self.init(
      id: try json.id("id"), collection: try json.text("collection"),
      name: try json.text("name"), reason: try json.text("reason"))
  }
}
