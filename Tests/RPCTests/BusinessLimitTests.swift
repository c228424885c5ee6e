import Platform
import Testing

@testable import RPC

/// What one business may take, and what its credentials are worth.
@Suite struct BusinessLimitTests {
  @Test func `a business has only so many requests open, and the last are for the others`() throws {
    let server = try TestServer {
      $0.limits.requestsInFlight = 8
      $0.limits.requestsInFlightTotal = 20
      $0.limits.requestsInFlightPerBusiness = 19
    }
    func hold(_ client: RPCClient) throws -> RPCClient.PendingCall<VerifyReply> {
      try client.begin(.verify, VerifyRequest())
    }
    let business = try (0..<4).map { _ in try server.client("business") }
    for client in business.prefix(2) { for _ in 0..<8 { _ = try hold(client) } }
    for _ in 0..<2 { _ = try hold(business[2]) }
    #expect(eventually { server.service.held.withLock { $0.count } == 18 })
    // Nine tenths are taken: who has much gets no more, who has little does.
    let refused = try hold(business[3])
    #expect {
      try business[3].finish(refused)
    } throws: {
      ($0 as? RPCError)?.code == .resourceExhausted
    }
    #expect(server.server.statistics.refusals["requests_in_flight_total"] == 1)
    let trusted = try server.client("operator")
    _ = try hold(trusted)
    #expect(eventually { server.service.held.withLock { $0.count } == 19 })
    let strict = try TestServer { $0.limits.requestsInFlightPerBusiness = 3 }
    let clients = try (0..<2).map { _ in try strict.client("business") }
    for client in clients { for _ in 0..<2 { _ = try hold(client) } }
    #expect(
      eventually { strict.server.statistics.refusals["requests_in_flight_per_business"] == 1 })
    #expect(strict.service.held.withLock { $0.count } == 3)
    // What is answered makes room.
    strict.service.held.withLock { held in
      for exchange in held { exchange.reply(VerifyReply()) }
      held = []
    }
    #expect(eventually { (try? strict.client("business").ping()) != nil })
    _ = try hold(try strict.client("operator"))
    _ = try hold(clients[0])
    #expect(eventually { strict.service.held.withLock { $0.count } == 2 })
  }

  @Test func `answers that nobody takes are bounded by business`() throws {
    let server = try TestServer {
      $0.limits.unsentByteCount = 1 << 30
      $0.limits.unsentByteCountPerBusiness = 4 << 20
    }
    let peer = try RawPeer.admitted(server.path, key: "business")
    let count = 60
    var bytes: [UInt8] = []
    for id in 1...UInt32(count) {
      FrameWriter.append(
        FrameHeader(kind: .request, method: UInt16(Method.get.rawValue), requestID: id),
        GetRequest(minXID: 500_000), to: &bytes)
    }
    try peer.send(bytes)
    #expect(eventually { server.server.statistics.refusals["unsent_bytes_per_business"] ?? 0 > 9 })
    // Others are answered, and small answers go on.
    #expect(
      try server.client("operator").get(GetRequest(minXID: 500_000)).entries[0].content.count
        == 500_000)
    #expect(try server.client("business").ping().payload == [])
    var refused = 0
    for _ in 1...count {
      guard let frame = try peer.next() else { break }
      guard frame.header.kind == .error else { continue }
      refused += 1
      #expect(
        try ErrorReply(decoding: frame.message).details["limit"] == "unsent_bytes_per_business")
    }
    #expect((10..<count).contains(refused))
    // What was taken makes room.
    #expect(try server.client("business").get(GetRequest(minXID: 500_000)).entries.count == 1)
  }

  @Test func `input that nobody takes is bounded by business`() throws {
    let server = try TestServer { $0.limits.bufferedByteCountPerBusiness = 1 << 20 }
    server.service.importPause.store(300, ordering: .relaxed)
    let batch = ImportBatch(entries: [Entry(content: String(repeating: "c", count: 900_000))])
    let stream = try server.client("business").bulkImport(ImportRequest())
    #expect {
      for _ in 0..<20 { _ = try stream.send(batch) }
    } throws: {
      guard case .refused(let reply)? = $0 as? RPCError else { return false }
      return reply.details["limit"] == "buffered_bytes_per_business"
    }
    let other = try server.client("operator").bulkImport(ImportRequest())
    for _ in 0..<6 { _ = try other.send(batch) }
    #expect(try other.finish().summary.batches == 6)
    #expect(server.server.statistics.refusals["buffered_bytes_total"] == nil)
  }

  @Test func `a large message of next to nothing is not decoded to gigabytes`() throws {
    let empty = [UInt8](repeatElement([0x1a, 0x00], count: 7 << 20).joined())
    #expect(throws: ProtoError.self) { try ImportBatch(decoding: empty) }
    #expect(ProtoReader.memoryLimit(byteCount: 16 << 20) < 100 << 20)
    // The largest batch that the service takes, with 1.5 KB of text each.
    let entries = (0..<10_000).map { number in
      Entry(externalID: "\(number)", content: String(repeating: "t", count: 1_500))
    }
    let full = ImportBatch(entries: entries).encoded()
    #expect(full.count < 16 << 20)
    #expect(try ImportBatch(decoding: full).entries.count == 10_000)
    let small = ImportBatch(
      entries: (0..<10_000).map { Entry(externalID: "\($0)", content: "t") })
    #expect(try ImportBatch(decoding: small.encoded()).entries.count == 10_000)
  }

  @Test func `connections end with the credential that they were let in with`() throws {
    let server = try TestServer()
    let (mine, other) = (try server.client("business"), try server.client("operator"))
    let peer = try RawPeer.admitted(server.path)
    let held: RPCClient.PendingCall<VerifyReply> = try mine.begin(.verify, VerifyRequest())
    #expect(eventually { server.service.held.withLock { $0.count } == 1 })
    server.server.endConnections(
      of: { $0.business != nil },
      RPCRefusal(.unauthenticated, "the key was revoked", remediation: "Use another."))
    #expect(throws: RPCError.self) { try mine.finish(held) }
    #expect(eventually { server.service.held.withLock { $0.allSatisfy(\.isStopped) } })
    #expect(try other.ping().payload == [])
    try peer.send(
      FrameHeader(kind: .request, method: UInt16(Method.ping.rawValue), requestID: 1),
      PingRequest())
    #expect(try peer.next()?.header.kind == .response)
    #expect(server.server.statistics.refusals["unauthenticated"] == 1)
  }
}
