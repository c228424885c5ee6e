/// Cuts a text into words and what is none.
enum TokenScanner {
  struct Token: Equatable {
    enum Kind { case word, opaque }
    var kind: Kind
    /// Bytes of the text.
    var range: Range<Int>
    /// Whether a sentence begins here.
    var startsSentence = false
    /// Whether one space and nothing else stands before it, behind another token.
    var followsSpace = false
  }

  /// Words, and what stays as a whole: codes, numbers, addresses, @handles, #tags, texts without
  /// spaces between words. In the text's order.
  ///
  /// - Parameter bytes: Valid UTF-8.
  static func tokens(_ bytes: [UInt8]) -> [Token] {
    var tokens: [Token] = []
    var index = 0
    var startsSentence = true
    var gap = Gap.none
    while index < bytes.count {
      let (scalar, length) = scalar(bytes, at: index)
      if isSpace(scalar) {
        gap = gap == .none && scalar == 0x20 ? .space : .other
        if scalar == 0x0A { startsSentence = true }
        index += length
        continue
      }
      var end = index
      while end < bytes.count {
        let (next, length) = Self.scalar(bytes, at: end)
        if isSpace(next) { break }
        end += length
      }
      let first = tokens.count
      if isOpaque(bytes, index..<end) {
        tokens.append(Token(kind: .opaque, range: index..<end))
      } else {
        words(bytes, index..<end, &tokens)
      }
      if first < tokens.count {
        tokens[first].startsSentence = startsSentence
        let behind = first > 0 && tokens[first - 1].range.upperBound == index - 1
        tokens[first].followsSpace =
          gap == .space && behind && tokens[first].range.lowerBound == index
        startsSentence = false
      }
      if endsSentence(bytes, index..<end) { startsSentence = true }
      gap = .none
      index = end
    }
    return tokens
  }

  private enum Gap { case none, space, other }

  /// Appends the words of a chunk without spaces.
  private static func words(_ bytes: [UInt8], _ chunk: Range<Int>, _ tokens: inout [Token]) {
    var index = chunk.lowerBound
    var start: Int?
    var end = 0
    var unspaced = false
    func close() {
      if let first = start {
        tokens.append(Token(kind: unspaced ? .opaque : .word, range: first..<end))
      }
      start = nil
      unspaced = false
    }
    while index < chunk.upperBound {
      let (scalar, length) = scalar(bytes, at: index)
      switch Folding.kind(scalar) {
      case .letter:
        if start == nil { start = index }
        end = index + length
      case .unspaced:
        if start == nil { start = index }
        unspaced = true
        end = index + length
      case .mark:
        if start != nil { end = index + length }
      case .apostrophe:
        // Within a word only: a letter stands before and after.
        let after = index + length
        if start != nil, end == index, after < chunk.upperBound,
          Folding.kind(Self.scalar(bytes, at: after).scalar) == .letter
        {
          end = after
        } else {
          close()
        }
      case .digit, .other: close()
      }
      index += length
    }
    close()
  }

  /// Whether a chunk is a code, a number, an address, a handle or a tag.
  private static func isOpaque(_ bytes: [UInt8], _ chunk: Range<Int>) -> Bool {
    var slashes = 0
    var index = chunk.lowerBound
    var previousIsLetter = false
    while index < chunk.upperBound {
      let (scalar, length) = scalar(bytes, at: index)
      let kind = Folding.kind(scalar)
      switch scalar {
      case 0x40, 0x23, 0x5F, 0x5C, 0x3D, 0x3C, 0x3E, 0x7B, 0x7D, 0x7C, 0x24, 0x25, 0x2B, 0x26,
        0x60:  // @ # _ \ = < > { } | $ % + & `
        return true
      case 0x2F:  // /
        slashes += 1
        if slashes > 1 || !previousIsLetter { return true }
      case 0x2E, 0x3A:  // . :
        let after = index + length
        if previousIsLetter, after < chunk.upperBound,
          Folding.kind(Self.scalar(bytes, at: after).scalar) == .letter
        {
          return true
        }
      default:
        if kind == .digit { return true }
      }
      previousIsLetter = kind == .letter || kind == .mark
      index += length
    }
    return false
  }

  /// Whether a chunk ends with the end of a sentence, closing signs aside.
  private static func endsSentence(_ bytes: [UInt8], _ chunk: Range<Int>) -> Bool {
    var index = chunk.upperBound - 1
    while index >= chunk.lowerBound {
      switch bytes[index] {
      case 0x2E, 0x21, 0x3F, 0x3A: return true  // . ! ? :
      case 0x22, 0x27, 0x29, 0x5D: index -= 1  // " ' ) ]
      default:
        // … and the full stops of Chinese, Japanese, Arabic and Hindi.
        let tail = bytes[max(chunk.lowerBound, index - 2)...index]
        return [[0xE2, 0x80, 0xA6], [0xE3, 0x80, 0x82], [0xE0, 0xA5, 0xA4]].contains {
          tail.elementsEqual($0)
        }
      }
    }
    return false
  }

  private static func isSpace(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F,
      0x3000:
      true
    default: false
    }
  }

  /// The scalar at `index` of valid UTF-8.
  @inline(__always)
  static func scalar(_ bytes: [UInt8], at index: Int) -> (scalar: UInt32, length: Int) {
    let lead = UInt32(bytes[index])
    if lead < 0x80 { return (lead, 1) }
    let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    guard index + length <= bytes.count else { return (0xFFFD, bytes.count - index) }
    var scalar = lead & (0xFF >> UInt32(length + 1))
    for offset in 1..<length { scalar = scalar << 6 | UInt32(bytes[index + offset] & 0x3F) }
    return (scalar, length)
  }
}
