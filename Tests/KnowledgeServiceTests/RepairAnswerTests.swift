import KnowledgeStore
import Platform
import RPC
import Testing
import Truth

@testable import KnowledgeService

/// What is answered while files are made again: never that what exists does not, nor that a part is
/// the whole.
@Suite struct RepairAnswerTests {
  private func code(_ body: () throws -> Void) -> ErrorCode? {
    do { try body() } catch { return (error as? RPCRefusal)?.reply.code }
    return nil
  }

  @Test func `damaged files are answered for honestly until they are read again`() throws {
    let fixture = try FollowingFixture()
    let ids = try fixture.write(0..<2500)
    try fixture.held(2500)
    try fixture.commit()
    #expect(try fixture.search("title 7").exact)

    fixture.embedder.allow(1)
    try fixture.damage()
    let report = try fixture.store.verify(quarantine: true)
    #expect(!report.isIntact)
    // One batch of the scan is let through.
    try fixture.held(1000)
    try expectHonestPart(fixture, ids)
    #expect(try fixture.feed().repairs == 1)
    try fixture.until("the cause is told") { try fixture.feed().cause == .model }
    let reasons = fixture.reasons()
    #expect(
      reasons.contains { $0.contains("\(fixture.key) is being read again") }, "\(reasons)")
    #expect(try fixture.parts.operations.stats(for: fixture.principal).collections[0].incomplete)

    // A restart in the middle knows it from the first moment on, before any database is asked.
    fixture.close()
    try fixture.open()
    #expect(code { _ = try fixture.search("title 7") } == .unavailable)
    #expect(try fixture.get([ids[3]]).entries.map(\.title) == ["title 3"])
    try fixture.follow(whileRefused: true)
    fixture.embedder.allow(1)
    try fixture.held(1000)
    try expectHonestPart(fixture, ids)

    fixture.embedder.allow(.max)
    try fixture.held(2500)
    try fixture.until("repaired") { !fixture.store.isIncomplete(fixture.key) }
    let whole = try fixture.search("title 7")
    #expect(whole.exact && !whole.incomplete && whole.rowsConsidered == 2500)
    #expect(try fixture.get(ids.suffix(9)).position != nil)
    try fixture.until("well") { fixture.reasons().isEmpty }
    #expect(try fixture.feed().repaired >= 1)
  }

  /// 1,000 of 2,500 rows are in the files.
  private func expectHonestPart(_ fixture: FollowingFixture, _ ids: [UUID]) throws {
    let part = try fixture.search("title 7")
    #expect(part.incomplete)
    #expect(!part.exact)
    #expect(part.rowsConsidered == 1000)
    let all = try fixture.get(ids.prefix(40) + ids.suffix(40))
    #expect(all.entries.count == 80)
    #expect(all.position == nil)
    #expect(all.entries[0].title == "title 0")
    var request = GetRequest()
    request.externalIDs = ["row-2499", "no such row"]
    #expect(try fixture.core.get(request, for: fixture.principal).entries.count == 1)
    // On a loop thread nobody waits for the database, and nothing is denied.
    #expect(
      code {
        _ = try fixture.core.get(request, for: fixture.principal, ReadTurn(mayBlock: false))
      } == .unavailable)
    #expect(fixture.core.isLong(request, for: fixture.principal))
  }

  @Test func `damage that nobody has asked for is found and mended`() throws {
    let fixture = try FollowingFixture()
    let ids = try fixture.write(0..<300)
    try fixture.held(300)
    try fixture.commit()
    try fixture.damage()
    // The service goes on from memory and would not have noticed.
    #expect(try fixture.search("title 7").exact)
    fixture.parts.scrub.start()
    try fixture.until("found") { fixture.parts.scrub.counts.damagedCount == 1 }
    try fixture.until("mended") {
      try fixture.store.pendingRepairs.isEmpty && fixture.store.existing(fixture.key) != nil
    }
    #expect(try fixture.search("title 7").rowsConsidered == 300)
    #expect(try fixture.get(ids).entries.count == 300)
    try fixture.commit()
    #expect(try fixture.store.verify().isIntact)
    let stats = try fixture.parts.operations.stats(for: .operator())
    #expect(stats.scrub?.damaged == 1)
    #expect(try #require(stats.scrub).bytes > 0)
    #expect(stats.feed?.repairs == 0)
  }

  @Test func `files that are made from nothing never pass for the whole`() throws {
    let fixture = try FollowingFixture(follows: false)
    let ids = try fixture.write(0..<1500)
    // Nobody has looked into the database yet.
    #expect(code { _ = try fixture.search("title 7") } == .unavailable)
    fixture.embedder.allow(1)
    fixture.parts.applier.start()
    try fixture.held(1000)
    let part = try fixture.search("title 7")
    #expect(part.incomplete && !part.exact)
    #expect(try fixture.get(ids).entries.count == 1500)
    fixture.embedder.allow(.max)
    #expect(
      try fixture.get(ids.suffix(2), vector: true).entries
        .allSatisfy { $0.vector.count == fixture.embedder.model.dimension })
    try fixture.held(1500)
    try fixture.until("repaired") { fixture.store.pendingRepairs.isEmpty }
    #expect(try fixture.search("title 7").exact)
    // Now it is known that there is none of another name.
    var other = RPC.SearchRequest()
    other.collection = "other"
    other.query = .text("x")
    #expect(code { _ = try fixture.core.search(other, for: fixture.principal) } == .notFound)
  }

  @Test func `a rebuild answers in full all the time`() throws {
    let fixture = try FollowingFixture()
    let ids = try fixture.write(0..<1500)
    try fixture.held(1500)
    fixture.embedder.allow(1)
    // Stopped by the gate after the first batch.
    #expect(throws: RPCRefusal.self) { try fixture.commit() }
    let reply = try fixture.search("title 7")
    #expect(reply.exact && reply.rowsConsidered == 1500)
    #expect(try fixture.get(ids).entries.count == 1500)
    fixture.embedder.allow(.max)
    try fixture.commit()
    #expect(try fixture.search("title 7").exact)
  }
}

extension FollowingFixture {
  /// Begins to follow though the model refuses: it never gets as far as a position.
  func follow(whileRefused: Bool) throws {
    parts.applier.start()
    try until("refused") { self.core.freshness.moment.trouble != nil }
  }
}
