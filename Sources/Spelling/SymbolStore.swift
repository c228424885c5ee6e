/// Folded words one after the other.
struct SymbolStore: Sendable {
  private(set) var symbols: [Symbol] = []
  /// Of each word, side by side for they are looked at together, its letters as a set, and where
  /// its symbols begin.
  private(set) var heads: [SIMD2<UInt32>] = [SIMD2(0, 0)]

  /// Room for so many words and symbols.
  init(wordCount: Int = 0, symbolCount: Int = 0) {
    heads.reserveCapacity(wordCount + 1)
    symbols.reserveCapacity(symbolCount)
  }

  var count: Int { heads.count - 1 }
  var byteCount: Int { symbols.count * 2 + heads.count * 8 }

  mutating func append(word: String) {
    Folding.append(word, to: &symbols)
    let last = heads.count - 1
    heads[last].x = Self.letters(symbols.span.extracting(Int(heads[last].y)..<symbols.count))
    heads.append(SIMD2(0, UInt32(symbols.count)))
  }

  /// The letters of a word as a set: a bit for each of a…z, six for all others. An edit changes
  /// two at most.
  static func letters(_ word: Span<Symbol>) -> UInt32 {
    var set: UInt32 = 0
    for index in 0..<word.count {
      let letter = word[index] &- 0x61
      set |= 1 << UInt32(letter < 26 ? letter : 26 + word[index] % 6)
    }
    return set
  }

  @inline(__always) func range(of word: Int) -> Range<Int> {
    Int(heads[word].y)..<Int(heads[word + 1].y)
  }

  func hash(of word: Int) -> UInt64 { SymbolHash.whole(symbols[range(of: word)]) }

  @inline(__always) func equals(_ word: Int, _ other: Span<Symbol>) -> Bool {
    let start = Int(heads[word].y)
    guard Int(heads[word + 1].y) - start == other.count else { return false }
    for index in 0..<other.count where symbols[start + index] != other[index] { return false }
    return true
  }

  /// Calls `note` with every hash under which the word is found, and its deletions.
  func visit(_ word: Int, _ note: (UInt64, Int) -> Void) {
    let span = symbols.span.extracting(range(of: word))
    guard !span.isEmpty, span.count <= SpellingLimits.wordLength else { return }
    Deletes.forEach(span, 0...Deletes.deletions(ofLength: span.count), note)
    let key = SoundKey(span)
    if key.count > 1 { key.visit(0...key.deletions, note) }
  }
}
