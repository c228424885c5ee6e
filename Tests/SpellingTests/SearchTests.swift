import CTextKernels
import Testing

@testable import Spelling

/// The search beside one that looks at every word and counts every cost by its definition.
@Suite struct SearchTests {
  private static let levels = [CT_PORTABLE, CT_AVX2, CT_AVX512]

  /// Words of few letters, so that many are near each other; some are long, some not Latin.
  private static func words(_ random: inout SeededGenerator, _ count: Int) -> [(String, UInt8)] {
    var words: [String: UInt8] = [:]
    while words.count < count {
      let isLong = Int.random(in: 0..<20, using: &random) == 0
      let length = Int.random(in: isLong ? 20...38 : 2...7, using: &random)
      var word = String((0..<length).map { _ in "aest".randomElement(using: &random)! })
      if Int.random(in: 0..<8, using: &random) == 0 { word += "'s" }
      if Int.random(in: 0..<8, using: &random) == 0 { word += "ж" }
      words[word] = UInt8.random(in: 0...200, using: &random)
    }
    return words.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// A word with so many random edits.
  private static func misspelt(
    _ word: String, _ edits: Int, _ random: inout SeededGenerator
  ) -> [Symbol] {
    var letters = Array(word.utf16)
    for _ in 0..<edits {
      let place = Int.random(in: 0..<letters.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: letters.insert("aestж'".utf16.randomElement(using: &random)!, at: place)
      case 1 where letters.count > 1: letters.remove(at: place)
      case 2 where place > 0: letters.swapAt(place - 1, place)
      default: letters[place] = "aeiost".utf16.randomElement(using: &random)!
      }
    }
    return Array(letters.prefix(SpellingLimits.wordLength))
  }

  @Test func `all instructions find what looking at every word finds`() throws {
    var random = SeededGenerator(state: 11)
    let list = try TinyList.list(Self.words(&random, 1500))
    let plain = PlainSearch(list)
    var searches = Self.levels.map { Search(level: $0) }
    var found = 0
    var far = 0
    for round in 0..<250 {
      let meant = list.text(of: Int.random(in: 0..<list.count, using: &random))
      let typed = Self.misspelt(meant, round % 4, &random)
      for place in searches.indices {
        searches[place].find(typed.span, list, nil)
      }
      let best = (0..<searches[0].count).map { searches[0].best[$0] }
      for search in searches {
        let others = (0..<search.count).map { search.best[$0] }
        #expect(others.map(\.word) == best.map(\.word) && others.map(\.score) == best.map(\.score))
      }
      found += best.count
      far += best.count { $0.distance > 2 }
      plain.check(best, typed)
    }
    #expect(found > 500 && far > 5)
  }

  @Test func `kernels of all levels give the same`() {
    var random = SeededGenerator(state: 3)
    let tables = Self.levels.map { ct_candidates_table($0).pointee }
    let count = 300
    let packed = (0..<count).map { _ in UInt64.random(in: 0...UInt64.max, using: &random) }
    for round in 0..<200 {
      let size = Int.random(in: 0...70, using: &random)
      let tag = UInt32.random(in: 0..<4, using: &random)
      let entries = (0..<size + 16).map { _ in
        UInt32.random(in: 0..<UInt32(count), using: &random) << UInt32(CT_WORD_SHIFT)
          | UInt32.random(in: 0...13, using: &random) << UInt32(CT_TAG_BITS)
          | UInt32.random(in: 0..<4, using: &random)
      }
      let length = 1 + round % 32
      var masks = [UInt32](repeating: 0, count: 32)
      for place in 0..<length {
        masks[Int.random(in: 1...27, using: &random)] |= 1 << UInt32(place)
      }
      var results: [[UInt32]] = []
      for table in tables {
        let room = [UInt32](repeating: 0, count: size + 16)
        var (words, lower, upper) = (room, room, room)
        var kept = table.tagged(entries, size, tag, 2, UInt32(2 + round % 12), 290, &words)
        let found = words.prefix(kept)
        var seen = [UInt32](repeating: 0, count: Int(CT_SEEN))
        kept = table.fetch(packed, &seen, &words, kept, &lower, &upper)
        var distances = [UInt8](repeating: 0, count: size + 16)
        table.distances(masks, length, lower, upper, kept, &distances)
        let parts = [found, words.prefix(kept), lower.prefix(kept), upper.prefix(kept)]
        results.append(parts.flatMap { $0 } + distances.prefix(kept).map { UInt32($0) })
      }
      #expect(results.allSatisfy { $0 == results[0] })
    }
  }
}

/// What a search finds, by its definition.
private struct PlainSearch {
  let list: WordList
  let symbols: [[Symbol]]
  private let hashes: [Set<UInt64>]

  init(_ list: WordList) {
    self.list = list
    symbols = (0..<list.count).map { word in
      var symbols: [Symbol] = []
      list.append(word, to: &symbols)
      return symbols
    }
    hashes = symbols.map { symbols in
      var deletes = Deletes()
      deletes.add(all: symbols.span)
      let key = SoundKey(symbols.span)
      if key.count > 1 { deletes.add(key, 0...key.deletions) }
      return Set((0..<deletes.count).map { deletes[$0] })
    }
  }

  /// Checks the score of every candidate, and that none is missing.
  func check(_ best: [Search.Candidate], _ typed: [Symbol]) {
    for candidate in best {
      #expect(abs(candidate.score - score(candidate.word, typed)) < 1e-4)
      #expect(candidate.distance == alignment(typed, symbols[candidate.word]))
    }
    #expect(zip(best, best.dropFirst()).allSatisfy { $0.score >= $1.score })
    #expect(Set(best.map(\.word)).count == best.count)
    var floor = (best.first?.score ?? -.infinity) - Search.window
    if best.count == Search.breadth { floor = max(floor, best[Search.breadth - 1].score) }
    // Those whose edits are cheaper than any should be may be passed over.
    let cap = Deletes.deletions(ofLength: typed.count)
    var deletes = Deletes()
    deletes.add(typed.span, 0...1)
    let near = Set((0..<deletes.count).map { deletes[$0] })
    for word in 0..<list.count where !hashes[word].isDisjoint(with: near) {
      let distance = alignment(typed, symbols[word])
      let prior = ErrorModel.prior * ErrorModel.logProbability(frequency: list.frequency(of: word))
      guard distance <= cap, score(word, typed) > floor + 1e-4,
        prior - Search.leastCost(distance) > floor
      else { continue }
      #expect(best.contains { $0.word == word }, "\(list.text(of: word)) is missing")
    }
  }

  private func score(_ word: Int, _ typed: [Symbol]) -> Float {
    let meant = symbols[word]
    var score =
      ErrorModel.prior * ErrorModel.logProbability(frequency: list.frequency(of: word))
      - cost(typed, meant)
    if typed.first != meant.first { score -= ErrorModel.firstLetter }
    let sound = SoundKey(typed.span).mark
    if sound != 0, sound == SoundKey(meant.span).mark { score += ErrorModel.soundsAlike }
    return score
  }

  /// The weighted distance between what is left without equal beginnings and ends.
  private func cost(_ typed: [Symbol], _ meant: [Symbol]) -> Float {
    let model = ErrorModel.shared
    let start = zip(typed, meant).prefix { $0 == $1 }.count
    let end = zip(typed[start...].reversed(), meant[start...].reversed()).prefix { $0 == $1 }.count
    let typed = Array(typed[max(0, start - 1)..<typed.count - end].dropFirst(start > 0 ? 1 : 0))
    let before = start > 0 ? ErrorModel.letterClass(LetterCode.of(meant[start - 1])) : 28
    let meant = Array(meant[start..<meant.count - end])
    let classes = [before] + typed.map { ErrorModel.letterClass(LetterCode.of($0)) }
    let wanted = [before] + meant.map { ErrorModel.letterClass(LetterCode.of($0)) }
    var rows = [[Float]](
      repeating: [Float](repeating: .infinity, count: typed.count + 1), count: meant.count + 1)
    for i in 0...meant.count {
      for j in 0...typed.count {
        var best: Float = i == 0 && j == 0 ? 0 : .infinity
        if i > 0 {
          best = min(best, rows[i - 1][j] + model.omission(of: wanted[i], after: wanted[i - 1]))
        }
        if j > 0 {
          let left = i == 0 ? classes[j - 1] : wanted[i]
          best = min(best, rows[i][j - 1] + model.insertion(classes[j], after: left))
        }
        if i > 0, j > 0 {
          let replaced =
            typed[j - 1] == meant[i - 1] ? 0 : model.substitution(of: wanted[i], by: classes[j])
          best = min(best, rows[i - 1][j - 1] + replaced)
        }
        if i > 1, j > 1, typed[j - 1] == meant[i - 2], typed[j - 2] == meant[i - 1],
          typed[j - 1] != meant[i - 1]
        {
          let swapped = model.transposition(of: wanted[i], after: wanted[i - 1])
          best = min(best, rows[i - 2][j - 2] + swapped)
        }
        rows[i][j] = best
      }
    }
    return rows[meant.count][typed.count]
  }
}
