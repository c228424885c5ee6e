import Platform
import RPC
import TestSupport
import Testing
import Truth

@testable import KnowledgeService

/// Every reply says what it reflects, and a reader can demand what another one saw.
@Suite struct PositionDemandTests {
  @Test func `a client reads what another client's answer reflected`() throws {
    let node = try TestNode()
    let tenant = try node.tenant("demo")
    let (writer, reader) = (try node.client(tenant), try node.client(tenant))
    for round in 0..<20 {
      let reply = try writer.upsert(
        UpsertRequest(entries: [RPC.Entry(externalID: "e-\(round)", content: "entry \(round)")]))
      var request = RPC.SearchRequest()
      request.query = .text("entry")
      request.k = 100
      request.minXID = reply.xid
      request.waitMilliseconds = 30_000
      let seen = try #require(try writer.search(request).position)
      request.minXID = 0
      request.minPosition = seen
      let other = try reader.search(request)
      #expect(!other.isStale && other.hits.count == round + 1)
      let position = try #require(other.position)
      let snapshot = try #require(TransactionSnapshot(position.snapshot))
      #expect(snapshot.includes(try #require(TransactionSnapshot(seen.snapshot))))
      var get = GetRequest(externalIDs: ["e-\(round)"])
      get.minPosition = seen
      #expect(try reader.get(get).entries.count == 1)
    }
    #expect(try reader.collections().position != nil)
    #expect(try reader.stats().feed?.position != nil)
  }

  @Test func `a position that is not reached is told of, one that is none is refused`() throws {
    let node = try TestNode()
    let client = try node.client(try node.tenant("demo"))
    try node.fill(client, 5)
    var request = RPC.SearchRequest()
    request.query = .text("entry")
    let now = try #require(try client.search(request).position)
    let xmax = try #require(TransactionSnapshot(now.snapshot)).xmax + 1_000_000
    var future = now
    future.snapshot = "\(xmax):\(xmax):"
    request.minPosition = future
    request.waitMilliseconds = 30
    let stale = try client.search(request)
    #expect(stale.isStale && stale.hits.count == 5)
    var batch = SearchBatchRequest(texts: ["entry"])
    batch.minPosition = future
    #expect(try client.searchBatch(batch).isStale)
    var get = GetRequest(externalIDs: ["entry-1"])
    get.minPosition = future
    #expect(refusal { try client.get(get) }?.code == .stale)
    var export = ExportRequest()
    export.minPosition = future
    func exported() throws -> Int {
      let stream = try client.export(export)
      var count = 0
      while let entries = try stream.next() { count += entries.count }
      return count
    }
    #expect(refusal { try exported() }?.code == .stale)
    export.minPosition = now
    export.waitMilliseconds = 1000
    #expect(try exported() == 5)
    // Another database's never comes: nobody waits for it.
    future.systemIdentifier = "1"
    request.minPosition = future
    request.waitMilliseconds = 60_000
    #expect(try client.search(request).isStale)
    request.minPosition = .init(snapshot: "yesterday")
    let invalid = refusal { try client.search(request) }
    #expect(invalid?.code == .invalidArgument)
    #expect(invalid?.message.contains("min_position.snapshot") == true)
  }
}
