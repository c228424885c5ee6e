import Platform

/// What becomes of the answer, and of the conversation.
extension TurnRun {
  /// Grounding, confidence, disclaimers and what is proposed.
  func checkedStep() -> (JSON, any StepValue) {
    let composed = self.composed ?? ComposedStep(text: "", confidence: 0)
    let about = JSON.object([("text", .string(composed.text))])
    var value = CheckedStep(text: composed.text, handoff: composed.handoff)
    if composed.messageType == "text" { ground(composed, &value) }
    value.citations = composed.citations.filter { value.text.contains("[\($0.number)]") }
    guard value.handoff == nil, composed.messageType == "text" else { return (about, value) }
    value.handoff = HandoffRules.handoff(
      confidence: composed.confidence, earlier: memory.lowConfidenceCount,
      configuration: configuration)
    guard value.handoff == nil else {
      value.text += "\n\n" + Phrases.of(language).handingOver
      return (about, value)
    }
    if received?.forgotten != nil {
      value.text = Phrases.of(language).apologyForForgotten + " " + value.text
    }
    if let topic = offeredTopic {
      value.text += "\n\n" + Phrases.of(language).welcomeBack(topic: topic)
    }
    if let suggestion = retrieved?.suggestion,
      composed.confidence >= configuration.confidenceThreshold,
      !value.text.contains(suggestion.name)
    {
      value.text += "\n\n" + Phrases.of(language).suggesting(suggestion)
      value.suggests = true
    }
    for disclaimer in configuration.requiredDisclaimers where !value.text.contains(disclaimer) {
      value.text += "\n\n" + disclaimer
    }
    return (about, value)
  }

  private func ground(_ composed: ComposedStep, _ value: inout CheckedStep) {
    // What a model's answer was checked by while it came.
    let check =
      composed.citations == checkedBy?.citations
      ? checkedBy?.check ?? groundingCheck(composed.citations)
      : groundingCheck(composed.citations)
    let violations = check.violations(in: composed.text)
    guard !violations.isEmpty else { return }
    value.violations = violations.map(\.description)
    if let repaired = check.repaired(composed.text, violations) {
      value.text = repaired
    } else {
      value.text = Phrases.of(language).handingOver
      value.handoff = Handoff(
        .ungrounded, "the answer says what no source does: \(value.violations[0])")
    }
  }

  /// Messages of the history whose facts an answer may repeat: the newest.
  private static let saidCount = 50

  /// What an answer may say: what its sources, the customer and their own rows say.
  func groundingCheck(_ citations: [Citation]) -> GroundingCheck {
    let found = retrieved ?? RetrievedStep()
    let hits = found.knowledge + found.catalogue
    let cited = citations.compactMap { citation in hits.first { $0.id == citation.entryID } }
    let said =
      input.history.suffix(Self.saidCount).map(\.content) + [input.message, message, found.data]
      + input.customer.orders.map(\.line) + input.customer.appointments.map(\.line)
      + configuration.requiredDisclaimers
      + [setup.business.phoneNumber, setup.business.website, setup.business.address]
    return GroundingCheck(
      citations: citations, sources: cited.map(\.groundingText), alsoAllowed: said)
  }

  /// All that the turn came to.
  func outcome() -> TurnOutcome {
    let checked = self.checked ?? CheckedStep(text: "")
    let composed = self.composed ?? ComposedStep(text: "", confidence: 0)
    var outcome = TurnOutcome(reply: checked.text, memory: nextMemory(composed, checked))
    outcome.citations = checked.citations
    outcome.handoff = checked.handoff
    outcome.answeredInStageID = stage?.id
    outcome.nextStageID = stage.map {
      isComplete ? StageWorkflow.next(after: $0, data: extracted?.data ?? .null, in: setup) : $0.id
    }
    outcome.agentID =
      outcome.nextStageID.flatMap { setup.stage($0)?.agentID }
      ?? conversation.agentID
    outcome.language = received?.language ?? conversation.language
    outcome.intents = corrected?.intents ?? []
    outcome.confidence = composed.confidence
    outcome.messageType = checked.handoff == nil ? composed.messageType : "handoff"
    outcome.model = composed.model
    let usages = calls.compactMap(\.usage)
    outcome.usage = usages.isEmpty ? nil : usages.reduce(ModelUsage(), +)
    let costs = calls.compactMap(\.picodollars)
    outcome.picodollars = costs.isEmpty ? nil : costs.reduce(0, +)
    outcome.suggestion = checked.suggests ? retrieved?.suggestion : nil
    outcome.corrections = corrected?.changes ?? []
    outcome.events = events(composed, checked)
    return outcome
  }

  /// Whether the stage has all that it asks for, so that the conversation may go on.
  private var isComplete: Bool { handoff == nil && (extracted?.missing.isEmpty ?? true) }

  private func nextMemory(_ composed: ComposedStep, _ checked: CheckedStep) -> Memory {
    var next = memory
    if offeredTopic != nil, checked.handoff == nil {
      next = input.memory
      next.pendingAction = Memory.resumption
      next.expiresAt = input.now + Memory.lifetimeMicroseconds
      return next
    }
    let found = retrieved ?? RetrievedStep()
    let cited = checked.citations.first
    if let cited, !cited.title.isEmpty { next.currentTopic = cited.title }
    let viewed = found.catalogue.first { $0.relevance >= 0.5 }
    if let viewed, viewed.collection == "products" { next.lastProductViewed = viewed.id }
    if let viewed, viewed.collection == "services" { next.lastServiceViewed = viewed.id }
    next.extractedEntities = extracted?.data ?? next.extractedEntities
    next.pendingAction = checked.handoff == nil ? extracted?.missing.first ?? "" : ""
    // What a stage asked for is done with once the conversation has left it.
    if isComplete, stage?.type == .completion { next.extractedEntities = .object([]) }
    let isLow = composed.confidence < configuration.confidenceThreshold
    next.lowConfidenceCount =
      composed.messageType == "text"
      ? (isLow ? next.lowConfidenceCount + 1 : 0)
      : next.lowConfidenceCount
    next.expiresAt = input.now + Memory.lifetimeMicroseconds
    return next
  }

  private func events(_ composed: ComposedStep, _ checked: CheckedStep) -> [TurnEvent] {
    var events: [TurnEvent] = []
    if let staged, let stage, staged.reason != .stayed {
      events.append(
        TurnEvent(
          "stage_selected",
          .object([
            ("stage", .string(stage.name)), ("confidence", .share(staged.confidence)),
            ("reason", .string(staged.reason.rawValue)),
          ])))
    }
    let failures =
      [corrected?.failure, staged?.note, extracted?.failure, composed.failure].compactMap(\.self)
      + (retrieved?.failures ?? []) + checked.violations
    events += failures.map { TurnEvent("error", .object([("what", .string($0))])) }
    if let handoff = checked.handoff { events.append(TurnEvent("handoff", handoff.json)) }
    return events
  }
}
