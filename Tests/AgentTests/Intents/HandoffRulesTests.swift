import Agent
import Testing

@Suite struct HandoffRulesTests {
  @Test(arguments: HandoffSentences.requests)
  func `who asks for a person gets one`(language: String, text: String) {
    let handoff = HandoffRules.handoff(
      for: text, configuration: AgentConfiguration(), language: language)
    #expect(handoff?.category == .requested)
  }

  @Test(arguments: HandoffSentences.others)
  func `who does not ask for a person gets none`(language: String, text: String) {
    let handoff = HandoffRules.handoff(
      for: text, configuration: AgentConfiguration(), language: language)
    #expect(handoff == nil)
  }

  @Test(arguments: [
    ("en", "I am going to take legal action", "legal action"),
    ("en", "We consider legal or other actions", nil),
    ("en", "My lawyers will write to you", "lawyer"),
    ("en", "Is it legal? Action is needed", nil), ("en", "action is legal", nil),
    ("en", "I had an ALLERGIC reaction!", "allergic reactions"),
    ("de", "Ich gehe zum Anwalt", "Anwälte"), ("de", "Der Anwaltsservice", "legal action"),
    ("zh", "我要投诉你们", "投诉"), ("zh", "我要投反诉", "投诉"), ("en", "", "lawyer"),
    ("en", "hello", "?!"),
  ]) func `topics are found by their stems, in order`(
    language: String, text: String, topic: String?
  ) {
    var configuration = AgentConfiguration()
    configuration.handoffTopics = ["refund fraud", topic ?? "legal action"]
    let handoff = HandoffRules.handoff(
      for: text, configuration: configuration, language: language)
    let none = [
      "Der Anwaltsservice", "我要投反诉", "", "hello", "We consider legal or other actions",
      "Is it legal? Action is needed", "action is legal",
    ]
    #expect((handoff == nil) == none.contains(text))
    if let handoff {
      #expect(handoff.category == .topic)
      #expect(handoff.reason.contains(topic ?? ""))
    }
  }

  @Test func `a request comes before a topic, and topics are read in two languages`() {
    var configuration = AgentConfiguration()
    configuration.handoffTopics = ["legal action"]
    let both = HandoffRules.handoff(
      for: "I take legal action! Let me talk to a manager", configuration: configuration,
      language: "en")
    #expect(both?.category == .requested)
    let english = HandoffRules.handoff(
      for: "Das gibt legal actions", configuration: configuration, language: "de")
    #expect(english?.category == .topic)
  }

  @Test(arguments: [
    (0.1, 0, 2, false), (0.1, 1, 2, true), (0.1, 9, 2, true), (0.4, 9, 2, false),
    (0.39, 0, 1, true), (0.9, 0, 1, false), (.nan, 1, 2, true), (0.1, 0, 0, true),
    (0.1, .max, .max, true), (0.1, -1, 1, false), (0.1, 0, .min, true),
  ]) func `answers that are not sure bring a person once there are enough of them`(
    confidence: Double, earlier: Int, limit: Int, isHandedOver: Bool
  ) {
    var configuration = AgentConfiguration()
    configuration.lowConfidenceLimit = limit
    let handoff = HandoffRules.handoff(
      confidence: confidence, earlier: earlier, configuration: configuration)
    #expect(handoff?.category == (isHandedOver ? .repeatedLowConfidence : nil))
  }

  @Test func `long messages are read in part and without harm`() {
    var configuration = AgentConfiguration()
    configuration.handoffTopics = ["talk to talk"]
    let long = String(repeating: "talk to human hair ", count: 60_000)
    #expect(
      HandoffRules.handoff(for: long, configuration: configuration, language: "en") != nil)
  }
}
