import Agent
import Platform
import Truth

/// What a set-up must keep to before it is stored; the first thing that is wrong is said.
enum SetupCheck {
  /// Rows of one kind that a business may have.
  static let rowCount = 500

  static func check(_ setup: AgentSetup) throws(TruthError) {
    try check(setup.configuration)
    try names(setup.agents.map { ($0.id, $0.name) }, "agents")
    try names(setup.templates.map { ($0.id, $0.name) }, "templates")
    try names(setup.stages.map { ($0.id, $0.name) }, "stages")
    for template in setup.templates {
      let field = "templates[\(template.name)]"
      try Check.text(template.content, "\(field).content", 0...65_536)
      try Check.text(template.systemPrompt, "\(field).system_prompt", 0...65_536)
      try Check.text(template.language, "\(field).language", 0...35)
      try Check.json(
        template.encodedVariables, "\(field).default_variables", kind: "object", limit: 65_536)
    }
    for stage in setup.stages { try check(stage, in: setup) }
  }

  private static func names(
    _ rows: [(id: UUID, name: String)], _ kind: String
  ) throws(TruthError) {
    guard rows.count <= rowCount else {
      throw .invalid(field: kind, reason: "are \(rows.count); \(rowCount) are allowed")
    }
    var seen: Set<ByteText> = []
    var ids: Set<UUID> = []
    for (place, row) in rows.enumerated() {
      try Check.text(row.name, "\(kind)[\(place)].name", 1...AgentLimits.nameByteCount)
      guard seen.insert(ByteText(row.name)).inserted else {
        throw .invalid(field: "\(kind)[\(row.name)]", reason: "is there twice")
      }
      guard ids.insert(row.id).inserted else {
        throw .invalid(field: "\(kind)[\(row.name)].id", reason: "is another one's id, too")
      }
    }
  }

  private static func check(_ configuration: AgentConfiguration) throws(TruthError) {
    try Check.text(configuration.agentName, "agent_name", 1...400)
    try Check.text(configuration.tone, "tone", 0...1000)
    try Check.text(configuration.persona, "persona", 0...16_384)
    try Check.text(configuration.defaultModel, "default_model", 1...200)
    try Check.text(configuration.smallModel, "small_model", 1...200)
    try Check.text(configuration.largeModel, "large_model", 1...200)
    try Check.text(configuration.language, "language", 1...35)
    try list(configuration.personalityTraits, "personality_traits", 100, 20_000)
    try list(configuration.fallbackModels, "fallback_models", 20, 4000)
    try list(configuration.behavioralRestrictions, "behavioral_restrictions", 100, 100_000)
    try list(configuration.requiredDisclaimers, "required_disclaimers", 20, 20_000)
    try list(configuration.handoffTopics, "handoff_topics", 200, 20_000)
    guard (0...1).contains(configuration.confidenceThreshold) else {
      throw .invalid(field: "confidence_threshold", reason: "is not 0 to 1")
    }
    for (value, field) in [
      (configuration.lowConfidenceLimit, "low_confidence_limit"),
      (configuration.turnTokenLimit, "turn_token_limit"),
      (configuration.promptTokenLimit, "prompt_token_limit"),
      (configuration.turnMilliseconds, "turn_milliseconds"),
    ] where value < 1 {
      throw .invalid(field: field, reason: "is \(value); it must be 1 or more")
    }
    if let cost = configuration.turnPicodollars, cost > UInt64(Int64.max) {
      throw .invalid(field: "turn_picodollars", reason: "is more than \(Int64.max)")
    }
  }

  private static func check(_ stage: Stage, in setup: AgentSetup) throws(TruthError) {
    let field = "stages[\(stage.name)]"
    try Check.text(stage.description, "\(field).description", 0...16_384)
    try Check.text(stage.prompts.selection, "\(field).stage_selection_prompt", 0...65_536)
    try Check.text(stage.prompts.extraction, "\(field).data_extraction_prompt", 0...65_536)
    try Check.text(stage.prompts.response, "\(field).response_generation_prompt", 0...65_536)
    try Check.text(stage.model.name, "\(field).model", 1...200)
    try list(
      stage.exampleConversations, "\(field).stage_selection_example_conversations", 100, 262_144)
    if let temperature = stage.model.temperature, !(0...2).contains(temperature) {
      throw .invalid(field: "\(field).temperature", reason: "is not 0 to 2")
    }
    if let limit = stage.model.outputTokenLimit, limit < 1 {
      throw .invalid(field: "\(field).output_token_limit", reason: "is not 1 or more")
    }
    try Check.json(stage.retrieval.json, "\(field).data_retrieval", kind: "object", limit: 65_536)
    try Check.json(
      .array(stage.transitions.map(\.json)), "\(field).transitions", kind: "array", limit: 65_536)
    if let schema = stage.extractionSchema {
      guard schema.serialized().count <= 65_536 else {
        throw .invalid(field: "\(field).extraction_schema", reason: "has more than 65536 bytes")
      }
    }
    if let id = stage.agentID, !setup.agents.contains(where: { $0.id == id }) {
      throw .invalid(field: "\(field).agent_id", reason: "is no agent of this set-up")
    }
    let targets =
      [(stage.nextStageID, "next_stage_id")]
      + stage.transitions.enumerated().map { ($1.stageID, "transitions[\($0)].stage_id") }
    for (id, name) in targets {
      if let id, setup.stage(id) == nil {
        throw .invalid(field: "\(field).\(name)", reason: "is no stage of this set-up")
      }
    }
    let templates = [
      (
        stage.prompts.selectionTemplateID, TemplateType.stageSelection,
        "stage_selection_template_id"
      ),
      (
        stage.prompts.extractionTemplateID, TemplateType.dataExtraction,
        "data_extraction_template_id"
      ),
      (
        stage.prompts.responseTemplateID, TemplateType.responseGeneration,
        "response_generation_template_id"
      ),
    ]
    for (id, type, name) in templates {
      guard let id else { continue }
      guard let template = setup.template(id) else {
        throw .invalid(field: "\(field).\(name)", reason: "is no template of this set-up")
      }
      guard template.type == type else {
        throw .invalid(
          field: "\(field).\(name)",
          reason: "is of the type \(template.type.rawValue); it must be \(type.rawValue)")
      }
    }
  }

  private static func list(
    _ texts: [String], _ field: String, _ count: Int, _ byteCount: Int
  ) throws(TruthError) {
    guard texts.count <= count else {
      throw .invalid(field: field, reason: "has \(texts.count) items; \(count) are allowed")
    }
    guard texts.reduce(0, { $0 + $1.utf8.count }) <= byteCount else {
      throw .invalid(field: field, reason: "has more than \(byteCount) bytes in all")
    }
    if texts.contains(where: { $0.utf8.contains(0) }) {
      throw .invalid(field: field, reason: "holds a NUL character")
    }
  }
}
