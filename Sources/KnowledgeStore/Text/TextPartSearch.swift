import Platform

/// A query's way through one index.
struct TextPartSearch {
  /// Terms for one word that are walked side by side; more are put together in a list.
  private static let cursorLimit = 24

  private let field: TextSearch.Field
  private let scoring: TextScoring
  private let worths: [Double]
  private let table: [Double]
  /// Clauses without which a row is not offered.
  var required: Set<Int> = []
  /// By clause, and by term within each: scores are sums in this order, whatever leads to a row.
  private var cursors: [TextCursor] = []
  /// What the cursors' documents lie in.
  private let memory: AlignedMemory
  /// S by clause, of the document that is being scored.
  private var sums: [Double]

  /// - Parameters:
  ///   - terms: By clause.
  ///   - growth: How much greater S can be than the index says.
  init(
    _ field: TextSearch.Field, _ terms: [[Int]], _ worths: [Double], _ scoring: TextScoring,
    _ table: [Double], growth: Double
  ) throws(StoreError) {
    self.field = field
    self.worths = worths
    self.scoring = scoring
    self.table = table
    sums = [Double](repeating: 0, count: worths.count)
    var places: [[TextPostings]] = []
    var byteCount = 64
    for numbers in terms {
      var found: [TextPostings] = []
      for number in numbers {
        guard let postings = field.index.postings(number) else {
          throw field.index.fault("the postings of term \(number) lie outside their section")
        }
        found.append(postings)
      }
      places.append(found)
      if found.count > Self.cursorLimit {
        byteCount += 12 * found.reduce(0) { $0 + $1.entryCount } + 64
      } else {
        for postings in found {
          byteCount += (TextSections.blockEntryCount + postings.blockCount) * 4
        }
      }
    }
    memory = AlignedMemory(byteCount: byteCount + 4 * TextSections.blockEntryCount)
    var used = 0
    for (clause, found) in places.enumerated() {
      if found.count > Self.cursorLimit {
        try appendList(of: found, clause: clause, growth: growth, &used)
        continue
      }
      for postings in found {
        let documents = unsafe (memory.base + used).bindMemory(
          to: UInt32.self, capacity: TextSections.blockEntryCount)
        used += TextSections.blockEntryCount * 4
        let greatestFrom = unsafe (memory.base + used).bindMemory(
          to: Float.self, capacity: postings.blockCount)
        used += postings.blockCount * 4
        unsafe cursors.append(
          TextCursor(
            field.index, postings, clause: clause, weight: worths[clause], growth: growth,
            documents: documents, greatestFrom: greatestFrom))
      }
    }
  }

  /// Puts the documents of many terms in one list, with the sums of their S.
  private mutating func appendList(
    of postings: [TextPostings], clause: Int, growth: Double, _ used: inout Int
  ) throws(StoreError) {
    // Documents with the places of their S, which follow the order of the terms.
    var keys: [UInt64] = []
    var values: [Double] = []
    let scratch = unsafe (memory.base + memory.byteCount - 4 * TextSections.blockEntryCount)
      .bindMemory(to: UInt32.self, capacity: TextSections.blockEntryCount)
    for postings in postings {
      var cursor = unsafe TextCursor(
        field.index, postings, clause: clause, weight: 1, growth: growth, documents: scratch)
      cursor.settle()
      while cursor.document != TextCursor.end {
        keys.append(UInt64(cursor.document) << 32 | UInt64(values.count))
        values.append(cursor.frequency(scoring, field.index.fieldLengths(cursor.document)))
        cursor.advance()
        cursor.settle()
      }
      if cursor.isDamaged { throw damage }
    }
    keys.sort()
    used = AlignedMemory.padded(used)
    let frequencies = unsafe (memory.base + used).bindMemory(to: Double.self, capacity: keys.count)
    used += keys.count * 8
    let list = unsafe (memory.base + used).bindMemory(to: UInt32.self, capacity: keys.count)
    used += keys.count * 4
    var count = 0
    for key in keys {
      let document = UInt32(key >> 32)
      let value = values[Int(truncatingIfNeeded: key & 0xFFFF_FFFF)]
      if count > 0, unsafe list[count - 1] == document {
        unsafe frequencies[count - 1] += value
      } else {
        unsafe list[count] = document
        unsafe frequencies[count] = value
        count += 1
      }
    }
    var greatest = 0.0
    for place in 0..<count { greatest = max(greatest, unsafe frequencies[place]) }
    unsafe cursors.append(
      TextCursor(
        field.index, documents: list, frequencies: UnsafePointer(frequencies),
        count: count, greatest: greatest, clause: clause, weight: worths[clause]))
  }

  private var damage: StoreError {
    field.index.fault("the blocks of postings contradict themselves")
  }

  /// Offers the best rows.
  ///
  /// - Parameters:
  ///   - isStopped: Whether to give up; asked now and then.
  ///   - accepts: What else is asked of a row that is good enough.
  mutating func run(
    _ best: inout BestTexts, isStopped: () -> Bool, accepts: (Int) throws(StoreError) -> Bool
  ) throws(StoreError) {
    if cursors.isEmpty { return }
    if !required.isEmpty {
      try runRequired(&best, isStopped: isStopped, accepts: accepts)
      return
    }
    var walk = unsafe TextWalk(field.index, cursors, worths, scoring, table)
    let isIntact = try walk.run(threshold: best.threshold, isStopped: isStopped) {
      (document) throws(StoreError) in
      try offer(document, &best, accepts)
      return best.threshold
    }
    if !isIntact { throw damage }
  }

  /// The same where rows must have all words of some clauses: those of the rarest of these lead.
  private mutating func runRequired(
    _ best: inout BestTexts, isStopped: () -> Bool, accepts: (Int) throws(StoreError) -> Bool
  ) throws(StoreError) {
    let leading = required.map { clause in
      cursors.indices.filter { cursors[$0].clause == clause }
    }.min { left, right in
      left.reduce(0) { $0 + cursors[$1].remainingCount }
        < right.reduce(0) { $0 + cursors[$1].remainingCount }
    }!
    var target = 0
    while !isStopped() {
      for number in leading { cursors[number].seek(target) }
      let document = leading.reduce(TextCursor.end) { min($0, cursors[$1].document) }
      if document == TextCursor.end { return }
      try offer(document, &best, accepts)
      target = document + 1
    }
  }

  /// Offers one document's row.
  private mutating func offer(
    _ document: Int, _ best: inout BestTexts, _ accepts: (Int) throws(StoreError) -> Bool
  ) throws(StoreError) {
    let row = field.firstRow + Int(field.index.rows[document])
    guard row < field.rowCount, field.admitted?[row] ?? true else { return }
    try sum(document)
    defer { for clause in sums.indices { sums[clause] = 0 } }
    guard required.allSatisfy({ sums[$0] > 0 }) else { return }
    var score = 0.0
    for clause in sums.indices { score += worths[clause] * TextScoring.saturated(sums[clause]) }
    guard score >= best.threshold, try accepts(row) else { return }
    best.offer(FoundText(source: field.source, row: row, score: score, id: field.columns.id(row)))
  }

  /// Adds up S of a document by clause, terms in their order.
  private mutating func sum(_ document: Int) throws(StoreError) {
    let lengths = field.index.fieldLengths(document)
    var isDamaged = false
    for number in cursors.indices {
      cursors[number].seek(document)
      if cursors[number].document == document {
        sums[cursors[number].clause] += cursors[number].frequency(scoring, lengths)
      }
      isDamaged = isDamaged || cursors[number].isDamaged
    }
    if isDamaged { throw damage }
  }

  /// What one document of the index has of the query's words.
  ///
  /// - Parameter isCode: By clause.
  mutating func share(of document: Int, _ isCode: [Bool]) throws(StoreError) -> WordShare {
    try sum(document)
    var share = WordShare()
    for clause in sums.indices where sums[clause] > 0 {
      share.score += worths[clause] * TextScoring.saturated(sums[clause])
      share.covered += worths[clause]
      if isCode[clause] { share.coveredCodes += worths[clause] }
      sums[clause] = 0
    }
    return share
  }
}
