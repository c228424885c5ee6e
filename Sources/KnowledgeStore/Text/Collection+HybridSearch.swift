import Platform

extension Collection {
  /// Finds entries by words and by meaning in one state of the collection, and fuses the two lists.
  ///
  /// The score of an entry depends on neither the count (up to ``HybridRequest/candidateCount``)
  /// nor on what else is found beyond the places of the two lists; its relevance not even on those,
  /// nor on the filter.
  ///
  /// - Throws: ``StoreError`` where a part of the request is refused, or a file is damaged.
  /// - Complexity: that of ``search(_:)`` and ``searchText(_:)`` with 200 hits, without contents,
  ///   one cosine or BM25F more for each of those, and 256 cosines.
  public func searchHybrid(_ request: HybridRequest) throws(StoreError) -> HybridResult {
    var hits: [HybridHit] = []
    let found = try searchHybrid(request, isStopped: { false }) { hit in
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
  public func searchHybrid(
    _ request: HybridRequest, isStopped: () -> Bool, _ body: (HybridHit) -> Bool
  ) throws(StoreError) -> HybridResult? {
    try request.text.check()
    if case .scores(let weight) = request.fusion, !(0...1).contains(weight) {
      throw .invalidWeight(weight)
    }
    let query = try prepared(request.vector, request.text.count, request.text.filter)
    try Self.check(request.recallTarget)
    let isComplete = !isIncomplete
    return try reading { (snapshot) throws(StoreError) -> HybridResult? in
      let field = try SearchField(
        snapshot, filter: request.text.filter, keepsAll: true, isStopped: isStopped)
      if isStopped() { return nil }
      let wanted = max(request.text.count, HybridRequest.candidateCount)
      let near = field.withRows { rows in
        field.chunks.search(count: wanted) { count in
          RecallSearch.search(
            query: query, in: rows, count: count, minimum: -.infinity,
            target: request.recallTarget)
        }
      }
      if isStopped() { return nil }
      let words = try field.textSearch(request.text.query, request.text.weights)
      var matcher = TextMatcher(request.text.query)
      let found = try words.best(wanted, isStopped: isStopped) {
        (source, row) throws(StoreError) in
        if isStopped() { return false }
        let record = try field.sources[source].decodedRecord(at: row)
        return matcher.hasPhrases(record, isStopped: isStopped)
      }
      if isStopped() { return nil }
      let vector = QueryVector(query)
      let background = QueryBackground(vector, field.sources, field.rowCounts)
      var candidates = try field.candidates(near.rows, found, vector, background)
      try words.addShares(to: &candidates)
      for index in candidates.indices { candidates[index].fuse(request.fusion, background.mean) }
      candidates.sort { $0.order != $1.order ? $0.order > $1.order : $0.id < $1.id }
      let threshold = Relevance.threshold(
        falseAnswerRate: request.text.falseAnswerRate, hasVector: true)
      for candidate in candidates.prefix(request.text.count) {
        if isStopped() { return nil }
        let hit = try field.hit(
          RankedRow(source: candidate.source, row: candidate.nearest, score: candidate.score))
        let places = matcher.highlights(in: hit.record, isStopped: isStopped)
        if isStopped() { return nil }
        if !body(candidate.hit(hit, highlights: places)) { break }
      }
      return HybridResult(
        hits: [], matchCount: field.matchCount, isExact: isComplete && near.isExact,
        recall: near.isExact ? 1 : request.recallTarget ?? 1, isComplete: isComplete,
        relevanceThreshold: threshold,
        isNothingRelevant: !candidates.contains {
          $0.isJudged && $0.relevance.probability >= threshold
        })
    }
  }
}

/// An entry that one of the two lists has.
struct HybridCandidate {
  /// Added to ranks, so that the first few do not count for all.
  private static let rankOffset = 60.0

  let source: Int
  /// Its first row, which has the words.
  let first: Int
  let id: UUID
  /// Its row that is nearest to the vector, and the cosine of that.
  var nearest: Int
  var cosine: Double
  var vectorRank: Int?
  var textRank: Int?
  var textScore: Double?
  private(set) var evidence = RelevanceEvidence()
  private(set) var vectorShare = 0.0
  private(set) var relevance = Relevance()
  /// What is shown, and what decides; greater is better.
  private(set) var score = 0.0
  private(set) var order = 0.0

  init(
    source: Int, first: Int, id: UUID, nearest: Int, cosine: Double,
    others: (mean: Double, deviation: Double)
  ) {
    self.source = source
    self.first = first
    self.id = id
    self.nearest = nearest
    self.cosine = cosine
    evidence.vector = (cosine, others.mean, others.deviation)
  }

  /// Whether it would be a candidate however few hits were asked for.
  var isJudged: Bool {
    [textRank, vectorRank].contains { ($0 ?? .max) <= HybridRequest.candidateCount }
  }

  /// Takes what the entry has of the query's words.
  mutating func take(_ share: WordShare, of search: TextSearch) {
    evidence.query = search.totals
    evidence.words = share
    textScore = textScore ?? share.score
  }

  /// Makes one score of the parts.
  ///
  /// - Parameter mean: The cosine that says nothing.
  mutating func fuse(_ fusion: HybridRequest.Fusion, _ mean: Double) {
    vectorShare = mean < 1 ? min(1, max(0, (cosine - mean) / (1 - mean))) : 0
    relevance = Relevance(evidence)
    switch fusion {
    case .relevance: score = relevance.probability
    case .ranks:
      score = [textRank, vectorRank].reduce(0) { sum, rank in
        sum + (rank.map { 1 / (Self.rankOffset + Double($0)) } ?? 0)
      }
    case .scores(let weight): score = weight * evidence.share + (1 - weight) * vectorShare
    }
    // Probabilities close to 1 are all alike.
    order = fusion == .relevance ? relevance.logit : score
  }

  func hit(_ hit: Hit, highlights: [TextHighlight]) -> HybridHit {
    HybridHit(
      hit: hit, textScore: textScore ?? 0, textShare: evidence.share, textRank: textRank,
      cosine: cosine, vectorShare: vectorShare, vectorRank: vectorRank,
      textCoverage: evidence.coverage, relevance: relevance.probability, highlights: highlights,
      evidence: evidence)
  }
}

extension SearchField {
  /// The entries of both lists, each once, with its cosine.
  fileprivate func candidates(
    _ near: [RankedRow], _ found: [FoundText], _ query: QueryVector,
    _ background: QueryBackground
  ) throws(StoreError) -> [HybridCandidate] {
    struct Place: Hashable {
      var source: Int
      var first: Int
    }
    var candidates: [HybridCandidate] = []
    var places: [Place: Int] = [:]
    for (rank, row) in near.enumerated() {
      let source = sources[row.source]
      let rows = try source.entryRows(of: row.row)
      let first = rows.lowerBound
      places[Place(source: row.source, first: first)] = candidates.count
      var candidate = HybridCandidate(
        source: row.source, first: first, id: source.columns.id(first), nearest: row.row,
        cosine: row.score, others: background.others(row.source, rows))
      candidate.vectorRank = rank + 1
      candidates.append(candidate)
    }
    for (rank, text) in found.enumerated() {
      let place = Place(source: text.source, first: text.row)
      if places[place] == nil {
        places[place] = candidates.count
        let source = sources[text.source]
        let rows = try source.entryRows(of: text.row)
        let cosines = query.cosines(of: rows.map { UInt32($0) }, in: source.columns)
        let best = cosines.indices.max { cosines[$0] < cosines[$1] } ?? 0
        candidates.append(
          HybridCandidate(
            source: text.source, first: text.row, id: text.id, nearest: text.row + best,
            cosine: cosines[best], others: background.others(text.source, rows)))
      }
      candidates[places[place]!].textRank = rank + 1
      candidates[places[place]!].textScore = text.score
    }
    return candidates
  }
}

extension TextSearch {
  /// Says what each candidate has of the query's words.
  fileprivate func addShares(to candidates: inout [HybridCandidate]) throws(StoreError) {
    let order = candidates.indices.sorted {
      (candidates[$0].source, candidates[$0].first)
        < (candidates[$1].source, candidates[$1].first)
    }
    let shares = try shares(of: order.map { (candidates[$0].source, candidates[$0].first) })
    for (share, index) in zip(shares, order) { candidates[index].take(share, of: self) }
  }
}
