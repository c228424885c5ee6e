import Platform

extension Collection {
  /// Finds entries by words and by meaning in one state of the collection, and fuses the two lists.
  ///
  /// The score of an entry depends on neither the count (up to ``HybridRequest/candidateCount``)
  /// nor on what else is found beyond the places of the two lists.
  ///
  /// - Throws: ``StoreError`` where a part of the request is refused, or a file is damaged.
  /// - Complexity: that of ``search(_:)`` and ``searchText(_:)`` with 200 hits, without contents,
  ///   and one more cosine or BM25F for what only one of them found.
  public func searchHybrid(_ request: HybridRequest) throws(StoreError) -> HybridResult {
    try request.text.check()
    if case .scores(let weight) = request.fusion, !(0...1).contains(weight) {
      throw .invalidWeight(weight)
    }
    let query = try prepared(request.vector, request.text.count, request.text.filter)
    try Self.check(request.recallTarget)
    let isComplete = !isIncomplete
    return try reading { (snapshot) throws(StoreError) -> HybridResult in
      let field = try SearchField(snapshot, filter: request.text.filter, keepsAll: true)
      let wanted = max(request.text.count, HybridRequest.candidateCount)
      let near = field.withRows { rows in
        field.chunks.search(count: wanted) { count in
          RecallSearch.search(
            query: query, in: rows, count: count, minimum: -.infinity,
            target: request.recallTarget)
        }
      }
      let words = try field.textSearch(request.text.query, request.text.weights)
      var matcher = TextMatcher(request.text.query)
      let found = try words.best(wanted) { (source, row) throws(StoreError) in
        matcher.hasPhrases(try field.sources[source].decodedRecord(at: row))
      }
      var candidates = try field.candidates(near.rows, found, query)
      try words.addScores(to: &candidates)
      let mean = field.meanCosine(query)
      for index in candidates.indices {
        candidates[index].fuse(request.fusion, ceiling: words.ceiling, mean: mean)
      }
      candidates.sort { $0.fused != $1.fused ? $0.fused > $1.fused : $0.id < $1.id }
      var hits: [HybridHit] = []
      for candidate in candidates.prefix(request.text.count) {
        let hit = try field.hit(
          RankedRow(source: candidate.source, row: candidate.nearest, score: candidate.fused))
        hits.append(
          candidate.hit(hit, highlights: matcher.highlights(in: hit.record)))
      }
      return HybridResult(
        hits: hits, matchCount: field.matchCount, isExact: isComplete && near.isExact,
        recall: near.isExact ? 1 : request.recallTarget ?? 1, isComplete: isComplete)
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
  private(set) var textShare = 0.0
  private(set) var vectorShare = 0.0
  private(set) var fused = 0.0

  init(source: Int, first: Int, id: UUID, nearest: Int, cosine: Double) {
    self.source = source
    self.first = first
    self.id = id
    self.nearest = nearest
    self.cosine = cosine
  }

  /// Makes one score of the parts.
  ///
  /// - Parameters:
  ///   - ceiling: The greatest score by words that any entry could have.
  ///   - mean: The cosine that says nothing.
  mutating func fuse(_ fusion: HybridRequest.Fusion, ceiling: Double, mean: Double) {
    textShare = ceiling > 0 ? (textScore ?? 0) / ceiling : 0
    vectorShare = mean < 1 ? min(1, max(0, (cosine - mean) / (1 - mean))) : 0
    switch fusion {
    case .ranks:
      fused = [textRank, vectorRank].reduce(0) { sum, rank in
        sum + (rank.map { 1 / (Self.rankOffset + Double($0)) } ?? 0)
      }
    case .scores(let weight): fused = weight * textShare + (1 - weight) * vectorShare
    }
  }

  func hit(_ hit: Hit, highlights: [TextHighlight]) -> HybridHit {
    HybridHit(
      hit: hit, textScore: textScore ?? 0, textShare: textShare, textRank: textRank,
      cosine: cosine, vectorShare: vectorShare, vectorRank: vectorRank, highlights: highlights)
  }
}

extension SearchField {
  /// Rows that ``meanCosine(_:)`` looks at.
  private static let sampleCount = 256

  /// The entries of both lists, each once, with its cosine.
  fileprivate func candidates(
    _ near: [RankedRow], _ found: [FoundText], _ query: [Float]
  ) throws(StoreError) -> [HybridCandidate] {
    struct Place: Hashable {
      var source: Int
      var first: Int
    }
    var candidates: [HybridCandidate] = []
    var places: [Place: Int] = [:]
    for (rank, row) in near.enumerated() {
      let source = sources[row.source]
      let first = try source.entryRows(of: row.row).lowerBound
      places[Place(source: row.source, first: first)] = candidates.count
      var candidate = HybridCandidate(
        source: row.source, first: first, id: source.columns.id(first), nearest: row.row,
        cosine: row.score)
      candidate.vectorRank = rank + 1
      candidates.append(candidate)
    }
    for (rank, text) in found.enumerated() {
      let place = Place(source: text.source, first: text.row)
      if places[place] == nil {
        places[place] = candidates.count
        var best = (row: text.row, cosine: -Double.infinity)
        for row in try sources[text.source].entryRows(of: text.row) {
          let cosine = cosine(query, text.source, row)
          if cosine > best.cosine { best = (row, cosine) }
        }
        candidates.append(
          HybridCandidate(
            source: text.source, first: text.row, id: text.id, nearest: best.row,
            cosine: best.cosine))
      }
      candidates[places[place]!].textRank = rank + 1
      candidates[places[place]!].textScore = text.score
    }
    return candidates
  }

  private func cosine(_ query: [Float], _ source: Int, _ row: Int) -> Double {
    let columns = sources[source].columns
    let stride = VectorLayout.floatStride(columns.dimension)
    var sum = 0.0
    for component in query.indices {
      sum += Double(query[component]) * Double(columns.vectors[row * stride + component])
    }
    return sum
  }

  /// The cosine of the query and rows on average, of some that stand evenly among all.
  fileprivate func meanCosine(_ query: [Float]) -> Double {
    let total = rowCounts.reduce(0, +)
    guard total > 0 else { return 0 }
    var sum = 0.0
    var count = 0
    var next = 0
    var first = 0
    let step = max(1, total / Self.sampleCount)
    for source in sources.indices {
      while next < first + rowCounts[source] {
        sum += cosine(query, source, next - first)
        count += 1
        next += step
      }
      first += rowCounts[source]
    }
    return count > 0 ? sum / Double(count) : 0
  }
}

extension TextSearch {
  /// Scores the candidates that were not found by words.
  fileprivate func addScores(to candidates: inout [HybridCandidate]) throws(StoreError) {
    let missing = candidates.indices.filter { candidates[$0].textScore == nil }
      .sorted {
        (candidates[$0].source, candidates[$0].first) < (
          candidates[$1].source, candidates[$1].first
        )
      }
    let scores = try scores(of: missing.map { (candidates[$0].source, candidates[$0].first) })
    for (place, index) in missing.enumerated() { candidates[index].textScore = scores[place] }
  }
}
