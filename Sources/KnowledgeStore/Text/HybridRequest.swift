import Platform

/// What to look for by words and by meaning at once.
public struct HybridRequest: Sendable {
  /// Entries of each list that are fused: more only where more hits are asked for.
  static let candidateCount = 200

  /// How the two parts of a score become one.
  public enum Fusion: Hashable, Sendable {
    /// The probability that the entry is an answer: ``HybridHit/relevance``.
    case relevance
    /// The sum of 1 / (60 + rank) over both lists, ranks from 1.
    ///
    /// - Source: Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion", 2009.
    case ranks
    /// The mean of ``HybridHit/textShare`` and ``HybridHit/vectorShare``, the first with this
    /// weight, 0...1, the second with the rest.
    case scores(textWeight: Double)
  }

  /// The words; not empty.
  public var text: TextRequest
  /// `[dimension]`, any length but zero: what the text means.
  public var vector: [Float]
  /// How hits are ordered.
  public var fusion: Fusion
  /// As ``SearchRequest/recallTarget``, for the part by meaning.
  public var recallTarget: Double?

  /// Makes a request; its count and its filter are those of `text`.
  public init(
    text: TextRequest, vector: [Float], fusion: Fusion = .relevance, recallTarget: Double? = nil
  ) {
    self.text = text
    self.vector = vector
    self.fusion = fusion
    self.recallTarget = recallTarget
  }
}

/// An entry that a hybrid search found, with the parts of its score.
public struct HybridHit: Sendable {
  /// The entry, with its chunk nearest to the vector; its score is the fused one.
  public let hit: Hit
  /// BM25F of its words; 0 where it has none of the query's.
  public let textScore: Double
  /// The part of the greatest score that any text could have for the query, 0...1.
  public let textShare: Double
  /// Its place by words, from 1; nil where it is not among the candidates.
  public let textRank: Int?
  /// Cosine of vector and nearest chunk.
  public let cosine: Double
  /// The cosine between 0, that of the collection's entries on average, and 1.
  public let vectorShare: Double
  /// Its place by meaning, from 1; nil where it is not among the candidates.
  public let vectorRank: Int?
  /// Part of the query's words that the entry has, by how rare they are, 0...1.
  public let textCoverage: Double
  /// How likely it is that the entry answers the query, 0...1; see ``Relevance``.
  public let relevance: Double
  /// Where words of the query stand in it.
  public let highlights: [TextHighlight]
  /// What the relevance was made of.
  let evidence: RelevanceEvidence
  /// The same as the numbers that the model's weights are for.
  package var features: [Double] { Relevance.features(evidence) }
}

/// What a hybrid search found, and over how much.
public struct HybridResult: Sendable {
  /// Best first; equal scores by id. Empty where they were taken one by one.
  public internal(set) var hits: [HybridHit]
  /// As ``SearchResult/matchCount``.
  public let matchCount: Int
  /// As ``SearchResult/isExact``, of the part by meaning; words are always exact.
  public let isExact: Bool
  /// As ``SearchResult/recall``, of the part by meaning.
  public let recall: Double
  /// As ``SearchResult/isComplete``.
  public let isComplete: Bool
  /// Hits of at least this relevance are good enough for ``TextRequest/falseAnswerRate``.
  public let relevanceThreshold: Double
  /// Whether no candidate is good enough, however many hits were asked for: the collection has no
  /// answer.
  public let isNothingRelevant: Bool
}
