import Platform

/// What to look for by words.
public struct TextRequest: Sendable {
  /// The words; see ``TextQuery`` for what stands for more than itself.
  public var query: TextQuery
  /// How many entries to return at most, `1...Limits.resultCount`.
  public var count: Int
  /// Which entries take part; nil for all.
  public var filter: Filter?
  /// What a word counts by its field; each is greater than 0.
  public var weights: TextWeights
  /// Of queries that nothing in the collection answers, the part that may get an answer all the
  /// same: greater than 0, at most 0.5.
  public var falseAnswerRate = Relevance.standardFalseAnswerRate

  /// Makes a request.
  ///
  /// - Parameter language: By whose stems words match, such as `de`; English where it is nil.
  public init(
    _ text: String, language: String? = nil, count: Int, filter: Filter? = nil,
    weights: TextWeights = .standard
  ) {
    query = TextQuery(text, language: language)
    self.count = count
    self.filter = filter
    self.weights = weights
  }

  func check() throws(StoreError) {
    guard (1...Limits.resultCount).contains(count) else {
      throw .requestOutOfRange(
        what: "the number of results", value: count, limit: Limits.resultCount)
    }
    for weight in weights.all where !(weight > 0 && weight <= Limits.fieldWeight) {
      throw .invalidWeight(weight)
    }
    guard falseAnswerRate > 0, falseAnswerRate <= Relevance.greatestFalseAnswerRate else {
      throw .invalidFalseAnswerRate(falseAnswerRate)
    }
    try filter?.check()
  }
}

/// An entry that has words of the query.
public struct TextHit: Sendable {
  /// The entry; its score is BM25F, greater than 0.
  public let hit: Hit
  /// Where words of the query stand in it: by field (title, keywords, content, external id) and
  /// place.
  public let highlights: [TextHighlight]
  /// Part of the query's words that the entry has, by how rare they are, 0...1.
  public let coverage: Double
  /// How likely it is that the entry answers the query, by its words alone, 0...1.
  public let relevance: Double
}

/// What a text search found, and over how much.
public struct TextResult: Sendable {
  /// Best first; equal scores by id. Empty where they were taken one by one.
  public internal(set) var hits: [TextHit]
  /// Entries that passed the filter, with words of the query or without.
  public let matchCount: Int
  /// The greatest score that any text could have for the query.
  public let ceiling: Double
  /// As ``SearchResult/isComplete``.
  public let isComplete: Bool
  /// Hits of at least this relevance are good enough for ``TextRequest/falseAnswerRate``.
  public let relevanceThreshold: Double
  /// Whether none of the ten best is good enough, however many hits were asked for.
  public let isNothingRelevant: Bool
}
