import CVectorKernels

/// Finds the rows with the greatest inner product, provably all of them.
///
/// A scan of int8 codes gives every row an upper and a lower bound of its score; rows that cannot
/// reach the answer are dropped, the others are scored from their float vectors (docs/decisions/
/// 0001-exact-search.md). Scores are Double sums of exact products, in one fixed order
/// (`ck_kernels.score_f32`); equal scores stand by entry id as raw bytes, then by chunk number.
enum ExactSearch {
  /// Finds the `count` best rows for one query.
  ///
  /// - Parameters:
  ///   - query: `[d]` Float32, finite, any length.
  ///   - sources: Rows to search; each has the dimension of the query.
  ///   - count: How many to return at most.
  ///   - minimum: Rows that score below are left out.
  /// - Returns: At most `count` rows, best first.
  /// - Complexity: One pass over the codes, and the vectors of about `count` rows and those within
  ///   the bound (±0.007 for unit vectors of 384 components) of the last of them.
  static func search(
    query: [Float], in sources: [VectorRows], count: Int, minimum: Double = -.infinity,
    kernels: VectorKernels = .current
  ) -> [RankedRow] {
    unsafe query.withUnsafeBufferPointer { query in
      unsafe search(query: query, in: sources, count: count, minimum: minimum, kernels: kernels)
    }
  }

  static func search(
    query: UnsafeBufferPointer<Float>, in sources: [VectorRows], count: Int, minimum: Double,
    kernels: VectorKernels
  ) -> [RankedRow] {
    let total = check(sources, dimension: query.count)
    let wanted = min(count, total)
    guard wanted > 0 else { return [] }
    let quantised = unsafe QuantisedQuery(query)
    var ranking = unsafe Ranking(
      query: query, scale: quantised.scale, sources: sources, count: wanted, minimum: minimum,
      kernels: kernels)
    let survivors = SurvivorBuffer(capacity: min(blockLimit, (total + 63) & ~63))
    unsafe quantised.withColumns { columns in
      for (index, source) in sources.enumerated() {
        let outline = source.outlines.map { outlines in
          unsafe OutlineQuery(
            query, scale: quantised.scale, outlines: outlines, kernels: kernels)
        }
        _ = unsafe scan(
          source, index, query: columns, outline: outline, count: wanted, kernels: kernels,
          survivors: survivors, into: &ranking)
      }
    }
    return ranking.finish()
  }

  /// Rows in a kernel call at most: the threshold stands still meanwhile.
  static let blockLimit = 1_024
  /// Rows at most in a call that looks at listed ones; no more than ``blockLimit``.
  private static let gatherLimit = 512

  /// Scans one source, by its outlines where the query was turned for them.
  ///
  /// - Returns: Rows whose int8 codes were looked at.
  static func scan(
    _ source: VectorRows, _ index: Int, query: UnsafePointer<ck_query>, outline: OutlineQuery?,
    count: Int, kernels: VectorKernels, survivors: borrowing SurvivorBuffer,
    into ranking: inout Ranking
  ) -> Int {
    guard let outline else {
      unsafe scanCodes(
        source, index, rows: 0..<source.count, query: query, kernels: kernels,
        survivors: survivors, into: &ranking)
      return source.count
    }
    var scan = OutlineScan(source: source, index: index, outline: outline, kernels: kernels)
    unsafe scan.run(query: query, count: count, survivors: survivors, into: &ranking)
    return scan.codeRowCount
  }

  /// Scans some rows of one source by their int8 codes; the first is a multiple of 64. Calls begin
  /// small and double, because nothing can be dropped before `count` rows have been seen.
  static func scanCodes(
    _ source: VectorRows, _ index: Int, rows: Range<Int>, query: UnsafePointer<ck_query>,
    kernels: VectorKernels, survivors: borrowing SurvivorBuffer, into ranking: inout Ranking
  ) {
    precondition(rows.upperBound <= source.count, "rows outside the source")
    var columns = unsafe source.columns
    var output = unsafe survivors.columns
    var first = rows.lowerBound
    var block = ranking.contenders.threshold == -.infinity ? 64 : blockLimit
    while first < rows.upperBound {
      let size = min(block, rows.upperBound - first, survivors.capacity)
      let found = unsafe kernels.table.scan_u8(
        &columns, first, size, source.live, query, ranking.contenders.threshold, &output)
      survivors.forEach(found) { row, _, lower, upper in
        ranking.contenders.admit(source: index, row: row, lower: lower, upper: upper)
      }
      ranking.relieve()
      first += size
      block = min(2 * block, blockLimit)
    }
  }

  /// Scans one source of which few rows may be returned: those alone, each fetched while the ones
  /// before it are looked at, however far it stands from them.
  static func gather(
    _ source: VectorRows, _ index: Int, query: UnsafePointer<ck_query>, kernels: VectorKernels,
    survivors: borrowing SurvivorBuffer, into ranking: inout Ranking
  ) {
    guard let live = unsafe source.live else {
      return unsafe scanCodes(
        source, index, rows: 0..<source.count, query: query, kernels: kernels,
        survivors: survivors, into: &ranking)
    }
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: gatherLimit) { rows in
      var block = 64
      var size = 0
      for word in 0..<(source.count + 63) >> 6 {
        var bits = unsafe live[word]
        let left = source.count - word << 6
        if left < 64 { bits &= (1 << UInt64(left)) - 1 }
        while bits != 0 {
          unsafe rows[size] = UInt32(word << 6 + bits.trailingZeroBitCount)
          size += 1
          bits &= bits - 1
          guard size == block else { continue }
          unsafe gatherCodes(
            source, index, list: UnsafeBufferPointer(rebasing: rows[..<size]), query: query,
            kernels: kernels, survivors: survivors, into: &ranking)
          size = 0
          block = min(2 * block, gatherLimit)
        }
      }
      unsafe gatherCodes(
        source, index, list: UnsafeBufferPointer(rebasing: rows[..<size]), query: query,
        kernels: kernels, survivors: survivors, into: &ranking)
    }
  }

  /// Looks at the int8 codes of listed rows of one source.
  static func gatherCodes(
    _ source: VectorRows, _ index: Int, list: UnsafeBufferPointer<UInt32>,
    query: UnsafePointer<ck_query>, kernels: VectorKernels, survivors: borrowing SurvivorBuffer,
    into ranking: inout Ranking
  ) {
    var columns = unsafe source.columns
    var output = unsafe survivors.columns
    var first = 0
    while first < list.count {
      let size = min(gatherLimit, list.count - first, survivors.capacity)
      let threshold = ranking.contenders.threshold
      let found = unsafe kernels.table.gather_u8(
        &columns, list.baseAddress! + first, size, query, threshold, &output)
      survivors.forEach(found) { row, _, lower, upper in
        ranking.contenders.admit(source: index, row: row, lower: lower, upper: upper)
      }
      ranking.relieve()
      first += size
    }
  }

  /// Checks the shapes and returns the number of rows.
  static func check(_ sources: [VectorRows], dimension: Int) -> Int {
    var total = 0
    for source in sources {
      precondition(source.dimension == dimension, "query and rows differ in dimension")
      total += source.count
    }
    return total
  }
}
