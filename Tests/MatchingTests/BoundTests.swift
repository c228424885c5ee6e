import Platform
import Testing

@testable import Matching

/// Whatever comes in, the work for it is bounded, and confidences are what they say.
@Suite struct BoundTests {
  @Test func `a long query of any kind costs a bounded amount of work`() throws {
    var catalogue = Catalogue<Int>()
    for id in 0..<4_000 {
      let name = "shoe black a b c x\(id % 50) \(id) solid state drive word\(id % 7)e"
      try catalogue.put(id, CatalogueItem(name: name))
    }
    let kinds = [
      "a ", "ab", "ssd ", "shoe black ", "x1-", "1.", "日", "é", "🙂", "x1 ", "2x", "|", "'", "wrd ",
      "a-b_", "#", "\u{0}", "ชา", "1e9 gb ", "aab bba ",
    ]
    for kind in kinds {
      let count = MatchLimits.queryByteCount / kind.utf8.count
      let answer = try catalogue.match(String(repeating: kind, count: count))
      #expect(answer.work.scored <= NameIndex.scoredCount)
      let most =
        NameIndex.postingLimit + 8 * InitialIndex.entryLimit
        + 2 * TokenScan.atomLimit * GramIndex.entryLimit
      #expect(answer.work.postings <= most, "\(kind): \(answer.work)")
    }
    // Different words each: 10,000 of them are more than a query may have.
    let words = (0..<10_000).map { String($0, radix: 36) }
    #expect(throws: MatchError.self) { try catalogue.match(words.joined(separator: " ")) }
    let part = words.suffix(1_000).joined(separator: " ")
    #expect(try catalogue.match(part).work.scored <= NameIndex.scoredCount)
  }

  @Test func `a name of a megabyte is refused, and one at the limit is found`() throws {
    var catalogue = Catalogue<Int>()
    let long = String(repeating: "wide ", count: 200_000)
    #expect(throws: MatchError.nameLength(byteCount: 1_000_000, limit: 4_096)) {
      try catalogue.put(1, CatalogueItem(name: long))
    }
    #expect(throws: MatchError.nameLength(byteCount: 1_000_000, limit: 4_096)) {
      try catalogue.put(1, CatalogueItem(name: "wide", aliases: [long]))
    }
    #expect(catalogue.count == 0)
    for (id, word) in ["wide ", "x1-", "日本", "a"].enumerated() {
      let text = String(repeating: word, count: MatchLimits.nameByteCount / word.utf8.count)
      try catalogue.put(id, CatalogueItem(name: text, attributes: [String(text.prefix(500))]))
      #expect(try catalogue.match(text).candidates.contains { $0.id == id })
      // A word of thousands of letters is cut, and is no misspelling of a short one.
      if word == "a" { continue }
      #expect(try catalogue.match(String(text.prefix(8))).candidates.contains { $0.id == id })
    }
  }

  @Test func `each byte and each pair of signs can be a name and a query`() throws {
    let signs = (0..<256).map { UInt8($0) }
    var catalogue = Catalogue<Int>()
    for byte in signs {
      let name = String(decoding: [byte, 0x61, byte, 0x31, byte], as: UTF8.self)
      try catalogue.put(Int(byte), CatalogueItem(name: name, aliases: [name + name]))
    }
    for first in signs {
      let other = first &* 73 &+ 41
      let bytes = [first, other, 0x61, first, 0x20, other, 0x31, first]
      for query in [
        String(decoding: bytes, as: UTF8.self), String(decoding: [first], as: UTF8.self),
      ] {
        for candidate in try catalogue.match(query).candidates {
          #expect((0...1).contains(candidate.confidence))
        }
      }
    }
  }

  @Test func `what few may answer is found behind what others would`() throws {
    var catalogue = Catalogue<Int>()
    for id in 0..<500 {
      try catalogue.put(id, CatalogueItem(name: "running shoe red leather \(id)"))
    }
    try catalogue.put(500, CatalogueItem(name: "shoe"))
    let answer = try catalogue.match("running shoe red leather", accepts: { $0 == 500 })
    #expect(answer.candidates.map(\.id) == [500])
  }

  @Test func `the trees of the confidence ask for values that there are`() {
    for trees in [ModelWeights.first, ModelWeights.others] {
      #expect(!trees.isEmpty && trees.count % 22 == 0)
      for tree in stride(from: 0, to: trees.count, by: 22) {
        for node in 0..<7 { #expect(0..<14 ~= Int(trees[tree + 2 * node])) }
      }
      #expect(!trees.contains { !$0.isFinite })
    }
    #expect(ModelWeights.features.count == Features.count)
  }

  /// Names that share most words, asked for by some of them and with a typing error.
  @Test func `who is sure is right, and who is not sure is less often`() throws {
    var random = SeededGenerator(seed: 11)
    let lists = [
      ["Kilbride", "Burren", "Skerry", "Fjell", "Trekker", "Antrim", "Mourne", "Slieve"],
      ["boot", "sandal", "jacket", "parka", "glove", "headlamp", "backpack", "tent"],
      ["black", "brown", "green", "blue", "red"], ["Pro", "Lite", "Classic", "GTX"],
    ]
    var catalogue = Catalogue<Int>()
    var names: [[String]] = []
    for id in 0..<250 {
      let model = ["ka", "lo", "mi", "ru", "te"].shuffled(using: &random).joined()
      names.append([model] + lists.map { $0.randomElement(using: &random)! })
      try catalogue.put(id, CatalogueItem(name: names[id].joined(separator: " ")))
    }
    var sure = (right: 0, all: 0)
    var unsure = (right: 0, all: 0)
    for number in 0..<400 {
      let id = Int.random(in: 0..<names.count, using: &random)
      var words = names[id].map { Array($0.lowercased()) }
      // Without the word that tells it from the others, every other time.
      words.remove(at: number % 2 == 0 ? 0 : Int.random(in: 1..<5, using: &random))
      let wrong = Int.random(in: 0..<words.count, using: &random)
      let place = Int.random(in: 1..<words[wrong].count, using: &random)
      words[wrong].swapAt(place, place - 1)
      let answer = try catalogue.match(words.map { String($0) }.joined(separator: " "))
      let best = try #require(answer.candidates.first)
      let isRight = best.id == id
      if best.confidence >= 0.7 {
        sure = (sure.right + (isRight ? 1 : 0), sure.all + 1)
      } else if best.confidence < 0.4 {
        unsure = (unsure.right + (isRight ? 1 : 0), unsure.all + 1)
      }
    }
    #expect(sure.all >= 50 && sure.right * 10 >= sure.all * 9, "\(sure)")
    #expect(unsure.all >= 20 && unsure.right * 10 <= unsure.all * 7, "\(unsure)")
  }
}
