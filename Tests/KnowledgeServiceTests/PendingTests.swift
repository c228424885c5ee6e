import Embedding
import KnowledgeStore
import Platform
import Postgres
import RPC
import TestSupport
import Testing
import Truth

@testable import KnowledgeService

/// What is said and done while entries wait to be embedded: none of it takes a part for the whole.
@Suite struct PendingTests {
  /// A fixture whose model has embedded 5 entries and is away for 40 more.
  private func behind() throws -> (FollowingFixture, GatedEmbedder) {
    let model = GatedEmbedder(keepsVectors: true)
    let fixture = try FollowingFixture(commitMilliseconds: 20, embedder: model)
    try fixture.write(0..<5)
    try fixture.until("the first are there") {
      try fixture.heldCount() == 5 && fixture.pendingCount() == 0
    }
    model.allow(0)
    try fixture.write(5..<45)
    try fixture.until("the others are known to lack a vector") { fixture.pendingCount() == 40 }
    return (fixture, model)
  }

  @Test func `after a restart no answer is exact before it is known what lacks a vector`() throws {
    let (fixture, model) = try behind()
    fixture.close()
    try fixture.open(commitMilliseconds: 20)
    // Not following yet: the files answer, and nobody knows what they lack.
    let unknown = try fixture.search("row-1")
    #expect(unknown.hits.count == 5 && !unknown.exact && unknown.incomplete)
    try fixture.follow()
    // From the first position on, while nothing at all was embedded.
    let known = try fixture.search("row-1")
    #expect(known.pendingEmbeddings == 40 && !known.exact && !known.incomplete)
    #expect(fixture.statistics().pending == 40)
    model.allow(.max)
    try fixture.until("all are embedded") { fixture.pendingCount() == 0 }
    // Known as embedded only when a search finds them.
    let whole = try fixture.search("row-1")
    #expect(whole.hits.count == 45 && whole.exact && whole.pendingEmbeddings == 0)
  }

  @Test func `entries are counted once, and by collection`() throws {
    let (fixture, model) = try behind()
    // The same entries changed again are no more entries.
    var connection = try fixture.connect()
    try connection.query("update knowledge_entries set content = content || ' once more'")
    try fixture.until("the first lack one as well") { fixture.pendingCount() == 45 }
    #expect(fixture.statistics().pending == 45)
    // A deleted one lacks nothing.
    try connection.query("delete from knowledge_entries where external_id = 'row-44'")
    try fixture.until("one fewer") { fixture.pendingCount() == 44 }
    // Another collection of the business, embedded in full, is exact.
    model.allow(.max)
    try fixture.until("all are embedded") { fixture.pendingCount() == 0 }
    try fixture.write(100..<103, collection: "other")
    let other = fixture.core.models.target.key("other", of: fixture.business)
    try fixture.until("they are there") { try fixture.store.existing(other)?.entryCount == 3 }
    model.allow(0)
    try fixture.write(200..<240)
    try fixture.until("these lack one") { fixture.pendingCount() == 40 }
    #expect(fixture.core.pendingCount(of: other) == 0)
    var request = RPC.SearchRequest()
    request.query = .text("row-101")
    request.collection = "other"
    let reply = try SearchReply(
      decoding: fixture.core.search(request, for: fixture.principal).encoded())
    #expect(reply.exact && reply.pendingEmbeddings == 0)
    #expect(try !fixture.search("row-1").exact)
  }

  @Test func `get gives committed entries that are not embedded, in the order of the request`()
    throws
  {
    let (fixture, _) = try behind()
    var request = GetRequest()
    request.externalIDs = ["row-30", "row-2", "nobody", "row-7"]
    let reply = try fixture.core.get(request, for: fixture.principal)
    #expect(reply.entries.map(\.externalID) == ["row-30", "row-2", "row-7"])
    #expect(reply.entries[0].content == "text 30")
    // Not on a thread that must not wait.
    #expect(fixture.core.readsTruth(request, for: fixture.principal))
  }

  @Test func `an export has every committed entry, by a filter too`() throws {
    let model = GatedEmbedder(keepsVectors: true)
    let node = try TestNode { $0.model = model }
    let tenant = try node.tenant("demo")
    let client = try node.client(tenant)
    try node.fill(client, 5)
    model.allow(0)
    let entries = (0..<80).map { number in
      RPC.Entry(
        externalID: "late-\(number)", content: "number \(number)",
        category: number % 4 == 0 ? "stores" : "orders")
    }
    _ = try client.upsert(UpsertRequest(entries: entries))
    #expect(try eventually { try client.stats().embedding?.pending == 80 })
    func exported(_ request: ExportRequest) throws -> [RPC.Entry] {
      let stream = try client.export(request)
      var all: [RPC.Entry] = []
      while let some = try stream.next() { all += some }
      return all
    }
    var request = ExportRequest()
    request.includeVector = true
    let all = try exported(request)
    #expect(all.count == 85 && Set(all.map(\.externalID)).count == 85)
    #expect(all.count { $0.vector.isEmpty } == 80)
    #expect(all.map(\.id) == all.map(\.id).sorted { $0.lexicographicallyPrecedes($1) })
    request.filter = WireFilter(categories: ["stores"])
    let some = try exported(request)
    #expect(some.count == 20 && some.allSatisfy { $0.category == "stores" })
    // And what lets nothing be embedded is said.
    #expect(
      try eventually {
        try node.client().health().reasons.contains { $0.contains("not embedded") }
      })
    model.allow(.max)
    #expect(try eventually { try client.health().status == .ok })
    #expect(try eventually { try client.stats().embedding?.pending == 0 })
    #expect(try exported(ExportRequest()).count == 85)
  }

  @Test func `a change of the model is no trouble while the earlier one answers`() throws {
    let fixture = try FollowingFixture(commitMilliseconds: 20)
    try fixture.write(0..<50)
    try fixture.held(50)
    let next = HeldEmbedder()
    try fixture.parts.applier.change(to: next)
    try fixture.until("it is being filled") {
      fixture.store.isIncomplete(fixture.targetKey) && fixture.statistics().pending == 50
    }
    #expect(fixture.reasons() == [])
    let reply = try fixture.search("row-1")
    #expect(reply.exact && reply.hits.count == 50)
    next.state.withLock { $0.isOpen = true }
    try fixture.until("all are embedded") { fixture.pendingCount() == 0 }
  }

  @Test func `a business whose vectors the database refuses stops no other`() throws {
    let model = GatedEmbedder(keepsVectors: true)
    let fixture = try FollowingFixture(commitMilliseconds: 20, embedder: model)
    // The first in each round.
    let first = try fixture.entries.createBusiness(named: "a").businessID
    let key = fixture.core.models.target.key("knowledge", of: first)
    var connection = try fixture.connect()
    try connection.run(
      script: """
        create function refuse() returns trigger language plpgsql as
          $$ begin raise 'not these'; end $$;
        create trigger refuse before insert on knowledge_embeddings for each row
          when (new.business_id = '\(first)') execute function refuse();
        """)
    model.allow(0)
    _ = try fixture.entries.upsert(
      [EntryDraft(content: "refused")], business: first, collection: "knowledge")
    try fixture.write(0..<40)
    try fixture.until("nothing is embedded") {
      fixture.pendingCount() == 40 && fixture.core.pendingCount(of: key) == 1
    }
    try fixture.commit()
    // After a start only a round finds them.
    fixture.close()
    model.allow(.max)
    try fixture.open(commitMilliseconds: 20)
    try fixture.follow()
    try fixture.until("the others are embedded") { fixture.pendingCount() == 0 }
    #expect(fixture.core.pendingCount(of: key) == 1)
    try fixture.until("it is said") { fixture.reasons().contains { $0.contains("not these") } }
    try connection.query("drop trigger refuse on knowledge_embeddings")
    fixture.parts.applier.backlog?.lookThrough()
    try fixture.until("it is embedded, too") {
      fixture.core.pendingCount(of: key) == 0 && fixture.reasons().isEmpty
    }
  }

  @Test func `businesses take turns in the background`() throws {
    let model = HeldEmbedder()
    let fixture = try FollowingFixture(embedder: nil)
    fixture.close()
    try fixture.open(models: ModelSet(target: model))
    try fixture.follow()
    let small = try fixture.entries.createBusiness(named: "small").businessID
    try fixture.write(0..<1000)
    try fixture.until("the large one waits") { model.state.withLock { $0.waiting } == 1 }
    _ = try fixture.entries.upsert(
      [EntryDraft(externalID: "one", content: "the only one")], business: small,
      collection: "knowledge")
    fixture.parts.applier.poke()
    let key = fixture.core.models.target.key("knowledge", of: small)
    try fixture.until("both wait") {
      fixture.core.pendingCount(of: key) == 1 && fixture.pendingCount() == 1000
    }
    model.state.withLock { $0.isOpen = true }
    try fixture.until("the small one is embedded") { fixture.core.pendingCount(of: key) == 0 }
    #expect(model.texts.withLock { $0.firstIndex { $0.contains("the only one") } ?? .max } < 500)
  }
}

extension FollowingFixture {
  /// Entries that the target's collection is known to lack; -1 where that is not known.
  fileprivate func pendingCount() -> Int { core.pendingCount(of: targetKey) ?? -1 }

  fileprivate func heldCount() throws -> Int? { try store.existing(targetKey)?.entryCount }

  fileprivate func statistics() -> EmbeddingStats { parts.operations.embedding(for: principal) }
}
