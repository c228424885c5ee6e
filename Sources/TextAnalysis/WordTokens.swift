/// The words of a text, folded, with where they stand in it. One value is used for many texts: it
/// keeps its memory.
///
/// Words are what lies between the boundaries of Unicode Standard Annex #29 and has a letter, a
/// digit or an emoji in it. Scripts that are written without spaces (Chinese, Japanese but for
/// katakana, Thai, Lao, Khmer, Burmese) give one token for each character.
///
/// - Source: Unicode 15.0: UAX #29 revision 41, and NFKC_Casefold of UAX #44 with marks taken off.
public struct WordTokens: Sendable {
  /// What a token is made of.
  public enum Kind: UInt8, Sendable {
    /// Letters, perhaps with digits.
    case word
    /// Digits, perhaps with signs between them; no letters.
    case number
    /// One character of a script that is written without spaces.
    case unspaced
    /// Emoji or flags.
    case emoji
  }

  /// One word.
  public struct Token: Sendable {
    var textStart: UInt32
    var textEnd: UInt32
    var foldedStart: UInt32
    var foldedEnd: UInt32
    var loweredStart: UInt32
    var loweredEnd: UInt32
    /// What it is made of.
    public var kind: Kind
    /// Whether it follows the token before it with nothing between, both ``Kind/unspaced``.
    public var isJoined: Bool

    /// Its bytes in the text.
    public var range: Range<Int> { Int(textStart)..<Int(textEnd) }
    /// Its folded form, bytes of ``WordTokens/folded``: never empty, UTF-8 without NUL.
    public var foldedRange: Range<Int> { Int(foldedStart)..<Int(foldedEnd) }
    /// Its lower-case form with marks, bytes of ``WordTokens/lowered``: empty where that is the
    /// folded one.
    public var loweredRange: Range<Int> { Int(loweredStart)..<Int(loweredEnd) }
  }

  /// Bytes of a folded word; what is longer is cut there, for it is data and no word.
  public static let wordByteLimit = 128

  /// The words, in the order of the text.
  public private(set) var tokens: [Token] = []
  /// The folded words one after the other.
  public private(set) var folded: [UInt8] = []
  /// The lower-case words that are not like their folded ones, one after the other.
  public private(set) var lowered: [UInt8] = []

  /// Makes one without words.
  public init() {}

  /// Finds the words of a text instead of those of the text before.
  ///
  /// - Parameter text: Any bytes below 4 GB; what is no UTF-8 separates words.
  /// - Complexity: O(bytes), about 10 ns for a byte beyond ASCII and 2 ns for others; no allocation
  ///   once the memory of the longest text was there.
  public mutating func find(in text: Span<UInt8>) {
    removeAll()
    append(text)
  }

  /// Finds the words of a text instead of those of the text before.
  public mutating func find(in text: String) {
    removeAll()
    var text = text
    // Strings of other stores get their bytes copied here.
    text.makeContiguousUTF8()
    append(text.utf8.span)
  }

  /// Forgets all words.
  public mutating func removeAll() {
    tokens.removeAll(keepingCapacity: true)
    folded.removeAll(keepingCapacity: true)
    lowered.removeAll(keepingCapacity: true)
  }

  private mutating func append(_ text: Span<UInt8>) {
    var index = 0
    let count = text.count
    while index < count {
      let byte = text[index]
      if byte < 0x80 {
        if ASCII.isWord(byte) {
          index = appendASCII(text, from: index)
        } else {
          index += 1
        }
        continue
      }
      index = appendSegment(text, from: index)
    }
  }

  /// Takes a word that begins in ASCII; the end of it.
  @inline(__always)
  private mutating func appendASCII(_ text: Span<UInt8>, from start: Int) -> Int {
    let count = text.count
    let foldedStart = folded.count
    var end = start
    var kinds: UInt8 = 0
    while end < count {
      let byte = text[end]
      let kind = ASCII.kinds[Int(byte)]
      if kind & ASCII.word != 0 {
        kinds |= kind
        folded.append(ASCII.lower(byte))
        end += 1
        continue
      }
      // A sign between two letters or two digits is part of the word.
      if kind & ASCII.sign != 0, end > start, end + 1 < count {
        let before = ASCII.kinds[Int(text[end - 1])]
        let after = ASCII.kinds[Int(text[end + 1])]
        if text[end + 1] >= 0x80 { break }
        let joined = kind & before & after & (ASCII.letter | ASCII.digit)
        if joined != 0, before & after & ASCII.word != 0 {
          folded.append(byte)
          end += 1
          continue
        }
      }
      break
    }
    if end < count, text[end] >= 0x80 || end + 1 < count && text[end + 1] >= 0x80 {
      // What comes may belong to the word: the rules decide.
      folded.removeLast(folded.count - foldedStart)
      return appendSegment(text, from: start)
    }
    guard kinds & (ASCII.letter | ASCII.digit) != 0 else {
      folded.removeLast(folded.count - foldedStart)
      return end
    }
    if folded.count - foldedStart > Self.wordByteLimit {
      folded.removeLast(folded.count - foldedStart - Self.wordByteLimit)
    }
    tokens.append(
      Token(
        textStart: UInt32(truncatingIfNeeded: start), textEnd: UInt32(truncatingIfNeeded: end),
        foldedStart: UInt32(truncatingIfNeeded: foldedStart),
        foldedEnd: UInt32(truncatingIfNeeded: folded.count), loweredStart: 0, loweredEnd: 0,
        kind: kinds & ASCII.letter != 0 ? .word : .number, isJoined: false))
    return end
  }

  /// Takes a segment by the rules; the end of it.
  private mutating func appendSegment(_ text: Span<UInt8>, from start: Int) -> Int {
    let segment = WordSegments.segment(of: text, from: start)
    guard segment.kinds != 0 else { return segment.end }
    let foldedStart = folded.count
    var differs = false
    var index = start
    while index < segment.end {
      let (scalar, length) = UTF8Scalar.read(text, at: index)
      index += length
      let before = folded.count
      if scalar < 0x80 {
        folded.append(ASCII.lower(UInt8(scalar)))
      } else {
        ScalarFolding.folds.append(scalar, to: &folded)
        differs = differs || ScalarFolding.lowers.changes(scalar)
      }
      if folded.count - foldedStart > Self.wordByteLimit {
        folded.removeLast(folded.count - before)
        break
      }
    }
    guard folded.count > foldedStart else { return segment.end }
    let loweredStart = lowered.count
    if differs { appendLowered(text, start..<index) }
    let kind: Kind =
      segment.kinds & 2 != 0
      ? .word : segment.kinds & 8 != 0 ? .unspaced : segment.kinds & 4 != 0 ? .number : .emoji
    let isJoined =
      kind == .unspaced
      && tokens.last.map { $0.kind == .unspaced && $0.range.upperBound == start }
        ?? false
    tokens.append(
      Token(
        textStart: UInt32(truncatingIfNeeded: start),
        textEnd: UInt32(truncatingIfNeeded: segment.end),
        foldedStart: UInt32(truncatingIfNeeded: foldedStart),
        foldedEnd: UInt32(truncatingIfNeeded: folded.count),
        loweredStart: UInt32(truncatingIfNeeded: loweredStart),
        loweredEnd: UInt32(truncatingIfNeeded: lowered.count), kind: kind, isJoined: isJoined))
    return segment.end
  }

  private mutating func appendLowered(_ text: Span<UInt8>, _ range: Range<Int>) {
    let start = lowered.count
    var index = range.lowerBound
    while index < range.upperBound {
      let (scalar, length) = UTF8Scalar.read(text, at: index)
      index += length
      let before = lowered.count
      if scalar < 0x80 {
        lowered.append(ASCII.lower(UInt8(scalar)))
      } else if ScalarFolding.lowers.changes(scalar) {
        ScalarFolding.lowers.append(scalar, to: &lowered)
      } else {
        ScalarFolding.folds.append(scalar, to: &lowered)
      }
      if lowered.count - start > Self.wordByteLimit {
        lowered.removeLast(lowered.count - before)
        return
      }
    }
  }

  /// Calls `body` with the folded bytes of a token.
  public func withFolded<Value>(_ token: Token, _ body: (Span<UInt8>) -> Value) -> Value {
    body(folded.span.extracting(token.foldedRange))
  }
}

/// What ASCII characters are in words.
enum ASCII {
  /// Letters, digits and the low line, which make words.
  static let word: UInt8 = 1
  /// Letters, and the signs that may stand between two.
  static let letter: UInt8 = 2
  /// Digits, and the signs that may stand between two.
  static let digit: UInt8 = 4
  /// Signs that may stand within a word.
  static let sign: UInt8 = 8

  static let kinds: [UInt8] = (0..<256).map { byte in
    switch UInt8(byte) {
    case 0x41...0x5A, 0x61...0x7A: word | letter
    case 0x30...0x39: word | digit
    case 0x5F: word
    case 0x27, 0x2E: sign | letter | digit
    case 0x3A: sign | letter
    case 0x2C, 0x3B: sign | digit
    default: 0
    }
  }

  @inline(__always) static func isWord(_ byte: UInt8) -> Bool { kinds[Int(byte)] & word != 0 }

  @inline(__always) static func lower(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }
}
