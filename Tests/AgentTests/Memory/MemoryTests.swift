import Platform
import Testing

@testable import Agent

@Suite struct MemoryTests {
  @Test func `after its time only the key facts and the summary are left`() {
    var memory = Memory()
    #expect(!memory.hasExpired(at: .max))
    memory.currentTopic = "Returns"
    memory.extractedEntities = .object([("size", .integer(43))])
    memory.summary = ConversationSummary(overview: "Boots were chosen.")
    memory.learn([KeyFact(text: "shoe size is 43")])
    memory.expiresAt = 1_000
    #expect(!memory.hasExpired(at: 999) && memory.hasExpired(at: 1_000))
    let rest = memory.expired()
    #expect(rest.currentTopic.isEmpty && rest.extractedEntities == .object([]))
    #expect(rest.keyFacts == memory.keyFacts && rest.summary == memory.summary)
    #expect(rest.expiresAt == 0)
  }

  @Test func `of two facts with one subject the newer stays, and the oldest go`() {
    var memory = Memory()
    memory.learn([
      KeyFact(text: "Shoe size is 42"), KeyFact(text: "likes: red"), KeyFact(text: " "),
      KeyFact(text: "shoe size is\n43"),
    ])
    #expect(memory.keyFacts.map(\.text) == ["likes: red", "shoe size is 43"])
    memory.learn((0..<60).map { KeyFact(text: "fact number \($0)") })
    #expect(memory.keyFacts.count == 50 && memory.keyFacts.last?.text == "fact number 59")
    memory.learn([KeyFact(text: String(repeating: "é", count: 400))])
    #expect(memory.keyFacts.last?.text.utf8.count == 500)
  }

  @Test(arguments: [
    ("Did you forget my question?", "en"), ("you didn’t answer me", "en"),
    ("Haben Sie vergessen zu antworten?", "de"), ("U bent... niet beantwoord!", "nl"),
  ]) func `the question that was passed over is found`(reproach: String, language: String) {
    let history = [
      Message(
        id: .random(), sender: .user,
        content: "Are the boots waterproof? And when does the store in Ghent open on Sunday?"),
      Message(
        id: .random(), sender: .assistant, content: "Yes, these boots are fully waterproof."),
    ]
    let found = ForgottenQuestion.find(in: reproach, history: history, language: language)
    #expect(found == "And when does the store in Ghent open on Sunday?")
    #expect(ForgottenQuestion.find(in: reproach, history: [], language: language) == nil)
    #expect(ForgottenQuestion.find(in: "thanks", history: history, language: language) == nil)
  }

  @Test func `a summary is read from an answer, and a bad one is no summary`() throws {
    let summary = ConversationSummary(
      overview: "Ada wants boots.", keyPoints: ["size 43"], decisions: ["Kilbride"],
      pendingItems: ["delivery"], nextSteps: ["send link"], sentiment: .positive,
      confidenceScore: 0.75)
    #expect(try ConversationSummary(summary.json) == summary)
    #expect(try ConversationSummary("```json\n\(summary.json)\n```") == summary)
    let short = try ConversationSummary(#"{"overview": "Hi", "sentiment": "NEGATIVE"}"#)
    #expect(short.sentiment == .negative && short.keyPoints.isEmpty)
    for bad in [
      "", "no", "{", #"{"overview": ""}"#, #"{"overview": "x", "key_points": "y"}"#,
      #"{"overview": "x", "sentiment": "mixed"}"#,
    ] {
      #expect(throws: UnusableSummary.self) { try ConversationSummary(bad) }
    }
  }

  @Test func `only a short yes goes on where the customer was`() {
    #expect(Resumption.isAccepted("Yes, please!", language: "en"))
    #expect(Resumption.isAccepted("ja graag", language: "nl-BE"))
    #expect(Resumption.isAccepted("go on", language: ""))
    #expect(!Resumption.isAccepted("no", language: "en"))
    #expect(!Resumption.isAccepted("yes but where is my other order now", language: "en"))
    #expect(!Resumption.isAccepted("", language: "en"))
  }
}
