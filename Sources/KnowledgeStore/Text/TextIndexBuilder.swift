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
  /// Where the postings of each entry end, its row, and its lengths.
  private var entryEnds: [UInt32] = []
  private var entryRows: [UInt32] = []
  private var lengths: [FieldLengths] = []
  private var statistics = TextStatistics()

  /// Rows added.
  private(set) var rowCount = 0

  /// Adds a row: the texts of its entry, or nothing where it is a further chunk of one.
  mutating func add(_ record: EntryRecord?) {
    defer { rowCount += 1 }
    guard let record else { return }
    var counts = FieldLengths()
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
    entryEnds.append(UInt32(postingTerms.count))
    entryRows.append(UInt32(rowCount))
    lengths.append(counts)
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
      + statistics.wordCounts.prefix(3).map { UInt64($0) } + [UInt64(postingTerms.count)]
    let entries = sortedEntries()
    sections.documents = [UInt32](repeating: TextIndex.noDocument, count: rowCount)
    for (document, entry) in entries.enumerated() {
      let (low, high) = lengths[entry].words
      sections.lengths.append(low)
      sections.lengths.append(high)
      sections.rows.append(entryRows[entry])
      sections.documents[Int(entryRows[entry])] = UInt32(document)
    }
    let order = sortedTerms()
    // Postings by term, documents ascending within each.
    var next = [Int](repeating: 0, count: order.count)
    var total = 0
    for number in order {
      next[Int(number)] = total
      total += Int(postingCounts[Int(number)])
    }
    var documents = [UInt32](repeating: 0, count: total)
    var codes = [UInt16](repeating: 0, count: total)
    for (document, entry) in entries.enumerated() {
      for posting in (entry == 0 ? 0 : Int(entryEnds[entry - 1]))..<Int(entryEnds[entry]) {
        let term = Int(postingTerms[posting])
        documents[next[term]] = UInt32(document)
        codes[next[term]] = postingCodes[posting]
        next[term] += 1
      }
    }
    sections.termEnds.reserveCapacity(order.count)
    sections.terms.reserveCapacity(termBytes.count)
    sections.places.reserveCapacity(order.count * TextSections.placeCount)
    var encoder = TextBlockEncoder(
      scoring: TextScoring(statistics, .standard), lengths: sections.lengths)
    var start = 0
    for number in order {
      sections.terms.append(contentsOf: termBytes[range(Int(number))])
      sections.termEnds.append(UInt64(sections.terms.count))
      let end = start + Int(postingCounts[Int(number)])
      encoder.append(documents[start..<end], codes[start..<end], to: &sections)
      start = end
    }
    for _ in 0..<TextSections.slack { sections.words.append(0) }
    return sections
  }

  /// The entries by rising number of words, then by row.
  private func sortedEntries() -> [Int] {
    var keys = lengths.indices.map { min(lengths[$0].sum, 0xFFFF_FFFF) << 32 | UInt64($0) }
    keys.sort()
    return keys.map { Int(truncatingIfNeeded: $0 & 0xFFFF_FFFF) }
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
    _ documents: ArraySlice<UInt32>, _ codes: ArraySlice<UInt16>, to sections: inout TextSections
  ) {
    let firstBlock = sections.blocks.count / TextSections.blockCount
    var greatest: Float = 0
    var start = documents.startIndex
    var previous = UInt32.max
    while start < documents.endIndex {
      let end = min(documents.endIndex, start + TextSections.blockEntryCount)
      gaps.removeAll(keepingCapacity: true)
      counts.removeAll(keepingCapacity: true)
      var gapBits: UInt32 = 0
      var countBits: UInt32 = 0
      var bound = 0.0
      for index in start..<end {
        let (document, code) = (documents[index], codes[index])
        let gap = document &- previous &- 1
        previous = document
        gaps.append(gap)
        counts.append(UInt32(code))
        gapBits |= gap
        countBits |= UInt32(code)
        let place = Int(document) * 2
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
    sections.places.append(UInt32(documents.count))
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
