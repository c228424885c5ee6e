/// The case of a word, and other words in it.
enum Casing {
  case lower
  /// The first letter only.
  case capitalised
  /// Two letters or more, all of them.
  case upper
  /// Any other mixture: `iPhone`.
  case mixed

  /// Of valid UTF-8.
  init(_ bytes: Span<UInt8>) {
    var letters = 0
    var upper = 0
    for index in 0..<bytes.count {
      let byte = bytes[index]
      guard byte < 0x80 else {
        self.init(String(decoding: (0..<bytes.count).map { bytes[$0] }, as: UTF8.self))
        return
      }
      guard 0x61...0x7A ~= byte | 0x20 else { continue }
      if byte < 0x61 { upper += 1 }
      letters += 1
    }
    let isFirst = bytes.count > 0 && 0x41...0x5A ~= bytes[0]
    self.init(upper: upper, lower: letters - upper, firstIsUpper: isFirst)
  }

  private init(upper: Int, lower: Int, firstIsUpper: Bool) {
    if upper == 0 {
      self = .lower
    } else if lower == 0 && upper > 1 {
      self = .upper
    } else {
      self = firstIsUpper && upper == 1 ? .capitalised : .mixed
    }
  }

  init(_ text: String) {
    var upper = 0
    var lower = 0
    var firstIsUpper = false
    for scalar in text.unicodeScalars {
      let isUpper: Bool
      if scalar.value < 0x80 {
        guard 0x61...0x7A ~= scalar.value | 0x20 else { continue }
        isUpper = scalar.value < 0x61
      } else {
        guard scalar.properties.isCased else { continue }
        isUpper = scalar.properties.isUppercase
      }
      if upper + lower == 0 { firstIsUpper = isUpper }
      if isUpper { upper += 1 } else { lower += 1 }
    }
    self.init(upper: upper, lower: lower, firstIsUpper: firstIsUpper)
  }

  /// `word` in this case; what the list writes with capitals keeps them.
  func apply(to word: String, dotlessI: Bool) -> String {
    switch self {
    case .lower, .mixed: return word
    case .upper:
      var text = String.UnicodeScalarView()
      for scalar in word.unicodeScalars { Self.appendUpper(scalar, dotlessI, to: &text) }
      return String(text)
    case .capitalised:
      guard let first = word.unicodeScalars.first else { return word }
      var text = String.UnicodeScalarView()
      if dotlessI && first == "i" {
        text.append("İ")
      } else {
        text.append(contentsOf: first.properties.titlecaseMapping.unicodeScalars)
      }
      text.append(contentsOf: word.unicodeScalars.dropFirst())
      return String(text)
    }
  }

  private static func appendUpper(
    _ scalar: Unicode.Scalar, _ dotlessI: Bool, to text: inout String.UnicodeScalarView
  ) {
    if dotlessI && scalar == "i" {
      text.append("İ")
    } else {
      text.append(contentsOf: scalar.properties.uppercaseMapping.unicodeScalars)
    }
  }
}
