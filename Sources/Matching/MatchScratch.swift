import Synchronization

/// The memory of one search, kept for the next.
struct MatchScratch: Sendable {
  /// The words asked for.
  var query = TokenScan()
  /// What the words of the query are to the search.
  var atoms: [QueryAtom] = []
  /// Words of the vocabulary that may stand for them.
  var terms: [QueryTerm] = []
  /// Words of the query that may be the initials of others.
  var initials: [QueryInitials] = []
  var run = InitialIndex.Run()
  /// Word of the vocabulary → the best term, for entries of names.
  var matches = WordMatches()
  /// ``NameIndex/rarity(_:)`` of small counts, for the index whose number of names is the second.
  var rarities: [Float] = []
  var raritiesOf = -1
  /// Names with their first sums, then with their cosines.
  var candidates: [(slot: UInt32, sum: Float)] = []
  /// Sums by slot; zero but for ``touched``.
  var sums: [Float] = []
  var touched: [UInt32] = []
  var order: [UInt32] = []
  /// Counts by word; zero between uses.
  var wordCounts: [UInt16] = []
  var touchedWords: [UInt32] = []
  var grams: [UInt32] = []
  var symbols = SymbolTable()
  var tokens = TokenBlocks()
  var texts = TextBlocks()
  var words: [UInt32] = []
  var distances: [UInt8] = []
  var common: [UInt16] = []
  var letters: [UInt8] = []
  var queryLetters: [UInt8] = []
  var coverage: [Float] = []
  var covered: [Float] = []
  /// The names that were scored, in no order.
  var found: [Found] = []
  var work = MatchWork()

  private static let pool = Mutex<[MatchScratch]>([])

  /// One that nobody holds.
  static func take() -> MatchScratch {
    pool.withLock { $0.popLast() } ?? MatchScratch()
  }

  /// Gives one back.
  static func give(_ scratch: consuming MatchScratch) {
    pool.withLock { [scratch] in if $0.count < 16 { $0.append(scratch) } }
  }
}

/// A name with its features and what comes of them.
struct Found: Sendable {
  var slot: UInt32
  var features = Features()
  var score: Float = 0
  var semantic: Float?
}

/// A distinct word of the query.
struct QueryAtom: Sendable {
  /// Its place in ``TokenScan/atoms``: the first of equal ones.
  var place: Int
  var key: Range<Int>
  var kind: TokenClass
  var length: Int
  /// Its number in the vocabulary.
  var word: UInt32
  var rarity: Float
  var isTail: Bool
  var isGlued: Bool

  /// Whether it may be a longer word with letters left out.
  var mayAbbreviate: Bool { (kind == .word || kind == .unit) && 2...5 ~= key.count }
}

/// A word of the query that may be initials.
struct QueryInitials: Sendable {
  /// Its number among ``MatchScratch/atoms``.
  var number: Int
  var letters: [UInt32]
  /// Whether no name has it as a word.
  var isUnknown: Bool
}

/// A word of the vocabulary that may stand for words of the query.
struct QueryTerm: Sendable {
  var word: UInt32
  /// The words of the query that it covers, by their numbers.
  var first: Int
  var last: Int
  var similarity: Float
  /// The part of the query's word that it covers: less than 1 where that was split.
  var share: Float
}

/// Word → term, by open addressing.
struct WordMatches {
  private var keys = [UInt32](repeating: .max, count: 4_096)
  private var values = [Int32](repeating: -1, count: 4_096)
  private var used: [Int] = []

  mutating func removeAll() {
    for place in used { keys[place] = .max }
    used.removeAll(keepingCapacity: true)
  }

  /// The value of a word; nil where it has none.
  @inline(__always) subscript(word: UInt32) -> Int32? {
    let mask = keys.count - 1
    var place = Int(word &* 0x9E37_79B9) >> 8 & mask
    while keys[place] != .max {
      if keys[place] == word { return values[place] }
      place = (place + 1) & mask
    }
    return nil
  }

  /// Sets the value of a word.
  mutating func set(_ word: UInt32, _ value: Int32) {
    let mask = keys.count - 1
    var place = Int(word &* 0x9E37_79B9) >> 8 & mask
    while keys[place] != .max, keys[place] != word { place = (place + 1) & mask }
    if keys[place] == .max { used.append(place) }
    keys[place] = word
    values[place] = value
    if used.count * 2 > keys.count { grow() }
  }

  private mutating func grow() {
    let pairs = used.map { (keys[$0], values[$0]) }
    keys = [UInt32](repeating: .max, count: keys.count * 2)
    values = [Int32](repeating: -1, count: keys.count)
    used.removeAll()
    for (word, value) in pairs { set(word, value) }
  }
}

/// The characters of a query, numbered from 1: what the kernels compare.
struct SymbolTable {
  private var ascii = [UInt8](repeating: 0, count: 128)
  private var others: [UInt32] = []
  private var numbers: [UInt8] = []
  private var count = 0

  mutating func removeAll() {
    for index in 0..<128 { ascii[index] = 0 }
    others.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
    count = 0
  }

  /// The symbol of an ASCII character, 0 where the query has it not.
  func number(ascii byte: UInt8) -> UInt8 { ascii[Int(byte)] }

  /// Appends the symbols of a word of the vocabulary, 0 for characters that the query has not.
  func append(_ bytes: [UInt8], _ range: Range<Int>, to symbols: inout [UInt8]) {
    var place = range.lowerBound
    while place < range.upperBound {
      let byte = bytes[place]
      place += 1
      if byte < 0x80 {
        symbols.append(ascii[Int(byte)])
        continue
      }
      var scalar = UInt32(byte)
      while place < range.upperBound, bytes[place] & 0xC0 == 0x80 {
        scalar = scalar << 8 | UInt32(bytes[place])
        place += 1
      }
      symbols.append(others.firstIndex(of: scalar).map { numbers[$0] } ?? 0)
    }
  }

  /// Appends the symbols of a word of the query: new ones for new characters, 0 when none are left.
  mutating func append(_ key: ArraySlice<UInt8>, to symbols: inout [UInt8]) {
    var place = key.startIndex
    while place < key.endIndex {
      let byte = key[place]
      place += 1
      if byte < 0x80 {
        if ascii[Int(byte)] == 0, count < TokenBlocks.symbolLimit - 1 {
          count += 1
          ascii[Int(byte)] = UInt8(count)
        }
        symbols.append(ascii[Int(byte)])
        continue
      }
      var scalar = UInt32(byte)
      while place < key.endIndex, key[place] & 0xC0 == 0x80 {
        scalar = scalar << 8 | UInt32(key[place])
        place += 1
      }
      if let known = others.firstIndex(of: scalar) {
        symbols.append(numbers[known])
      } else if count < TokenBlocks.symbolLimit - 1 {
        count += 1
        others.append(scalar)
        numbers.append(UInt8(count))
        symbols.append(UInt8(count))
      } else {
        symbols.append(0)
      }
    }
  }
}
