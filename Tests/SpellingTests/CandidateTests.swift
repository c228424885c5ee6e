import CTextKernels
import Testing

@testable import Spelling

@Suite struct CandidateTests {
  private static let kernels = ct_candidates_table(ct_supported_level()).pointee

  @Test func `every word within two edits is under a hash of the typed one`() {
    var random = SeededGenerator(state: 1)
    // Few letters: many words near each other, with runs.
    var store = SymbolStore()
    var words: [[Symbol]] = []
    for _ in 0..<400 {
      let length = Int.random(in: 2...11, using: &random)
      let word = String((0..<length).map { _ in "abcd".randomElement(using: &random)! })
      store.append(word: word)
      words.append(word.utf16.map { $0 })
    }
    let index = DeletesIndex(wordCount: words.count) { word, deletes in
      store.append(word, to: &deletes)
      return store.range(of: word).count
    }
    var near = 0
    for _ in 0..<300 {
      let length = Int.random(in: 2...11, using: &random)
      let typed = (0..<length).map { _ in Symbol(Int.random(in: 0x61...0x64, using: &random)) }
      var met = Set<Int>()
      var deletes = Deletes()
      deletes.add(all: typed.span)
      var found = [UInt32](repeating: 0, count: Search.limit + DeletesIndex.slack)
      let reach = Deletes.deletions(ofLength: typed.count)
      let lengths = typed.count - reach...typed.count + reach
      let count = index.find(
        deletes, lengths, before: 390, &found, room: Search.limit, Self.kernels)
      for word in found.prefix(count) {
        #expect(word < 390 && lengths.contains(words[Int(word)].count))
        met.insert(Int(word))
      }
      // Without room the first are left.
      let first = index.find(
        deletes, lengths, before: 390, &found, room: count / 2, Self.kernels)
      #expect(first <= count / 2)
      for (number, word) in words.enumerated() {
        let reach = min(
          Deletes.deletions(ofLength: typed.count), Deletes.deletions(ofLength: word.count))
        if number < 390, alignment(typed, word) <= reach {
          near += 1
          #expect(met.contains(number), "\(typed) \(word)")
          #expect(
            WordSignature(typed.span).isWithin(
              reach, of: WordSignature(bits: store.signatures[number])))
        }
      }
    }
    #expect(near > 100)
  }

  @Test func `what deletions leave is hashed as if it were written so`() {
    var random = SeededGenerator(state: 7)
    for _ in 0..<500 {
      let word = (0..<Int.random(in: 1...9, using: &random)).map { _ in
        Symbol(Int.random(in: 0x61...0x63, using: &random))
      }
      func hashes(_ rest: [Symbol], _ deletions: Int) -> Set<UInt64> {
        var deletes = Deletes()
        deletes.add(rest.span, deletions...deletions)
        return Set((0..<deletes.count).map { deletes[$0] })
      }
      let beginning = Array(word.prefix(Deletes.prefix))
      for deletions in 1...2 where beginning.count > deletions {
        var expected: Set<UInt64> = []
        for first in beginning.indices {
          var rest = beginning
          rest.remove(at: first)
          if deletions == 1 { expected.formUnion(hashes(rest, 0)) }
          for second in rest.indices where deletions == 2 {
            var shorter = rest
            shorter.remove(at: second)
            expected.formUnion(hashes(shorter, 0))
          }
        }
        #expect(hashes(word, deletions) == expected, "\(word)")
      }
    }
  }

  @Test func `words are numbered by falling frequency`() throws {
    let list = try #require(WordList.shared("es"))
    let frequencies = (0..<list.count).map { list.frequency(of: $0) }
    #expect(frequencies == frequencies.sorted(by: >))
  }

  @Test func `bit-parallel distances are those of the definition`() {
    var random = SeededGenerator(state: 2)
    var channel = ChannelCost()
    for _ in 0..<3000 {
      func word(_ most: Int) -> [Symbol] {
        (0..<Int.random(in: 1...most, using: &random)).map { _ in
          [0x61, 0x62, 0x63, 0x27, 0x3B1, 0x3B2].randomElement(using: &random)!
        }
      }
      let (typed, meant) = (word(SpellingLimits.wordLength), word(50))
      channel.begin(typed.span)
      let letters = meant.map { channel.code($0) }
      let distance = channel.distance(to: letters.span)
      #expect(distance == alignment(typed, meant))
    }
  }

  @Test func `a weighted error costs nothing only where nothing differs`() {
    var channel = ChannelCost()
    func cost(_ typed: String, _ meant: String) -> Float {
      channel.begin(Array(typed.utf16).span)
      let letters = meant.utf16.map { channel.code($0) }
      return channel.cost(of: letters.span)
    }
    #expect(cost("order", "order") == 0)
    #expect(cost("a", "") > 0)
    // Common slips are cheap, others dear.
    #expect(cost("recieve", "receive") < cost("regeive", "receive"))
    #expect(cost("ordr", "order") < cost("ordxr", "order"))
    #expect(cost("adress", "address") < cost("zddress", "address"))
  }

  @Test(arguments: [
    ("foto", "photo"), ("nife", "knife"), ("resturaunt", "restaurant"), ("enuf", "enouf"),
    ("shedule", "schedule"), ("fone", "phone"), ("akshun", "action"),
  ])
  func `words that sound alike have one key`(typed: String, meant: String) {
    let left = SoundKey(Array(typed.utf16).span)
    let right = SoundKey(Array(meant.utf16).span)
    #expect(left == right)
    #expect(left.count > 1)
  }

  @Test func `letters that are not Latin have no sound`() {
    #expect(SoundKey(Array("товар".utf16).span).count == 0)
    #expect(SoundKey([0xFFFF].span).count == 0)
  }
}
