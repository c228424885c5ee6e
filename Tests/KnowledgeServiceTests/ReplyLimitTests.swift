import KnowledgeStore
import Platform
import Postgres
import RPC
import Testing
import Truth

@testable import KnowledgeService

@Suite struct ReplyLimitTests {
  private func batch(_ count: Int, k: UInt32, omitContent: Bool = false) -> SearchBatchRequest {
    var request = SearchBatchRequest()
    request.collection = "limits"
    request.texts = (0..<count).map { "title \($0)" }
    request.k = k
    request.omitContent = omitContent
    return request
  }

  private func refusal(_ body: () throws(RPCRefusal) -> Void) -> RPCRefusal? {
    do throws(RPCRefusal) { try body() } catch { return error }
    return nil
  }

  @Test func `a text that is too long is told in bytes`() throws {
    let local = try LocalCore()
    _ = try local.fill("limits", 1)
    var request = RPC.SearchRequest()
    request.collection = "limits"
    request.query = .text(String(repeating: "x", count: 120_001))
    let tooLong = refusal { () throws(RPCRefusal) in
      _ = try local.core.search(request, for: local.principal)
    }
    #expect(tooLong?.reply.message == "query.text is 120001 bytes; the limit is 65536 bytes")
    #expect(tooLong?.reply.remediation == "send 65536 bytes or fewer")
  }

  @Test func `an answer is given up once it is larger than an answer may be`() throws {
    let local = try LocalCore(replyByteCount: 100_000)
    let ids = try local.fill("limits", 50, contentByteCount: 4000)
    func search(_ request: SearchBatchRequest) throws(RPCRefusal) -> SearchBatchReply {
      let answer = try local.core.searchBatch(request, for: local.principal)
      return (try? SearchBatchReply(decoding: answer.encoded())) ?? SearchBatchReply()
    }
    let tooLarge = refusal { () throws(RPCRefusal) in _ = try search(batch(8, k: 10)) }
    #expect(tooLarge == .replyTooLarge(limit: 100_000))
    #expect(tooLarge?.reply.details["limit"] == "reply_bytes")
    // The same hits without their contents fit, and so do fewer with them.
    let light = try search(batch(8, k: 10, omitContent: true))
    #expect(light.results.map(\.hits.count) == Array(repeating: 10, count: 8))
    let few = try search(batch(2, k: 10))
    #expect(few.results.map(\.hits.count) == [10, 10])
    #expect(few.results.allSatisfy { $0.exact && $0.rowsConsidered == 50 })
    #expect(few.encoded().count <= 100_000)

    var request = GetRequest()
    request.collection = "limits"
    request.ids = ids.map(\.bytes)
    func get() throws(RPCRefusal) -> GetReply {
      try local.core.get(request, for: local.principal)
    }
    #expect(
      refusal { () throws(RPCRefusal) in _ = try get() } == .replyTooLarge(limit: 100_000))
    request.ids = ids.prefix(20).map(\.bytes)
    #expect(try get().entries.count == 20)
  }

  @Test func `a commit of unknown outcome is not told as one that did not happen`() {
    let unknown = RPCRefusal(TruthError.postgres(PostgresError(.commitOutcomeUnknown, "gone")))
    #expect(unknown.reply.code == .unavailable)
    #expect(unknown.reply.details["outcome"] == "unknown")
    #expect(!unknown.reply.message.contains("nothing was written"))
    let full = RPCRefusal(TruthError.postgres(PostgresError(.diskFull, "could not extend file")))
    #expect(full.reply.code == .resourceExhausted && full.reply.message.contains("disk is full"))
    let away = RPCRefusal(TruthError.postgres(PostgresError(.connectionFailed, "gone")))
    #expect(away.reply.message.contains("nothing was written"))
  }

  @Test func `what is counted is never less than what is sent`() throws {
    var entry = WireEntry()
    entry.id = UUID.random().bytes
    entry.priority = -1
    entry.version = .max
    entry.createdAt = -1
    entry.updatedAt = -1
    entry.isActive = true
    entry.keywords = ["a", "", "ccc"]
    entry.tags = [""]
    entry.vector = [1, 2, 3]
    entry.title = "é"
    entry.metadataJSON = "{}"
    let message = Hit(
      entry: entry, score: 0.5, chunk: .max, spanStart: .max, spanEnd: .max)
    var reply = SearchReply()
    reply.hits = [message]
    var budget = ReplyBudget(limit: reply.encoded().count - 1)
    #expect(throws: RPCRefusal.self) { try budget.add(entry) }
  }

  @Test func `an id that is asked for twice is refused`() throws {
    let local = try LocalCore()
    let ids = try local.fill("limits", 3)
    var request = GetRequest()
    request.collection = "limits"
    request.ids = [ids[0].bytes, ids[1].bytes, ids[0].bytes]
    let twice = refusal { () throws(RPCRefusal) in
      _ = try local.core.get(request, for: local.principal)
    }
    #expect(twice?.reply.code == .invalidArgument)
    #expect(twice?.reply.details["field"] == "ids[2]")
    request.ids = []
    request.externalIDs = ["row-1", "row-1"]
    let again = refusal { () throws(RPCRefusal) in
      _ = try local.core.get(request, for: local.principal)
    }
    #expect(again?.reply.details["field"] == "external_ids[1]")
    // Texts that look the same are not the same id.
    request.externalIDs = ["\u{e9}", "e\u{301}", "row-2"]
    #expect(
      try local.core.get(request, for: local.principal).entries.count == 1)
  }

  @Test func `a request that nobody waits for is given up`() throws {
    let local = try LocalCore()
    let ids = try local.fill("limits", 20)
    #expect(
      refusal { () throws(RPCRefusal) in
        _ = try local.core.searchBatch(
          batch(2, k: 5), for: local.principal, ReadTurn(isStopped: { true }))
      } == .stopped)
    var request = GetRequest()
    request.collection = "limits"
    request.ids = ids.map(\.bytes)
    #expect(
      refusal { () throws(RPCRefusal) in
        _ = try local.core.get(request, for: local.principal, ReadTurn(isStopped: { true }))
      } == .stopped)
  }

  @Test func `a filter is given up at its next part`() throws {
    let local = try LocalCore()
    _ = try local.fill("limits", 20)
    let collection = try #require(
      try local.store.existing(CollectionKey(owner: local.owner, name: "limits")))
    let vector = try local.core.models.target.queries.embed(["title 1"], as: .query)
    var asked = 0
    var seen = 0
    let scope = try collection.search(
      vector, queryCount: 1, count: 5,
      filter: .or(Array(repeating: .not(.category(anyOf: ["none"])), count: 100)),
      isStopped: {
        asked += 1
        return asked > 3
      },
      visiting: { _, _ in
        seen += 1
        return true
      })
    #expect(scope == nil)
    #expect(seen == 0)
  }

  @Test func `what may take long leaves the loop thread`() throws {
    let local = try LocalCore()
    _ = try local.fill("limits", 2000)
    let core = local.core
    var search = RPC.SearchRequest()
    search.collection = "limits"
    search.query = .text("shoes")
    #expect(!core.isLong(search, for: local.principal))
    search.query = .text(String(repeating: "shoes ", count: 1000))
    #expect(core.isLong(search, for: local.principal))
    search.query = .text("shoes")
    // 200 parts of a filter are 800 passes over the rows.
    var filter = WireFilter()
    filter.anyOf = Array(repeating: WireFilter(), count: 200)
    search.filter = filter
    #expect(core.isLong(search, for: local.principal))
    filter = WireFilter()
    filter.keywords = (0..<1000).map { "k\($0)" }
    search.filter = filter
    #expect(core.isLong(search, for: local.principal))

    #expect(core.isLong(batch(1, k: 1), for: local.principal))
    var get = GetRequest()
    get.ids = Array(repeating: [], count: KnowledgeCore.inlineIDCount)
    #expect(!core.isLong(get, for: local.principal))
    get.externalIDs = ["one more"]
    #expect(core.isLong(get, for: local.principal))
  }
}

extension KnowledgeCore {
  func isLong(_ request: RPC.SearchRequest, for principal: Principal) -> Bool {
    var found: KnowledgeStore.Collection?
    return isLong(request, for: principal, &found)
  }

  func isLong(_ request: SearchBatchRequest, for principal: Principal) -> Bool {
    var found: KnowledgeStore.Collection?
    return isLong(request, for: principal, &found)
  }
}
