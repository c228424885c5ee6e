import CWordLists

/// The strings that are left when letters of a word's beginning are deleted, as hashes.
///
/// Two words within two edits of each other have one such string in common, each with at most two
/// deletions (the symmetric deletes of SymSpell, W. Garbe 2012), also where only the first
/// ``prefix`` letters are looked at. The upper bits of a hash are the good ones.
struct Deletes {
  static let prefix = Int(CW_PREFIX)
  /// Beyond all letters: what is written and how it sounds stand in one table.
  private static let sounds: UInt64 = 0x20000

  /// As many are made at most.
  private static let limit = 1 + prefix + prefix * (prefix - 1) / 2
  private var hashes = [UInt64](repeating: 0, count: 2 * Deletes.limit)
  private(set) var count = 0

  @inline(__always) subscript(index: Int) -> UInt64 { hashes[index] }

  /// Forgets all.
  mutating func removeAll() { count = 0 }

  /// Adds those of a word after so many deletions, fewest first, beside those of one other word.
  ///
  /// - Precondition: 0…2 deletions.
  mutating func add(_ word: Span<Symbol>, _ deletions: ClosedRange<Int>, isSound: Bool = false) {
    precondition(count <= Self.limit && deletions.lowerBound >= 0 && deletions.upperBound <= 2)
    let (start, shift) = (count, isSound ? Self.sounds : 0)
    let made = unsafe hashes.withUnsafeMutableBufferPointer { hashes in
      unsafe word.withUnsafeBufferPointer { word in
        guard let symbols = word.baseAddress, let base = hashes.baseAddress else {
          return 0
        }
        return unsafe cw_deletions(
          symbols, word.count, shift, Int32(deletions.lowerBound), Int32(deletions.upperBound),
          base + start)
      }
    }
    count += made
  }

  /// Adds those of how a word sounds.
  mutating func add(_ key: SoundKey, _ deletions: ClosedRange<Int>) {
    let symbols: InlineArray<7, Symbol> = [
      key[0], key[1], key[2], key[3], key[4], key[5], key[6],
    ]
    add(
      symbols.span.extracting(0..<min(key.count, Self.prefix)), deletions, isSound: true)
  }

  /// Adds all those under which a word of the list is found.
  mutating func add(all word: Span<Symbol>) {
    guard 1...SpellingLimits.wordLength ~= word.count else { return }
    add(word, 0...Self.deletions(ofLength: word.count))
  }

  /// Deletions that are tried with a word of so many letters.
  static func deletions(ofLength count: Int) -> Int { count <= 3 ? 1 : 2 }
}
