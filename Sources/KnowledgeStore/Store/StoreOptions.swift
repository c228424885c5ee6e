/// By what large segments are searched to a recall target.
public enum SearchIndex: String, CaseIterable, Sendable {
  /// A graph over the rows, built in the background: the quickest, at about twice the bytes of the
  /// vectors in memory.
  case graph
  /// No graph: one-bit codes are scanned, and vectors are read from the disk for hits alone. A
  /// third of the bytes of the vectors in memory, and nothing to build.
  case scan
}

/// The knobs of a store; each default is what the service uses.
public struct StoreOptions: Sendable {
  /// Rows in memory at which a collection is sealed in the background.
  public var deltaRowLimit = 4096
  /// Bytes of rows in memory at which a writer waits for the disk.
  public var deltaByteLimit = 128 << 20
  /// Bytes of decompressed contents kept for hits.
  public var contentCacheByteLimit = 32 << 20
  /// Bytes of bitmaps kept of what passed filters, so that a filter that comes again costs nothing.
  public var filterCacheByteLimit = 32 << 20
  /// By what large segments are searched to a recall target. Graphs that an earlier choice has left
  /// stay on disk, unused.
  public var index = SearchIndex.graph
  /// Rows from which a segment is given a graph, in the background; scans are as quick before.
  public var graphRowLimit = 16_384
  /// Bytes of small segment files (below 64 MB) kept in memory; past it those that were not used
  /// lately leave it, and are read again when they are needed. Large ones are mapped, and the
  /// kernel keeps of them what it has room for; where all together are more than this, they are
  /// read sparingly: what searches do not touch is not brought into memory, and what only a check
  /// or a build has read leaves it.
  public var segmentByteLimit = 4 << 30
  /// Collections that stay open; past it those that nobody uses and that have nothing uncommitted
  /// are closed, and opened again when they are needed.
  public var openCollectionLimit = 4096
  /// Whether sealing and merging happen by themselves; tests turn it off to control each step.
  public var runsInBackground = true

  /// The defaults.
  public init() {}
}
