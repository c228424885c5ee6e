import TextAnalysis

/// A letter of a folded word: case and marks are gone, as far as the language takes them for
/// spelling variants. A letter beyond the basic plane is 0xFFFF.
typealias Symbol = UInt16

/// How texts become symbols.
enum Folding {
  static let apostrophe = Symbol(0x27)

  /// What a scalar is to spelling.
  enum Kind { case letter, mark, apostrophe, digit, unspaced, other }

  @inline(__always) static func kind(_ scalar: UInt32) -> Kind {
    if scalar < 0x80 {
      let lower = scalar | 0x20
      if 0x61...0x7A ~= lower { return .letter }
      if 0x30...0x39 ~= scalar { return .digit }
      return scalar == 0x27 ? .apostrophe : .other
    }
    return longKind(scalar)
  }

  private static func longKind(_ scalar: UInt32) -> Kind {
    if scalar == 0x2019 { return .apostrophe }
    guard let value = Unicode.Scalar(scalar) else { return .other }
    switch scalar {
    case 0x0E00..<0x0F00, 0x1000..<0x10A0, 0x1780..<0x1800, 0x2E80..<0x3200, 0x3400..<0xA4D0,
      0xAC00..<0xD7B0, 0xF900..<0xFB00, 0x20000..<0x40000:
      return value.properties.isAlphabetic ? .unspaced : .other
    default: break
    }
    switch value.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return .letter
    case .nonspacingMark, .spacingMark, .enclosingMark: return .mark
    case .decimalNumber, .letterNumber, .otherNumber: return .digit
    case .format: return scalar == 0x200C || scalar == 0x200D || scalar == 0xAD ? .mark : .other
    default: return .other
    }
  }

  /// Appends the symbols of a word: of its folded form (``TextFolding``).
  static func append(_ word: String, to symbols: inout [Symbol]) {
    var word = word
    word.makeContiguousUTF8()
    append(word.utf8.span, to: &symbols)
  }

  /// The same of valid UTF-8.
  static func append(_ bytes: Span<UInt8>, to symbols: inout [Symbol]) {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      guard byte < 0x80 else { break }
      symbols.append(Symbol(0x41...0x5A ~= byte ? byte | 0x20 : byte))
      index += 1
    }
    guard index < bytes.count else { return }
    var folded: [UInt8] = []
    TextFolding.append(bytes.extracting(index..<bytes.count), to: &folded)
    for scalar in String(decoding: folded, as: UTF8.self).unicodeScalars {
      if scalar.value == 0x2019 {
        symbols.append(apostrophe)
      } else if kind(scalar.value) != .mark {
        symbols.append(scalar.value < 0xFFFF ? Symbol(scalar.value) : 0xFFFF)
      }
    }
  }

  /// A word in lower case with its marks: what is compared to tell whether a word is spelt as the
  /// list spells it. Composed and decomposed forms are equal, as always of `String`.
  static func lower(_ word: String, dotlessI: Bool) -> String {
    var text = String.UnicodeScalarView()
    for scalar in word.unicodeScalars {
      switch scalar {
      case "I" where dotlessI: text.append("ı")
      case "İ" where dotlessI: text.append("i")
      case "’": text.append("'")
      default: text.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return String(text)
  }
}
