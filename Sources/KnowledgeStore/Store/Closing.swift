import Platform

/// Collections that nobody uses are closed where there are too many; what is left of one is its
/// name and the numbers of its manifests.
extension StoreCore {
  /// Closes collections down to half of ``StoreOptions/openCollectionLimit``, where more are open:
  /// those first that were not asked for since the last look.
  ///
  /// Looks only after so many were opened that the look costs each of them little. A collection
  /// that somebody holds, or that has anything uncommitted, stays.
  func closeIdle(_ state: inout State) {
    let limit = max(1, options.openCollectionLimit)
    guard state.openedCount * 2 >= limit else { return }
    state.openedCount = 0
    let open = state.slots.compactMap { $1.collection == nil ? nil : $0 }
    var excess = open.count - limit
    if excess <= 0 { return }
    excess = open.count - limit / 2
    for takesUsed in [false, true] {
      for key in open where excess > 0 && close(key, takesUsed, &state) { excess -= 1 }
    }
  }

  /// Closes a collection that is at rest and that only its slot holds.
  ///
  /// - Returns: Whether it did.
  private func close(_ key: CollectionKey, _ takesUsed: Bool, _ state: inout State) -> Bool {
    guard state.slots[key]?.collection != nil,
      isKnownUniquelyReferenced(&state.slots[key]!.collection),
      let newest = state.slots[key]!.manifests.last,
      state.slots[key]!.collection!.isAtRest(manifest: newest),
      !state.slots[key]!.collection!.takeUse() || takesUsed
    else { return false }
    state.slots[key]!.collection = nil
    state.closedCount += 1
    return true
  }
}

extension Collection {
  /// Whether all that it holds is what its newest manifest says, and nothing is to be done about
  /// its files: then opening it again gives the same.
  func isAtRest(manifest: UInt64) -> Bool {
    if isOutOfService { return false }
    return writer.withLock { writer in
      !writer.isDirty && !writer.isRestructured && writer.frozen == nil
        && writer.active.rowCount == 0 && writer.abandoned.isEmpty && writer.pending.isEmpty
        && writer.retired.isEmpty && writer.pinCount == 0 && writer.parked == nil
        && writer.kept.last?.number == manifest
    }
  }
}

extension Store {
  /// Counts and sizes of one collection, which is not opened for it; nil where there is none.
  ///
  /// - Throws: As ``existing(_:)``.
  /// - Complexity: Reads a small file or two where the collection is not open.
  public func statistics(of key: CollectionKey) throws(StoreError) -> CollectionStatistics? {
    guard CollectionKey.isValid(name: key.name) else { throw .invalidName(key.name) }
    let (slot, isIncomplete) = try core.state.withLock { (state) throws(StoreError) in
      try core.checkOpen(state)
      return (state.slots[key], state.repairs.concern(key))
    }
    guard let slot else { return nil }
    if let collection = slot.collection { return collection.statistics }
    guard let number = slot.manifests.last,
      let manifest = try? Manifest(directory: core.directory(of: key), number: number, key: key)
    else {
      // Whatever is wrong shows when it is opened.
      return try existing(key)?.statistics
    }
    let rowCount = manifest.segments.reduce(0) { $0 + $1.rowCount }
    var liveCount = rowCount
    if manifest.tombstones != 0 {
      guard
        let live = try? TombstonesFile.read(directory: core.directory(of: key), manifest: manifest)
      else { return try existing(key)?.statistics }
      liveCount = manifest.segments.reduce(0) { $0 + (live[$1.number]?.count ?? $1.rowCount) }
    }
    return CollectionStatistics(
      key: key, configuration: manifest.configuration, entryCount: manifest.entryCount,
      vectorCount: liveCount, checksum: manifest.checksum, segmentCount: manifest.segments.count,
      segmentByteCount: manifest.segments.reduce(0) { $0 + $1.byteCount },
      segmentRowCount: rowCount, deltaRowCount: 0,
      deltaByteCount: 0, isDirty: false, sealCount: 0, compactionCount: 0, parked: nil,
      failure: nil, isIncomplete: isIncomplete)
  }
}
