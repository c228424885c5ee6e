import Embedding
import KnowledgeStore
import Platform
import Postgres
import RPC
import TestSupport
import Testing
import Truth

@testable import KnowledgeService

/// An embedder that lets a number of passage calls through and refuses the others as unavailable,
/// so that a test can stop a scan where it wants.
final class GatedEmbedder: Embedder {
  private let inner: HashedEmbedder
  private let permits = Condition(Int.max)
  private let embedded = Condition(0)
  /// Texts that contain it are refused for good.
  static let poison = "the model does not like this"

  let model: EmbeddingModel
  let keepsVectors: Bool
  /// Passages embedded so far.
  var passageCount: Int { embedded.withLock { $0 } }

  /// The built-in model behind a gate or, with `keepsVectors`, another one of 64 dimensions.
  init(keepsVectors: Bool = false) {
    self.keepsVectors = keepsVectors
    inner = keepsVectors ? HashedEmbedder(dimension: 64) : HashedEmbedder()
    model = inner.model
  }

  /// Lets so many calls through from now on.
  func allow(_ count: Int) { permits.withLock { $0 = count } }

  func embed(_ texts: [String], as role: EmbeddingRole) throws(EmbeddingError) -> [Float] {
    if role == .passage {
      if texts.contains(where: { $0.contains(Self.poison) }) {
        throw .refused(model: model.name, detail: "it is poison")
      }
      let isAllowed = permits.withLock { permits in
        if permits <= 0 { return false }
        if permits < .max { permits -= 1 }
        return true
      }
      if !isAllowed { throw .unavailable(model: model.name, detail: "the gate is shut") }
      embedded.withLock { $0 += texts.count }
    }
    return try inner.embed(texts, as: role)
  }
}

/// A database with one business, files that follow it, and the methods over both: a node without
/// its socket.
final class FollowingFixture {
  let database: TestDatabase
  let folder: TestFolder
  let entries: EntryStore
  let business: UUID
  let embedder: GatedEmbedder
  /// Who follows, and below which name in the folder; another may go on from other files.
  var node = UUID.random()
  var place = "store"
  private(set) var parts: Parts!

  /// What a restart makes anew.
  struct Parts {
    let store: Store
    let freshness = Freshness()
    let applier: Applier
    let core: KnowledgeCore
    let operations: Operations
    let scrub: Scrub
    let parity: Parity
  }

  var core: KnowledgeCore { parts.core }
  var store: Store { parts.store }
  var key: CollectionKey { CollectionKey(owner: business, name: "knowledge") }
  /// The collection of the model that every collection is to have.
  var targetKey: CollectionKey { core.models.target.key("knowledge", of: business) }
  var principal: Principal { .business(business) }

  init(
    commitMilliseconds: Int = 60_000, follows: Bool = true, embedder: GatedEmbedder? = nil
  ) throws {
    self.embedder = embedder ?? GatedEmbedder()
    database = try TestCluster.migratedDatabase()
    folder = try TestFolder()
    entries = EntryStore(connectionInfo: database.connectionInfo)
    business = try entries.createBusiness(named: "demo").businessID
    try open(commitMilliseconds: commitMilliseconds)
    if follows { try follow() }
  }

  deinit {
    close()
    entries.close()
    folder.close()
  }

  /// - Parameter models: What the node has from now on; the fixture's embedder alone where nil.
  func open(commitMilliseconds: Int = 60_000, models: ModelSet? = nil) throws {
    let models = models ?? ModelSet(target: embedder)
    let store = try Store.open(directory: "\(folder.path)/\(place)")
    let freshness = Freshness()
    let served = ServedModels(models, entries: entries)
    let words = WordIndexes()
    let applier = Applier(
      store: store, served: served, freshness: freshness, words: words,
      connectionInfo: database.connectionInfo, cluster: nil, node: node, pollMilliseconds: 5,
      commitMilliseconds: commitMilliseconds)
    let core = KnowledgeCore(
      store: store, served: served, entries: entries, freshness: freshness,
      limits: ServiceLimits(), replyByteCount: 64 << 20, words: words, poke: { applier.poke() })
    var limits = ServiceLimits()
    limits.scrubBytesPerSecond = 100 << 20
    let scrub = Scrub(store: store, limits: limits) { applier.poke() }
    let parity = Parity(
      store: store, applier: applier, freshness: freshness,
      connectionInfo: database.connectionInfo, limits: limits)
    parts = Parts(
      store: store, applier: applier, core: core,
      operations: Operations(core: core, applier: applier, scrub: scrub, parity: parity),
      scrub: scrub, parity: parity)
  }

  func close() {
    parts?.scrub.stop()
    parts?.applier.stop()
    parts?.store.close()
    parts = nil
  }

  /// Begins to follow, and waits until it has the position.
  func follow() throws {
    parts.applier.start()
    try until("following") { self.core.freshness.moment.position != nil }
  }

  func connect() throws -> PostgresConnection { try database.connect() }

  /// Writes rows `row-0` to `row-(count-1)`.
  @discardableResult
  func write(_ range: Range<Int>, collection: String = "knowledge") throws -> [UUID] {
    let drafts = range.map { number in
      EntryDraft(externalID: "row-\(number)", title: "title \(number)", content: "text \(number)")
    }
    let result = try entries.upsert(drafts, business: business, collection: collection)
    parts.applier.poke()
    return result.outcomes.compactMap(\.entryID)
  }

  /// Waits until the files hold so many rows.
  func held(_ count: Int, collection: String = "knowledge") throws {
    let key = CollectionKey(owner: business, name: collection)
    try until("\(count) rows") { try self.store.existing(key)?.entryCount == count }
  }

  func until(_ what: String, _ condition: () throws -> Bool) throws {
    let begin = Clock.monotonicNanoseconds
    while try !condition() {
      let seconds = (Clock.monotonicNanoseconds - begin) / 1_000_000_000
      try #require(seconds < 60, "not in 60 s: \(what); \(parts.applier.status)")
      Thread.sleep(milliseconds: 5)
    }
  }

  /// Rebuilds everything, which ends with a commit.
  func commit() throws {
    _ = try parts.applier.rebuild(FeedScope(business: business, collection: nil))
  }

  /// Flips a byte in the middle of every segment file of the collection, on the disk.
  func damage() throws {
    let directory = "\(store.directory)/\(key)"
    for name in try FileSystem.list(directory) where name.hasPrefix("segment-") {
      var bytes = try FileSystem.readAll(directory + "/" + name, limit: 1 << 30)
      bytes[bytes.count / 2] ^= 0x40
      try FileSystem.replace(directory + "/" + name, with: bytes)
    }
  }

  func search(_ text: String, k: UInt32 = 1000) throws -> SearchReply {
    var request = RPC.SearchRequest()
    request.query = .text(text)
    request.k = k
    return try SearchReply(decoding: core.search(request, for: principal).encoded())
  }

  func get(_ ids: [UUID], vector: Bool = false) throws -> GetReply {
    var request = GetRequest()
    request.ids = ids.map(\.bytes)
    request.includeVector = vector
    return try core.get(request, for: principal)
  }

  func reasons() -> [String] { parts.operations.health(for: .operator()).reasons }

  func feed() throws -> FeedStats {
    try #require(try parts.operations.stats(for: .operator()).feed)
  }
}
