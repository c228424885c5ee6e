import Platform

extension Collection {
  /// Finds the entries that say most of the query's words, by BM25F over title, keywords and
  /// content: exactly the best of all that match.
  ///
  /// Words count by how rare they are among all entries, whatever the filter: of those that stand
  /// in the files and in memory, deleted ones that were not yet merged away included.
  ///
  /// - Returns: At most `count` hits, best first, with their contents.
  /// - Throws: ``StoreError`` where the filter, the count or a weight is refused, or a file is
  ///   damaged.
  /// - Complexity: O(entries that have a word of the query), mostly a small part of that; for three
  ///   words among 200,000 texts 0.3 ms, for one query of a hundred 1.5. The first search after
  ///   opening indexes what has no index: rows in memory, and files of earlier programs, at 5 µs an
  ///   entry.
  public func searchText(_ request: TextRequest) throws(StoreError) -> TextResult {
    var hits: [TextHit] = []
    let found = try searchText(request, isStopped: { false }) { hit in
      hits.append(hit)
      return true
    }
    guard var result = found else { preconditionFailure("nobody gave up") }
    result.hits = hits
    return result
  }

  /// The same for a caller who takes the hits one by one, so that no more than one is held, and
  /// may give up.
  ///
  /// - Parameters:
  ///   - isStopped: Whether the caller gives up; asked now and then, and once true it must stay so.
  ///   - body: Takes a hit, best first; whether another is wanted.
  /// - Returns: All but the hits; nil where the caller gave up.
  public func searchText(
    _ request: TextRequest, isStopped: () -> Bool, _ body: (TextHit) -> Bool
  ) throws(StoreError) -> TextResult? {
    try request.check()
    let isComplete = !isIncomplete
    return try reading { (snapshot) throws(StoreError) -> TextResult? in
      let field = try SearchField(
        snapshot, filter: request.filter, keepsAll: true, isStopped: isStopped)
      if isStopped() { return nil }
      let search = try field.textSearch(request.query, request.weights)
      var matcher = TextMatcher(request.query)
      // The ten best say whether there is an answer, however few are wanted.
      let found = try search.best(max(request.count, Self.judgedCount), isStopped: isStopped) {
        (source, row) throws(StoreError) in
        if isStopped() { return false }
        let record = try field.sources[source].decodedRecord(at: row)
        return matcher.hasPhrases(record, isStopped: isStopped)
      }
      if isStopped() { return nil }
      let relevances = try search.relevances(of: found)
      let threshold = Relevance.threshold(
        falseAnswerRate: request.falseAnswerRate, hasVector: false)
      for (text, (coverage, relevance)) in zip(found, relevances).prefix(request.count) {
        if isStopped() { return nil }
        let hit = try field.hit(
          RankedRow(source: text.source, row: text.row, score: text.score))
        let places = matcher.highlights(in: hit.record, isStopped: isStopped)
        if isStopped() { return nil }
        let isEnough = !body(
          TextHit(
            hit: hit, highlights: places, coverage: coverage, relevance: relevance.probability))
        if isEnough { break }
      }
      return TextResult(
        hits: [], matchCount: field.matchCount, ceiling: search.ceiling, isComplete: isComplete,
        relevanceThreshold: threshold,
        isNothingRelevant: !relevances.prefix(Self.judgedCount).contains {
          $0.relevance.probability >= threshold
        })
    }
  }

  /// Hits that say whether anything is relevant.
  private static let judgedCount = 10
}

extension TextSearch {
  /// What part of the query's words each row has, and how likely it is to be an answer.
  fileprivate func relevances(
    of found: [FoundText]
  ) throws(StoreError) -> [(coverage: Double, relevance: Relevance)] {
    let order = found.indices.sorted {
      (found[$0].source, found[$0].row) < (found[$1].source, found[$1].row)
    }
    let shares = try shares(of: order.map { (found[$0].source, found[$0].row) })
    var relevances = Array(repeating: (coverage: 0.0, relevance: Relevance()), count: found.count)
    for (share, place) in zip(shares, order) {
      let evidence = RelevanceEvidence(query: totals, words: share)
      relevances[place] = (evidence.coverage, Relevance(evidence))
    }
    return relevances
  }
}

extension SearchField {
  /// The search of a query over all sources.
  func textSearch(_ query: TextQuery, _ weights: TextWeights) throws(StoreError) -> TextSearch {
    var fields: [TextSearch.Field] = []
    for (number, source) in sources.enumerated() {
      for run in try source.textIndexes(rowCount: rowCounts[number]) {
        fields.append(
          TextSearch.Field(
            source: number, index: run.index, firstRow: run.firstRow,
            admitted: admitted[number], columns: source.columns, rowCount: rowCounts[number]))
      }
    }
    return TextSearch(query, in: fields, weights: weights)
  }
}
