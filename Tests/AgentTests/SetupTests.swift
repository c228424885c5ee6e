import Agent
import Platform
import Testing

@Suite struct SetupTests {
  @Test func `every type of template has a default that stands in for it`() {
    for type in TemplateType.allCases {
      #expect(type.fallback.isDefault)
      #expect(type.fallback.fallback == type.fallback)
    }
    #expect(TemplateType.summary.fallback == .defaultSummary)
  }

  @Test func `a burst is read as one message, a line each`() {
    let conversation = Conversation(id: .random(), businessID: .random(), userID: .random())
    let input = TurnInput(
      turnID: .random(), setup: AgentSetup(business: Business(id: .random(), name: "B")),
      conversation: conversation, customer: Customer(id: conversation.userID), history: [],
      burst: ["do you have", "waterproof boots?"].map {
        Message(id: .random(), sender: .user, content: $0)
      }, memory: Memory(), now: 0)
    #expect(input.message == "do you have\nwaterproof boots?")
  }
}
