/// One row found by a search.
struct RankedRow: Equatable {
  /// Index of the source among those searched.
  var source: Int
  /// Row in that source.
  var row: Int
  /// Inner product with the query, accumulated in Double; greater is better.
  var score: Double
}

extension VectorRows {
  /// Whether row `a` of `self` stands before row `b` of `other` among equal scores: by entry id
  /// (16 raw bytes, ascending), then by chunk number.
  func precedes(_ a: Int, _ other: VectorRows, _ b: Int) -> Bool {
    for part in [0, 8] {
      let left = unsafe word(ids, a &* 16 &+ part)
      let right = unsafe word(other.ids, b &* 16 &+ part)
      if left != right { return left < right }
    }
    return unsafe chunks[a] < other.chunks[b]
  }

  /// Eight bytes in the order in which they compare.
  private func word(_ bytes: UnsafePointer<UInt8>, _ offset: Int) -> UInt64 {
    unsafe UnsafeRawPointer(bytes + offset).loadUnaligned(as: UInt64.self).bigEndian
  }

  /// Whether the row may be returned.
  func admits(_ row: Int) -> Bool {
    guard let live = unsafe live else { return true }
    return unsafe live[row >> 6] >> UInt64(row & 63) & 1 != 0
  }
}
