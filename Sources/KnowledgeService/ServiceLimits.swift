/// What one request may ask for (each is checked before work begins). Frames, connections and
/// requests in flight are limited by RPC.
public struct ServiceLimits: Sendable {
  /// Hits of one search.
  public var hitCount = 1_000
  /// Queries of one batch.
  public var batchCount = 256
  /// UTF-8 bytes of a query text.
  public var queryByteCount = 64 << 10
  /// Entries of one upsert, delete, get or import batch.
  public var entryCount = 10_000
  /// Milliseconds that a search may wait for a transaction to become visible.
  public var waitMilliseconds = 60_000
  /// Values in one list of a filter.
  public var filterValueCount = 1_024
  /// Conditions of a filter, those inside others included.
  public var filterPartCount = 256
  /// Bytes of collection names.
  public var collectionNameByteCount = 64

  /// The defaults above.
  public init() {}
}
