import Platform

/// The background work of one store: a thread that seals, and one of low priority that merges
/// segments and re-reads large files.
final class Maintenance: Sendable {
  /// The first and the longest pause before sealing is tried again after the disk refused.
  private static let firstPauseMilliseconds = 100
  private static let longestPauseMilliseconds = 3000
  /// Block checksums that the scrub compares between two looks at the queue.
  private static let scrubBlockCount = 64

  private struct Retry {
    var collection: Collection
    var due: UInt64
    var pauseMilliseconds: Int
  }

  private struct Queues {
    var seal: [Collection] = []
    var retries: [Retry] = []
    var compact: [Collection] = []
    var scrub: [(Collection, Segment)] = []
    /// Trees of files that nobody needs.
    var removal: [String] = []
    /// The store whose position must be written anew.
    var publish: StoreCore?
    var isStopping = false
  }

  private let queues = Condition(Queues())
  private let threads = Condition<[Thread]>([])

  /// Starts the threads; without this, requests only gather.
  func start() {
    threads.withLock { threads in
      threads = [
        Thread.spawn(name: "store-seal") { self.runSealing() },
        Thread.spawn(name: "store-compact") {
          Thread.lowerPriority()
          self.runCompaction()
        },
      ]
    }
  }

  /// Ends the threads after the step they are at.
  func stop() {
    queues.withLock { $0.isStopping = true }
    let running = threads.withLock { threads in
      defer { threads = [] }
      return threads
    }
    for thread in running { thread.join() }
    queues.withLock { $0 = Queues(isStopping: true) }
  }

  func requestSeal(_ collection: Collection) {
    queues.withLock { queues in
      let isKnown =
        queues.seal.contains { $0 === collection }
        || queues.retries.contains { $0.collection === collection }
      if !isKnown && !queues.isStopping { queues.seal.append(collection) }
    }
  }

  /// Has the collection sealed again after a pause.
  func requestRetry(_ collection: Collection) {
    let pause = Self.firstPauseMilliseconds
    queues.withLock { queues in
      guard !queues.isStopping, !queues.retries.contains(where: { $0.collection === collection })
      else { return }
      let due = Clock.monotonicNanoseconds + UInt64(pause) * 1_000_000
      queues.retries.append(Retry(collection: collection, due: due, pauseMilliseconds: pause))
    }
  }

  func requestCompaction(_ collection: Collection) {
    queues.withLock { queues in
      if !queues.isStopping && !queues.compact.contains(where: { $0 === collection }) {
        queues.compact.append(collection)
      }
    }
  }

  func requestPublication(by core: StoreCore) {
    queues.withLock { if !$0.isStopping { $0.publish = core } }
  }

  func requestRemoval(_ paths: [String]) {
    queues.withLock { if !$0.isStopping { $0.removal += paths } }
  }

  func requestScrub(_ collection: Collection, _ segment: Segment) {
    queues.withLock { if !$0.isStopping { $0.scrub.append((collection, segment)) } }
  }

  var isStopping: Bool { queues.withLock { $0.isStopping } }

  // MARK: Sealing

  /// In place of a pause: nothing to do yet, but a retry to wait for.
  private static let sleepAgain = -1

  private func runSealing() {
    while true {
      let now = Clock.monotonicNanoseconds
      let waiting = queues.withLock { $0.retries.map(\.due).min() }
      let timeout = waiting.map { $0 > now ? Int(($0 - now) / 1_000_000) + 1 : 0 }
      let next: (collection: Collection?, pause: Int)? = queues.wait(timeoutMilliseconds: timeout) {
        queues in
        if queues.isStopping { return (nil, 0) }
        if !queues.seal.isEmpty { return (queues.seal.removeFirst(), 0) }
        let now = Clock.monotonicNanoseconds
        guard let due = queues.retries.firstIndex(where: { $0.due <= now }) else {
          // One that came while we slept without an end: sleep again, until it is due.
          return waiting == nil && !queues.retries.isEmpty ? (nil, Self.sleepAgain) : nil
        }
        let retry = queues.retries.remove(at: due)
        return (retry.collection, retry.pauseMilliseconds)
      }
      guard let next, next.pause != Self.sleepAgain else { continue }
      guard let collection = next.collection else { return }
      do throws(StoreError) {
        try collection.sealInBackground()
      } catch .system(let reason) {
        let pause =
          next.pause == 0
          ? Self.firstPauseMilliseconds : min(next.pause * 2, Self.longestPauseMilliseconds)
        Log.warning(
          "sealing failed and will be tried again",
          [
            "collection": .string(collection.key.description),
            "reason": .string(reason.description),
          ])
        let due = Clock.monotonicNanoseconds + UInt64(pause) * 1_000_000
        queues.withLock { queues in
          queues.retries.removeAll { $0.collection === collection }
          queues.retries.append(
            Retry(collection: collection, due: due, pauseMilliseconds: pause))
        }
      } catch {
        // Out of service: whoever uses the collection next is told.
      }
    }
  }

  // MARK: Compaction and scrub

  private func runCompaction() {
    while true {
      enum Work {
        case compact(Collection)
        case scrub(Collection, Segment)
        case remove(String)
        case publish(StoreCore)
        case stop
      }
      let work: Work? = queues.wait { queues in
        if queues.isStopping { return .stop }
        if let core = queues.publish {
          queues.publish = nil
          return .publish(core)
        }
        if !queues.removal.isEmpty { return .remove(queues.removal.removeFirst()) }
        if !queues.compact.isEmpty { return .compact(queues.compact.removeFirst()) }
        if !queues.scrub.isEmpty {
          let (collection, segment) = queues.scrub.removeFirst()
          return .scrub(collection, segment)
        }
        return nil
      }
      switch work {
      case .stop: return
      case .compact(let collection): compact(collection)
      case .scrub(let collection, let segment): scrub(collection, segment)
      case .remove(let path): try? FileSystem.removeTree(path)
      case .publish(let core):
        // Refused by the disk, the next commit does it.
        try? core.publishRestructured()
      case nil: continue
      }
    }
  }

  private func compact(_ collection: Collection) {
    do throws(StoreError) {
      var worked = false
      while !isStopping {
        guard try collection.compactOnce() else { break }
        worked = true
      }
      if worked && !isStopping { try collection.core.publishRestructured() }
    } catch {
      if isStopping || collection.isOutOfService { return }
      // A full disk or a damaged file: the segments that are there go on serving, and the next
      // sealing asks for the merge again.
      Log.warning(
        "merging segments failed",
        [
          "collection": .string(collection.key.description),
          "reason": .string(error.description),
        ])
    }
  }

  private func scrub(_ collection: Collection, _ segment: Segment) {
    guard let data = segment.openedData else { return }
    var first = 0
    while first < data.blockCount && !isStopping {
      let blocks = first..<min(first + Self.scrubBlockCount, data.blockCount)
      do {
        try collection.guarded { () throws(StoreError) in
          try collection.checkUsable()
          try data.verify(blocks: blocks, isLeaving: segment.isShortOfMemory)
        }
      } catch { return }
      first = blocks.upperBound
    }
  }
}
