import Platform

/// A walk over the documents that have words of a query, in their order, that leaves out what
/// cannot reach the answer.
///
/// Documents go by windows. Cursors stand in the order of what they have left, the longest first:
/// as many of the first ones as cannot reach the threshold together, by the blocks of the window,
/// are looked up for the documents of the others only, or added where these are many.
struct TextWalk: ~Copyable {
  /// Documents after which the lists are looked at anew.
  private static let lookInterval = 8192
  /// So many documents of a window are looked up at least, before a whole list is added.
  private static let lookUpLimit = 8
  /// How many documents are added in the time that one is looked up.
  private static let lookUpCost = 8

  private let index: TextIndex
  private let scoring: TextScoring
  private let table: [Double]
  private var cursors: [TextCursor] = []
  /// What the cursors' documents lie in.
  private let memory: AlignedMemory
  private var window = TextWindow()
  /// By all that is left, and by the window.
  private var left: TextBounds
  private var local: TextBounds

  /// - Parameters:
  ///   - cursors: Their postings; where they stand does not change. What they lie in must live as
  ///     long as the walk.
  ///   - worths: By clause.
  ///   - table: ``TextScoring/table()``.
  @unsafe init(
    _ index: TextIndex, _ cursors: [TextCursor], _ worths: [Double], _ scoring: TextScoring,
    _ table: [Double]
  ) {
    self.index = index
    self.scoring = scoring
    self.table = table
    let size = TextSections.blockEntryCount
    memory = AlignedMemory(byteCount: max(64, cursors.count * size * 4))
    let base = unsafe memory.base.bindMemory(to: UInt32.self, capacity: cursors.count * size)
    for (number, cursor) in cursors.enumerated() {
      unsafe self.cursors.append(TextCursor(cursor, documents: base + number * size))
    }
    left = TextBounds(worths, cursorCount: cursors.count)
    local = left
  }

  /// Calls `body` with each document whose score may be at least the threshold, in order.
  ///
  /// - Parameters:
  ///   - threshold: What a score must be at least.
  ///   - isStopped: Whether to give up; asked now and then.
  ///   - body: Returns the threshold from there on, never a lower one.
  /// - Returns: Whether all blocks that were read agree with each other.
  mutating func run(
    threshold: Double, isStopped: () -> Bool, _ body: (Int) throws(StoreError) -> Double
  ) throws(StoreError) -> Bool {
    var cursors = cursors
    let table = table
    let lengths = index.shortLengths()
    try unsafe cursors.withUnsafeMutableBufferPointer { (cursors) throws(StoreError) in
      try unsafe table.withUnsafeBufferPointer { (table) throws(StoreError) in
        try unsafe lengths.withUnsafeBufferPointer { (lengths) throws(StoreError) in
          guard let first = lengths.baseAddress else { return }
          let pass = unsafe Pass(
            cursors: cursors, scoring: scoring, table: table.baseAddress!, shortLengths: first,
            lengths: index.lengths.base)
          try unsafe run(pass, threshold, isStopped, body)
        }
      }
    }
    withExtendedLifetime(memory) {}
    return !cursors.contains(where: \.isDamaged)
  }

  /// What lies still during a walk.
  @unsafe private struct Pass {
    let cursors: UnsafeMutableBufferPointer<TextCursor>
    let scoring: TextScoring
    let table: UnsafePointer<Double>
    let shortLengths: UnsafePointer<UInt8>
    let lengths: UnsafePointer<UInt32>

    @inline(__always) func add(_ number: Int, through end: Int, to window: TextWindow) {
      unsafe cursors[number].accumulate(
        through: end, into: window, scoring, table, shortLengths, lengths)
    }
  }

  @unsafe private mutating func run(
    _ pass: Pass, _ start: Double, _ isStopped: () -> Bool,
    _ body: (Int) throws(StoreError) -> Double
  ) throws(StoreError) {
    var cursors = unsafe pass.cursors
    let count = cursors.count
    var threshold = start
    var nextLook = 0
    while true {
      let essential = nextLook == 0 ? 0 : left.firstEssential(threshold: threshold)
      var document = TextCursor.end
      for number in essential..<count { unsafe document = min(document, cursors[number].document) }
      if document == TextCursor.end { return }
      for number in 0..<count { unsafe cursors[number].skip(to: document) }
      if document >= nextLook {
        // What is left of each list can do less and less.
        nextLook = document + Self.lookInterval
        if isStopped() { return }
        unsafe cursors.sort { $0.remainingCount > $1.remainingCount }
        unsafe left.set(cursors) { $0.greatestLeft }
        continue
      }
      let end = document + TextWindow.documentCount - 1
      unsafe local.set(cursors) { $0.greatest(through: end) }
      if local.all >= threshold {
        window.first = document
        threshold = try unsafe search(pass, through: end, threshold, body)
      }
      for number in essential..<count { unsafe cursors[number].skip(to: end + 1) }
    }
  }

  /// Calls `body` with the documents of a window.
  ///
  /// - Returns: The threshold then.
  @unsafe private mutating func search(
    _ pass: Pass, through end: Int, _ start: Double, _ body: (Int) throws(StoreError) -> Double
  ) throws(StoreError) -> Double {
    let cursors = unsafe pass.cursors
    var threshold = start
    var first = local.firstEssential(threshold: threshold)
    for number in first..<cursors.count { unsafe pass.add(number, through: end, to: window) }
    var found = window.select(
      through: end, least: (threshold - local.before(first)) / TextBounds.slack)
    while first > 0, unsafe isBetterAdded(cursors[first - 1], found) {
      first -= 1
      unsafe pass.add(first, through: end, to: window)
      found = window.select(
        through: end, least: (threshold - local.before(first)) / TextBounds.slack)
    }
    for number in 0..<found {
      let (document, sum) = unsafe window.take(number)
      if unsafe isEnough(document, sum, cursors, before: first, threshold) {
        threshold = try body(document)
      }
    }
    return threshold
  }

  /// Whether it is quicker to add all documents of the window than to look up so many.
  private func isBetterAdded(_ cursor: borrowing TextCursor, _ count: Int) -> Bool {
    if count < Self.lookUpLimit { return false }
    let share = cursor.remainingCount * TextWindow.documentCount
    return count * Self.lookUpCost * max(1, index.documentCount - window.first) > share
  }

  /// Whether the score of a document can reach the threshold with what the cursors before one have.
  ///
  /// - Parameter sum: The most that it can be by the others.
  @unsafe @inline(__always) private func isEnough(
    _ document: Int, _ sum: Double, _ cursors: UnsafeMutableBufferPointer<TextCursor>,
    before first: Int, _ threshold: Double
  ) -> Bool {
    var known = sum * TextBounds.slack
    var other = first
    while known + local.before(other) >= threshold {
      if other == 0 { return true }
      other -= 1
      unsafe cursors[other].skip(to: document)
      guard unsafe cursors[other].document == document else { continue }
      if unsafe !cursors[other].isExact {
        let most =
          unsafe cursors[other].weight * TextScoring.saturated(cursors[other].blockGreatest)
        if known + local.before(other) + most * TextBounds.slack < threshold { return false }
        unsafe cursors[other].settle()
        guard unsafe cursors[other].document == document else { continue }
      }
      let frequency = unsafe cursors[other].frequency(scoring, index.fieldLengths(document))
      unsafe known += cursors[other].weight * TextScoring.saturated(frequency) * TextBounds.slack
    }
    return false
  }
}
