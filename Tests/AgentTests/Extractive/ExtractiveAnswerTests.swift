import Platform
import Testing

@testable import Agent

@Suite struct ExtractiveAnswerTests {
  private let business = Business(id: .random(), name: "Larkfell Outdoor")
  private let returns = KnowledgeHit(
    id: .random(), externalID: "RET-001", title: "How long do I have to return something?",
    content: "You have 60 days to send an item back.", relevance: 0.9)
  private let care = KnowledgeHit(
    id: .random(), externalID: "CARE-1", title: "Care of leather",
    content: "Brush the boots. Let them dry slowly. "
      + String(repeating: "Nothing of this matters here at all. ", count: 30)
      + "Wax the leather twice a year. "
      + String(repeating: "More of the same follows. ", count: 20),
    relevance: 0.8)
  private let boot = KnowledgeHit(
    id: .random(), collection: "products", title: "Kilbride GTX", content: "A boot.",
    metadata: .object([("price", .number("219.0")), ("currency", .string("EUR"))]), relevance: 0.6)

  private func compose(
    _ question: String, _ intents: [String], _ hits: [KnowledgeHit], nothing: Bool = false,
    catalogue: [KnowledgeHit] = [], language: String = "en"
  ) -> ExtractiveAnswer {
    ExtractiveAnswer.compose(
      question: question, intents: intents, hits: hits, nothingRelevant: nothing,
      catalogue: catalogue, language: language, configuration: AgentConfiguration(),
      business: business)
  }

  @Test func `each request is answered from the source that has its words`() {
    let intents = ["how do I wax leather boots", "how long can I return it"]
    let answer = compose("…", intents, [returns, care])
    #expect(answer.citations.map(\.externalID) == ["CARE-1", "RET-001"])
    let paragraphs = answer.text.split(separator: "\n\n")
    #expect(paragraphs.count == 2)
    #expect(paragraphs[0].contains("Wax the leather") && paragraphs[0].hasSuffix("[1]"))
    #expect(paragraphs[0].utf8.count <= ExtractiveAnswer.quotationByteLimit + 8)
    #expect(paragraphs[1].contains("60 days") && paragraphs[1].hasSuffix("[2]"))
    #expect(abs(answer.confidence - 0.85) < 1e-9)
  }

  @Test func `what it says passes the check of its own sources`() {
    let answer = compose(
      "…", ["how long can I return the kilbride boot"], [returns], catalogue: [boot])
    let check = GroundingCheck(
      citations: answer.citations, sources: [returns, boot].map(\.groundingText), alsoAllowed: [])
    #expect(check.violations(in: answer.text) == [])
  }

  @Test func `products come with their price`() {
    let answer = compose("…", ["kilbride boot price"], [], catalogue: [boot])
    #expect(answer.text == "Kilbride GTX (219.0 EUR): A boot. [1]")
  }

  @Test func `greetings are greeted, and nothing relevant is said to be nothing`() {
    #expect(compose("Hello!", [], []).text.contains("Larkfell Outdoor"))
    #expect(compose("Danke!", [], [], language: "de").confidence > 0.5)
    let none = compose("do you sell elephants", ["do you sell elephants"], [returns], nothing: true)
    #expect(none.citations.isEmpty && none.confidence < 0.2 && !none.text.isEmpty)
  }

  @Test func `a stage is chosen by its words, and kept where nothing speaks for another`() {
    let stages = [
      ("Greeting", "At the beginning."),
      ("Order help", "Questions about an order or its delivery."),
      ("Returns", "Sending something back, refunds."),
    ].map { Stage(id: .random(), name: $0.0, description: $0.1, type: .conversation) }
    func name(_ message: String) -> String {
      let choice = ExtractiveStage.select(
        message: message, stages: stages, previous: stages[0], language: "en")
      return choice.confidence >= 0.5 ? choice.stage.name : "stays"
    }
    #expect(name("where is my order?") == "Order help")
    #expect(name("I want to return these and get a refund") == "Returns")
    #expect(name("thanks a lot") == "stays" && name("") == "stays")
    #expect(name("order return") == "stays")
  }
}
