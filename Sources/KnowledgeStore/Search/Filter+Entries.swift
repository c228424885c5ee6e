extension Filter {
  /// Which of some entries pass, also such as no collection holds, by the rules of a search.
  ///
  /// - Parameter entries: Their vectors are not looked at, and may be empty.
  /// - Returns: One answer for each entry, in order.
  /// - Throws: ``StoreError/entryTooLarge(entry:byteCount:limit:)`` for one that no collection
  ///   could hold; what ``check()`` throws.
  /// - Complexity: About what adding the entries to a collection takes.
  public func admits(_ entries: [Entry]) throws(StoreError) -> [Bool] {
    try check()
    if entries.isEmpty { return [] }
    let chunk = DeltaChunk(capacity: entries.count, dimension: 1, strings: DeltaStrings())
    var scratch = DeltaChunk.Scratch()
    for var entry in entries {
      entry.vector = [1]
      entry.spans = []
      let byteCount = EntryRecord.byteCount(of: entry)
      guard byteCount <= Limits.entryByteCount else {
        throw .entryTooLarge(entry: entry.id, byteCount: byteCount, limit: Limits.entryByteCount)
      }
      _ = chunk.append(entry, scale: 1, scratch: &scratch)
    }
    let admitted = try chunk.admitted(by: self, rowCount: entries.count, live: nil).bitmap
    return entries.indices.map { admitted?[$0] ?? true }
  }
}
