import Synchronization

/// Ends calls of models from another thread: those that run, and those that come later.
public final class ModelCancellation: Sendable {
  private struct State {
    var isCancelled = false
    var nextNumber = 0
    var actions: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Mutex(State())

  /// A handle that has cancelled nothing yet.
  public init() {}

  /// Whether ``cancel()`` was called.
  public var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// Ends every call that was made with this value, at once; it stays so.
  public func cancel() {
    let actions = state.withLock { state in
      defer { state.actions = [:] }
      state.isCancelled = true
      return state.actions.values
    }
    for action in actions { action() }
  }

  /// Runs `body`, and `action` on the cancelling thread should ``cancel()`` come meanwhile; at once
  /// where it has come before. `action` may still run when `body` has just returned.
  public func during<Value, Failure: Error>(
    onCancel action: @escaping @Sendable () -> Void, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let number = state.withLock { state -> Int? in
      guard !state.isCancelled else { return nil }
      state.nextNumber += 1
      state.actions[state.nextNumber] = action
      return state.nextNumber
    }
    if number == nil { action() }
    defer { if let number { state.withLock { $0.actions[number] = nil } } }
    return try body()
  }
}
