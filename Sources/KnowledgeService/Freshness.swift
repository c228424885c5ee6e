import Platform
import RPC
import Synchronization
import Truth

/// What the files reflect, and who waits for more of it.
///
/// The applier publishes a position after each step; searches read it on loop threads; whoever
/// demands a transaction that is not visible yet leaves a closure that is called once it is, or
/// when its time is up: by a thread of its own, since a step may take longer than anybody waits.
final class Freshness: Sendable {
  /// The state at one moment.
  struct Moment: Sendable {
    /// The newest position applied; nil before the first step.
    var position: Truth.Position?
    /// The same as replies carry it, made once a step instead of once an answer.
    var message: RPC.Position?
    /// Counts steps that changed something, from 1.
    var sequence: UInt64 = 0
    /// When the truth was last read, on the monotonic clock.
    var confirmedNanoseconds: UInt64 = 0
    /// Why the files do not follow the truth now; nil while they do.
    var trouble: Trouble?

    /// Milliseconds since the truth was last read; the bound of how old an answer may be.
    func staleMilliseconds(now: UInt64 = Clock.monotonicNanoseconds) -> UInt64 {
      confirmedNanoseconds == 0 ? UInt64.max : (now &- confirmedNanoseconds) / 1_000_000
    }
  }

  /// What keeps the files from following the truth.
  struct Trouble: Equatable, Sendable {
    var cause: TroubleCause
    /// For the operator.
    var reason: String
    /// Whether it is that the database's disk is full, as its own log says.
    var isDiskFull = false
  }

  private struct Waiter {
    let demand: ReadDemand
    let deadlineNanoseconds: UInt64
    let proceed: @Sendable (_ isVisible: Bool) -> Void
  }

  private struct State {
    var moment = Moment()
    var waiters: [Waiter] = []
    /// Whether nobody may wait any more.
    var isClosed = false
  }

  private struct Alarm {
    /// When the first of those who wait must be sent away.
    var nearest: UInt64?
    var isStopped = false
  }

  /// Most requests that may wait at one time; more are answered as stale at once.
  static let waiterLimit = 4096

  private let state = Mutex(State())
  /// Taken before ``state`` where both are.
  private let alarm = Condition(Alarm())
  private let thread = Mutex<Thread?>(nil)

  /// The state now.
  var moment: Moment { state.withLock { $0.moment } }

  /// Notes that the truth was read and is applied up to `position`, and wakes whom it satisfies.
  func advance(to position: Truth.Position, changed: Bool) {
    let woken = state.withLock { state in
      state.moment.position = position
      if changed || state.moment.sequence == 0 { state.moment.sequence += 1 }
      state.moment.message = RPC.Position(position, sequence: state.moment.sequence)
      state.moment.confirmedNanoseconds = Clock.monotonicNanoseconds
      state.moment.trouble = nil
      return Self.takeWaiters(from: &state) { $0.demand.isMet(by: position) }
    }
    for waiter in woken { waiter.proceed(true) }
  }

  /// Notes why the files do not follow the truth.
  func report(_ trouble: Trouble) { state.withLock { $0.moment.trouble = trouble } }

  /// Notes that the position says nothing any more: its history is not the database's.
  func forgetPosition() {
    state.withLock { state in
      state.moment.position = nil
      state.moment.message = nil
    }
  }

  /// Whether a demand is met; where it is not yet, calls `proceed` once it is (true) or the time is
  /// up (false). `proceed` runs on the applier's thread or the clock's: it must hand its work to
  /// another one.
  ///
  /// - Returns: The answer, where there is one now; nil where `proceed` will get it.
  func whenMet(
    _ demand: ReadDemand, timeoutMilliseconds: Int,
    proceed: @escaping @Sendable (_ isVisible: Bool) -> Void
  ) -> Bool? {
    let deadline = Clock.monotonicNanoseconds + UInt64(max(0, timeoutMilliseconds)) * 1_000_000
    let answer: Bool? = state.withLock { state in
      if demand.isNone || state.moment.position.map(demand.isMet) == true { return true }
      // Of another database: no time helps.
      if state.moment.position.map(demand.isOfHistory) == false { return false }
      let isFull = state.waiters.count >= Self.waiterLimit
      if timeoutMilliseconds <= 0 || isFull || state.isClosed { return false }
      state.waiters.append(
        Waiter(demand: demand, deadlineNanoseconds: deadline, proceed: proceed))
      return nil
    }
    if answer == nil { alarm.withLock { $0.nearest = min($0.nearest ?? .max, deadline) } }
    return answer
  }

  /// Waits until a demand is met; false where the time is up before. Call it from a worker.
  func wait(for demand: ReadDemand, timeoutMilliseconds: Int) -> Bool {
    let answer = Condition<Bool?>(nil)
    let now = whenMet(demand, timeoutMilliseconds: timeoutMilliseconds) { isMet in
      answer.withLock { $0 = isMet }
    }
    return now ?? answer.wait(until: { $0 })!
  }

  // MARK: The clock

  /// Begins to send away those whose time is up.
  func start() {
    thread.withLock { thread in
      thread = Thread.spawn(name: "freshness") { self.run() }
    }
  }

  /// Sends everyone away, lets nobody wait any more, and returns when the clock's thread has ended.
  func close() {
    let all = state.withLock { state in
      state.isClosed = true
      return Self.takeWaiters(from: &state) { _ in true }
    }
    for waiter in all { waiter.proceed(false) }
    alarm.withLock { $0.isStopped = true }
    thread.withLock { $0.take() }?.join()
  }

  private func run() {
    while true {
      let nearest = alarm.withLock { alarm in
        alarm.nearest = state.withLock { $0.waiters.map(\.deadlineNanoseconds).min() }
        return alarm.nearest
      }
      let now = Clock.monotonicNanoseconds
      let pause = nearest.map { $0 > now ? Int(($0 - now) / 1_000_000) + 1 : 0 }
      let isStopped: Bool? = alarm.wait(timeoutMilliseconds: pause) { alarm in
        if alarm.isStopped { return true }
        return alarm.nearest == nearest ? nil : false
      }
      if isStopped == true { return }
      expire()
    }
  }

  /// Sends away those whose time is up.
  func expire(now: UInt64 = Clock.monotonicNanoseconds) {
    let expired = state.withLock { state in
      Self.takeWaiters(from: &state) { $0.deadlineNanoseconds <= now }
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
