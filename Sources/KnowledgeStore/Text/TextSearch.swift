import Platform

/// Finds the best entries of an index for a query.
///
/// One row after the other, over all postings of the query's words at once. Words whose rows could
/// not reach the answer by themselves are only looked up for rows that others lead to, and blocks
/// of rows that cannot reach it are not read: the greatest S of each stands beside it.
///
/// - Source: Turtle and Flood 1995 (MaxScore); Ding and Suel 2011 (block maxima). Equal scores go
///   by id, so what may be equal is looked at, too.
struct TextSearch {
  /// Rows that may be found: those whose bit is set.
  struct Field {
    let source: Int
    let index: TextIndex
    /// The row of the source that is row 0 of the index.
    let firstRow: Int
    let admitted: Bitmap?
    let columns: RowColumns
    /// Rows of the source that exist for this search.
    let rowCount: Int
  }

  let query: TextQuery
  let weights: TextWeights
  let statistics: TextStatistics
  /// Terms by field and clause, and what each clause is worth.
  private let terms: [[[Int]]]
  private let worths: [Double]
  /// By clause: whether it has a digit.
  private let isCode: [Bool]
  /// What all words of the query are worth.
  let totals: QueryWords
  private let scoring: TextScoring
  private let table: [Double]
  private let fields: [Field]

  init(_ query: TextQuery, in fields: [Field], weights: TextWeights) {
    self.query = query
    self.weights = weights
    self.fields = fields
    var statistics = TextStatistics()
    var matching = [Int](repeating: 0, count: query.clauses.count)
    var terms: [[[Int]]] = []
    for field in fields {
      statistics.add(field.index.statistics)
      var ofField: [[Int]] = []
      for (number, clause) in query.clauses.enumerated() {
        let found = clause.word.terms(in: field.index, query.language)
        for term in found { matching[number] += field.index.entryCount(term) }
        ofField.append(found)
      }
      terms.append(ofField)
    }
    self.terms = terms
    self.statistics = statistics
    scoring = TextScoring(statistics, weights)
    table = scoring.table()
    worths = query.clauses.indices.map { number in
      Double(query.clauses[number].count)
        * TextScoring.rarity(entryCount: statistics.entryCount, matching: matching[number])
    }
    isCode = query.clauses.map { clause in
      clause.word.folded.contains { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }
    totals = QueryWords(
      ceiling: worths.reduce(0, +),
      codes: zip(worths, isCode).reduce(0) { $0 + ($1.1 ? $1.0 : 0) },
      unknown: zip(worths, matching).reduce(0) { $0 + ($1.1 == 0 ? $1.0 : 0) },
      wordCount: worths.count, entryCount: statistics.entryCount)
  }

  /// The greatest score that an entry could have.
  var ceiling: Double { totals.ceiling }

  /// The best rows, best first.
  ///
  /// - Parameters:
  ///   - isStopped: Whether the caller gives up; what is returned then is of no use.
  ///   - hasPhrases: Whether a row has the phrases of the query; not asked where it has none.
  func best(
    _ count: Int, isStopped: () -> Bool = { false },
    hasPhrases: (_ source: Int, _ row: Int) throws(StoreError) -> Bool
  ) throws(StoreError) -> [FoundText] {
    var best = BestTexts(count: count)
    let hasNoPhrase = query.phrases.isEmpty
    for (number, field) in fields.enumerated() where !isStopped() {
      let source = field.source
      var part = try TextPartSearch(
        field, terms[number], worths, scoring, table,
        growth: TextScoring.growth(
          from: field.index.statistics, to: statistics, weights: weights))
      part.required = query.phraseClauses
      try part.run(&best, isStopped: isStopped) { (row) throws(StoreError) in
        if hasNoPhrase { return true }
        return try hasPhrases(source, row)
      }
    }
    return best.sorted()
  }

  /// What rows have of the query's words.
  func shares(of rows: [(source: Int, row: Int)]) throws(StoreError) -> [WordShare] {
    var shares = [WordShare](repeating: WordShare(), count: rows.count)
    for (number, field) in fields.enumerated() {
      var wanted: [(document: Int, place: Int)] = []
      for (place, row) in rows.enumerated() where row.source == field.source {
        let own = row.row - field.firstRow
        guard 0..<field.index.rowCount ~= own,
          let document = field.index.document(ofRow: own)
        else { continue }
        wanted.append((document, place))
      }
      if wanted.isEmpty { continue }
      wanted.sort { $0.document < $1.document }
      var part = try TextPartSearch(
        field, terms[number], worths, scoring, table, growth: 1)
      for (document, place) in wanted {
        shares[place] = try part.share(of: document, isCode)
      }
    }
    return shares
  }
}

/// What one entry has of a query's words.
struct WordShare {
  /// BM25F; 0 where it has none.
  var score = 0.0
  /// The worth of the words that it has, at most ``QueryWords/ceiling``.
  var covered = 0.0
  /// The same of words with a digit, at most ``QueryWords/codes``.
  var coveredCodes = 0.0
}

/// One row that a text search found.
struct FoundText: Equatable {
  /// Index of the source among those searched.
  var source: Int
  /// Row in that source.
  var row: Int
  /// BM25F; greater is better.
  var score: Double
  /// Of the entry: it decides among equal scores.
  var id: UUID
}

/// The best rows so far, the worst of them first in a heap.
struct BestTexts {
  private var heap: [FoundText] = []
  private let count: Int

  init(count: Int) {
    self.count = count
    heap.reserveCapacity(min(count, 1024))
  }

  /// What a row must reach to be among them; equal ones go by id.
  var threshold: Double { heap.count < count ? -1 : heap[0].score }

  private static func isWorse(_ left: FoundText, _ right: FoundText) -> Bool {
    left.score != right.score ? left.score < right.score : right.id < left.id
  }

  mutating func offer(_ row: FoundText) {
    if heap.count < count {
      heap.append(row)
      var child = heap.count - 1
      while child > 0, Self.isWorse(heap[child], heap[(child - 1) / 2]) {
        heap.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
      return
    }
    guard Self.isWorse(heap[0], row) else { return }
    heap[0] = row
    var parent = 0
    while true {
      var worst = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if Self.isWorse(heap[child], heap[worst]) { worst = child }
      }
      if worst == parent { return }
      heap.swapAt(parent, worst)
      parent = worst
    }
  }

  /// Best first.
  func sorted() -> [FoundText] { heap.sorted { Self.isWorse($1, $0) } }
}
