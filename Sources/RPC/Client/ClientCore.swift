import Platform
import Synchronization

/// What a client and its streams share: the transport and the session, behind one lock.
///
/// `@unchecked Sendable`: `transport` and `session` are touched only under `lock`.
final class ClientCore: @unchecked Sendable {
  let hello: HelloReply
  private let lock = Mutex(())
  private let transport: ClientTransport
  private var session: ClientSession
  /// The server answers late requests itself; this is how much longer we wait for that.
  private let graceNanoseconds: UInt64

  init(_ address: RPCAddress, _ options: RPCClient.Options) throws(RPCError) {
    graceNanoseconds = UInt64(max(0, options.graceMilliseconds)) * 1_000_000
    let milliseconds = Int32(clamping: options.connectMilliseconds)
    let channel: Channel
    switch address {
    case .unix(let path):
      channel = Channel(
        descriptor: try Socket.connect(path: path, timeoutMilliseconds: milliseconds))
    case .tcp(let host, let port):
      let context = try options.tls.map { trust throws(RPCError) in try TLSContext(client: trust) }
      let descriptor = try Socket.connect(host: host, port: port, timeoutMilliseconds: milliseconds)
      let session = context?.connect(descriptor, serverName: options.tls?.serverName ?? host)
      channel = Channel(descriptor: descriptor, tls: session)
      // Never in the clear where TLS was asked for.
      if context != nil, session == nil { throw .tls("no session can be made for \(address)") }
    }
    let limit = options.replyByteLimit
    let transport = ClientTransport(
      channel: channel,
      limits: FrameDecoder.Limits(message: limit, item: limit),
      spinNanoseconds: UInt64(max(0, options.spinMicroseconds)) * 1_000)
    let version = UInt32(FrameHeader.version)
    transport.enqueue(
      FrameHeader(kind: .hello),
      HelloRequest(
        magic: helloMagic, versionLowest: version, versionHighest: version, apiKey: options.apiKey,
        business: options.business, client: options.client,
        streamWindow: UInt32(clamping: options.streamWindow)))
    var reply: HelloReply?
    let deadline = Clock.monotonicNanoseconds + UInt64(max(0, milliseconds)) * 1_000_000
    try transport.move(deadline: deadline, until: { reply != nil }) {
      (header, message) throws(RPCError) in
      do {
        switch header.kind {
        case .hello: reply = try HelloReply(decoding: message)
        case .error: throw RPCError.refused(try ErrorReply(decoding: message))
        default: throw RPCError.unexpectedFrame(header.kind)
        }
      } catch let error as RPCError { throw error } catch let error as ProtoError {
        throw .message(error)
      } catch { preconditionFailure("only these are thrown") }
    }
    guard let reply, reply.magic == helloMagic, reply.version == version else {
      throw .unexpectedFrame(.hello)
    }
    hello = reply
    self.transport = transport
    session = ClientSession(
      sendWindow: Int(reply.streamWindow), receiveWindow: max(1, options.streamWindow))
  }

  func withLock<Value>(
    _ body: (ClientCore) throws(RPCError) -> Value
  ) throws(RPCError) -> Value {
    try lock.withLock { (_) throws(RPCError) in try body(self) }
  }

  // MARK: Under the lock

  /// Puts a request into the outgoing bytes.
  func open<Request: ProtoMessage>(
    _ method: Method, _ request: Request, _ deadlineMilliseconds: Int?
  ) -> (id: UInt32, deadline: UInt64?) {
    let id = session.open(method)
    var header = header(.request, id, method)
    if let deadlineMilliseconds {
      header.deadlineMilliseconds = UInt32(clamping: max(1, deadlineMilliseconds))
    }
    if method.acceptsItems { header.flags = FrameHeader.itemsFollow }
    transport.enqueue(header, request)
    let deadline = deadlineMilliseconds.map {
      Clock.monotonicNanoseconds + UInt64(max(1, $0)) * 1_000_000 + graceNanoseconds
    }
    return (id, deadline)
  }

  /// Waits for the answer of a call.
  func answer<Reply: ProtoMessage>(
    _ id: UInt32, deadline: UInt64?
  ) throws(RPCError) -> Reply {
    var answer: Result<[UInt8], RPCError>?
    do {
      try move(deadline: deadline) {
        answer = self.session.takeAnswer(id)
        return answer != nil
      }
    } catch {
      if error == .deadlineExceeded { try? cancel(id) }
      session.forget(id)
      throw error
    }
    guard let answer else { throw .connectionClosed }
    let message = try answer.get()
    do { return try Reply(decoding: message) } catch { throw .message(error) }
  }

  /// Sends everything that is in the outgoing bytes.
  func sendAll(deadline: UInt64? = nil) throws(RPCError) {
    try move(deadline: deadline) { self.transport.unsentByteCount == 0 }
  }

  /// Sends a cancel; the call's answer is still to be taken.
  func cancel(_ id: UInt32) throws(RPCError) {
    guard let call = session.calls[id], call.answer == nil else { return }
    transport.enqueue(header(.cancel, id, call.method), encoded: [])
    try sendAll(deadline: Clock.monotonicNanoseconds + graceNanoseconds)
  }

  /// Forgets a call, having cancelled it.
  func abandon(_ id: UInt32) {
    try? cancel(id)
    session.forget(id)
  }

  /// Sends an item, waiting for room.
  ///
  /// - Returns: False where the request has its final answer: send no more.
  func sendItem<Item: ProtoMessage>(
    _ id: UInt32, _ item: Item, deadline: UInt64?
  ) throws(RPCError) -> Bool {
    let message = item.encoded()
    var isSent = false
    try move(deadline: deadline) {
      guard let call = self.session.calls[id], call.answer == nil else { return true }
      isSent = self.session.sendItem(id, messageByteCount: message.count)
      return isSent
    }
    guard isSent, let method = session.calls[id]?.method else { return false }
    transport.enqueue(header(.item, id, method), encoded: message)
    try sendAll(deadline: deadline)
    return true
  }

  /// Says that no more items come.
  func endItems(_ id: UInt32) throws(RPCError) {
    guard let call = session.calls[id], call.answer == nil else { return }
    transport.enqueue(header(.end, id, call.method), encoded: [])
    try sendAll()
  }

  /// Takes items that have arrived, giving credit for them.
  ///
  /// - Parameter wait: Whether to wait for one where there is none and the answer has not ended.
  func takeItems<Item: ProtoMessage>(
    _ id: UInt32, wait: Bool, deadline: UInt64?
  ) throws(RPCError) -> [Item] {
    if wait {
      try move(deadline: deadline) {
        guard let call = self.session.calls[id] else { return true }
        return !call.items.isEmpty || call.answer != nil
      }
    }
    let method = session.calls[id]?.method
    let (taken, credit) = session.takeItems(id)
    if credit > 0, let method {
      transport.enqueue(header(.credit, id, method), Credit(bytes: UInt32(clamping: credit)))
      try sendAll(deadline: deadline)
    }
    var items: [Item] = []
    for message in taken {
      do { items.append(try Item(decoding: message)) } catch { throw .message(error) }
    }
    return items
  }

  private func move(deadline: UInt64?, until isDone: () -> Bool) throws(RPCError) {
    if let failure = session.failure, !isDone() { throw failure }
    do {
      try transport.move(deadline: deadline, until: isDone) { (header, message) throws(RPCError) in
        try session.receive(header, message)
      }
    } catch {
      // A deadline leaves the connection in order; everything else ends it.
      if error != .deadlineExceeded { session.fail(error) }
      if isDone() { return }
      throw error
    }
  }

  private func header(_ kind: FrameKind, _ id: UInt32, _ method: Method) -> FrameHeader {
    FrameHeader(
      kind: kind, method: UInt16(truncatingIfNeeded: method.rawValue), requestID: id)
  }
}
