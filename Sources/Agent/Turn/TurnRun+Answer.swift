import Platform

/// The answer.
extension TurnRun {
  /// What customers of businesses without stages are told; operators see why.
  static let setupMissing =
    "Nothing is set up here yet: please configure stages (agent configure) for this business."

  /// The third of the three prompts, or a quotation.
  mutating func composedStep(_ receive: (String) -> Void) -> (JSON, any StepValue) {
    let about = JSON.object([
      ("stage", .text(stage?.name)), ("intents", .texts(corrected?.intents ?? [])),
    ])
    let value = compose(receive)
    return (about, value)
  }

  private mutating func compose(_ receive: (String) -> Void) -> ComposedStep {
    let phrases = Phrases.of(language)
    if let handoff {
      return ComposedStep(
        text: phrases.handingOver, confidence: 1, messageType: "handoff", handoff: handoff)
    }
    guard let stage else {
      return ComposedStep(text: Self.setupMissing, confidence: 0, messageType: "setup_missing")
    }
    let complexity = TaskComplexity.of(
      intents: corrected?.intents.count ?? 1, messageBytes: message.utf8.count, stage: stage)
    let plan = ModelPlan(
      .responseGeneration, configuration, stage: stage, complexity: complexity)
    guard !plan.names.isEmpty else { return quoted(nil) }
    switch askForAnswer(stage, plan, receive) {
    case .success(let value): return value
    case .failure(let problem):
      if problem.isRefusal {
        return ComposedStep(
          text: phrases.handingOver, confidence: 0, messageType: "handoff",
          handoff: Handoff(.refused, "the model would not answer: \(problem.words)"),
          failure: problem.words)
      }
      if plan.mayQuote { return quoted(problem.words) }
      return ComposedStep(
        text: phrases.failed, confidence: 0, messageType: "fallback",
        handoff: Handoff(.failure, "no model answered: \(problem.words)"), failure: problem.words)
    }
  }

  /// An answer without a model.
  private func quoted(_ failure: String?) -> ComposedStep {
    let phrases = Phrases.of(language)
    let found = retrieved ?? RetrievedStep()
    if let stage, let schema = stage.extractionSchema, stage.retrieval.method == .promptUser,
      let field = extracted?.missing.first
    {
      return ComposedStep(
        text: phrases.asking(for: FormFields.label(of: field, in: schema)), confidence: 0.8,
        messageType: "question", model: ModelPlan.extractive, failure: failure)
    }
    if let question = found.question, corrected?.intents.count ?? 0 <= 1 {
      return ComposedStep(
        text: question, confidence: 0.8, messageType: "question", model: ModelPlan.extractive,
        failure: failure)
    }
    if !found.data.isEmpty && !(corrected?.intents.isEmpty ?? true) {
      return ComposedStep(
        text: found.data, confidence: 0.9, model: ModelPlan.extractive, failure: failure)
    }
    let answer = ExtractiveAnswer.compose(
      question: message, intents: corrected?.intents ?? [], hits: found.knowledge,
      nothingRelevant: found.nothingRelevant, catalogue: found.catalogue, language: language,
      configuration: configuration, business: setup.business)
    return ComposedStep(
      text: answer.text, citations: answer.citations, confidence: answer.confidence,
      model: ModelPlan.extractive, failure: failure)
  }

  private struct AnswerProblem: Error {
    let words: String
    var isRefusal = false
  }

  private mutating func askForAnswer(
    _ stage: Stage, _ plan: ModelPlan, _ receive: (String) -> Void
  ) -> Result<ComposedStep, AnswerProblem> {
    let context = answerContext()
    var scope = templateScope()
    scope.knowledge = fenced(context, "knowledge")
    scope.catalogue = fenced(context, "catalog")
    scope.context = fenced(context, "customer", "data", "key_facts")
    scope.summary = fenced(context, "summary")
    scope.history = fenced(context, "history")
    var request: ModelRequest
    switch prompt(.responseGeneration, stage, scope) {
    case .success(let ready): request = ready
    case .failure(let problem): return .failure(AnswerProblem(words: problem.words))
    }
    request.tools = [Self.handOverTool]
    request.outputTokenLimit = stage.model.outputTokenLimit ?? 1_024
    request.temperature = stage.model.temperature
    var gate = SentenceGate()
    let check = groundingCheck(context.citations)
    checkedBy = (context.citations, check)
    let result = desk.ask(request, for: .responseGeneration, plan) { delta in
      if case .text(let piece) = delta {
        let shown = gate.take(piece) { check.violations(in: $0).isEmpty }
        if !shown.isEmpty { receive(shown) }
      }
      return true
    }
    switch result {
    case .failure(let error):
      return .failure(AnswerProblem(words: error.description, isRefusal: error.kind == .refused))
    case .success(let reply):
      return .success(composed(reply, context, &gate, check, receive))
    }
  }

  private func composed(
    _ reply: ModelReply, _ context: BuiltContext, _ gate: inout SentenceGate,
    _ check: GroundingCheck, _ receive: (String) -> Void
  ) -> ComposedStep {
    let rest = gate.finish { check.violations(in: $0).isEmpty }
    if !rest.isEmpty { receive(rest) }
    var value = ComposedStep(
      text: reply.text, citations: context.citations, confidence: 0, model: reply.model,
      context: context.json)
    // One tool is granted. What else a model calls is done by nobody.
    if let call = reply.toolCalls.first(where: { $0.name == Self.handOverTool.name }) {
      let reason = call.arguments["reason"]?.string ?? "the model asked for a person"
      value.handoff = Handoff(.requested, String(reason.prefix(300)))
      value.messageType = "handoff"
      if value.text.isEmpty { value.text = Phrases.of(language).handingOver }
    }
    let foreign = reply.toolCalls.filter { $0.name != Self.handOverTool.name }.map(\.name)
    if !foreign.isEmpty {
      value.failure = "the model called what it was not given: \(foreign.joined(separator: ", "))"
    }
    value.confidence = confidence(of: value.text, context.citations)
    return value
  }

  /// How sure an answer is: as likely as its best source answers, where it names one.
  private func confidence(of text: String, _ citations: [Citation]) -> Double {
    let found = retrieved ?? RetrievedStep()
    let named = citations.filter { text.contains("[\($0.number)]") }
    let sources = found.knowledge + found.catalogue
    let best = named.compactMap { citation in
      sources.first { $0.id == citation.entryID }?.relevance
    }.max()
    if let best { return best }
    if corrected?.intents.isEmpty ?? true || !(extracted?.missing.isEmpty ?? true) { return 0.8 }
    if !found.data.isEmpty { return 0.8 }
    return found.nothingRelevant ? 0.2 : 0.5
  }

  /// The only thing that a model may do besides answering.
  private static let handOverTool = ModelTool(
    name: "hand_over",
    description: "Bring in a person of the business: when the customer asks for one, is in "
      + "distress, or the sources do not answer something that matters.",
    parameters: .object([
      ("type", .string("object")),
      ("properties", .object([("reason", .object([("type", .string("string"))]))])),
      ("required", .texts(["reason"])), ("additionalProperties", .bool(false)),
    ]))
}
