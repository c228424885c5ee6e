import Platform

/// Ends requests from another thread: those that run, and those that come later.
public final class HTTPCancellation: Sendable {
  private struct State {
    var isCancelled = false
    var running: [ObjectIdentifier: HTTPConnection] = [:]
  }

  private let state = Condition(State())

  /// A handle that has cancelled nothing yet.
  public init() {}

  /// Whether ``cancel()`` was called.
  public var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// Ends every request that was sent with this value, at once; it stays so.
  public func cancel() {
    // Under the lock, so that no connection is given up between the look and the call.
    state.withLock { state in
      state.isCancelled = true
      for connection in state.running.values { connection.wakeUp() }
    }
  }

  /// Pauses the calling thread, until the time is up or ``cancel()`` is called.
  public func sleep(milliseconds: Int) {
    _ = state.wait(timeoutMilliseconds: max(0, milliseconds)) { $0.isCancelled ? true : nil }
  }

  func begin(_ connection: HTTPConnection) {
    state.withLock { $0.running[ObjectIdentifier(connection)] = connection }
  }

  func end(_ connection: HTTPConnection) {
    state.withLock { $0.running[ObjectIdentifier(connection)] = nil }
  }
}
