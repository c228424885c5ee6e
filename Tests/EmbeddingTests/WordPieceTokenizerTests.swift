import Foundation
import Platform
import TestSupport
import Testing

@testable import Embedding

/// The tokenizer on a vocabulary that one can read; the real one's ids are in the golden file.
@Suite struct WordPieceTokenizerTests {
  private static let pieces = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##want", "##ed", "run", "##ning", "want",
    "##a", "a", "b", "##b", ",", "!", "strasse", "straße", "uber", "über", "中", "文", "ᄒ", "##ᅡ",
    "##ᆫ", "i", "i\u{307}", "é", "e", "##\u{301}", "σ", "##σ", "[", "]", "cls", "##",
  ]

  private func tokenizer(_ settings: NormalizerSettings = .init()) -> WordPieceTokenizer {
    let vocabulary = Vocabulary(
      Self.pieces.enumerated().map { ($0.element, Int32($0.offset)) }, prefix: "##")
    return WordPieceTokenizer(
      vocabulary: vocabulary, normalizer: ScalarNormalizer(settings), unknown: 1, wordLimit: 100,
      specials: [
        .init(text: Array("[MASK]".utf8), id: 4), .init(text: Array("[CLS]".utf8), id: 2),
      ],
      prefix: [2], suffix: [3])
  }

  private func pieces(
    _ text: String, _ settings: NormalizerSettings = .init(), limit: Int = 64
  ) -> [String] {
    tokenizer(settings).encode(text, limit: limit).dropFirst().dropLast()
      .map { Self.pieces[Int($0)] }
  }

  @Test func `words are cut into the longest pieces`() {
    #expect(pieces("UNwanted running") == ["un", "##want", "##ed", "run", "##ning"])
    #expect(pieces("unwantedX") == ["[UNK]"])
    #expect(pieces("want,a!") == ["want", ",", "a", "!"])
    #expect(pieces("") == [] && pieces(" \t\r\n\u{3000}") == [])
    #expect(tokenizer().encode("", limit: 2) == [2, 3])
  }

  @Test func `accents, case and width of blanks do not matter`() {
    #expect(pieces("Über ÜBER u\u{308}ber") == ["uber", "uber", "uber"])
    #expect(pieces("STRASSE Straße") == ["strasse", "straße"])
    #expect(pieces("a\u{a0}a\u{2003}a") == ["a", "a", "a"])
    // The Greek capital is never a final letter here, as in the reference.
    #expect(pieces("ΣΣ") == ["σ", "##σ"])
  }

  @Test func `settings are kept`() {
    var settings = NormalizerSettings()
    settings.stripsAccents = false
    #expect(pieces("Über İ É", settings) == ["über", "i\u{307}", "é"])
    settings.lowersCase = false
    #expect(pieces("Über über", settings) == ["[UNK]", "über"])
    settings = NormalizerSettings()
    settings.separatesIdeographs = false
    #expect(pieces("中文", settings) == ["[UNK]"])
    settings.cleansText = false
    #expect(pieces("a\u{0}b", settings) == ["[UNK]"])
  }

  @Test func `scripts are cut as the reference cuts them`() {
    #expect(pieces("a中文b") == ["a", "中", "文", "b"])
    #expect(pieces("한") == ["ᄒ", "##ᅡ", "##ᆫ"])
    // A compatibility ideograph (U+F900...) is separated, then decomposed.
    #expect(pieces("a\u{2F800}b").count == 3)
  }

  @Test func `control characters vanish`() {
    #expect(pieces("a\u{0}b") == ["a", "##b"])
    #expect(pieces("a\u{200b}\u{ad}\u{feff}\u{fffd}a") == ["a", "##a"])
    #expect(pieces("\u{0}\u{1}") == [])
  }

  @Test func `special tokens written in a text are what they say`() {
    #expect(pieces("a[MASK]b [CLS]") == ["a", "[MASK]", "b", "[CLS]"])
    #expect(pieces("[cls] [SEP]") == ["[", "cls", "]", "[", "[UNK]", "]"])
    #expect(pieces("[MAS") == ["[", "[UNK]"])
  }

  @Test func `words beyond the limit are unknown`() {
    func count(_ scalars: Int) -> [String] {
      pieces(String(repeating: "b", count: scalars), limit: 200)
    }
    #expect(count(100).count == 100)
    #expect(count(101) == ["[UNK]"])
    #expect(pieces(String(repeating: "é", count: 100), limit: 200).count == 1)
    #expect(
      pieces(String(repeating: "x", count: 5000) + ",a " + String(repeating: "é", count: 5000))
        == ["[UNK]", ",", "a", "[UNK]"])
  }

  @Test func `a long text is cut, with the special tokens around it`() {
    let tokenizer = tokenizer()
    let text = String(repeating: "a ", count: 10_000)
    #expect(tokenizer.encode(text, limit: 8) == [2, 12, 12, 12, 12, 12, 12, 3])
    // A word is cut within.
    #expect(tokenizer.encode("unwanted", limit: 4) == [2, 5, 6, 3])
    #expect(tokenizer.encode("[MASK][MASK]", limit: 3) == [2, 4, 3])
    #expect(tokenizer.encode("a", limit: 2) == [2, 3])
  }

  @Test func `any scalars are taken`() {
    var random = SeededGenerator(seed: 11)
    let (whole, long) = (tokenizer(), 4096)
    for _ in 0..<300 {
      var text = String.UnicodeScalarView()
      for _ in 0..<Int(random.next() % 40) {
        let top: UInt64 = [0x80, 0x800, 0x3000, 0x11_0000][Int(random.next() % 4)]
        if let scalar = Unicode.Scalar(UInt32(random.next() % top)) { text.append(scalar) }
      }
      let ids = whole.encode(String(text), limit: long)
      #expect(ids.first == 2 && ids.last == 3)
      // What is cut is the front of what is not.
      let limit = 2 + Int(random.next() % 20)
      let cut = whole.encode(String(text), limit: limit)
      #expect(Array(cut.dropLast()) == Array(ids.dropLast().prefix(limit - 1)))
    }
  }

  @Test func `tokenizer.json and vocab.txt give the same`() throws {
    let folder = try Scratch.directory()
    let path = folder
    try FileSystem.replace(
      path + "/vocab.txt", with: Array((Self.pieces.joined(separator: "\n") + "\n").utf8))
    let first = try TokenizerFiles.load(path)
    let json = JSON.object([
      (
        "added_tokens",
        .array(
          [0, 1, 2, 3, 4].map {
            .object([("id", .integer($0)), ("content", .string(Self.pieces[$0]))])
          })
      ),
      ("normalizer", .object([("type", .string("BertNormalizer"))])),
      ("pre_tokenizer", .object([("type", .string("BertPreTokenizer"))])),
      (
        "post_processor",
        .object([
          ("type", .string("BertProcessing")), ("cls", .array([.string("[CLS]"), .integer(2)])),
          ("sep", .array([.string("[SEP]"), .integer(3)])),
        ])
      ),
      (
        "model",
        .object([
          ("type", .string("WordPiece")), ("unk_token", .string("[UNK]")),
          ("vocab", .object(Self.pieces.enumerated().map { ($0.element, .integer($0.offset)) })),
        ])
      ),
    ])
    try FileSystem.replace(path + "/tokenizer.json", with: json.serialized())
    let second = try TokenizerFiles.load(path)
    for text in ["", "unwanted, [MASK] a!", "Über 中文 [SEP]", String(repeating: "a ", count: 99)] {
      #expect(first.encode(text, limit: 50) == second.encode(text, limit: 50))
    }
    #expect(first.encode("[SEP] a", limit: 9) == [2, 3, 12, 3])
  }
}
