import Platform

/// Answers one burst of a conversation.
///
/// A turn is a row of steps, and each step is stored when it is done: `received → corrected →
/// staged → extracted → retrieved → composed → checked`. What a step came to is read back from
/// what was stored, on the first run as after a crash, so that both go the same way. Nothing in
/// here throws for what the world does: a model that fails, a service that is late, an answer that
/// does not fit are values, with a stated way on, and stand in the trace.
public struct TurnPipeline: Sendable {
  let knowledge: any KnowledgeSearching
  let models: any ModelProviding
  let fetcher: (any DataFetching)?
  let clock: @Sendable () -> UInt64

  /// - Parameters:
  ///   - knowledge: Where entries, products and services are.
  ///   - models: Where models are.
  ///   - fetcher: Makes the calls of stages with `api_call`; nil where the operator allows none.
  ///   - clock: Monotonic nanoseconds.
  public init(
    knowledge: any KnowledgeSearching, models: any ModelProviding,
    fetcher: (any DataFetching)? = nil,
    clock: @escaping @Sendable () -> UInt64 = { Clock.monotonicNanoseconds }
  ) {
    self.knowledge = knowledge
    self.models = models
    self.fetcher = fetcher
    self.clock = clock
  }

  /// Runs a turn to its outcome.
  ///
  /// - Parameters:
  ///   - input: What it begins with.
  ///   - done: Its steps that are stored, in order; empty for a new turn.
  ///   - cancellation: Ends it between two steps, and a model's call at once.
  ///   - receive: Gets the answer sentence by sentence, each after its check; the outcome's reply
  ///     may have more behind it. Called on this thread.
  ///   - store: Keeps a step; an error ends the turn.
  /// - Returns: What it came to; nil where it was cancelled: steps that are stored stay good.
  /// - Throws: What `store` throws.
  /// - Complexity: At most seven steps and six calls of models.
  public func run<Failure: Error>(
    _ input: TurnInput, done: [StepRecord] = [],
    cancellation: ModelCancellation = ModelCancellation(),
    receive: (String) -> Void = { _ in },
    store: (StepRecord) throws(Failure) -> Void
  ) throws(Failure) -> TurnOutcome? {
    var run = TurnRun(
      input: input, knowledge: knowledge, models: models, fetcher: fetcher, clock: clock,
      cancellation: cancellation)
    var stored = done[...]
    for step in TurnStep.allCases {
      if let record = stored.first, record.step == step, run.adopts(record) {
        stored.removeFirst()
        continue
      }
      // What stands behind a step that cannot be read is of another program: all anew from here.
      stored = []
      if cancellation.isCancelled { return nil }
      let record = run.perform(step, receive: receive)
      if cancellation.isCancelled { return nil }
      try store(record)
      let isRead = run.adopts(record)
      assert(isRead, "a step cannot read what it wrote")
    }
    return run.outcome()
  }
}

/// Makes the calls of stages whose data comes from an address.
public protocol DataFetching: Sendable {
  /// The body of a GET, as text.
  ///
  /// - Parameter url: With its variables filled in; only hosts that the operator allows.
  /// - Throws: ``KnowledgeError``.
  func fetch(_ url: String) throws(KnowledgeError) -> String
}
