import Platform

/// A turn under way: its input, the steps that are done, and what does the rest.
struct TurnRun {
  let input: TurnInput
  let knowledge: any KnowledgeSearching
  let fetcher: (any DataFetching)?
  let clock: @Sendable () -> UInt64
  let fence: DataFence
  var desk: ModelDesk

  var received: ReceivedStep?
  var corrected: CorrectedStep?
  var staged: StagedStep?
  var extracted: ExtractedStep?
  var retrieved: RetrievedStep?
  var composed: ComposedStep?
  var checked: CheckedStep?
  var calls: [ModelCallRecord] = []
  /// What the answer is checked by, where a model has just made it.
  var checkedBy: (citations: [Citation], check: GroundingCheck)?

  init(
    input: TurnInput, knowledge: any KnowledgeSearching, models: any ModelProviding,
    fetcher: (any DataFetching)?, clock: @escaping @Sendable () -> UInt64,
    cancellation: ModelCancellation
  ) {
    self.input = input
    self.knowledge = knowledge
    self.fetcher = fetcher
    self.clock = clock
    fence = DataFence()
    desk = ModelDesk(
      models: models, configuration: input.setup.configuration, clock: clock,
      cancellation: cancellation)
  }

  // What steps ask for most.
  var setup: AgentSetup { input.setup }
  var configuration: AgentConfiguration { input.setup.configuration }
  var conversation: Conversation { input.conversation }
  /// The message as it was meant, once that is known.
  var message: String { corrected?.text ?? input.message }
  /// The stage that answers, once it is selected.
  var stage: Stage? { setup.stage(staged?.stageID) }
  /// BCP 47, never empty.
  var language: String {
    let known = received?.language ?? conversation.language
    return known.isEmpty ? configuration.language : known
  }
  /// What is remembered, without what has expired.
  var memory: Memory {
    let wasAsked = input.memory.pendingAction == Memory.resumption
    guard received?.isReturning == true || wasAsked else { return input.memory }
    guard received?.resumes == true else { return input.memory.expired() }
    var memory = input.memory
    memory.pendingAction = ""
    return memory
  }
  /// What a customer who is back, and asks for nothing yet, is offered to go on with; nil for
  /// nothing.
  var offeredTopic: String? {
    let topic = input.memory.currentTopic
    guard received?.isReturning == true, corrected?.intents.isEmpty == true, !topic.isEmpty else {
      return nil
    }
    return topic
  }
  /// Why a person takes over, as far as is known.
  var handoff: Handoff? { checked?.handoff ?? composed?.handoff ?? received?.handoff }

  /// Does one step.
  mutating func perform(_ step: TurnStep, receive: (String) -> Void) -> StepRecord {
    let begun = clock()
    desk.beginStep()
    let (about, value): (JSON, any StepValue) =
      switch step {
      case .received: receivedStep()
      case .corrected: correctedStep()
      case .staged: stagedStep()
      case .extracted: extractedStep()
      case .retrieved: retrievedStep()
      case .composed: composedStep(receive)
      case .checked: checkedStep()
      }
    return StepRecord(
      step: step, input: about, output: value.json, calls: desk.calls,
      microseconds: Int64((clock() - begun) / 1000))
  }

  /// Takes up what a step came to; false where it cannot be read.
  mutating func adopts(_ record: StepRecord) -> Bool {
    do throws(UnreadableStep) {
      switch record.step {
      case .received: received = try ReceivedStep(record.output)
      case .corrected: corrected = try CorrectedStep(record.output)
      case .staged: staged = try StagedStep(record.output)
      case .extracted: extracted = try ExtractedStep(record.output)
      case .retrieved: retrieved = try RetrievedStep(record.output)
      case .composed: composed = try ComposedStep(record.output)
      case .checked: checked = try CheckedStep(record.output)
      }
    } catch { return false }
    calls += record.calls
    desk.adopt(record.calls)
    return true
  }
}
