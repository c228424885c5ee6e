import Platform
import Synchronization
import Truth

/// What the files reflect, and who waits for more of it.
///
/// The applier publishes a position after each step; searches read it on loop threads; whoever
/// demands a transaction that is not visible yet leaves a closure that is called once it is, or
/// when its time is up.
final class Freshness: Sendable {
  /// The state at one moment.
  struct Moment: Sendable {
    /// The newest position applied; nil before the first step.
    var position: Truth.Position?
    /// Counts steps that changed something, from 1.
    var sequence: UInt64 = 0
    /// When the truth was last read, on the monotonic clock.
    var confirmedNanoseconds: UInt64 = 0
    /// Why the truth cannot be read now; nil while it can.
    var trouble: String?

    /// Milliseconds since the truth was last read; the bound of how old an answer may be.
    func staleMilliseconds(now: UInt64 = Clock.monotonicNanoseconds) -> UInt64 {
      confirmedNanoseconds == 0 ? UInt64.max : (now &- confirmedNanoseconds) / 1_000_000
    }
  }

  private struct Waiter {
    let transaction: UInt64
    let deadlineNanoseconds: UInt64
    let proceed: @Sendable (_ isVisible: Bool) -> Void
  }

  private struct State {
    var moment = Moment()
    var waiters: [Waiter] = []
  }

  /// Most requests that may wait at one time; more are answered as stale at once.
  static let waiterLimit = 4096

  private let state = Mutex(State())

  /// The state now.
  var moment: Moment { state.withLock { $0.moment } }

  /// Notes that the truth was read and is applied up to `position`, and wakes whom it satisfies.
  func advance(to position: Truth.Position, changed: Bool) {
    let woken = state.withLock { state in
      state.moment.position = position
      if changed || state.moment.sequence == 0 { state.moment.sequence += 1 }
      state.moment.confirmedNanoseconds = Clock.monotonicNanoseconds
      state.moment.trouble = nil
      return Self.takeWaiters(from: &state) { position.sees($0.transaction) }
    }
    for waiter in woken { waiter.proceed(true) }
  }

  /// Notes why the truth cannot be read.
  func report(trouble: String) { state.withLock { $0.moment.trouble = trouble } }

  /// Calls `proceed` once the transaction is visible (true) or the time is up (false); at once
  /// where it is visible already, on the applier's thread otherwise.
  func whenVisible(
    _ transaction: UInt64, timeoutMilliseconds: Int,
    proceed: @escaping @Sendable (_ isVisible: Bool) -> Void
  ) {
    let answer: Bool? = state.withLock { state in
      if transaction == 0 || state.moment.position?.sees(transaction) == true { return true }
      if timeoutMilliseconds <= 0 || state.waiters.count >= Self.waiterLimit { return false }
      let deadline = Clock.monotonicNanoseconds + UInt64(timeoutMilliseconds) * 1_000_000
      state.waiters.append(
        Waiter(transaction: transaction, deadlineNanoseconds: deadline, proceed: proceed))
      return nil
    }
    if let answer { proceed(answer) }
  }

  /// Sends away those whose time is up; all of them where `everyone` is true.
  func expire(everyone: Bool = false) {
    let now = Clock.monotonicNanoseconds
    let expired = state.withLock { state in
      Self.takeWaiters(from: &state) { everyone || $0.deadlineNanoseconds <= now }
    }
    for waiter in expired { waiter.proceed(false) }
  }

  private static func takeWaiters(
    from state: inout State, where isDue: (Waiter) -> Bool
  ) -> [Waiter] {
    guard !state.waiters.isEmpty else { return [] }
    let due = state.waiters.filter(isDue)
    if !due.isEmpty { state.waiters.removeAll(where: isDue) }
    return due
  }
}
