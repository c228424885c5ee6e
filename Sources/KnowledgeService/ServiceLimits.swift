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
  /// Collections of one business; each costs a directory and some memory.
  public var collectionCount = 1_000
  /// Milliseconds that an import may wait for the client's next item.
  public var importIdleMilliseconds = 120_000
  /// Bytes that an import must bring in that time of waiting for it, on average.
  public var importFloorByteCount = 4 << 10
  /// Milliseconds between two looks at the keys in use; a revoked key's connections end then.
  public var keyCheckMilliseconds = 2_000
  /// Milliseconds that a key counts on while the database is away, from when it was last seen.
  public var keyOutageMilliseconds = 4 * 3_600_000

  /// Bytes of codes below which one exact search takes well under 2 ms, so that it runs on the loop
  /// thread that read its frame: 24 MiB are 65,536 rows of 384 dimensions, about 1 ms from memory.
  public var inlineByteCount = 24 << 20
  /// Microseconds that a search by words may take on that thread before it begins anew on another:
  /// how long it takes nobody knows before, for contents may have megabytes.
  public var inlineMicroseconds = 3_000

  /// Bytes of files that are read again in a second, on average, to find damage; 0 for none.
  public var scrubBytesPerSecond = 4 << 20
  /// Seconds in which all files are read at most once.
  public var scrubSeconds = 86_400
  /// Seconds between two comparisons of all files with the truth; 0 for none.
  public var paritySeconds = 3_600

  /// How much a pool of threads takes, and how much of it one business has (one address, of
  /// ``keys``).
  public struct Pool: Sendable {
    /// Jobs that run at once.
    public var threads: Int
    /// Jobs of one business that run at once.
    public var share: Int
    /// Jobs of one business that wait besides.
    public var shareWaiting: Int
    /// Jobs that wait in all.
    public var waiting: Int
  }

  /// Searches too long for a loop thread, and what reads files.
  public var searches = Pool(threads: 4, share: 3, shareWaiting: 256, waiting: 1_024)
  /// Upserts, deletes and the operator's methods: one transaction each.
  public var writes = Pool(threads: 8, share: 4, shareWaiting: 256, waiting: 1_024)
  /// Imports, each as long as its stream.
  public var imports = Pool(threads: 64, share: 4, shareWaiting: 0, waiting: 64)
  /// Exports, each as long as its stream.
  public var exports = Pool(threads: 32, share: 2, shareWaiting: 0, waiting: 64)
  /// Verification and rebuilding: one of a business at a time.
  public var maintenance = Pool(threads: 2, share: 1, shareWaiting: 0, waiting: 64)
  /// Checks of keys that the service does not remember.
  public var keys = Pool(threads: 2, share: 1, shareWaiting: 64, waiting: 1_024)

  /// The defaults above.
  public init() {}
}
