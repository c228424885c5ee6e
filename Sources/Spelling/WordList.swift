import Platform

/// The words of a language with their frequencies: immutable, and shared by all businesses.
///
/// Format: FORMAT.md. Made from what is built into the program at the first use of a language.
/// Words are numbered by frequency, 0 the commonest.
public final class WordList: Sendable {
  /// The language's code.
  public let language: String
  /// Words in it.
  public let count: Int
  let flags: Flags
  /// Words as they are written, one after the other.
  private let texts: [UInt8]
  private let textStarts: [UInt32]
  let table: WordTable
  /// Symbols of the few words that the table has no room for.
  private let others: [Int: [Symbol]]
  /// Of each frequency, the first word that is rarer.
  let ends: [Int]
  let deletes: DeletesIndex
  let bigrams: Bigrams
  /// An open hash table from folded words to numbers plus 1, and 13 bits of the hash.
  private let places: [UInt32]
  /// A bit for each of 2²⁰ hashes that some word has: most strings that are no word are told so by
  /// memory that is near.
  private let filter: [UInt64]

  struct Flags: OptionSet, Sendable {
    let rawValue: UInt32
    /// A missing accent is an error.
    static let accentsMatter = Flags(rawValue: 1)
    /// Words are made of words without limit.
    static let compounds = Flags(rawValue: 2)
    /// Short words lose a vowel and stand before an apostrophe.
    static let elision = Flags(rawValue: 4)
    /// Any noun takes `'s`.
    static let possessive = Flags(rawValue: 8)
  }

  /// Reads a list.
  ///
  /// - Parameter bytes: A whole file, as FORMAT.md describes it.
  /// - Throws: ``SpellingError/damagedWordList(byteOffset:)``.
  public init(_ bytes: [UInt8]) throws(SpellingError) {
    let file = try WordListFile(bytes)
    language = file.language
    count = file.order.count
    flags = Flags(rawValue: file.flags)
    bigrams = file.bigrams
    var ends = [Int](repeating: 0, count: 257)
    for frequency in file.frequencies { ends[Int(frequency)] += 1 }
    for frequency in (0..<256).reversed() { ends[frequency] += ends[frequency + 1] }
    self.ends = ends
    var texts: [UInt8] = []
    texts.reserveCapacity(file.texts.count)
    var starts: [UInt32] = [0]
    starts.reserveCapacity(count + 1)
    var others: [Int: [Symbol]] = [:]
    var keys: [SoundKey] = []
    keys.reserveCapacity(count)
    var size = 16
    while size < count * 2 { size *= 2 }
    var places = [UInt32](repeating: 0, count: size)
    var filter = [UInt64](repeating: 0, count: 1 << 14)
    let table = WordTable(
      wordCount: count,
      longRoom: zip(file.starts, file.starts.dropFirst()).count {
        Int($1 - $0) > WordTable.packedCount
      })
    var long = 0
    var symbols: [Symbol] = []
    for (word, place) in file.order.enumerated() {
      let text = file.texts[Int(file.starts[Int(place)])..<Int(file.starts[Int(place) + 1])]
      texts.append(contentsOf: text)
      starts.append(UInt32(texts.count))
      symbols.removeAll(keepingCapacity: true)
      Folding.append(String(decoding: text, as: UTF8.self), to: &symbols)
      let key = SoundKey(symbols.span)
      keys.append(key)
      var isPlain = symbols.count == text.count
      for (symbol, byte) in zip(symbols, text) where LetterCode.of(symbol) != byte {
        isPlain = false
      }
      let fits = table.set(
        word, symbols.span, isPlain: isPlain, frequency: file.frequencies[Int(place)],
        sound: key.mark, long: &long)
      if !fits { others[word] = symbols }
      let hash = SymbolHash.whole(symbols.span)
      var slot = Int(truncatingIfNeeded: hash) & (size - 1)
      while places[slot] != 0 { slot = (slot + 1) & (size - 1) }
      places[slot] = UInt32(word + 1) << 13 | UInt32(hash >> 51)
      filter[Int(hash >> 50)] |= 1 << (hash >> 44 & 63)
    }
    self.texts = texts
    textStarts = starts
    self.table = table
    self.others = others
    self.places = places
    self.filter = filter
    deletes = DeletesIndex(wordCount: count) { word, deletes in
      symbols.removeAll(keepingCapacity: true)
      Self.append(word, table, others, to: &symbols)
      deletes.add(all: symbols.span)
      let key = keys[word]
      if key.count > 1 { deletes.add(key, 0...key.deletions) }
      return symbols.count
    }
  }

  /// Bytes in memory, all parts together.
  public var byteCount: Int {
    texts.count + deletes.byteCount + table.byteCount + bigrams.byteCount
      + (textStarts.count + places.count) * MemoryLayout<UInt32>.stride + filter.count * 8
      + others.values.reduce(0) { $0 + 100 + $1.count * 2 }
  }

  /// The word as it is written.
  func text(of word: Int) -> String {
    if let text = table.plainText(of: word) { return text }
    return String(
      decoding: texts[Int(textStarts[word])..<Int(textStarts[word + 1])],
      as: UTF8.self)
  }

  /// Appends the word's symbols.
  func append(_ word: Int, to symbols: inout [Symbol]) {
    Self.append(word, table, others, to: &symbols)
  }

  private static func append(
    _ word: Int, _ table: WordTable, _ others: [Int: [Symbol]], to symbols: inout [Symbol]
  ) {
    let isHere: Void? = table.withLetters(of: word) { letters in
      for index in 0..<letters.count { symbols.append(LetterCode.symbol(letters[index])) }
    }
    if isHere == nil { symbols.append(contentsOf: others[word] ?? []) }
  }

  /// Symbols of a word that the table has no room for.
  func symbols(ofOther word: Int) -> [Symbol] { others[word] ?? [] }

  /// 30 times the Zipf value (log10 of occurrences in 10⁹ words).
  func frequency(of word: Int) -> UInt8 { table.frequency(of: word) }

  /// Whether there may be words with the hash.
  @inline(__always) func mayHave(_ hash: UInt64) -> Bool {
    filter[Int(hash >> 50)] >> (hash >> 44 & 63) & 1 != 0
  }

  /// Calls `body` with each word that is folded alike, until it returns false.
  @inline(__always)
  func forEach(
    folded: Span<Symbol>, hash: UInt64, _ body: (_ word: Int) -> Bool
  ) {
    if !mayHave(hash) { return }
    var slot = Int(truncatingIfNeeded: hash) & (places.count - 1)
    while places[slot] != 0 {
      let place = places[slot]
      if place & 0x1FFF == UInt32(hash >> 51) {
        let word = Int(place >> 13) - 1
        if equals(word, folded), !body(word) { return }
      }
      slot = (slot + 1) & (places.count - 1)
    }
  }

  private func equals(_ word: Int, _ other: Span<Symbol>) -> Bool {
    let isEqual = table.withLetters(of: word) { letters in
      guard letters.count == other.count else { return false }
      for index in 0..<other.count where letters[index] != LetterCode.of(other[index]) {
        return false
      }
      return true
    }
    if let isEqual { return isEqual }
    guard let symbols = others[word], symbols.count == other.count else { return false }
    for index in 0..<other.count where symbols[index] != other[index] { return false }
    return true
  }

  /// The commonest word that is folded so; nil is none.
  func commonest(folded: Span<Symbol>, hash: UInt64) -> Int? {
    var found: Int?
    forEach(folded: folded, hash: hash) { word in
      found = min(found ?? word, word)
      return true
    }
    return found
  }
}
