import CVectorKernels

/// Finds the rows with the greatest inner product, to a recall target instead of with a proof.
///
/// Each source is searched in the way that costs least (``SearchCosts``). Whatever the way, it ends
/// in the same place: bounds from int8 codes, then scores in Double, so what is returned has the
/// score and the order that ``ExactSearch`` would give it.
enum RecallSearch {
  /// What a search found, and how.
  struct Answer {
    /// Best first, as ``ExactSearch`` orders them.
    var rows: [RankedRow]
    /// How each source was searched.
    var reports: [SourceReport]
    /// Whether no source was searched in a way that may overlook rows.
    var isExact: Bool { reports.allSatisfy(\.way.isExact) }
  }

  /// Finds about the `count` best rows for one query.
  ///
  /// - Parameters:
  ///   - query: `[d]` Float32, finite, any length.
  ///   - sources: Rows to search; each has the dimension of the query.
  ///   - count: How many to return at most; as many are returned as match.
  ///   - minimum: Rows that score below are left out.
  ///   - target: Part of the exact answer that is in this one on average, within 0...1; nil and 1
  ///     ask for the exact answer.
  ///   - costs: By which the way is chosen; nil for those measured at the level of the kernels.
  ///   - trust: How far estimates are trusted; nil for what the target asks.
  static func search(
    query: [Float], in sources: [VectorRows], count: Int, minimum: Double = -.infinity,
    target: Double?, costs: SearchCosts? = nil, trust: SignTrust? = nil,
    kernels: VectorKernels = .current
  ) -> Answer {
    let costs = costs ?? SearchCosts(kernels.level)
    let total = ExactSearch.check(sources, dimension: query.count)
    var reports = sources.map { source in
      SourceReport(
        way: costs.best(of: source, count: count, target: target ?? 1).way,
        rowCount: source.count, admitted: source.admittedCount)
    }
    let wanted = min(count, total)
    guard wanted > 0 else { return Answer(rows: [], reports: reports) }
    let rows = unsafe query.withUnsafeBufferPointer { query in
      let scale = unsafe QueryScale(query.baseAddress!, dimension: query.count)
      var ranking = unsafe Ranking(
        query: query, scale: scale, sources: sources, count: wanted, minimum: minimum,
        kernels: kernels)
      if let target {
        for index in sources.indices where reports[index].way == .graph {
          unsafe walk(
            query, index, sources[index], count: wanted, target: target, costs: costs,
            kernels: kernels, report: &reports[index], ranking: &ranking)
        }
      }
      if reports.allSatisfy({ $0.way == .graph }) { return ranking.finish() }
      if let target, reports.contains(where: { $0.way == .graph }) {
        // What the graphs found is the threshold that scans of the other sources begin with.
        ranking.scoreNow()
        for index in sources.indices where reports[index].way != .graph {
          reports[index].way =
            costs.best(of: sources[index], count: count, target: target, isBounded: true).way
        }
      }
      let quantised = unsafe QuantisedQuery(query, scale: scale)
      let survivors = SurvivorBuffer(capacity: ExactSearch.blockLimit)
      unsafe quantised.withColumns { columns in
        for index in sources.indices where reports[index].way.isExact {
          reports[index].codeRows = reports[index].admitted
          if reports[index].way == .gather {
            unsafe ExactSearch.gather(
              sources[index], index, query: columns, kernels: kernels, survivors: survivors,
              into: &ranking)
            continue
          }
          let outlines = reports[index].way == .outlines ? sources[index].outlines : nil
          let outline = outlines.map { outlines in
            unsafe OutlineQuery(
              query, scale: scale, outlines: outlines, kernels: kernels)
          }
          let looked = unsafe ExactSearch.scan(
            sources[index], index, query: columns, outline: outline, count: wanted,
            kernels: kernels, survivors: survivors, into: &ranking)
          reports[index].codeRows = min(looked, reports[index].admitted)
        }
        guard let target, reports.contains(where: { $0.way == .signs }) else { return }
        let rotated = unsafe RotatedQuery(query, scale: scale, kernels: kernels)
        let trust = trust ?? SignTrust(recallTarget: target)
        var parts: [SignScan.Part] = []
        for (index, source) in sources.enumerated() where reports[index].way == .signs {
          guard let signs = source.signs else { continue }
          // Rows in memory have a centre in common.
          let last = parts.last.flatMap { unsafe $0.signs.centre == signs.centre ? $0.query : nil }
          parts.append(
            SignScan.Part(
              index: index, source: source, signs: signs,
              query: last ?? SignQuery(rotated, signs: signs, trust: trust)))
        }
        var scan = unsafe SignScan(
          parts, codeQuery: columns, count: wanted, floor: scale.lowered(minimum),
          kernels: kernels)
        let isDone = scan.run(survivors: survivors, ranking: &ranking)
        for part in scan.parts {
          let index = part.index
          reports[index].signRows = reports[index].admitted * (scan.isRepeated ? 2 : 1)
          reports[index].codeRows = part.refinedCount
          if isDone { continue }
          _ = unsafe ExactSearch.scan(
            part.source, index, query: columns, outline: nil, count: wanted, kernels: kernels,
            survivors: survivors, into: &ranking)
          reports[index].way = .scan
          reports[index].codeRows = reports[index].admitted
        }
      }
      return ranking.finish()
    }
    return Answer(rows: rows, reports: reports)
  }

  /// Walks the graph of one source. Where that does not end well, the report says how to search it
  /// instead, and nothing of the walk is kept.
  private static func walk(
    _ query: UnsafeBufferPointer<Float>, _ index: Int, _ source: VectorRows, count: Int,
    target: Double, costs: SearchCosts, kernels: VectorKernels, report: inout SourceReport,
    ranking: inout Ranking
  ) {
    var found: [UInt32] = []
    found.reserveCapacity(GraphSearch.candidateCount(count))
    var isFinished = false
    if let graph = source.graph, graph.count == source.count {
      let effort = graph.header.effort(target: target)
      let enough = effort.enough(count: count)
      // Where every row may be returned, walks end by themselves.
      let budget = max(
        report.admitted == source.count ? enough : 0,
        costs.budget(
          rowCount: source.count, admitted: report.admitted, dimension: source.dimension,
          count: count, hasSigns: source.signs != nil, hasOutlines: source.outlines != nil))
      let walked = unsafe GraphSearch.search(
        query, in: graph, live: source.live, count: count, margin: effort.margin,
        enough: enough, budget: budget, kernels: GraphKernels(kernels)
      ) { found.append($0) }
      report.codeRows = walked.scored
      isFinished = walked.isFinished && !graph.isLost
    }
    guard isFinished, found.count >= min(count, report.admitted) else {
      report.way = costs.way(
        rowCount: source.count, admitted: report.admitted, dimension: source.dimension,
        count: count, hasSigns: source.signs != nil, hasOutlines: source.outlines != nil)
      return
    }
    // Their scores are not known well enough to rule any out.
    for row in found {
      ranking.contenders.admit(source: index, row: row, lower: -.infinity, upper: .infinity)
    }
  }

  /// What a search of several queries found.
  struct BatchAnswer {
    /// One list for each query.
    var rows: [[RankedRow]]
    /// How each source was searched; rows looked at are counted for all queries together.
    var reports: [SourceReport]
    /// Whether no query was searched in a way that may overlook rows.
    var isExact: Bool { reports.allSatisfy(\.way.isExact) }
  }

  /// Answers several queries, `[queryCount][d]`; see ``search(query:in:count:minimum:target:costs:
  /// kernels:)``.
  ///
  /// Many queries share one pass of the exact search where that is the quickest: it then costs as
  /// little for each as a scan of one-bit codes.
  static func searchBatch(
    queries: [Float], queryCount: Int, in sources: [VectorRows], count: Int, target: Double?,
    costs: SearchCosts? = nil, kernels: VectorKernels = .current
  ) -> BatchAnswer {
    let dimension = queryCount > 0 ? queries.count / queryCount : 0
    let costs = costs ?? SearchCosts(kernels.level)
    if costs.sharePass(queryCount, in: sources, count: count, target: target ?? 1) {
      let rows = ExactSearch.searchBatch(
        queries: queries, queryCount: queryCount, in: sources, count: count, kernels: kernels)
      let reports = sources.map { source in
        let admitted = source.admittedCount
        return SourceReport(
          way: .scan, rowCount: source.count, admitted: admitted, codeRows: admitted * queryCount)
      }
      return BatchAnswer(rows: rows, reports: reports)
    }
    var batch = BatchAnswer(rows: [], reports: [])
    for query in 0..<queryCount {
      let answer = search(
        query: Array(queries[query * dimension..<(query + 1) * dimension]), in: sources,
        count: count, target: target, costs: costs, kernels: kernels)
      batch.rows.append(answer.rows)
      if query == 0 {
        batch.reports = answer.reports
        continue
      }
      for index in batch.reports.indices { batch.reports[index].add(answer.reports[index]) }
    }
    return batch
  }
}
