/// The segments between the word boundaries of Unicode Standard Annex #29, default rules.
enum WordSegments {
  /// A segment and what it is made of.
  struct Segment {
    /// The byte after it.
    var end: Int
    /// A bit for each ``ScalarProperty/kind`` in it; bit 0 stands for emoji and flags.
    var kinds: UInt8
  }

  /// Below it pictographs are signs of texts, such as ©.
  private static let firstEmoji: UInt32 = 0x2190

  /// The segment that begins at `start`.
  ///
  /// - Precondition: `start` is a boundary within `bytes`, which need not be valid UTF-8.
  static func segment(of bytes: Span<UInt8>, from start: Int) -> Segment {
    var (scalar, length) = UTF8Scalar.read(bytes, at: start)
    var property = ScalarProperty(scalar)
    var segment = Segment(end: start + length, kinds: 0)
    note(property, scalar, &segment)
    // The last scalar, and the last one that WB4 does not pass over.
    var last = property.wordBreak
    if last == .carriageReturn {
      if segment.end < bytes.count, bytes[segment.end] == 0x0A { segment.end += 1 }
      return segment
    }
    if last.isNewline { return segment }
    // A sign within a word counts as one only where it was taken for one.
    var left = last.joinsLetters || last.joinsDigits || last == .doubleQuote ? .other : last
    var flags = left == .regionalIndicator ? 1 : 0
    while segment.end < bytes.count {
      (scalar, length) = UTF8Scalar.read(bytes, at: segment.end)
      property = ScalarProperty(scalar)
      let right = property.wordBreak
      if right.isIgnored {
        // WB4
        segment.end += length
        last = right
        continue
      }
      let follows: Bool
      var taken = right
      if last == .joiner && property.isPictograph {
        follows = true  // WB3c
      } else if last == .space && right == .space {
        follows = true  // WB3d
      } else if let sign = sign(left, right, in: bytes, before: segment.end + length) {
        follows = true  // WB6, WB7a, WB7b, WB12
        taken = sign
      } else {
        follows = right == .regionalIndicator ? flags % 2 == 1 : joins(left, right)
      }
      guard follows else { return segment }
      segment.end += length
      note(property, scalar, &segment)
      flags = right == .regionalIndicator ? flags + 1 : 0
      last = right
      left = taken
    }
    return segment
  }

  /// Whether there is no boundary between two scalars, for themselves. A sign within a word stands
  /// as what ``sign(_:_:in:before:)`` took it for.
  private static func joins(_ left: WordBreak, _ right: WordBreak) -> Bool {
    switch (left, right) {
    case (.letter, .letter), (.letter, .hebrewLetter), (.hebrewLetter, .letter),
      (.hebrewLetter, .hebrewLetter), (.numeric, .numeric), (.letter, .numeric),
      (.hebrewLetter, .numeric), (.numeric, .letter), (.numeric, .hebrewLetter),
      (.katakana, .katakana):
      true  // WB5, WB8…WB10, WB13
    case (.letter, .extendNumberLetter), (.hebrewLetter, .extendNumberLetter),
      (.numeric, .extendNumberLetter), (.katakana, .extendNumberLetter),
      (.extendNumberLetter, .extendNumberLetter), (.extendNumberLetter, .letter),
      (.extendNumberLetter, .hebrewLetter), (.extendNumberLetter, .numeric),
      (.extendNumberLetter, .katakana):
      true  // WB13a, WB13b
    case (.midLetter, .letter), (.midLetter, .hebrewLetter), (.doubleQuote, .hebrewLetter),
      (.midNumber, .numeric):
      true  // WB7, WB7c, WB11
    default: false
    }
  }

  /// What a sign within a word joins: letters as `midLetter`, digits as `midNumber`; nil where it
  /// joins nothing.
  private static func sign(
    _ left: WordBreak, _ right: WordBreak, in bytes: Span<UInt8>, before end: Int
  ) -> WordBreak? {
    if left.isLetter {
      if right.joinsLetters, following(bytes, end).isLetter { return .midLetter }
      guard left == .hebrewLetter else { return nil }
      if right == .singleQuote { return .singleQuote }
      if right == .doubleQuote, following(bytes, end) == .hebrewLetter { return .doubleQuote }
    } else if left == .numeric, right.joinsDigits, following(bytes, end) == .numeric {
      return .midNumber
    }
    return nil
  }

  /// The class of the first scalar from `index` on that WB4 does not pass over.
  private static func following(_ bytes: Span<UInt8>, _ start: Int) -> WordBreak {
    var index = start
    while index < bytes.count {
      let (scalar, length) = UTF8Scalar.read(bytes, at: index)
      let found = ScalarProperty(scalar).wordBreak
      if !found.isIgnored { return found }
      index += length
    }
    return .other
  }

  private static func note(_ property: ScalarProperty, _ scalar: UInt32, _ segment: inout Segment) {
    if property.kind > 0 {
      segment.kinds |= 1 << property.kind
    } else if property.isPictograph && scalar >= firstEmoji
      || property.wordBreak == .regionalIndicator
    {
      segment.kinds |= 1
    }
  }
}
