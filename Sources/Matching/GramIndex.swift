/// Finds the words of a vocabulary that are spelled alike: by three neighbouring characters, the
/// ends counted, and by the first letter with each later consonant, for abbreviations.
struct GramIndex: Sendable {
  /// The words of a gram, ascending.
  private var lists: [UInt32: [UInt32]] = [:]
  private(set) var entryCount = 0

  /// Entries of lists that are read for a word, rarest lists first.
  static let entryLimit = 4_096
  /// Characters of a word that count.
  private static let lengthLimit = 32

  var byteCount: Int { lists.capacity * 14 + lists.count * 32 + entryCount * 5 }

  mutating func add(_ word: UInt32, _ key: Span<UInt8>, _ kind: TokenClass) {
    guard kind == .word || kind == .code || kind == .unit else { return }
    var grams: [UInt32] = []
    Self.grams(of: key, into: &grams)
    if kind != .code { Self.skips(of: key, into: &grams) }
    for gram in grams {
      // A gram that a word has twice stands once.
      if lists[gram]?.last != word {
        lists[gram, default: []].append(word)
        entryCount += 1
      }
    }
  }

  /// The list of a gram.
  @inline(__always) func list(_ gram: UInt32) -> [UInt32] { lists[gram] ?? [] }

  /// Appends the grams of three characters of a word.
  static func grams(of key: Span<UInt8>, into grams: inout [UInt32]) {
    var scalars: [UInt32] = [1]
    append(key, to: &scalars)
    scalars.append(2)
    guard scalars.count >= 5 else { return }
    for place in 0..<scalars.count - 2 {
      grams.append(hash(scalars[place], scalars[place + 1], scalars[place + 2]))
    }
  }

  /// Appends the pairs of the first letter and each later consonant.
  static func skips(of key: Span<UInt8>, into grams: inout [UInt32]) {
    guard key.count >= 2, key.count <= lengthLimit else { return }
    for place in 1..<key.count where isConsonant(key[place]) {
      let gram = hash(UInt32(key[0]), 3, UInt32(key[place]))
      if !grams.contains(gram) { grams.append(gram) }
    }
  }

  static func isConsonant(_ byte: UInt8) -> Bool {
    guard byte &- 0x61 < 26 else { return false }
    return !(byte == 0x61 || byte == 0x65 || byte == 0x69 || byte == 0x6F || byte == 0x75)
  }

  /// The first characters of a UTF-8 key, as their bytes stand: only equality counts.
  static func append(_ key: Span<UInt8>, to scalars: inout [UInt32]) {
    var scalar: UInt32 = 0
    var count = 0
    for index in key.indices {
      let byte = key[index]
      if byte & 0xC0 == 0x80 {
        scalar = scalar << 8 | UInt32(byte)
        continue
      }
      if index > 0 { scalars.append(scalar) }
      count += 1
      if count > lengthLimit { return }
      scalar = UInt32(byte)
    }
    if !key.isEmpty { scalars.append(scalar) }
  }

  private static func hash(_ a: UInt32, _ b: UInt32, _ c: UInt32) -> UInt32 {
    var hash = TextHash.step(0x1319_8A2E_0370_7344, UInt64(a))
    hash = TextHash.step(hash, UInt64(b))
    return UInt32(truncatingIfNeeded: TextHash.finish(TextHash.step(hash, UInt64(c))))
  }
}
