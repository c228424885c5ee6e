import Platform

extension Collection {
  /// Finds the entries nearest to the query: provably all of them where the collection is complete,
  /// or, with ``SearchRequest/recallTarget``, that part of them on average.
  ///
  /// - Returns: `min(count, matching entries)` hits, best first, with their contents.
  /// - Throws: ``StoreError`` where the query, the filter or the target is refused.
  /// - Complexity: O(rows) for the filter, then O(admitted rows · dimension); with a recall target
  ///   a seventh of that or less.
  public func search(_ request: SearchRequest) throws(StoreError) -> SearchResult {
    try ranked(request) { (field, rows, scope) throws(StoreError) in
      SearchResult(hits: try field.hits(rows), scope: scope)
    }
  }

  private func ranked<Result>(
    _ request: SearchRequest,
    _ body: (SearchField, [RankedRow], SearchScope) throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    let query = try prepared(request.vector, request.count, request.filter)
    try Self.check(request.recallTarget)
    let isComplete = !isIncomplete
    return try reading { (snapshot) throws(StoreError) -> Result in
      let field = try SearchField(snapshot, filter: request.filter)
      let found = field.withRows { rows in
        field.chunks.search(count: request.count) { count in
          RecallSearch.search(
            query: query, in: rows, count: count,
            minimum: request.minimumScore.map(Double.init) ?? -.infinity,
            target: request.recallTarget)
        }
      }
      let scope = SearchScope(
        matchCount: field.matchCount, isExact: isComplete && found.isExact,
        recall: found.isExact ? 1 : request.recallTarget ?? 1, isComplete: isComplete,
        explanation: field.explanation(of: found.reports))
      return try body(field, found.rows, scope)
    }
  }

  /// Finds the entries that ``search(_:)`` finds, without reading what they hold: a fifth less
  /// work where only ids and scores are wanted.
  ///
  /// - Returns: As ``search(_:)``, with ids for hits.
  /// - Throws: As ``search(_:)``.
  public func searchIDs(_ request: SearchRequest) throws(StoreError) -> IDSearchResult {
    try ranked(request) { (field, rows, scope) throws(StoreError) in
      IDSearchResult(hits: rows.map(field.idHit), scope: scope)
    }
  }

  /// Answers several queries in one pass over the rows.
  ///
  /// - Parameters:
  ///   - queries: `[queryCount][dimension]`, row-major, each of any length but zero.
  ///   - queryCount: How many queries there are.
  ///   - count: How many entries to return at most for each.
  ///   - filter: Which entries take part; nil for all.
  ///   - recallTarget: As ``SearchRequest/recallTarget``; many queries together are searched
  ///     exactly where that is as quick.
  /// - Returns: One result for each query, in their order, as ``search(_:)`` would give it.
  public func searchBatch(
    _ queries: [Float], queryCount: Int, count: Int, filter: Filter? = nil,
    recallTarget: Double? = nil
  ) throws(StoreError) -> [SearchResult] {
    var hits = [[Hit]](repeating: [], count: max(0, queryCount))
    let scope = try search(
      queries, queryCount: queryCount, count: count, filter: filter, recallTarget: recallTarget
    ) { query, hit in
      hits[query].append(hit)
      return true
    }
    guard let scope else { return [] }
    return hits.map { hits in
      SearchResult(hits: hits, scope: scope)
    }
  }

  /// Answers several queries as ``searchBatch(_:queryCount:count:filter:recallTarget:)`` does, but
  /// hands over the hits one by one, so that only one is in memory with its contents at a time.
  ///
  /// - Parameters:
  ///   - isStopped: Whether the caller gives up; asked now and then, and once true it must stay so.
  ///   - body: Takes the number of the query and its next hit, best first, one query after the
  ///     other; returns whether to go on.
  /// - Returns: Over what was searched; nil where the caller gave up, or `body` ended it.
  public func search(
    _ queries: [Float], queryCount: Int, count: Int, filter: Filter? = nil,
    recallTarget: Double? = nil, isStopped: () -> Bool = { false },
    visiting body: (_ query: Int, _ hit: Hit) -> Bool
  ) throws(StoreError) -> SearchScope? {
    try ranked(queries, queryCount, count, filter, recallTarget, isStopped) {
      (query, field, row) throws(StoreError) in body(query, try field.hit(row))
    }
  }

  /// As ``search(_:queryCount:count:filter:recallTarget:isStopped:visiting:)``, with ids for hits.
  public func searchIDs(
    _ queries: [Float], queryCount: Int, count: Int, filter: Filter? = nil,
    recallTarget: Double? = nil, isStopped: () -> Bool = { false },
    visiting body: (_ query: Int, _ hit: IDHit) -> Bool
  ) throws(StoreError) -> SearchScope? {
    try ranked(queries, queryCount, count, filter, recallTarget, isStopped) {
      query, field, row in body(query, field.idHit(row))
    }
  }

  private func ranked(
    _ queries: [Float], _ queryCount: Int, _ count: Int, _ filter: Filter?,
    _ recallTarget: Double?, _ isStopped: () -> Bool,
    _ body: (_ query: Int, SearchField, RankedRow) throws(StoreError) -> Bool
  ) throws(StoreError) -> SearchScope? {
    guard queryCount > 0 else { return nil }
    guard queries.count == queryCount * configuration.dimension else {
      throw .dimensionMismatch(
        entry: nil, expected: configuration.dimension, actual: queries.count / queryCount)
    }
    var unit: [Float] = []
    if queryCount == 1 {
      unit = try prepared(queries, count, filter)
    } else {
      unit.reserveCapacity(queries.count)
      for query in 0..<queryCount {
        let start = query * configuration.dimension
        unit += try prepared(
          Array(queries[start..<start + configuration.dimension]), count, filter)
      }
    }
    try Self.check(recallTarget)
    let isComplete = !isIncomplete
    return try reading { (snapshot) throws(StoreError) -> SearchScope? in
      let field = try SearchField(snapshot, filter: filter, isStopped: isStopped)
      if isStopped() { return nil }
      let found = field.withRows { rows in
        field.chunks.searchBatch(count: count) { count in
          RecallSearch.searchBatch(
            queries: unit, queryCount: queryCount, in: rows, count: count, target: recallTarget)
        } alone: { query, count in
          let dimension = configuration.dimension
          return RecallSearch.search(
            query: Array(unit[query * dimension..<(query + 1) * dimension]), in: rows,
            count: count, target: recallTarget)
        }
      }
      for (query, ranked) in found.rows.enumerated() {
        for row in ranked {
          guard !isStopped(), try body(query, field, row) else { return nil }
        }
      }
      return SearchScope(
        matchCount: field.matchCount, isExact: isComplete && found.isExact,
        recall: found.isExact ? 1 : recallTarget ?? 1, isComplete: isComplete,
        explanation: field.explanation(of: found.reports))
    }
  }

  /// Opens every file now and waits until large segments have their graphs: the next search is as
  /// quick as any after it. Without this the first search opens the files, and searches scan while
  /// graphs are built in the background.
  ///
  /// - Throws: ``StoreError`` where a file is damaged, or the collection is closed.
  /// - Complexity: a graph takes about 0.3 ms of processor time a row, once; it is kept on disk.
  public func warm() throws(StoreError) {
    try reading { (snapshot) throws(StoreError) in _ = try snapshot.sources() }
    core.graphs.wait(for: self)
  }

  /// How many entries pass the filter.
  public func count(matching filter: Filter?) throws(StoreError) -> Int {
    try filter?.check()
    return try reading { (snapshot) throws(StoreError) -> Int in
      try SearchField(snapshot, filter: filter).matchCount
    }
  }

  static func check(_ recallTarget: Double?) throws(StoreError) {
    guard let recallTarget, !(0...1).contains(recallTarget) else { return }
    throw .invalidRecallTarget(recallTarget)
  }

  /// Checks a request and brings its query to unit length.
  func prepared(
    _ vector: [Float], _ count: Int, _ filter: Filter?
  ) throws(StoreError) -> [Float] {
    guard (1...Limits.resultCount).contains(count) else {
      throw .requestOutOfRange(
        what: "the number of results", value: count, limit: Limits.resultCount)
    }
    try filter?.check()
    let scale = try Self.checkedScale(
      of: vector[...], dimension: configuration.dimension, entry: nil)
    return scale == 1 ? vector : vector.map { Float(Double($0) * scale) }
  }
}
