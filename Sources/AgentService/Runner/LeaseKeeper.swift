import Agent
import Platform
import Truth

/// Renews the leases of turns under way, so that they may be short: what a killed process worked on
/// is soon somebody else's.
final class LeaseKeeper: Sendable {
  /// How long a conversation stays with a process that says nothing.
  static let leaseMilliseconds = 20_000
  private static let pauseMilliseconds = 5_000

  private struct Kept: Sendable {
    let claim: Claim
    let cancellation: ModelCancellation
  }

  private struct State {
    var kept: [UUID: Kept] = [:]
    var thread: Thread?
    var isClosed = false
  }

  private let state = Condition(State())
  private let store: AgentStore

  init(_ store: AgentStore) { self.store = store }

  /// Renews a claim until it is dropped; where it is lost, its turn is cancelled.
  func keep(_ claim: Claim, _ cancellation: ModelCancellation) {
    state.withLock { state in
      state.kept[claim.input.turnID] = Kept(claim: claim, cancellation: cancellation)
      if state.thread == nil && !state.isClosed {
        state.thread = Thread.spawn(name: "leases") { self.work() }
      }
    }
  }

  /// Forgets a claim.
  func drop(_ claim: Claim) { state.withLock { $0.kept[claim.input.turnID] = nil } }

  /// Ends the thread.
  func close() {
    let thread = state.withLock { state in
      state.isClosed = true
      return state.thread
    }
    thread?.join()
  }

  private func work() {
    while true {
      let isClosed = state.wait(timeoutMilliseconds: Self.pauseMilliseconds) {
        $0.isClosed ? true : nil
      }
      if isClosed != nil { return }
      for kept in state.withLock({ Array($0.kept.values) }) {
        do throws(TruthError) {
          let isKept = try store.renew(
            kept.claim, leaseMilliseconds: Self.leaseMilliseconds)
          // Also where the turn has just ended: then nobody listens.
          if !isKept { kept.cancellation.cancel() }
        } catch {
          Log.warning("agent.lease", ["error": .string("\(error)")])
        }
      }
    }
  }
}
