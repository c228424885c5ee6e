import KnowledgeStore
import Platform

/// Which state of a collection's entries an index in memory reflects, to bring it up to date by
/// what has changed.
///
/// The files are the source, so an index knows what a search would find: nothing of an entry that
/// waits to be embedded.
struct IndexedEntries {
  /// Told of a collection as a whole; equal where the entries are.
  private struct Mark: Equatable {
    let checksum: UInt64
    let entryCount: Int

    init(_ collection: Collection) {
      checksum = collection.checksum
      entryCount = collection.entryCount
    }
  }

  private var mark: Mark?
  /// The hash of each entry's state.
  private var states: [UUID: UInt64] = [:]

  /// Entries that the index reflects.
  var count: Int { states.count }

  /// Whether nothing has changed since the last ``update(from:limit:put:remove:)``.
  ///
  /// - Complexity: O(1).
  func isCurrent(_ collection: Collection?) -> Bool { mark == collection.map { Mark($0) } }

  /// Calls `put` for each entry that is new or has changed, and `remove` for each that has gone.
  ///
  /// - Parameters:
  ///   - collection: As it is now; nil where it is not there.
  ///   - limit: Entries to know at most; the others are left out.
  /// - Throws: ``StoreError`` of a damaged file; what was told then is told again.
  /// - Complexity: About 50 ns an entry, and reading those that changed.
  mutating func update(
    from collection: Collection?, limit: Int = .max, put: (Entry) -> Void, remove: (UUID) -> Void
  ) throws(StoreError) {
    guard let collection else {
      for id in states.keys { remove(id) }
      self = IndexedEntries()
      return
    }
    // Read first: what comes meanwhile is another mark, and is looked at the next time.
    let mark = Mark(collection)
    var gone = states
    var changed: [UUID: UInt64] = [:]
    var known = 0
    try collection.view().forEachState { state in
      guard known < limit else { return }
      known += 1
      let hash = state.hash64
      if gone.removeValue(forKey: state.id) != hash { changed[state.id] = hash }
    }
    for id in gone.keys {
      remove(id)
      states[id] = nil
    }
    // One by one, a block of contents is read for each; all in order, each block once.
    if changed.count * 8 > known {
      try collection.forEachEntry { entry in
        if let hash = changed.removeValue(forKey: entry.id) {
          put(entry)
          states[entry.id] = hash
        }
        return true
      }
    } else {
      for (id, hash) in changed {
        guard let entry = try collection.get(id) else { continue }
        put(entry)
        states[id] = hash
      }
    }
    self.mark = mark
  }
}
