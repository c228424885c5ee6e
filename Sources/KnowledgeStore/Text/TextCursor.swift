/// Walks the postings of one term, or a list of rows, by blocks.
///
/// `@safe` holds because only the initialisers take pointers, and they are marked `@unsafe`: who
/// calls them promises that the index lives, that the blocks lie in it (``TextIndex/postings(_:)``
/// looks), and room for a block or a list of `count` rows, for as long as the cursor is in use.
/// What a block takes of the index is compared with the index first.
@safe struct TextCursor {
  /// Past all rows.
  static let end = Int.max

  /// Which word of the query it stands for.
  let clause: Int
  /// What saturated frequencies are multiplied by.
  let weight: Double
  /// The most that any of its rows can add to a score.
  let bound: Double
  /// How much greater S can be than the bounds in the index say.
  private let growth: Double
  private let postings: TextPostings
  @unsafe private let blocks: UnsafePointer<UInt32>
  @unsafe private let words: UnsafePointer<UInt32>
  private let wordCount: Int
  private let rowCount: Int
  @unsafe private let rows: UnsafeMutablePointer<UInt32>
  /// S of each row of a list; nil for postings, which compute it.
  @unsafe private let frequencies: UnsafePointer<Double>?

  /// The row it stands on; where ``isExact`` is false, only that no row before is left.
  private(set) var row = 0
  private(set) var isExact = false
  private(set) var isDamaged = false
  private var block = 0
  private var place = 0
  private var count = 0
  private var countsOffset = 0
  private var countsWidth = 0
  /// Of the block that ``row`` is in.
  private(set) var blockLast = 0
  private(set) var blockBound = 0.0

  /// - Parameter rows: Room for a block of rows, the cursor's own.
  @unsafe init(
    _ index: TextIndex, _ postings: TextPostings, clause: Int, weight: Double, growth: Double,
    rows: UnsafeMutablePointer<UInt32>
  ) {
    unsafe blocks =
      index.blocks.base + postings.firstBlock * TextSections.blockCount
    unsafe words = index.words.base
    wordCount = index.words.count
    rowCount = index.rowCount
    self.postings = postings
    self.clause = clause
    self.weight = weight
    self.growth = growth
    unsafe self.rows = rows
    unsafe frequencies = nil
    bound = Self.score(postings.bound, weight, growth)
    enterBlock()
  }

  /// A list of rows with their frequencies.
  @unsafe init(
    _ index: TextIndex, rows: UnsafeMutablePointer<UInt32>, frequencies: UnsafePointer<Double>,
    count: Int, greatest: Double, clause: Int, weight: Double
  ) {
    unsafe blocks = index.blocks.base
    unsafe words = index.words.base
    wordCount = index.words.count
    rowCount = index.rowCount
    postings = TextPostings(firstBlock: 0, blockCount: 1, entryCount: count, bound: 0)
    self.clause = clause
    self.weight = weight
    growth = 1
    unsafe self.rows = rows
    unsafe self.frequencies = frequencies
    bound = weight * TextScoring.saturated(greatest) * (1 + 1e-12)
    self.count = count
    blockBound = bound
    blockLast = unsafe Int(rows[count - 1])
    row = unsafe Int(rows[0])
    isExact = true
  }

  private static func score(_ bound: Float, _ weight: Double, _ growth: Double) -> Double {
    // A damaged bound may cost right answers, nothing else.
    let frequency = max(0, Double(bound)) * growth
    return (frequency.isFinite ? weight * TextScoring.saturated(frequency) : weight) * (1 + 1e-12)
  }

  private var isList: Bool { unsafe frequencies != nil }

  /// Reads the entry of ``block``, not its rows.
  private mutating func enterBlock() {
    guard block < postings.blockCount else {
      row = Self.end
      isExact = true
      blockLast = Self.end
      blockBound = 0
      return
    }
    let place = block * TextSections.blockCount
    blockLast = unsafe Int(blocks[place])
    blockBound = min(
      bound, Self.score(Float(bitPattern: unsafe blocks[place + 1]), weight, growth))
    isExact = false
    // Rows ascend: what is left of a damaged block must not lead back.
    if blockLast < row {
      isDamaged = true
      finish()
    }
  }

  /// Goes on to the block where `target` would stand, without reading its rows.
  @inline(__always) mutating func skip(to target: Int) {
    if row >= target { return }
    if blockLast >= target {
      if !isExact { row = max(row, target) } else { seekInBlock(target) }
      return
    }
    if isList {
      finish()
      return
    }
    repeat {
      block += 1
      enterBlock()
    } while blockLast < target
    if row != Self.end { row = max(row, target) }
  }

  private mutating func finish() {
    block = postings.blockCount
    row = Self.end
    isExact = true
    blockLast = Self.end
    blockBound = 0
  }

  /// Goes to the first row not before `target`.
  @inline(__always) mutating func seek(_ target: Int) {
    skip(to: target)
    settle()
  }

  /// Goes to the first row not before ``row``.
  @inline(__always) mutating func settle() {
    while !isExact {
      let target = row
      readBlock()
      if row < target { seekInBlock(target) }
    }
  }

  /// Goes to the next row, or past the block.
  @inline(__always) mutating func advance() {
    place += 1
    if place < count {
      row = unsafe Int(rows[place])
    } else {
      leaveBlock()
    }
  }

  private mutating func leaveBlock() {
    if isList {
      finish()
      return
    }
    row = blockLast + 1
    block += 1
    enterBlock()
  }

  private mutating func seekInBlock(_ target: Int) {
    // Near rows are found by looking at the next ones, far ones by halves.
    var low = place
    var high = count
    var step = 4
    while low + step < high, unsafe Int(rows[low + step]) < target {
      low += step
      step *= 2
    }
    high = min(high, low + step + 1)
    while low < high {
      let middle = (low + high) / 2
      if unsafe Int(rows[middle]) < target { low = middle + 1 } else { high = middle }
    }
    place = low
    if place < count {
      row = unsafe Int(rows[place])
    } else {
      leaveBlock()
      if row != Self.end { row = max(row, target) }
    }
  }

  /// Reads the rows of the block.
  private mutating func readBlock() {
    let entry = block * TextSections.blockCount
    let previous = block == 0 ? UInt32.max : unsafe blocks[entry - TextSections.blockCount]
    let high = unsafe blocks[entry + 3]
    let offset = unsafe Int(blocks[entry + 2]) | Int(high >> 16) << 32
    let (width, countsWidth) = (Int(high >> 8 & 255), Int(high & 255))
    count = min(
      TextSections.blockEntryCount,
      postings.entryCount - block * TextSections.blockEntryCount)
    let gapWords = BitPacking.wordCount(count, width: width)
    let needed = gapWords + BitPacking.wordCount(count, width: countsWidth) + TextSections.slack
    guard width <= 32, countsWidth <= 16, offset <= wordCount - needed else {
      isDamaged = true
      finish()
      return
    }
    let last = unsafe Self.unpack(
      words + offset, count: count, width: width, after: previous, into: rows)
    guard Int(last) == blockLast, blockLast < rowCount,
      block == 0 || previous < last
    else {
      isDamaged = true
      finish()
      return
    }
    countsOffset = offset + gapWords
    self.countsWidth = countsWidth
    place = 0
    row = unsafe Int(rows[0])
    isExact = true
  }

  /// Reads gaps and adds them up; the last row. Sums wrap around in a damaged file, where rows do
  /// not ascend: the rows are compared with the limit by the last one only where they do.
  @unsafe private static func unpack(
    _ words: UnsafePointer<UInt32>, count: Int, width: Int, after previous: UInt32,
    into rows: UnsafeMutablePointer<UInt32>
  ) -> UInt32 {
    var row = UInt64(previous &+ 1)
    let mask: UInt64 = (1 << UInt64(width)) - 1
    var bit = 0
    for index in 0..<count {
      let word = bit >> 5
      let two = unsafe UInt64(words[word]) | UInt64(words[word + 1]) << 32
      row += two >> UInt64(bit & 31) & mask
      unsafe rows[index] = UInt32(clamping: row)
      row += 1
      bit += width
    }
    return UInt32(clamping: row - 1)
  }

  /// The counts of a row of the block that was read last.
  @inline(__always) private func code(_ place: Int) -> UInt16 {
    let bit = place * countsWidth
    let word = countsOffset + bit >> 5
    let two = unsafe UInt64(words[word]) | UInt64(words[word + 1]) << 32
    return UInt16(
      truncatingIfNeeded: two >> UInt64(bit & 31) & ((1 << UInt64(countsWidth)) - 1))
  }

  /// S of the present row.
  @inline(__always) func frequency(_ scoring: TextScoring, _ lengths: FieldLengths) -> Double {
    if let frequencies = unsafe frequencies { return unsafe frequencies[place] }
    return scoring.frequency(code(place), lengths)
  }

  /// S of a row of the block that was read last; nil where it is not there.
  func frequency(
    ofRow row: Int, _ scoring: TextScoring, _ lengths: FieldLengths
  ) -> Double? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if unsafe Int(rows[middle]) < row { low = middle + 1 } else { high = middle }
    }
    guard low < count, unsafe Int(rows[low]) == row else { return nil }
    if let frequencies = unsafe frequencies { return unsafe frequencies[low] }
    return scoring.frequency(code(low), lengths)
  }

  /// Adds what each row up to `end` can add to a score to the row's sum, and goes behind them.
  ///
  /// - Precondition: The cursor is exact, `end` lies in its block, and the window has all rows from
  ///   here to `end`.
  @unsafe mutating func accumulate(
    through end: Int, into window: TextWindow, _ scoring: TextScoring,
    _ table: UnsafePointer<Double>, _ lengths: UnsafePointer<UInt32>
  ) {
    let weight = weight
    var place = place
    while place < count {
      let row = unsafe Int(rows[place])
      if row > end { break }
      let worth: Double
      if let frequencies = unsafe frequencies {
        worth = unsafe TextScoring.saturated(frequencies[place])
      } else {
        let code = code(place)
        let length = unsafe lengths[2 * row]
        if code &- 1 < TextScoring.tableCounts, length < TextScoring.tableLengths {
          worth = unsafe table[Int(code - 1) * Int(TextScoring.tableLengths) + Int(length)]
        } else {
          worth = TextScoring.saturated(
            scoring.frequency(code, unsafe FieldLengths(length, lengths[2 * row + 1])))
        }
      }
      unsafe window.add(weight * worth, to: row)
      place += 1
    }
    self.place = place
    if place < count {
      row = unsafe Int(rows[place])
    } else {
      leaveBlock()
    }
  }
}

/// Sums of rows that stand side by side.
///
/// `@safe` holds because only the initialiser takes pointers, and it is marked `@unsafe`; who calls
/// it promises room for ``rowCount`` sums and bits, all zero. Adding to a row outside is `@unsafe`.
@safe struct TextWindow {
  static let rowCount = 4096

  /// The first row.
  var first = 0
  @unsafe private let sums: UnsafeMutablePointer<Double>
  @unsafe private let bits: UnsafeMutablePointer<UInt64>

  @unsafe init(sums: UnsafeMutablePointer<Double>, bits: UnsafeMutablePointer<UInt64>) {
    unsafe self.sums = sums
    unsafe self.bits = bits
  }

  @unsafe @inline(__always) func add(_ value: Double, to row: Int) {
    let place = row - first
    unsafe sums[place] += value
    unsafe bits[place >> 6] |= 1 << UInt64(place & 63)
  }

  /// Calls `body` with each row that something was added to, in order, and its sum; all are zero
  /// again then.
  @inline(__always) func drain<Failure: Error>(
    through last: Int, _ body: (_ row: Int, _ sum: Double) throws(Failure) -> Void
  ) throws(Failure) {
    for word in 0...min(last - first, Self.rowCount - 1) >> 6 {
      var left = unsafe bits[word]
      unsafe bits[word] = 0
      while left != 0 {
        let place = word << 6 + left.trailingZeroBitCount
        left &= left - 1
        let sum = unsafe sums[place]
        unsafe sums[place] = 0
        try body(first + place, sum)
      }
    }
  }
}
