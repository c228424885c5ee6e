import Platform
import Synchronization

/// One searchable set of entries in one embedding space.
///
/// Any thread may call anything at any time: readers work on a ``Snapshot`` and wait for nobody;
/// writers take turns. Changes are visible to the next search when ``apply(_:)`` returns, and
/// durable when ``Store/commit(position:)`` returns.
public final class Collection: Sendable {
  /// Whose it is and what it is called.
  public let key: CollectionKey
  /// Its embedding space.
  public let configuration: CollectionConfiguration

  let core: StoreCore
  let directory: String
  /// The writer's state; held only for work in memory.
  let writer: Condition<Writer>
  /// What readers take: never held while anything else is done.
  private let published: Mutex<Snapshot>
  private let failure = Mutex<StoreError?>(nil)
  private let incomplete = Atomic<Bool>(false)
  private let readsMetadata = Atomic<Bool>(false)
  /// Whether somebody asked for it since the store last looked for collections to close.
  private let isUsed = Atomic<Bool>(true)
  /// Held while rows move from the delta to a segment.
  let sealing = Mutex(())
  /// Held while segments are merged.
  let compacting = Mutex(())

  /// What only the holder of ``writer`` may touch.
  struct Writer {
    var segments: [Snapshot.SegmentView] = []
    /// Rows that are being sealed; nil while none are.
    var frozen: Delta?
    /// Rows that arrive.
    var active = Delta()
    var entryCount = 0
    var checksum: UInt64 = 0
    var nextSegment: UInt64 = 1
    /// Whether something changed since the state that the newest manifest holds.
    var isDirty = false
    /// Whether the segments differ from those in the newest manifest, with the same entries.
    var isRestructured = false
    /// The manifests on disk, oldest first.
    var kept: [KeptManifest] = []
    /// Manifests whose commit failed, and which may still be on the disk.
    var abandoned: [UInt64] = []
    /// Segments that a manifest now being written will name.
    var pending: Set<UInt64> = []
    /// Segment files that no reader needs and a kept manifest still names.
    var retired: Set<UInt64> = []
    /// Why sealing fails, while it does.
    var parked: SystemError?
    var scratch = DeltaChunk.Scratch()
    /// Readers of the files themselves: while there are any, none is removed.
    var pinCount = 0
    var sealCount = 0
    var compactionCount = 0

    var deltaByteCount: Int { active.byteCount + (frozen?.byteCount ?? 0) }

    func snapshot() -> Snapshot {
      Snapshot(
        segments: segments, chunks: (frozen?.views ?? []) + active.views,
        entryCount: entryCount, checksum: checksum)
    }
  }

  /// The files that a manifest on disk names.
  struct KeptManifest {
    var number: UInt64
    var segments: Set<UInt64>
    var tombstones: UInt64
  }

  init(
    core: StoreCore, key: CollectionKey, configuration: CollectionConfiguration, writer: Writer
  ) {
    self.core = core
    self.key = key
    self.configuration = configuration
    directory = core.directory(of: key)
    published = Mutex(writer.snapshot())
    self.writer = Condition(writer)
  }

  // MARK: State

  /// The state that a reader sees now.
  ///
  /// - Throws: ``StoreError/damaged(collection:fault:)``, ``StoreError/removed(_:)`` or
  ///   ``StoreError/closed`` once it is so.
  func snapshot() throws(StoreError) -> Snapshot {
    try checkUsable()
    return published.withLock { $0 }
  }

  func checkUsable() throws(StoreError) {
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  /// Shows the writer's state to readers.
  func publish(_ writer: Writer) {
    let snapshot = writer.snapshot()
    published.withLock { $0 = snapshot }
  }

  /// Refuses all further use; the first reason stays.
  ///
  /// - Returns: That reason.
  @discardableResult
  func fail(_ error: StoreError) -> StoreError {
    let first = failure.withLock { failure in
      failure = failure ?? error
      return failure!
    }
    writer.withLock { _ in }
    return first
  }

  /// Whether all further use is refused.
  var isOutOfService: Bool { failure.withLock { $0 != nil } }

  /// Runs `body`; a damaged file found by it takes the collection out of service.
  func guarded<Value: ~Copyable>(
    _ body: () throws(StoreError) -> Value
  ) throws(StoreError) -> Value {
    do { return try body() } catch {
      guard case .invalidFile(let fault) = error else { throw error }
      throw core.setAside(self, fault)
    }
  }

  /// Runs `body` on the present state; what it made of pages that could not be read is dropped.
  func reading<Value>(
    _ body: (Snapshot) throws(StoreError) -> Value
  ) throws(StoreError) -> Value {
    try guarded { () throws(StoreError) -> Value in
      let snapshot = try snapshot()
      let value: Value
      do throws(StoreError) { value = try body(snapshot) } catch {
        try snapshot.checkReadable()
        throw error
      }
      try snapshot.checkReadable()
      return value
    }
  }

  /// Whether rows may be missing, because damaged files were set aside or an older state was opened
  /// and the owner has not read the rows again: see ``Store/pendingRepairs``.
  ///
  /// Read it before what it is to qualify: an answer that began while rows were missing may lack
  /// them, also where they are back when it ends.
  public var isIncomplete: Bool { incomplete.load(ordering: .acquiring) }

  /// Notes that somebody asked for the collection.
  func noteUse() { isUsed.store(true, ordering: .relaxed) }

  /// Whether somebody asked for it since the last call.
  func takeUse() -> Bool { isUsed.exchange(false, ordering: .relaxed) }

  /// Whether a filter on metadata may have to read records, which takes its time: where entries
  /// have very many values, or files are of an earlier program. Known of what was opened so far,
  /// and never taken back.
  public var readsMetadataRecords: Bool { readsMetadata.load(ordering: .relaxed) }

  func noteUnlistedMetadata() { readsMetadata.store(true, ordering: .relaxed) }

  /// Set by the store, under the lock of its state.
  func setIncomplete(_ value: Bool) { incomplete.store(value, ordering: .releasing) }

  /// Live entries.
  public var entryCount: Int { published.withLock { $0 }.entryCount }

  /// Vectors of live entries: one for each, or for each of its chunks.
  public var vectorCount: Int { published.withLock { $0 }.vectorCount }

  /// The sum of ``EntryState/hash64`` over all live entries modulo 2⁶⁴, kept with every change.
  public var checksum: UInt64 { published.withLock { $0 }.checksum }

  /// Counts and sizes now.
  public var statistics: CollectionStatistics {
    let failure = failure.withLock { $0 }
    return writer.withLock { writer in
      CollectionStatistics(
        key: key, configuration: configuration, entryCount: writer.entryCount,
        vectorCount: writer.snapshot().vectorCount,
        checksum: writer.checksum, segmentCount: writer.segments.count,
        segmentByteCount: writer.segments.reduce(0) { $0 + $1.segment.reference.byteCount },
        segmentRowCount: writer.segments.reduce(0) { $0 + $1.segment.reference.rowCount },
        deltaRowCount: writer.active.rowCount + (writer.frozen?.rowCount ?? 0),
        deltaByteCount: writer.deltaByteCount, isDirty: writer.isDirty,
        sealCount: writer.sealCount, compactionCount: writer.compactionCount,
        parked: writer.parked, failure: failure, isIncomplete: isIncomplete)
    }
  }
}
