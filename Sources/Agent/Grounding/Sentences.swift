import TextAnalysis

/// The sentences and lines of a text.
enum Sentences {
  /// Ranges that together are the text: each ends behind a line end, or behind what ends a sentence
  /// and the marks `[n]` and spaces that follow.
  ///
  /// - Complexity: O(bytes).
  static func ranges(of text: Span<UInt8>) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    var index = 0
    while index < text.count {
      let end = self.end(text, index, start)
      index = end ?? index + 1
      if end != nil {
        ranges.append(start..<index)
        start = index
      }
    }
    if start < text.count { ranges.append(start..<text.count) }
    return ranges
  }

  /// Where the sentence ends, if its end is at `index`.
  private static func end(_ text: Span<UInt8>, _ index: Int, _ start: Int) -> Int? {
    let byte = text[index]
    if byte == 0x0A { return index + 1 }
    var end = index + 1
    if byte == 0x2E || byte == 0x21 || byte == 0x3F {
      while end < text.count, [0x2E, 0x21, 0x3F, 0x22, 0x29, 0x27].contains(text[end]) { end += 1 }
      if byte == 0x2E, isAbbreviation(text, index, start) { return nil }
    } else if byte == 0xE3 || byte == 0xEF, index + 2 < text.count {
      // 。！？
      let (second, third) = (text[index + 1], text[index + 2])
      guard
        byte == 0xE3
          ? second == 0x80 && third == 0x82
          : second == 0xBC && (third == 0x81 || third == 0x9F)
      else { return nil }
      end = index + 3
      return afterMarks(text, end)
    } else {
      return nil
    }
    let behind = afterMarks(text, end)
    // 4.90, example.org and e.g. go on.
    return behind == text.count || behind > end || text[behind] == 0x0A ? behind : nil
  }

  /// Behind spaces and marks `[n]`.
  private static func afterMarks(_ text: Span<UInt8>, _ start: Int) -> Int {
    var end = start
    while end < text.count {
      if text[end] == 0x20 || text[end] == 0x09 {
        end += 1
      } else if text[end] == 0x5B, let close = markEnd(text, end) {
        end = close
      } else {
        break
      }
    }
    return end
  }

  private static func markEnd(_ text: Span<UInt8>, _ start: Int) -> Int? {
    var index = start + 1
    while index < text.count, index < start + 12 {
      let byte = text[index]
      if byte == 0x5D { return index > start + 1 ? index + 1 : nil }
      guard byte &- 0x30 < 10 || byte == 0x2C || byte == 0x20 else { return nil }
      index += 1
    }
    return nil
  }

  /// Whether a full stop ends a number of a list or a short form, and no sentence.
  private static func isAbbreviation(_ text: Span<UInt8>, _ index: Int, _ start: Int) -> Bool {
    var first = index
    while first > start, text[first - 1] != 0x20, index - first < 12 { first -= 1 }
    let word = text.extracting(first..<index)
    if word.isEmpty { return false }
    var areDigits = true
    for place in word.indices { areDigits = areDigits && word[place] &- 0x30 < 10 }
    // `1.` begins an item, `22. November` a date; `in 2026.` ends a sentence.
    if areDigits { return word.count <= 2 && (first == start || isFollowedByWord(text, index)) }
    let letters = String(decoding: (0..<word.count).map { word[$0] | 0x20 }, as: UTF8.self)
    return [
      "e.g", "i.e", "z.b", "d.h", "bzw", "ca", "mr", "mrs", "ms", "dr", "st", "nr", "no", "approx",
      "vs", "sr", "sra", "p.ex", "bijv", "o.ä", "a.m", "p.m", "u.a",
    ].contains(letters) && isFollowedByWord(text, index)
  }

  /// Whether a space and a word follow in the same line.
  private static func isFollowedByWord(_ text: Span<UInt8>, _ index: Int) -> Bool {
    index + 2 < text.count && text[index + 1] == 0x20
      && (text[index + 2] >= 0x80 || (text[index + 2] | 0x20) &- 0x61 < 26)
  }

  /// Whether a range begins with the number of a list.
  static func isStep(_ text: [UInt8], _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    while index < range.upperBound, text[index] == 0x20 { index += 1 }
    let start = index
    while index < range.upperBound, text[index] &- 0x30 < 10 { index += 1 }
    return index > start && index - start <= 2 && index < range.upperBound
      && (text[index] == 0x2E || text[index] == 0x29)
  }

  /// How many words a range has.
  static func wordCount(_ text: [UInt8], _ range: Range<Int>) -> Int {
    var words = WordTokens()
    words.find(in: text[range].span)
    return words.tokens.count
  }

  /// Without white space at both ends.
  static func trimmed(_ text: [UInt8]) -> String {
    let blank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    var rest = text[...]
    while let last = rest.last, blank(last) { rest.removeLast() }
    return String(decoding: rest.drop(while: blank), as: UTF8.self)
  }
}
