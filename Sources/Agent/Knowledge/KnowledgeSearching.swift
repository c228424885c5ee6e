import Platform

/// The knowledge of businesses, as an agent asks for it. Calls block; threads of ours make them.
///
/// A conforming type answers for the business that is given and for no other, whatever else it is
/// asked.
public protocol KnowledgeSearching: Sendable {
  /// The entries that answer a text, best first.
  ///
  /// - Parameters:
  ///   - business: The tenant.
  ///   - query: What to look for, and where.
  /// - Throws: ``KnowledgeError``.
  func search(
    _ query: KnowledgeQuery, business: UUID
  ) throws(KnowledgeError) -> KnowledgeAnswer

  /// The products and services that a customer's words mean, best first.
  ///
  /// - Parameters:
  ///   - text: The words; at most 4,096 bytes, more is cut.
  ///   - business: The tenant.
  ///   - limit: How many at most, 1 to 100.
  /// - Throws: ``KnowledgeError``.
  func match(
    _ text: String, business: UUID, limit: Int
  ) throws(KnowledgeError) -> CatalogueMatch

  /// A message with its spelling corrected by the business's own words.
  ///
  /// - Parameters:
  ///   - text: The message; what is beyond 64 KiB stays as it is.
  ///   - language: BCP 47; empty for the business's usual one.
  ///   - business: The tenant.
  /// - Throws: ``KnowledgeError``.
  func correct(
    _ text: String, language: String, business: UUID
  ) throws(KnowledgeError) -> SpellingCorrections
}

/// What is looked for.
public struct KnowledgeQuery: Sendable, Equatable {
  /// `knowledge`, `products` or `services`.
  public var collection: String
  /// The words.
  public var text: String
  /// How many hits, 1...100.
  public var limit: Int
  /// BCP 47; empty for English.
  public var language: String

  /// - Parameters: As the properties say.
  public init(collection: String = "knowledge", text: String, limit: Int = 20, language: String) {
    self.collection = collection
    self.text = text
    self.limit = limit
    self.language = language
  }
}

/// What a search found.
public struct KnowledgeAnswer: Sendable, Equatable {
  /// Best first.
  public var hits: [KnowledgeHit]
  /// Whether no hit is good enough to answer with.
  public var nothingRelevant: Bool

  /// - Parameters: As the properties say.
  public init(hits: [KnowledgeHit], nothingRelevant: Bool) {
    self.hits = hits
    self.nothingRelevant = nothingRelevant
  }
}

/// An entry, product or service that was found.
public struct KnowledgeHit: Sendable, Equatable {
  /// Its id.
  public var id: UUID
  /// `knowledge`, `products` or `services`.
  public var collection: String
  /// The business's own name for it, such as `RET-002`; may be empty.
  public var externalID: String
  /// The title, question or name; may be empty.
  public var title: String
  /// The text; for products the description with the attributes below it.
  public var content: String
  /// May be empty.
  public var category: String
  /// BCP 47; may be empty.
  public var language: String
  /// An object: for products and services price, currency, stock, availability, image, attributes.
  public var metadata: JSON
  /// How likely it is that it answers, 0...1.
  public var relevance: Double

  /// - Parameters: As the properties say.
  public init(
    id: UUID, collection: String = "knowledge", externalID: String = "", title: String,
    content: String, category: String = "", language: String = "",
    metadata: JSON = .object([]), relevance: Double
  ) {
    self.id = id
    self.collection = collection
    self.externalID = externalID
    self.title = title
    self.content = content
    self.category = category
    self.language = language
    self.metadata = metadata
    self.relevance = relevance
  }
}

/// What a customer's words mean in the catalogue.
public struct CatalogueMatch: Sendable, Equatable {
  /// One thing it may be.
  public struct Candidate: Sendable, Equatable {
    /// Its id.
    public var id: UUID
    /// `products` or `services`.
    public var collection: String
    /// Its name.
    public var name: String
    /// The business's own name for it; may be empty.
    public var externalID: String
    /// How sure it is, 0...1.
    public var confidence: Double

    /// - Parameters: As the properties say.
    public init(
      id: UUID, collection: String, name: String, externalID: String = "", confidence: Double
    ) {
      self.id = id
      self.collection = collection
      self.name = name
      self.externalID = externalID
      self.confidence = confidence
    }
  }

  /// Best first.
  public var candidates: [Candidate]
  /// What to ask the customer where two or more fit, such as `X200 or X220?`; nil where one does.
  public var question: String?

  /// - Parameters: As the properties say.
  public init(candidates: [Candidate], question: String? = nil) {
    self.candidates = candidates
    self.question = question
  }
}

/// A message with its spelling corrected.
public struct SpellingCorrections: Sendable, Equatable {
  /// One word, or two.
  public struct Correction: Sendable, Equatable {
    /// As it was written.
    public var original: String
    /// As it was meant.
    public var replacement: String
    /// How sure that is, 0...1.
    public var confidence: Double

    /// - Parameters: As the properties say.
    public init(original: String, replacement: String, confidence: Double) {
      self.original = original
      self.replacement = replacement
      self.confidence = confidence
    }
  }

  /// With every change, and otherwise byte for byte what was written.
  public var text: String
  /// In the text's order.
  public var changes: [Correction]
  /// What is not sure enough to change: ask the customer.
  public var questions: [Correction]
  /// The language that was taken.
  public var language: String

  /// - Parameters: As the properties say.
  public init(
    text: String, changes: [Correction] = [], questions: [Correction] = [], language: String = ""
  ) {
    self.text = text
    self.changes = changes
    self.questions = questions
    self.language = language
  }
}

/// Why the knowledge service did not answer.
public struct KnowledgeError: Error, Sendable, Equatable, CustomStringConvertible {
  /// By what is to be done.
  public enum Kind: String, Sendable {
    /// It cannot be reached, or was too slow: the turn goes on without it, and says so.
    case unavailable
    /// It will not take the request.
    case refused
  }

  /// By what is to be done.
  public var kind: Kind
  /// In words, with what to do; safe to log.
  public var description: String

  /// - Parameters: As the properties say.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
