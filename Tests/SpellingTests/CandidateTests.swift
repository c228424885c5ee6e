import Testing

@testable import Spelling

@Suite struct CandidateTests {
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
    let index = DeletesIndex(wordCount: words.count) { store.visit($0, $1) }
    var near = 0
    for _ in 0..<300 {
      let length = Int.random(in: 2...11, using: &random)
      let typed = (0..<length).map { _ in Symbol(Int.random(in: 0x61...0x64, using: &random)) }
      var met = Set<Int>()
      Deletes.forEach(typed.span, 0...Deletes.deletions(ofLength: typed.count)) { hash, _ in
        for place in index.bucket(hash) where index[place].has(DeletesIndex.tag(hash)) {
          met.insert(index[place].word)
        }
      }
      for (number, word) in words.enumerated() {
        let reach = min(
          Deletes.deletions(ofLength: typed.count), Deletes.deletions(ofLength: word.count))
        if alignment(typed, word) <= reach {
          near += 1
          #expect(met.contains(number), "\(typed) \(word)")
        }
      }
    }
    #expect(near > 100)
  }

  @Test func `postings of a bucket stand by falling frequency`() throws {
    let list = try #require(WordList.shared("es"))
    for hash in stride(from: UInt64(1), to: .max - 1 << 50, by: 1 << 50) {
      let words = list.deletes.bucket(hash).map { list.deletes[$0].word }
      #expect(words == words.sorted())
    }
    #expect(list.frequencies == list.frequencies.sorted(by: >))
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
      #expect(channel.distance(to: meant.count) { meant[$0] } == alignment(typed, meant))
    }
  }

  @Test func `a weighted error costs nothing only where nothing differs`() {
    var channel = ChannelCost()
    func cost(_ typed: String, _ meant: String) -> Float {
      channel.begin(Array(typed.utf16).span)
      return channel.cost(of: Array(meant.utf16).span)
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
