/// A few threads of ours that run jobs in the order of their coming, with a bound on how many wait.
public final class WorkerPool: Sendable {
  private struct Queue {
    var jobs: [@Sendable () -> Void] = []
    var next = 0
    var isClosed = false

    mutating func take() -> (@Sendable () -> Void)? {
      guard next < jobs.count else { return nil }
      defer {
        next += 1
        // Give the array's room back now and then instead of shifting it at every job.
        if next == jobs.count || next >= 1024 {
          jobs.removeFirst(next)
          next = 0
        }
      }
      return jobs[next]
    }
  }

  private let queue = Condition(Queue())
  private let threads: [Thread]
  /// Jobs that may wait; more are refused.
  public let queueLimit: Int

  /// - Parameters:
  ///   - name: Prefix of the threads' names.
  ///   - threadCount: How many jobs run at once.
  ///   - queueLimit: How many may wait.
  public init(name: String, threadCount: Int, queueLimit: Int) {
    self.queueLimit = queueLimit
    let queue = queue
    threads = (0..<threadCount).map { index in
      Thread.spawn(name: "\(name)-\(index)", stackByteCount: 4 << 20) {
        while let job = queue.wait(until: { (state: inout Queue) -> (@Sendable () -> Void)?? in
          if let job = state.take() { return .some(job) }
          return state.isClosed ? .some(nil) : nil
        }) ?? nil {
          job()
        }
      }
    }
  }

  /// Queues a job.
  ///
  /// - Returns: False where the queue is full or closed; the job is then not run.
  public func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
    queue.withLock { state in
      guard !state.isClosed, state.jobs.count - state.next < queueLimit else { return false }
      state.jobs.append(job)
      return true
    }
  }

  /// Jobs that wait now.
  public var waitingCount: Int { queue.withLock { $0.jobs.count - $0.next } }

  /// Runs what is queued, accepts nothing more, and returns when all threads have ended.
  public func shutdown() {
    queue.withLock { $0.isClosed = true }
    for thread in threads { thread.join() }
  }
}
