/// The distinct words of a catalogue, by number.
struct Vocabulary: Sendable {
  /// The words one after the other, UTF-8.
  private(set) var bytes: [UInt8] = []
  private(set) var starts: [UInt32] = [0]
  private(set) var kinds: [TokenClass] = []
  /// Characters of each word, 255 at most.
  private(set) var lengths: [UInt8] = []
  /// Live names that have the word.
  var counts: [UInt32] = []
  /// Open addressing: a word's number plus 1, or 0.
  private var table = [UInt32](repeating: 0, count: 1 << 10)

  static let none = UInt32.max

  var count: Int { kinds.count }

  var byteCount: Int {
    bytes.capacity + 4 * starts.capacity + 2 * kinds.capacity + 4 * counts.capacity
      + 4 * table.capacity
  }

  /// The bytes of a word.
  @inline(__always) func range(_ word: UInt32) -> Range<Int> {
    Int(starts[Int(word)])..<Int(starts[Int(word) + 1])
  }

  /// The number of a word; ``none`` where the catalogue has it not.
  func find(_ key: Span<UInt8>) -> UInt32 {
    let mask = table.count - 1
    var place = Int(truncatingIfNeeded: TextHash.of(key)) & mask
    while table[place] != 0 {
      if isEqual(table[place] - 1, key) { return table[place] - 1 }
      place = (place + 1) & mask
    }
    return Self.none
  }

  /// The number of a word; ``none`` where the catalogue has it not.
  func find(_ key: ArraySlice<UInt8>) -> UInt32 {
    let span = key.span
    return find(span)
  }

  /// The number of a word, a new one where the catalogue had it not.
  mutating func insert(
    _ key: Span<UInt8>, _ kind: TokenClass, length: Int
  ) -> (word: UInt32, isNew: Bool) {
    let mask = table.count - 1
    var place = Int(truncatingIfNeeded: TextHash.of(key)) & mask
    while table[place] != 0 {
      if isEqual(table[place] - 1, key) { return (table[place] - 1, false) }
      place = (place + 1) & mask
    }
    let word = UInt32(kinds.count)
    for index in key.indices { bytes.append(key[index]) }
    starts.append(UInt32(bytes.count))
    kinds.append(kind)
    lengths.append(UInt8(min(length, 255)))
    counts.append(0)
    table[place] = word + 1
    if kinds.count * 3 > table.count * 2 { grow() }
    return (word, true)
  }

  private func isEqual(_ word: UInt32, _ key: Span<UInt8>) -> Bool {
    let range = range(word)
    guard range.count == key.count else { return false }
    for index in key.indices where bytes[range.lowerBound + index] != key[index] { return false }
    return true
  }

  private mutating func grow() {
    var larger = [UInt32](repeating: 0, count: table.count * 2)
    let mask = larger.count - 1
    for word in 0..<UInt32(kinds.count) {
      var place = Int(truncatingIfNeeded: TextHash.of(bytes.span.extracting(range(word)))) & mask
      while larger[place] != 0 { place = (place + 1) & mask }
      larger[place] = word + 1
    }
    table = larger
  }
}

/// Hashes of words and of their parts. Nothing that is stored depends on them.
enum TextHash {
  @inline(__always) static func step(_ hash: UInt64, _ value: UInt64) -> UInt64 {
    (hash ^ value) &* 0x9E37_79B9_7F4A_7C15
  }

  @inline(__always) static func finish(_ hash: UInt64) -> UInt64 {
    let mixed = (hash ^ hash >> 32) &* 0xBF58_476D_1CE4_E5B9
    return mixed ^ mixed >> 29
  }

  static func of(_ key: Span<UInt8>) -> UInt64 {
    var hash: UInt64 = 0x243F_6A88_85A3_08D3
    for index in key.indices { hash = step(hash, UInt64(key[index])) }
    return finish(hash)
  }
}
