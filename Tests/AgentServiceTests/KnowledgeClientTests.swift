import Agent
import Platform
import RPC
import Synchronization
import Testing

@testable import AgentService

/// The port over the protocol, against a service that says what the test wrote.
@Suite struct KnowledgeClientTests {
  static let business = UUID(high: 1, low: 1)
  static let other = UUID(high: 1, low: 2)

  static func client(
    _ service: ScriptedKnowledge, milliseconds: Int = 20_000, idle: Int = 64
  ) -> KnowledgeClient {
    var options = KnowledgeClient.Options()
    options.callMilliseconds = milliseconds
    options.idleLimit = idle
    return KnowledgeClient(service.address, options: options)
  }

  static func error(_ body: () throws -> Void) -> KnowledgeError? {
    do {
      try body()
      return nil
    } catch { return error as? KnowledgeError }
  }

  @Test func `hits come with their metadata, and each business has a connection of its own`()
    throws
  {
    let service = try ScriptedKnowledge { business, bytes, exchange in
      let request = (try? HybridRequest(decoding: bytes)) ?? HybridRequest()
      var entry = Entry(
        id: UUID(high: 7, low: 7).bytes, externalID: "X", collection: request.collection)
      entry.title = "\(business == Self.business ? "mine" : "theirs") \(request.language)"
      entry.metadataJSON = #"{"price": 219.5}"#
      var hit = HybridHit(entry: entry)
      hit.relevance = 0.75
      var bare = HybridHit(entry: Entry(id: [1, 2]))
      bare.relevance = .nan
      exchange.reply(HybridReply(hits: [hit, bare], nothingRelevant: true))
    }
    let client = Self.client(service)
    let query = KnowledgeQuery(collection: "products", text: "boots", language: "de")
    for _ in 0..<3 {
      let answer = try client.search(query, business: Self.business)
      #expect(answer.nothingRelevant && answer.hits.count == 1)
      let hit = try #require(answer.hits.first)
      #expect(hit.title == "mine de" && hit.collection == "products" && hit.relevance == 0.75)
      #expect(hit.metadata["price"]?.double == 219.5 && hit.externalID == "X")
    }
    #expect(try client.search(query, business: Self.other).hits.first?.title == "theirs de")
    #expect(service.helloCount.load(ordering: .relaxed) == 2)
  }

  @Test func `a connection that was lost is made again within the call`() throws {
    let service = try ScriptedKnowledge { _, _, exchange in exchange.reply(SpellReply(text: "ok")) }
    let client = Self.client(service)
    #expect(try client.correct("o", language: "", business: Self.business).text == "ok")
    service.stop()
    try service.start()
    #expect(try client.correct("o", language: "", business: Self.business).text == "ok")
    service.stop()
    let gone = Self.error { _ = try client.correct("o", language: "", business: Self.business) }
    #expect(gone?.kind == .unavailable)
    #expect(gone?.description.contains("knowledge serve") == true, "\(gone as Any)")
    try service.start()
    #expect(try client.correct("o", language: "", business: Self.business).text == "ok")
  }

  @Test func `a service that is late is unavailable, whether it lets in or not`() throws {
    let held = Mutex<[Exchange]>([])
    let service = try ScriptedKnowledge { _, _, exchange in held.withLock { $0.append(exchange) } }
    let client = Self.client(service, milliseconds: 20)
    let query = KnowledgeQuery(text: "boots", language: "")
    let late = Self.error { _ = try client.search(query, business: Self.business) }
    #expect(late?.kind == .unavailable, "\(late as Any)")
    service.ignoresHellos.store(true, ordering: .relaxed)
    let mute = Self.error { _ = try client.search(query, business: Self.other) }
    #expect(mute?.kind == .unavailable, "\(mute as Any)")
    held.withLock { $0 = [] }
  }

  @Test func `a connection of another business than the one asked for is never used`() throws {
    let service = try ScriptedKnowledge { _, _, exchange in exchange.reply(SpellReply(text: "x")) }
    service.imposed.withLock { $0 = Self.other }
    let client = Self.client(service)
    let refusal = Self.error { _ = try client.correct("o", language: "", business: Self.business) }
    #expect(refusal?.kind == .refused)
    #expect(refusal?.description.contains("operator's key") == true, "\(refusal as Any)")
  }

  @Test func `nothing to look in or to look for is an answer without hits, other refusals are not`()
    throws
  {
    let refusal = Mutex(RPCRefusal(.notFound, "no collection", remediation: "Import."))
    let service = try ScriptedKnowledge { _, _, exchange in
      exchange.fail(refusal.withLock { $0 })
    }
    let client = Self.client(service)
    let query = KnowledgeQuery(text: "?!", language: "")
    #expect(try client.search(query, business: Self.business).nothingRelevant)
    refusal.withLock {
      $0 = RPCRefusal(
        .invalidArgument, "text: has no words", remediation: "Send one.",
        details: ["field": "text"])
    }
    #expect(try client.search(query, business: Self.business).hits.isEmpty)
    #expect(try client.correct("?!", language: "en", business: Self.business).text == "?!")
    #expect(Self.error { _ = try client.match("?", business: Self.business, limit: 5) } != nil)
    for (code, kind) in [
      (ErrorCode.permissionDenied, KnowledgeError.Kind.refused), (.unavailable, .unavailable),
      (.resourceExhausted, .unavailable), (.internal, .unavailable), (.unimplemented, .refused),
    ] {
      refusal.withLock { $0 = RPCRefusal(code, "no", remediation: "Do it.") }
      let error = Self.error { _ = try client.search(query, business: Self.business) }
      #expect(error?.kind == kind && error?.description.contains("Do it.") == true)
    }
    #expect(service.helloCount.load(ordering: .relaxed) == 1)
  }

  @Test func `a long message is sent as far as it may be and comes back whole`() throws {
    let service = try ScriptedKnowledge { _, bytes, exchange in
      let text = (try? SpellRequest(decoding: bytes))?.text ?? ""
      exchange.reply(SpellReply(text: text.utf8.count <= 64 << 10 ? "changed" : "too long"))
    }
    let long = "x" + String(repeating: "é", count: 40_000)
    let reply = try Self.client(service).correct(long, language: "", business: Self.business)
    // 64 KiB end within an é, which stays whole with the rest.
    #expect(reply.text == "changed" + String(repeating: "é", count: 40_000 - 32_767))
  }

  @Test func `what is ambiguous becomes a question`() throws {
    let reply = Mutex(MatchReply())
    let service = try ScriptedKnowledge { _, bytes, exchange in
      #expect((try? MatchRequest(decoding: bytes))?.k == 50)
      exchange.reply(reply.withLock { $0 })
    }
    let client = Self.client(service)
    func question(_ reason: MatchReason, code: String = "", _ labels: String...) throws -> String? {
      reply.withLock {
        $0.verdict = .ambiguous
        $0.question = MatchQuestion(
          reason: reason, code: code, options: labels.map { MatchOption(label: $0) })
      }
      return try client.match("x", business: Self.business, limit: 100).question
    }
    #expect(
      try question(.code, code: "X210", "X200", "X220")
        == "There is no X210. Do you mean X200 or X220?")
    #expect(try question(.similar, "A", "B", "A", "C") == "Do you mean A, B or C?")
    #expect(try question(.code, code: "X9", "X200") == "There is no X9. Do you mean X200?")
    #expect(try question(.unsure, "A", "B") == nil)
    #expect(try question(.similar) == nil)
    reply.withLock { $0.verdict = .match }
    #expect(try client.match("x", business: Self.business, limit: 100).question == nil)
  }
}

@Suite struct IdleConnectionsTests {
  @Test func `the last one used is taken first, and only by its business`() {
    var idle = IdleConnections<Int>(limit: 10)
    for (number, business) in [(1, KnowledgeClientTests.business), (2, .zero), (3, .zero)] {
      #expect(idle.keep(number, of: business) == nil)
    }
    #expect(idle.take(.zero) == 3)
    #expect(idle.take(.zero) == 2)
    #expect(idle.take(.zero) == nil)
    #expect(idle.take(KnowledgeClientTests.business) == 1 && idle.count == 0)
  }

  @Test func `the one idle longest goes where there is no room`() {
    var idle = IdleConnections<Int>(limit: 2)
    #expect(idle.keep(1, of: .zero) == nil && idle.keep(2, of: .zero) == nil)
    #expect(idle.keep(3, of: KnowledgeClientTests.other) == 1)
    #expect(idle.forget(.zero) == [2] && idle.count == 1)
    var none = IdleConnections<Int>(limit: 0)
    #expect(none.keep(1, of: .zero) == 1 && none.count == 0)
  }
}
