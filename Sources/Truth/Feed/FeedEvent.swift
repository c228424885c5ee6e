import Platform

/// An error type that can carry a ``TruthError``, so that one typed throw serves the feed and
/// whoever takes its events.
public protocol TruthErrorCarrying: Error {
  /// - Parameter error: What the truth refused.
  init(_ error: TruthError)
}

extension TruthError: TruthErrorCarrying {
  /// The error itself.
  public init(_ error: TruthError) { self = error }
}

/// A part of the truth: all of it, a business, or a collection of a business.
public struct FeedScope: Hashable, Sendable {
  /// Nil: every business.
  public let business: UUID?
  /// Nil: every collection of the business.
  public let collection: String?

  /// Everything there is.
  public static let everything = FeedScope(business: nil, collection: nil)

  /// - Parameters:
  ///   - business: Nil for every business.
  ///   - collection: Nil for every collection; only with a business.
  public init(business: UUID?, collection: String?) {
    self.business = business
    self.collection = business == nil ? nil : collection
  }

  /// Whether a collection of a business lies within.
  public func contains(business: UUID, collection: String) -> Bool {
    (self.business ?? business) == business && (self.collection ?? collection) == collection
  }
}

/// What an entry of a collection is now.
public struct FeedEntry: Equatable, Sendable {
  /// The tenant.
  public let business: UUID
  /// The collection that the entry is in, or has left.
  public let collection: String
  /// The entry's id.
  public let entryID: UUID
  /// The row; nil where the collection holds no such living entry: remove it.
  public internal(set) var row: EntryRow?
  /// Its vectors by model and chunk; empty for models that compute them on the fly.
  public var embeddings: [EmbeddingRow] = []
}

/// What a step hands over, all of one snapshot. Memory is bounded by the batch.
public enum FeedEvent: Sendable {
  /// Entries that have changed since the step's position, in no order, each once.
  case changes([FeedEntry])
  /// All living entries of the scope follow, in `.scanned` events.
  case scanBegan(FeedScope)
  /// Living entries in the order of business, collection, id; those left out do not exist.
  case scanned([FeedEntry])
  /// The scope's entries have all been handed over.
  case scanEnded(FeedScope)
}
