import Platform

/// The words of a language with their frequencies: immutable, and shared by all businesses.
///
/// Format: FORMAT.md. Made from what is built into the program at the first use of a language, in
/// about 0.4 s; about 28 MB for 105,000 words. Words are numbered by frequency, 0 the commonest.
public final class WordList: Sendable {
  /// The language's code.
  public let language: String
  /// Words in it.
  public let count: Int
  let flags: Flags
  /// Words as they are written, one after the other.
  private let texts: [UInt8]
  private let textStarts: [UInt32]
  let symbols: SymbolStore
  let table: WordTable
  /// 30 times the Zipf value (log10 of occurrences in 10⁹ words) of each word, descending.
  let frequencies: [UInt8]
  /// Of each frequency, the first word that is rarer.
  let ends: [Int]
  let deletes: DeletesIndex
  let bigrams: Bigrams
  /// An open hash table from folded words to numbers plus 1, and 13 bits of the hash.
  private let places: [UInt32]

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
    frequencies = file.order.map { file.frequencies[Int($0)] }
    var ends = [Int](repeating: 0, count: 257)
    for frequency in frequencies { ends[Int(frequency)] += 1 }
    for frequency in (0..<256).reversed() { ends[frequency] += ends[frequency + 1] }
    self.ends = ends
    var texts: [UInt8] = []
    texts.reserveCapacity(file.texts.count)
    var starts: [UInt32] = [0]
    starts.reserveCapacity(count + 1)
    var symbols = SymbolStore(wordCount: count, symbolCount: file.texts.count)
    for place in file.order {
      let word = file.texts[Int(file.starts[Int(place)])..<Int(file.starts[Int(place) + 1])]
      texts.append(contentsOf: word)
      starts.append(UInt32(texts.count))
      symbols.append(word: String(decoding: word, as: UTF8.self))
    }
    self.texts = texts
    textStarts = starts
    self.symbols = symbols
    table = WordTable(symbols, frequencies)
    bigrams = file.bigrams
    var size = 16
    while size < symbols.count * 2 { size *= 2 }
    var places = [UInt32](repeating: 0, count: size)
    for word in 0..<symbols.count {
      let hash = symbols.hash(of: word)
      var slot = Int(truncatingIfNeeded: hash) & (size - 1)
      while places[slot] != 0 { slot = (slot + 1) & (size - 1) }
      places[slot] = UInt32(word + 1) << 13 | UInt32(hash >> 51)
    }
    self.places = places
    deletes = DeletesIndex(wordCount: symbols.count) { word, note in
      symbols.visit(word, note)
    }
  }

  /// Bytes in memory, all parts together.
  public var byteCount: Int {
    texts.count + frequencies.count + deletes.byteCount + table.byteCount + symbols.byteCount
      + bigrams.byteCount
      + (textStarts.count + places.count) * MemoryLayout<UInt32>.stride
  }

  /// The word as it is written.
  func text(of word: Int) -> String {
    String(decoding: texts[Int(textStarts[word])..<Int(textStarts[word + 1])], as: UTF8.self)
  }

  /// Calls `body` with each word that is folded alike, until it returns false.
  func forEach(
    folded: Span<Symbol>, hash: UInt64, _ body: (_ word: Int) -> Bool
  ) {
    var slot = Int(truncatingIfNeeded: hash) & (places.count - 1)
    while places[slot] != 0 {
      let place = places[slot]
      if place & 0x1FFF == UInt32(hash >> 51) {
        let word = Int(place >> 13) - 1
        if symbols.equals(word, folded), !body(word) { return }
      }
      slot = (slot + 1) & (places.count - 1)
    }
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
