/// Cuts texts into the pieces within which byte pairs are merged, as the patterns of cl100k_base
/// and o200k_base do, without a regular expression.
///
/// - Source: the patterns of tiktoken 0.14, alternative by alternative.
struct TextPieces {
  /// What a scalar is to the patterns.
  private enum Kind: UInt8 {
    /// Lu and Lt; Ll; Lm and Lo.
    case big, small, letter
    case mark, digit, space, lineEnd, other

    var isLetter: Bool { self == .big || self == .small || self == .letter }
    var isBlank: Bool { self == .space || self == .lineEnd }
    /// May stand before the small letters of a word of o200k.
    var isHead: Bool { self == .big || self == .letter || self == .mark }
    /// May end a word of o200k.
    var isTail: Bool { self == .small || self == .letter || self == .mark }
  }

  private var kinds: [Kind] = []
  private var values: [UInt32] = []
  /// Where each scalar begins, and the end of the text.
  private var offsets: [Int] = []

  /// Calls `body` with the bytes of each piece, in order; together they are the text.
  ///
  /// - Complexity: O(bytes).
  static func each(
    of text: Span<UInt8>, pattern: BytePairRanks.Pattern, _ body: (Range<Int>) -> Void
  ) {
    let pieces = TextPieces(text)
    var start = 0
    while start < pieces.kinds.count {
      let end = pattern == .cl100k ? pieces.end100k(start) : pieces.end200k(start)
      body(pieces.offsets[start]..<pieces.offsets[end])
      start = end
    }
  }

  private init(_ text: Span<UInt8>) {
    kinds.reserveCapacity(text.count)
    values.reserveCapacity(text.count)
    offsets.reserveCapacity(text.count + 1)
    var index = 0
    while index < text.count {
      let first = text[index]
      var length = first < 0x80 ? 1 : first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
      length = min(length, text.count - index)
      var value = UInt32(first)
      if length > 1 {
        value &= 0x7F >> UInt32(length)
        for place in 1..<length { value = value << 6 | UInt32(text[index + place] & 0x3F) }
      }
      offsets.append(index)
      values.append(value)
      kinds.append(value < 0x80 ? Self.ascii[Int(value)] : Self.kind(value))
      index += length
    }
    offsets.append(text.count)
  }

  private static let ascii: [Kind] = (0..<0x80).map { kind($0) }

  private static func kind(_ value: UInt32) -> Kind {
    guard let scalar = Unicode.Scalar(value) else { return .other }
    if value == 0x0A || value == 0x0D { return .lineEnd }
    if scalar.properties.isWhitespace { return .space }
    return switch scalar.properties.generalCategory {
    case .uppercaseLetter, .titlecaseLetter: .big
    case .lowercaseLetter: .small
    case .modifierLetter, .otherLetter: .letter
    case .nonspacingMark, .spacingMark, .enclosingMark: .mark
    case .decimalNumber, .letterNumber, .otherNumber: .digit
    default: .other
    }
  }

  /// The end of what begins at `start` and holds `condition`.
  private func end(_ start: Int, while condition: (Kind) -> Bool) -> Int {
    var end = start
    while end < kinds.count, condition(kinds[end]) { end += 1 }
    return end
  }

  private func kind(_ index: Int) -> Kind? { index < kinds.count ? kinds[index] : nil }

  /// The end of `'s`, `'LL` and the like at `start`; nil where there is none.
  private func contraction(_ start: Int) -> Int? {
    guard start + 1 < values.count, values[start] == 0x27 else { return nil }
    func small(_ index: Int) -> UInt32 {
      guard index < values.count else { return 0 }
      // The long s is an s to a pattern that does not care for case.
      return values[index] == 0x17F ? 0x73 : values[index] | 0x20
    }
    switch (small(start + 1), small(start + 2)) {
    case (0x73, _), (0x64, _), (0x6D, _), (0x74, _): return start + 2
    case (0x6C, 0x6C), (0x76, 0x65), (0x72, 0x65): return start + 3
    default: return nil
    }
  }

  // MARK: cl100k

  private func end100k(_ start: Int) -> Int {
    if let end = contraction(start) { return end }
    let first = kinds[start]
    if first.isLetter { return end(start, while: \.isLetter) }
    if first != .lineEnd, first != .digit, kind(start + 1)?.isLetter == true {
      return end(start + 1, while: \.isLetter)
    }
    if first == .digit { return digits(start) }
    if let end = signs(start, after: { $0 == 0x0A || $0 == 0x0D }) { return end }
    return blanks(start, takesAllAtEnd: true)
  }

  private func digits(_ start: Int) -> Int {
    min(end(start, while: { $0 == .digit }), start + 3)
  }

  /// Signs, with a space before and what follows them.
  private func signs(_ start: Int, after follows: (UInt32) -> Bool) -> Int? {
    let body = values[start] == 0x20 ? start + 1 : start
    var end = end(body, while: { $0 == .other || $0 == .mark })
    guard end > body else { return nil }
    while end < values.count, follows(values[end]) { end += 1 }
    return end
  }

  /// White space: up to its last line end, else all but the last one before something else.
  private func blanks(_ start: Int, takesAllAtEnd: Bool) -> Int {
    let end = end(start, while: \.isBlank)
    if takesAllAtEnd, end == kinds.count { return end }
    var line = end
    while line > start, kinds[line - 1] != .lineEnd { line -= 1 }
    if line > start { return line }
    return end == kinds.count || end == start + 1 ? end : end - 1
  }

  // MARK: o200k

  private func end200k(_ start: Int) -> Int {
    let first = kinds[start]
    let takesPrefix = !first.isLetter && first != .lineEnd && first != .digit
    let bodies = takesPrefix ? [start + 1, start] : [start]
    for body in bodies {
      if let end = wordWithTail(body) { return contraction(end) ?? end }
    }
    for body in bodies {
      let end = end(body, while: \.isHead)
      if end > body { return contraction(end) ?? end }
    }
    if first == .digit { return digits(start) }
    if let end = signs(start, after: { $0 == 0x0A || $0 == 0x0D || $0 == 0x2F }) { return end }
    return blanks(start, takesAllAtEnd: false)
  }

  /// Heads, then at least one tail: what a backtracking pattern finds.
  private func wordWithTail(_ start: Int) -> Int? {
    let heads = end(start, while: \.isHead)
    if kind(heads)?.isTail == true { return end(heads, while: \.isTail) }
    var last = heads
    while last > start, !kinds[last - 1].isTail { last -= 1 }
    return last > start ? last : nil
  }
}
