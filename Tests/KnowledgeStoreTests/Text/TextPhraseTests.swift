import Platform
import TextAnalysis
import Testing

@testable import KnowledgeStore

/// Which phrases a query has, and that entries have them.
@Suite struct TextPhraseTests {
  private func phrases(_ text: String) -> [String] {
    TextQuery(text).phrases.map { phrase in
      phrase.map { String(decoding: $0.folded, as: UTF8.self) }.joined(separator: " ")
    }
  }

  @Test func `an inch mark is no quote, and a quote that is never closed is none`() {
    #expect(phrases("tv 55\" samsung qled") == [])
    #expect(phrases("tv 55\" or 65\" samsung") == [])
    #expect(phrases("tv 55\" \"samsung qled\"") == ["samsung qled"])
    #expect(phrases("\"tv 55\" samsung qled") == ["tv 55"])
    #expect(phrases("\"open quote shoes") == [])
    #expect(phrases("\"one two\" and \"three four") == ["one two"])
    #expect(phrases("(\"one two\"), \"three four\"") == ["one two", "three four"])
    #expect(phrases("東京\"天気 晴れ\"") == ["天 気 晴 れ"])
    #expect(phrases("\"\" \"one\" \"\"") == [])
    #expect(TextQuery("tv 55\" samsung qled").clauses.count == 4)
  }

  @Test func `phrases of words that are not looked for are left out`() {
    let words = (0..<TextQuery.wordLimit).map { "w\($0)" }.joined(separator: " ")
    #expect(phrases("\(words) \"red shoes\"") == [])
    #expect(phrases("\(words) \"red w3 shoes\"") == ["red w3 shoes"])
    #expect(TextQuery("\(words) \"red w3 shoes\"").phraseClauses == [3])
    #expect(phrases("\"red shoes\" \(words)") == ["red shoes"])
    let long = TextQuery("\"\(words) w1 w2\" \"w1 w2\"")
    #expect(long.phrases.map(\.count) == [TextQuery.phraseWordLimit])
    #expect(long.phraseClauses.count == TextQuery.wordLimit)
    let many = TextQuery(String(repeating: "\"w1 w2 w3\" ", count: 1000))
    #expect(many.phrases.map(\.count) == Array(repeating: 3, count: 21))
  }

  @Test func `entries are found and shown as one look at each word of each says`() throws {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(1))
    let vocabulary = [
      "run", "runs", "running", "runner", "shoe", "Shoes", "shop", "x-200", "東京", "京都", "都",
      "the", "Straße", "strasse", "55\"",
    ]
    var generator = SeededGenerator(seed: 15)
    func text(_ count: ClosedRange<Int>) -> String {
      (0..<Int.random(in: count, using: &generator))
        .map { _ in vocabulary.randomElement(using: &generator)! }
        .joined(separator: Bool.random(using: &generator) ? " " : ", ")
    }
    var texts: [[String]] = []
    try collection.apply(
      (0..<200).map { number in
        texts.append([text(0...3), text(1...3), text(1...12)])
        return .upsert(
          Entry(
            id: UUID(high: 0, low: UInt64(number)), version: 1, stamp: 0, vector: [1],
            keywords: [texts[number][1]], title: texts[number][0], content: texts[number][2]))
      })
    try store.commit(position: [])
    var count = 0
    for round in 0..<120 {
      var asked = "\"\(text(2...3).filter { $0 != "\"" })\""
      if round % 3 == 0 { asked += " \"run* \(text(1...1).filter { $0 != "\"" })\"" }
      if round % 2 == 0 { asked += " " + text(1...2) }
      let query = TextQuery(asked)
      let hits = try collection.searchText(TextRequest(asked, count: 1000)).hits
      var looker = Looker(query)
      var expected: [Int: [Range<Int>]] = [:]
      for (number, texts) in texts.enumerated() {
        if let places = looker.places(in: texts) { expected[number] = places }
      }
      count += expected.count
      #expect(Set(hits.map { Int($0.hit.id.low) }) == Set(expected.keys), "\(asked)")
      for hit in hits {
        #expect(hit.highlights.map(\.range) == expected[Int(hit.hit.id.low)], "\(asked)")
      }
    }
    #expect(count > 500)
  }

  /// Compares each word of a text with each of a query.
  private struct Looker {
    let query: TextQuery
    var words = WordTokens()

    init(_ query: TextQuery) { self.query = query }

    func matches(_ token: WordTokens.Token, _ word: TextQuery.Word) -> Bool {
      let folded = words.folded[token.foldedRange]
      if word.isPrefix ? folded.starts(with: word.folded) : folded.elementsEqual(word.folded) {
        return true
      }
      let lowered = token.loweredRange.isEmpty ? folded : words.lowered[token.loweredRange]
      guard let wanted = word.stem, TextTerm.hasStem(Array(lowered).span) else { return false }
      var stem = WordStem()
      stem.find(of: Array(lowered).span, Stemmer(query.language))
      return stem.folded == wanted
    }

    /// Where words of the query stand; nil where the texts lack them, or a phrase.
    mutating func places(in texts: [String]) -> [Range<Int>]? {
      var missing = query.phrases
      var places: [Range<Int>] = []
      // Two characters of a phrase that stand side by side do so in the text, too.
      var lacking = query.phraseClauses
      for text in texts {
        words.find(in: text)
        let tokens = words.tokens
        missing.removeAll { phrase in
          tokens.indices.contains { first in
            first + phrase.count <= tokens.count
              && phrase.indices.allSatisfy { matches(tokens[first + $0], phrase[$0]) }
          }
        }
        let start = places.count
        for (index, token) in tokens.enumerated() {
          var place: Range<Int>?
          for (number, clause) in query.clauses.enumerated() {
            if matches(token, clause.word) {
              place = token.range
            } else if token.isJoined {
              let before = tokens[index - 1]
              let pair = words.folded[before.foldedRange] + words.folded[token.foldedRange]
              guard pair.elementsEqual(clause.word.folded) else { continue }
              place = place ?? before.range.lowerBound..<token.range.upperBound
            } else {
              continue
            }
            lacking.remove(number)
          }
          guard let place else { continue }
          if places.count > start, place.lowerBound <= places[places.count - 1].upperBound {
            places[places.count - 1] =
              places[places.count - 1].lowerBound..<place.upperBound
          } else {
            places.append(place)
          }
        }
      }
      return missing.isEmpty && lacking.isEmpty && !places.isEmpty ? places : nil
    }
  }

  @Test func `the first hundred places are shown, whatever the entry holds`() throws {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(1))
    try collection.apply([
      .upsert(
        Entry(
          id: UUID(high: 0, low: 1), version: 1, stamp: 0, vector: [1], title: "a",
          content: String(repeating: "a ", count: 5000)))
    ])
    let places = try #require(
      try collection.searchText(TextRequest("a", count: 1)).hits.first?.highlights)
    #expect(places.count == TextHighlight.countLimit)
    #expect(places.first?.field == .title)
    #expect(places.dropFirst().map(\.range.lowerBound) == (0..<99).map { 2 * $0 })
  }
}
