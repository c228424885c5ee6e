import Platform

extension Template {
  /// The template filled in with made-up data, so that it can be read before a customer writes.
  ///
  /// - Parameter setup: The business's own; where it has no stages, made-up ones stand in.
  /// - Returns: Both texts; every variable has a value in them.
  /// - Throws: ``TemplateError`` as ``TemplateText`` does.
  public func preview(in setup: AgentSetup) throws(TemplateError) -> PromptSource.Prompt {
    let step = PromptSource.Step(rawValue: String(type.fallback.rawValue.dropFirst(8)))
    return try PromptSource(self, step: step ?? .responseGeneration)
      .render(TemplateScope.sample(setup))
  }
}

extension TemplateScope {
  /// A turn in which every variable has a value.
  static func sample(_ setup: AgentSetup) -> TemplateScope {
    var setup = setup
    if setup.business.description.isEmpty {
      setup.business.description = "Sells boots and tents in six shops and online."
    }
    if setup.business.address.isEmpty { setup.business.address = "1 Harbour Road, Galway" }
    if setup.business.phoneNumber.isEmpty { setup.business.phoneNumber = "+353 91 555 010" }
    if setup.business.website.isEmpty { setup.business.website = "https://shop.example" }
    if setup.configuration.persona.isEmpty {
      setup.configuration.persona = "You have worked in the shop for years."
    }
    if setup.configuration.personalityTraits.isEmpty {
      setup.configuration.personalityTraits = ["patient", "precise"]
    }
    if setup.configuration.behavioralRestrictions.isEmpty {
      setup.configuration.behavioralRestrictions = ["Never promise a delivery date."]
    }
    if setup.configuration.requiredDisclaimers.isEmpty {
      setup.configuration.requiredDisclaimers = ["Prices may change."]
    }
    if setup.stages.isEmpty { setup.stages = sampleStages }
    let (stage, previous) = (setup.stages[setup.stages.count - 1], setup.stages[0])
    var scope = TemplateScope(sampleInput(setup), stage: stage, previousStage: previous)
    if scope.stage?.extractionSchema?["required"] == nil {
      scope.stage?.extractionSchema = sampleSchema
    }
    scope.extractedData = .object([(key: "order_number", value: .string("A-1042"))])
    scope.intents = ["return boots", "ask about the refund"]
    scope.knowledge = "[1] Returns: You have 60 days from the day of delivery."
    scope.catalogue = "[2] Kilbride GTX: waterproof boot, 219.00 EUR, 34 in stock"
    scope.context = "Order A-1042, shipped, 219.00 EUR"
    return scope
  }

  private static let sampleSchema = JSON.object([
    (key: "type", value: .string("object")),
    (
      key: "properties",
      value: .object([
        (key: "order_number", value: .object([(key: "type", value: .string("string"))])),
        (key: "reason", value: .object([(key: "type", value: .string("string"))])),
      ])
    ),
    (key: "required", value: .array([.string("order_number"), .string("reason")])),
  ])

  private static var sampleStages: [Stage] {
    [
      Stage(
        id: .zero, name: "Greeting", description: "Welcomes the customer.", type: .firstInteraction),
      Stage(
        id: UUID(high: 0, low: 1), name: "Returns",
        description: "Explains returns. Use when the customer wants to send something back.",
        type: .conversation),
    ]
  }

  private static func sampleInput(_ setup: AgentSetup) -> TurnInput {
    // 2026-11-22 14:05 UTC.
    let now: Int64 = 1_795_356_300_000_000
    let customer = Customer(
      id: .zero, firstName: "Maeve", lastName: "Byrne", email: "maeve@example.com")
    let conversation = Conversation(
      id: UUID(high: 0, low: 2), businessID: setup.business.id, userID: customer.id,
      language: setup.configuration.language, startedAt: now - 600_000_000,
      updatedAt: now - 60_000_000)
    var memory = Memory()
    memory.currentTopic = "returning boots"
    memory.keyFacts = [KeyFact(text: "shoe size is 43")]
    memory.summary = ConversationSummary(
      overview: "Maeve bought boots that are too small.", keyPoints: ["order A-1042"],
      decisions: ["she sends them back"], pendingItems: ["the refund"],
      nextSteps: ["print the label"], confidenceScore: 0.9)
    return TurnInput(
      turnID: .zero, setup: setup, conversation: conversation, customer: customer,
      history: [
        Message(id: .zero, sender: .user, content: "My boots are too small."),
        Message(id: .zero, sender: .assistant, content: "I am sorry. What is the order number?"),
      ],
      burst: [Message(id: .zero, sender: .user, content: "A-1042. When do I get my money back?")],
      memory: memory, now: now)
  }
}
