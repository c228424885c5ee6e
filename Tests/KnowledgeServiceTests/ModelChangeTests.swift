import Embedding
import KnowledgeStore
import Platform
import Postgres
import RPC
import TestSupport
import Testing
import Truth

@testable import KnowledgeService

/// Models whose vectors are kept in the truth: made once, in the background, and changed for others
/// while the older ones answer.
@Suite struct ModelChangeTests {
  private func serving(_ fixture: FollowingFixture) throws -> KnowledgeStore.Collection? {
    try fixture.core.models.serving("knowledge", of: fixture.business, in: fixture.store)
  }

  private func storedVectors(_ fixture: FollowingFixture) throws -> Int {
    var connection = try fixture.connect()
    return Int(
      try connection.query("select count(*) from knowledge_embeddings").value(
        0, 0, as: Int64.self))
  }

  @Test func `vectors are made once: the truth has them when the files are gone`() throws {
    let model = GatedEmbedder(keepsVectors: true)
    let fixture = try FollowingFixture(embedder: model)
    try fixture.write(0..<200)
    try fixture.until("all are embedded") { try self.serving(fixture)?.entryCount == 200 }
    try fixture.until("all are stored") { try self.storedVectors(fixture) == 200 }
    let made = model.passageCount
    #expect(made == 200)
    #expect(try #require(try serving(fixture)).configuration.dimension == 64)

    // The same rows again, and changes that are none of the text's, need no vector.
    try fixture.write(0..<200)
    var connection = try fixture.connect()
    try connection.query("update knowledge_entries set priority = 7")
    try fixture.until("the change is there") {
      try fixture.search("row-3", k: 5).hits.first?.entry?.priority == 7
    }
    #expect(model.passageCount == made)

    // New files, and a model that is away: everything comes from the truth.
    fixture.close()
    try FileSystem.removeTree(fixture.folder.path + "/store")
    model.allow(0)
    try fixture.open()
    try fixture.follow()
    #expect(try serving(fixture)?.entryCount == 200)
    #expect(model.passageCount == made)
  }

  @Test func `a model that is away holds up neither deletes nor others' changes`() throws {
    let model = GatedEmbedder(keepsVectors: true)
    let fixture = try FollowingFixture(embedder: model)
    try fixture.write(0..<10)
    try fixture.until("all are there") { try self.serving(fixture)?.entryCount == 10 }
    model.allow(0)
    var connection = try fixture.connect()
    try connection.query("delete from knowledge_entries where external_id = 'row-1'")
    try connection.query(
      "update knowledge_entries set content = 'quite another text' where external_id = 'row-2'")
    try fixture.until("the delete is applied") { try self.serving(fixture)?.entryCount == 9 }
    // The changed entry says what it says now, and is found by what it said before.
    try fixture.until("the text is there") {
      try fixture.search("row-2", k: 5).hits.contains { $0.entry?.content == "quite another text" }
    }
    try fixture.until("it is known to lack a vector") {
      fixture.parts.applier.backlog?.status.trouble != nil
    }
    model.allow(.max)
    try fixture.until("the vector is there") {
      try fixture.search("quite another text", k: 5).hits.first?.entry?.content
        == "quite another text" && fixture.core.served.pending.count(of: fixture.targetKey) == 0
    }
  }

  @Test func `another model takes over in one step, once every entry is embedded`() throws {
    let fixture = try FollowingFixture(commitMilliseconds: 20)
    try fixture.write(0..<150)
    try fixture.until("all are there") { try self.serving(fixture)?.entryCount == 150 }
    fixture.close()

    let next = GatedEmbedder(keepsVectors: true)
    next.allow(0)
    let models = ModelSet(target: next, others: [fixture.embedder])
    try fixture.open(commitMilliseconds: 20, models: models)
    try fixture.follow()
    // Nothing is embedded yet: the earlier model answers, whole, and takes part in changes.
    try fixture.write(0..<151)
    try fixture.until("the new row is there") { try self.serving(fixture)?.entryCount == 151 }
    #expect(try #require(try serving(fixture)).configuration.dimension == 384)
    let before = try fixture.search("row-7", k: 5)
    #expect(before.hits.count == 5 && before.exact)

    next.allow(.max)
    try fixture.until("the next model answers") {
      try self.serving(fixture)?.configuration.dimension == 64
    }
    #expect(try serving(fixture)?.entryCount == 151)
    #expect(next.passageCount == 151)
    let after = try fixture.search("row-7", k: 5)
    #expect(after.hits.count == 5 && after.exact)
    try fixture.until("the earlier files are gone") {
      fixture.store.keys(of: fixture.business).map(\.space) == [next.model.fingerprint]
    }

    // And back: the built-in model needs no background.
    fixture.close()
    try fixture.open(
      commitMilliseconds: 20, models: ModelSet(target: fixture.embedder, others: [next]))
    try fixture.follow()
    try fixture.until("the built-in model answers again") {
      try self.serving(fixture)?.configuration.dimension == 384
        && fixture.store.keys(of: fixture.business).map(\.space) == [0]
    }
    #expect(try serving(fixture)?.entryCount == 151)
  }

  @Test func `a text that the model refuses is named, and the others are embedded`() throws {
    let model = GatedEmbedder(keepsVectors: true)
    let fixture = try FollowingFixture(embedder: model)
    try fixture.write(0..<40)
    var connection = try fixture.connect()
    try connection.query(
      "update knowledge_entries set content = $1 where external_id = 'row-30'",
      [.text(GatedEmbedder.poison)])
    try fixture.until("it is named") {
      fixture.parts.applier.status.refused.values.contains { $0.contains("poison") }
    }
    try fixture.until("the others are there") {
      try self.storedVectors(fixture) >= 39 && self.serving(fixture)?.entryCount ?? 0 >= 39
    }
  }
}
