import Embedding
import KnowledgeStore
import Platform
import RPC
import Synchronization
import TestSupport
import Testing
import Truth

@testable import KnowledgeService

/// A model that is somewhere else and holds every passage back until a test lets it go.
final class HeldEmbedder: Embedder {
  struct State {
    var isOpen = false
    /// Calls that wait.
    var waiting = 0
  }

  private let inner = HashedEmbedder(dimension: 64)
  let state = Condition(State())
  /// The passages that it was given, in order.
  let texts = Mutex<[String]>([])
  var model: EmbeddingModel { inner.model }
  var mayWait: Bool { true }

  func embed(_ texts: [String], as role: EmbeddingRole) throws(EmbeddingError) -> [Float] {
    if role == .passage {
      state.withLock { $0.waiting += 1 }
      _ = state.wait { $0.isOpen ? true : nil }
      state.withLock { $0.waiting -= 1 }
      self.texts.withLock { $0 += texts }
    }
    return try inner.embed(texts, as: role)
  }
}

/// Changes of the model while the node runs, and what a write waits for.
@Suite struct LiveModelTests {
  private func serving(_ fixture: FollowingFixture) throws -> KnowledgeStore.Collection? {
    try fixture.core.models.serving("knowledge", of: fixture.business, in: fixture.store)
  }

  @Test func `the model changes between two steps, and answers stay whole`() throws {
    let fixture = try FollowingFixture(commitMilliseconds: 20)
    try fixture.write(0..<150)
    try fixture.until("all are there") { try self.serving(fixture)?.entryCount == 150 }

    let next = GatedEmbedder(keepsVectors: true)
    next.allow(0)
    try fixture.parts.applier.change(to: next)
    #expect(fixture.core.models.target.model == next.model)
    // Nothing is embedded yet: the earlier model answers, whole, and takes part in changes.
    try fixture.write(0..<151)
    try fixture.until("the new row is there") { try self.serving(fixture)?.entryCount == 151 }
    #expect(try #require(try serving(fixture)).configuration.dimension == 384)
    #expect(try fixture.search("row-7", k: 5).hits.count == 5)

    next.allow(.max)
    try fixture.until("the next model answers") {
      let collection = try self.serving(fixture)
      // Never a part of it.
      #expect(collection?.entryCount == 151)
      return collection?.configuration.dimension == 64
    }
    #expect(next.passageCount == 151)
    try fixture.until("the earlier files are gone") {
      fixture.store.keys(of: fixture.business).map(\.space) == [next.model.fingerprint]
    }

    // Back, and to the second one again: its vectors are in the truth.
    try fixture.parts.applier.change(to: fixture.embedder)
    try fixture.until("the built-in model answers again") {
      try self.serving(fixture)?.configuration.dimension == 384
        && fixture.store.keys(of: fixture.business).map(\.space) == [0]
    }
    #expect(try serving(fixture)?.entryCount == 151)
    try fixture.parts.applier.change(to: next)
    try fixture.until("the next model answers again") {
      try self.serving(fixture)?.configuration.dimension == 64
    }
    #expect(next.passageCount == 151)
    try fixture.until("the earlier files are gone") {
      fixture.store.keys(of: fixture.business).count == 1
    }
    // Models that no collection has are let go, but for the one that costs nothing.
    try fixture.parts.applier.change(to: GatedEmbedder())
    try fixture.parts.applier.change(to: GatedEmbedder())
    #expect(fixture.core.models.all.count <= 2)
  }

  @Test func `an operator changes the model by a request, and hears why it cannot be`() throws {
    let next = GatedEmbedder(keepsVectors: true)
    let reason = Mutex<String?>("models/tiny/config.json: hidden_size is missing")
    let node = try TestNode { configuration in
      configuration.loadModel = { () throws(KnowledgeNode.ModelUnavailable) in
        if let reason = reason.withLock({ $0 }) {
          throw KnowledgeNode.ModelUnavailable(reason, remedy: "choose another")
        }
        return next
      }
    }
    let tenant = try node.tenant("demo")
    let client = try node.client(tenant)
    try node.fill(client, 20)
    let refused = try #require(refusal { try node.client().changeModel() })
    #expect(refused.code == .unavailable && refused.message.contains("hidden_size is missing"))
    #expect(refused.message.contains("goes on with hashed-384"))
    #expect(refused.remediation == "choose another")
    #expect(try node.hits(client, "entry") > 0)
    #expect(refusal { try client.changeModel() }?.code == .permissionDenied)

    reason.withLock { $0 = nil }
    let reply = try node.client().changeModel()
    #expect(reply.model == next.model.name && reply.dimension == 64 && reply.changed)
    #expect(
      try eventually {
        let stats = try node.client().stats()
        return stats.embedding?.model == next.model.name && stats.embedding?.pending == 0
          && stats.collections.map(\.dimension) == [64] && stats.collections[0].entries == 20
      })
    #expect(try node.hits(client, "entry") > 0)
    #expect(try !node.client().changeModel().changed)
  }

  @Test func `writing and indexing go on while the model is held, and embedding before the end`()
    throws
  {
    let model = HeldEmbedder()
    let node = try TestNode { $0.model = model }
    defer { model.state.withLock { $0.isOpen = true } }
    let tenant = try node.tenant("demo")
    let stream = try node.client(tenant).bulkImport(ImportRequest())
    func batch(_ number: Int) throws -> ImportAck {
      let entries = (0..<100).map {
        RPC.Entry(externalID: "\(number)-\($0)", content: "entry \(number * 100 + $0)")
      }
      var acks = try stream.send(ImportBatch(sequence: UInt64(number), entries: entries))
      while acks.isEmpty { acks = try stream.acknowledgements(timeoutMilliseconds: 60_000) }
      return try #require(acks.first)
    }
    let first = try batch(1)
    #expect(first.counts?.inserted == 100)
    // The import is open, and its rows are being embedded.
    #expect(eventually { model.state.withLock { $0.waiting } == 1 })
    var last = first
    for number in 2...4 { last = try batch(number) }
    // What was written since is read from the database into the files.
    var request = RPC.SearchRequest()
    request.query = .text("entry 7")
    request.minXID = last.xid
    request.waitMilliseconds = 30_000
    let reply = try node.client(tenant).search(request)
    #expect(!reply.isStale && reply.pendingEmbeddings == 400 && !reply.exact)
    #expect(model.state.withLock { $0.waiting } == 1)
    let stages = try #require(last.stages)
    let before = try #require(first.stages)
    #expect(stages.writingMicroseconds > before.writingMicroseconds)
    #expect(stages.indexingMicroseconds > before.indexingMicroseconds)
    #expect(stages.embeddingMicroseconds > before.embeddingMicroseconds)
    #expect(stages.writingMicroseconds <= stages.elapsedMicroseconds)
    #expect(stages.embeddingMicroseconds <= stages.elapsedMicroseconds)

    model.state.withLock { $0.isOpen = true }
    #expect(try stream.finish().summary.counts?.inserted == 400)
    #expect(
      try eventually {
        let stats = try node.client().stats()
        return stats.embedding?.pending == 0 && stats.collections.first?.entries == 400
      })
  }
}
