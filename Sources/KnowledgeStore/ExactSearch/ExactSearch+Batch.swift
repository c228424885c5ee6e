import CVectorKernels

extension ExactSearch {
  /// Finds the `count` best rows for each of several queries in one pass over the rows.
  ///
  /// - Parameters:
  ///   - queries: `[queryCount][d]` Float32, row-major, finite, any length.
  ///   - queryCount: How many queries there are.
  ///   - sources: Rows to search; each has the dimension of the queries.
  ///   - count: How many to return at most for each query.
  ///   - minimum: Rows that score below are left out.
  /// - Returns: One list per query, each the same as ``search(query:in:count:minimum:kernels:)``.
  /// - Complexity: The codes (without VNNI: the vectors) pass through the cache once for all
  ///   queries; the arithmetic is that of n single searches.
  static func searchBatch(
    queries: [Float], queryCount: Int, in sources: [VectorRows], count: Int,
    minimum: Double = -.infinity, kernels: VectorKernels = .current
  ) -> [[RankedRow]] {
    guard queryCount > 0 else { return [] }
    let dimension = queries.count / queryCount
    precondition(dimension * queryCount == queries.count, "queries must be whole rows")
    let wanted = min(count, check(sources, dimension: dimension))
    guard wanted > 0 else { return Array(repeating: [], count: queryCount) }
    return unsafe queries.withUnsafeBufferPointer { batch in
      let plan = BatchPlan(queryCount: queryCount, dimension: dimension, kernels: kernels)
      guard plan.method != .oneByOne else {
        return (0..<queryCount).map { query in
          unsafe search(
            query: UnsafeBufferPointer(
              rebasing: batch[query * dimension..<(query + 1) * dimension]),
            in: sources, count: count, minimum: minimum, kernels: kernels)
        }
      }
      let scans = unsafe plan.scans(batch)
      var rankings = scans.flatMap { scan in
        scan.queries.map { query in
          unsafe Ranking(
            query: UnsafeBufferPointer(
              rebasing: batch[query * dimension..<(query + 1) * dimension]),
            scale: scan.scale(lane: query - scan.queries.lowerBound), sources: sources,
            count: wanted, minimum: minimum, kernels: kernels)
        }
      }
      for (index, source) in sources.enumerated() {
        pass(source, index, plan: plan, scans: scans, kernels: kernels, into: &rankings)
      }
      return rankings.indices.map { rankings[$0].finish() }
    }
  }

  /// Takes one source through the cache, block by block, and every block past all queries.
  private static func pass(
    _ source: VectorRows, _ index: Int, plan: BatchPlan, scans: [any LaneScan],
    kernels: VectorKernels, into rankings: inout [Ranking]
  ) {
    let survivors = SurvivorBuffer(capacity: plan.rowLimit * plan.laneLimit)
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: plan.rowLimit) { indices in
      var cursor = LiveCursor()
      var blockLimit = min(48, plan.rowLimit)
      while true {
        let size = unsafe cursor.next(
          in: source, into: UnsafeMutableBufferPointer(rebasing: indices[..<blockLimit]))
        if size == 0 { return }
        let block = unsafe RowBlock(source: source, indices: indices.baseAddress!, count: size)
        for scan in scans {
          let first = scan.queries.lowerBound
          for lane in 0..<scan.queries.count {
            rankings[first + lane].relieve()
            scan.setThreshold(rankings[first + lane].contenders.threshold, lane: lane)
          }
          let found = scan.scan(block, kernels: kernels, survivors: survivors)
          survivors.forEach(found) { row, lane, lower, upper in
            guard lane < scan.queries.count else { return }
            rankings[first + lane].contenders.admit(
              source: index, row: row, lower: lower, upper: upper)
          }
        }
        blockLimit = min(2 * blockLimit, plan.rowLimit)
      }
    }
  }
}

/// How a batch is searched; the crossings were measured (docs/decisions/0001-exact-search.md).
struct BatchPlan {
  enum Method { case oneByOne, tiles, products }

  let queryCount: Int
  let dimension: Int
  let kernels: VectorKernels
  let method: Method

  init(queryCount: Int, dimension: Int, kernels: VectorKernels) {
    self.queryCount = queryCount
    self.dimension = dimension
    self.kernels = kernels
    if unsafe kernels.table.tile_u8 != nil {
      method = queryCount < 2 ? .oneByOne : .tiles
    } else {
      // AVX2 scans a query of 384 components in 1.0 ms per 100,000 rows, plain C in 3.8; the
      // product takes 25 ms for 16 queries, 60 for 64.
      method = queryCount < (kernels.level == .portable ? 8 : 48) ? .oneByOne : .products
    }
  }

  /// Queries that are compared together.
  var laneLimit: Int { method == .tiles ? Int(CK_TILE_LANES) : min(256, queryCount) }

  /// Rows in a block: their codes stay in the second-level cache while all queries pass, and are
  /// a multiple of what the kernels take at once.
  var rowLimit: Int {
    method == .tiles
      ? max(48, min(192, 131_072 / VectorLayout.codeStride(dimension) / 48 * 48)) : 256
  }

  /// The queries in groups.
  @unsafe func scans(_ batch: UnsafeBufferPointer<Float>) -> [any LaneScan] {
    stride(from: 0, to: queryCount, by: laneLimit).map { first in
      let range = first..<min(first + laneLimit, queryCount)
      if method == .tiles {
        return unsafe TileQueries(batch, dimension: dimension, queries: range, kernels: kernels)
      }
      return unsafe ProductQueries(
        batch, dimension: dimension, queries: range, rowLimit: rowLimit)
    }
  }
}

/// Walks the rows of a source that may be returned.
struct LiveCursor {
  private var row = 0

  /// Writes the numbers of the next rows, as many as fit; returns how many, 0 at the end.
  mutating func next(in source: VectorRows, into indices: UnsafeMutableBufferPointer<UInt32>) -> Int
  {
    var found = 0
    while row < source.count, found < indices.count {
      guard let live = unsafe source.live else {
        unsafe indices[found] = UInt32(truncatingIfNeeded: row)
        found += 1
        row += 1
        continue
      }
      let rest = unsafe live[row >> 6] >> UInt64(row & 63)
      if rest == 0 {
        row = (row | 63) + 1
        continue
      }
      row += rest.trailingZeroBitCount
      guard row < source.count else { break }
      unsafe indices[found] = UInt32(truncatingIfNeeded: row)
      found += 1
      row += 1
    }
    return found
  }
}
