import Glibc
import Platform
import Synchronization
import Testing

@testable import RPC

/// A handler whose methods each show one way of answering.
final class TestService: RequestHandler {
  /// Exchanges that `verify` holds for ever.
  let held = Mutex<[Exchange]>([])
  /// Exchanges that were told to stop.
  let stopCount = Atomic(0)
  let importedEntries = Atomic(0)
  /// How long an import waits before it takes each item.
  let importPause = Atomic(0)

  func handle(_ exchange: Exchange, _ message: RawSpan) {
    do throws(ProtoError) {
      switch exchange.method {
      case .ping: exchange.reply(PingReply(payload: try PingRequest(decoding: message).payload))
      case .search:
        // Answered later, by another thread.
        let request = try SearchRequest(decoding: message)
        _ = Thread.spawn(name: "late") {
          Thread.sleep(milliseconds: Int(request.waitMilliseconds))
          exchange.reply(
            SearchReply(
              tookMicroseconds: UInt64(exchange.remainingMilliseconds ?? 0),
              rowsConsidered: UInt64(request.k)))
        }
      case .get:
        exchange.reply(GetReply(entries: [Entry(content: big(try GetRequest(decoding: message)))]))
      case .verify:
        exchange.onStop { self.stopCount.wrappingAdd(1, ordering: .relaxed) }
        held.withLock { $0.append(exchange) }
      case .delete: break  // Dropped without an answer.
      case .health:
        exchange.fail(RPCRefusal(.unavailable, "no database", remediation: "Start it."))
      case .bulkImport:
        _ = Thread.spawn(name: "import") { self.importItems(exchange) }
      case .export:
        let request = try ExportRequest(decoding: message)
        _ = Thread.spawn(name: "export") { self.export(exchange, request) }
      case .collections:
        exchange.reply(
          CollectionsReply(collections: [
            CollectionInfo(name: exchange.principal.business?.description ?? "operator")
          ]))
      default: exchange.fail(RPCRefusal(.unimplemented, "not in this test", remediation: "None."))
      }
    } catch { exchange.fail(error) }
  }

  /// `minXID` bytes of content.
  private func big(_ request: GetRequest) -> String {
    String(repeating: "x", count: Int(request.minXID))
  }

  private func importItems(_ exchange: Exchange) {
    var summary = ImportSummary(counts: ImportCounts())
    while true {
      Thread.sleep(milliseconds: importPause.load(ordering: .relaxed))
      switch exchange.nextItem() {
      case .item(let bytes):
        guard let batch = try? ImportBatch(decoding: bytes) else {
          exchange.fail(RPCRefusal(.malformedMessage, "a bad batch", remediation: "Fix it."))
          return
        }
        importedEntries.wrappingAdd(batch.entries.count, ordering: .relaxed)
        summary.batches += 1
        summary.counts?.inserted += UInt64(batch.entries.count)
        guard exchange.send(ImportAck(sequence: batch.sequence)) else { return }
      case .end:
        exchange.end(summary)
        return
      case .stopped, .timedOut: return
      }
    }
  }

  /// Sends `filter.priorityLowest` items of one entry with `filter.priorityHighest` bytes.
  private func export(_ exchange: Exchange, _ request: ExportRequest) {
    let count = Int(request.filter?.priorityLowest ?? 0)
    let content = String(repeating: "y", count: Int(request.filter?.priorityHighest ?? 0))
    for index in 0..<count {
      let entry = Entry(externalID: String(index), content: content)
      guard exchange.send(ExportItem(entries: [entry])) else { return }
    }
    exchange.end(ExportSummary(entries: UInt64(count)))
  }
}

/// Lets in the keys "operator", "business" and "later" (which takes a moment), and Unix peers
/// without a key.
struct TestAuthenticator: Authenticator {
  static let business = UUID.named(Array("test".utf8), in: .zero)

  func authenticate(
    _ hello: HelloRequest, _ peer: Peer,
    _ decide: @escaping @Sendable (Result<Principal, RPCRefusal>) -> Void
  ) {
    switch hello.apiKey {
    case "operator": decide(.success(.operator()))
    case "business": decide(.success(.business(Self.business)))
    case "later":
      _ = Thread.spawn(name: "auth") {
        Thread.sleep(milliseconds: 50)
        decide(.success(.business(Self.business)))
      }
    case "never": break
    case "":
      guard case .unix(let user, _, let process) = peer, user == getuid(), process == getpid()
      else { fallthrough }
      decide(.success(.operator()))
    default:
      decide(
        .failure(
          RPCRefusal(.unauthenticated, "the key is not known", remediation: "Create one.")))
    }
  }
}

/// A running server on a socket file of its own.
final class TestServer {
  let server: RPCServer
  let service = TestService()
  let path: String

  init(_ adjust: (inout RPCServerConfiguration) -> Void = { _ in }) throws {
    path = "/tmp/knowledge-rpc-\(UUID.random()).sock"
    var configuration = RPCServerConfiguration()
    configuration.unixPath = path
    configuration.threadCount = 2
    adjust(&configuration)
    server = try RPCServer(
      configuration, authenticator: TestAuthenticator(), handler: service)
  }

  deinit {
    service.held.withLock { $0 = [] }
    server.shutdown(graceMilliseconds: 1_000)
  }

  func client(_ key: String = "", _ adjust: (inout RPCClient.Options) -> Void = { _ in }) throws
    -> RPCClient
  {
    var options = RPCClient.Options()
    options.apiKey = key
    adjust(&options)
    return try RPCClient(.unix(path: path), options: options)
  }
}

/// A peer that sends what a client never would, and reads frames one by one.
final class RawPeer {
  let channel: Channel
  private var decoder = FrameDecoder(limits: FrameDecoder.Limits(message: 64 << 20, item: 64 << 20))
  private var frames: [(header: FrameHeader, message: [UInt8])] = []

  init(_ path: String) throws {
    channel = Channel(descriptor: try Socket.connect(path: path, timeoutMilliseconds: 5_000))
  }

  /// A peer that has said hello and was let in.
  static func admitted(
    _ path: String, key: String = "operator", streamWindow: UInt32 = 0
  ) throws -> RawPeer {
    let peer = try RawPeer(path)
    try peer.send(
      FrameHeader(kind: .hello),
      HelloRequest(
        magic: helloMagic, versionLowest: 1, versionHighest: 1, apiKey: key,
        streamWindow: streamWindow))
    #expect(try peer.next()?.header.kind == .hello)
    return peer
  }

  func send<Message: ProtoMessage>(_ header: FrameHeader, _ message: Message) throws {
    try send(FrameWriter.frame(header, message))
  }

  /// Sends all bytes, waiting as long as it takes; false where the server has closed.
  @discardableResult
  func send(_ bytes: [UInt8], waitMilliseconds: Int32 = 5_000) throws -> Bool {
    var sent = 0
    while sent < bytes.count {
      switch bytes.withUnsafeBytes({ channel.send($0, from: sent) }) {
      case .bytes(let count): sent += count
      case .closed: return false
      case .wouldBlock:
        guard try Socket.wait(channel.descriptor, Int16(POLLOUT), milliseconds: waitMilliseconds)
        else { return false }
      }
    }
    return true
  }

  /// The next frame, or nil where the server has closed or says nothing in time.
  func next(milliseconds: Int32 = 10_000) throws -> (header: FrameHeader, message: [UInt8])? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while frames.isEmpty {
      guard try Socket.wait(channel.descriptor, Int16(POLLIN), milliseconds: milliseconds) else {
        return nil
      }
      let transfer = buffer.withUnsafeMutableBytes { channel.receive(into: $0) }
      guard case .bytes(let count) = transfer else { return nil }
      let chunk = buffer.span.bytes.extracting(first: count)
      while let frame = try decoder.next(in: chunk) {
        decoder.withMessage(of: frame, in: chunk) { message in
          frames.append((frame.header, message.withUnsafeBytes { [UInt8]($0) }))
        }
      }
    }
    return frames.removeFirst()
  }

  /// The next frame as an error reply.
  func nextError() throws -> (requestID: UInt32, reply: ErrorReply)? {
    guard let frame = try next(), frame.header.kind == .error else { return nil }
    return (frame.header.requestID, try ErrorReply(decoding: frame.message))
  }

  /// Whether the server has closed the connection, waiting for it.
  func isClosed(milliseconds: Int32 = 5_000) throws -> Bool {
    let end = Clock.monotonicNanoseconds + UInt64(milliseconds) * 1_000_000
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while Clock.monotonicNanoseconds < end {
      guard try Socket.wait(channel.descriptor, Int16(POLLIN), milliseconds: 100) else { continue }
      if buffer.withUnsafeMutableBytes({ channel.receive(into: $0) }) == .closed { return true }
    }
    return false
  }
}

/// Waits until something another thread does has happened.
func eventually(milliseconds: Int = 5_000, _ condition: () -> Bool) -> Bool {
  let end = Clock.monotonicNanoseconds + UInt64(milliseconds) * 1_000_000
  while Clock.monotonicNanoseconds < end {
    if condition() { return true }
    Thread.sleep(milliseconds: 5)
  }
  return condition()
}

/// Frames as byte arrays.
enum FrameWriter {
  static func append<Message: ProtoMessage>(
    _ header: FrameHeader, _ message: Message, to out: inout [UInt8]
  ) {
    out += frame(header, message)
  }

  static func append(_ header: FrameHeader, encoded message: [UInt8], to out: inout [UInt8]) {
    var writer = ProtoWriter()
    writer.frame(header, encoded: message)
    out += writer.bytes
  }

  static func frame<Message: ProtoMessage>(_ header: FrameHeader, _ message: Message) -> [UInt8] {
    var writer = ProtoWriter()
    writer.frame(header, message)
    return writer.bytes
  }
}
