/// Everything that bounds what a peer can make the server hold or do. proto-lite/WIRE.md,
/// section 6, says what happens at each.
public struct RPCLimits: Sendable {
  /// Largest hello message, in bytes, before the peer is known.
  public var helloByteCount = 4 << 10
  /// Time from connecting to a complete hello.
  public var helloMilliseconds = 2_000
  /// Time that the authenticator may take.
  public var authenticationMilliseconds = 10_000
  /// Largest message that is not an item, in bytes.
  public var messageByteCount = 4 << 20
  /// Largest item, in bytes.
  public var itemByteCount = 16 << 20
  /// Largest answer, in bytes.
  public var replyByteCount = 64 << 20
  /// Requests open on one connection at a time, streams and abandoned ones included.
  public var requestsInFlight = 64
  /// Requests open on all connections that no loop thread answered at once.
  public var requestsInFlightTotal = 4_096
  /// The same of one business, so that nobody takes all of them. Of the last tenth of all, a
  /// business has as many as one connection may have.
  public var requestsInFlightPerBusiness = 1_024
  /// Requests with items to come, open on one connection at a time.
  public var clientStreams = 4
  /// Bytes received on all connections that no handler has taken: items, and frames not yet whole.
  public var bufferedByteCountTotal = 512 << 20
  /// The same of one business.
  public var bufferedByteCountPerBusiness = 128 << 20
  /// Bytes of answers that wait on all connections for their peers to take them; streams have
  /// ``unsentByteCount`` each.
  public var unsentByteCountTotal = 1 << 30
  /// The same of one business.
  public var unsentByteCountPerBusiness = 256 << 20
  /// Bytes that wait to be sent on one connection before it is no longer read.
  public var unsentByteCount = 256 << 10
  /// Bytes of items that a client may send on one stream before the server gives credit.
  public var streamWindow = 4 << 20
  /// Time without any frame or open request.
  public var idleMilliseconds = 120_000
  /// Time that a frame's header may take from its first byte.
  public var headerMilliseconds = 10_000
  /// Time that a frame's message may take, beside what ``bodyBytesPerSecond`` allows.
  public var bodyMilliseconds = 30_000
  /// The slowest sender, in bytes a second.
  public var bodyBytesPerSecond = 1 << 10
  /// Time in which a peer that has bytes waiting must take some.
  public var unreadMilliseconds = 30_000
  /// Cancels on one connection in any minute.
  public var cancelsPerMinute = 200
  /// Connections to the server.
  public var connections = 15_000
  /// Connections bound to one business.
  public var connectionsPerBusiness = 512
  /// Connections from one address; those of a Unix socket do not count.
  public var connectionsPerAddress = 128

  /// The limits that a server has unless told otherwise.
  public init() {}
}
