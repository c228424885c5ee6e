import Embedding
import KnowledgeStore
import Platform
import Postgres
import RPC
import Synchronization
import TestSupport
import Testing
import Truth

@testable import KnowledgeService

/// A model of any dimension whose vectors of passages a test can spoil.
private final class OtherEmbedder: Embedder {
  enum Mode { case good, zeros, noNumbers }

  private let inner: HashedEmbedder
  private let state: Mutex<(mode: Mode, passages: Int)>
  var model: EmbeddingModel { inner.model }
  /// Passages that it was asked for.
  var passageCount: Int { state.withLock { $0.passages } }

  init(dimension: Int, _ mode: Mode = .good) {
    inner = HashedEmbedder(dimension: dimension)
    state = Mutex((mode, 0))
  }

  func embed(_ texts: [String], as role: EmbeddingRole) throws(EmbeddingError) -> [Float] {
    if role == .query { return try inner.embed(texts, as: role) }
    let mode = state.withLock { state in
      state.passages += texts.count
      return state.mode
    }
    switch mode {
    case .good: return try inner.embed(texts, as: role)
    case .zeros: return [Float](repeating: 0, count: texts.count * model.dimension)
    case .noNumbers: return [Float](repeating: .nan, count: texts.count * model.dimension)
    }
  }
}

/// Models that are given up before they answer, and models whose vectors are of no use.
@Suite struct AbandonedModelTests {
  private func serving(_ fixture: FollowingFixture) throws -> KnowledgeStore.Collection? {
    try fixture.core.models.serving("knowledge", of: fixture.business, in: fixture.store)
  }

  private func storedVectors(_ fixture: FollowingFixture) throws -> Int64 {
    var connection = try fixture.connect()
    return try connection.query("select count(*) from knowledge_embeddings").value(0, 0)
  }

  @Test func `nothing is done for models that were given up, and nothing is told of them`() throws {
    let fixture = try FollowingFixture(commitMilliseconds: 20)
    try fixture.write(0..<40)
    try fixture.until("all are there") { try self.serving(fixture)?.entryCount == 40 }

    let models = [64, 128, 256].map { OtherEmbedder(dimension: $0, .zeros) }
    for model in models {
      let key = ServedModel(model).key("knowledge", of: fixture.business)
      try fixture.parts.applier.change(to: model)
      try fixture.until("it is being filled") { fixture.store.isIncomplete(key) }
      try fixture.until("it was asked") {
        model.passageCount > 0
          && fixture.parts.applier.status.refused.keys.contains { $0.collection == key }
      }
    }
    let target = ServedModel(models[2]).key("knowledge", of: fixture.business)
    let wanted: Set = [fixture.key, target]
    #expect(Set(fixture.store.keys(of: fixture.business)).isSubset(of: wanted))
    #expect(fixture.core.models.all.count == 2)
    #expect(fixture.parts.applier.status.refused.keys.allSatisfy { wanted.contains($0.collection) })
    #expect(fixture.store.pendingRepairs.allSatisfy { $0.key.map(wanted.contains) ?? true })

    // A model that was given up is not asked again, whatever is written.
    let before = models.map(\.passageCount)
    try fixture.write(0..<60)
    try fixture.until("the new rows are there") {
      try self.serving(fixture)?.entryCount == 60
    }
    try fixture.until("the target was asked") { models[2].passageCount > before[2] }
    #expect(models[0].passageCount == before[0] && models[1].passageCount == before[1])

    // Back to the one that answers: nothing is left of the others.
    try fixture.parts.applier.change(to: fixture.embedder)
    try fixture.until("one collection is there") {
      fixture.store.keys(of: fixture.business) == [fixture.key]
    }
    try fixture.until("no repair is pending") { fixture.store.pendingRepairs.isEmpty }
    #expect(!fixture.reasons().contains { $0.contains(target.description) })
  }

  @Test(arguments: [false, true])
  func `a model without usable vectors never takes over`(areZeros: Bool) throws {
    let fixture = try FollowingFixture(commitMilliseconds: 20)
    try fixture.write(0..<100)
    try fixture.until("all are there") { try self.serving(fixture)?.entryCount == 100 }
    let next = OtherEmbedder(dimension: 64, areZeros ? .zeros : .noNumbers)
    try fixture.parts.applier.change(to: next)
    try fixture.until("all are refused") { fixture.parts.applier.status.refused.count == 100 }
    try fixture.until("all were looked at") {
      fixture.parts.applier.backlog?.status.hasLooked == true
    }
    #expect(try storedVectors(fixture) == 0)
    #expect(try #require(try serving(fixture)).configuration.dimension == 384)
    #expect(try fixture.search("row-7", k: 5).hits.count == 5)
  }

  @Test func `vectors of the truth that cannot be used are no reason to change over`() throws {
    let fixture = try FollowingFixture(commitMilliseconds: 20)
    try fixture.write(0..<100)
    try fixture.until("all are there") { try self.serving(fixture)?.entryCount == 100 }
    let next = OtherEmbedder(dimension: 64)
    var connection = try fixture.connect()
    try connection.query(
      """
      insert into knowledge_embeddings (business_id, entry_id, model, content_hash, vector)
      select business_id, entry_id, $1, content_hash,
        case when external_id < 'row-3' then array_fill(0.125::real, array[64])
          else array_fill('NaN'::real, array[64]) end
      from knowledge_entries
      """, [.text(ServedModel(next).label)])
    try fixture.parts.applier.change(to: next)
    let key = ServedModel(next).key("knowledge", of: fixture.business)
    try fixture.until("most are refused") {
      fixture.parts.applier.status.refused.keys.count { $0.collection == key } > 50
    }
    try fixture.until("all were looked at") {
      fixture.parts.applier.backlog?.status.hasLooked == true
    }
    // The scan that would make it whole comes right behind.
    Thread.sleep(milliseconds: 300)
    #expect(fixture.store.isIncomplete(key))
    #expect(try #require(try serving(fixture)).configuration.dimension == 384)
    #expect(try fixture.search("row-7", k: 5).hits.count == 5)
  }
}
