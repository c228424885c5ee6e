import Agent
import Platform
import Truth

/// Carries conversations through turns: claims what is due, runs it, sends what it came to.
///
/// Any number of threads and processes may do so at once: the lease keeps them out of each other's
/// way, and the fence sees to it that at most one answer is sent. Whatever a turn comes to, the
/// customer is answered or a person is brought: a turn that has ended its process again and again
/// is handed over with that reason.
public final class AgentRunner: Sendable {
  /// A piece of an answer under way.
  public enum Piece: Sendable, Equatable {
    /// More of it: whole sentences, checked.
    case text(String)
    /// All that came before is void: something happened in the conversation, and the turn begins
    /// again with it.
    case restarted
  }

  /// An answer that is stored and on its way.
  public struct Answer: Sendable, Equatable {
    /// The turn, to be looked up in the trace.
    public var turnID: UUID
    /// The message; nil where a person takes over without a word.
    public var message: Message?
    /// All that the turn came to.
    public var outcome: TurnOutcome
    /// Its steps, in order; empty where a person takes over a turn that could not be run.
    public var steps: [StepRecord]
  }

  /// What became of a conversation.
  public enum Ending: Sendable, Equatable {
    /// It is answered.
    case answered(Answer)
    /// There is nothing to answer, or somebody else does it.
    case nothingDue
    /// It was cancelled: what is queued stays due.
    case cancelled
  }

  /// How often a turn is begun before a person gets it.
  static let attemptLimit = 3
  /// How often an answer may come too late before the conversation is left to whoever looks for
  /// due ones next.
  private static let restartLimit = 10

  /// Where conversations are kept.
  public let store: AgentStore
  private let pipeline: TurnPipeline
  private let owner: UUID
  private let leases: LeaseKeeper

  /// - Parameters:
  ///   - store: Where conversations are kept.
  ///   - pipeline: What answers them.
  public init(store: AgentStore, pipeline: TurnPipeline) {
    self.store = store
    self.pipeline = pipeline
    owner = .random()
    leases = LeaseKeeper(store)
  }

  /// Ends its thread; answers under way are finished by their callers.
  public func close() { leases.close() }

  /// Answers what is queued in a conversation.
  ///
  /// - Parameters:
  ///   - key: The conversation.
  ///   - evenIfNotDue: Whether to answer although the customer may still be writing.
  ///   - cancellation: Ends it, at once where a model is being waited for.
  ///   - receive: Gets the answer as it is made, on this thread.
  /// - Throws: ``TruthError``: what is queued stays due.
  public func answer(
    _ key: ConversationKey, evenIfNotDue: Bool = false,
    cancellation: ModelCancellation = ModelCancellation(), receive: (Piece) -> Void = { _ in }
  ) throws(TruthError) -> Ending {
    for round in 0..<Self.restartLimit {
      if cancellation.isCancelled { return .cancelled }
      guard
        let claim = try store.claim(
          conversation: key, owner: owner, leaseMilliseconds: LeaseKeeper.leaseMilliseconds,
          evenIfNotDue: evenIfNotDue || round > 0)
      else { return .nothingDue }
      if round > 0 { receive(.restarted) }
      if claim.attempt > Self.attemptLimit {
        let reason = "the turn ended whoever worked on it \(Self.attemptLimit) times"
        let reply = Phrases.of(claim.input.setup.configuration.language).failed
        if case .sent(let message) = try store.fail(claim, reason: reason, reply: reply) {
          var outcome = TurnOutcome(reply: message?.content ?? "", memory: claim.input.memory)
          outcome.handoff = Handoff(.failure, reason)
          outcome.messageType = "handoff"
          return .answered(
            Answer(turnID: claim.input.turnID, message: message, outcome: outcome, steps: []))
        }
        continue
      }
      if let ending = try turn(claim, cancellation, receive) { return ending }
    }
    return .nothingDue
  }

  /// One turn; nil where it came too late.
  private func turn(
    _ claim: Claim, _ cancellation: ModelCancellation, _ receive: (Piece) -> Void
  ) throws(TruthError) -> Ending? {
    // The turn's own: a lease that is lost ends this turn and not what its caller does besides.
    let own = ModelCancellation()
    return try cancellation.during(onCancel: { own.cancel() }) { () throws(TruthError) in
      leases.keep(claim, own)
      defer { leases.drop(claim) }
      var steps = claim.steps
      var waiting: [StepRecord] = []
      let outcome: TurnOutcome?
      do throws(TruthError) { outcome = try run(claim, &steps, &waiting, own, receive) } catch {
        try? store.release(claim)
        throw error
      }
      guard let outcome else {
        try store.release(claim)
        return cancellation.isCancelled ? .cancelled : nil
      }
      switch try store.send(outcome, steps: waiting, for: claim) {
      case .sent(let message):
        return .answered(
          Answer(turnID: claim.input.turnID, message: message, outcome: outcome, steps: steps))
      case .superseded: return nil
      }
    }
  }

  private func run(
    _ claim: Claim, _ steps: inout [StepRecord], _ waiting: inout [StepRecord],
    _ cancellation: ModelCancellation, _ receive: (Piece) -> Void
  ) throws(TruthError) -> TurnOutcome? {
    // Steps that asked no model are soon done again, and a commit is not: they wait for one that
    // did, or for the answer.
    try pipeline.run(
      claim.input, done: claim.steps, cancellation: cancellation,
      receive: { receive(.text($0)) }
    ) { (record) throws(TruthError) in
      waiting.append(record)
      steps.append(record)
      guard !record.calls.isEmpty else { return }
      // Where the conversation has gone on, the answer would come too late: ask no more models.
      if try !store.record(waiting, of: claim) { cancellation.cancel() }
      waiting = []
    }
  }
}
