/// How many tokens a text has, by its bytes: meant to be rather too many, for limits.
public enum TokenEstimate {
  /// One for three ASCII characters, three for two others; at least 1.
  ///
  /// English has about four characters a token, Chinese and Arabic up to 1.5 tokens a character.
  public static func of(_ text: String) -> Int {
    var ascii = 0
    var others = 0
    for byte in text.utf8 {
      if byte < 0x80 { ascii += 1 } else if byte & 0xC0 != 0x80 { others += 1 }
    }
    return max(1, (ascii * 2 + others * 9 + 5) / 6)
  }

  /// The beginning of a text, of at most `limit` estimated tokens, cut between scalars.
  public static func cut(_ text: String, to limit: Int) -> String {
    // In sixths of a token.
    var left = limit * 6
    var scalars = text.unicodeScalars[...]
    var end = scalars.startIndex
    while let scalar = scalars.popFirst() {
      left -= scalar.isASCII ? 2 : 9
      if left < 0 { break }
      end = scalars.startIndex
    }
    return String(text.unicodeScalars[..<end])
  }
}
