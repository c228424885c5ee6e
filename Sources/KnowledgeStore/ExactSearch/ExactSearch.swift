/// Finds the rows with the greatest inner product, provably all of them.
///
/// Scores are sums of exact Double products of the Float32 components; equal scores stand by
/// entry id as raw bytes, then by chunk number.
enum ExactSearch {
  /// Finds the `count` best rows for one query.
  ///
  /// - Parameters:
  ///   - query: `[d]` Float32, finite, any length.
  ///   - sources: Rows to search; each has the dimension of the query.
  ///   - count: How many to return at most.
  ///   - minimum: Rows that score below are left out.
  /// - Returns: At most `count` rows, best first.
  static func search(
    query: [Float], in sources: [VectorRows], count: Int, minimum: Double = -.infinity
  ) -> [RankedRow] {
    guard count > 0 else { return [] }
    var found: [RankedRow] = []
    for (index, source) in sources.enumerated() {
      precondition(source.dimension == query.count, "query and rows differ in dimension")
      let stride = VectorLayout.floatStride(source.dimension)
      for row in 0..<source.count where source.admits(row) {
        var score = 0.0
        for component in 0..<query.count {
          score +=
            unsafe Double(source.vectors[row * stride + component])
            * Double(query[component])
        }
        if score >= minimum { found.append(RankedRow(source: index, row: row, score: score)) }
      }
    }
    found.sort { a, b in
      if a.score != b.score { return a.score > b.score }
      return sources[a.source].precedes(a.row, sources[b.source], b.row)
    }
    return Array(found.prefix(count))
  }

  /// Finds the `count` best rows for each of several queries in one pass over the rows.
  ///
  /// - Parameters:
  ///   - queries: `[queryCount][d]` Float32, row-major, finite.
  ///   - queryCount: How many queries there are.
  ///   - sources: Rows to search; each has the dimension of the queries.
  ///   - count: How many to return at most for each query.
  /// - Returns: One list per query, each best first.
  static func searchBatch(
    queries: [Float], queryCount: Int, in sources: [VectorRows], count: Int
  ) -> [[RankedRow]] {
    guard queryCount > 0 else { return [] }
    let dimension = queries.count / queryCount
    precondition(dimension * queryCount == queries.count, "queries must be whole rows")
    return (0..<queryCount).map { query in
      search(
        query: Array(queries[query * dimension..<(query + 1) * dimension]), in: sources,
        count: count)
    }
  }
}
