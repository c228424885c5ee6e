import Platform
import Postgres
import RPC
import TestSupport
import Testing
import Truth

@testable import KnowledgeService

/// A hostile business fills its share of everything; another one does not notice.
@Suite struct FairShareTests {
  @Test func `silent imports hold their business's share and no more`() throws {
    let node = try TestNode()
    let (greedy, other) = (try node.tenant("greedy"), try node.tenant("other"))
    let share = ServiceLimits().imports.share
    let clients = try (0..<3).map { _ in try node.client(greedy) }
    let streams = try clients.flatMap { client in
      try (0..<share).map { _ in try client.bulkImport(ImportRequest()) }
    }
    #expect(
      try eventually {
        try node.refusals()["imports_per_business"] == UInt64(streams.count - share)
      })
    let refusals = streams.compactMap { stream in
      refusal { try stream.acknowledgements(timeoutMilliseconds: 0) }
    }
    #expect(refusals.count == streams.count - share)
    for reply in refusals {
      #expect(reply.code == .resourceExhausted)
      #expect(reply.details["value"] == "\(share)" && reply.details["retry_ms"] != nil)
    }
    let client = try node.client(other)
    let stream = try client.bulkImport(ImportRequest())
    _ = try stream.send(ImportBatch(entries: [RPC.Entry(externalID: "a", content: "apples")]))
    let summary = try stream.finish().summary
    #expect(summary.counts?.inserted == 1)
    #expect(try node.hits(client, "apples", after: summary.xid) == 1)
    // The greedy one may still do everything else.
    try node.fill(clients[0], 3)
  }

  @Test func `an import that brings nothing for too long is ended, what it brought is stored`()
    throws
  {
    let node = try TestNode { $0.limits.importIdleMilliseconds = 300 }
    let client = try node.client(try node.tenant("silent"))
    let stream = try client.bulkImport(ImportRequest())
    _ = try stream.send(ImportBatch(entries: [RPC.Entry(externalID: "a", content: "apples")]))
    var reply: ErrorReply?
    var ackCount = 0
    #expect(
      eventually {
        reply = refusal {
          ackCount += try stream.acknowledgements(timeoutMilliseconds: 100).count
        }
        return reply != nil
      })
    #expect(ackCount == 1)
    #expect(reply?.code == .timedOut && reply?.details["limit"] == "import_idle_ms")
    #expect(reply?.remediation.contains("open it again") == true)
    #expect(try node.refusals()["import_idle_ms"] == 1)
    #expect(try eventually { try node.hits(client, "apples") == 1 })
  }

  @Test func `an import that trickles is ended, and one that brings enough is not`() throws {
    let node = try TestNode {
      $0.limits.importIdleMilliseconds = 400
      $0.limits.importFloorByteCount = 500
    }
    let client = try node.client(try node.tenant("slow"))
    // As often, but more.
    for (size, isRefused) in [(10, true), (1_000, false)] {
      let stream = try client.bulkImport(ImportRequest())
      var reply: ErrorReply?
      let text = String(repeating: "x", count: size)
      for number in 0..<15 where reply == nil {
        reply = refusal {
          _ = try stream.send(
            ImportBatch(entries: [RPC.Entry(externalID: "\(size)-\(number)", content: text)]))
          _ = try stream.acknowledgements(timeoutMilliseconds: 100)
          Thread.sleep(milliseconds: 100)
        }
      }
      #expect((reply != nil) == isRefused)
      guard let reply else {
        #expect(try stream.finish().summary.counts?.inserted == 15)
        continue
      }
      #expect(reply.code == .timedOut && reply.details["limit"] == "import_floor_bytes")
      #expect(try node.refusals()["import_floor_bytes"] == 1)
    }
  }

  @Test func `exports whose client grants no credit hold their share, and end`() throws {
    let node = try TestNode { $0.rpcLimits.unreadMilliseconds = 1_000 }
    let (greedy, other) = (try node.tenant("greedy"), try node.tenant("other"))
    let share = ServiceLimits().exports.share
    // A window of one byte lets one item pass; nobody takes it.
    let clients = try (0...share).map { _ in try node.client(greedy, streamWindow: 1) }
    try node.fill(clients[0], 1_000)
    let good = try node.client(other)
    try node.fill(good, 600)
    let exports = try clients.map { try $0.export(ExportRequest()) }
    #expect(try eventually { try node.refusals()["exports_per_business"] == 1 })
    let export = try good.export(ExportRequest())
    var count = 0
    while let entries = try export.next() { count += entries.count }
    #expect(count == 600)
    // The two that were begun end by themselves, and say why.
    #expect(try eventually { try node.refusals()["unread_ms"] ?? 0 >= UInt64(share) })
    withExtendedLifetime(exports) {}
  }

  @Test func `a business has one comparison at a time, and searches go on during it`() throws {
    let node = try TestNode()
    let (greedy, other) = (try node.tenant("greedy"), try node.tenant("other"))
    let (bad, good) = (try node.client(greedy), try node.client(other))
    try node.fill(bad, 10)
    try node.fill(good, 10)
    var lock = try node.connect()
    try lock.query("begin")
    try lock.query("lock table knowledge_entries in access exclusive mode")
    let first: RPCClient.PendingCall<VerifyReply> = try bad.begin(
      .verify, VerifyRequest(compareTruth: true))
    for _ in 0..<5 {
      let second = refusal { try bad.verify(VerifyRequest(compareTruth: true)) }
      #expect(second?.details["limit"] == "maintenance_per_business")
      let rebuild = refusal { try bad.rebuild(RebuildRequest()) }
      #expect(rebuild?.details["limit"] == "maintenance_per_business")
    }
    #expect(try node.hits(good, "entry") == 10)
    #expect(try node.hits(bad, "entry") == 10)
    Thread.sleep(milliseconds: Int(MaintenanceTurns.freeNanoseconds / 1_000_000))
    try lock.query("commit")
    #expect(try bad.finish(first).rowsCompared == 10)
    // It took long, so that the business rests; the operator need not.
    let third = refusal { try bad.verify(VerifyRequest(compareTruth: true)) }
    #expect(third?.details["limit"] == "maintenance_rest")
    #expect(third?.details["retry_ms"].flatMap { Int($0) } ?? 0 > 0)
    let operatorReply = try node.client(business: "greedy").verify(
      VerifyRequest(compareTruth: true))
    #expect(operatorReply.rowsCompared == 10)
    #expect(try good.verify(VerifyRequest(compareTruth: true)).rowsCompared == 10)
    #expect(try node.refusals()["maintenance_per_business"] == 10)
  }

  @Test func `a business begins only so many collections`() throws {
    let node = try TestNode { $0.limits.collectionCount = 3 }
    let client = try node.client(try node.tenant("greedy"))
    func begin(_ name: String) throws -> UInt64 {
      let entries = [RPC.Entry(externalID: "a", content: "a")]
      return try client.upsert(UpsertRequest(collection: name, entries: entries)).xid
    }
    for name in ["a", "b", "c"] { #expect(try begin(name) > 0) }
    #expect(try eventually { try client.collections().collections.count == 3 })
    let fourth = refusal { try begin("d") }
    #expect(fourth?.details["limit"] == "collections_per_business")
    _ = try client.upsert(
      UpsertRequest(collection: "a", entries: [RPC.Entry(externalID: "b", content: "b")]))
    // Room is made by deleting all of one.
    _ = try client.delete(DeleteRequest(collection: "b", externalIDs: ["a"]))
    #expect(eventually { (try? begin("d")) ?? 0 > 0 })
  }

  @Test func `writes that wait for the database hold up neither keys nor searches nor others`()
    throws
  {
    let node = try TestNode {
      $0.limits.writes = .init(threads: 2, share: 1, shareWaiting: 1, waiting: 10)
    }
    let (greedy, other) = (try node.tenant("greedy"), try node.tenant("other"))
    let bad = try node.client(greedy)
    let write = UpsertRequest(entries: [RPC.Entry(externalID: "a", content: "a")])
    try node.fill(try node.client(business: "other"), 10)
    var lock = try node.connect()
    try lock.query("begin")
    // The greedy one's rows only.
    try lock.query(
      "insert into knowledge_entries (business_id, external_id, content) values ($1, 'a', 'x')",
      [.uuid(greedy.id)])
    let held: [RPCClient.PendingCall<UpsertReply>] = try (0..<2).map { _ in
      try bad.begin(.upsert, write)
    }
    let third = refusal { try bad.upsert(write) }
    #expect(third?.details["limit"] == "writes_per_business" && third?.details["value"] == "2")
    // A key that was never seen is checked, its business writes and searches.
    let good = try node.client(other)
    try node.fill(good, 20)
    #expect(try node.hits(good, "entry") == 10)
    try lock.query("rollback")
    for call in held { _ = try bad.finish(call) }
  }
}
