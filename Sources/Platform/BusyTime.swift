import Synchronization

/// How long a piece of work was under way: the time during which at least one thread was at it.
public final class BusyTime: Sendable {
  private struct State {
    var done: UInt64 = 0
    var threads = 0
    var since: UInt64 = 0
  }

  private let state = Mutex(State())
  private let now: @Sendable () -> UInt64

  /// - Parameter now: The clock, in nanoseconds.
  public init(now: @escaping @Sendable () -> UInt64 = { Clock.monotonicNanoseconds }) {
    self.now = now
  }

  /// The time so far, work that is still under way included.
  public var nanoseconds: UInt64 {
    state.withLock { $0.done + ($0.threads > 0 ? now() - $0.since : 0) }
  }

  /// Runs `body` as a part of the work.
  public func measure<Value, Failure: Error>(
    _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    enter()
    defer { leave() }
    return try body()
  }

  /// Runs `body`, which is no part of the work, within ``measure(_:)``.
  public func pause<Value, Failure: Error>(
    _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    leave()
    defer { enter() }
    return try body()
  }

  private func enter() {
    state.withLock { state in
      if state.threads == 0 { state.since = now() }
      state.threads += 1
    }
  }

  private func leave() {
    state.withLock { state in
      precondition(state.threads > 0, "nobody was at work")
      state.threads -= 1
      if state.threads == 0 { state.done += now() - state.since }
    }
  }
}
