/// What is known of words beforehand: how little the common ones say, and which ones mean nearly
/// the same in the talk of a business with its customers.
///
/// Built once, from the lists in `Lexicon+Words.swift`; looked up by hash.
struct Lexicon: Sendable {
  /// What is known of one word.
  struct Entry {
    /// 1 for a word that is not listed.
    var weight: Float = 1
    /// 0 is none.
    var concept: UInt16 = 0
  }

  static let shared = Lexicon()

  private let mask: Int
  private let keys: [UInt64]
  private let entries: [Entry]
  /// A hash of everything in the lists.
  let fingerprint: UInt64

  private init() {
    var known: [(key: UInt64, entry: Entry)] = []
    var places: [UInt64: Int] = [:]
    var digest = FeatureHash.Kind.word
    func note(_ word: Substring, _ change: (inout Entry) -> Void) {
      var folded = FoldedText()
      folded.fold(String(word))
      precondition(folded.tokens.count == 1, "\(word) is not one word")
      let range = Int(folded.tokens[0].start)..<Int(folded.tokens[0].end)
      let key = FeatureHash.word(folded.scalars[range], kind: FeatureHash.Kind.word)
      digest = FeatureHash.finish(digest ^ key)
      if let place = places[key] {
        change(&known[place].entry)
      } else {
        places[key] = known.count
        var entry = Entry()
        change(&entry)
        known.append((key, entry))
      }
    }
    for list in Self.commonWords {
      for word in list.words.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
        note(word) { $0.weight = min($0.weight, list.weight) }
      }
    }
    for (number, words) in Self.concepts.enumerated() {
      for word in words.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
        // A word of two concepts keeps the first.
        note(word) { if $0.concept == 0 { $0.concept = UInt16(number + 1) } }
      }
      digest = FeatureHash.finish(digest ^ UInt64(number))
    }
    var size = 1
    while size < known.count * 3 { size *= 2 }
    var keys = [UInt64](repeating: 0, count: size)
    var entries = [Entry](repeating: Entry(), count: size)
    for (key, entry) in known {
      var slot = Int(truncatingIfNeeded: key) & (size - 1)
      while keys[slot] != 0 { slot = (slot + 1) & (size - 1) }
      keys[slot] = key
      entries[slot] = entry
    }
    self.keys = keys
    self.entries = entries
    mask = size - 1
    fingerprint = digest
  }

  /// What is known of the word with this hash (of kind `word`).
  @inline(__always)
  subscript(key: UInt64) -> Entry {
    var slot = Int(truncatingIfNeeded: key) & mask
    while true {
      let found = keys[slot]
      if found == key { return entries[slot] }
      if found == 0 { return Entry() }
      slot = (slot + 1) & mask
    }
  }
}
