import Testing

@testable import Spelling

@Suite struct WordListTests {
  static let words: [(String, UInt8)] = [
    ("the", 230), ("order", 150), ("orders", 120), ("café", 100), ("Zürich", 90), ("a", 220),
  ]

  @Test func `a list is read as it was written`() throws {
    let list = try WordList(
      TinyList.bytes(Self.words, language: "xx", flags: 3, pairs: [(0, 2, 30), (2, 1, 60)]))
    #expect(list.language == "xx")
    #expect(list.flags == [.accentsMatter, .compounds])
    #expect(
      (0..<list.count).map { list.text(of: $0) } == [
        "the", "a", "order", "orders", "café", "Zürich",
      ])
    #expect((0..<list.count).map { list.frequency(of: $0) } == [230, 220, 150, 120, 100, 90])
    #expect(try abs(#require(list.bigrams.logProbability(of: 2, after: 0)) + 2.302585) < 1e-4)
    #expect(list.bigrams.logProbability(of: 1, after: 2) != nil)
    #expect(list.bigrams.logProbability(of: 1, after: 0) == nil)
    #expect(list.bigrams.logProbability(of: 1, after: 5) == nil)
  }

  @Test func `any flipped bit and any cut is an error`() {
    let whole = TinyList.bytes(Self.words, pairs: [(0, 2, 30)])
    for index in whole.indices {
      for bit in 0..<8 {
        var bytes = whole
        bytes[index] ^= 1 << UInt8(bit)
        #expect(throws: SpellingError.self) { try WordList(bytes) }
      }
      #expect(throws: SpellingError.self) { try WordList(Array(whole[..<index])) }
    }
  }

  @Test func `bodies of random bytes with a right checksum never trap`() {
    var random = SeededGenerator(state: 3)
    for _ in 0..<2000 {
      let whole = TinyList.bytes(Self.words, pairs: [(0, 2, 30), (1, 3, 4)])
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 16..<bytes.count, using: &random)] = .random(
          in: 0...255, using: &random)
      }
      TinyList.sign(&bytes)
      // Either is right, a trap is not.
      _ = try? WordList(bytes)
    }
  }

  @Test(arguments: WordList.languages)
  func `built-in lists are whole and small in memory`(language: String) throws {
    let list = try #require(WordList.shared(language))
    #expect(list.language == language)
    #expect(list.count > 80_000)
    #expect(list.byteCount < 30_000_000)
    #expect(list === WordList.shared(language))
  }

  @Test func `a language without a list has none`() {
    #expect(WordList.shared("tlh") == nil)
    #expect(WordList.shared("") == nil)
    #expect(WordList.shared("../../etc") == nil)
  }
}
