/// Hashes of symbols, taken one after the other.
enum SymbolHash {
  /// Which strings are told apart, for they stand in one table.
  static let spelled: UInt64 = 0x9E37_79B9_7F4A_7C15
  static let sounded: UInt64 = 0xC2B2_AE3D_27D4_EB4F

  @inline(__always) static func add(_ symbol: UInt16, to hash: UInt64) -> UInt64 {
    (hash ^ UInt64(symbol)) &* 0xD6E8_FEB8_6659_FD93 ^ hash >> 29
  }

  @inline(__always) static func finish(_ hash: UInt64) -> UInt64 {
    let mixed = (hash ^ hash >> 32) &* 0xD6E8_FEB8_6659_FD93
    return mixed ^ mixed >> 32
  }

  static func whole(_ symbols: some Sequence<UInt16>, seed: UInt64 = spelled) -> UInt64 {
    finish(symbols.reduce(seed) { add($1, to: $0) })
  }
}

/// The strings that are left when letters of a word's beginning are deleted.
///
/// Two words within two edits of each other have one such string in common, each with at most two
/// deletions (the symmetric deletes of SymSpell, W. Garbe 2012), also where only the first
/// ``prefix`` letters are looked at.
enum Deletes {
  static let prefix = 7

  /// Calls `body` with the hash of each string, fewest deletions first.
  ///
  /// Of several deletions that leave the same string in a run of equal letters one is made.
  @inline(__always)
  static func forEach(
    _ symbols: Span<UInt16>, _ deletions: ClosedRange<Int>, seed: UInt64 = SymbolHash.spelled,
    _ body: (_ hash: UInt64, _ deletions: Int) -> Void
  ) {
    let count = min(symbols.count, prefix)
    if deletions.contains(0) {
      var hash = seed
      for index in 0..<count { hash = SymbolHash.add(symbols[index], to: hash) }
      body(SymbolHash.finish(hash), 0)
    }
    if deletions.contains(1), count > 1 {
      var before = seed
      for first in 0..<count {
        if first == 0 || symbols[first] != symbols[first - 1] {
          var hash = before
          for index in first + 1..<count { hash = SymbolHash.add(symbols[index], to: hash) }
          body(SymbolHash.finish(hash), 1)
        }
        before = SymbolHash.add(symbols[first], to: before)
      }
    }
    guard deletions.contains(2), count > 2 else { return }
    var before = seed
    for first in 0..<count - 1 {
      if first == 0 || symbols[first] != symbols[first - 1] {
        var between = before
        for second in first + 1..<count {
          if second == first + 1 || symbols[second] != symbols[second - 1] {
            var hash = between
            for index in second + 1..<count { hash = SymbolHash.add(symbols[index], to: hash) }
            body(SymbolHash.finish(hash), 2)
          }
          between = SymbolHash.add(symbols[second], to: between)
        }
      }
      before = SymbolHash.add(symbols[first], to: before)
    }
  }

  /// Deletions that are tried with a word of so many letters.
  static func deletions(ofLength count: Int) -> Int { count <= 3 ? 1 : 2 }
}
