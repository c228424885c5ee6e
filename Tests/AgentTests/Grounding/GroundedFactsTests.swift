import Platform
import Testing

@testable import Agent

@Suite struct GroundedFactsTests {
  private static let source = """
    How do I return shoes? You have 60 days from delivery. Returns cost €4.90 from other countries,
    1,299.00 EUR at most. Refunds take two working days, card payments up to 5 working days.
    Open Monday to Friday 9:00–18:00, on 24 December until 2 pm. Order A-1042 of 2026-09-21.
    Call +353 1 555 0100 or write to help@larkfell.example, see https://www.larkfell.example/returns.
    Kilbride GTX (BT-101), 640 g a boot, price 219.0 EUR, sizes 37-47, 15% off, code RET-002.
    """

  private func check() -> GroundingCheck {
    GroundingCheck(
      citations: [
        Citation(number: 1, entryID: .zero, collection: "knowledge", externalID: "R", title: "R")
      ], sources: [Self.source], alsoAllowed: ["I paid 45 dollars on 3 May for 2 pairs"])
  }

  @Test(arguments: [
    "You have 60 days. [1]", "It costs 4,90 € [1].", "EUR 4.90, and 1.299 € at most.",
    "1299,- Euro",
    "€ 1 299.00 is not how we write it, 1,299 EUR is.".replacing("€ 1 299.00", with: ""),
    "Sie haben 60 Tage Zeit.", "Refunds take 2 working days.",
    "Within two days, at most five days.",
    "We open at 9 am and close at 6 pm.", "Wir haben von 9 bis 18 Uhr geöffnet.", "18:00",
    "On December 24th until 14:00.", "On the 24th of December", "am 24. Dezember",
    "Ihre Bestellung vom 21.09.2026", "your order of 21 September", "September 2026", "A-1042",
    "order a1042", "Order 1042", "ret-002 and BT 101", "Ring 01 555 0100.", "+353 1 555-0100",
    "Write to HELP@larkfell.example.", "larkfell.example/returns", "http://larkfell.example",
    "219 EUR", "€219.00", "a boot of 640g", "15 percent", "You paid $45 for 2 pairs on 3 May.",
    "You may return it. We have 3 options:\n1. one\n2. two\n3. three", "the 1st and the 2nd step",
    "One of our two shops is open.", "", "Yes, of course!",
    "size 43 is not listed".replacing("43", with: "37"),
    "the 60-day limit", "Rückgabe innerhalb von 60-Tagen", "2026",
  ]) func `what a source or the customer says is no violation`(_ answer: String) {
    #expect(check().violations(in: answer) == [])
  }

  @Test(arguments: [
    ("You have 90 days. [1]", "number", "90 days"),
    ("It costs €5.90.", "price", "5.90"), ("It costs $4.90.", "price", "4.90"),
    ("It costs 60 EUR.", "price", "60 EUR"), ("60 g", "number", "60 g"),
    ("See [2].", "mark", "[2]"), ("See [1, 7].", "mark", "[1, 7]"), ("RET-003", "code", "RET-003"),
    ("X200", "code", "X200"), ("the BT 102", "number", "102"), ("until 3 pm", "time", "3 pm"),
    ("from 8:00", "time", "8:00"), ("25 December", "date", "25 December"),
    ("24 November", "date", "24 November"), ("2026-09-22", "date", "2026-09-22"),
    ("21 September 2025", "date", "21 September 2025"), ("in 2025", "number", "2025"),
    ("http://evil.example", "url", "http://evil.example"),
    ("[click](https://larkfell.example/returns/x)", "url", "https://larkfell.example/returns/x"),
    ("go to larkfell.com", "url", "larkfell.com"),
    ("www.larkfe11.example", "url", "www.larkfe11.example"),
    ("javascript:alert()", "url", "javascript:alert"),
    ("Link:https://a.b/c", "url", "https://a.b/c"),
    ("help@larkfel.example", "email", "help@larkfel.example"),
    ("mail:hacker@evil.io", "email", "hacker@evil.io"),
    ("+353 1 555 0101", "phone", "+353 1 555 0101"),
    ("Refunds take six working days.", "number", "six working days"),
    ("٩٠ days", "number", "٩٠ days"),
    ("20% off", "number", "20%"), ("3 options", "number", "3"), ("size 48", "number", "48"),
  ]) func `what nobody says is a violation`(
    _ answer: String, _ kind: String, _ value: String
  ) {
    let found = check().violations(in: answer)
    #expect(found.map(\.kind) == [kind])
    #expect(found.map(\.text) == [value])
  }

  @Test(arguments: [
    ("129", ["129"]), ("129.00", ["129"]), ("129,50", ["129.5"]), ("1,299.00", ["1299"]),
    ("1.299,00", ["1299"]), ("1.299", ["1.299", "1299"]), ("1'299", ["1299"]),
    ("1.234.567", ["1234567"]), ("0.125", ["0.125"]), ("007", ["7"]), ("1.2.3", []),
    ("12,34.56", []), ("0", ["0"]), ("00.00", ["0"]),
  ]) func `digits with signs are read in each way that makes sense`(
    _ text: String, _ values: [String]
  ) { #expect(Digits.values(text) == values) }

  @Test func `a sentence without a source is taken out when the rest is an answer`() {
    let answer = "You have 60 days to return it [1]. We pay €900 for it. Returns cost €4.90 [1]."
    let found = check().violations(in: answer)
    #expect(found.map(\.text) == ["900"])
    #expect(found[0].range.count == 3)
    #expect(
      check().repaired(answer, found)
        == "You have 60 days to return it [1]. Returns cost €4.90 [1].")
  }

  @Test(arguments: [
    "You get €900.", "You get €900 [1]. Good day to you.",
    "1. Open Orders.\n2. Pay €77.\n3. Print it.", "It takes 9 weeks. It costs 8 euros. Yes.",
  ]) func `what cannot be repaired is no answer`(_ answer: String) {
    #expect(check().repaired(answer, check().violations(in: answer)) == nil)
  }

  @Test func `any bytes are read, and ranges lie in them`() {
    var random = SeededGenerator(seed: 77)
    let parts = [
      "1", "2.", ",", "€", "[", "]", "+", "(", "0", "a@", "://", "www.", ".de", "h30", "é", "😀",
      "\n",
      "24", "December", " ", ":", "pm", "-", "/", "X", "٣", "\u{301}", "9999999999", "’", "of", "%",
    ]
    let check = check()
    for _ in 0..<1500 {
      let count = Int.random(in: 0...14, using: &random)
      let text = (0..<count).map { _ in parts.randomElement(using: &random)! }.joined()
      for violation in check.violations(in: text) {
        #expect(violation.range.upperBound <= text.utf8.count && !violation.text.isEmpty)
      }
      _ = check.repaired(text, check.violations(in: text))
    }
  }

  @Test func `the time grows with the length, whatever the text`() {
    for text in ["a.", "1.", "a@", "x:", "[1", "0 ", "+1 ", "a-1-", "1,", "é'", "1/"] {
      let short = ticks(String(repeating: text, count: 500))
      let long = ticks(String(repeating: text, count: 4000))
      #expect(long < short * 40 + 2000, "\(text)")
    }
  }

  /// Lexemes and facts are what work is done for; their number stands for it.
  private func ticks(_ text: String) -> Int {
    FactLexer.lexemes(of: text).count + FactReader.facts(of: text).count
  }

  @Test func `sentences end where a reader sees it`() {
    let text = "It is 4.90 [1]. See e.g. this. 1. One\n2. Two! Am 22. November. Ende"
    let bytes = Array(text.utf8)
    let found = Sentences.ranges(of: bytes.span).map { String(decoding: bytes[$0], as: UTF8.self) }
    #expect(
      found == [
        "It is 4.90 [1]. ", "See e.g. this. ", "1. One\n", "2. Two! ", "Am 22. November. ", "Ende",
      ])
  }
}
