import KnowledgeStore
import Platform
import RPC
import Testing

@testable import KnowledgeService

/// What a search over RPC promises, and how it says so.
@Suite struct RecallTargetTests {
  private func request(_ number: Int) -> RPC.SearchRequest {
    var request = RPC.SearchRequest()
    request.collection = "recall"
    request.query = .text("title \(number)")
    request.explain = true
    return request
  }

  private func reply(_ local: LocalCore, _ request: RPC.SearchRequest) throws -> SearchReply {
    try SearchReply(
      decoding: try local.core.search(request, for: local.principal).encoded())
  }

  @Test func `the default is a recall of 0.99, and exact is there for the asking`() throws {
    let local = try LocalCore()
    _ = try local.fill("recall", 5_000)
    try local.store.commit(position: [])
    var found = 0
    var total = 0
    for number in stride(from: 3, to: 5_000, by: 331) {
      var request = request(number)
      let usual = try reply(local, request)
      #expect(!usual.exact && usual.recallTarget == 0.99)
      #expect(usual.parts.contains { $0.way == "signs" && $0.signRows > 0 && !$0.reason.isEmpty })
      #expect(usual.hits.count == 10)
      request.exact = true
      let exact = try reply(local, request)
      #expect(exact.exact && exact.recallTarget == 1)
      #expect(exact.parts.allSatisfy { $0.way == "scan" && $0.signRows == 0 })
      request.exact = false
      request.recallTarget = 1
      #expect(try reply(local, request).exact)
      request.recallTarget = 0.9
      #expect(try reply(local, request).recallTarget == 0.9)
      // Texts are alike here: what scores as well as the last of the exact answer is as good.
      let least = try #require(exact.hits.last).score
      found += usual.hits.count { $0.score >= least }
      total += exact.hits.count
    }
    #expect(Double(found) >= 0.98 * Double(total), "\(found) of \(total)")
  }

  @Test func `small collections are answered exactly, and parts are told only when asked`() throws {
    let local = try LocalCore()
    _ = try local.fill("recall", 40)
    var request = request(7)
    let told = try reply(local, request)
    #expect(told.exact && told.recallTarget == 1)
    #expect(told.parts.reduce(0) { $0 + $1.rows } == 40)
    #expect(told.parts.allSatisfy { $0.segment == 0 && $0.way == "scan" && $0.codeRows > 0 })
    request.explain = false
    #expect(try reply(local, request).parts.isEmpty)
  }

  @Test func `a batch says what it promises, too`() throws {
    let local = try LocalCore()
    _ = try local.fill("recall", 5_000)
    try local.store.commit(position: [])
    for (count, isExact) in [(2, false), (2, true)] {
      var request = SearchBatchRequest()
      request.collection = "recall"
      request.texts = (0..<count).map { "title \($0 * 50)" }
      request.exact = isExact
      request.explain = true
      let answer = try local.core.searchBatch(request, for: local.principal)
      let batch = try SearchBatchReply(decoding: answer.encoded())
      #expect(batch.results.allSatisfy { $0.exact == isExact })
      #expect(batch.results.allSatisfy { $0.recallTarget == (isExact ? 1 : 0.99) })
      #expect(!batch.results[0].parts.isEmpty && batch.results[1].parts.isEmpty)
    }
  }

  @Test(arguments: [-0.5, 1.5, .nan])
  func `a target that is no share is refused`(target: Double) throws {
    let local = try LocalCore()
    _ = try local.fill("recall", 3)
    var request = request(1)
    request.recallTarget = target
    #expect(throws: RPCRefusal.self) { try local.core.search(request, for: local.principal) }
  }
}
