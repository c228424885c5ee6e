import Testing

@testable import Spelling

@Suite struct SpellerTests {
  static let english = Speller(language: "en-GB")

  static func correct(_ text: String, _ speller: Speller = english, threshold: Double = 0.5)
    throws -> CorrectedText
  {
    let answer = try speller.correct(text, threshold: threshold)
    #expect(applied(answer.changes, to: text) == answer.text)
    return answer
  }

  @Test(arguments: [
    ("I want to recieve my ordr tomorow", "I want to receive my order tomorrow"),
    ("Definately the best adress", "Definitely the best address"),
    ("WHERE IS MY REFUDN", "WHERE IS MY REFUND"),
    ("thats too much mony", "that's too much money"),
    ("the custmer's recipt", "the customer's receipt"),
    ("a diffrent colour and a different color", "a different colour and a different color"),
    ("my (delivrey) is late!", "my (delivery) is late!"),
    ("an accomodation\nneccessary", "an accommodation\nnecessary"),
  ])
  func `surely wrong words are changed, in their case`(text: String, expected: String) throws {
    #expect(try Self.correct(text).text == expected)
  }

  @Test(arguments: [
    "order X200-B, not X220", "call 0049 30 1234567", "see https://exampel.com/prodct?id=1",
    "mail sevice@exampel.com", "ask @jonh_smiht about #sumer", "my friend Jonhatan lives in Bostn",
    "use snake_cse or camelCse", "the NASSA logo", "iPhnoe", "50cm x 30cm", "AT&T", "www.shopp.de",
    "C:\\Usres\\x", "$9.99", "😀👍🏽", "你好，我想退货", "أريد إرجاع الطلب", "मैं ऑर्डर करना चाहता हूँ", "",
    " \n\t ", "'''", "’", "a", "e\u{301}", "\u{301}\u{301}", "\u{200D}", "שלום", "สวัสดีครับ",
  ])
  func `codes, numbers, names, addresses and other scripts stay`(text: String) throws {
    let answer = try Self.correct(text, threshold: 0)
    #expect(answer.text == text)
    #expect(answer.changes.isEmpty)
  }

  @Test func `a correction says where, what and how sure`() throws {
    let text = "😀 Größe: ich… my mony, pleese"
    let answer = try Self.correct(text)
    let change = try #require(answer.changes.first { $0.original == "mony" })
    #expect(change.kind == .respelled)
    #expect(Array(text.utf8)[change.range].elementsEqual("mony".utf8))
    #expect(change.replacement == "money")
    #expect((0.5...1).contains(change.confidence))
    #expect(!change.alternatives.isEmpty && change.alternatives.count <= 5)
    #expect(!change.alternatives.contains { $0.text == "money" })
    #expect(change.alternatives.map(\.share) == change.alternatives.map(\.share).sorted(by: >))
  }

  @Test func `what is below the threshold is asked, not done`() throws {
    let text = "my ordr"
    let answer = try Self.correct(text, threshold: 1)
    #expect(answer.text == text)
    #expect(answer.changes.isEmpty)
    #expect(answer.questions.map(\.replacement) == ["order"])
  }

  @Test func `words that were torn are joined, and run together are cut`() throws {
    let cut = try Self.correct("infact it was alot", threshold: 0)
    #expect(cut.text == "in fact it was a lot")
    #expect(cut.changes.map(\.kind) == [.split, .split])
    let joined = try Self.correct("a refri gerator")
    #expect(joined.text == "a refrigerator")
    #expect(joined.changes.map(\.kind) == [.joined])
  }

  @Test func `arguments beyond their limits are refused with what to do`() throws {
    let long = String(repeating: "a", count: SpellingLimits.textByteCount + 1)
    #expect(throws: SpellingError.textTooLong(byteCount: 65_537, limit: 65_536)) {
      try Self.english.correct(long)
    }
    #expect(throws: SpellingError.textTooLong(byteCount: 65_537, limit: 65_536)) {
      try Self.english.suggestions(for: long)
    }
    for threshold in [-0.1, 1.1, .nan] {
      #expect(throws: SpellingError.self) { try Self.english.correct("a", threshold: threshold) }
    }
    #expect(throws: SpellingError.self) { try Self.english.correct("a", alternatives: 9) }
    #expect(throws: SpellingError.self) { try Self.english.suggestions(for: "a", count: 0) }
    let most = String(repeating: "wrogn ", count: 10_922)
    #expect(try Self.english.correct(most).wordCount == 10_922)
    let word = String(repeating: "wrogn", count: 13_000)
    #expect(try Self.english.correct(word).text == word)
  }

  @Test func `suggestions for a word come best first, a known word before all`() throws {
    #expect(try Self.english.suggestions(for: "recieve").first?.text == "receive")
    #expect(try Self.english.suggestions(for: "Tomorow").first?.text == "Tomorrow")
    #expect(try Self.english.suggestions(for: "order").first?.text == "order")
    #expect(try Self.english.suggestions(for: "").count <= 1)
    #expect(try Self.english.suggestions(for: "fone", count: 8).map(\.text).contains("phone"))
  }

  @Test(arguments: [
    ("es", "quiero devolver mi pedidio por telefono", "quiero devolver mi pedido por teléfono"),
    ("de", "ich möchte meine bestelung stornieren", "ich möchte meine Bestellung stornieren"),
    ("de", "Die Bergschuhe sind auf der strasse", "Die Bergschuhe sind auf der Straße"),
    ("fr", "je voudrais anuler l'abonnement", "je voudrais annuler l'abonnement"),
    ("xx", "je voudrais anuler", "je voudrais anuler"),
  ])
  func `languages are corrected by their own words`(
    language: String, text: String, expected: String
  ) throws {
    #expect(try Self.correct(text, Speller(language: language)).text == expected)
  }

  @Test func `marks, cases and letters of Turkish keep their places`() throws {
    let list = try TinyList.list([("istanbul", 120), ("ışık", 110), ("çalışıyor", 100)], flags: 1)
    let speller = Speller(words: list, language: "tr")
    #expect(try Self.correct("İstanbul IŞIK ışık", speller).changes.isEmpty)
    #expect(try Self.correct("calısiyor", speller, threshold: 0).text == "çalışıyor")
    #expect(
      try Self.correct("ÇALIŞIYR ISTNBUL", speller, threshold: 0).text == "ÇALIŞIYOR İSTANBUL")
  }

  @Test func `composed and decomposed letters are one`() throws {
    let speller = Speller(language: "fr")
    #expect(try Self.correct("une e\u{301}te\u{301} a\u{300} la mer", speller).changes.isEmpty)
  }
}
