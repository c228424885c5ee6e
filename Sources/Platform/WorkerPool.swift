/// A few threads of ours that run jobs of several owners, none of whom can hold up the others.
///
/// Each owner's jobs run in the order of their coming, at most ``share`` of them at once; owners
/// take turns. What an owner has waiting is bounded, and so is what all have.
///
///     let pool = WorkerPool<UUID>(name: "worker", threadCount: 4, share: 2)
///     guard pool.submit(for: business, { … }) == .accepted else { … }
public final class WorkerPool<Owner: Hashable & Sendable>: Sendable {
  /// What became of a job.
  public enum Admission: Equatable, Sendable {
    /// It runs, or will.
    case accepted
    /// The owner has as many running and waiting as it may.
    case shareIsFull
    /// As many jobs wait as may.
    case isFull
    /// The pool is shut down.
    case isClosed
  }

  private typealias Job = @Sendable () -> Void

  private struct Line {
    var running = 0
    var jobs: [Job] = []
    /// Jobs before this one are taken.
    var next = 0
    /// Whether the owner stands in `turns`.
    var isInTurn = false

    var waiting: Int { jobs.count - next }

    mutating func take() -> Job {
      defer {
        next += 1
        // Give the array's room back now and then instead of shifting it at every job.
        if next == jobs.count || next >= 256 {
          jobs.removeFirst(next)
          next = 0
        }
      }
      return jobs[next]
    }
  }

  private struct Queue {
    var lines: [Owner: Line] = [:]
    /// Owners with a job that may run, in the order of their turns.
    var turns: [Owner] = []
    var nextTurn = 0
    var waiting = 0
    var isClosed = false

    /// Puts an owner at the end of the turns if it has a job that may run.
    mutating func queue(_ owner: Owner, share: Int) {
      guard let line = lines[owner] else { return }
      if line.waiting == 0 && line.running == 0 {
        lines[owner] = nil
      } else if line.waiting > 0 && line.running < share && !line.isInTurn {
        lines[owner]?.isInTurn = true
        turns.append(owner)
      }
    }

    mutating func take(share: Int) -> (owner: Owner, job: Job)? {
      guard nextTurn < turns.count else { return nil }
      let owner = turns[nextTurn]
      nextTurn += 1
      if nextTurn == turns.count || nextTurn >= 256 {
        turns.removeFirst(nextTurn)
        nextTurn = 0
      }
      guard var line = lines.removeValue(forKey: owner) else { return nil }
      let job = line.take()
      line.running += 1
      line.isInTurn = false
      lines[owner] = line
      waiting -= 1
      queue(owner, share: share)
      return (owner, job)
    }
  }

  private let queue = Condition(Queue())
  private let threads: [Thread]
  /// What the pool does; prefix of the threads' names.
  public let name: String
  /// Jobs of one owner that run at once.
  public let share: Int
  /// Jobs of one owner that may wait; more are refused.
  public let shareQueueLimit: Int
  /// Jobs that may wait in all; more are refused.
  public let queueLimit: Int

  /// - Parameters:
  ///   - name: What the pool does; prefix of the threads' names.
  ///   - threadCount: How many jobs run at once.
  ///   - share: How many of them may be one owner's; at least 1.
  ///   - shareQueueLimit: How many jobs of one owner may wait.
  ///   - queueLimit: How many jobs may wait in all.
  public init(
    name: String, threadCount: Int, share: Int, shareQueueLimit: Int, queueLimit: Int
  ) {
    precondition(share > 0, "an owner without a share would wait for ever")
    self.name = name
    self.share = share
    self.shareQueueLimit = shareQueueLimit
    self.queueLimit = queueLimit
    let queue = queue
    threads = (0..<threadCount).map { index in
      Thread.spawn(name: "\(name)-\(index)", stackByteCount: 4 << 20) {
        while true {
          let next: (owner: Owner, job: Job)?? = queue.wait { state in
            if let next = state.take(share: share) { return .some(next) }
            return state.isClosed && state.waiting == 0 ? .some(nil) : nil
          }
          guard let (owner, job) = next ?? nil else { return }
          job()
          queue.withLock { state in
            state.lines[owner]?.running -= 1
            state.queue(owner, share: share)
          }
        }
      }
    }
  }

  /// Queues a job; it is not run where the answer is anything but `accepted`.
  public func submit(for owner: Owner, _ job: @escaping @Sendable () -> Void) -> Admission {
    queue.withLock { state in
      if state.isClosed { return .isClosed }
      let line = state.lines[owner] ?? Line()
      // What runs at once waits for no more than a thread.
      guard line.running + line.waiting < share + shareQueueLimit else { return .shareIsFull }
      guard state.waiting < queueLimit else { return .isFull }
      state.lines[owner, default: line].jobs.append(job)
      state.waiting += 1
      state.queue(owner, share: share)
      return .accepted
    }
  }

  /// Jobs that wait now.
  public var waitingCount: Int { queue.withLock { $0.waiting } }

  /// Runs what is queued, accepts nothing more, and returns when all threads have ended.
  public func shutdown() {
    queue.withLock { $0.isClosed = true }
    for thread in threads { thread.join() }
  }
}
