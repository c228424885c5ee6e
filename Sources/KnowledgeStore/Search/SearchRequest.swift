import Platform

/// What to look for.
public struct SearchRequest: Sendable {
  /// `[dimension]`, any length but zero: it is brought to unit length.
  public var vector: [Float]
  /// How many entries to return at most, `1...Limits.resultCount`.
  public var count: Int
  /// Which entries take part; nil for all.
  public var filter: Filter?
  /// Entries that score below are left out.
  public var minimumScore: Float?
  /// Part of the exact answer that must be in this one on average, within 0...1. nil and 1 ask for
  /// the exact answer, with proof; less lets large collections be searched by rougher codes.
  public var recallTarget: Double?

  /// Makes a request: an exact one, unless it has a recall target.
  public init(
    vector: [Float], count: Int, filter: Filter? = nil, minimumScore: Float? = nil,
    recallTarget: Double? = nil
  ) {
    self.vector = vector
    self.count = count
    self.filter = filter
    self.minimumScore = minimumScore
    self.recallTarget = recallTarget
  }
}

/// An entry that a search found.
public struct Hit: Sendable {
  /// The entry.
  public let id: UUID
  /// Which chunk of the entry is the nearest, from 0.
  public let chunk: UInt32
  /// The bytes of the content that it stands for; nil where the entry is one chunk.
  public let span: Range<Int>?
  /// Cosine of query and chunk, −1…1, or BM25F of a text search; greater is better.
  public let score: Double
  /// The entry's version.
  public let version: UInt64
  /// The entry's type.
  public let entryType: String
  /// The entry's category.
  public let category: String
  /// The entry's language.
  public let language: String
  /// The entry's priority.
  public let priority: Int32
  /// Whether the entry is active.
  public let isActive: Bool
  /// Microseconds since 1970.
  public let createdAt: Int64
  /// Microseconds since 1970.
  public let updatedAt: Int64
  /// The texts, decoded field by field when asked for.
  public let record: EntryRecord

  /// The owner's name for the entry.
  public var externalID: String? { record.externalID }
  /// The title.
  public var title: String { record.title }
  /// The text.
  public var content: String { record.content }
  /// The metadata as it was given.
  public var metadata: [UInt8] { record.metadata }
}

/// What a search found, and over how much.
public struct SearchResult: Sendable {
  /// Best first; equal scores by id. An entry stands there once, with the nearest of its chunks.
  public let hits: [Hit]
  /// Entries that passed the filter, before ``SearchRequest/minimumScore``.
  public let matchCount: Int
  /// Whether no better entry can exist: where the collection is complete and every row was
  /// compared, by request or because that was the quickest way.
  public let isExact: Bool
  /// Part of the exact answer that is in this one on average: 1, or the target of the request where
  /// a part of the collection was searched by it.
  public let recall: Double
  /// Whether the collection had all its rows; false from the moment that a damaged file is found
  /// until its rows were read again (``Collection/isIncomplete``).
  public let isComplete: Bool
  /// How each part of the collection was searched.
  public let explanation: [SearchPart]

  init(hits: [Hit], scope: SearchScope) {
    self.hits = hits
    matchCount = scope.matchCount
    isExact = scope.isExact
    recall = scope.recall
    isComplete = scope.isComplete
    explanation = scope.explanation
  }
}

/// An entry that a search found, by its id alone.
public struct IDHit: Sendable, Equatable {
  /// The entry.
  public let id: UUID
  /// Which chunk of the entry is the nearest, from 0.
  public let chunk: UInt32
  /// As ``Hit/score``.
  public let score: Double
}

/// What a search for ids found.
public struct IDSearchResult: Sendable {
  /// As ``SearchResult/hits``.
  public let hits: [IDHit]
  /// Over how much the search went.
  public let scope: SearchScope
}

/// Over how much a search went whose hits were handed over one by one.
public struct SearchScope: Sendable {
  /// Entries that passed the filter.
  public let matchCount: Int
  /// As ``SearchResult/isExact``.
  public let isExact: Bool
  /// As ``SearchResult/recall``.
  public let recall: Double
  /// As ``SearchResult/isComplete``.
  public let isComplete: Bool
  /// As ``SearchResult/explanation``; of several queries, for all together.
  public let explanation: [SearchPart]
}
