import Testing

@testable import TextAnalysis

@Suite struct WordTokensTests {
  private func folded(_ text: String) -> [String] {
    var words = WordTokens()
    words.find(in: text)
    return words.tokens.map { String(decoding: words.folded[$0.foldedRange], as: UTF8.self) }
  }

  private func originals(_ text: String) -> [String] {
    var words = WordTokens()
    words.find(in: text)
    let bytes = Array(text.utf8)
    return words.tokens.map { String(decoding: bytes[$0.range], as: UTF8.self) }
  }

  @Test(arguments: [
    ("Hello, World!", ["hello", "world"]),
    ("can't CAN’T", ["can't", "can't"]),
    ("3.5 mm, 1,000 pcs; e.g. X-200/B", ["3.5", "mm", "1,000", "pcs", "e.g", "x", "200", "b"]),
    ("Straße STRASSE ẞ", ["strasse", "strasse", "ss"]),
    ("ısparta ISPARTA İstanbul istanbul", ["isparta", "isparta", "istanbul", "istanbul"]),
    ("Crème Brûlée creme brulee", ["creme", "brulee", "creme", "brulee"]),
    ("e\u{301}cole école", ["ecole", "ecole"]),
    ("Øl æble Łódź đồng", ["ol", "aeble", "lodz", "dong"]),
    ("ЁЖИК Йод", ["ежик", "иод"]),
    ("أَهْلًا إلى مدرسة", ["اهلا", "الي", "مدرسه"]),
    ("٣٤٥ ४५ ３４", ["345", "45", "34"]),
    ("हिन्दी क़लम", ["हिन्दी", "कलम"]),
    ("東京タワー", ["東", "京", "タワー"]),
    ("สวัส", ["ส", "วั", "ส"]),
    ("ﬁn ① ㎏", ["fin", "1", "kg"]),
    ("👍🏽 ok 🇩🇪 ©", ["👍🏽", "ok", "🇩🇪"]),
    ("foo_bar __ x", ["foo_bar", "x"]),
    ("ΣΊΣΥΦΟΣ σίσυφος", ["σισυφοσ", "σισυφοσ"]),
    ("WLANКабель", ["wlanкабель"]),
    // A sign is part of a word between two letters or digits, never beside a sign.
    ("etc... fine..Can 'new'. 3...5 a.b", ["etc", "fine", "can", "new", "3", "5", "a.b"]),
    ("", []), (" \n\t…—", []),
  ])
  func `words are found and folded`(text: String, expected: [String]) {
    let expected = expected.map { TextFolding.fold($0) }
    #expect(folded(text) == expected)
  }

  @Test func `a word is where it stands in the text`() {
    #expect(
      originals("Ein Café, naïve 東京 x\u{301}y") == ["Ein", "Café", "naïve", "東", "京", "x\u{301}y"])
  }

  @Test func `characters of unspaced scripts are joined where nothing stands between`() {
    var words = WordTokens()
    words.find(in: "東京 都a京")
    #expect(words.tokens.map(\.isJoined) == [false, true, false, false, false])
  }

  @Test func `normal forms of a text fold to the same`() {
    #expect(TextFolding.fold("각가") == TextFolding.fold("\u{1100}\u{1161}\u{11A8}\u{1100}\u{1161}"))
    #expect(TextFolding.fold("がぎ") == TextFolding.fold("か\u{3099}き\u{3099}"))
    #expect(TextFolding.fold("が") != TextFolding.fold("か"))
    #expect(Array(TextFolding.fold("ệ").utf8) == Array("e".utf8))
  }

  @Test func `folding twice is folding once`() {
    for value in 0x80..<UInt32(0x30000) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let once = TextFolding.fold(String(Character(scalar)))
      #expect(
        Array(TextFolding.fold(once).utf8) == Array(once.utf8), "U+\(String(value, radix: 16))")
    }
  }

  @Test func `lower case keeps marks where the folded word lost them`() {
    var words = WordTokens()
    words.find(in: "Geschäft KELLER Ёлки")
    let lowered = words.tokens.map {
      String(decoding: words.lowered[$0.loweredRange], as: UTF8.self)
    }
    #expect(lowered == ["geschäft", "", "ёлки"])
  }

  @Test func `long words are cut and any bytes are read`() {
    var words = WordTokens()
    words.find(in: String(repeating: "a", count: 1000) + " b")
    #expect(words.tokens.map(\.foldedRange.count) == [WordTokens.wordByteLimit, 1])
    words.find(in: String(repeating: "é", count: 1000) + " b")
    #expect(words.tokens.map(\.foldedRange.count) == [WordTokens.wordByteLimit, 1])
    words.find(in: String(repeating: "я", count: 1000) + " b")
    #expect(words.tokens.map(\.foldedRange.count) == [WordTokens.wordByteLimit, 1])
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...12)).map { _ in
        Bool.random(using: &generator)
          ? UInt8.random(in: 0...255) : [0x41, 0xE2, 0x80, 0x99, 0xF0][Int.random(in: 0...4)]
      }
      words.find(in: bytes.span)
      var last = 0
      for token in words.tokens {
        #expect(token.range.lowerBound >= last && token.range.upperBound <= bytes.count)
        #expect(!token.range.isEmpty && !token.foldedRange.isEmpty)
        last = token.range.upperBound
      }
    }
  }
}
