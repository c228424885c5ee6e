import Embedding
import KnowledgeStore
import Platform
import RPC
import Synchronization
import Truth

/// What every method needs: the files, the model, the truth, and how fresh the files are.
///
/// The methods stand in extensions, one file a group. They take decoded messages and
/// a ``Principal`` and give messages; nothing here knows a socket.
final class KnowledgeCore: Sendable {
  /// The collection that an empty name means.
  static let defaultCollection = "knowledge"

  let store: Store
  let served: ServedModels
  /// The models now; a method that needs them twice takes them once.
  var models: ModelSet { served.set }
  /// What is embedded in the background; nil where the model leaves nothing to it.
  var backlog: EmbeddingBacklog? { served.backlog }
  let entries: EntryStore
  let freshness: Freshness
  let limits: ServiceLimits
  /// Bytes of the largest answer.
  let replyByteCount: Int
  /// Names and words of businesses, in memory.
  let words: WordIndexes
  /// Wakes the feed, so that a writer reads its own write soon.
  let poke: @Sendable () -> Void
  private let fullDisk = Mutex(false)
  let startedNanoseconds = Clock.monotonicNanoseconds

  init(
    store: Store, served: ServedModels, entries: EntryStore, freshness: Freshness,
    limits: ServiceLimits, replyByteCount: Int, words: WordIndexes = WordIndexes(),
    poke: @escaping @Sendable () -> Void
  ) {
    self.words = words
    self.store = store
    self.served = served
    self.entries = entries
    self.freshness = freshness
    self.limits = limits
    self.replyByteCount = replyByteCount
    self.poke = poke
  }

  /// Whether the last write failed because the database's disk is full.
  var isDatabaseDiskFull: Bool { fullDisk.withLock { $0 } }

  /// Runs a write of the truth, and remembers whether the disk had room for it.
  func writing<Value>(_ body: () throws(TruthError) -> Value) throws(RPCRefusal) -> Value {
    do throws(TruthError) {
      let value = try body()
      fullDisk.withLock { $0 = false }
      return value
    } catch {
      if case .postgres(let reason) = error, reason.code == .diskFull {
        fullDisk.withLock { $0 = true }
      } else if error.isOutage, !error.isOutcomeUnknown,
        freshness.moment.trouble?.isDiskFull == true
      {
        throw .databaseDiskFull
      }
      throw RPCRefusal(error)
    }
  }

  /// The caller's business.
  func business(of principal: Principal) throws(RPCRefusal) -> UUID {
    guard let business = principal.business else { throw .noBusiness }
    return business
  }

  /// The key of a collection that the caller names; nothing else ever makes a key from a request,
  /// so a request cannot reach another business's files.
  func key(_ name: String, for principal: Principal) throws(RPCRefusal) -> CollectionKey {
    CollectionKey(
      owner: try business(of: principal), name: name.isEmpty ? Self.defaultCollection : name)
  }

  /// The open collection that the caller names.
  ///
  /// - Throws: ``RPCRefusal``: `.notFound` only where the truth is known to hold no such
  ///   collection, `.unavailable` where that cannot be said yet.
  func collection(named name: String, for principal: Principal) throws(RPCRefusal) -> Collection {
    let key = try key(name, for: principal)
    var wasUnknown = false
    do {
      if let collection = try models.serving(key.name, of: key.owner, in: store) {
        return collection
      }
      // Before a look and after it: a repair may end, or a fault be found, in between.
      wasUnknown = isUnknown(key)
      if let collection = try models.serving(key.name, of: key.owner, in: store) {
        return collection
      }
    } catch {
      if error.isOfOneCollection, store.isIncomplete(key) { throw .incomplete(key.name) }
      throw RPCRefusal(error)
    }
    if wasUnknown || isUnknown(key) { throw .incomplete(key.name) }
    throw RPCRefusal(
      .notFound, "there is no collection \"\(key.name)\"",
      remediation: "import something into it, or see knowledge stats for the names",
      details: ["collection": key.name])
  }

  /// Entries that a collection lacks until they are embedded, or has by an older text; nil while
  /// that is not known. One of a model that embeds at once lacks none.
  func pendingCount(of key: CollectionKey) -> Int? {
    if key.space == 0 { return 0 }
    return served.pending.count(of: key)
  }

  /// Whether the files may lack entries of what the caller names that are in the truth.
  func mayLackEntries(_ key: CollectionKey) -> Bool {
    store.isIncomplete(key)
      || pendingCount(of: models.servingKey(key.name, of: key.owner, in: store)) != 0
  }

  /// Whether the truth may hold a collection that the files lack.
  private func isUnknown(_ key: CollectionKey) -> Bool {
    store.isIncomplete(key) || freshness.moment.position == nil
  }
}

/// How one read is answered.
struct ReadTurn: Sendable {
  /// What the answer must reflect.
  var demand = ReadDemand()
  /// Whether it does not yet, and the time to wait is up.
  var isStale = false
  /// The collection to read, where it was looked up a moment ago on this thread.
  var collection: Collection?
  /// Whether it runs on a thread that may wait for the database.
  var mayBlock = true
  /// Whether nobody waits for the answer any more; asked now and then.
  var isStopped: @Sendable () -> Bool = { false }
}
