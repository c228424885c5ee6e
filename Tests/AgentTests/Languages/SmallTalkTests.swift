import Agent
import Platform
import Testing

@Suite struct SmallTalkTests {
  @Test(arguments: [
    ("en", "Hello!", SmallTalk.Kind.greeting), ("en", "hi there, how are you?", .greeting),
    ("en", "Thanks a lot", .thanks), ("en", "ok great, thank you!", .thanks),
    ("en", "Thanks for your help, bye!", .goodbye), ("en-GB", "That's all, thanks", .goodbye),
    ("de", "Guten Tag", .greeting), ("de", "Vielen Dank!", .thanks),
    ("de", "Danke, schönen Tag noch", .goodbye), ("fr", "Bonjour", .greeting),
    ("fr", "merci d’avance", .thanks), ("fr", "Merci, bonne journée !", .goodbye),
    ("es", "¡Hola! Buenos días", .greeting), ("es", "buenos dias", .greeting),
    ("es", "muchas gracias", .thanks), ("es", "Gracias, hasta luego", .goodbye),
    ("it", "Buongiorno", .greeting), ("it", "grazie mille", .thanks),
    ("it", "Grazie, arrivederci", .goodbye), ("nl", "Goedemorgen", .greeting),
    ("nl", "Heel erg bedankt", .thanks), ("nl", "tot ziens", .goodbye),
    ("pt", "Olá, tudo bem?", .greeting), ("pt", "muito obrigada", .thanks),
    ("pt-BR", "valeu, até mais", .goodbye),
  ]) func `greetings, thanks and goodbyes are known`(
    language: String, text: String, kind: SmallTalk.Kind
  ) {
    #expect(SmallTalk.kind(of: text, language: language) == kind)
  }

  @Test(arguments: [
    ("en", "Hello, where is my order?"), ("en", "thanks but it is broken"), ("en", "ok"),
    ("en", "yes"), ("en", ""), ("en", "?!"), ("en", "hi-fi"), ("en", "A-1042"),
    ("en", "thank you card"), ("de", "Danke, aber es fehlt eine Schraube"),
    ("de", "Tag der offenen Tür"), ("fr", "bonjour, où est ma commande"),
    ("es", "gracias, pero no funciona"), ("it", "ciao, avete stivali"),
    ("nl", "hallo, waar is mijn pakket"), ("pt", "olá, cadê meu pedido"), ("fi", "hello"),
    ("", "hello"),
  ]) func `what asks for something is no small talk`(language: String, text: String) {
    #expect(SmallTalk.kind(of: text, language: language) == nil)
  }

  @Test func `a long message is no small talk, however it begins`() {
    let long = String(repeating: "hello ", count: 200_000)
    #expect(SmallTalk.kind(of: long, language: "en") == nil)
    #expect(SmallTalk.kind(of: long + "where is my order", language: "en") == nil)
  }
}

@Suite struct PhrasesTests {
  static let languages = ["en", "de", "fr", "es", "it", "nl", "pt"]

  @Test func `each language has its own phrases, others have the English ones`() {
    let greetings = Self.languages.map {
      Phrases.of($0).greeting(agent: "Ada", business: "Larkfell")
    }
    #expect(Set(greetings).count == Self.languages.count)
    #expect(greetings.allSatisfy { $0.contains("Ada") && $0.contains("Larkfell") })
    #expect(Set(Self.languages.map { Phrases.of($0).nothingFound }).count == Self.languages.count)
    #expect(Phrases.of("pt-BR").thanks == Phrases.of("pt").thanks)
    for language in ["", "xx", "fi"] {
      #expect(Phrases.of(language).failed == Phrases.of("en").failed)
    }
  }

  @Test(arguments: languages) func `what is filled in is named`(language: String) {
    let phrases = Phrases.of(language)
    #expect(phrases.asking(for: "order number {x}").contains("order number {x}"))
    #expect(phrases.welcomeBack(topic: "boots").contains("boots"))
    #expect(phrases.welcomeBack(topic: "") != phrases.welcomeBack(topic: "boots"))
    let text = phrases.suggesting(
      Suggestion(
        id: .zero, collection: "products", name: "Larkfell Wax", reason: "It keeps boots dry"))
    #expect(text.contains("Larkfell Wax"))
    #expect(text.hasSuffix(" It keeps boots dry."))
    #expect(SmallTalk.kind(of: phrases.handingOver, language: language) == nil)
  }
}
