import TextAnalysis

/// A piece of a text that may state a fact, or stand beside one.
struct Lexeme {
  enum Kind: Equatable {
    /// Digits with signs between them, as ASCII.
    case number
    /// Letters; what they mean beside numbers.
    case word(FactWord?)
    /// Letters with digits, as one name.
    case code
    case url, email
    /// `[2]`, `[2, 3]`.
    case mark([Int])
    case sign(UInt32)
    case lineEnd
  }

  var kind: Kind
  /// Bytes of the text.
  var range: Range<Int>
  /// Numbers as ASCII, words folded unless they have a key, codes in capitals without signs, links
  /// as they are compared.
  var text: String
  /// Of short words of ASCII: see ``FactWord/key(_:)``; else 0.
  var key: UInt128 = 0
  /// Whether white space is before it.
  var isSpaced: Bool
  /// Whether it is the first of its line, but for signs of a list.
  var beginsLine: Bool
  /// Whether its first letter is a capital one.
  var isCapital = false

  /// A word, folded.
  var word: String {
    guard key != 0 else { return text }
    var bytes: [UInt8] = []
    var rest = key
    while rest != 0 {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
    return String(decoding: bytes.reversed(), as: UTF8.self)
  }
}

/// Cuts a text into lexemes.
struct FactLexer {
  private var values: [UInt32] = []
  private var offsets: [Int] = []
  private var lexemes: [Lexeme] = []
  private var isSpaced = false
  private var beginsLine = true
  /// Where the last run that is no link ends: nothing in it is looked at again.
  private var noLinkBefore = 0

  /// - Complexity: O(bytes).
  static func lexemes(of text: String) -> [Lexeme] {
    var lexer = FactLexer(text)
    lexer.run()
    return lexer.lexemes
  }

  private init(_ text: String) {
    values.reserveCapacity(text.utf8.count)
    offsets.reserveCapacity(text.utf8.count + 1)
    lexemes.reserveCapacity(text.utf8.count / 4 + 8)
    var offset = 0
    for scalar in text.unicodeScalars {
      values.append(Self.plain(scalar))
      offsets.append(offset)
      offset += UTF8.width(scalar)
    }
    offsets.append(offset)
  }

  /// Digits of all scripts as ASCII, signs of a kind as one.
  private static func plain(_ scalar: Unicode.Scalar) -> UInt32 {
    if scalar.value < 0x80 { return scalar.value }
    switch scalar.value {
    case 0x2010...0x2015, 0x2212: return 0x2D
    case 0x2018, 0x2019: return 0x27
    case 0xA0, 0x202F, 0x2009, 0x66C: return noBreak
    case 0x66B, 0xFF0E: return 0x2E
    case 0xFF0C: return 0x2C
    case 0xFF1A: return 0x3A
    default:
      guard scalar.properties.numericType == .decimal,
        let digit = scalar.properties.numericValue
      else { return scalar.value }
      return 0x30 + UInt32(digit)
    }
  }

  private static let noBreak: UInt32 = 0xA0

  private func isDigit(_ index: Int) -> Bool { index < values.count && values[index] &- 48 < 10 }

  private func isLetter(_ index: Int) -> Bool {
    guard index < values.count else { return false }
    let value = values[index]
    if value < 0x80 { return (value | 0x20) &- 0x61 < 26 }
    return Unicode.Scalar(value)?.properties.isAlphabetic ?? false
  }

  private func isBlank(_ value: UInt32) -> Bool {
    value == 0x20 || value == 0x09 || value == Self.noBreak || value == 0x3000
  }

  private mutating func add(_ kind: Lexeme.Kind, _ range: Range<Int>, _ text: String = "") {
    var lexeme = Lexeme(
      kind: kind, range: offsets[range.lowerBound]..<offsets[range.upperBound], text: text,
      isSpaced: isSpaced, beginsLine: beginsLine)
    if case .word = kind { lexeme.isCapital = isCapital(range.lowerBound) }
    lexemes.append(lexeme)
    isSpaced = false
    if case .lineEnd = kind {
      beginsLine = true
    } else if case .sign(let sign) = kind, sign == 0x2D || sign == 0x2A || sign == 0x23 {
      // Signs of a list.
    } else {
      beginsLine = false
    }
  }

  private func isCapital(_ index: Int) -> Bool {
    Unicode.Scalar(values[index])?.properties.isUppercase ?? false
  }

  private func string(_ range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    for index in range { if let scalar = Unicode.Scalar(values[index]) { text.append(scalar) } }
    return String(text)
  }

  private mutating func run() {
    var index = 0
    while index < values.count {
      let value = values[index]
      if value == 0x0A || value == 0x0D || value == 0x2028 || value == 0x2029 {
        add(.lineEnd, index..<index + 1)
        index += 1
      } else if isBlank(value) {
        isSpaced = true
        index += 1
      } else if let end = mark(index) ?? link(index) {
        index = end
      } else if isDigit(index) {
        index = number(index)
      } else if isLetter(index) {
        index = word(index)
      } else {
        add(.sign(value), index..<index + 1)
        index += 1
      }
    }
  }

  /// `[1]` or `[1, 2]`.
  private mutating func mark(_ start: Int) -> Int? {
    guard values[start] == 0x5B else { return nil }
    var numbers: [Int] = []
    var number: Int?
    var index = start + 1
    while index < values.count, index - start < 40 {
      let value = values[index]
      if isDigit(index) {
        number = min((number ?? 0) * 10 + Int(value - 48), 1_000_000)
      } else if value == 0x2C || value == 0x3B || value == 0x5D {
        guard let found = number else { return nil }
        numbers.append(found)
        number = nil
        if value == 0x5D {
          add(.mark(numbers), start..<index + 1)
          return index + 1
        }
      } else if !isBlank(value) {
        return nil
      }
      index += 1
    }
    return nil
  }

  /// A URL, a bare host or an e-mail address that begins here.
  private mutating func link(_ start: Int) -> Int? {
    guard start >= noLinkBefore, isLetter(start) || isDigit(start),
      start == 0 || !isInside(start - 1)
    else { return nil }
    var end = start
    var isLink = false
    while end < values.count, isLinkPart(values[end]) {
      if values[end] == 0x3A, end + 1 < values.count, values[end + 1] != 0x2F, !isDigit(end + 1) {
        // What stands before a colon is none, but for code that a link may hold.
        guard Links.runs(string(start..<min(end, start + 12))) else { break }
        isLink = true
      }
      isLink = isLink || values[end] == 0x2E || values[end] == 0x40 || values[end] == 0x3A
      end += 1
    }
    noLinkBefore = end
    guard isLink else { return nil }
    while end > start, Links.isEnding(values[end - 1]) { end -= 1 }
    guard end > start, let (kind, text) = Links.read(string(start..<end)) else { return nil }
    add(kind, start..<end, text)
    return end
  }

  private func isInside(_ index: Int) -> Bool {
    isLetter(index) || isDigit(index) || values[index] == 0x2D || values[index] == 0x5F
  }

  private func isLinkPart(_ value: UInt32) -> Bool {
    switch value {
    case 0...0x20, 0x22, 0x27, 0x28, 0x29, 0x3C, 0x3E, 0x5B...0x5D, 0x60, 0x7B...0x7D, 0x7F: false
    case Self.noBreak, 0x3000...0x3002, 0x2028, 0x2029: false
    default: true
    }
  }

  private mutating func number(_ start: Int) -> Int {
    var end = start
    while isDigit(end) || isDigit(end + 1) && isSeparator(values[end]) && isDigit(end - 1) {
      end += 1
    }
    let text = string(start..<end).replacing("\u{A0}", with: "'")
    // Letters that follow: a unit or `th`, else it is a code such as 3XL.
    if isLetter(end), values[end] | 0x20 != 0x78 || !isDigit(end + 1) {
      var tail = end
      while isLetter(tail) || isDigit(tail) { tail += 1 }
      let word = TextFolding.fold(string(end..<tail))
      if FactWord.table[word] == nil, !isHourAndMinutes(word), tail - end <= 12,
        word != "x", values[end] < 0x80
      {
        add(.code, start..<tail, Self.code(string(start..<tail)))
        return tail
      }
    }
    add(.number, start..<end, text)
    return end
  }

  private func isHourAndMinutes(_ word: String) -> Bool {
    word.utf8.count == 3 && word.hasPrefix("h") && word.dropFirst().allSatisfy(\.isNumber)
  }

  private func isSeparator(_ value: UInt32) -> Bool {
    value == 0x2E || value == 0x2C || value == 0x27 || value == Self.noBreak
  }

  private mutating func word(_ start: Int) -> Int {
    var end = start
    var touches = false
    var digits = false
    // Letters and digits, with single hyphens and low lines between them.
    while end < values.count, end - start < 64 {
      if isLetter(end) || isDigit(end) || end > start && isMark(end) {
        if isDigit(end) {
          digits = true
          touches = touches || end > start && isLetter(end - 1)
        }
        end += 1
      } else if values[end] == 0x2D || values[end] == 0x5F, isLetter(end + 1) || isDigit(end + 1) {
        end += 1
      } else {
        break
      }
    }
    if digits,
      touches || (start..<end).contains(where: { isCapital($0) }) && isName(start, end)
    {
      add(.code, start..<end, Self.code(string(start..<end)))
      return end
    }
    end = start
    var key: UInt128 = 0
    while isLetter(end) || end > start && end < values.count && isMark(end) {
      // No letter beyond ASCII, and no sixteenth one, leaves the key as it is.
      let isPlain = values[end] < 0x80 && end - start < FactWord.keyByteLimit
      key = isPlain && (key != 0 || end == start) ? key << 8 | UInt128(values[end] | 0x20) : 0
      end += 1
    }
    if key != 0 {
      add(.word(FactWord.keyed[key]), start..<end)
      lexemes[lexemes.count - 1].key = key
    } else {
      let folded = TextFolding.fold(string(start..<end))
      add(.word(FactWord.table[folded]), start..<end, folded)
    }
    return end
  }

  private func isMark(_ index: Int) -> Bool {
    guard values[index] >= 0x300, let scalar = Unicode.Scalar(values[index]) else { return false }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark: return true
    default: return false
    }
  }

  /// Whether each part before a digit is in capitals, as in RET-002; Mid-2026 is none.
  private func isName(_ start: Int, _ end: Int) -> Bool {
    var index = start
    while index < end, !isDigit(index) {
      if isLetter(index), !isCapital(index) { return false }
      index += 1
    }
    return true
  }

  /// Capitals and digits alone.
  static func code(_ text: String) -> String {
    String(text.uppercased().filter { $0.isLetter || $0.isNumber })
  }
}
