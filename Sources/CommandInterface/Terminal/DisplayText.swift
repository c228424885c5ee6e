/// Text as a terminal shows it: how wide it is, where lines break, what must not reach it.
package enum DisplayText {
  /// Columns that a terminal needs for `text`, which holds no control characters: 2 for East Asian
  /// wide characters and emoji, 0 for marks that join what stands before, else 1.
  package static func width(_ text: some StringProtocol) -> Int {
    text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.reduce(0) { $0 + width($1) }
  }

  private static func width(_ character: Character) -> Int {
    var widest = 0
    for scalar in character.unicodeScalars {
      if scalar == "\u{FE0F}" { return 2 }
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: continue
      default: widest = max(widest, isWide(scalar.value) ? 2 : 1)
      }
    }
    return widest
  }

  /// Wide and full-width blocks of Unicode Standard Annex 11, and the emoji planes.
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
      0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }

  /// The text on one line and harmless: each run of white space one space, other control
  /// characters (which could steer a terminal) gone, text direction marks too.
  package static func cleaned(_ text: String) -> String {
    var result = ""
    var pendingSpace = false
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace {
        pendingSpace = true
        continue
      }
      switch scalar.value {
      case 0...0x1F, 0x7F...0x9F, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF:
        continue
      default:
        if pendingSpace, !result.isEmpty { result += " " }
        pendingSpace = false
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The longest beginning of `text` that fits, with `…` for what is missing.
  package static func cut(_ text: String, to columns: Int) -> String {
    guard width(text) > columns else { return text }
    guard columns > 0 else { return "" }
    var result = ""
    var used = 0
    for character in text {
      let wide = width(character)
      if used + wide > columns - 1 { break }
      used += wide
      result.append(character)
    }
    while result.hasSuffix(" ") { result.removeLast() }
    return result + "…"
  }

  /// Breaks text at its spaces and line ends into lines of at most `columns`; a longer word is
  /// broken within.
  package static func wrapped(_ text: String, to columns: Int) -> [String] {
    precondition(columns > 1, "a line needs two columns")
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      var word = word
      var wide = width(word)
      if used > 0, used + 1 + wide <= columns {
        line += " " + word
        used += 1 + wide
        continue
      }
      if used > 0 { lines.append(line) }
      while wide > columns {
        var fitting = word.startIndex
        var fittingWidth = 0
        while fitting < word.endIndex, fittingWidth + width(word[fitting]) <= columns {
          fittingWidth += width(word[fitting])
          fitting = word.index(after: fitting)
        }
        lines.append(String(word[..<fitting]))
        word = word[fitting...]
        wide -= fittingWidth
      }
      line = String(word)
      used = wide
    }
    if used > 0 { lines.append(line) }
    return lines
  }

  /// `text` with spaces on its right, or on its left, up to a width of `columns`.
  package static func padded(_ text: String, to columns: Int, right: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, columns - width(text)))
    return right ? space + text : text + space
  }
}
