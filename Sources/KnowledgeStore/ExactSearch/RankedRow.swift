/// One row found by a search.
struct RankedRow: Equatable {
  /// Index of the source among those searched.
  var source: Int
  /// Row in that source.
  var row: Int
  /// Inner product with the query, accumulated in Double; greater is better.
  var score: Double
}

/// A scored row with what decides among equal scores; greater is better.
struct ScoredRow: Comparable {
  var score: Double
  /// The entry id as two words that compare as its bytes do.
  var idHigh: UInt64
  var idLow: UInt64
  var chunk: UInt32
  var source: UInt32
  var row: UInt32

  init(score: Double, source: Int, row: UInt32, in rows: VectorRows) {
    let id = unsafe UnsafeRawPointer(rows.ids) + Int(row) * 16
    self.score = score
    idHigh = unsafe id.loadUnaligned(as: UInt64.self).bigEndian
    idLow = unsafe (id + 8).loadUnaligned(as: UInt64.self).bigEndian
    chunk = unsafe rows.chunks[Int(row)]
    self.source = UInt32(truncatingIfNeeded: source)
    self.row = row
  }

  /// Worse score, or the same and a later id, or that too and a later chunk (then place, so that
  /// the order is total).
  static func < (a: ScoredRow, b: ScoredRow) -> Bool {
    if a.score != b.score { return a.score < b.score }
    if a.idHigh != b.idHigh { return a.idHigh > b.idHigh }
    if a.idLow != b.idLow { return a.idLow > b.idLow }
    if a.chunk != b.chunk { return a.chunk > b.chunk }
    return (a.source, a.row) > (b.source, b.row)
  }

  static func == (a: ScoredRow, b: ScoredRow) -> Bool { !(a < b) && !(b < a) }
}
