import Testing

@testable import Spelling

@Suite struct SpellerFuzzTests {
  static let pieces = [
    "ordr", "recieve", " ", "  ", "\n", "'", "’", "-", ".", "@", "#", "İ", "ı", "ß", "ﬁ",
    "e\u{301}",
    "\u{301}", "\u{200D}", "\u{FEFF}", "😀", "👨‍👩‍👧", "🇩🇪", "अनु", "ग़", "مرحبا", "退货", "한국어", "ไทย", "A",
    "z", "0", "ﷺ", "𝒪𝓇𝒹", "\u{0}", "ǆ", "ŉ", "'s", "ΐ", "ά", "\u{10FFFF}", "wrogn", "THE", "the",
  ]

  @Test func `no text traps, and nothing but the named bytes changes`() throws {
    var random = SeededGenerator(state: 5)
    let vocabulary = Vocabulary()
    vocabulary.add("Ordrix İstanbul ग़ज़ल ﬁx e\u{301}t", as: .name)
    let spellers =
      ["en", "de", "fr", "tr", ""].map { Speller(language: $0, vocabulary: vocabulary) }
      + [Speller(language: "en")]
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        Self.pieces.randomElement(using: &random)!
      }.joined()
      let speller = spellers.randomElement(using: &random)!
      let answer = try speller.correct(text, threshold: 0)
      #expect(Array(applied(answer.changes, to: text).utf8) == Array(answer.text.utf8))
      for change in answer.changes {
        #expect((0...1).contains(change.confidence))
        #expect(!change.replacement.isEmpty)
      }
      _ = try speller.suggestions(for: text)
      vocabulary.add(text, as: .prose)
      if Bool.random(using: &random) { vocabulary.remove(text, as: .prose) }
    }
  }

  @Test func `random bytes as text never trap`() throws {
    var random = SeededGenerator(state: 6)
    let speller = Speller(language: "en")
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let answer = try speller.correct(text, threshold: 0)
      #expect(Array(applied(answer.changes, to: text).utf8) == Array(answer.text.utf8))
    }
  }
}
