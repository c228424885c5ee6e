import CTextKernels

/// Walks the postings of one term, or a list of documents, by blocks.
///
/// `@safe` holds because only the initialisers take pointers, and they are marked `@unsafe`: who
/// calls them promises that the index lives, that the blocks lie in it (``TextIndex/postings(_:)``
/// looks), and room for a block or a list of `count` documents, for as long as the cursor is in
/// use. What a block takes of the index is compared with the index first.
@safe struct TextCursor {
  /// Past all documents.
  static let end = Int.max

  /// Which word of the query it stands for.
  let clause: Int
  /// What saturated frequencies are multiplied by.
  let weight: Double
  /// The greatest S of all its documents.
  private let greatest: Double
  /// How much greater S can be than the index says.
  private let growth: Double
  private let postings: TextPostings
  @unsafe private let blocks: UnsafePointer<UInt32>
  @unsafe private let words: UnsafePointer<UInt32>
  private let wordCount: Int
  private let documentCount: Int
  @unsafe private var documents: UnsafeMutablePointer<UInt32>
  /// The greatest S from each block on; nil where ``greatest`` has to do.
  @unsafe private let greatestFrom: UnsafePointer<Float>?
  /// S of each document of a list; nil for postings, which compute it.
  @unsafe private let frequencies: UnsafePointer<Double>?

  /// The document it stands on; where ``isExact`` is false, only that no one before is left.
  private(set) var document = 0
  private(set) var isExact = false
  private(set) var isDamaged = false
  private var block = 0
  private var place = 0
  private var count = 0
  private var countsOffset = 0
  private var countsWidth = 0
  /// The last document of the block that ``document`` is in.
  private(set) var blockLast = 0
  /// The greatest S in that block.
  private(set) var blockGreatest = 0.0

  /// - Parameters:
  ///   - documents: Room for a block, the cursor's own.
  ///   - greatestFrom: Room for a number for each block, the cursor's own.
  @unsafe init(
    _ index: TextIndex, _ postings: TextPostings, clause: Int, weight: Double, growth: Double,
    documents: UnsafeMutablePointer<UInt32>, greatestFrom: UnsafeMutablePointer<Float>? = nil
  ) {
    unsafe blocks =
      index.blocks.base + postings.firstBlock * TextSections.blockCount
    unsafe words = index.words.base
    wordCount = index.words.count
    documentCount = index.documentCount
    self.postings = postings
    self.clause = clause
    self.weight = weight
    self.growth = growth
    unsafe self.documents = documents
    unsafe frequencies = nil
    if let greatestFrom = unsafe greatestFrom {
      var most: Float = 0
      for block in stride(from: postings.blockCount - 1, through: 0, by: -1) {
        most = max(
          most, Float(bitPattern: unsafe blocks[block * TextSections.blockCount + 1]))
        unsafe greatestFrom[block] = most
      }
    }
    unsafe self.greatestFrom = unsafe UnsafePointer(greatestFrom)
    greatest = Self.frequency(postings.bound, growth)
    enterBlock()
  }

  /// Another one over the same postings, where it stands.
  ///
  /// - Parameter documents: Room for a block, the new cursor's own; a list needs none.
  @unsafe init(_ other: TextCursor, documents: UnsafeMutablePointer<UInt32>) {
    self = other
    if isList { return }
    unsafe self.documents = documents
    // What was read stands in the other's memory.
    isExact = false
  }

  /// A list of documents with their frequencies.
  @unsafe init(
    _ index: TextIndex, documents: UnsafeMutablePointer<UInt32>,
    frequencies: UnsafePointer<Double>, count: Int, greatest: Double, clause: Int, weight: Double
  ) {
    unsafe blocks = index.blocks.base
    unsafe words = index.words.base
    wordCount = index.words.count
    documentCount = index.documentCount
    postings = TextPostings(firstBlock: 0, blockCount: 1, entryCount: count, bound: 0)
    self.clause = clause
    self.weight = weight
    growth = 1
    unsafe self.documents = documents
    unsafe self.frequencies = frequencies
    unsafe greatestFrom = nil
    self.greatest = greatest
    self.count = count
    blockGreatest = greatest
    blockLast = unsafe Int(documents[count - 1])
    document = unsafe Int(documents[0])
    isExact = true
  }

  /// A damaged bound may cost right answers, nothing else.
  @inline(__always) private static func frequency(_ bound: Float, _ growth: Double) -> Double {
    min(max(0, Double(bound)) * growth, 1e300)
  }

  private var isList: Bool { unsafe frequencies != nil }

  /// Reads the entry of ``block``, not its documents.
  private mutating func enterBlock() {
    guard block < postings.blockCount else {
      finish()
      return
    }
    let place = block * TextSections.blockCount
    blockLast = unsafe Int(blocks[place])
    blockGreatest = Self.frequency(Float(bitPattern: unsafe blocks[place + 1]), growth)
    isExact = false
    // Documents ascend: what is left of a damaged block must not lead back.
    if blockLast < document {
      isDamaged = true
      finish()
    }
  }

  private mutating func finish() {
    block = postings.blockCount
    document = Self.end
    isExact = true
    blockLast = Self.end
    blockGreatest = 0
  }

  /// The greatest S of the block that it is in and all behind it.
  var greatestLeft: Double {
    if document == Self.end { return 0 }
    guard let greatestFrom = unsafe greatestFrom else { return greatest }
    return Self.frequency(unsafe greatestFrom[block], growth)
  }

  /// The greatest S of documents up to `end`, by blocks.
  func greatest(through end: Int) -> Double {
    if document > end { return 0 }
    if isList { return greatest }
    var most = blockGreatest
    var last = blockLast
    var next = block + 1
    while last < end, next < postings.blockCount {
      let place = next * TextSections.blockCount
      last = unsafe Int(blocks[place])
      most = max(most, Self.frequency(Float(bitPattern: unsafe blocks[place + 1]), growth))
      next += 1
    }
    return most
  }

  /// Documents that are left, or some more.
  var remainingCount: Int {
    if document == Self.end { return 0 }
    return postings.entryCount - (isList ? place : block * TextSections.blockEntryCount)
  }

  // MARK: Going on

  /// Goes on to the block where `target` would stand, without reading its documents.
  @inline(__always) mutating func skip(to target: Int) {
    if document >= target { return }
    if blockLast >= target {
      if !isExact { document = max(document, target) } else { seekInBlock(target) }
      return
    }
    if isList {
      finish()
      return
    }
    skipBlocks(to: target)
  }

  private mutating func skipBlocks(to target: Int) {
    block += 1
    // Only last documents are compared on the way.
    while block < postings.blockCount,
      unsafe Int(blocks[block * TextSections.blockCount]) < target
    {
      block += 1
    }
    enterBlock()
    if document != Self.end { document = max(document, target) }
  }

  /// Goes to the first document not before `target`.
  @inline(__always) mutating func seek(_ target: Int) {
    skip(to: target)
    settle()
  }

  /// Goes to the first document not before ``document``.
  @inline(__always) mutating func settle() {
    while !isExact {
      let target = document
      readBlock()
      if document < target { seekInBlock(target) }
    }
  }

  /// Goes to the next document, or past the block.
  @inline(__always) mutating func advance() {
    place += 1
    if place < count {
      document = unsafe Int(documents[place])
    } else {
      leaveBlock()
    }
  }

  private mutating func leaveBlock() {
    if isList {
      finish()
      return
    }
    document = blockLast + 1
    block += 1
    enterBlock()
  }

  private mutating func seekInBlock(_ target: Int) {
    // Near documents are found by looking at the next ones, far ones by halves.
    var low = place
    var high = count
    var step = 4
    while low + step < high, unsafe Int(documents[low + step]) < target {
      low += step
      step *= 2
    }
    high = min(high, low + step + 1)
    while low < high {
      let middle = (low + high) / 2
      if unsafe Int(documents[middle]) < target { low = middle + 1 } else { high = middle }
    }
    place = low
    if place < count {
      document = unsafe Int(documents[place])
    } else {
      leaveBlock()
      if document != Self.end { document = max(document, target) }
    }
  }

  // MARK: Blocks

  /// Reads the documents of the block.
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
    let first = previous &+ 1
    guard width <= 32, countsWidth <= 16, offset <= wordCount - needed, first <= documentCount,
      let last = unsafe Self.unpack(
        words + offset, count: count, width: width, first: first, into: documents),
      Int(last) == blockLast, blockLast < documentCount
    else {
      isDamaged = true
      finish()
      return
    }
    countsOffset = offset + gapWords
    self.countsWidth = countsWidth
    place = 0
    document = unsafe Int(documents[0])
    isExact = true
  }

  private static let unpackGaps = unsafe ct_postings_table(ct_supported_level()).pointee.unpack!

  /// Reads gaps and adds them up.
  ///
  /// - Parameter first: At most ``TextIndex/documentLimit``.
  /// - Returns: The last document, all others being less than the next; nil where they are not.
  @unsafe private static func unpack(
    _ words: UnsafePointer<UInt32>, count: Int, width: Int, first: UInt32,
    into documents: UnsafeMutablePointer<UInt32>
  ) -> UInt32? {
    if width <= Int(CT_GAP_BITS) {
      return unsafe unpackGaps(words, count, UInt32(width), first, documents)
    }
    var next = UInt64(first)
    let mask: UInt64 = (1 << UInt64(width)) - 1
    for index in 0..<count {
      let bit = index * width
      let word = bit >> 5
      let two = unsafe UInt64(words[word]) | UInt64(words[word + 1]) << 32
      next += two >> UInt64(bit & 31) & mask
      guard next < UInt64(UInt32.max) else { return nil }
      unsafe documents[index] = UInt32(next)
      next += 1
    }
    return UInt32(next - 1)
  }

  /// The counts of a document of the block that was read last.
  @inline(__always) private func code(_ place: Int) -> UInt16 {
    let bit = place * countsWidth
    let word = countsOffset + bit >> 5
    let two = unsafe UInt64(words[word]) | UInt64(words[word + 1]) << 32
    return UInt16(
      truncatingIfNeeded: two >> UInt64(bit & 31) & ((1 << UInt64(countsWidth)) - 1))
  }

  /// S of the present document.
  @inline(__always) func frequency(_ scoring: TextScoring, _ lengths: FieldLengths) -> Double {
    if let frequencies = unsafe frequencies { return unsafe frequencies[place] }
    return scoring.frequency(code(place), lengths)
  }

  /// Adds what each document up to `end` can add to a score to its sum, and goes behind them.
  ///
  /// - Precondition: No document before the window is left, and the window has all up to `end`.
  @unsafe mutating func accumulate(
    through end: Int, into window: TextWindow, _ scoring: TextScoring,
    _ table: UnsafePointer<Double>, _ shortLengths: UnsafePointer<UInt8>,
    _ lengths: UnsafePointer<UInt32>
  ) {
    while document <= end {
      settle()
      if document > end { return }
      unsafe accumulateBlock(through: end, into: window, scoring, table, shortLengths, lengths)
    }
  }

  @unsafe @inline(__always) private mutating func accumulateBlock(
    through end: Int, into window: TextWindow, _ scoring: TextScoring,
    _ table: UnsafePointer<Double>, _ shortLengths: UnsafePointer<UInt8>,
    _ lengths: UnsafePointer<UInt32>
  ) {
    let weight = weight
    var place = place
    while place < count {
      let document = unsafe Int(documents[place])
      if document > end { break }
      let worth: Double
      if let frequencies = unsafe frequencies {
        worth = unsafe TextScoring.saturated(frequencies[place])
      } else {
        let code = code(place)
        let length = unsafe UInt32(shortLengths[document])
        if code &- 1 < TextScoring.tableCounts, length < TextScoring.tableLengths {
          worth = unsafe table[Int(code - 1) * Int(TextScoring.tableLengths) + Int(length)]
        } else {
          worth = TextScoring.saturated(
            scoring.frequency(
              code, unsafe FieldLengths(lengths[2 * document], lengths[2 * document + 1])))
        }
      }
      unsafe window.add(weight * worth, to: document)
      place += 1
    }
    self.place = place
    if place < count {
      document = unsafe Int(documents[place])
    } else {
      leaveBlock()
    }
  }
}
