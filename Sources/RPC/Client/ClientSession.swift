/// One connection as the client sees it. Pure: frames in, state out; no socket, clock or thread.
struct ClientSession {
  /// A request that was sent and whose answer has not been taken.
  struct Call {
    let method: Method
    /// Encoded items of the answer that nobody has taken.
    var items: [[UInt8]] = []
    /// The final frame's message, or why there is none.
    var answer: Result<[UInt8], RPCError>?
    /// What may still be sent on the request's stream.
    var window: FlowWindow
    /// Cost of items taken for which no credit was given.
    var takenByteCount = 0
  }

  private(set) var calls: [UInt32: Call] = [:]
  /// Why the connection is of no use any more.
  private(set) var failure: RPCError?
  private let sendWindow: Int
  private let receiveWindow: Int
  private var nextID: UInt32 = 1

  /// - Parameters:
  ///   - sendWindow: What the server's hello allows on a stream, in bytes.
  ///   - receiveWindow: What ours allowed.
  init(sendWindow: Int, receiveWindow: Int) {
    self.sendWindow = sendWindow
    self.receiveWindow = receiveWindow
  }

  /// Opens a request and chooses its id.
  mutating func open(_ method: Method) -> UInt32 {
    while nextID == 0 || calls[nextID] != nil { nextID &+= 1 }
    calls[nextID] = Call(method: method, window: FlowWindow(sendWindow))
    defer { nextID &+= 1 }
    return nextID
  }

  /// Takes a frame from the server. Frames of calls that were forgotten are ignored.
  mutating func receive(_ header: FrameHeader, _ message: RawSpan) throws(RPCError) {
    let id = header.requestID
    if header.kind == .error {
      let reply: ErrorReply
      do { reply = try ErrorReply(decoding: message) } catch { throw .message(error) }
      if id == 0 { throw .refused(reply) }
      if calls[id] != nil { calls[id]?.answer = .failure(.refused(reply)) }
      return
    }
    guard calls[id] != nil else { return }
    switch header.kind {
    case .response, .end: calls[id]?.answer = .success(Self.copy(message))
    case .item: calls[id]?.items.append(Self.copy(message))
    case .credit:
      let credit: Credit
      do { credit = try Credit(decoding: message) } catch { throw .message(error) }
      guard calls[id]?.window.add(Int(credit.bytes)) == true else {
        throw .unexpectedFrame(.credit)
      }
    case .hello, .request, .error, .cancel: throw .unexpectedFrame(header.kind)
    }
  }

  /// The connection is of no use any more: calls without an answer have none.
  mutating func fail(_ error: RPCError) { if failure == nil { failure = error } }

  /// Counts an item about to be sent; false where the window is closed.
  mutating func sendItem(_ id: UInt32, messageByteCount: Int) -> Bool {
    calls[id]?.window.take(messageByteCount: messageByteCount) ?? false
  }

  /// Takes the items received so far.
  ///
  /// - Returns: The items, and the credit now due to the server in bytes.
  mutating func takeItems(_ id: UInt32) -> (items: [[UInt8]], credit: Int) {
    guard var call = calls[id], !call.items.isEmpty else { return ([], 0) }
    calls[id] = nil
    let items = call.items
    call.items = []
    call.takenByteCount += items.reduce(0) { $0 + FlowWindow.cost(messageByteCount: $1.count) }
    var credit = 0
    if call.takenByteCount >= receiveWindow / 4, call.answer == nil {
      credit = call.takenByteCount
      call.takenByteCount = 0
    }
    calls[id] = call
    return (items, credit)
  }

  /// Takes the answer, if there is one or never will be; the call is then over.
  mutating func takeAnswer(_ id: UInt32) -> Result<[UInt8], RPCError>? {
    guard let answer = calls[id]?.answer ?? failure.map({ .failure($0) }) else { return nil }
    calls[id] = nil
    return answer
  }

  /// Nobody waits for the answer any more.
  mutating func forget(_ id: UInt32) { calls[id] = nil }

  private static func copy(_ message: RawSpan) -> [UInt8] {
    unsafe message.withUnsafeBytes { unsafe [UInt8]($0) }
  }
}
