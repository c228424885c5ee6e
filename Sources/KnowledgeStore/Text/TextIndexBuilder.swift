import TextAnalysis

/// Makes the text index of rows that come in order.
///
/// Memory: 12 bytes for each word of each entry (equal ones counted once) while it is finished, and
/// the distinct words.
struct TextIndexBuilder {
  private var words = TextWords()
  /// The distinct terms one after the other, and where each ends.
  private var termBytes: [UInt8] = []
  private var termEnds: [UInt32] = []
  private var hashes: [UInt32] = []
  /// Open addressing by hash, linear probing; term + 1, or 0 for a free slot.
  private var slots = [UInt32](repeating: 0, count: 1 << 12)
  /// The newest posting of each term.
  private var newest: [UInt32] = []
  private var postingCounts: [UInt32] = []
  /// Postings in the order of rows: term and counts.
  private var postingTerms: [UInt32] = []
  private var postingCodes: [UInt16] = []
  private var rowEnds: [UInt32] = []
  private var lengths: [UInt32] = []
  private var statistics = TextStatistics()

  /// Rows added.
  var rowCount: Int { rowEnds.count }

  /// Adds a row: the texts of its entry, or nothing where it is a further chunk of one.
  mutating func add(_ record: EntryRecord?) {
    var counts = FieldLengths()
    if let record {
      let first = postingTerms.count
      let bytes = record.bytes.span
      TextWords.forEachText(of: record) { field, range in
        var count = 0
        var words = self.words
        self.words = TextWords()
        words.forEachTerm(of: bytes.extracting(range)) { term, isWord in
          note(term, field, first: first)
          if isWord { count += 1 }
        }
        self.words = words
        counts.add(count, to: field)
      }
      statistics.entryCount += 1
      for field in TextField.allCases { statistics.wordCounts[field.rawValue] += counts[field] }
    }
    rowEnds.append(UInt32(postingTerms.count))
    let (low, high) = counts.words
    lengths.append(low)
    lengths.append(high)
  }

  /// Notes a word of the present row.
  private mutating func note(_ term: Span<UInt8>, _ field: TextField, first: Int) {
    let number = Int(intern(term))
    let posting = Int(newest[number])
    if posting > first {
      postingCodes[posting - 1] = FieldCounts.adding(field, to: postingCodes[posting - 1])
      return
    }
    postingTerms.append(UInt32(number))
    postingCodes.append(FieldCounts.adding(field, to: 0))
    newest[number] = UInt32(postingTerms.count)
    postingCounts[number] += 1
  }

  private mutating func intern(_ term: Span<UInt8>) -> UInt32 {
    let hash = TextHash.hash(term)
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let number = Int(slots[slot] - 1)
      if hashes[number] == hash, isTerm(number, term) { return UInt32(number) }
      slot = (slot + 1) & (slots.count - 1)
    }
    let number = UInt32(termEnds.count)
    for index in 0..<term.count { termBytes.append(term[index]) }
    termEnds.append(UInt32(termBytes.count))
    hashes.append(hash)
    newest.append(0)
    postingCounts.append(0)
    slots[slot] = number + 1
    if termEnds.count * 2 > slots.count { grow() }
    return number
  }

  private func range(_ number: Int) -> Range<Int> {
    (number == 0 ? 0 : Int(termEnds[number - 1]))..<Int(termEnds[number])
  }

  private func isTerm(_ number: Int, _ term: Span<UInt8>) -> Bool {
    let range = range(number)
    guard range.count == term.count else { return false }
    for index in 0..<term.count where termBytes[range.lowerBound + index] != term[index] {
      return false
    }
    return true
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for (number, hash) in hashes.enumerated() {
      var slot = Int(hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(number) + 1
    }
  }

  // MARK: The end

  /// The finished index.
  func sections() -> TextSections {
    var sections = TextSections()
    sections.summary =
      [TextSections.analysis, UInt64(statistics.entryCount)]
      + statistics.wordCounts.map { UInt64($0) } + [UInt64(postingTerms.count)]
    sections.lengths = lengths
    let order = sortedTerms()
    // Postings by term, rows ascending within each.
    var next = [Int](repeating: 0, count: order.count)
    var total = 0
    for number in order {
      next[Int(number)] = total
      total += Int(postingCounts[Int(number)])
    }
    var rows = [UInt32](repeating: 0, count: total)
    var codes = [UInt16](repeating: 0, count: total)
    var posting = 0
    for row in rowEnds.indices {
      while posting < Int(rowEnds[row]) {
        let term = Int(postingTerms[posting])
        rows[next[term]] = UInt32(row)
        codes[next[term]] = postingCodes[posting]
        next[term] += 1
        posting += 1
      }
    }
    sections.termEnds.reserveCapacity(order.count)
    sections.terms.reserveCapacity(termBytes.count)
    sections.places.reserveCapacity(order.count * TextSections.placeCount)
    var encoder = TextBlockEncoder(scoring: TextScoring(statistics, .standard), lengths: lengths)
    var start = 0
    for number in order {
      sections.terms.append(contentsOf: termBytes[range(Int(number))])
      sections.termEnds.append(UInt64(sections.terms.count))
      let end = start + Int(postingCounts[Int(number)])
      encoder.append(rows[start..<end], codes[start..<end], to: &sections)
      start = end
    }
    for _ in 0..<TextSections.slack { sections.words.append(0) }
    return sections
  }

  /// The terms in byte order.
  private func sortedTerms() -> [UInt32] {
    struct Key {
      var prefix: UInt64
      var number: UInt32
    }
    var keys: [Key] = []
    keys.reserveCapacity(termEnds.count)
    for number in termEnds.indices {
      let range = range(number)
      var prefix: UInt64 = 0
      for offset in 0..<8 {
        prefix <<= 8
        if offset < range.count { prefix |= UInt64(termBytes[range.lowerBound + offset]) }
      }
      keys.append(Key(prefix: prefix, number: UInt32(number)))
    }
    keys.sort { left, right in
      if left.prefix != right.prefix { return left.prefix < right.prefix }
      return termBytes[range(Int(left.number))].lexicographicallyPrecedes(
        termBytes[range(Int(right.number))])
    }
    return keys.map(\.number)
  }
}

/// Writes the blocks of postings.
struct TextBlockEncoder {
  let scoring: TextScoring
  let lengths: [UInt32]
  private var gaps: [UInt32] = []
  private var counts: [UInt32] = []

  init(scoring: TextScoring, lengths: [UInt32]) {
    self.scoring = scoring
    self.lengths = lengths
  }

  /// Appends the postings of the next term.
  mutating func append(
    _ rows: ArraySlice<UInt32>, _ codes: ArraySlice<UInt16>, to sections: inout TextSections
  ) {
    let firstBlock = sections.blocks.count / TextSections.blockCount
    var greatest: Float = 0
    var start = rows.startIndex
    var previous = UInt32.max
    while start < rows.endIndex {
      let end = min(rows.endIndex, start + TextSections.blockEntryCount)
      gaps.removeAll(keepingCapacity: true)
      counts.removeAll(keepingCapacity: true)
      var gapBits: UInt32 = 0
      var countBits: UInt32 = 0
      var bound = 0.0
      for index in start..<end {
        let (row, code) = (rows[index], codes[index])
        let gap = row &- previous &- 1
        previous = row
        gaps.append(gap)
        counts.append(UInt32(code))
        gapBits |= gap
        countBits |= UInt32(code)
        let place = Int(row) * 2
        bound = max(
          bound, scoring.frequency(code, FieldLengths(lengths[place], lengths[place + 1])))
      }
      let rounded = Float(bound).nextUp
      greatest = max(greatest, rounded)
      let widths = (BitPacking.width(of: gapBits), BitPacking.width(of: countBits))
      let offset = UInt64(sections.words.count)
      sections.blocks.append(previous)
      sections.blocks.append(rounded.bitPattern)
      sections.blocks.append(UInt32(truncatingIfNeeded: offset))
      sections.blocks.append(
        UInt32(truncatingIfNeeded: offset >> 32) << 16 | UInt32(widths.0) << 8 | UInt32(widths.1))
      BitPacking.append(gaps[...], width: widths.0, to: &sections.words)
      BitPacking.append(counts[...], width: widths.1, to: &sections.words)
      start = end
    }
    sections.places.append(UInt32(firstBlock))
    sections.places.append(UInt32(rows.count))
    sections.places.append(greatest.bitPattern)
  }
}

/// Hashes of terms, in memory only.
enum TextHash {
  @inline(__always) static func hash(_ term: Span<UInt8>) -> UInt32 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in 0..<term.count { hash = (hash ^ UInt64(term[index])) &* 0x100_0000_01B3 }
    hash ^= hash >> 32
    return UInt32(truncatingIfNeeded: hash &* 0x9E37_79B9_7F4A_7C15 >> 32)
  }
}
