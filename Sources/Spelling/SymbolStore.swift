/// Folded words one after the other.
struct SymbolStore: Sendable {
  private(set) var symbols: [Symbol] = []
  /// Where each word's symbols begin.
  private var starts: [UInt32] = [0]
  /// ``WordSignature`` of each word.
  private(set) var signatures: [UInt32] = []

  var count: Int { signatures.count }

  mutating func append(word: String) {
    let start = symbols.count
    Folding.append(word, to: &symbols)
    signatures.append(WordSignature(symbols.span.extracting(start..<symbols.count)).bits)
    starts.append(UInt32(symbols.count))
  }

  @inline(__always) func range(of word: Int) -> Range<Int> {
    Int(starts[word])..<Int(starts[word + 1])
  }

  /// Adds every hash under which the word is found.
  func append(_ word: Int, to deletes: inout Deletes) {
    deletes.add(all: symbols.span.extracting(range(of: word)))
  }
}

/// The letters of a word as a set, and how many: a bit for each of a…z, one for all others, and
/// five for the count, at most 31.
struct WordSignature {
  let bits: UInt32

  @inline(__always) init(bits: UInt32) { self.bits = bits }

  init(_ word: Span<Symbol>) {
    var set: UInt32 = 0
    for index in 0..<word.count {
      let letter = word[index] &- 0x61
      set |= 1 << UInt32(letter < 26 ? letter : 26)
    }
    bits = set | UInt32(min(31, word.count)) << 27
  }

  /// Whether words with these signatures may be `edits` apart: each changes two letters of the set
  /// and one of the count at most.
  @inline(__always) func isWithin(_ edits: Int, of other: WordSignature) -> Bool {
    let difference = Int(bits >> 27) &- Int(other.bits >> 27)
    return ((bits ^ other.bits) & 0x7FF_FFFF).nonzeroBitCount <= 2 &* edits
      && difference <= edits && difference >= -edits
  }
}
