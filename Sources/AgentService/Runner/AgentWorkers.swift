import Agent
import Platform
import Truth

/// Answers whatever is due, in all businesses, until it is stopped: new messages, what a killed
/// process left, and what waited for the database.
public final class AgentWorkers: Sendable {
  /// How often is looked for what is due, in milliseconds.
  private static let pauseMilliseconds = 100

  /// Errors in a row after which a conversation is handed to a person: a row that cannot be read
  /// would fail for ever.
  private static let failureLimit = 5

  private struct State {
    var busy: Set<ConversationKey> = []
    /// Conversations that could not be answered for an error, and when they are tried again.
    var failures: [ConversationKey: (count: Int, notBefore: UInt64)] = [:]
    var isClosed = false
  }

  private let runner: AgentRunner
  private let pool: WorkerPool<UUID>
  private let threadCount: Int
  private let state = Condition(State())
  private let cancellation = ModelCancellation()
  private let deliver: @Sendable (ConversationKey) -> Void

  /// - Parameters:
  ///   - runner: What answers.
  ///   - threadCount: Turns that run at once; most of a turn's time is waiting for a model.
  ///   - share: Of these, one business's at most.
  ///   - deliver: Sends what an answered conversation has in its outbox.
  public init(
    _ runner: AgentRunner, threadCount: Int = 64, share: Int = 32,
    deliver: @escaping @Sendable (ConversationKey) -> Void
  ) {
    self.runner = runner
    self.threadCount = threadCount
    self.deliver = deliver
    pool = WorkerPool(
      name: "turns", threadCount: threadCount, share: min(share, threadCount),
      shareQueueLimit: threadCount, queueLimit: threadCount * 4)
  }

  /// Looks for what is due and has it answered, on the calling thread, until ``stop()``.
  ///
  /// A database that does not answer is asked again, with pauses that grow to five seconds.
  public func run() {
    var pause = Self.pauseMilliseconds
    while true {
      do throws(TruthError) {
        try takeDue()
        pause = Self.pauseMilliseconds
      } catch {
        pause = min(5_000, pause * 2)
        Log.error("agent.due", ["error": .string("\(error)"), "pause_ms": .integer(pause)])
      }
      if state.wait(timeoutMilliseconds: pause, until: { $0.isClosed ? true : nil }) != nil {
        break
      }
    }
    pool.shutdown()
  }

  /// Takes no more work, ends calls of models, and lets ``run()`` return: what is under way stays
  /// due, with the steps that are done.
  public func stop() {
    state.withLock { $0.isClosed = true }
    cancellation.cancel()
  }

  private func takeDue() throws(TruthError) {
    for key in try runner.store.dueConversations(limit: threadCount * 2) {
      let now = Clock.monotonicNanoseconds
      let isTaken = state.withLock { state in
        state.failures[key].map { $0.notBefore > now } != true && state.busy.insert(key).inserted
      }
      guard isTaken else { continue }
      let admission = pool.submit(for: key.businessID) { [self] in
        answer(key)
        state.withLock { _ = $0.busy.remove(key) }
      }
      if admission != .accepted { state.withLock { _ = $0.busy.remove(key) } }
    }
  }

  private func answer(_ key: ConversationKey) {
    do throws(TruthError) {
      if case .answered = try runner.answer(key, cancellation: cancellation) { deliver(key) }
      state.withLock { $0.failures[key] = nil }
    } catch {
      Log.error(
        "agent.turn",
        [
          "business": .string(key.businessID.description),
          "conversation": .string(key.conversationID.description), "error": .string("\(error)"),
        ])
      failed(key, error)
    }
  }

  /// Waits a second longer each time, and then brings a person.
  private func failed(_ key: ConversationKey, _ error: TruthError) {
    let count = state.withLock { state in
      let count = (state.failures[key]?.count ?? 0) + 1
      let pause = UInt64(count) * 1_000_000_000
      state.failures[key] = (count, Clock.monotonicNanoseconds + pause)
      return count
    }
    guard count >= Self.failureLimit else { return }
    let handoff = Handoff(.failure, "it failed \(count) times, at last with: \(error)")
    if (try? runner.store.handOff(key, handoff)) != nil {
      state.withLock { $0.failures[key] = nil }
    }
  }
}
