import Platform

/// A blocking client of the knowledge service.
///
///     let client = try RPCClient(.unix(path: path))
///     let reply = try client.search(SearchRequest(query: .text("shoes")))
///
/// Several threads may share a client: their calls then wait for each other, so give each busy
/// thread a client of its own. Streams and begun calls may be open at the same time. A client
/// whose connection is lost stays lost; make another.
public final class RPCClient: Sendable {
  /// Who connects, and how.
  public struct Options: Sendable {
    /// The business's or operator's key; empty where the server trusts the user id.
    public var apiKey = ""
    /// Name or UUID of the business that an operator works for.
    public var business = ""
    /// Free text for the server's log.
    public var client = "swift"
    /// What to trust of a server on TCP; nil speaks in the clear, which is for trusted networks
    /// only.
    public var tls: TLSTrust?
    /// How long connecting and the hello may take.
    public var connectMilliseconds = 10_000
    /// Bytes of items that the server may send on a stream before they are taken.
    public var streamWindow = 1 << 20
    /// How much longer than a call's deadline to wait for the server's own word that it has passed.
    public var graceMilliseconds = 1_000
    /// Largest answer taken, in bytes.
    public var replyByteLimit = 64 << 20
    /// How long to look for an answer before sleeping, in microseconds; 0 never looks.
    public var spinMicroseconds = 50

    /// No credentials, default limits.
    public init() {}
  }

  /// What the server said of itself and of the connection.
  public let hello: HelloReply
  let core: ClientCore

  /// Connects and says hello.
  ///
  /// - Throws: ``RPCError``: a system error where nobody listens, `refused` where the server does
  ///   not let the client in.
  public init(_ address: RPCAddress, options: Options = Options()) throws(RPCError) {
    core = try ClientCore(address, options)
    hello = core.hello
  }

  /// A request that was sent and not waited for.
  public struct PendingCall<Reply: ProtoMessage>: Sendable {
    let id: UInt32
    let deadline: UInt64?
  }

  /// Asks and waits for the answer.
  ///
  /// - Parameters:
  ///   - method: What to ask for.
  ///   - request: The method's request message.
  ///   - deadlineMilliseconds: How long the answer is of use; nil waits for ever.
  /// - Throws: ``RPCError``; `refused` holds the server's error reply.
  public func call<Request: ProtoMessage, Reply: ProtoMessage>(
    _ method: Method, _ request: Request, deadlineMilliseconds: Int? = nil,
    returning: Reply.Type = Reply.self
  ) throws(RPCError) -> Reply {
    try core.withLock { (core) throws(RPCError) in
      let (id, deadline) = core.open(method, request, deadlineMilliseconds)
      return try core.answer(id, deadline: deadline)
    }
  }

  /// Sends a request without waiting, so that several are under way at once.
  public func begin<Request: ProtoMessage, Reply: ProtoMessage>(
    _ method: Method, _ request: Request, deadlineMilliseconds: Int? = nil,
    returning: Reply.Type = Reply.self
  ) throws(RPCError) -> PendingCall<Reply> {
    try core.withLock { (core) throws(RPCError) in
      let (id, deadline) = core.open(method, request, deadlineMilliseconds)
      try core.sendAll(deadline: deadline)
      return PendingCall(id: id, deadline: deadline)
    }
  }

  /// Waits for the answer to a begun call.
  public func finish<Reply: ProtoMessage>(
    _ call: PendingCall<Reply>
  ) throws(RPCError) -> Reply {
    try core.withLock { (core) throws(RPCError) in
      try core.answer(call.id, deadline: call.deadline)
    }
  }

  /// Tells the server that a begun call's answer is not wanted; it then fails with
  /// ``ErrorCode/cancelled`` unless its answer was on its way.
  public func cancel<Reply>(_ call: PendingCall<Reply>) throws(RPCError) {
    try core.withLock { (core) throws(RPCError) in try core.cancel(call.id) }
  }
}
