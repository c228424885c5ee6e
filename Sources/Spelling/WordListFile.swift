import Platform

/// The bytes of a word list, read: FORMAT.md.
struct WordListFile {
  static let headerByteCount = 40
  static let magic: [UInt8] = [0x4B, 0x57, 0x52, 0x44]  // KWRD
  static let version: UInt32 = 1

  let language: String
  let flags: UInt32
  /// Words one after the other, by their bytes.
  private(set) var texts: [UInt8] = []
  /// Where each begins, and where the last one ends.
  private(set) var starts: [UInt32] = [0]
  let frequencies: [UInt8]
  /// Places in these columns, the most frequent first, then by bytes: a word's number is its place
  /// here.
  let order: [UInt32]
  let bigrams: Bigrams

  init(_ bytes: [UInt8]) throws(SpellingError) {
    var reader = Reader(bytes: bytes)
    guard bytes.count >= Self.headerByteCount, Array(bytes[0..<4]) == Self.magic,
      Reader.word(bytes, at: 4) == Self.version
    else { throw .damagedWordList(byteOffset: 0) }
    language = String(decoding: bytes[8..<16].prefix { $0 != 0 }, as: UTF8.self)
    flags = Reader.word(bytes, at: 16)
    let wordCount = Int(Reader.word(bytes, at: 20))
    let wordByteCount = Int(Reader.word(bytes, at: 24))
    let pairCount = Int(Reader.word(bytes, at: 28))
    let pairByteCount = Int(Reader.word(bytes, at: 32))
    guard wordCount <= DeletesIndex.wordLimit,
      Self.headerByteCount + wordByteCount + wordCount + pairByteCount == bytes.count
    else { throw .damagedWordList(byteOffset: 20) }
    var checked = Array(bytes[0..<36])
    checked.append(contentsOf: bytes[Self.headerByteCount...])
    guard CRC32C.checksum(checked) == Reader.word(bytes, at: 36) else {
      throw .damagedWordList(byteOffset: 36)
    }
    reader.index = Self.headerByteCount
    let wordEnd = Self.headerByteCount + wordByteCount
    var last = 0
    for _ in 0..<wordCount {
      let start = reader.index
      guard start + 2 <= wordEnd else { throw .damagedWordList(byteOffset: start) }
      let shared = Int(bytes[start])
      let rest = Int(bytes[start + 1])
      guard shared <= texts.count - last, start + 2 + rest <= wordEnd else {
        throw .damagedWordList(byteOffset: start)
      }
      let next = texts.count
      for index in last..<last + shared { texts.append(texts[index]) }
      texts.append(contentsOf: bytes[start + 2..<start + 2 + rest])
      starts.append(UInt32(texts.count))
      last = next
      reader.index = start + 2 + rest
    }
    guard reader.index == wordEnd else { throw .damagedWordList(byteOffset: reader.index) }
    let frequencies = Array(bytes[wordEnd..<wordEnd + wordCount])
    self.frequencies = frequencies
    // Words stand by their bytes, which a stable sort keeps.
    var places = [Int](repeating: 0, count: 257)
    for frequency in frequencies { places[255 - Int(frequency) + 1] += 1 }
    for rank in 1...256 { places[rank] += places[rank - 1] }
    var order = [UInt32](repeating: 0, count: wordCount)
    for (word, frequency) in frequencies.enumerated() {
      order[places[255 - Int(frequency)]] = UInt32(word)
      places[255 - Int(frequency)] += 1
    }
    self.order = order

    reader.index = wordEnd + wordCount
    var bigrams = Bigrams()
    var pairs = 0
    while reader.index < bytes.count {
      let first =
        bigrams.rowCount == 0 ? try reader.varint() : try reader.next(bigrams.rowCount - 1)
      guard first < wordCount, first >= bigrams.rowCount else {
        throw .damagedWordList(byteOffset: reader.index)
      }
      while bigrams.rowCount < first { bigrams.appendRow([]) }
      var row: [(second: UInt32, cost: UInt8)] = []
      var second = 0
      for _ in 0..<(try reader.varint()) {
        second = try reader.next(second)
        guard second < wordCount, reader.index < bytes.count else {
          throw .damagedWordList(byteOffset: reader.index)
        }
        row.append((UInt32(second), bytes[reader.index]))
        reader.index += 1
      }
      pairs += row.count
      bigrams.appendRow(row)
    }
    guard pairs == pairCount else { throw .damagedWordList(byteOffset: reader.index) }
    self.bigrams = bigrams
  }

  private struct Reader {
    let bytes: [UInt8]
    var index = 0

    static func word(_ bytes: [UInt8], at index: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[index + $1]) << UInt32(8 * $1) }
    }

    /// `previous` and what is read together.
    mutating func next(_ previous: Int) throws(SpellingError) -> Int { previous + (try varint()) }

    /// At most 2²⁸ - 1.
    mutating func varint() throws(SpellingError) -> Int {
      var value = 0
      for shift in stride(from: 0, to: 28, by: 7) {
        guard index < bytes.count else { throw .damagedWordList(byteOffset: index) }
        let byte = bytes[index]
        index += 1
        value |= Int(byte & 127) << shift
        if byte < 128 { return value }
      }
      throw .damagedWordList(byteOffset: index)
    }
  }
}
