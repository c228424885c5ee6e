import Platform

/// A query's way through one index.
struct TextPartSearch {
  /// Terms for one word beyond the most frequent ones are put together in a list.
  private static let cursorLimit = 6

  private let field: TextSearch.Field
  private let scoring: TextScoring
  private let worths: [Double]
  private let table: [Double]
  /// Clauses without which a row is not offered.
  var required: Set<Int> = []
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
    var byteCount = 0
    for numbers in terms {
      var found: [TextPostings] = []
      for number in numbers {
        guard let postings = field.index.postings(number) else {
          throw field.index.fault("the postings of term \(number) lie outside their section")
        }
        found.append(postings)
      }
      if found.count > Self.cursorLimit { found.sort { $0.entryCount > $1.entryCount } }
      places.append(found)
      for postings in found.prefix(Self.cursorLimit) {
        byteCount += (TextSections.blockEntryCount + postings.blockCount) * 4
      }
      byteCount += 12 * found.dropFirst(Self.cursorLimit).reduce(0) { $0 + $1.entryCount } + 128
    }
    memory = AlignedMemory(byteCount: max(64, byteCount + 4 * TextSections.blockEntryCount))
    var used = 0
    for (clause, found) in places.enumerated() {
      for postings in found.prefix(Self.cursorLimit) {
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
      if found.count > Self.cursorLimit {
        try appendList(
          of: found.dropFirst(Self.cursorLimit), clause: clause, growth: growth, &used)
      }
    }
  }

  /// Puts the documents of many terms in one list, with the sums of their S.
  private mutating func appendList(
    of postings: ArraySlice<TextPostings>, clause: Int, growth: Double, _ used: inout Int
  ) throws(StoreError) {
    var sums: [UInt32: Double] = [:]
    let scratch = unsafe (memory.base + memory.byteCount - 4 * TextSections.blockEntryCount)
      .bindMemory(to: UInt32.self, capacity: TextSections.blockEntryCount)
    for postings in postings {
      var cursor = unsafe TextCursor(
        field.index, postings, clause: clause, weight: 1, growth: growth, documents: scratch)
      cursor.settle()
      while cursor.document != TextCursor.end {
        sums[UInt32(cursor.document), default: 0] += cursor.frequency(
          scoring, field.index.fieldLengths(cursor.document))
        cursor.advance()
        cursor.settle()
      }
      if cursor.isDamaged { throw damage }
    }
    guard !sums.isEmpty else { return }
    let documents = sums.keys.sorted()
    used = AlignedMemory.padded(used)
    let frequencies = unsafe (memory.base + used).bindMemory(
      to: Double.self, capacity: documents.count)
    used += documents.count * 8
    let list = unsafe (memory.base + used).bindMemory(to: UInt32.self, capacity: documents.count)
    used += documents.count * 4
    var greatest = 0.0
    for (place, document) in documents.enumerated() {
      let sum = sums[document]!
      unsafe list[place] = document
      unsafe frequencies[place] = sum
      greatest = max(greatest, sum)
    }
    unsafe cursors.append(
      TextCursor(
        field.index, documents: list, frequencies: UnsafePointer(frequencies),
        count: documents.count, greatest: greatest, clause: clause, weight: worths[clause]))
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
    // Not `self`, so that nothing is copied or counted on the way.
    let walk = self
    var cursors = cursors
    var sums = sums
    let table = table
    let lengths = field.index.shortLengths()
    try unsafe cursors.withUnsafeMutableBufferPointer { (cursors) throws(StoreError) in
      try unsafe sums.withUnsafeMutableBufferPointer { (sums) throws(StoreError) in
        try unsafe table.withUnsafeBufferPointer { (table) throws(StoreError) in
          try unsafe lengths.withUnsafeBufferPointer { (lengths) throws(StoreError) in
            guard let first = lengths.baseAddress else { return }
            try unsafe walk.run(cursors, sums, table.baseAddress!, first, &best, isStopped, accepts)
          }
        }
      }
    }
    if cursors.contains(where: \.isDamaged) { throw damage }
  }

  @unsafe private func run(
    _ cursors: UnsafeMutableBufferPointer<TextCursor>,
    _ sums: UnsafeMutableBufferPointer<Double>, _ table: UnsafePointer<Double>,
    _ shortLengths: UnsafePointer<UInt8>, _ best: inout BestTexts,
    _ isStopped: () -> Bool, _ accepts: (Int) throws(StoreError) -> Bool
  ) throws(StoreError) {
    let count = cursors.count
    var sorted = unsafe cursors
    let lengths = unsafe field.index.lengths.base
    var window = TextWindow()
    var bounds = TextBounds(worths)
    var threshold = best.threshold
    var essential = 0
    var nextLook = 0
    while true {
      var document = TextCursor.end
      for number in essential..<count { unsafe document = min(document, cursors[number].document) }
      if document == TextCursor.end { break }
      if document >= nextLook {
        // What is left of each list can do less and less.
        nextLook = document + Self.lookInterval
        if isStopped() { return }
        for number in 0..<count { unsafe cursors[number].skip(to: document) }
        unsafe sorted.sort { $0.bound < $1.bound }
        unsafe bounds.set(UnsafeBufferPointer(cursors))
        essential = 0
      }
      // Documents of the first cursors alone cannot reach the answer.
      let before = essential
      essential = bounds.firstEssential(from: essential, threshold: threshold / Self.slack)
      if essential != before { continue }
      guard let end = unsafe openWindow(cursors, document, essential, &bounds, threshold)
      else { continue }
      document = TextCursor.end
      for number in essential..<count { unsafe document = min(document, cursors[number].document) }
      // Where the documents are known they may lie behind the window.
      if document > end { continue }
      window.first = document
      for number in essential..<count where unsafe cursors[number].document <= end {
        unsafe cursors[number].accumulate(
          through: end, into: window, scoring, table, shortLengths, lengths)
      }
      let others = bounds.before(essential)
      try window.drain(through: end, least: threshold * Self.slackBelow - others) {
        (document, sum) throws(StoreError) in
        guard (others + sum) * Self.slack >= threshold else { return }
        if let admitted = field.admitted {
          let row = field.firstRow + Int(field.index.rows[document])
          guard row < field.rowCount, admitted[row] else { return }
        }
        guard
          let score = unsafe score(document, sum, cursors, sums, essential, bounds, threshold),
          score >= threshold
        else { return }
        let row = field.firstRow + Int(field.index.rows[document])
        guard row < field.rowCount, try accepts(row) else { return }
        best.offer(
          FoundText(source: field.source, row: row, score: score, id: field.columns.id(row)))
        threshold = best.threshold
      }
    }
    withExtendedLifetime(memory) {}
  }

  /// Documents after which the lists are looked at anew.
  private static let lookInterval = 2048

  /// The score of a document that the cursors from `essential` on have passed in this window.
  ///
  /// - Parameter sum: The most that it can be by these.
  /// - Returns: nil where it cannot reach the threshold, or lacks a word that it must have.
  @unsafe private func score(
    _ document: Int, _ sum: Double, _ cursors: UnsafeMutableBufferPointer<TextCursor>,
    _ sums: UnsafeMutableBufferPointer<Double>, _ essential: Int, _ bounds: borrowing TextBounds,
    _ threshold: Double
  ) -> Double? {
    var known = sum
    let lengths = field.index.fieldLengths(document)
    var other = essential - 1
    while other >= 0, (known + bounds.before(other + 1)) * Self.slack >= threshold {
      unsafe cursors[other].skip(to: document)
      if unsafe cursors[other].document == document, unsafe !cursors[other].isExact {
        let most =
          unsafe cursors[other].weight * TextScoring.saturated(cursors[other].blockGreatest)
        if (known + bounds.before(other) + most) * Self.slack < threshold { break }
        unsafe cursors[other].settle()
      }
      if unsafe cursors[other].document == document {
        let frequency = unsafe cursors[other].frequency(scoring, lengths)
        unsafe sums[cursors[other].clause] += frequency
        unsafe known += cursors[other].weight * TextScoring.saturated(frequency)
      }
      other -= 1
    }
    let isEnough = other < 0 && known * Self.slack >= threshold
    if isEnough {
      for number in essential..<cursors.count {
        if let frequency = unsafe cursors[number].frequency(of: document, scoring, lengths) {
          unsafe sums[cursors[number].clause] += frequency
        }
      }
    }
    let hasAll = required.allSatisfy { unsafe sums[$0] > 0 }
    var score = 0.0
    for clause in 0..<sums.count {
      let sum = unsafe sums[clause]
      if isEnough, sum > 0 { score += worths[clause] * TextScoring.saturated(sum) }
      unsafe sums[clause] = 0
    }
    return isEnough && hasAll ? score : nil
  }

  /// Bounds are sums in another order than scores: they may be that much less.
  private static let slack = 1 + 1e-9
  private static let slackBelow = 1 - 2e-9

  /// Looks at the blocks around `document`: passes over them where nothing in them can reach the
  /// answer, else reads them.
  ///
  /// - Returns: The last document of the window, nil where it was passed over.
  @unsafe private func openWindow(
    _ cursors: UnsafeMutableBufferPointer<TextCursor>, _ document: Int, _ essential: Int,
    _ bounds: inout TextBounds, _ threshold: Double
  ) -> Int? {
    let count = cursors.count
    var end = document + TextWindow.documentCount - 1
    for number in essential..<count where unsafe cursors[number].document != TextCursor.end {
      unsafe cursors[number].skip(to: document)
      unsafe end = min(end, cursors[number].blockLast)
    }
    var most = bounds.before(essential)
    for number in essential..<count where unsafe cursors[number].document <= end {
      unsafe most += bounds.raise(cursors[number].clause, by: cursors[number].blockGreatest)
    }
    for number in essential..<count { unsafe bounds.restore(cursors[number].clause) }
    if most * Self.slack < threshold {
      for number in essential..<count where unsafe cursors[number].document <= end {
        unsafe cursors[number].skip(to: end + 1)
      }
      return nil
    }
    for number in essential..<count where unsafe cursors[number].document <= end {
      unsafe cursors[number].settle()
    }
    return end
  }

  /// What one document of the index has of the query's words.
  ///
  /// - Parameter isCode: By clause.
  mutating func share(of document: Int, _ isCode: [Bool]) throws(StoreError) -> WordShare {
    let lengths = field.index.fieldLengths(document)
    for number in cursors.indices {
      cursors[number].seek(document)
      if cursors[number].document == document {
        sums[cursors[number].clause] += cursors[number].frequency(scoring, lengths)
      }
    }
    if cursors.contains(where: \.isDamaged) { throw damage }
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
