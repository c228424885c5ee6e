import Platform
import Synchronization

/// One request and the way to answer it, once, from any thread.
public final class Exchange: Sendable {
  /// What is asked for.
  public let method: Method
  /// Who asks.
  public let principal: Principal
  /// When the answer is due, in nanoseconds of ``Clock/monotonicNanoseconds``; nil for never.
  public let deadline: UInt64?

  let token: UInt64
  let requestID: UInt32
  let inbox: Inbox?
  private let gate: OutboundGate?
  private let connection: ServerConnection
  private let isAnswered = Atomic(false)
  private let stopped = Atomic(false)
  private let stopAction = Mutex<(@Sendable () -> Void)?>(nil)

  init(
    _ request: ServerSession.OpenRequest, on connection: ServerConnection, principal: Principal,
    inbox: Inbox?, gate: OutboundGate?
  ) {
    method = request.method
    self.principal = principal
    deadline = request.deadline
    token = request.token
    requestID = request.id
    self.inbox = inbox
    self.gate = gate
    self.connection = connection
  }

  deinit {
    if claim() {
      connection.loop.post(
        .finish(
          connection, token: token, frame: frame(.error, ErrorReply.dropped(method)), isError: true)
      )
    }
  }

  /// Milliseconds left until the deadline, 0 when it has passed, nil where there is none.
  public var remainingMilliseconds: Int? {
    deadline.map { Int(($0 - min($0, Clock.monotonicNanoseconds)) / 1_000_000) }
  }

  /// Whether nobody waits for the answer any more: cancelled, past its deadline, or disconnected.
  public var isStopped: Bool { stopped.load(ordering: .acquiring) }

  /// Calls `action` once when the request is stopped, at once if it already is. It runs on a loop
  /// thread and must not block.
  public func onStop(_ action: @escaping @Sendable () -> Void) {
    stopAction.withLock { $0 = action }
    if isStopped { runStopAction() }
  }

  // MARK: Answers

  /// Answers with the whole reply. A second answer is ignored.
  public func reply<Message: ProtoEncodable>(_ message: Message) {
    finish(.response, message, isError: false)
  }

  /// Ends a stream of items with its last message. A second answer is ignored.
  public func end<Message: ProtoEncodable>(_ message: Message) {
    finish(.end, message, isError: false)
  }

  /// Answers with a refusal, which is counted by its limit or else its code. A second answer is
  /// ignored.
  public func fail(_ refusal: RPCRefusal) {
    guard claim() else { return }
    if !isStopped { connection.loop.counters.noteRefused(refusal.reply) }
    answer(.error, refusal.reply, isError: true)
  }

  /// Answers with a message error, as for a request that cannot be decoded.
  public func fail(_ error: ProtoError) {
    fail(RPCRefusal(ErrorReply(error, in: "the request of method \(method)")))
  }

  /// Sends one item of the answer, waiting until the peer has room for it.
  ///
  /// Call it from a thread of your own, never from a loop thread: it would wait for itself.
  ///
  /// - Precondition: The method returns items.
  /// - Returns: False where the request is stopped or the peer made no room in
  ///   ``RPCLimits/unreadMilliseconds``; stop working then.
  public func send<Message: ProtoEncodable>(_ item: Message) -> Bool {
    precondition(!connection.loop.isCurrent, "send waits: call it from another thread")
    guard let gate else { preconditionFailure("method \(method) returns no items") }
    guard !isStopped else { return false }
    let frame = frame(.item, item)
    switch gate.pass(token: token, messageByteCount: frame.count - FrameHeader.byteCount) {
    case .go:
      connection.loop.post(.item(connection, token: token, frame: frame))
      return true
    case .ended: return false
    case .stalled:
      fail(
        RPCRefusal(
          .timedOut, "the client took no items for too long",
          remediation: "Give credit as items are taken; see proto-lite/WIRE.md.",
          details: [
            "limit": "unread_ms", "value": String(connection.loop.core.limits.unreadMilliseconds),
          ]))
      return false
    }
  }

  /// Waits for the client's next item.
  ///
  /// Call it from a thread of your own. Taking an item makes room for the client to send more.
  ///
  /// - Precondition: The method takes items.
  public func nextItem(timeoutMilliseconds: Int? = nil) -> StreamEvent {
    guard let inbox else { preconditionFailure("method \(method) takes no items") }
    precondition(!connection.loop.isCurrent, "nextItem waits: call it from another thread")
    let (event, credit) = inbox.take(timeoutMilliseconds: timeoutMilliseconds)
    if credit > 0 {
      connection.loop.post(.itemsTaken(connection, token: token, byteCount: credit))
    }
    return event
  }

  // MARK: The loop's side

  /// Whether an answer has been given, here or on its way.
  var hasAnswer: Bool { isAnswered.load(ordering: .acquiring) }

  /// Tells the handler that nobody waits any more.
  func stop() {
    stopped.store(true, ordering: .releasing)
    inbox?.stop()
    runStopAction()
  }

  private func runStopAction() {
    let action = stopAction.withLock { action in
      defer { action = nil }
      return action
    }
    action?()
  }

  private func claim() -> Bool { !isAnswered.exchange(true, ordering: .acquiringAndReleasing) }

  private func finish<Message: ProtoEncodable>(
    _ kind: FrameKind, _ message: Message, isError: Bool
  ) {
    if claim() { answer(kind, message, isError: isError) }
  }

  private func answer<Message: ProtoEncodable>(
    _ kind: FrameKind, _ message: Message, isError: Bool
  ) {
    if connection.loop.isCurrent {
      connection.finish(token: token, header(kind), message, isError: isError)
    } else {
      connection.loop.post(
        .finish(connection, token: token, frame: frame(kind, message), isError: isError))
    }
  }

  private func header(_ kind: FrameKind) -> FrameHeader {
    FrameHeader(
      kind: kind, method: UInt16(truncatingIfNeeded: method.rawValue), requestID: requestID)
  }

  private func frame<Message: ProtoEncodable>(_ kind: FrameKind, _ message: Message) -> [UInt8] {
    var writer = ProtoWriter()
    writer.frame(header(kind), message)
    return writer.bytes
  }
}
