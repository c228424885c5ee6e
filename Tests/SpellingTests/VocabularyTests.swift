import Testing

@testable import Spelling

@Suite struct VocabularyTests {
  @Test func `a business's own words are right, and what is meant`() throws {
    let vocabulary = Vocabulary()
    vocabulary.add("Fjellräven Trekkinghose", as: .name)
    let speller = Speller(language: "en", vocabulary: vocabulary)
    #expect(try speller.correct("is the fjellräven there", threshold: 0).changes.isEmpty)
    let answer = try speller.correct("is the trekkinghsoe there", threshold: 0.5)
    #expect(answer.text == "is the Trekkinghose there")
    let name = try speller.correct("do you sell Fjelräven", threshold: 0)
    #expect(name.text == "do you sell Fjellräven")
  }

  @Test func `prose is believed from the second time on`() {
    let vocabulary = Vocabulary()
    vocabulary.add("our glimmerstoff", as: .prose)
    #expect(!vocabulary.contains("glimmerstoff"))
    vocabulary.add("Glimmerstoff is warm", as: .prose)
    #expect(vocabulary.contains("GLIMMERSTOFF"))
    vocabulary.remove("Glimmerstoff is warm", as: .prose)
    #expect(!vocabulary.contains("glimmerstoff"))
  }

  @Test func `what is added and removed leaves what a fresh one has`() throws {
    var random = SeededGenerator(state: 4)
    let letters = "abcdefghijklmnopqrst"
    let texts = (0..<300).map { _ in
      (0..<3).map { _ in
        String(
          (0..<Int.random(in: 5...9, using: &random)).map { _ in
            letters.randomElement(using: &random)!
          })
      }.joined(separator: " ")
    }
    let changed = Vocabulary()
    for text in texts { changed.add(text, as: .name) }
    for text in texts[50...] { changed.remove(text, as: .name) }
    // Never added: nothing to take back.
    changed.remove("zzz yyy", as: .name)
    changed.remove(texts[0], as: .prose)
    let fresh = Vocabulary()
    for text in texts[..<50] { fresh.add(text, as: .name) }
    #expect(changed.count == fresh.count)
    for text in texts {
      for word in text.split(separator: " ").map(String.init) {
        #expect(changed.contains(word) == fresh.contains(word))
        let typed = String(word.dropLast())
        let one = Speller(words: nil, language: "xx", vocabulary: changed)
        let other = Speller(words: nil, language: "xx", vocabulary: fresh)
        let found = try one.suggestions(for: typed, count: 8)
        #expect(
          try Set(found.map(\.text)) == Set(other.suggestions(for: typed, count: 8).map(\.text)))
      }
    }
    changed.removeAll()
    #expect(changed.count == 0)
  }

  @Test func `what is too long for a word is not kept`() {
    let vocabulary = Vocabulary()
    let long = String(repeating: "q", count: 20_000)
    for _ in 0..<2 { vocabulary.add(long, as: .prose) }
    #expect(vocabulary.count == 0)
    vocabulary.remove(long, as: .prose)
    #expect(vocabulary.count == 0)
  }

  @Test func `words of every script may be a business's own`() throws {
    let vocabulary = Vocabulary()
    vocabulary.add("Кроссовки حذاء जूते 鞋子 🦊", as: .name)
    let speller = Speller(language: "ru", vocabulary: vocabulary)
    #expect(try speller.correct("кросовки", threshold: 0).text == "Кроссовки")
    #expect(try speller.correct("鞋 🦊 حذاء", threshold: 0).changes.isEmpty)
  }
}
