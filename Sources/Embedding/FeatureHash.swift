/// The hashing of words and n-grams. A change here changes every vector: see
/// ``HashedEmbedder/version``.
enum FeatureHash {
  private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Continues a running hash by one scalar; cheap, and good only after ``finish(_:)``.
  @inline(__always)
  static func step(_ hash: UInt64, _ scalar: UInt32) -> UInt64 {
    (hash ^ UInt64(scalar)) &* factor
  }

  /// Spreads a running hash over all its bits (the finaliser of SplitMix64).
  @inline(__always)
  static func finish(_ hash: UInt64) -> UInt64 {
    var mixed = hash
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// Starting values, one a kind of feature, so that a word is not the n-gram of its letters.
  enum Kind {
    static let word: UInt64 = 0x243F_6A88_85A3_08D3
    static let stem: UInt64 = 0x1319_8A2E_0370_7344
    static let gram: UInt64 = 0xA409_3822_299F_31D0
    static let pair: UInt64 = 0x082E_FA98_EC4E_6C89
    static let concept: UInt64 = 0x4528_21E6_38D0_1377
  }

  @inline(__always)
  static func word(_ scalars: ArraySlice<UInt32>, kind: UInt64) -> UInt64 {
    var hash = kind
    for scalar in scalars { hash = step(hash, scalar) }
    return finish(hash)
  }
}

/// Brings the inflected forms of a word together, for several European languages at once.
///
/// Plurals, participles and final vowels go, and doubled letters become one: *returns, returned,
/// returning* are `return`; *zapato, zapatos, zapatas* `zapat`. It joins too much now and then,
/// and the n-grams of the whole word keep such words apart.
enum LightStemmer {
  /// The length of the stem within `scalars[start..<end]`, and whether its last letter reads `i`
  /// for `y`.
  static func stem(
    _ scalars: [UInt32], _ start: Int, _ end: Int
  ) -> (length: Int, endsInY: Bool) {
    var count = end - start
    func at(_ back: Int) -> UInt32 { back <= count ? scalars[start + count - back] : 0 }
    func ends(_ a: Character, _ b: Character) -> Bool {
      at(2) == UInt32(a.asciiValue!) && at(1) == UInt32(b.asciiValue!)
    }
    let s: UInt32 = 0x73
    if count > 4 && at(3) == 0x69 && ends("e", "s") {
      count -= 2
      return (count, true)
    }
    if count > 3 && at(1) == s && at(2) != s && at(2) != 0x75 && at(2) != 0x69 { count -= 1 }
    if count >= 6 && at(3) == 0x69 && ends("n", "g") {
      count -= 3
    } else if count >= 5 && (ends("e", "d") || ends("e", "n")) {
      count -= 2
    } else if count >= 6 && ends("l", "y") {
      count -= 2
    }
    if count >= 4, at(1) == 0x65 || at(1) == 0x61 || at(1) == 0x6F { count -= 1 }
    if count >= 3, at(1) == at(2) { count -= 1 }
    return (count, count > 3 && at(1) == 0x79)
  }
}
