/// Cuts text into folded words: lower case, without diacritics, in the scripts' own units.
///
/// The tables are our own and fixed: the standard library's grow with Unicode, and a vector must
/// be the same with every version of it.
struct FoldedText {
  /// What a token is made of.
  enum Kind: UInt8 {
    /// Letters, perhaps with digits.
    case word
    /// Digits only.
    case number
    /// One character of a script written without spaces, or one symbol.
    case sign
  }

  /// One token: a range of ``scalars``.
  struct Token {
    var start: Int32
    var end: Int32
    var kind: Kind
    /// Whether it follows the token before without anything between (signs of one run).
    var isJoined: Bool
  }

  /// Longer words are cut: they are addresses and encoded data, not words.
  static let wordLimit = 48
  /// Bytes of a text that are read; the rest is cut.
  static let byteLimit = 64 << 10

  private(set) var scalars: [UInt32] = []
  private(set) var tokens: [Token] = []
  /// Tokens on the first line that has any; equal to the count of all when there is one line.
  private(set) var firstLineTokens = 0
  private var wordStart = 0
  private var hasLetter = false
  private var follows = false

  /// Makes room for a sentence.
  mutating func reserve() {
    scalars.reserveCapacity(256)
    tokens.reserveCapacity(48)
  }

  /// Replaces the content by the tokens of `text`.
  mutating func fold(_ text: String) {
    scalars.removeAll(keepingCapacity: true)
    tokens.removeAll(keepingCapacity: true)
    firstLineTokens = 0
    wordStart = 0
    hasLetter = false
    follows = false
    var text = text
    text.withUTF8 { utf8 in
      let count = min(utf8.count, Self.byteLimit)
      var index = 0
      while index < count {
        let byte = unsafe utf8[index]
        index += 1
        if byte < 0x80 {
          take(ascii: byte)
          continue
        }
        // The string is valid UTF-8; only the cut at the limit can leave a part of a sequence.
        let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
        guard index + length - 1 <= count else { break }
        var scalar = UInt32(byte) & (0xFF >> UInt32(length + 1))
        for _ in 1..<length {
          scalar = unsafe scalar << 6 | UInt32(utf8[index] & 0x3F)
          index += 1
        }
        take(scalar)
      }
    }
    endWord()
    if firstLineTokens == 0 { firstLineTokens = tokens.count }
  }

  @inline(__always) private mutating func take(ascii byte: UInt8) {
    switch byte {
    case 0x61...0x7A: append(UInt32(byte), isLetter: true)
    case 0x41...0x5A: append(UInt32(byte | 0x20), isLetter: true)
    case 0x30...0x39: append(UInt32(byte), isLetter: false)
    case 0x0A:
      endWord()
      follows = false
      if firstLineTokens == 0 { firstLineTokens = tokens.count }
    default:
      endWord()
      follows = false
    }
  }

  @inline(__always) private mutating func append(_ scalar: UInt32, isLetter: Bool) {
    if scalars.count - wordStart < Self.wordLimit { scalars.append(scalar) }
    if isLetter { hasLetter = true }
  }

  @inline(__always) private mutating func endWord() {
    guard scalars.count > wordStart else { return }
    tokens.append(
      Token(
        start: Int32(wordStart), end: Int32(scalars.count), kind: hasLetter ? .word : .number,
        isJoined: false))
    wordStart = scalars.count
    hasLetter = false
    follows = false
  }

  private mutating func take(_ scalar: UInt32) {
    switch ScalarFolding.fold(scalar) {
    case .letter(let folded): append(folded, isLetter: true)
    case .letters(let first, let second):
      append(first, isLetter: true)
      append(second, isLetter: true)
    case .digit(let folded): append(folded, isLetter: false)
    case .ignored: break
    case .separator:
      endWord()
      follows = false
    case .sign:
      endWord()
      scalars.append(scalar)
      tokens.append(
        Token(
          start: Int32(wordStart), end: Int32(scalars.count), kind: .sign, isJoined: follows))
      wordStart = scalars.count
      follows = true
    }
  }
}

/// What becomes of a scalar above ASCII.
enum ScalarFolding: Equatable {
  case letter(UInt32)
  case letters(UInt32, UInt32)
  case digit(UInt32)
  case sign
  case ignored
  case separator

  static func fold(_ scalar: UInt32) -> ScalarFolding {
    switch scalar {
    case 0x00AA: return .letter(0x61)
    case 0x00BA: return .letter(0x6F)
    case 0x00AD: return .ignored
    case 0x0080...0x00BF, 0x00D7, 0x00F7: return .separator
    case 0x00C0...0x024F: return latin(scalar)
    case 0x0300...0x036F, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F:
      return .ignored
    case 0x0370...0x03FF: return .letter(greek(scalar))
    case 0x0400...0x052F: return .letter(cyrillic(scalar))
    case 0x0531...0x0556: return .letter(scalar + 0x30)
    case 0x0591...0x05C7: return scalar == 0x05BE || scalar == 0x05C3 ? .separator : .ignored
    case 0x0600...0x06FF: return arabic(scalar)
    case 0x0964, 0x0965, 0x055A...0x055F: return .separator
    case 0x0966...0x096F: return .digit(scalar - 0x0966 + 0x30)
    case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF: return .sign
    case 0x1E00...0x1EFF: return latinAdditional(scalar)
    case 0x200B...0x200F, 0x2060...0x206F, 0xFE00...0xFE0F, 0xFEFF, 0x1F3FB...0x1F3FF,
      0xE0000...0xE01EF:
      return .ignored
    case 0x2000...0x200A, 0x2010...0x205F: return .separator
    case 0x2070...0x209F, 0x2100...0x214F: return .separator
    case 0x20A0...0x20CF, 0x2100...0x2BFF: return .sign
    case 0x3000...0x3004, 0x3008...0x3020, 0x3030, 0x303D, 0x30FB, 0xFF61...0xFF65:
      return .separator
    case 0x2E80...0x2FFF, 0x3005...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7FF, 0xF900...0xFAFF,
      0xFF66...0xFFDC, 0x20000...0x3FFFF, 0x1100...0x11FF:
      return .sign
    case 0xFF10...0xFF19: return .digit(scalar - 0xFF10 + 0x30)
    case 0xFF21...0xFF3A: return .letter(scalar - 0xFF21 + 0x61)
    case 0xFF41...0xFF5A: return .letter(scalar - 0xFF41 + 0x61)
    case 0xFF00...0xFF60, 0xFFE0...0xFFFF: return .separator
    case 0x1F000...0x1FAFF: return .sign
    default: return .letter(scalar)
    }
  }

  /// U+00C0...U+017F by their base letters; a space leaves the scalar as it is.
  private static let latinBases: [UInt8] = Array(
    // 00C0…00FF
    ("aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
      // 0100…017F
      + "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
      + "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs").utf8)

  private static func latin(_ scalar: UInt32) -> ScalarFolding {
    switch scalar {
    case 0x00C6, 0x00E6: return .letters(0x61, 0x65)
    case 0x00DE, 0x00FE: return .letters(0x74, 0x68)
    case 0x00DF: return .letters(0x73, 0x73)
    case 0x0132, 0x0133: return .letters(0x69, 0x6A)
    case 0x0152, 0x0153: return .letters(0x6F, 0x65)
    case 0x0180...0x024F: return .letter(latinExtendedB(scalar))
    default: return .letter(UInt32(latinBases[Int(scalar - 0x00C0)]))
    }
  }

  /// The letters of Extended-B that living European and Vietnamese spelling uses.
  private static func latinExtendedB(_ scalar: UInt32) -> UInt32 {
    switch scalar {
    case 0x01A0, 0x01A1, 0x01D1, 0x01D2: 0x6F
    case 0x01AF, 0x01B0, 0x01D3...0x01DC: 0x75
    case 0x01CD, 0x01CE: 0x61
    case 0x01CF, 0x01D0: 0x69
    case 0x0218, 0x0219: 0x73
    case 0x021A, 0x021B: 0x74
    default: scalar
    }
  }

  /// U+1E00...U+1EFF: Vietnamese vowels by ranges, the rest by their base letters.
  private static func latinAdditional(_ scalar: UInt32) -> ScalarFolding {
    let base: Character =
      switch scalar {
      case 0x1EA0...0x1EB7, 0x1E00, 0x1E01: "a"
      case 0x1EB8...0x1EC7, 0x1E14...0x1E1D: "e"
      case 0x1EC8...0x1ECB, 0x1E2C...0x1E2F: "i"
      case 0x1ECC...0x1EE3, 0x1E4C...0x1E53: "o"
      case 0x1EE4...0x1EF1, 0x1E72...0x1E7B: "u"
      case 0x1EF2...0x1EF9: "y"
      case 0x1E60...0x1E69: "s"
      case 0x1E80...0x1E89: "w"
      default: " "
      }
    if scalar == 0x1E9E { return .letters(0x73, 0x73) }
    return .letter(base == " " ? scalar | 1 : UInt32(base.asciiValue!))
  }

  private static func greek(_ scalar: UInt32) -> UInt32 {
    switch scalar {
    case 0x0386, 0x03AC: 0x03B1
    case 0x0388, 0x03AD: 0x03B5
    case 0x0389, 0x03AE: 0x03B7
    case 0x038A, 0x03AF, 0x03AA, 0x03CA, 0x0390: 0x03B9
    case 0x038C, 0x03CC: 0x03BF
    case 0x038E, 0x03CD, 0x03AB, 0x03CB, 0x03B0: 0x03C5
    case 0x038F, 0x03CE: 0x03C9
    case 0x03C2: 0x03C3
    case 0x0391...0x03A9: scalar + 0x20
    default: scalar
    }
  }

  private static func cyrillic(_ scalar: UInt32) -> UInt32 {
    switch scalar {
    case 0x0401, 0x0451, 0x0400, 0x0450: 0x0435
    case 0x0419, 0x0439, 0x040D, 0x045D: 0x0438
    case 0x0410...0x042F: scalar + 0x20
    case 0x0402...0x040F: scalar + 0x50
    case 0x0460...0x0481, 0x048A...0x04BF, 0x04D0...0x052F: scalar | 1
    default: scalar
    }
  }

  private static func arabic(_ scalar: UInt32) -> ScalarFolding {
    switch scalar {
    case 0x0610...0x061A, 0x0640, 0x064B...0x065F, 0x0670, 0x06D6...0x06ED: return .ignored
    case 0x0600...0x060F, 0x061B...0x061F, 0x066A...0x066D, 0x06D4: return .separator
    case 0x0660...0x0669: return .digit(scalar - 0x0660 + 0x30)
    case 0x06F0...0x06F9: return .digit(scalar - 0x06F0 + 0x30)
    case 0x0622, 0x0623, 0x0625, 0x0671: return .letter(0x0627)
    case 0x0649, 0x06CC: return .letter(0x064A)
    case 0x0629: return .letter(0x0647)
    case 0x06A9: return .letter(0x0643)
    default: return .letter(scalar)
    }
  }
}
