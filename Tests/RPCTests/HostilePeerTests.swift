import Glibc
import Platform
import TestSupport
import Testing

@testable import RPC

/// Peers that are broken, slow or hostile: each gets a typed error or is closed, and others do not
/// notice. T31, T33, T34 and T36 in small.
@Suite struct HostilePeerTests {
  @Test func `garbage instead of a hello is refused with a typed error`() throws {
    let server = try TestServer()
    for bytes in [
      Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8),
      [UInt8](repeating: 0, count: 64), [UInt8](repeating: 0xff, count: 64),
      [17, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ] {
      let peer = try RawPeer(server.path)
      try peer.send(bytes)
      let error = try #require(try peer.nextError())
      #expect(error.requestID == 0 && !error.reply.remediation.isEmpty)
      #expect(try peer.isClosed(milliseconds: 3_000))
    }
    #expect(try server.client().ping().payload == [])
  }

  @Test func `a hello may be 4 KiB and no more`() throws {
    let server = try TestServer()
    let peer = try RawPeer(server.path)
    try peer.send(
      FrameHeader(kind: .hello),
      HelloRequest(magic: helloMagic, apiKey: String(repeating: "k", count: 4_096)))
    #expect(try peer.nextError()?.reply.code == .frameTooLarge)
  }

  @Test func `wrong magic, other versions and a broken hello say what to do`() throws {
    let server = try TestServer()
    for (hello, code) in [
      (HelloRequest(magic: [1, 2, 3, 4], versionLowest: 1, versionHighest: 1), .protocolViolation),
      (HelloRequest(magic: helloMagic, versionLowest: 2, versionHighest: 3), .versionMismatch),
      (HelloRequest(magic: helloMagic, versionLowest: 0, versionHighest: 0), .versionMismatch),
    ] as [(HelloRequest, ErrorCode)] {
      let peer = try RawPeer(server.path)
      try peer.send(FrameHeader(kind: .hello), hello)
      let error = try #require(try peer.nextError())
      #expect(error.reply.code == code)
      if hello.versionLowest == 2 {
        #expect(error.reply.remediation.contains("Upgrade the server"))
      }
      if hello.versionHighest == 0 {
        #expect(error.reply.remediation.contains("Upgrade the client"))
      }
    }
    let peer = try RawPeer(server.path)
    var frame: [UInt8] = []
    FrameWriter.append(FrameHeader(kind: .hello), encoded: [0x0a, 0x7f], to: &frame)
    try peer.send(frame)
    #expect(try peer.nextError()?.reply.code == .malformedMessage)
  }

  @Test func `a connection that says nothing is closed`() throws {
    let server = try TestServer { $0.limits.helloMilliseconds = 200 }
    let silent = try RawPeer(server.path)
    #expect(try silent.nextError()?.reply.details["limit"] == "hello_ms")
    let half = try RawPeer(server.path)
    try half.send([30, 0, 0, 0, 1])
    #expect(try half.nextError()?.reply.details["limit"] == "hello_ms")
    // Half-open: it sends nothing more, and is not told by closing either.
    let finished = try RawPeer(server.path)
    finished.channel.finishSending()
    #expect(try finished.isClosed())
    #expect(eventually { server.server.statistics.connectionsOpen == 0 })
    #expect(server.server.statistics.refusals["hello_ms"] == 2)
  }

  @Test func `an authenticator that never answers is not waited for`() throws {
    let server = try TestServer { $0.limits.authenticationMilliseconds = 200 }
    let peer = try RawPeer(server.path)
    try peer.send(
      FrameHeader(kind: .hello),
      HelloRequest(magic: helloMagic, versionLowest: 1, versionHighest: 1, apiKey: "never"))
    #expect(try peer.nextError()?.reply.code == .unavailable)
  }

  @Test func `slow frames and idle connections end`() throws {
    let server = try TestServer {
      $0.limits.headerMilliseconds = 200
      $0.limits.bodyMilliseconds = 200
      $0.limits.idleMilliseconds = 600
    }
    let header = try RawPeer.admitted(server.path)
    try header.send([40, 0, 0])
    #expect(try header.nextError()?.reply.details["limit"] == "header_ms")
    let body = try RawPeer.admitted(server.path)
    var frame: [UInt8] = []
    FrameWriter.append(
      FrameHeader(kind: .request, method: 1, requestID: 1),
      encoded: [UInt8](repeating: 0, count: 99),
      to: &frame)
    try body.send(Array(frame.dropLast()))
    #expect(try body.nextError()?.reply.details["limit"] == "body_ms")
    let idle = try RawPeer.admitted(server.path)
    #expect(try idle.nextError()?.reply.details["limit"] == "idle_ms")
  }

  @Test func `frames over their limit are refused before they are read`() throws {
    let server = try TestServer()
    for (kind, limit) in [(FrameKind.request, 4 << 20), (.item, 16 << 20)] {
      let peer = try RawPeer.admitted(server.path)
      var header = ProtoWriter()
      header.append(FrameHeader(kind: kind, method: 1, requestID: 1, messageByteCount: limit + 1))
      try peer.send(header.bytes)
      let error = try #require(try peer.nextError())
      #expect(error.reply.code == .frameTooLarge && error.reply.details["value"] == String(limit))
    }
  }

  @Test func `a malformed request is an error and the connection goes on`() throws {
    let server = try TestServer()
    let peer = try RawPeer.admitted(server.path)
    var frame: [UInt8] = []
    FrameWriter.append(
      FrameHeader(kind: .request, method: 1, requestID: 1), encoded: [0x0a, 0x7f], to: &frame)
    try peer.send(frame)
    let error = try #require(try peer.nextError())
    #expect(error.requestID == 1 && error.reply.code == .malformedMessage)
    try peer.send(
      FrameHeader(kind: .request, method: 1, requestID: 1), PingRequest(payload: [5]))
    let answer = try #require(try peer.next())
    #expect(answer.header.kind == .response && answer.message == PingReply(payload: [5]).encoded())
  }

  @Test func `the 65th request in flight is refused and the others are not`() throws {
    let server = try TestServer()
    let peer = try RawPeer.admitted(server.path)
    let verify = UInt16(Method.verify.rawValue)
    var bytes: [UInt8] = []
    for id in 1...65 as ClosedRange<UInt32> {
      FrameWriter.append(
        FrameHeader(kind: .request, method: verify, requestID: id), VerifyRequest(), to: &bytes)
    }
    try peer.send(bytes)
    let error = try #require(try peer.nextError())
    #expect(error.requestID == 65 && error.reply.details["limit"] == "requests_in_flight")
    #expect(eventually { server.service.held.withLock { $0.count } == 64 })
    server.service.held.withLock { held in
      for exchange in held { exchange.reply(VerifyReply(filesChecked: 1)) }
      held = []
    }
    for _ in 1...64 { #expect(try peer.next()?.header.kind == .response) }
  }

  @Test func `the server as a whole takes only so much slow work`() throws {
    let server = try TestServer { $0.limits.requestsInFlightTotal = 10 }
    let peers = try (0..<3).map { _ in try RawPeer.admitted(server.path) }
    for peer in peers {
      for id in 1...4 as ClosedRange<UInt32> {
        try peer.send(
          FrameHeader(kind: .request, method: UInt16(Method.verify.rawValue), requestID: id),
          VerifyRequest())
      }
    }
    #expect(eventually { server.server.statistics.refusals["requests_in_flight_total"] == 2 })
    #expect(server.service.held.withLock { $0.count } == 10)
  }

  @Test func `a cancel storm ends its connection and leaves no work behind`() throws {
    let server = try TestServer()
    let peer = try RawPeer.admitted(server.path)
    var bytes: [UInt8] = []
    for id in 1...300 as ClosedRange<UInt32> {
      FrameWriter.append(
        FrameHeader(kind: .request, method: UInt16(Method.verify.rawValue), requestID: id),
        VerifyRequest(), to: &bytes)
      FrameWriter.append(FrameHeader(kind: .cancel, requestID: id), encoded: [], to: &bytes)
    }
    try peer.send(bytes)
    var last: ErrorReply?
    while let error = try peer.nextError() {
      last = error.reply
      if error.requestID == 0 { break }
    }
    #expect(last?.details["limit"] == "cancels_per_minute")
    // What a handler does not let go of counts: no more than 64 were ever begun.
    #expect(server.service.held.withLock { $0.count } == 64)
    #expect(server.service.held.withLock { $0.allSatisfy(\.isStopped) })
  }

  @Test func `a client without credit cannot fill the inbox`() throws {
    let server = try TestServer { $0.limits.streamWindow = 10_000 }
    server.service.importPause.store(200, ordering: .relaxed)
    let peer = try RawPeer.admitted(server.path)
    let method = UInt16(Method.bulkImport.rawValue)
    var bytes: [UInt8] = []
    FrameWriter.append(
      FrameHeader(kind: .request, method: method, requestID: 1, flags: FrameHeader.itemsFollow),
      ImportRequest(), to: &bytes)
    for _ in 0..<5 {
      FrameWriter.append(
        FrameHeader(kind: .item, method: method, requestID: 1),
        ImportBatch(entries: [Entry(content: String(repeating: "c", count: 6_000))]), to: &bytes)
    }
    try peer.send(bytes)
    let error = try #require(try peer.nextError())
    #expect(error.requestID == 0 && error.reply.code == .protocolViolation)
  }

  /// In a process of its own: it looks at all of the process's memory.
  @Test func `a reader that does not read holds up only itself`() async {
    await #expect(processExitsWith: .success) {
      let server = try TestServer { $0.limits.unreadMilliseconds = 700 }
      let before = ProcessMemory.resident
      let peers = try (0..<20).map { _ in try RawPeer.admitted(server.path, streamWindow: 1 << 30) }
      let export = ExportRequest(filter: Filter(priorityLowest: 2_000, priorityHighest: 10_000))
      for peer in peers {
        try peer.send(
          FrameHeader(kind: .request, method: UInt16(Method.export.rawValue), requestID: 1), export)
      }
      Thread.sleep(milliseconds: 300)
      // 20 exports of 20 MB; each may hold 256 KiB and an item or two.
      #expect(ProcessMemory.resident - before < 30 << 20)
      let client = try server.client()
      let start = Clock.monotonicNanoseconds
      for _ in 0..<100 { _ = try client.ping() }
      #expect(Clock.monotonicNanoseconds - start < 1_000_000_000)
      #expect(eventually { server.server.statistics.refusals["unread_ms"] ?? 0 >= 20 })
      #expect(eventually { server.server.statistics.connectionsOpen == 1 })
    }
  }

  /// T35 in small, in a process of its own: 16 KiB a connection, both ends together.
  @Test func `idle connections cost little and come fast`() async {
    await #expect(processExitsWith: .success) {
      let server = try TestServer()
      _ = try RawPeer.admitted(server.path)
      let count = 400
      let before = ProcessMemory.resident
      let start = Clock.monotonicNanoseconds
      let peers = try (0..<count).map { _ in try RawPeer.admitted(server.path) }
      #expect(Clock.monotonicNanoseconds - start < 5_000_000_000)
      #expect(ProcessMemory.resident - before < count * 16 << 10)
      let client = try server.client()
      for _ in 0..<100 { _ = try client.ping() }
      withExtendedLifetime(peers) {}
    }
  }

  @Test func `all connections together hold only so much input`() throws {
    let server = try TestServer { $0.limits.bufferedByteCountTotal = 1 << 20 }
    server.service.importPause.store(300, ordering: .relaxed)
    let client = try server.client()
    let stream = try client.bulkImport(ImportRequest())
    let batch = ImportBatch(entries: [Entry(content: String(repeating: "c", count: 900_000))])
    #expect {
      for _ in 0..<20 { _ = try stream.send(batch) }
    } throws: {
      ($0 as? RPCError)?.code == .resourceExhausted
    }
    #expect(server.server.statistics.refusals["buffered_bytes_total"] == 1)
    // Frames under way count as well.
    var peers = try (0..<3).map { _ in try RawPeer.admitted(server.path) }
    var header = ProtoWriter()
    header.append(FrameHeader(kind: .request, method: 1, requestID: 1, messageByteCount: 3 << 20))
    for peer in peers { try peer.send(header.bytes + [UInt8](repeating: 0, count: 600_000)) }
    #expect(eventually { server.server.statistics.refusals["buffered_bytes_total"] ?? 0 > 1 })
    // What they held is given back.
    server.service.importPause.store(0, ordering: .relaxed)
    peers = []
    #expect(
      eventually {
        guard let again = try? server.client().bulkImport(ImportRequest()) else { return false }
        return (try? again.send(batch)) != nil && (try? again.finish())?.summary.batches == 1
      })
  }

  @Test func `deadlines of answered requests do not pile up`() throws {
    let server = try TestServer { $0.threadCount = 1 }
    let client = try server.client()
    // Answered by other threads, with a deadline 49 days away.
    for _ in 0..<40 {
      let calls: [RPCClient.PendingCall<SearchReply>] = try (0..<60).map { _ in
        try client.begin(.search, SearchRequest(), deadlineMilliseconds: Int(UInt32.max))
      }
      for call in calls { _ = try client.finish(call) }
    }
    #expect(server.server.deadlineCount < 1_024 + 200)
  }

  /// In a process of its own: it looks at all of the process's memory.
  @Test func `pipelined requests stop being read while their answers are not`() async {
    await #expect(processExitsWith: .success) {
      let server = try TestServer()
      let peer = try RawPeer.admitted(server.path)
      // Each asks for 200 KB; unread, they would be 200 MB.
      let count = 1_000
      var bytes: [UInt8] = []
      for id in 1...UInt32(count) {
        FrameWriter.append(
          FrameHeader(kind: .request, method: UInt16(Method.get.rawValue), requestID: id),
          GetRequest(minXID: 200_000), to: &bytes)
      }
      let before = ProcessMemory.resident
      try peer.send(bytes)
      Thread.sleep(milliseconds: 200)
      #expect(ProcessMemory.resident - before < 20 << 20)
      for id in 1...UInt32(count) { #expect(try peer.next()?.header.requestID == id) }
    }
  }

  @Test func `connections are limited in all, by business and by address`() throws {
    let server = try TestServer {
      $0.tcp = ("127.0.0.1", 0)
      $0.limits.connections = 12
      $0.limits.connectionsPerBusiness = 3
      $0.limits.connectionsPerAddress = 5
    }
    let port = try #require(server.server.tcpPort)
    var held: [RPCClient] = []
    func refusal(_ address: RPCAddress, _ key: String) throws -> String? {
      var options = RPCClient.Options()
      options.apiKey = key
      do {
        held.append(try RPCClient(address, options: options))
        return nil
      } catch {
        guard case .refused(let reply) = error else { return "\(error)" }
        #expect(reply.code == .resourceExhausted && !reply.remediation.isEmpty)
        return reply.details["limit"]
      }
    }
    let unix = RPCAddress.unix(path: server.path)
    let tcp = RPCAddress.tcp(host: "127.0.0.1", port: port)
    for _ in 0..<3 { #expect(try refusal(unix, "business") == nil) }
    #expect(try refusal(unix, "business") == "connections_per_business")
    for _ in 0..<5 { #expect(try refusal(tcp, "operator") == nil) }
    #expect(try refusal(tcp, "operator") == "connections_per_address")
    for _ in 0..<4 { #expect(try refusal(unix, "operator") == nil) }
    #expect(try refusal(unix, "operator") == "connections")
    held = []
    #expect(eventually { server.server.statistics.connectionsOpen == 0 })
    #expect(try refusal(tcp, "business") == nil, "room is given back")
  }

  @Test func `an answer over its limit becomes an error`() throws {
    let server = try TestServer { $0.limits.replyByteCount = 10_000 }
    let client = try server.client()
    #expect { try client.get(GetRequest(minXID: 10_000)) } throws: {
      ($0 as? RPCError)?.code == .resourceExhausted
    }
    #expect(try client.get(GetRequest(minXID: 9_000)).entries[0].content.count == 9_000)
  }

  @Test func `mutated conversations never crash the server nor stop the others`() throws {
    let server = try TestServer { $0.limits.helloMilliseconds = 300 }
    let seed = UInt64(Clock.wallMicroseconds)
    print("seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let neighbour = try server.client()
    var script: [UInt8] = []
    FrameWriter.append(
      FrameHeader(kind: .hello),
      HelloRequest(magic: helloMagic, versionLowest: 1, versionHighest: 1, apiKey: "operator"),
      to: &script)
    for id in 1...4 as ClosedRange<UInt32> {
      FrameWriter.append(
        FrameHeader(kind: .request, method: 1, requestID: id), PingRequest(payload: [1]),
        to: &script)
    }
    FrameWriter.append(
      FrameHeader(
        kind: .request, method: UInt16(Method.bulkImport.rawValue), requestID: 9,
        flags: FrameHeader.itemsFollow), ImportRequest(), to: &script)
    FrameWriter.append(
      FrameHeader(kind: .item, requestID: 9), ImportBatch(entries: [Entry(title: "t")]), to: &script
    )
    FrameWriter.append(FrameHeader(kind: .end, requestID: 9), encoded: [], to: &script)
    let runs = isLong ? 20_000 : 500
    for run in 0..<runs {
      let peer = try RawPeer(server.path)
      var bytes = script
      for _ in 0...Int.random(in: 0..<4, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(
          in: 0...255, using: &generator)
      }
      let cut = Int.random(in: 0...bytes.count, using: &generator)
      try peer.send(Array(bytes[..<cut]))
      if Bool.random(using: &generator) { try peer.send(Array(bytes[cut...])) }
      if run % 50 == 0 { #expect(try neighbour.ping(PingRequest(payload: [3])).payload == [3]) }
    }
    #expect(try neighbour.ping().payload == [])
    #expect(eventually { server.server.statistics.connectionsOpen == 1 })
  }
}

/// Whether the long sizes of tests were asked for.
let isLong = Built.long

enum ProcessMemory {
  /// Bytes that this process holds in memory.
  static var resident: Int {
    let file = open("/proc/self/statm", O_RDONLY)
    defer { close(file) }
    var text = [UInt8](repeating: 0, count: 200)
    let count = read(file, &text, text.count)
    let fields = String(decoding: text.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
    return (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
  }
}
