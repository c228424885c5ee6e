import KnowledgeStore
import Platform
import RPC
import Testing

@testable import KnowledgeService

/// How much a hybrid answer may hold, and where it is made.
@Suite struct HybridLimitTests {
  private func request(
    _ text: String, _ mode: HybridMode, k: UInt32 = 0, omitContent: Bool = false
  ) -> RPC.HybridRequest {
    var request = RPC.HybridRequest()
    request.collection = "limits"
    (request.text, request.mode, request.k) = (text, mode, k)
    request.omitContent = omitContent
    return request
  }

  @Test func `hits are counted one by one, and their highlights with them`() throws {
    let local = try LocalCore(replyByteCount: 100_000)
    _ = try local.fill("limits", 50, contentByteCount: 4000)
    for mode in [HybridMode.text, .both] {
      #expect(throws: RPCRefusal.replyTooLarge(limit: 100_000)) {
        try local.core.hybrid(request("title", mode, k: 50), for: local.principal)
      }
      for (k, omitContent) in [(10, false), (50, true)] {
        let reply = try local.core.hybrid(
          request("title", mode, k: UInt32(k), omitContent: omitContent), for: local.principal)
        #expect(reply.hits.count == k && reply.encoded().count <= 100_000)
        #expect(reply.hits.allSatisfy { $0.textShare > 0 && $0.highlights.count == 1 })
        if mode == .text { #expect(reply.hits.map(\.textRank) == (1...k).map { UInt32($0) }) }
      }
    }
    // Places of words take room of their own.
    let collection = try local.store.collection(
      CollectionKey(owner: local.owner, name: "limits"),
      configuration: try #require(
        try local.store.existing(CollectionKey(owner: local.owner, name: "limits"))
      ).configuration)
    let vector = try local.core.models.target.passages.embed(["a"], as: .passage)
    try collection.apply(
      (0..<30).map { number in
        .upsert(
          StoredEntry(
            id: UUID(high: 2, low: UInt64(number)), version: 1, stamp: 0, vector: vector,
            title: "", content: String(repeating: "many ", count: 200)))
      })
    #expect(throws: RPCRefusal.replyTooLarge(limit: 100_000)) {
      try local.core.hybrid(request("many", .text, k: 30, omitContent: true), for: local.principal)
    }
    let few = try local.core.hybrid(
      request("many", .text, k: 10, omitContent: true), for: local.principal)
    #expect(few.hits.map(\.highlights.count) == Array(repeating: 100, count: 10))
  }

  @Test func `inactive entries stay away unless asked for`() throws {
    let local = try LocalCore()
    let ids = try local.fill("limits", 3)
    let collection = try #require(
      try local.store.existing(CollectionKey(owner: local.owner, name: "limits")))
    let vector = try local.core.models.target.passages.embed(["title 1"], as: .passage)
    try collection.apply([
      .upsert(
        StoredEntry(
          id: ids[1], version: 2, stamp: 0, vector: vector, isActive: false, title: "title 1",
          content: "x"))
    ])
    for mode in [HybridMode.text, .both] {
      var asked = request("title", mode)
      func found() throws -> Set<[UInt8]> {
        Set(try local.core.hybrid(asked, for: local.principal).hits.compactMap { $0.entry?.id })
      }
      #expect(try found() == [ids[0].bytes, ids[2].bytes])
      asked.filter = RPC.Filter(isActive: false)
      #expect(try found() == [ids[1].bytes])
    }
  }

  @Test func `phrases and prefixes leave the loop thread`() throws {
    let local = try LocalCore()
    _ = try local.fill("limits", 3)
    for (text, isLong) in [("title 1", false), ("\"title 1\"", true), ("tit*", true)] {
      var found: KnowledgeStore.Collection?
      #expect(
        local.core.isLong(request(text, .text), for: local.principal, &found) == isLong)
    }
  }

  @Test func `a caller who gives up at any moment gets no part of an answer`() throws {
    let local = try LocalCore()
    _ = try local.fill("limits", 3)
    for mode in [HybridMode.text, .both] {
      var lookCount = 0
      while true {
        let left = Condition(lookCount)
        let turn = ReadTurn(isStopped: {
          left.withLock { left in
            left -= 1
            return left < 0
          }
        })
        do throws(RPCRefusal) {
          let reply = try local.core.hybrid(
            request("\"title 1\"", mode), for: local.principal, turn)
          #expect(reply.hits.contains { !$0.highlights.isEmpty })
          break
        } catch { #expect(error == .stopped) }
        lookCount += 1
      }
      #expect((5..<200).contains(lookCount))
    }
  }

  @Test func `what takes too long on a loop thread is answered by another`() throws {
    let node = try TestNode { $0.limits.inlineMicroseconds = 0 }
    let client = try node.client(try node.tenant("shop"))
    try node.fill(client, 20)
    for mode in [HybridMode.text, .both] {
      var request = RPC.HybridRequest()
      (request.text, request.mode, request.k) = ("number", mode, 20)
      let reply = try client.hybrid(request)
      #expect(reply.hits.count == 20 && reply.exact)
    }
  }
}
