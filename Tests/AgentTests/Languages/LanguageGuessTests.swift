import Agent
import Testing

@Suite struct LanguageGuessTests {
  @Test func `nine of ten short messages are guessed, and hardly any wrongly`() {
    var misses: [String] = []
    var wrong: [String] = []
    var count = 0
    for (language, text) in LanguageSentences.byLanguage {
      var unsure = 0
      for line in text.split(separator: "\n").map(String.init) {
        let guess = LanguageGuess.language(of: line)
        count += 1
        if guess == nil { unsure += 1 }
        if guess != language { misses.append("\(language): \(line)") }
        if let guess, guess != language { wrong.append("\(language): \(line) as \(guess)") }
      }
      #expect(unsure <= 4, "\(language)")
    }
    let report = "\(count - misses.count) of \(count) right, \(wrong.count) wrong\n"
    Attachment.record(report + misses.joined(separator: "\n"), named: "languages.txt")
    #expect(misses.count * 10 <= count, "\(report)\(misses)")
    #expect(wrong.count * 100 <= count, "\(wrong)")
  }

  @Test(arguments: LanguageSentences.unmistakable)
  func `one word is enough where only one language has it`(text: String, language: String?) {
    #expect(LanguageGuess.language(of: text) == language)
  }

  @Test(arguments: LanguageSentences.unsure)
  func `what may be anything is not guessed`(text: String) {
    #expect(LanguageGuess.language(of: text) == nil)
  }

  @Test func `marks may be left out, and names in Latin letters do no harm`() {
    #expect(LanguageGuess.language(of: "cuanto cuesta el envio a Mexico") == "es")
    #expect(LanguageGuess.language(of: "ou est ma commande svp") == "fr")
    #expect(LanguageGuess.language(of: "Где мой Samsung Galaxy Watch Ultra") == "ru")
    #expect(LanguageGuess.language(of: "Where can I buy 寿司 in your shop?") == "en")
    #expect(LanguageGuess.language(of: "Do\u{301}nde esta\u{301} mi pedido") == "es")
  }

  @Test func `a long text is read at its beginning`() {
    let long = "Where is my order? " + String(repeating: "wo ist das und die ", count: 50_000)
    #expect(LanguageGuess.language(of: long) == "de")
    let word = String(repeating: "a", count: 1_000_000)
    #expect(LanguageGuess.language(of: word) == nil)
    let marks = "a" + String(repeating: "\u{301}", count: 500_000)
    #expect(LanguageGuess.language(of: marks) == nil)
  }
}
