import Platform

extension Collection {
  /// The entry with this id.
  ///
  /// - Throws: ``StoreError/damaged(collection:fault:)`` where a file turns out damaged.
  /// - Complexity: O(delta rows + segments · log rows).
  public func get(_ id: UUID) throws(StoreError) -> Entry? {
    try reading { (snapshot) throws(StoreError) -> Entry? in
      guard let (source, row) = try snapshot.locate(id) else { return nil }
      return try source.entry(at: row)
    }
  }

  /// Version and stamp of the entry with this id, as ``get(_:)`` finds it.
  public func state(of id: UUID) throws(StoreError) -> EntryState? {
    try reading { (snapshot) throws(StoreError) -> EntryState? in
      guard let (source, row) = try snapshot.locate(id) else { return nil }
      return source.columns.state(row)
    }
  }

  /// The entry with this external id; where several share it, any of them.
  ///
  /// - Complexity: as ``get(_:)``, and one content block a candidate.
  public func find(externalID: String) throws(StoreError) -> Entry? {
    let bytes = Array(externalID.utf8)
    let hash = hash64(bytes)
    return try reading { (snapshot) throws(StoreError) -> Entry? in
      for (source, rowCount, live, _) in try snapshot.sources().reversed() {
        if let row = try source.row(
          externalID: bytes, hash: hash, rowCount: rowCount, live: live)
        {
          return try source.entry(at: row)
        }
      }
      return nil
    }
  }

  /// Calls `body` with entries in ascending order of id, all from one moment's state.
  ///
  /// - Parameters:
  ///   - after: Only entries with greater ids; nil begins at the first.
  ///   - limit: How many at most.
  ///   - filter: Only entries that pass it; nil for all.
  ///   - isStopped: Whether the caller gives up, also before the first entry was found.
  ///   - body: Returns whether to go on.
  /// - Returns: The id of the last entry that `body` saw, nil where there was none.
  @discardableResult
  public func forEachEntry(
    after: UUID? = nil, limit: Int = .max, matching filter: Filter? = nil,
    isStopped: () -> Bool = { false }, _ body: (Entry) -> Bool
  ) throws(StoreError) -> UUID? {
    try filter?.check()
    return try each(after: after, limit: limit, filter, isStopped) {
      (source, row) throws(StoreError) in
      body(try source.entry(at: row))
    }
  }

  /// Calls `body` with the state of each entry, as ``forEachEntry(after:limit:_:)`` does.
  @discardableResult
  public func forEachState(
    after: UUID? = nil, limit: Int = .max, _ body: (EntryState) -> Bool
  ) throws(StoreError) -> UUID? {
    try each(after: after, limit: limit) { source, row in body(source.columns.state(row)) }
  }

  private func each(
    after: UUID?, limit: Int, _ filter: Filter? = nil, _ isStopped: () -> Bool = { false },
    _ body: (any RowSource, Int) throws(StoreError) -> Bool
  ) throws(StoreError) -> UUID? {
    guard limit > 0 else { return nil }
    var last: UUID?
    var left = limit
    try reading { (snapshot) throws(StoreError) in
      try snapshot.walk(after: after, matching: filter, isStopped: isStopped) {
        (source, row) throws(StoreError) -> Bool in
        try source.checkReadable()
        last = source.columns.id(row)
        left -= 1
        return try body(source, row) && left > 0
      }
    }
    return last
  }
}
