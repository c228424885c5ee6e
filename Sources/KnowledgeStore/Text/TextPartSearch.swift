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
  /// By rising bound.
  private var cursors: [TextCursor] = []
  /// The sum of the bounds of all cursors before one.
  private var boundsBefore: [Double] = [0]
  /// What the cursors' rows lie in.
  private let memory: AlignedMemory
  /// S by clause, of the row that is being scored.
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
      byteCount += min(found.count, Self.cursorLimit) * TextSections.blockEntryCount * 4
      byteCount += 12 * found.dropFirst(Self.cursorLimit).reduce(0) { $0 + $1.entryCount } + 128
    }
    memory = AlignedMemory(byteCount: max(64, byteCount + 4 * TextSections.blockEntryCount))
    var used = 0
    for (clause, found) in places.enumerated() {
      for postings in found.prefix(Self.cursorLimit) {
        let rows = unsafe (memory.base + used).bindMemory(
          to: UInt32.self, capacity: TextSections.blockEntryCount)
        used += TextSections.blockEntryCount * 4
        unsafe cursors.append(
          TextCursor(
            field.index, postings, clause: clause, weight: worths[clause], growth: growth,
            rows: rows))
      }
      if found.count > Self.cursorLimit {
        try appendList(
          of: found.dropFirst(Self.cursorLimit), clause: clause, growth: growth, &used)
      }
    }
    cursors.sort { $0.bound < $1.bound }
    for cursor in cursors { boundsBefore.append(boundsBefore.last! + cursor.bound) }
  }

  /// Puts the rows of many terms in one list, with the sums of their S.
  private mutating func appendList(
    of postings: ArraySlice<TextPostings>, clause: Int, growth: Double, _ used: inout Int
  ) throws(StoreError) {
    var sums: [UInt32: Double] = [:]
    let scratch = unsafe (memory.base + memory.byteCount - 4 * TextSections.blockEntryCount)
      .bindMemory(to: UInt32.self, capacity: TextSections.blockEntryCount)
    for postings in postings {
      var cursor = unsafe TextCursor(
        field.index, postings, clause: clause, weight: 1, growth: growth, rows: scratch)
      cursor.settle()
      while cursor.row != TextCursor.end {
        sums[UInt32(cursor.row), default: 0] += cursor.frequency(
          scoring, field.index.fieldLengths(cursor.row))
        cursor.advance()
        cursor.settle()
      }
      if cursor.isDamaged { throw damage }
    }
    guard !sums.isEmpty else { return }
    let rows = sums.keys.sorted()
    used = AlignedMemory.padded(used)
    let frequencies = unsafe (memory.base + used).bindMemory(
      to: Double.self, capacity: rows.count)
    used += rows.count * 8
    let list = unsafe (memory.base + used).bindMemory(to: UInt32.self, capacity: rows.count)
    used += rows.count * 4
    var greatest = 0.0
    for (place, row) in rows.enumerated() {
      let sum = sums[row]!
      unsafe list[place] = row
      unsafe frequencies[place] = sum
      greatest = max(greatest, sum)
    }
    unsafe cursors.append(
      TextCursor(
        field.index, rows: list, frequencies: UnsafePointer(frequencies), count: rows.count,
        greatest: greatest, clause: clause, weight: worths[clause]))
  }

  private var damage: StoreError {
    field.index.fault("the blocks of postings contradict themselves")
  }

  /// Offers the best rows.
  ///
  /// - Parameter accepts: What else is asked of a row that is good enough.
  mutating func run(
    _ best: inout BestTexts, accepts: (Int) throws(StoreError) -> Bool
  ) throws(StoreError) {
    // Not `self`, so that nothing is copied or counted on the way.
    let walk = self
    var cursors = cursors
    var sums = sums
    let table = table
    try unsafe cursors.withUnsafeMutableBufferPointer { (cursors) throws(StoreError) in
      try unsafe sums.withUnsafeMutableBufferPointer { (sums) throws(StoreError) in
        try unsafe table.withUnsafeBufferPointer { (table) throws(StoreError) in
          try unsafe walk.run(cursors, sums, table.baseAddress!, &best, accepts)
        }
      }
    }
    if cursors.contains(where: \.isDamaged) { throw damage }
  }

  @unsafe private func run(
    _ cursors: UnsafeMutableBufferPointer<TextCursor>,
    _ sums: UnsafeMutableBufferPointer<Double>, _ table: UnsafePointer<Double>,
    _ best: inout BestTexts, _ accepts: (Int) throws(StoreError) -> Bool
  ) throws(StoreError) {
    let count = cursors.count
    let lengths = unsafe field.index.lengths.base
    let windowMemory = AlignedMemory(byteCount: TextWindow.rowCount * 9)
    unsafe windowMemory.base.initializeMemory(
      as: UInt8.self, repeating: 0, count: TextWindow.rowCount * 9)
    var window = unsafe TextWindow(
      sums: windowMemory.base.bindMemory(to: Double.self, capacity: TextWindow.rowCount),
      bits: (windowMemory.base + TextWindow.rowCount * 8).bindMemory(
        to: UInt64.self, capacity: TextWindow.rowCount / 64))
    var threshold = best.threshold
    var essential = firstEssential(0, threshold)
    while essential < count {
      var row = TextCursor.end
      for number in essential..<count { unsafe row = min(row, cursors[number].row) }
      if row == TextCursor.end { break }
      guard let end = unsafe openWindow(cursors, row, essential, threshold) else { continue }
      row = TextCursor.end
      for number in essential..<count { unsafe row = min(row, cursors[number].row) }
      // Where the rows are known they may lie behind the window.
      if row > end { continue }
      window.first = row
      for number in essential..<count where unsafe cursors[number].row <= end {
        unsafe cursors[number].accumulate(
          through: end, into: window, scoring, table, lengths)
      }
      try window.drain(through: end) { (row, sum) throws(StoreError) in
        let most = boundsBefore[essential] + sum
        guard most * Self.slack >= threshold else { return }
        let sourceRow = field.firstRow + row
        guard sourceRow < field.rowCount, field.admitted.map({ $0[sourceRow] }) ?? true,
          let score = unsafe score(row, most, cursors, sums, essential, threshold),
          score >= threshold, try accepts(sourceRow)
        else { return }
        best.offer(
          FoundText(
            source: field.source, row: sourceRow, score: score, id: field.columns.id(sourceRow)))
        threshold = best.threshold
      }
      essential = firstEssential(essential, threshold)
    }
    withExtendedLifetime((windowMemory, memory)) {}
  }

  /// The score of a row that the cursors from `essential` on have passed in this window.
  ///
  /// - Parameter most: The most that it can be, by what is known so far.
  /// - Returns: nil where it cannot reach the threshold, or lacks a word that it must have.
  @unsafe private func score(
    _ row: Int, _ most: Double, _ cursors: UnsafeMutableBufferPointer<TextCursor>,
    _ sums: UnsafeMutableBufferPointer<Double>, _ essential: Int, _ threshold: Double
  ) -> Double? {
    var most = most
    let lengths = field.index.fieldLengths(row)
    var other = essential - 1
    while other >= 0, most * Self.slack >= threshold {
      unsafe most -= cursors[other].bound
      if unsafe cursors[other].row < row { unsafe cursors[other].skip(to: row) }
      if unsafe cursors[other].row == row, unsafe !cursors[other].isExact {
        if unsafe (most + cursors[other].blockBound) * Self.slack < threshold {
          most = -1
          break
        }
        unsafe cursors[other].settle()
      }
      if unsafe cursors[other].row == row {
        let frequency = unsafe cursors[other].frequency(scoring, lengths)
        unsafe sums[cursors[other].clause] += frequency
        unsafe most += cursors[other].weight * TextScoring.saturated(frequency)
      }
      other -= 1
    }
    let isEnough = most * Self.slack >= threshold
    if isEnough {
      for number in essential..<cursors.count {
        if let frequency = unsafe cursors[number].frequency(ofRow: row, scoring, lengths) {
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

  /// The first cursor whose rows can reach the answer with those of the cursors before it.
  private func firstEssential(_ from: Int, _ threshold: Double) -> Int {
    var first = from
    while first < cursors.count, boundsBefore[first + 1] * Self.slack < threshold { first += 1 }
    return first
  }

  /// Looks at the blocks around `row`: passes over them where no row in them can reach the answer,
  /// else reads them.
  ///
  /// - Returns: The last row of the window, nil where it was passed over.
  @unsafe private func openWindow(
    _ cursors: UnsafeMutableBufferPointer<TextCursor>, _ row: Int, _ essential: Int,
    _ threshold: Double
  ) -> Int? {
    let count = cursors.count
    var end = row + TextWindow.rowCount - 1
    for number in essential..<count where unsafe cursors[number].row != TextCursor.end {
      unsafe cursors[number].skip(to: row)
      unsafe end = min(end, cursors[number].blockLast)
    }
    var most = boundsBefore[essential]
    for number in essential..<count where unsafe cursors[number].row <= end {
      unsafe most += cursors[number].blockBound
    }
    if most * Self.slack < threshold {
      for number in essential..<count where unsafe cursors[number].row <= end {
        unsafe cursors[number].skip(to: end + 1)
      }
      return nil
    }
    for number in essential..<count where unsafe cursors[number].row <= end {
      unsafe cursors[number].settle()
    }
    return end
  }

  /// The score of one row of the index.
  mutating func score(_ row: Int) throws(StoreError) -> Double {
    let lengths = field.index.fieldLengths(row)
    for number in cursors.indices {
      cursors[number].seek(row)
      if cursors[number].row == row {
        sums[cursors[number].clause] += cursors[number].frequency(scoring, lengths)
      }
    }
    if cursors.contains(where: \.isDamaged) { throw damage }
    var score = 0.0
    for clause in sums.indices where sums[clause] > 0 {
      score += worths[clause] * TextScoring.saturated(sums[clause])
      sums[clause] = 0
    }
    return score
  }
}
