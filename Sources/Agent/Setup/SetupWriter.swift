import Platform

/// Writes a setup as a document.
enum SetupWriter {
  typealias Members = [(key: String, value: JSON)]

  static func document(_ setup: AgentSetup) -> JSON {
    var members: Members = [(key: "business", value: business(setup.business))]
    let configuration = configuration(setup.configuration)
    if !configuration.isEmpty {
      members.append((key: "configuration", value: .object(configuration)))
    }
    if !setup.agents.isEmpty {
      members.append((key: "agents", value: .array(setup.agents.map { .string($0.name) })))
    }
    if !setup.templates.isEmpty {
      members.append((key: "templates", value: .array(setup.templates.map(template))))
    }
    if !setup.stages.isEmpty {
      members.append((key: "stages", value: .array(setup.stages.map { stage($0, setup) })))
    }
    return .object(members)
  }

  private static func business(_ business: Business) -> JSON {
    var members: Members = [(key: "name", value: .string(business.name))]
    add(business.description, "description", to: &members)
    add(business.address, "address", to: &members)
    add(business.phoneNumber, "phone_number", to: &members)
    add(business.website, "website", to: &members)
    return .object(members)
  }

  /// Adds what differs from its default.
  private static func add<Value: Equatable>(
    _ value: Value, _ key: String, to members: inout Members, unless usual: Value,
    _ convert: (Value) -> JSON
  ) {
    if value != usual { members.append((key: key, value: convert(value))) }
  }

  private static func add(_ text: String, _ key: String, to members: inout Members) {
    // Texts are compared by their bytes: an accent in two forms is a difference.
    if !text.isEmpty { members.append((key: key, value: .string(text))) }
  }

  private static func add(_ texts: [String], _ key: String, to members: inout Members) {
    if !texts.isEmpty { members.append((key: key, value: list(texts))) }
  }

  private static func add(_ text: String?, _ key: String, to members: inout Members) {
    if let text { members.append((key: key, value: .string(text))) }
  }

  private static func list(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }

  private static func number(_ value: Double) -> JSON { .double(value) ?? .null }

  private static func configuration(_ configuration: AgentConfiguration) -> Members {
    let usual = AgentConfiguration()
    var members: Members = []
    func text(_ path: KeyPath<AgentConfiguration, String>, _ key: String) {
      let value = configuration[keyPath: path]
      if !value.utf8.elementsEqual(usual[keyPath: path].utf8) {
        members.append((key: key, value: .string(value)))
      }
    }
    func integer(_ path: KeyPath<AgentConfiguration, Int>, _ key: String) {
      add(configuration[keyPath: path], key, to: &members, unless: usual[keyPath: path]) {
        .integer($0)
      }
    }
    func flag(_ path: KeyPath<AgentConfiguration, Bool>, _ key: String) {
      add(configuration[keyPath: path], key, to: &members, unless: usual[keyPath: path]) {
        .bool($0)
      }
    }
    text(\.agentName, "agent_name")
    text(\.persona, "persona")
    add(configuration.personalityTraits, "personality_traits", to: &members)
    text(\.tone, "tone")
    text(\.language, "language")
    text(\.defaultModel, "default_model")
    add(configuration.fallbackModels, "fallback_models", to: &members)
    add(configuration.smallModel, "small_model", to: &members)
    add(configuration.largeModel, "large_model", to: &members)
    add(configuration.behavioralRestrictions, "behavioral_restrictions", to: &members)
    add(configuration.requiredDisclaimers, "required_disclaimers", to: &members)
    add(configuration.handoffTopics, "handoff_topics", to: &members)
    add(
      configuration.confidenceThreshold, "confidence_threshold", to: &members,
      unless: usual.confidenceThreshold, number)
    integer(\.lowConfidenceLimit, "low_confidence_limit")
    flag(\.enableProactiveSuggestions, "enable_proactive_suggestions")
    flag(\.enableSpellingCorrection, "enable_spelling_correction")
    flag(\.enableRichMessages, "enable_rich_messages")
    add(configuration.pipeline, "pipeline", to: &members, unless: usual.pipeline) {
      .string($0.rawValue)
    }
    integer(\.turnTokenLimit, "turn_token_limit")
    integer(\.promptTokenLimit, "prompt_token_limit")
    integer(\.turnMilliseconds, "turn_milliseconds")
    if let picodollars = configuration.turnPicodollars {
      members.append((key: "turn_dollars", value: .number(dollars(picodollars))))
    }
    return members
  }

  /// `0.05` for 50,000,000,000.
  private static func dollars(_ picodollars: UInt64) -> String {
    let (whole, rest) = picodollars.quotientAndRemainder(dividingBy: 1_000_000_000_000)
    guard rest > 0 else { return "\(whole)" }
    let digits = String(rest)
    var fraction = String(repeating: "0", count: 12 - digits.utf8.count) + digits
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(whole).\(fraction)"
  }

  private static func template(_ template: Template) -> JSON {
    var members: Members = [
      (key: "name", value: .string(template.name)),
      (key: "type", value: .string(template.type.rawValue)),
    ]
    if template.language != "en" {
      members.append((key: "language", value: .string(template.language)))
    }
    add(template.systemPrompt, "system_prompt", to: &members)
    add(template.content, "content", to: &members)
    if !template.defaultVariables.isEmpty {
      let sorted = template.defaultVariables.sorted { ByteText($0.key) < ByteText($1.key) }
      let values: Members = sorted.map { (key: $0.key, value: .string($0.value)) }
      members.append((key: "default_variables", value: .object(values)))
    }
    return .object(members)
  }

  private static func stage(_ stage: Stage, _ setup: AgentSetup) -> JSON {
    var members: Members = [(key: "name", value: .string(stage.name))]
    add(stage.description, "description", to: &members)
    add(stage.type, "type", to: &members, unless: .conversation) { .string($0.rawValue) }
    add(setup.agents.first { $0.id == stage.agentID }?.name, "agent", to: &members)
    let prompts = stage.prompts
    add(setup.template(prompts.selectionTemplateID)?.name, "selection_template", to: &members)
    add(prompts.selection, "selection_prompt", to: &members)
    add(setup.template(prompts.extractionTemplateID)?.name, "extraction_template", to: &members)
    add(prompts.extraction, "extraction_prompt", to: &members)
    add(setup.template(prompts.responseTemplateID)?.name, "response_template", to: &members)
    add(prompts.response, "response_prompt", to: &members)
    if let schema = stage.extractionSchema {
      members.append((key: "extraction_schema", value: schema))
    }
    if stage.retrieval != DataRetrieval() {
      var inner: Members = [(key: "method", value: .string(stage.retrieval.method.rawValue))]
      add(stage.retrieval.config, "config", to: &inner, unless: .object([])) { $0 }
      members.append((key: "data_retrieval", value: .object(inner)))
    }
    let transitions = stage.transitions.compactMap { transition($0, setup) }
    if !transitions.isEmpty { members.append((key: "transitions", value: .array(transitions))) }
    add(setup.stage(stage.nextStageID)?.name, "next_stage", to: &members)
    add(stage.exampleConversations, "example_conversations", to: &members)
    var model: Members = []
    add(stage.model.name, "name", to: &model)
    if let value = stage.model.temperature {
      model.append((key: "temperature", value: number(value)))
    }
    if let value = stage.model.outputTokenLimit {
      model.append((key: "output_token_limit", value: .integer(value)))
    }
    if !model.isEmpty { members.append((key: "model", value: .object(model))) }
    return .object(members)
  }

  /// nil where its stage is gone.
  private static func transition(_ transition: StageTransition, _ setup: AgentSetup) -> JSON? {
    guard let stage = setup.stage(transition.stageID) else { return nil }
    var members: Members = [
      (key: "field", value: .string(transition.field)),
      (key: "condition", value: .string(transition.condition.rawValue)),
    ]
    if let value = transition.value { members.append((key: "value", value: value)) }
    members.append((key: "stage", value: .string(stage.name)))
    return .object(members)
  }
}
