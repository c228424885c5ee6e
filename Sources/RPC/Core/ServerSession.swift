/// One connection as the server sees it. Pure: frames and moments in, actions out; no socket,
/// clock, thread or message content. proto-lite/WIRE.md, sections 3 to 6.
///
///     awaitingHello → authenticating → ready → draining
///            └──────────────┴────────────┴─────────┴──→ closed
///
/// Moments are nanoseconds of a clock that never goes back.
public struct ServerSession: Sendable {
  /// How far the connection has come.
  public enum Phase: Equatable, Sendable {
    /// Only a hello may come.
    case awaitingHello
    /// The hello is with the authenticator; nothing is read.
    case authenticating
    /// Requests are taken.
    case ready
    /// Open requests are finished, new ones refused.
    case draining
    /// An error was sent, or nothing more is to be said.
    case closed
  }

  /// A request that has no final answer yet.
  public struct OpenRequest: Equatable, Sendable {
    /// The client's number for it.
    public let id: UInt32
    /// Ours: never used twice on a connection, unlike the client's.
    public let token: UInt64
    /// What was asked for.
    public let method: Method
    /// When its frame was received.
    public let arrivedAt: UInt64
    /// When it must be answered; nil where the client waits for ever.
    public let deadline: UInt64?
    /// Whether the client may still send items.
    public fileprivate(set) var takesItems: Bool
    fileprivate var window: FlowWindow
  }

  /// What is to be done about a frame or a moment.
  public enum Action: Equatable, Sendable {
    /// Nothing.
    case none
    /// Decode the hello, ask the authenticator, then call ``ServerSession/admit()`` or close.
    case authenticate
    /// Hand the request and its message to the handler.
    case begin(OpenRequest)
    /// Put the message into the request's inbox.
    case deliver(token: UInt64)
    /// Tell the inbox that no more items come.
    case finishItems(token: UInt64)
    /// Decode the credit and give it to the request's sender.
    case addCredit(token: UInt64)
    /// Send the error as the request's answer and tell its handler to stop.
    case abandon(OpenRequest, ErrorReply)
    /// Send the error as the answer to a request that was not begun.
    case refuse(FrameHeader, ErrorReply)
    /// Send the error with request id 0, then close.
    case close(ErrorReply)
  }

  /// Where the connection is.
  public private(set) var phase = Phase.awaitingHello
  /// Requests without a final answer.
  public private(set) var requests: [OpenRequest] = []
  /// Requests that were abandoned and whose handler has not yet let go.
  public private(set) var abandonedCount = 0

  private let limits: RPCLimits
  private var nextToken: UInt64 = 1
  private var cancelWindowStart: UInt64 = 0
  private var cancelCount = 0
  private let openedAt: UInt64
  private var lastActivity: UInt64
  private var partialSince: UInt64?
  private var partialByteCount = 0
  private var unsentSince: UInt64?

  /// A connection accepted at `now`.
  public init(limits: RPCLimits, now: UInt64) {
    self.limits = limits
    openedAt = now
    lastActivity = now
  }

  /// Largest messages to read at this point.
  public var frameLimits: FrameDecoder.Limits {
    switch phase {
    case .ready, .draining:
      FrameDecoder.Limits(message: limits.messageByteCount, item: limits.itemByteCount)
    case .awaitingHello, .authenticating, .closed:
      FrameDecoder.Limits(message: limits.helloByteCount, item: limits.helloByteCount)
    }
  }

  /// Whether frames may be taken now.
  public var readsFrames: Bool { phase != .authenticating && phase != .closed }

  /// Requests that count against the limit.
  public var inFlightCount: Int { requests.count + abandonedCount }

  /// Whether a stopping server can close the connection without losing an answer.
  public var isDrained: Bool { phase != .ready && requests.isEmpty }

  // MARK: Frames

  /// Judges a whole frame.
  ///
  /// - Parameters:
  ///   - arrivedAt: When its bytes were received; its deadline counts from there.
  ///   - now: The present.
  public mutating func receive(_ frame: FrameHeader, arrivedAt: UInt64, now: UInt64) -> Action {
    lastActivity = now
    switch phase {
    case .closed, .authenticating: return .none
    case .awaitingHello:
      guard frame.kind == .hello, frame.requestID == 0 else {
        return close(.violation("the first frame must be a hello, not \(frame.kind)"))
      }
      phase = .authenticating
      return .authenticate
    case .ready, .draining: break
    }
    switch frame.kind {
    case .request: return request(frame, arrivedAt: arrivedAt, now: now)
    case .item: return item(frame)
    case .end: return end(frame)
    case .cancel: return cancel(frame, now: now)
    case .credit:
      return place(id: frame.requestID).map { .addCredit(token: requests[$0].token) } ?? .none
    case .hello, .response, .error:
      return close(.violation("a client does not send \(frame.kind) frames here"))
    }
  }

  private mutating func request(
    _ frame: FrameHeader, arrivedAt: UInt64, now: UInt64
  ) -> Action {
    guard frame.requestID != 0 else { return close(.violation("request id 0 is reserved")) }
    guard place(id: frame.requestID) == nil else {
      return close(.violation("request id \(frame.requestID) is in use"))
    }
    guard phase == .ready else { return .refuse(frame, .shuttingDown) }
    let method = Method(rawValue: Int32(frame.method))
    guard method != .unspecified, Method.allKnown.contains(method) else {
      return .refuse(frame, .unknownMethod(frame.method))
    }
    let itemsFollow = frame.flags & FrameHeader.itemsFollow != 0
    guard itemsFollow == method.acceptsItems else {
      let what = method.acceptsItems ? "needs" : "does not take"
      return .refuse(
        frame,
        ErrorReply(
          .invalidArgument, "method \(method) \(what) items after the request",
          "Set flag 1 of the request frame for client streams, and only for them."))
    }
    guard inFlightCount < limits.requestsInFlight else {
      return .refuse(
        frame,
        .limitReached(
          "requests_in_flight", limits.requestsInFlight,
          "\(inFlightCount) requests are open on this connection",
          "Wait for answers before sending more; the hello reply names the limit."))
    }
    guard !itemsFollow || requests.count(where: \.takesItems) < limits.clientStreams else {
      return .refuse(
        frame,
        .limitReached(
          "client_streams", limits.clientStreams,
          "\(limits.clientStreams) client streams are open on this connection",
          "Send one import after the other, or on more connections."))
    }
    var deadline: UInt64?
    if frame.deadlineMilliseconds > 0 {
      let moment = arrivedAt + UInt64(frame.deadlineMilliseconds) * 1_000_000
      guard moment > now else { return .refuse(frame, .deadlinePassed) }
      deadline = moment
    }
    let request = OpenRequest(
      id: frame.requestID, token: nextToken, method: method, arrivedAt: arrivedAt,
      deadline: deadline, takesItems: itemsFollow, window: FlowWindow(limits.streamWindow))
    nextToken += 1
    requests.append(request)
    return .begin(request)
  }

  /// Items of a request that has been answered may still be on their way; they are dropped.
  private mutating func item(_ frame: FrameHeader) -> Action {
    guard let place = place(id: frame.requestID) else { return .none }
    guard requests[place].takesItems else {
      return close(.violation("an item came for a request that takes none any more"))
    }
    guard requests[place].window.take(messageByteCount: frame.messageByteCount) else {
      return close(.violation("an item came without credit"))
    }
    return .deliver(token: requests[place].token)
  }

  private mutating func end(_ frame: FrameHeader) -> Action {
    guard let place = place(id: frame.requestID) else { return .none }
    guard requests[place].takesItems else {
      return close(.violation("an end came for a request that takes no items any more"))
    }
    requests[place].takesItems = false
    return .finishItems(token: requests[place].token)
  }

  private mutating func cancel(_ frame: FrameHeader, now: UInt64) -> Action {
    if now - cancelWindowStart >= 60_000_000_000 {
      cancelWindowStart = now
      cancelCount = 0
    }
    cancelCount += 1
    guard cancelCount <= limits.cancelsPerMinute else {
      return close(
        .limitReached(
          "cancels_per_minute", limits.cancelsPerMinute,
          "more than \(limits.cancelsPerMinute) requests were cancelled in a minute",
          "Send requests that are wanted; give them a deadline instead of cancelling."))
    }
    guard let place = place(id: frame.requestID) else { return .none }
    return abandon(place, .cancelledByClient)
  }

  // MARK: Answers

  /// The authenticator let the peer in.
  public mutating func admit() {
    guard phase == .authenticating else { return }
    phase = .ready
  }

  /// Takes the request out before its final frame is sent.
  ///
  /// - Returns: nil where it was abandoned and the peer has its answer; send nothing then.
  public mutating func finish(token: UInt64) -> OpenRequest? {
    guard let place = requests.firstIndex(where: { $0.token == token }) else {
      if abandonedCount > 0 { abandonedCount -= 1 }
      return nil
    }
    return requests.remove(at: place)
  }

  /// The request, where it has no final answer yet.
  public func open(token: UInt64) -> OpenRequest? { requests.first { $0.token == token } }

  /// The handler has taken items of this cost out of the inbox.
  ///
  /// - Returns: The request to send the credit to, nil where it needs none.
  public mutating func itemsTaken(token: UInt64, byteCount: Int) -> OpenRequest? {
    guard let place = requests.firstIndex(where: { $0.token == token }),
      requests[place].takesItems, requests[place].window.add(byteCount)
    else { return nil }
    return requests[place]
  }

  /// Begins to refuse requests; those that are open go on.
  public mutating func drain() {
    if phase == .ready { phase = .draining }
  }

  /// Ends the connection with `reason`.
  public mutating func close(_ reason: ErrorReply) -> Action {
    guard phase != .closed else { return .none }
    phase = .closed
    return .close(reason)
  }

  // MARK: Time

  /// The request's deadline has come.
  public mutating func deadlinePassed(token: UInt64) -> Action {
    guard let place = requests.firstIndex(where: { $0.token == token }) else { return .none }
    return abandon(place, .deadlinePassed)
  }

  /// Notes how much of a frame is waiting for its rest.
  public mutating func noteReceived(partialByteCount: Int, newFrameBegan: Bool, now: UInt64) {
    self.partialByteCount = partialByteCount
    if partialByteCount == 0 {
      partialSince = nil
    } else if newFrameBegan || partialSince == nil {
      partialSince = now
    }
  }

  /// Notes how much waits to be sent, and whether the peer has just taken some.
  public mutating func noteSent(unsentByteCount: Int, progressed: Bool, now: UInt64) {
    if unsentByteCount == 0 {
      unsentSince = nil
    } else if progressed || unsentSince == nil {
      unsentSince = now
    }
  }

  /// Whether something is under way whose time is short.
  public var isWatched: Bool {
    phase == .awaitingHello || phase == .authenticating || partialSince != nil || unsentSince != nil
  }

  /// What the peer has been too slow with, if anything.
  public func overdue(now: UInt64) -> ErrorReply? {
    func passed(_ since: UInt64, _ milliseconds: Int) -> Bool {
      now > since && now - since >= UInt64(milliseconds) * 1_000_000
    }
    func timedOut(_ limit: String, _ value: Int, _ message: String) -> ErrorReply {
      ErrorReply(
        .timedOut, message, "Connect again; the limit is there for peers that hang.",
        ["limit": limit, "value": String(value)])
    }
    switch phase {
    case .closed: return nil
    case .authenticating:
      guard passed(lastActivity, limits.authenticationMilliseconds) else { return nil }
      return ErrorReply(
        .unavailable, "the credentials could not be checked in time",
        "Try again in a moment; the server's database may be away.",
        ["limit": "authentication_ms", "value": String(limits.authenticationMilliseconds)])
    case .awaitingHello:
      guard passed(openedAt, limits.helloMilliseconds) else { return nil }
      return timedOut("hello_ms", limits.helloMilliseconds, "no hello came in time")
    case .ready, .draining: break
    }
    if let unsentSince, passed(unsentSince, limits.unreadMilliseconds) {
      return timedOut("unread_ms", limits.unreadMilliseconds, "answers were not read")
    }
    if let partialSince {
      if partialByteCount < FrameHeader.byteCount {
        if passed(partialSince, limits.headerMilliseconds) {
          return timedOut(
            "header_ms", limits.headerMilliseconds, "a frame's header stayed cut short")
        }
      } else {
        let allowed =
          limits.bodyMilliseconds + partialByteCount * 1_000 / max(1, limits.bodyBytesPerSecond)
        if passed(partialSince, allowed) {
          return timedOut("body_ms", allowed, "a frame's message came too slowly")
        }
      }
    }
    if inFlightCount == 0, unsentSince == nil, passed(lastActivity, limits.idleMilliseconds) {
      return timedOut("idle_ms", limits.idleMilliseconds, "the connection was idle")
    }
    return nil
  }

  // MARK: Steps

  private func place(id: UInt32) -> Int? { requests.firstIndex { $0.id == id } }

  private mutating func abandon(_ place: Int, _ reason: ErrorReply) -> Action {
    abandonedCount += 1
    return .abandon(requests.remove(at: place), reason)
  }
}
