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
        unsafe scan(
          source, index, query: columns, kernels: kernels, survivors: survivors, into: &ranking)
      }
    }
    return ranking.finish()
  }

  /// Rows in a kernel call at most: the threshold stands still meanwhile.
  static let blockLimit = 1_024

  /// Scans one source. Calls begin small and double, because nothing can be dropped before the
  /// first `count` rows have been seen.
  static func scan(
    _ source: VectorRows, _ index: Int, query: UnsafePointer<ck_query>, kernels: VectorKernels,
    survivors: borrowing SurvivorBuffer, into ranking: inout Ranking
  ) {
    var columns = unsafe source.columns
    var output = unsafe survivors.columns
    var first = 0
    var block = 64
    while first < source.count {
      let size = min(block, source.count - first, survivors.capacity)
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
