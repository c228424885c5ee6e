import Platform

/// Counts and sizes of one collection at one moment.
public struct CollectionStatistics: Sendable {
  /// Which collection.
  public let key: CollectionKey
  /// Its embedding space.
  public let configuration: CollectionConfiguration
  /// Live entries.
  public let entryCount: Int
  /// Vectors of them: one, or one for each chunk.
  public let vectorCount: Int
  /// As ``Collection/checksum``.
  public let checksum: UInt64
  /// Segments in use.
  public let segmentCount: Int
  /// Bytes of their files.
  public let segmentByteCount: Int
  /// Their rows, deleted ones included.
  public let segmentRowCount: Int
  /// Rows in memory, deleted ones included.
  public let deltaRowCount: Int
  /// Bytes of memory that those rows occupy.
  public let deltaByteCount: Int
  /// Whether something is not committed.
  public let isDirty: Bool
  /// Times that rows were moved from memory to a segment since the collection was opened.
  public let sealCount: Int
  /// Times that segments were merged since the collection was opened.
  public let compactionCount: Int
  /// Why rows cannot be sealed, while they cannot: searches go on, and it is tried again.
  public let parked: SystemError?
  /// Why the collection is out of service; nil in service.
  public let failure: StoreError?
  /// As ``Collection/isIncomplete``.
  public let isIncomplete: Bool
}

/// Counts and sizes of a store at one moment.
public struct StoreStatistics: Sendable {
  /// Collections on disk or open.
  public let collectionCount: Int
  /// Collections that were closed since the start because too many were open.
  public let closedCollectionCount: Int
  /// Small segments in memory.
  public let copiedSegmentCount: Int
  /// Their bytes.
  public let copiedSegmentByteCount: Int
  /// Large segments that are mapped.
  public let mappedSegmentCount: Int
  /// Their bytes.
  public let mappedSegmentByteCount: Int
  /// Small segments that had to leave memory since the start.
  public let evictedSegmentCount: Int
  /// Those that are open, each with its own figures.
  public let open: [CollectionStatistics]
  /// The number of the last commit that is durable.
  public let commit: UInt64
  /// Bytes of decompressed contents that are cached.
  public let cachedByteCount: Int
}

/// What opening found and did.
public struct RecoveryReport: Sendable, Equatable {
  /// A collection with a fault in its files.
  public struct Finding: Sendable, Equatable {
    /// Which collection.
    public let key: CollectionKey
    /// The fault.
    public let fault: FileFault
  }

  /// The commit whose state the store opened with; 0 for one without any.
  public internal(set) var commit: UInt64 = 0
  /// Position files that could not be used; with the newest among them, an older state was opened.
  public internal(set) var positionFaults: [FileFault] = []
  /// Whether no position file could be used although there were commits: what the collections
  /// reflect is unknown, so compare them with the truth.
  public internal(set) var isPositionLost = false
  /// Whether the collections and their newest manifests are not those that the commit left: files
  /// went missing or were put back. There is then no position: compare all with the truth.
  public internal(set) var isCatalogWrong = false
  /// Half-written files that were removed.
  public internal(set) var temporaryFileCount = 0
  /// Manifests of a commit that had not ended, removed.
  public internal(set) var abandonedManifestCount = 0
  /// Collections that were opened at their older manifest: they lag behind the position, so compare
  /// them with the truth or rebuild them. Grows as collections are opened.
  public internal(set) var rolledBack: [Finding] = []
  /// Collections that were set aside under `quarantine/` and must be rebuilt. Grows as collections
  /// are opened and read.
  public internal(set) var damaged: [Finding] = []

  /// Whether everything was as the last commit left it; a kill leaves temporary files and abandoned
  /// manifests, which lose nothing that was committed.
  public var isIntact: Bool {
    positionFaults.isEmpty && !isPositionLost && !isCatalogWrong && rolledBack.isEmpty
      && damaged.isEmpty
  }
}

/// What reading everything found.
public struct VerifyReport: Sendable {
  /// Files read.
  public internal(set) var fileCount = 0
  /// Bytes read.
  public internal(set) var byteCount = 0
  /// Entries whose rows were counted into the checksums.
  public internal(set) var entryCount = 0
  /// Everything that is wrong, in the order of the files.
  public internal(set) var faults: [FileFault] = []
  /// Collections concerned; set aside where that was asked for.
  public internal(set) var damaged: [CollectionKey] = []

  /// Whether nothing is wrong.
  public var isIntact: Bool { faults.isEmpty }
}
