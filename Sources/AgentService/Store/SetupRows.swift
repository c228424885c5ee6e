import Agent
import Platform
import Postgres

extension AgentSetup {
  /// What a business has set up; nil where there is no such business.
  static func read(
    _ business: UUID, _ connection: inout PostgresConnection
  ) throws(PostgresError) -> AgentSetup? {
    let id = [PostgresValue.uuid(business)]
    let replies = try connection.pipeline([
      .init(
        """
        select business_id, business_name, business_description, address, phone_number, website
        from businesses where business_id = $1
        """, id),
      .init(
        "select \(AgentConfiguration.columns) from agent_configurations where business_id = $1",
        id),
      .init(
        """
        select agent_id, agent_name from agents where business_id = $1
        order by agent_name collate "C"
        """, id),
      .init(
        """
        select \(Stage.columns) from stages where business_id = $1
        order by stage_name collate "C"
        """, id),
      .init(
        """
        select \(Template.columns) from templates where business_id = $1
        order by template_name collate "C"
        """, id),
    ])
    guard replies[0].count > 0 else { return nil }
    return AgentSetup(
      business: Business(
        id: business, name: try replies[0].value(0, 1), description: try replies[0].value(0, 2),
        address: try replies[0].value(0, 3), phoneNumber: try replies[0].value(0, 4),
        website: try replies[0].value(0, 5)),
      configuration: try replies[1].first { (rows, row) throws(PostgresError) in
        try AgentConfiguration(rows, row)
      } ?? AgentConfiguration(),
      agents: try replies[2].map { (rows, row) throws(PostgresError) in
        AgentProfile(id: try rows.value(row, 0), name: try rows.value(row, 1))
      },
      stages: try replies[3].map { (rows, row) throws(PostgresError) in try Stage(rows, row) },
      templates: try replies[4].map { (rows, row) throws(PostgresError) in
        try Template(rows, row)
      })
  }
}

extension AgentConfiguration {
  fileprivate static let columns = """
    agent_name, personality_traits, tone, persona, default_model, fallback_models, small_model,
    large_model, behavioral_restrictions, required_disclaimers, confidence_threshold,
    low_confidence_limit, handoff_topics, enable_proactive_suggestions,
    enable_spelling_correction, enable_rich_messages, pipeline, language, turn_token_limit,
    prompt_token_limit, turn_milliseconds, turn_picodollars
    """

  fileprivate init(_ rows: PostgresRows, _ row: Int) throws(PostgresError) {
    self.init()
    agentName = try rows.value(row, 0)
    personalityTraits = try rows.value(row, 1)
    tone = try rows.value(row, 2)
    persona = try rows.value(row, 3)
    defaultModel = try rows.value(row, 4)
    fallbackModels = try rows.value(row, 5)
    smallModel = try rows.optional(row, 6)
    largeModel = try rows.optional(row, 7)
    behavioralRestrictions = try rows.value(row, 8)
    requiredDisclaimers = try rows.value(row, 9)
    confidenceThreshold = try rows.value(row, 10)
    lowConfidenceLimit = try rows.value(row, 11)
    handoffTopics = try rows.value(row, 12)
    enableProactiveSuggestions = try rows.value(row, 13)
    enableSpellingCorrection = try rows.value(row, 14)
    enableRichMessages = try rows.value(row, 15)
    pipeline = try Coding.raw(rows, row, 16)
    language = try rows.value(row, 17)
    turnTokenLimit = try rows.value(row, 18)
    promptTokenLimit = try rows.value(row, 19)
    turnMilliseconds = try rows.value(row, 20)
    turnPicodollars = try rows.optional(row, 21, as: Int64.self).map { UInt64(clamping: $0) }
  }

  /// Stores it as the business's, whatever was there.
  func statement(_ business: PostgresValue) -> PostgresConnection.Statement {
    .init(
      """
      insert into agent_configurations (business_id, \(Self.columns))
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23)
      on conflict (business_id) do update set (\(Self.columns), updated_at) = (
        \(Self.columns.split(separator: ",").map { "excluded." + $0.filter { !" \n".contains($0) } }
          .joined(separator: ", ")), now())
      """,
      [
        business, .text(agentName), .textArray(personalityTraits), .text(tone), .text(persona),
        .text(defaultModel), .textArray(fallbackModels), .optional(smallModel),
        .optional(largeModel), .textArray(behavioralRestrictions),
        .textArray(requiredDisclaimers), .float8(confidenceThreshold),
        .int8(Int64(lowConfidenceLimit)), .textArray(handoffTopics),
        .boolean(enableProactiveSuggestions), .boolean(enableSpellingCorrection),
        .boolean(enableRichMessages), .text(pipeline.rawValue), .text(language),
        .int8(Int64(turnTokenLimit)), .int8(Int64(promptTokenLimit)),
        .int8(Int64(turnMilliseconds)),
        turnPicodollars.map { .int8(Int64(clamping: $0)) } ?? .null,
      ])
  }
}

extension Template {
  fileprivate static let columns = """
    template_id, template_name, template_type, content, system_prompt, language, default_variables
    """

  fileprivate init(_ rows: PostgresRows, _ row: Int) throws(PostgresError) {
    self.init(
      id: try rows.value(row, 0), name: try rows.value(row, 1), type: try Coding.raw(rows, row, 2),
      content: try rows.value(row, 3), systemPrompt: try rows.value(row, 4),
      language: try rows.value(row, 5))
    for (name, value) in try Coding.json(rows, row, 6).object ?? [] {
      defaultVariables[name] = value.string
    }
  }

  /// The variables as they are stored, by name.
  var encodedVariables: JSON {
    .object(
      defaultVariables.sorted { $0.key < $1.key }.map { (key: $0.key, value: .string($0.value)) })
  }

  func statement(_ business: PostgresValue) -> PostgresConnection.Statement {
    .init(
      """
      insert into templates (business_id, \(Self.columns))
      values ($1, $2, $3, $4, $5, $6, $7, $8::json)
      on conflict (business_id, template_id) do update
      set (template_name, template_type, content, system_prompt, language, default_variables,
          updated_at)
        = (excluded.template_name, excluded.template_type, excluded.content,
          excluded.system_prompt, excluded.language, excluded.default_variables, now())
      """,
      [
        business, .uuid(id), .text(name), .text(type.rawValue), .text(content),
        .text(systemPrompt), .text(language), .text(encodedVariables.description),
      ])
  }
}

extension Stage {
  fileprivate static let columns = """
    stage_id, stage_name, stage_description, stage_type, agent_id, stage_selection_template_id,
    data_extraction_template_id, response_generation_template_id, stage_selection_prompt,
    data_extraction_prompt, response_generation_prompt, next_stage_id, transitions,
    data_retrieval, extraction_schema, stage_selection_example_conversations, model_name,
    model_temperature, model_output_token_limit
    """

  fileprivate init(_ rows: PostgresRows, _ row: Int) throws(PostgresError) {
    self.init(
      id: try rows.value(row, 0), name: try rows.value(row, 1),
      description: try rows.value(row, 2), type: try Coding.raw(rows, row, 3),
      agentID: try rows.optional(row, 4), nextStageID: try rows.optional(row, 11),
      transitions: (try Coding.json(rows, row, 12).array ?? []).compactMap(
        StageTransition.init(json:)),
      retrieval: DataRetrieval(json: try Coding.json(rows, row, 13)),
      extractionSchema: try Coding.optionalJSON(rows, row, 14),
      exampleConversations: try rows.value(row, 15))
    prompts.selectionTemplateID = try rows.optional(row, 5)
    prompts.extractionTemplateID = try rows.optional(row, 6)
    prompts.responseTemplateID = try rows.optional(row, 7)
    prompts.selection = try rows.optional(row, 8)
    prompts.extraction = try rows.optional(row, 9)
    prompts.response = try rows.optional(row, 10)
    model.name = try rows.optional(row, 16)
    model.temperature = try rows.optional(row, 17)
    model.outputTokenLimit = try rows.optional(row, 18)
  }

  func statement(_ business: PostgresValue) -> PostgresConnection.Statement {
    .init(
      """
      insert into stages (business_id, \(Self.columns))
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::json, $15::json,
        $16::json, $17, $18, $19, $20)
      on conflict (business_id, stage_id) do update set (\(Self.columns), updated_at) = (
        \(Self.columns.split(separator: ",").map { "excluded." + $0.filter { !" \n".contains($0) } }
          .joined(separator: ", ")), now())
      """,
      [
        business, .uuid(id), .text(name), .text(description), .text(type.rawValue),
        .optional(agentID), .optional(prompts.selectionTemplateID),
        .optional(prompts.extractionTemplateID), .optional(prompts.responseTemplateID),
        .optional(prompts.selection), .optional(prompts.extraction), .optional(prompts.response),
        .optional(nextStageID), .text(JSON.array(transitions.map(\.json)).description),
        .text(retrieval.json.description), .optional(extractionSchema?.description),
        .textArray(exampleConversations), .optional(model.name), .optional(model.temperature),
        .optional(model.outputTokenLimit),
      ])
  }
}

extension StageTransition {
  fileprivate init?(json: JSON) {
    guard let field = json["field"]?.string, let id = json["stage_id"]?.string,
      let stageID = UUID(id), let name = json["condition"]?.string,
      let condition = Condition(rawValue: name)
    else { return nil }
    self.init(field: field, condition: condition, value: json["value"], stageID: stageID)
  }

  var json: JSON {
    var members: [(key: String, value: JSON)] = [
      ("field", .string(field)), ("condition", .string(condition.rawValue)),
    ]
    if let value { members.append(("value", value)) }
    members.append(("stage_id", .string(stageID.description)))
    return .object(members)
  }
}

extension DataRetrieval {
  fileprivate init(json: JSON) {
    self.init(
      method: json["method"]?.string.flatMap(Method.init(rawValue:)) ?? .none,
      config: json["config"] ?? .object([]))
  }

  var json: JSON {
    .object([("method", .string(method.rawValue)), ("config", config)])
  }
}
