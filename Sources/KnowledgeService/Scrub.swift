import KnowledgeStore
import Platform
import Synchronization

/// Reads all files again in the background, slowly, and has what is damaged made again.
///
/// A byte that a disk changes under a running service would otherwise be found when it is asked
/// for, or never. One collection after the other is read at low priority, then a pause follows that
/// is as long as its bytes may take; all are read once in ``ServiceLimits/scrubSeconds`` at most.
final class Scrub: Sendable {
  /// What it has done since the start.
  struct Counts: Sendable {
    /// Bytes read and compared with their checksums.
    var byteCount: UInt64 = 0
    /// Collections that were found damaged, set aside and noted for a repair.
    var damagedCount: UInt64 = 0
    /// Times that it came to the end of all files.
    var roundCount: UInt64 = 0
  }

  private let store: Store
  private let bytesPerSecond: Int
  private let roundNanoseconds: UInt64
  /// Wakes whoever repairs.
  private let found: @Sendable () -> Void
  private let state = Mutex(Counts())
  private let isStopped = Condition(false)
  private let thread = Mutex<Thread?>(nil)

  init(store: Store, limits: ServiceLimits, found: @escaping @Sendable () -> Void) {
    self.store = store
    self.found = found
    bytesPerSecond = limits.scrubBytesPerSecond
    roundNanoseconds = UInt64(limits.scrubSeconds) * 1_000_000_000
  }

  /// What it has done since the start.
  var counts: Counts { state.withLock { $0 } }

  /// Begins to read, unless ``ServiceLimits/scrubBytesPerSecond`` is 0.
  func start() {
    guard bytesPerSecond > 0 else { return }
    thread.withLock { thread in
      thread = Thread.spawn(name: "scrub", stackByteCount: 4 << 20) {
        Thread.lowerPriority()
        self.run()
      }
    }
  }

  /// Ends after the collection that is being read, and returns when it has.
  func stop() {
    isStopped.withLock { $0 = true }
    thread.withLock { $0.take() }?.join()
  }

  private func run() {
    while true {
      let began = Clock.monotonicNanoseconds
      guard let keys = try? store.collectionKeys() else { return }
      for key in keys {
        let byteCount = look(at: key)
        let pause = Double(byteCount) / Double(bytesPerSecond) * 1000
        if !wait(milliseconds: max(1, Int(min(pause, 86_400_000)))) { return }
      }
      state.withLock { $0.roundCount += 1 }
      let due = began + roundNanoseconds
      let now = Clock.monotonicNanoseconds
      // An empty store is looked at again in a moment: it may have been filled.
      let rest = due > now ? Int((due - now) / 1_000_000) : 0
      if !wait(milliseconds: max(1000, keys.isEmpty ? min(rest, 60_000) : rest)) { return }
    }
  }

  /// False where it is to stop.
  private func wait(milliseconds: Int) -> Bool {
    isStopped.wait(timeoutMilliseconds: milliseconds, until: { $0 ? true : nil }) == nil
  }

  /// Reads the files of a collection.
  ///
  /// - Returns: How many bytes.
  private func look(at key: CollectionKey) -> Int {
    do throws(StoreError) {
      var report = try store.verify(key)
      var byteCount = report.byteCount
      if !report.isIntact {
        // Twice, so that nothing that only changed while it was read is taken for damage.
        report = try store.verify(key)
        byteCount += report.byteCount
        if !report.isIntact {
          let fault = report.faults.first.map { "\($0)" } ?? ""
          Log.error(
            "damage found", ["collection": .string("\(key)"), "fault": .string(fault)])
          report = try store.verify(key, quarantine: true)
          if !report.damaged.isEmpty { state.withLock { $0.damagedCount += 1 } }
          found()
        }
      }
      state.withLock { $0.byteCount += UInt64(byteCount) }
      return byteCount
    } catch {
      // Closing, or a disk that does not read: whoever needs the file meets the same, and says so.
      Log.warning(
        "files could not be read", ["collection": .string("\(key)"), "reason": .string("\(error)")])
      return 0
    }
  }
}
