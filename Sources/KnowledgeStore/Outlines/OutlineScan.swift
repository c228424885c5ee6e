import CVectorKernels

/// A scan of one source by outlines: with proof, as one of int8 codes, for a quarter of the bytes.
///
/// Rows whose estimate reaches the threshold are looked at by their int8 codes soon, so that it
/// rises; those that only their upper bound keeps wait until it has risen. Where too many wait in
/// vain, blocks of which much is kept are followed by blocks that int8 codes scan.
struct OutlineScan {
  let source: VectorRows
  let index: Int
  let outline: OutlineQuery
  let kernels: VectorKernels
  /// Rows whose int8 codes were looked at.
  private(set) var codeRowCount = 0
  private var promising: [UInt32] = []
  /// Whether outlines have once kept too many rows to wait.
  private var isDoubtful = false
  private var waiting: [(row: UInt32, upper: Float)] = []

  private static let waitingLimit = 8_192
  /// Rows in the first blocks; later ones are as long as there is room for what they may keep.
  private static let firstRows = 256
  /// Blocks, at most, that are scanned by int8 codes before outlines are tried again.
  private static let patienceLimit = 16

  init(source: VectorRows, index: Int, outline: OutlineQuery, kernels: VectorKernels) {
    self.source = source
    self.index = index
    self.outline = outline
    self.kernels = kernels
  }

  /// Admits to `ranking` what may be among the best of the source.
  ///
  /// - Parameter count: Rows wanted.
  @unsafe mutating func run(
    query: UnsafePointer<ck_query>, count: Int, survivors: borrowing SurvivorBuffer,
    into ranking: inout Ranking
  ) {
    // Without a threshold every row is kept: the first rows give one.
    var first = min(source.count, max(Self.firstRows, 2 * count + 63) & ~63)
    var block = Self.firstRows
    var (skipped, patience) = (0, 1)
    unsafe codes(0..<first, query: query, survivors: survivors, into: &ranking)
    waiting.reserveCapacity(Self.waitingLimit + survivors.capacity)
    while first < source.count {
      let rows = first..<min(first + min(block, survivors.capacity), source.count)
      first = rows.upperBound
      block = min(2 * block, survivors.capacity)
      if skipped > 0 {
        skipped -= 1
        unsafe codes(rows, query: query, survivors: survivors, into: &ranking)
        continue
      }
      let kept = outlines(rows, survivors: survivors, threshold: ranking.contenders.threshold)
      // The sooner the threshold rises, the fewer rows have to wait.
      if promising.count >= 16 || rows.count < survivors.capacity {
        unsafe gather(query: query, survivors: survivors, into: &ranking)
      }
      if waiting.count > Self.waitingLimit {
        prune(below: ranking.contenders.threshold)
        if 2 * waiting.count > Self.waitingLimit {
          promising += waiting.map(\.row)
          waiting.removeAll(keepingCapacity: true)
          isDoubtful = true
        }
      }
      guard isDoubtful else { continue }
      if 4 * kept > rows.count {
        (skipped, patience) = (patience, min(2 * patience, Self.patienceLimit))
      } else {
        patience = 1
      }
    }
    unsafe gather(query: query, survivors: survivors, into: &ranking)
    ranking.contenders.settle()
    prune(below: ranking.contenders.threshold)
    promising = waiting.map(\.row)
    unsafe gather(query: query, survivors: survivors, into: &ranking)
  }

  /// Scans a block by outlines; returns how many rows were kept.
  private mutating func outlines(
    _ rows: Range<Int>, survivors: borrowing SurvivorBuffer, threshold: Float
  ) -> Int {
    let found = unsafe outline.scan(
      source, rows: rows, threshold: threshold, kernels: kernels, into: survivors.columns)
    survivors.forEach(found) { row, _, lower, upper in
      if 0.5 * (lower + upper) < threshold {
        waiting.append((row, upper))
      } else {
        promising.append(row)
      }
    }
    return found
  }

  /// Scans rows by their int8 codes.
  @unsafe private mutating func codes(
    _ rows: Range<Int>, query: UnsafePointer<ck_query>, survivors: borrowing SurvivorBuffer,
    into ranking: inout Ranking
  ) {
    codeRowCount += rows.count
    unsafe ExactSearch.scanCodes(
      source, index, rows: rows, query: query, kernels: kernels, survivors: survivors,
      into: &ranking)
  }

  /// Looks at the int8 codes of the rows that are promising.
  @unsafe private mutating func gather(
    query: UnsafePointer<ck_query>, survivors: borrowing SurvivorBuffer,
    into ranking: inout Ranking
  ) {
    codeRowCount += promising.count
    unsafe promising.withUnsafeBufferPointer { promising in
      unsafe ExactSearch.gatherCodes(
        source, index, list: promising, query: query, kernels: kernels, survivors: survivors,
        into: &ranking)
    }
    promising.removeAll(keepingCapacity: true)
  }

  private mutating func prune(below threshold: Float) {
    waiting.removeAll { $0.upper < threshold }
  }
}
