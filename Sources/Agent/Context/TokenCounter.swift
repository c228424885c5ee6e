/// How many tokens of a model a text takes.
public enum TokenCounter: Sendable {
  /// More than the text takes, never less, for OpenAI's cl100k and o200k and for vocabularies that
  /// contain cl100k's, as Llama 3's does: see ``TokenEstimate``. About 1.6 times the count for
  /// English prose.
  case estimate
  /// The count itself, by the model's own ranks.
  case bpe(BytePairRanks)

  /// The tokens of a text.
  ///
  /// - Parameter text: Any text. What stands for a special token counts as the text it is.
  /// - Complexity: The estimate O(bytes), about 5 ns each; by ranks O(bytes × log bytes).
  public func count(_ text: String) -> Int {
    switch self {
    case .estimate: TokenEstimate.count(text)
    case .bpe(let ranks): ranks.count(text)
    }
  }
}

/// At least as many tokens as a text has in cl100k_base and in o200k_base.
///
/// Byte-pair merging leaves no two neighbours within a piece of text that would be a token
/// together. So the most tokens that ASCII letters can become is found from the pairs and triples
/// of them that are tokens. Words that are known to be one token count 1; three digits 1; 16 spaces
/// 1; every other ASCII character 1. A scalar beyond ASCII counts what it takes alone, at most,
/// and an eighth more and one for bytes that merge across scalars.
///
/// - Source: the rank files of tiktoken 0.14; Unicode/token_tables.py fills in the tables.
enum TokenEstimate {
  /// Longest words that are looked up.
  private static let wordByteLimit = 20

  static func count(_ text: String) -> Int {
    var text = text
    text.makeContiguousUTF8()
    return count(text.utf8.span)
  }

  static func count(_ text: Span<UInt8>) -> Int {
    var tokens = 0
    var beyond = 0
    var index = 0
    while index < text.count {
      let byte = text[index]
      switch byte {
      case 0x41...0x5A, 0x61...0x7A:
        tokens += letters(text, from: &index, before: index > 0 ? text[index - 1] : 0x0A)
      case 0x20:
        tokens += spaces(text, from: &index)
      case 0x30...0x39:
        let start = index
        while index < text.count, text[index] &- 0x30 < 10 { index += 1 }
        tokens += (index - start + 2) / 3
      case 0..<0x80:
        tokens += 1
        index += 1
      default:
        beyond += scalar(text, from: &index)
      }
    }
    return tokens + beyond + (beyond + 7) / 8 + (beyond > 1 ? 1 : 0)
  }

  /// Spaces; one before a letter goes with the letters.
  private static func spaces(_ text: Span<UInt8>, from index: inout Int) -> Int {
    let start = index
    while index < text.count, text[index] == 0x20 { index += 1 }
    let count = index - start
    guard index < text.count else { return (count + 15) / 16 }
    let next = text[index]
    if isLetter(next) {
      let before = (count + 14) / 16
      return before + letters(text, from: &index, before: 0x20)
    }
    // The last of them goes with a sign, and stands alone before all else.
    let alone = next > 0x20 && next < 0x7F && next &- 0x30 >= 10 ? 0 : 1
    return (count + 14) / 16 + alone
  }

  /// ASCII letters, with the space before them.
  private static func letters(
    _ text: Span<UInt8>, from index: inout Int, before: UInt8
  ) -> Int {
    let start = index
    var hasBigLater = false
    while index < text.count, isLetter(text[index]) {
      hasBigLater = hasBigLater || index > start && text[index] < 0x60
      index += 1
    }
    let endsInASCII = index == text.count || text[index] < 0x80
    if (before == 0x20 || before == 0x0A) && endsInASCII && !hasBigLater,
      index - start <= wordByteLimit, words.contains(key(text, start..<index))
    {
      return 1
    }
    // `'ve` and the like are cut off from the letters behind them.
    let cut = before == 0x27 && index - start > 1 ? 1 : 0
    return most(text, start..<index, afterSpace: before == 0x20) + cut
  }

  /// The most tokens that letters can become.
  private static func most(
    _ text: Span<UInt8>, _ range: Range<Int>, afterSpace: Bool
  ) -> Int {
    let none = -1_000_000
    // Most tokens of what was read, whose last has 1, 2, 3 or more letters; now and one, two and
    // three letters before.
    var now = (one: none, two: none, more: none)
    var previous = now
    var third = now
    // The last three letters by their numbers: 0 the space, 1…26 small, 27…52 big.
    var last = (-1, -1)
    var read = 0
    func step(_ letter: Int) {
      let (far, near) = last
      let splits = near >= 1 && near <= 26 && letter > 26
      let splitsBefore = far >= 1 && far <= 26 && near > 26
      var one = read == 0 ? 0 : now.more
      if read > 0, splits || !isPair(near, letter) { one = max(one, now.one) }
      if read > 1, splits || splitsBefore || !isTriple(far, near, letter) {
        one = max(one, now.two)
      }
      var two = none
      if read == 1 { two = 0 }
      if read > 1 {
        two = max(previous.two, previous.more)
        if splits || splitsBefore || !isTriple(far, near, letter) { two = max(two, previous.one) }
      }
      var more = read == 2 ? 0 : max(third.one, max(third.two, third.more))
      more = max(more + 1, now.more)
      third = previous
      previous = now
      now = (one + 1, two + 1, more)
      last = (near, letter)
      read += 1
    }
    if afterSpace { step(0) }
    for index in range {
      let byte = text[index]
      step(byte > 0x60 ? Int(byte) - 0x60 : Int(byte) - 0x40 + 26)
    }
    return max(now.one, max(now.two, now.more))
  }

  /// Tokens of a scalar beyond ASCII; what is no UTF-8 counts a token a byte.
  private static func scalar(_ text: Span<UInt8>, from index: inout Int) -> Int {
    let first = text[index]
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
    guard length > 1, index + length <= text.count else {
      index += 1
      return 1
    }
    var value = Int(first) & (0x7F >> length)
    for place in 1..<length { value = value << 6 | Int(text[index + place] & 0x3F) }
    index += length
    let block = value >> 6 - 2
    guard charges.indices.contains(block) else { return length }
    return singles[value >> 3] & 1 << UInt8(value & 7) != 0 ? 1 : charges[block]
  }

  @inline(__always) private static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26
  }

  private static func isPair(_ left: Int, _ right: Int) -> Bool {
    pairs[left * 53 + right]
  }

  private static func isTriple(_ first: Int, _ second: Int, _ third: Int) -> Bool {
    max(first, second, third) <= 26 && triples[(first * 27 + second) * 27 + third]
  }

  // MARK: Tables

  /// A word of at most ``wordByteLimit`` letters, as a number: 5 bits a letter, wrapped around.
  private static func key(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt128 {
    var key: UInt128 = 1
    for index in range { key = key << 5 | UInt128(text[index] & 0x1F) }
    return key
  }

  private static let words: Set<UInt128> = {
    var words: Set<UInt128> = []
    for word in TokenTables.words.split(whereSeparator: \.isWhitespace) {
      let bytes = Array(word.utf8)
      words.insert(key(bytes.span, bytes.indices))
    }
    return words
  }()

  private static let pairs = bits(TokenTables.pairs)
  private static let triples = bits(TokenTables.triples)

  private static func bits(_ text: String) -> [Bool] {
    text.utf8.flatMap { digit -> [Bool] in
      guard digit > 0x20 else { return [] }
      let value = digit < 0x60 ? digit - 0x30 : digit - 0x57
      return (0..<4).map { value >> $0 & 1 != 0 }
    }
  }

  private static let charges: [Int] = {
    var charges: [Int] = []
    for run in TokenTables.charges.split(whereSeparator: \.isWhitespace) {
      let parts = run.split(separator: "x").compactMap { Int($0) }
      charges += [Int](repeating: parts[0], count: parts[1])
    }
    return charges
  }()

  private static let singles: [UInt8] = {
    var singles = [UInt8](repeating: 0, count: 0x20000 / 8)
    for span in TokenTables.singles.split(whereSeparator: \.isWhitespace) {
      let ends = span.split(separator: "-").compactMap { Int($0, radix: 16) }
      for value in ends[0]...ends[ends.count - 1] { singles[value >> 3] |= 1 << UInt8(value & 7) }
    }
    return singles
  }()
}
