import Platform
import Synchronization

/// What a ``Store`` and its collections share.
final class StoreCore: Sendable {
  /// A collection on disk or in memory.
  struct Slot {
    /// Numbers of the manifests on disk that count, ascending.
    var manifests: [UInt64] = []
    /// The collection, once it is in use.
    var collection: Collection?
  }

  struct State {
    var slots: [CollectionKey: Slot] = [:]
    var recovery = RecoveryReport()
    var repairs = Repairs()
    var newest: PositionFile?
    var older: PositionFile?
    /// Whether the newest position counts a collection that was set aside.
    var isCatalogStale = false
    var isClosed = false
    /// Collections that were opened since somebody last looked for those to close.
    var openedCount = 0
    /// Collections that were closed because there were too many.
    var closedCount = 0
  }

  /// What only a commit touches.
  struct CommitState {
    /// The number of the next attempt: never used twice, in any file's name.
    var next: UInt64
    /// Position files on disk, ascending.
    var positions: [UInt64]
  }

  let directory: String
  let options: StoreOptions
  let caches: SegmentCaches
  let residency: Residency
  let maintenance = Maintenance()
  let graphs = GraphUpkeep()
  let state: Mutex<State>
  let committing: Mutex<CommitState>
  /// Held while marks of incomplete parts are written or removed.
  let marking = Mutex(())
  private let lock: Mutex<LockFile?>

  /// The open, locked file that keeps other processes out.
  ///
  /// `@unchecked Sendable`: a descriptor and a path, which nobody uses but to end the lock.
  struct LockFile: ~Copyable, @unchecked Sendable {
    let file: File
    deinit { file.unlock() }
  }

  init(
    directory: String, options: StoreOptions, lock: consuming LockFile, opening: consuming Opening
  ) {
    self.directory = directory
    self.options = options
    caches = SegmentCaches(
      contents: BlockCache(byteLimit: options.contentCacheByteLimit),
      filters: FilterCache(byteLimit: options.filterCacheByteLimit))
    residency = Residency(
      byteLimit: options.segmentByteLimit, isAlwaysShort: options.index == .scan)
    state = Mutex(opening.state)
    committing = Mutex(opening.commit)
    self.lock = Mutex(lock)
  }

  func directory(of key: CollectionKey) -> String { "\(directory)/\(key)" }

  // MARK: Collections

  func checkOpen(_ state: borrowing State) throws(StoreError) {
    if state.isClosed { throw .closed }
  }

  /// The collection, opened where it is on disk; nil where there is none.
  func existing(_ key: CollectionKey) throws(StoreError) -> Collection? {
    guard CollectionKey.isValid(name: key.name) else { throw .invalidName(key.name) }
    do {
      return try state.withLock { (state) throws(StoreError) -> Collection? in
        try checkOpen(state)
        guard let slot = state.slots[key] else { return nil }
        if let collection = slot.collection {
          collection.noteUse()
          return collection
        }
        let collection = try load(key, slot, &state)
        state.slots[key]!.collection = collection
        state.openedCount += 1
        closeIdle(&state)
        return collection
      }
    } catch {
      guard case .invalidFile(let fault) = error else { throw error }
      throw setAside(key, fault)
    }
  }

  /// The collection, made where there is none.
  func collection(
    _ key: CollectionKey, _ configuration: CollectionConfiguration
  ) throws(StoreError) -> Collection {
    try configuration.validate()
    if let found = try existing(key) {
      guard found.configuration == configuration else {
        throw .modelMismatch(
          collection: key, stored: found.configuration, requested: configuration)
      }
      return found
    }
    return try state.withLock { (state) throws(StoreError) -> Collection in
      try checkOpen(state)
      // Another thread may have been quicker.
      if let collection = state.slots[key]?.collection {
        guard collection.configuration == configuration else {
          throw .modelMismatch(
            collection: key, stored: collection.configuration, requested: configuration)
        }
        return collection
      }
      // Files that could not be moved when they were found damaged must not mix with new ones.
      // (A mark that is missing is written before the next commit.)
      try StoreError.wrapping { () throws(SystemError) in try quarantine(key) }
      var writer = Collection.Writer()
      writer.isDirty = true
      let collection = Collection(
        core: self, key: key, configuration: configuration, writer: writer)
      collection.setIncomplete(state.repairs.concern(key))
      state.slots[key] = Slot(collection: collection)
      state.openedCount += 1
      closeIdle(&state)
      return collection
    }
  }

  func segment(
    _ reference: SegmentReference, of collection: Collection, unsynced: OpenFile? = nil
  ) -> Segment {
    Segment(
      reference: reference, directory: collection.directory, key: collection.key,
      configuration: collection.configuration, caches: caches, residency: residency,
      unsynced: unsynced,
      opened: { [weak collection, maintenance, graphs] segment in
        guard let collection else { return }
        if segment.openedData?.hasUnlistedMetadata == true { collection.noteUnlistedMetadata() }
        // A mapped file was not read.
        if segment.openedData?.bytes.isMapped == true {
          maintenance.requestScrub(collection, segment)
        }
        graphs.request(collection, segment)
      })
  }

  /// Takes a collection with a damaged file out of service and moves its files away.
  ///
  /// - Returns: The error that its users get from now on.
  func setAside(_ collection: Collection, _ fault: FileFault) -> StoreError {
    let error = collection.fail(StoreError.damaged(collection: collection.key, fault: fault))
    let isCurrent = state.withLock { $0.slots[collection.key]?.collection === collection }
    return isCurrent ? setAside(collection.key, fault) : error
  }

  private func setAside(_ key: CollectionKey, _ fault: FileFault) -> StoreError {
    let error = StoreError.damaged(collection: key, fault: fault)
    let isFirst = state.withLock { state in
      guard let slot = state.slots.removeValue(forKey: key) else { return false }
      slot.collection?.fail(error)
      state.recovery.damaged.append(RecoveryReport.Finding(key: key, fault: fault))
      state.repairs.add(key)
      state.isCatalogStale = true
      return true
    }
    guard isFirst else { return error }
    defer { maintenance.requestPublication(by: self) }
    Log.error(
      "collection set aside",
      ["collection": .string(key.description), "fault": .string(fault.description)])
    do throws(StoreError) {
      // Written down first: a restart must know that these rows are missing.
      try writeRepairMarks()
      try StoreError.wrapping { () throws(SystemError) in try quarantine(key) }
    } catch {
      // It stays where it is and is found again at the next opening; here it is out of service.
      Log.error("damaged files could not be moved", ["reason": .string(error.description)])
    }
    return error
  }

  /// Moves a collection's directory to where nobody reads it.
  private func quarantine(_ key: CollectionKey) throws(SystemError) {
    let path = self.directory(of: key)
    guard FileSystem.isDirectory(path) else { return }
    let target = "\(directory)/\(FileFormat.quarantineName)"
    try FileSystem.createDirectories(target)
    try FileSystem.syncDirectory(directory)
    try FileSystem.rename(path, to: "\(target)/\(key.owner)-\(key.label)-\(Clock.wallMicroseconds)")
    try FileSystem.syncDirectory(target)
    try FileSystem.syncDirectory(FileSystem.directory(of: path))
  }

  // MARK: Commit

  /// Makes everything applied so far durable and says what it reflects.
  func commit(position: [UInt8]) throws(StoreError) {
    guard position.count <= Limits.positionByteCount else {
      throw .requestOutOfRange(
        what: "the position's byte count", value: position.count, limit: Limits.positionByteCount)
    }
    try committing.withLock { (commit) throws(StoreError) in
      let ended = state.withLock { $0.repairs.ended }
      let open = try openCollections()
      try perform(open.filter(\.needsManifest), position, &commit)
      removeRepairMarks(ended)
    }
    for collection in try openCollections() where collection.holdsGarbage {
      maintenance.requestCompaction(collection)
    }
  }

  /// Writes manifests for collections whose segments were merged since their last one, where they
  /// hold nothing uncommitted, so that the space of the old segments comes back.
  ///
  /// The entries are those of the newest commit, so its position is written again. Twice, because
  /// the older of the two kept manifests names the old files too.
  func publishRestructured() throws(StoreError) {
    try committing.withLock { (commit) throws(StoreError) in
      for _ in 0..<2 {
        let (open, newest, isStale) = try state.withLock { (state) throws(StoreError) in
          try checkOpen(state)
          return (state.slots.values.compactMap(\.collection), state.newest, state.isCatalogStale)
        }
        guard let newest, newest.commit > 0 else { return }
        let waiting = open.filter(\.holdsGarbage)
        guard !waiting.isEmpty || isStale else { return }
        try perform(waiting, newest.position, &commit)
      }
    }
  }

  private func openCollections() throws(StoreError) -> [Collection] {
    try state.withLock { (state) throws(StoreError) in
      try checkOpen(state)
      return state.slots.values.compactMap(\.collection)
    }
  }

  /// Writes a commit: manifests of `collections`, then the position.
  ///
  /// - Throws: What the disk said. Where it said so after the position had its name, the commit may
  ///   or may not survive a power cut: both states are kept until a later one is durable.
  func perform(
    _ collections: [Collection], _ position: [UInt8], _ commit: inout CommitState
  ) throws(StoreError) {
    try writeRepairMarks()
    let number = commit.next
    commit.next += 1
    let path = directory + "/" + FileFormat.positionName(number)
    var file = PositionFile(commit: number, position: position)
    var written: [Collection] = []
    do throws(StoreError) {
      // This commit must not bring to life what an earlier one has given up.
      for collection in try openCollections()
      where !collections.contains(where: { $0 === collection }) {
        try collection.removeAbandoned()
      }
      for collection in collections {
        written.append(collection)
        do throws(StoreError) { try collection.writeManifest(number) } catch {
          // One that is known, durably, to lack rows stays at its older manifest: it is read again
          // anyway, and must not keep all others from being committed.
          guard state.withLock({ $0.repairs.isMarked(collection.key) }) else { throw error }
          written.removeLast()
          collection.abandonManifest(number)
          try collection.removeAbandoned()
          Log.warning(
            "a collection is left out of a commit",
            [
              "collection": .string("\(collection.key)"), "reason": .string(error.description),
            ])
        }
      }
      file.catalog = catalog(written, number)
      try SmallFile.publish(file.encoded(), at: path)
    } catch {
      if FileSystem.exists(path) {
        adopt(file, written, &commit)
      } else {
        for collection in written { collection.abandonManifest(number) }
      }
      throw error
    }
    adopt(file, written, &commit)
    // Only now may anything be removed.
    for old in commit.positions.dropLast(2) {
      try? FileSystem.remove(directory + "/" + FileFormat.positionName(old))
    }
    commit.positions = Array(commit.positions.suffix(2))
    for collection in written { collection.dropSuperseded() }
  }

  /// Goes on from a commit whose files all have their names.
  private func adopt(
    _ file: PositionFile, _ written: [Collection], _ commit: inout CommitState
  ) {
    commit.positions.append(file.commit)
    state.withLock { state in
      state.older = state.newest
      state.newest = file
      state.isCatalogStale = false
      for collection in written where state.slots[collection.key]?.collection === collection {
        state.slots[collection.key]!.manifests =
          Array((state.slots[collection.key]!.manifests + [file.commit]).suffix(2))
      }
    }
  }

  /// The collections that count once commit `number` has written the manifests of `written`.
  private func catalog(_ written: [Collection], _ number: UInt64) -> PositionFile.Catalog {
    let keys = Set(written.map(\.key))
    return state.withLock { state in
      var catalog = PositionFile.Catalog()
      for (key, slot) in state.slots {
        if keys.contains(key) {
          catalog.insert(key, manifest: number)
        } else if let newest = slot.manifests.last {
          catalog.insert(key, manifest: newest)
        }
      }
      return catalog
    }
  }

  /// Ends all use. What was not committed is gone, as after a kill.
  func close() {
    maintenance.stop()
    graphs.stop()
    let open = committing.withLock { _ in
      state.withLock { state in
        state.isClosed = true
        defer { state.slots = [:] }
        return state.slots.values.compactMap(\.collection)
      }
    }
    for collection in open {
      collection.fail(.closed)
      collection.sealing.withLock { _ in }
      collection.compacting.withLock { _ in }
    }
    lock.withLock { $0 = nil }
  }
}
