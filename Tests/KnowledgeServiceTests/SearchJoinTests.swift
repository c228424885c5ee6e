import Platform
import RPC
import Testing

@testable import KnowledgeService

/// Exact searches that wait for a thread share a pass over the rows, and nobody can tell.
@Suite struct SearchJoinTests {
  @Test func `many searches at once get the answers that each would get alone`() throws {
    // Nothing is short enough for a loop thread, and one thread does all.
    let node = try TestNode {
      $0.limits.inlineByteCount = 0
      $0.limits.searches.threads = 1
      $0.limits.searches.share = 1
    }
    let tenant = try node.tenant("shop")
    let client = try node.client(tenant)
    try node.fill(client, 300)
    func request(_ number: Int) -> RPC.SearchRequest {
      var request = RPC.SearchRequest(query: .text("number \(number)"), k: 7, exact: true)
      // Four kinds that must not be mixed, and one that is refused.
      if number % 5 == 1 { request.filter = Filter(keywords: ["none"]) }
      if number % 5 == 2 { request.k = 3 }
      if number % 5 == 3 { request.omitContent = true }
      if number % 5 == 4 { request.idsOnly = true }
      if number == 44 { request.query = nil }
      return request
    }
    let alone = (0..<60).map { number in
      Result { try client.search(request(number)) }
    }
    // What is asked for by ids alone is the same, without anything else.
    let bare = try alone[4].get().hits
    #expect(bare.count == 7 && bare.allSatisfy { $0.entry == Entry(id: $0.entry?.id ?? []) })
    for _ in 0..<5 {
      let calls: [RPCClient.PendingCall<SearchReply>] = try (0..<60).map {
        try client.begin(.search, request($0))
      }
      for (number, call) in calls.enumerated() {
        guard case .success(let expected) = alone[number] else {
          #expect(number == 44)
          #expect(refusal { try client.finish(call) }?.details["field"] == "query")
          continue
        }
        let found = try client.finish(call)
        #expect(found.exact && found.hits == expected.hits, "\(number)")
        #expect(found.hits.count == (number % 5 == 1 ? 0 : number % 5 == 2 ? 3 : 7))
        #expect(found.position != nil && found.rowsConsidered == expected.rowsConsidered)
      }
    }
  }

  @Test func `searches that are given up leave the others their answers`() throws {
    let node = try TestNode {
      $0.limits.inlineByteCount = 0
      $0.limits.searches.threads = 1
      $0.limits.searches.share = 1
    }
    let client = try node.client(try node.tenant("shop"))
    try node.fill(client, 300)
    for _ in 0..<4 {
      let calls: [RPCClient.PendingCall<SearchReply>] = try (0..<30).map {
        try client.begin(
          .search, RPC.SearchRequest(query: .text("number \($0)"), k: 5, exact: true))
      }
      for call in calls.shuffled().prefix(10) { try client.cancel(call) }
      for call in calls {
        do {
          #expect(try client.finish(call).hits.count == 5)
        } catch { #expect((error as RPCError).code == .cancelled) }
      }
    }
    #expect(try client.search(RPC.SearchRequest(query: .text("a"), exact: true)).hits.count == 10)
  }
}
