import KnowledgeStore
import Platform
import RPC
import Synchronization
import Truth

/// Compares files with the truth, when somebody asks and every hour by itself, and has what differs
/// brought again. How: ``ParityCheck``.
final class Parity: Sendable {
  /// What was done since the start.
  struct Counts: Sendable {
    /// Checks of everything that came to their end.
    var roundCount: UInt64 = 0
    /// Rows of the truth compared, in all checks.
    var rowCount: UInt64 = 0
    /// Entries that differed, and those that were repaired.
    var differenceCount: UInt64 = 0
    var repairedCount: UInt64 = 0
    /// Entries that the last round found and could not repair.
    var unrepairedCount: UInt64 = 0
    /// When the last round ended, in microseconds since 1970, and how long it took; 0 for none yet.
    var endedMicroseconds: UInt64 = 0
    var tookMicroseconds: UInt64 = 0
    /// Collections that the present round has compared, of how many; 0 of 0 between rounds.
    var done: UInt64 = 0
    var total: UInt64 = 0
    /// Why the last round did not come to its end; nil where it did.
    var trouble: String?
  }

  /// Pause before the first round: what a start has to do comes first.
  private static let firstPauseSeconds = 60
  /// A round rests this many times as long as each part took: it is in no hurry.
  private static let restFactor: UInt64 = 3

  private let store: Store
  private var models: ModelSet { applier.models }
  private let applier: Applier
  private let freshness: Freshness
  private let connectionInfo: String
  private let intervalSeconds: Int
  private let state = Mutex(Counts())
  private let isStopped = Condition(false)
  private let thread = Mutex<Thread?>(nil)

  init(
    store: Store, applier: Applier, freshness: Freshness,
    connectionInfo: String, limits: ServiceLimits
  ) {
    self.store = store
    self.applier = applier
    self.freshness = freshness
    self.connectionInfo = connectionInfo
    intervalSeconds = limits.paritySeconds
  }

  /// What was done since the start.
  var counts: Counts { state.withLock { $0 } }

  /// Compares a part of the truth with the files.
  ///
  /// - Parameters:
  ///   - scope: What to compare.
  ///   - repairs: Whether differences are mended.
  ///   - isStopped: Whether the caller gives up.
  /// - Throws: ``RPCRefusal`` where the truth or the files cannot be read.
  func check(
    _ scope: FeedScope, repairs: Bool, isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws(RPCRefusal) -> ParityOutcome {
    try run(scope, repairs: repairs) { $0.isStopped = isStopped }
  }

  private func run(
    _ scope: FeedScope, repairs: Bool, _ adjust: (inout ParityCheck) -> Void
  ) throws(RPCRefusal) -> ParityOutcome {
    var check = ParityCheck(
      store: store, models: models, applier: applier, freshness: freshness,
      connectionInfo: connectionInfo, repairs: repairs)
    adjust(&check)
    let outcome = try check.run(scope)
    state.withLock { counts in
      counts.rowCount += UInt64(outcome.rowCount)
      counts.differenceCount += UInt64(outcome.differenceCount)
      counts.repairedCount += UInt64(outcome.repairedCount)
    }
    for difference in outcome.examples.prefix(20) {
      Log.error(
        "the files differed from the database",
        [
          "collection": .string("\(difference.collection)"),
          "entry": .string("\(difference.entry)"), "kind": .string(difference.kind.rawValue),
        ])
    }
    return outcome
  }

  // MARK: By itself

  /// Begins to compare everything every ``ServiceLimits/paritySeconds``, unless that is 0.
  func start() {
    guard intervalSeconds > 0 else { return }
    thread.withLock { thread in
      thread = Thread.spawn(name: "parity", stackByteCount: 4 << 20) {
        Thread.lowerPriority()
        self.run()
      }
    }
  }

  /// Ends after the part that is being compared, and returns when it has.
  func stop() {
    isStopped.withLock { $0 = true }
    thread.withLock { $0.take() }?.join()
  }

  private func run() {
    var pause = UInt64(min(Self.firstPauseSeconds, intervalSeconds)) * 1_000_000_000
    while wait(nanoseconds: pause) {
      let began = Clock.monotonicNanoseconds
      round()
      let took = Clock.monotonicNanoseconds - began
      let interval = UInt64(intervalSeconds) * 1_000_000_000
      pause = max(interval > took ? interval - took : 0, 1_000_000_000)
    }
  }

  /// Compares and repairs everything, once.
  func round() {
    let began = Clock.monotonicNanoseconds
    do throws(RPCRefusal) {
      let outcome = try run(.everything, repairs: true) { check in
        check.isStopped = { self.isStopped.withLock { $0 } }
        check.progress = { done, total, _, nanoseconds in
          self.state.withLock { ($0.done, $0.total) = (UInt64(done), UInt64(total)) }
          if done < total { _ = self.wait(nanoseconds: nanoseconds * Self.restFactor) }
        }
      }
      let took = (Clock.monotonicNanoseconds - began) / 1000
      state.withLock { counts in
        counts.roundCount += 1
        counts.unrepairedCount = UInt64(outcome.differenceCount - outcome.repairedCount)
        counts.endedMicroseconds = UInt64(max(0, Clock.wallMicroseconds))
        counts.tookMicroseconds = took
        counts.trouble = nil
      }
      Log.info(
        "files and database compared",
        [
          "rows": .integer(outcome.rowCount), "differences": .integer(outcome.differenceCount),
          "repaired": .integer(outcome.repairedCount), "ms": .integer(Int(took / 1000)),
        ])
    } catch {
      // The database is away, or the service stops: the next round says more.
      state.withLock { $0.trouble = error.reply.message }
      Log.warning("files and database were not compared", ["reason": .string(error.reply.message)])
    }
    state.withLock { ($0.done, $0.total) = (0, 0) }
  }

  /// False where it is to stop.
  private func wait(nanoseconds: UInt64) -> Bool {
    let milliseconds = Int(min(nanoseconds / 1_000_000, 86_400_000))
    return isStopped.wait(timeoutMilliseconds: milliseconds, until: { $0 ? true : nil }) == nil
  }
}
