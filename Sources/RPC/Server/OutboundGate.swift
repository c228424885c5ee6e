import Platform

/// Holds back threads that send stream items until the peer has room for them: credit on the
/// stream, and few enough unsent bytes on the connection.
final class OutboundGate: Sendable {
  private struct State {
    var windows: [UInt64: FlowWindow] = [:]
    /// Bytes handed to the loop thread and not yet taken by the system.
    var unsent = 0
  }

  /// What became of an attempt to send.
  enum Passage {
    case go
    /// The stream has ended: cancelled, answered, or the connection is gone.
    case ended
    /// The peer made no room in time.
    case stalled
  }

  private let state = Condition(State())
  private let unsentLimit: Int
  private let stallMilliseconds: Int

  init(limits: RPCLimits) {
    unsentLimit = limits.unsentByteCount
    stallMilliseconds = limits.unreadMilliseconds
  }

  /// Begins a stream.
  func open(token: UInt64, window: Int) {
    state.withLock { $0.windows[token] = FlowWindow(window) }
  }

  /// Ends a stream: whoever waits on it is told.
  func close(token: UInt64) { state.withLock { _ = $0.windows.removeValue(forKey: token) } }

  /// Ends all streams.
  func closeAll() { state.withLock { $0.windows = [:] } }

  /// Adds the peer's credit; false where it is more than a window may hold.
  func add(token: UInt64, byteCount: Int) -> Bool {
    state.withLock { $0.windows[token]?.add(byteCount) ?? true }
  }

  /// Waits until an item of this size may go, and counts it.
  func pass(token: UInt64, messageByteCount: Int) -> Passage {
    let passage: Passage? = state.wait(timeoutMilliseconds: stallMilliseconds) { state in
      guard let window = state.windows[token] else { return .ended }
      guard window.isOpen, state.unsent < unsentLimit else { return nil }
      _ = state.windows[token]?.take(messageByteCount: messageByteCount)
      state.unsent += FlowWindow.cost(messageByteCount: messageByteCount)
      return .go
    }
    return passage ?? .stalled
  }

  /// The system has taken this many bytes that ``pass(token:messageByteCount:)`` counted.
  func sent(_ byteCount: Int) { state.withLock { $0.unsent -= byteCount } }
}
