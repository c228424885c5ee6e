import Platform

/// The bytes of a word list, read: FORMAT.md.
struct WordListFile {
  struct Word {
    var bytes: ArraySlice<UInt8>
    var frequency: UInt8
  }

  static let headerByteCount = 40
  static let magic: [UInt8] = [0x4B, 0x57, 0x52, 0x44]  // KWRD
  static let version: UInt32 = 1

  let language: String
  let flags: UInt32
  /// The most frequent first, then by bytes.
  let words: [Word]
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
    var words: [Word] = []
    words.reserveCapacity(wordCount)
    var last: [UInt8] = []
    for number in 0..<wordCount {
      let start = reader.index
      guard start + 2 <= wordEnd else { throw .damagedWordList(byteOffset: start) }
      let shared = Int(bytes[start])
      let rest = Int(bytes[start + 1])
      guard shared <= last.count, start + 2 + rest <= wordEnd else {
        throw .damagedWordList(byteOffset: start)
      }
      last.removeSubrange(shared...)
      last.append(contentsOf: bytes[start + 2..<start + 2 + rest])
      reader.index = start + 2 + rest
      words.append(Word(bytes: last[...], frequency: bytes[wordEnd + number]))
    }
    guard reader.index == wordEnd else { throw .damagedWordList(byteOffset: reader.index) }
    // Words stand in the order of their bytes; buckets keep it.
    var buckets = [[Word]](repeating: [], count: 256)
    for word in words { buckets[Int(word.frequency)].append(word) }
    self.words = buckets.reversed().flatMap { $0 }

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
