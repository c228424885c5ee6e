/// Finds names by the first letters of three words in a row, as `ssd` finds a solid state drive.
struct InitialIndex: Sendable {
  /// The slots whose names have the words, ascending.
  private var lists: [UInt32: [UInt32]] = [:]
  private(set) var entryCount = 0

  /// Letters of a query's word that may be initials.
  static let letters = 2...5
  /// Names that are looked at for one word.
  static let entryLimit = 512

  var byteCount: Int { lists.capacity * 14 + lists.count * 32 + entryCount * 5 }

  /// Adds the initials of a name, as ``Run`` finds them.
  mutating func add(_ slot: UInt32, _ run: Run) {
    guard run.letters.count >= 3 else { return }
    for place in 0..<run.letters.count - 2 {
      guard let key = Self.key(run.letters[place..<place + 3]), lists[key]?.last != slot else {
        continue
      }
      lists[key, default: []].append(slot)
      entryCount += 1
    }
  }

  /// The names that have words with the first three of these initials.
  func list(_ letters: [UInt32]) -> [UInt32] {
    guard letters.count >= 3, let key = Self.key(letters[..<3]) else { return [] }
    return lists[key] ?? []
  }

  private static func key(_ letters: ArraySlice<UInt32>) -> UInt32? {
    var hash: UInt64 = 0x0A40_9382_2299_F31D
    for letter in letters {
      guard letter != 0 else { return nil }
      hash = TextHash.step(hash, UInt64(letter))
    }
    return UInt32(truncatingIfNeeded: TextHash.finish(hash))
  }

  /// The first letters of words that stand side by side.
  struct Run: Sendable {
    /// A letter for each word, 0 for what is no word.
    private(set) var letters: [UInt32] = []
    /// The place of each in what it was made of.
    private(set) var places: [Int] = []

    mutating func removeAll() {
      letters.removeAll(keepingCapacity: true)
      places.removeAll(keepingCapacity: true)
    }

    /// Appends a word, or what is none.
    mutating func append(_ kind: TokenClass, _ key: Span<UInt8>, at place: Int) {
      let isWord = (kind == .word || kind == .unit) && key.count >= 2
      letters.append(isWord ? InitialIndex.first(key) : 0)
      places.append(place)
    }

    /// Where these letters begin; nil where they are not there in a row.
    func start(of wanted: [UInt32]) -> Int? {
      guard !wanted.isEmpty, letters.count >= wanted.count else { return nil }
      for start in 0...letters.count - wanted.count
      where letters[start] == wanted[0] && letters[start..<start + wanted.count] == wanted[...] {
        return start
      }
      return nil
    }
  }

  /// The bytes of the first character of a word, as they stand: only equality counts.
  static func first(_ key: Span<UInt8>) -> UInt32 {
    guard key.count > 0 else { return 0 }
    var letter = UInt32(key[0])
    var place = 1
    while place < key.count, key[place] & 0xC0 == 0x80, place < 4 {
      letter = letter << 8 | UInt32(key[place])
      place += 1
    }
    return letter
  }

  /// The characters of a word, each as ``first(_:)`` has it.
  static func letters(of key: Span<UInt8>) -> [UInt32] {
    var letters: [UInt32] = []
    for place in key.indices {
      if key[place] & 0xC0 == 0x80, !letters.isEmpty {
        letters[letters.count - 1] = letters[letters.count - 1] << 8 | UInt32(key[place])
      } else {
        letters.append(UInt32(key[place]))
      }
    }
    return letters
  }
}
