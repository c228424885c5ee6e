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
  /// Which rows are compared, and what is done about differences.
  struct Reconciliation: Sendable {
    /// One business's; nil for all.
    var business: UUID?
    /// One collection's; nil for all.
    var collection: String?
    /// Whether differences are mended, or only counted.
    var repairs: Bool
    /// Whether the files are thrown away first.
    var discardsFiles = false
  }

  /// What a reconciliation found.
  struct Outcome: Sendable {
    /// Rows of the truth that were compared.
    var rowCount = 0
    /// Rows that the files lacked, held in another state, or held without cause.
    var differenceCount = 0
  }

  /// Changes after which the files are committed even under constant load: a restart replays fewer.
  static let commitChangeCount = 100_000
  /// Time after which a change that was applied is committed.
  static let commitNanoseconds: UInt64 = 60_000_000_000

  struct Job {
    let reconciliation: Reconciliation
    let answer: @Sendable (Result<Outcome, RPCRefusal>) -> Void
  }

  private struct Signals {
    var isPoked = false
    var isStopped = false
    var jobs: [Job] = []
  }

  let store: Store
  let embedding: RowEmbedding
  let freshness: Freshness
  let connectionInfo: String
  let cluster: PrivateCluster?
  let pollMilliseconds: Int
  /// Who follows; kept beside the files.
  let node: UUID
  private let signals = Condition(Signals())
  private let thread = Mutex<Thread?>(nil)
  private let applied = Atomic<UInt64>(0)

  init(
    store: Store, embedding: RowEmbedding, freshness: Freshness, connectionInfo: String,
    cluster: PrivateCluster?, node: UUID, pollMilliseconds: Int
  ) {
    self.store = store
    self.embedding = embedding
    self.freshness = freshness
    self.connectionInfo = connectionInfo
    self.cluster = cluster
    self.node = node
    self.pollMilliseconds = pollMilliseconds
  }

  /// Changes applied since the start.
  var appliedCount: UInt64 { applied.load(ordering: .relaxed) }

  /// Begins to follow.
  func start() {
    thread.withLock { thread in
      thread = Thread.spawn(name: "applier", stackByteCount: 8 << 20) { self.run() }
    }
  }

  /// Looks at the feed now, because something was written here.
  func poke() { signals.withLock { $0.isPoked = true } }

  /// Asks the applier to end its round and come to a stop.
  func requestStop() { signals.withLock { $0.isStopped = true } }

  /// Stops following, commits what is applied, and returns when that is done.
  func stop() {
    requestStop()
    thread.withLock { $0 }?.join()
  }

  /// Compares files with the truth, between two steps, and waits for the outcome.
  ///
  /// Call it from a worker, never from the applier's thread.
  func reconcile(_ reconciliation: Reconciliation) throws(RPCRefusal) -> Outcome {
    let answer = Condition<Result<Outcome, RPCRefusal>?>(nil)
    signals.withLock { signals in
      if signals.isStopped {
        answer.withLock { $0 = .failure(Self.stopping) }
      } else {
        signals.jobs.append(
          Job(reconciliation: reconciliation) { outcome in
            answer.withLock { $0 = outcome }
          })
      }
    }
    return try answer.wait(until: { $0 })!.get()
  }

  private static let stopping = RPCRefusal(
    .shuttingDown, "the service is stopping", remediation: "connect again in a moment")

  // MARK: The thread's side

  func feedConfiguration() -> ChangeFeed.Configuration {
    ChangeFeed.Configuration(connectionInfo: connectionInfo, node: node)
  }

  func takeJobs() -> [Job] {
    signals.withLock { signals in
      defer { signals.jobs = [] }
      return signals.jobs
    }
  }

  /// Tells everyone who waits for a job that it will not be done.
  func refuseJobs(_ refusal: RPCRefusal) {
    for job in takeJobs() { job.answer(.failure(refusal)) }
  }

  func refuseJobsForGood() { refuseJobs(Self.stopping) }

  var isStopped: Bool { signals.withLock { $0.isStopped } }

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
