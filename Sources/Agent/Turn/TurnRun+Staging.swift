import Platform

/// Which stage answers, and what it reads out of the message.
extension TurnRun {
  /// The first of the three prompts.
  mutating func stagedStep() -> (JSON, any StepValue) {
    let previous = setup.stage(conversation.stageID)
    let about = JSON.object([
      ("message", .string(message)), ("previous", .text(previous?.name)),
      ("stages", .texts(setup.stages.map(\.name))),
    ])
    return (about, selectStage(previous))
  }

  private mutating func selectStage(_ previous: Stage?) -> StagedStep {
    let stages = setup.stages
    guard let first = stages.first(where: { $0.type == .firstInteraction }) ?? stages.first else {
      return StagedStep(stageID: nil, confidence: 0, reason: .none)
    }
    guard let previous, received?.isFirst == false else {
      return StagedStep(stageID: first.id, confidence: 1, reason: .first)
    }
    if handoff != nil || stages.count == 1 {
      return StagedStep(stageID: previous.id, confidence: 1, reason: .stayed)
    }
    // Who is asked for a field answers that question; another stage would not understand it.
    if !memory.pendingAction.isEmpty && ModelPlan(.stageSelection, configuration).names.isEmpty {
      return StagedStep(
        stageID: previous.id, confidence: 1, reason: .stayed, note: "an answer is awaited")
    }
    var note: String?
    let plan = ModelPlan(.stageSelection, configuration)
    if !plan.names.isEmpty {
      switch askForStage(previous, plan) {
      case .success(let choice):
        if choice.confidence >= configuration.confidenceThreshold {
          return StagedStep(
            stageID: choice.stageID, confidence: choice.confidence, reason: .model)
        }
        let name = setup.stage(choice.stageID)?.name ?? ""
        note = "the model chose \(name), and was not sure enough"
      case .failure(let problem): note = problem.words
      }
    }
    let guess = ExtractiveStage.select(
      message: message, stages: stages, previous: previous, language: language)
    if guess.confidence >= 0.5, guess.stage.id != previous.id {
      return StagedStep(
        stageID: guess.stage.id, confidence: guess.confidence, reason: .words, note: note)
    }
    return StagedStep(stageID: previous.id, confidence: 0.5, reason: .stayed, note: note)
  }

  /// Why a prompt came to nothing.
  struct PromptProblem: Error {
    /// In words, for the trace.
    let words: String
  }

  private mutating func askForStage(
    _ previous: Stage, _ plan: ModelPlan
  ) -> Result<StageChoice, PromptProblem> {
    var request: ModelRequest
    switch prompt(.stageSelection, previous, templateScope()) {
    case .success(let ready): request = ready
    case .failure(let problem): return .failure(problem)
    }
    let names = setup.stages.map { JSON.string($0.name) }
    request.output = OutputSchema(
      name: "stage",
      schema: .object([
        ("type", .string("object")),
        (
          "properties",
          .object([
            ("stage", .object([("type", .string("string")), ("enum", .array(names))])),
            ("confidence", .object([("type", .string("number"))])),
          ])
        ),
        ("required", .texts(["stage", "confidence"])), ("additionalProperties", .bool(false)),
      ]))
    request.outputTokenLimit = 1_000
    switch desk.ask(request, for: .stageSelection, plan) {
    case .success(let reply):
      if let choice = StageChoice(reply.text, among: setup.stages) { return .success(choice) }
      return .failure(PromptProblem(words: "the model's answer names no stage"))
    case .failure(let error): return .failure(PromptProblem(words: error.description))
    }
  }

  /// The second of the three prompts.
  mutating func extractedStep() -> (JSON, any StepValue) {
    let about = JSON.object([("stage", .text(stage?.name)), ("message", .string(message))])
    return (about, extract())
  }

  private mutating func extract() -> ExtractedStep {
    let known = memory.extractedEntities
    guard let stage, let schema = stage.extractionSchema, handoff == nil else {
      return ExtractedStep(data: known)
    }
    var value = ExtractedStep(data: known)
    let plan = ModelPlan(.dataExtraction, configuration, stage: stage)
    if !plan.names.isEmpty {
      switch askForData(stage, schema, plan) {
      case .success(let data): value.data = known.merged(with: data)
      case .failure(let problem): value.failure = problem.words
      }
    } else if FormFields.missing(schema, in: known).first == memory.pendingAction,
      let answer = FormFields.value(message, for: memory.pendingAction, in: schema)
    {
      let data = FormFields.set(answer, at: memory.pendingAction, in: known)
      let problems = Self.violations(of: data, schema, at: memory.pendingAction)
      if problems.isEmpty {
        value.data = data
      } else {
        value.failure = problems.joined(separator: "; ")
      }
    }
    value.missing = FormFields.missing(schema, in: value.data)
    return value
  }

  private mutating func askForData(
    _ stage: Stage, _ schema: JSON, _ plan: ModelPlan
  ) -> Result<JSON, PromptProblem> {
    var request: ModelRequest
    switch prompt(.dataExtraction, stage, templateScope()) {
    case .success(let ready): request = ready
    case .failure(let problem): return .failure(problem)
    }
    // What the message does not say is missing and not invented, so nothing is required here.
    let wanted = Self.withoutRequired(schema)
    request.output = OutputSchema(name: "extraction", schema: wanted, isStrict: false)
    request.outputTokenLimit = 2_000
    var problem = ""
    for _ in 0..<2 {
      switch desk.ask(request, for: .dataExtraction, plan) {
      case .failure(let error): return .failure(PromptProblem(words: error.description))
      case .success(let reply):
        guard let data = reply.json ?? (try? JSON.parse(reply.text)), data.object != nil else {
          problem = "the answer is no JSON object"
          request.messages += [
            .assistant(reply.turn), .user("That is not a JSON object. Answer with one alone."),
          ]
          continue
        }
        let found = Self.withoutNulls(data)
        let violations = Self.violations(of: found, wanted)
        if violations.isEmpty { return .success(found) }
        problem = "the answer does not fit its schema: " + violations.joined(separator: "; ")
        request.messages += [
          .assistant(reply.turn),
          .user("That does not fit the schema: \(violations.joined(separator: "; ")). Correct it."),
        ]
      }
    }
    return .failure(PromptProblem(words: problem))
  }

  private static func violations(of data: JSON, _ schema: JSON, at path: String? = nil) -> [String]
  {
    guard let checker = try? JSONSchema(schema) else { return ["the schema cannot be used"] }
    return checker.violations(of: data).filter { path == nil || $0.path == path }
      .map(\.description)
  }

  /// Members that a model sends as null are not known.
  private static func withoutNulls(_ data: JSON) -> JSON {
    guard let members = data.object else { return data }
    return .object(members.filter { !$0.value.isNull }.map { ($0.key, withoutNulls($0.value)) })
  }

  /// A schema in which no member must be there.
  private static func withoutRequired(_ schema: JSON) -> JSON {
    switch schema {
    case .object(let members):
      .object(
        members.filter { !($0.key == "required" && $0.value.array != nil) }
          .map { ($0.key, withoutRequired($0.value)) })
    case .array(let items): .array(items.map(withoutRequired))
    default: schema
    }
  }
}
