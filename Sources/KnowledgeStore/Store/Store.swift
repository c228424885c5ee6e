import Platform

/// A directory of collections, open in this process alone.
///
/// Changes are applied to collections and become durable together by ``commit(position:)``; after a
/// kill at any instant the directory opens again with the state of a commit. All methods may be
/// called from any thread; the file calls among them block.
public final class Store: Sendable {
  let core: StoreCore

  private init(core: StoreCore) { self.core = core }

  deinit { core.close() }

  /// Opens the store in `directory`, which is made where it is missing.
  ///
  /// Reads names and positions only: collections are read when they are first used.
  /// - Throws: ``StoreError/locked(directory:)`` while another process has it open.
  /// - Complexity: O(collections), whatever they hold.
  public static func open(
    directory: String, options: StoreOptions = StoreOptions()
  ) throws(StoreError) -> Store {
    let file = try StoreError.wrapping { () throws(SystemError) in
      try FileSystem.createDirectories(directory)
      return try File(path: directory + "/" + FileFormat.lockName, mode: .readWrite)
    }
    let isFree = try StoreError.wrapping { () throws(SystemError) in try file.lockExclusively() }
    guard isFree else { throw .locked(directory: directory) }
    let opening = try Opening(directory: directory)
    let leftovers = opening.leftovers
    let core = StoreCore(
      directory: directory, options: options, lock: StoreCore.LockFile(file: file),
      opening: opening)
    core.removeSoon(leftovers)
    if options.runsInBackground {
      core.maintenance.start()
      core.graphs.start()
    }
    return Store(core: core)
  }

  /// The collection named `key`, made where there is none.
  ///
  /// - Throws: ``StoreError/modelMismatch(collection:stored:requested:)`` naming both embedding
  ///   spaces where it exists with another; ``StoreError/damaged(collection:fault:)`` once, where
  ///   its files are damaged: they are then set aside, and the next call makes an empty collection.
  public func collection(
    _ key: CollectionKey, configuration: CollectionConfiguration
  ) throws(StoreError) -> Collection {
    try core.collection(key, configuration)
  }

  /// The collection named `key`, nil where there is none.
  ///
  /// - Throws: As ``collection(_:configuration:)``.
  public func existing(_ key: CollectionKey) throws(StoreError) -> Collection? {
    try core.existing(key)
  }

  /// Whether there is a collection of that name and space; it is not opened.
  public func contains(_ key: CollectionKey) -> Bool {
    core.state.withLock { $0.slots[key] != nil }
  }

  /// The collections of one owner, in order; none where the store is closed.
  public func keys(of owner: UUID) -> [CollectionKey] {
    core.state.withLock { state in state.slots.keys.filter { $0.owner == owner }.sorted() }
  }

  /// The collections on disk or in use, in order.
  public func collectionKeys() throws(StoreError) -> [CollectionKey] {
    try core.state.withLock { (state) throws(StoreError) in
      try core.checkOpen(state)
      return state.slots.keys.sorted()
    }
  }

  /// Makes everything applied so far durable: seals changed collections, writes their manifests,
  /// then the file that holds `position`.
  ///
  /// Changes applied by other threads meanwhile may or may not be part of it, each batch whole.
  /// - Parameter position: What the caller wants to know after a crash: where it had come to.
  /// - Throws: What the disk said. The last commit stands; nothing in memory is lost; call again.
  /// - Complexity: O(rows in memory) plus about four `fsync` for each changed collection.
  public func commit(position: [UInt8]) throws(StoreError) { try core.commit(position: position) }

  /// The positions of the two kept commits; nil where there were fewer, and where opening found
  /// that the files are not those of the commit (``RecoveryReport/isPositionLost``,
  /// ``RecoveryReport/isCatalogWrong``), until the next one.
  public var positions: (newest: [UInt8]?, older: [UInt8]?) {
    core.state.withLock { state in
      func position(_ file: PositionFile?) -> [UInt8]? {
        file.flatMap { $0.commit > 0 ? $0.position : nil }
      }
      return (position(state.newest), position(state.older))
    }
  }

  /// Where the files stand.
  public var directory: String { core.directory }

  /// What opening found and did; grows as collections are opened and read.
  public var recovery: RecoveryReport { core.state.withLock { $0.recovery } }

  /// Reads every byte of every file and compares it with its checksums, and the entries with their
  /// collection's checksum.
  ///
  /// - Parameters:
  ///   - key: One collection, whose files alone are read; nil for all.
  ///   - quarantine: Whether collections with faults are set aside, as if a search had met them.
  ///   - progress: Called after each file with its path.
  /// - Throws: ``StoreError/system(_:)`` where the disk refuses to read, ``StoreError/closed``.
  /// - Complexity: O(bytes on disk); searches and writes go on.
  public func verify(
    _ key: CollectionKey? = nil, quarantine: Bool = false,
    progress: (String) -> Void = { _ in }
  ) throws(StoreError) -> VerifyReport {
    try core.verify(key, quarantine: quarantine, progress: progress)
  }

  /// Counts and sizes now.
  public var statistics: StoreStatistics {
    let (count, open, commit, closed) = core.state.withLock { state in
      (
        state.slots.count, state.slots.values.compactMap(\.collection),
        state.newest?.commit ?? 0, state.closedCount
      )
    }
    let resident = core.residency.counts
    return StoreStatistics(
      collectionCount: count, closedCollectionCount: closed, copiedSegmentCount: resident.copied,
      copiedSegmentByteCount: resident.copiedByteCount, mappedSegmentCount: resident.mapped,
      mappedSegmentByteCount: resident.mappedByteCount,
      evictedSegmentCount: resident.evictedCount,
      open: open.map(\.statistics).sorted { $0.key < $1.key },
      commit: commit, cachedByteCount: core.caches.contents.byteCount)
  }

  /// Ends the background work and all use of the collections, and lets others open the directory.
  /// What was not committed is gone. Closing twice is no error.
  public func close() { core.close() }
}
