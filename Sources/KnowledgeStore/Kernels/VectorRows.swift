import CVectorKernels

/// The columns of a run of rows, lent to a search by a segment or by the delta.
///
/// `@safe` holds because only the initialiser takes pointers, and it is marked `@unsafe`: whoever
/// calls it promises that every column stays readable, at the sizes given here, for as long as the
/// value or a copy of it is in use. What the bytes say is not trusted: wrong codes or factors can
/// cost right answers, never memory safety.
@safe struct VectorRows {
  /// Rows in every column.
  let count: Int
  /// Components of a vector, 1...``VectorLayout/dimensionLimit``.
  let dimension: Int
  /// `[count][floatStride]` Float32, row-major, 64-byte aligned; the padding is zero.
  let vectors: UnsafePointer<Float>
  /// `[count][codeStride]`, `code + 128`; the padding is ``VectorLayout/zeroCode``.
  let codes: UnsafePointer<UInt8>
  /// `[count]`: what one step of a row's code is worth.
  let scales: UnsafePointer<Float>
  /// `[count]`: upper bounds of the distance between a vector and `scale * code`.
  let errors: UnsafePointer<Float>
  /// `[count]`: upper bounds of the length of `scale * code`.
  let norms: UnsafePointer<Float>
  /// `[count][16]`: entry ids, raw bytes.
  let ids: UnsafePointer<UInt8>
  /// `[count]`: chunk numbers.
  let chunks: UnsafePointer<UInt32>
  /// `[bitmapWords(count)]`: bit `row & 63` of word `row >> 6` says that the row may be returned;
  /// nil admits all rows. Bits past `count` are ignored.
  let live: UnsafePointer<UInt64>?
  /// Rows that may be returned.
  let admittedCount: Int
  /// One-bit codes of the rows, where their segment has them.
  let signs: SignRows?
  /// Outlines of the rows, where their segment has them.
  var outlines: OutlineRows?
  /// A graph over the rows, where their segment has one. Its scores are of unit vectors.
  var graph: GraphData?
  /// Who is told of vectors that are about to be read, where they should not stay in memory.
  var visits: VectorVisits?

  /// Lends columns; see the type for what the caller promises.
  ///
  /// - Parameter admittedCount: nil: it is counted.
  @unsafe init(
    count: Int, dimension: Int, vectors: UnsafePointer<Float>, codes: UnsafePointer<UInt8>,
    scales: UnsafePointer<Float>, errors: UnsafePointer<Float>, norms: UnsafePointer<Float>,
    ids: UnsafePointer<UInt8>, chunks: UnsafePointer<UInt32>, live: UnsafePointer<UInt64>?,
    admittedCount: Int? = nil, signs: SignRows? = nil
  ) {
    precondition(count >= 0 && count <= Int(UInt32.max), "a source holds at most 2^32 - 1 rows")
    precondition(
      (1...VectorLayout.dimensionLimit).contains(dimension),
      "dimension must be within 1...\(VectorLayout.dimensionLimit)")
    self.count = count
    self.dimension = dimension
    unsafe self.vectors = vectors
    unsafe self.codes = codes
    unsafe self.scales = scales
    unsafe self.errors = errors
    unsafe self.norms = norms
    unsafe self.ids = ids
    unsafe self.chunks = chunks
    unsafe self.live = live
    self.admittedCount = unsafe admittedCount ?? Self.admittedCount(live, count)
    self.signs = signs
  }

  /// Asks for what decides among equal scores of a row.
  @inline(__always) func prefetchIdentity(_ row: UInt32) {
    unsafe ck_prefetch(ids + 16 * Int(row))
    unsafe ck_prefetch(chunks + Int(row))
  }

  /// Bits set in `live`, of the first `count`. O(count / 64).
  private static func admittedCount(_ live: UnsafePointer<UInt64>?, _ count: Int) -> Int {
    guard let live = unsafe live else { return count }
    var admitted = 0
    for word in 0..<count >> 6 { unsafe admitted += live[word].nonzeroBitCount }
    if count & 63 != 0 {
      unsafe admitted += (live[count >> 6] & ((1 << UInt64(count & 63)) - 1)).nonzeroBitCount
    }
    return admitted
  }
}
