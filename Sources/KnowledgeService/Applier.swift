import Embedding
import KnowledgeStore
import Platform
import RPC
import Synchronization
import Truth

/// Follows the truth and brings the files to it: the one writer of the store.
///
/// A thread of its own takes the feed's steps, one after the other, every few milliseconds and at
/// once when this node has written. It reconnects by itself. What an operator asks for (compare,
/// repair, rebuild) is done between steps, so that there is never a second writer.
final class Applier: Sendable {
  /// Changes after which the files are committed even under constant load: a restart replays fewer.
  static let commitChangeCount = 100_000

  /// What an operator wants to know of it.
  struct Status: Sendable {
    /// Why the last commit failed; nil where it did not.
    var commitFailure: String?
    /// Commits that failed since the start.
    var commitFailureCount: UInt64 = 0
    /// Parts that were read again as a whole since the start.
    var repairedCount: UInt64 = 0
    /// Collections that lack rows because their files refuse them, and why: tried again.
    var stalled: [CollectionKey: String] = [:]
    /// Entries that the engine refuses, with its reasons; the first ``refusedLimit`` of them.
    var refused: [RefusedEntry: String] = [:]
    /// Whether there were more.
    var hasMoreRefused = false
    /// Entries embedded since the start without the end of their content, which has more than
    /// `Passages.chunkLimit` chunks.
    var cutCount: UInt64 = 0
  }

  /// An entry of the truth that the files do not hold.
  struct RefusedEntry: Hashable {
    let collection: CollectionKey
    let entry: UUID
  }

  /// Refused entries that are remembered.
  static let refusedLimit = 1_000

  /// What somebody wants done between two steps, by the one who knows where the files stand.
  struct Job {
    /// Does it and answers whoever waits, also where it fails.
    let run: @Sendable (Applier, inout Follower) throws(ApplyError) -> Void
    /// Tells whoever waits why it is not done.
    let refuse: @Sendable (RPCRefusal) -> Void
  }

  private struct Signals {
    var isPoked = false
    var isStopped = false
    var jobs: [Job] = []
    /// Parts that are to be read as a whole, for every vector is there now.
    var scans: Set<FeedScope> = []
    /// The model to change to.
    var next: (any Embedder)?
    /// Changes of the model so far.
    var changeCount = 0
  }

  let store: Store
  let served: ServedModels
  var models: ModelSet { served.set }
  /// Embeds in the background what is worth keeping; nil where the model's vectors are not.
  var backlog: EmbeddingBacklog? { served.backlog }
  var stages: StageTimes { served.stages }
  var pending: PendingEntries { served.pending }
  let freshness: Freshness
  let words: WordIndexes
  let connectionInfo: String
  let cluster: PrivateCluster?
  let pollMilliseconds: Int
  /// Time after which a step that brought something is committed.
  let commitMilliseconds: Int
  /// Who follows; kept beside the files.
  let node: UUID
  private let signals = Condition(Signals())
  private let thread = Mutex<Thread?>(nil)
  private let applied = Atomic<UInt64>(0)
  private let state = Mutex(Status())

  init(
    store: Store, served: ServedModels, freshness: Freshness,
    words: WordIndexes = WordIndexes(), connectionInfo: String,
    cluster: PrivateCluster?, node: UUID, pollMilliseconds: Int, commitMilliseconds: Int
  ) {
    self.words = words
    self.store = store
    self.served = served
    self.freshness = freshness
    self.connectionInfo = connectionInfo
    self.cluster = cluster
    self.node = node
    self.pollMilliseconds = pollMilliseconds
    self.commitMilliseconds = commitMilliseconds
  }

  /// Changes applied since the start.
  var appliedCount: UInt64 { applied.load(ordering: .relaxed) }

  /// How it goes.
  var status: Status { state.withLock { $0 } }

  /// Begins to follow.
  func start() {
    thread.withLock { thread in
      thread = Thread.spawn(name: "applier", stackByteCount: 8 << 20) { self.run() }
    }
    backlog?.start(for: self)
  }

  /// Looks at the feed now, because something was written here.
  func poke() { signals.withLock { $0.isPoked = true } }

  /// Asks the applier to end its round and come to a stop.
  func requestStop() { signals.withLock { $0.isStopped = true } }

  /// Stops following, commits what is applied, and returns when that is done.
  func stop() {
    requestStop()
    thread.withLock { $0 }?.join()
    // The thread may have begun another background before it ended.
    served.stop()
  }

  /// Makes files again from the truth, between two steps, and waits for it.
  ///
  /// Call it from a worker, never from the applier's thread.
  /// - Returns: How many rows were read.
  func rebuild(_ scope: FeedScope) throws(RPCRefusal) -> Int {
    try perform { (applier, follower) throws(ApplyError) in
      try applier.rebuild(scope, &follower)
    }
  }

  /// Has `body` run on the applier's thread, between two steps, and waits for what it gives.
  ///
  /// Call it from a worker, never from the applier's thread.
  func perform<Value: Sendable>(
    _ body: @escaping @Sendable (Applier, inout Follower) throws(ApplyError) -> Value
  ) throws(RPCRefusal) -> Value {
    let answer = Condition<Result<Value, RPCRefusal>?>(nil)
    let job = Job(
      run: { (applier, follower) throws(ApplyError) in
        do throws(ApplyError) {
          let value = try body(applier, &follower)
          answer.withLock { $0 = .success(value) }
        } catch {
          answer.withLock { $0 = .failure(Self.refusal(error)) }
          throw error
        }
      },
      refuse: { refusal in answer.withLock { $0 = .failure(refusal) } })
    let isQueued = signals.withLock { signals in
      if !signals.isStopped { signals.jobs.append(job) }
      return !signals.isStopped
    }
    if !isQueued { throw Self.stopping }
    return try answer.wait(until: { $0 })!.get()
  }

  private static let stopping = RPCRefusal(
    .shuttingDown, "the service is stopping", remediation: "connect again in a moment")

  /// Makes `embedder` what every collection is to have, between two steps: collections answer with
  /// what they have until their entries are embedded anew. Returns once searches see the change.
  ///
  /// Call it from a worker, never from the applier's thread.
  func change(to embedder: any Embedder) throws(RPCRefusal) {
    let wanted = signals.withLock { signals in
      signals.next = embedder
      signals.isPoked = true
      return signals.changeCount + 1
    }
    let isDone: Bool? = signals.wait { signals in
      if signals.changeCount >= wanted { return true }
      return signals.isStopped ? false : nil
    }
    if isDone != true { throw Self.stopping }
  }

  // MARK: The thread's side

  /// Changes the model where that is asked for.
  func changeModel(_ follower: inout Follower) {
    guard let next = signals.withLock({ $0.next.take() }) else { return }
    let before = models.target.model
    served.change(to: next, in: store, owner: self)
    pending.forget(space: self.models.target.space)
    follower.feed.models = keptModels
    let models = models
    forgetRefused { key in !models.all.contains { $0.key(key.name, of: key.owner) == key } }
    // What a start with this model would do: the collections that it lacks are begun, those that
    // have a successor go.
    follower.isCounted = false
    follower.mayRetire = true
    follower.movedSince = follower.movedSince ?? Clock.monotonicNanoseconds
    Log.info(
      "another model", ["before": .string("\(before)"), "now": .string("\(next.model)")])
    signals.withLock { $0.changeCount += 1 }
  }

  func feedConfiguration() -> ChangeFeed.Configuration {
    var configuration = ChangeFeed.Configuration(connectionInfo: connectionInfo, node: node)
    configuration.models = keptModels
    return configuration
  }

  /// Models whose vectors are worth having from the truth.
  private var keptModels: [String] { models.all.filter(\.keepsVectors).map(\.label) }

  func takeScans() -> Set<FeedScope> {
    signals.withLock { signals in
      defer { signals.scans = [] }
      return signals.scans
    }
  }

  func takeJobs() -> [Job] {
    signals.withLock { signals in
      defer { signals.jobs = [] }
      return signals.jobs
    }
  }

  /// Tells everyone who waits for a job that it will not be done.
  func refuseJobs(_ refusal: RPCRefusal) {
    for job in takeJobs() { job.refuse(refusal) }
  }

  func refuseJobsForGood() { refuseJobs(Self.stopping) }

  var isStopped: Bool { signals.withLock { $0.isStopped } }

  func note(_ change: (inout Status) -> Void) { state.withLock { change(&$0) } }

  /// Notes that the engine refuses an entry.
  func noteRefused(_ entry: RefusedEntry, _ reason: String) {
    note { status in
      if status.refused[entry] == nil && status.refused.count >= Self.refusedLimit {
        status.hasMoreRefused = true
      } else {
        status.refused[entry] = reason
      }
    }
  }

  /// Notes that entries of a collection were applied, or are gone.
  func noteServed(_ entries: [UUID], in collection: CollectionKey) {
    note { status in
      if status.refused.isEmpty { return }
      for entry in entries {
        status.refused[RefusedEntry(collection: collection, entry: entry)] = nil
      }
      if status.refused.isEmpty { status.hasMoreRefused = false }
    }
  }

  /// Notes entries whose content was embedded but for its end.
  func noteCut(_ count: Int) {
    Log.warning(
      "the end of long contents is in no vector",
      [
        "entries": .integer(count),
        "chunk_limit": .integer(Passages.chunkLimit),
      ])
    note { $0.cutCount += UInt64(count) }
  }

  /// Logs entries that are not served, a line for each reason.
  static func logRefused(_ causes: [String: Int]) {
    for (reason, count) in causes.sorted(by: { $0.key < $1.key }) {
      Log.error(
        "entries cannot be served", ["count": .integer(count), "reason": .string(reason)])
    }
  }

  /// Forgets refused entries of collections that are gone.
  func forgetRefused(where isGone: (CollectionKey) -> Bool) {
    note { status in
      status.refused = status.refused.filter { !isGone($0.key.collection) }
      if status.refused.isEmpty { status.hasMoreRefused = false }
    }
  }

  func noteApplied(_ count: Int) { applied.add(UInt64(count), ordering: .relaxed) }

  /// Waits for a poke, a job, or the time; false where the applier is to stop.
  func wait(milliseconds: Int) -> Bool {
    let goesOn: Bool? = signals.wait(timeoutMilliseconds: milliseconds) { signals in
      if signals.isStopped { return false }
      guard signals.isPoked || !signals.jobs.isEmpty else { return nil }
      signals.isPoked = false
      return true
    }
    return goesOn ?? true
  }
}

extension Applier: EmbeddingBacklogOwner {
  func embedded(cutCount: Int) {
    if cutCount > 0 { noteCut(cutCount) }
    poke()
  }

  func refused(_ entry: UnembeddedEntry, of business: UUID, _ reason: String) {
    let key = models.target.key(entry.collection, of: business)
    noteRefused(RefusedEntry(collection: key, entry: entry.entryID), reason)
  }

  func lookedThrough(_ business: UUID, lacking: [String: Int]) {
    let whole = store.keys(of: business).filter { lacking[$0.name] == nil && isFilling($0) }
    if whole.isEmpty { return }
    signals.withLock { signals in
      for key in whole {
        signals.scans.insert(FeedScope(business: business, collection: key.name))
      }
      signals.isPoked = true
    }
  }

  /// Whether the collection is the target model's and is being filled while another model's of the
  /// same name answers.
  func isFilling(_ key: CollectionKey) -> Bool {
    guard key == models.target.key(key.name, of: key.owner), store.isIncomplete(key) else {
      return false
    }
    return models.all.dropFirst().contains { model in
      let other = model.key(key.name, of: key.owner)
      return store.contains(other) && !store.isIncomplete(other)
    }
  }

  /// Removes collections of earlier models whose successor is whole, and durable.
  func retire() {
    for key in (try? store.collectionKeys()) ?? [] {
      let successor = models.target.key(key.name, of: key.owner)
      guard key != successor, store.contains(successor), !store.isIncomplete(successor) else {
        continue
      }
      do throws(StoreError) {
        try store.remove(key)
        forgetRefused { $0 == key }
        pending.forget(key)
        // Of a model that cannot be loaded: its files answer nobody while others are made.
        let missing = pending.count(of: successor) ?? 0
        Log.info(
          missing == 0
            ? "a collection has its new model"
            : "a collection has its new model, and lacks entries until they are embedded",
          [
            "collection": .string(key.name), "model": .string(models.target.model.name),
            "pending": .integer(missing),
          ])
      } catch {
        Log.warning("an earlier model's files stay", ["reason": .string(error.description)])
      }
    }
  }
}
