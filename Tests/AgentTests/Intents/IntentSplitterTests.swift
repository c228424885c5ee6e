import Agent
import Testing

@Suite struct IntentSplitterTests {
  static let english: [(String, [String])] = [
    ("Where is my order?", ["Where is my order?"]),
    ("Hi, where is my order? Thanks!", ["where is my order?"]),
    (
      "Where is my order and can I return the boots?",
      ["Where is my order", "can I return the boots?"]
    ),
    (
      "Do you have boots in size 43? And also, how long does delivery take?",
      ["Do you have boots in size 43?", "how long does delivery take?"]
    ),
    (
      "do you ship to Norway and also sandals in red?",
      ["do you ship to Norway", "sandals in red?"]
    ),
    ("do you have\nwaterproof boots?", ["do you have waterproof boots?"]),
    (
      "where is my order\ncan i also return the shoes",
      ["where is my order", "can i also return the shoes"]
    ),
    (
      "i need help with my order\nthe blue shoes\nsize 43",
      ["i need help with my order the blue shoes size 43"]
    ),
    ("My order number is A-1042", ["My order number is A-1042"]), ("43", ["43"]),
    ("yes", ["yes"]), ("ok", ["ok"]), ("A-1042", ["A-1042"]), ("👍", ["👍"]),
    ("My order number is A-1042. Where is it?", ["My order number is A-1042. Where is it?"]),
    ("Hello!", []), ("Hi there, good morning", []), ("thanks, bye", []), ("", []), ("?!", []),
    (" \n\t ", []), ("Hello\nThank you!", []),
    ("Hi Anna, do you have tents?", ["do you have tents?"]),
    ("I bought shoes and I want to return them", ["I bought shoes and I want to return them"]),
    ("Tell me when and where", ["Tell me when and where"]),
    ("Do you have boots and sandals?", ["Do you have boots and sandals?"]),
    ("If I order today, when will it arrive?", ["If I order today, when will it arrive?"]),
    (
      "What are your opening hours? My package arrived damaged.",
      ["My package arrived damaged.", "What are your opening hours?"]
    ),
    (
      "Do you have gift cards? I was charged twice. I want to cancel my order. The lamp is "
        + "broken. There is a gas leak!",
      [
        "There is a gas leak!", "The lamp is broken.", "I want to cancel my order.",
        "I was charged twice.", "Do you have gift cards?",
      ]
    ),
    (
      "- Do you ship to Norway?\n- price of the X200\n2) can I pay by card",
      ["can I pay by card", "Do you ship to Norway?", "price of the X200"]
    ),
    (
      "Is it e.g. 3.5 kg, approx. 4 lb? Dr. Smith asks.",
      ["Is it e.g. 3.5 kg, approx. 4 lb? Dr. Smith asks."]
    ),
    (
      "where is my order, do you ship to Norway, can I get a discount?",
      ["where is my order", "do you ship to Norway", "can I get a discount?"]
    ),
    (
      "Two things:\n1. where is A-1042?\n2. the red tent\n",
      ["Two things: where is A-1042?", "the red tent"]
    ),
    ("I ordered on 3. May at 5 p.m. from Mr. Lee", ["I ordered on 3. May at 5 p.m. from Mr. Lee"]),
    ("plus size dresses", ["plus size dresses"]), ("please", ["please"]),
    ("My name is Ana. Order A-1042.", ["My name is Ana. Order A-1042."]),
    ("The sole came off. What can I do?", ["The sole came off. What can I do?"]),
    (
      "Good evening! I want to know what your hours are and how much delivery costs.",
      ["I want to know what your hours are", "how much delivery costs."]
    ),
    ("What's the price?\nThanks", ["What's the price?"]),
    ("is it waterproof?!! and is it warm", ["is it waterproof?!!", "and is it warm"]),
    ("my shoe size is\n43", ["my shoe size is 43"]),
    (
      "Hello, I would like a refund please, thank you in advance.", ["I would like a refund please"]
    ),
  ]

  @Test(arguments: english)
  func `requests are parted and ordered`(text: String, intents: [String]) {
    #expect(IntentSplitter.intents(in: text, language: "en") == intents)
  }

  @Test(arguments: [
    (
      "de", "Hallo, wo ist meine Bestellung und kann ich die Schuhe zurückgeben? Danke!",
      ["wo ist meine Bestellung", "kann ich die Schuhe zurückgeben?"]
    ),
    (
      "de", "Wann haben Sie geöffnet? Das Paket ist nicht angekommen.",
      ["Das Paket ist nicht angekommen.", "Wann haben Sie geöffnet?"]
    ),
    ("de", "Guten Tag, vielen Dank", []), ("de", "Größe 43", ["Größe 43"]),
    (
      "fr", "Bonjour, où est ma commande et est-ce que vous livrez en Suisse ?",
      ["où est ma commande", "est-ce que vous livrez en Suisse ?"]
    ),
    (
      "fr", "Quels sont vos horaires ? Je veux annuler ma commande.",
      ["Je veux annuler ma commande.", "Quels sont vos horaires ?"]
    ),
    (
      "es", "Hola, ¿dónde está mi pedido y puedo cambiar la talla?",
      ["dónde está mi pedido", "puedo cambiar la talla?"]
    ),
    (
      "es", "¿Tienen botas? Me robaron la tarjeta, es urgente",
      ["Me robaron la tarjeta, es urgente", "¿Tienen botas?"]
    ),
    (
      "it", "Ciao, dov'è il mio ordine e posso pagare con PayPal? Grazie",
      ["posso pagare con PayPal?", "dov'è il mio ordine"]
    ),
    (
      "nl", "Hallo, waar is mijn pakket en kan ik het ruilen?",
      ["waar is mijn pakket", "kan ik het ruilen?"]
    ),
    (
      "pt", "Olá, onde está o meu pedido e posso trocar o tamanho? Obrigada!",
      ["onde está o meu pedido", "posso trocar o tamanho?"]
    ),
    ("fi", "Hei! Missä tilaukseni on? Kiitos.", ["Hei!", "Missä tilaukseni on?", "Kiitos."]),
    ("ja", "注文はどこですか？返品できますか。", ["注文はどこですか？", "返品できますか。"]),
    ("", "One. Two; three", ["One.", "Two;", "three"]),
  ]) func `other languages`(language: String, text: String, intents: [String]) {
    #expect(IntentSplitter.intents(in: text, language: language) == intents)
  }

  @Test func `there are at most five, and nothing is lost`() {
    let text = (1...9).map { "Is number \($0) in stock?" }.joined(separator: " ")
    let intents = IntentSplitter.intents(in: text, language: "en")
    #expect(intents.count == IntentSplitter.limit)
    #expect((1...9).allSatisfy { number in intents.contains { $0.contains("number \(number)") } })
  }

  @Test func `long and odd messages are parted without harm`() {
    let long = String(repeating: "where is it and can i ", count: 50_000)
    #expect(IntentSplitter.intents(in: long, language: "en").count == IntentSplitter.limit)
    let shortened = String(repeating: "a. ", count: 50_000)
    #expect(IntentSplitter.intents(in: shortened, language: "en").count == 1)
    for text in ["\u{0}", "\u{301}", "- ", "1. ", "a) ", "...", "and", "and also", ",,,?", "hi,"] {
      for language in ["en", "de", "fr", "xx"] {
        _ = IntentSplitter.intents(in: text, language: language)
      }
    }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let bytes = (0..<40).map { _ in
        Array("hi, and also can i?.;\n-1)\u{2019}é…".utf8).randomElement(using: &random) ?? 0
      }
      let intents = IntentSplitter.intents(
        in: String(decoding: bytes, as: UTF8.self), language: "en")
      #expect(intents.count <= IntentSplitter.limit)
    }
  }
}
