import CommandInterface
import Glibc
import Platform
import RPC
import Synchronization

/// What one load came to.
struct BenchResult: Sendable {
  var load: BenchPlan.Load
  /// Latency of answered requests.
  var latency = LatencyHistogram()
  /// Time that the service itself took, as it says.
  var serviceTime = LatencyHistogram()
  var elapsedNanoseconds: UInt64 = 0
  var errorCount = 0
  /// The first error's message.
  var firstError: String?
  /// Answers that the service called exact.
  var exactCount = 0
  /// Requests of an open load that began more than a millisecond late, for want of a connection or
  /// a processor on our side.
  var lateCount = 0

  mutating func merge(_ other: BenchResult) {
    latency.merge(other.latency)
    serviceTime.merge(other.serviceTime)
    elapsedNanoseconds = max(elapsedNanoseconds, other.elapsedNanoseconds)
    errorCount += other.errorCount
    firstError = firstError ?? other.firstError
    exactCount += other.exactCount
    lateCount += other.lateCount
  }
}

/// Runs a load: a thread and a connection of its own for each lane.
struct BenchLoad {
  let plan: BenchPlan
  let connect: @Sendable () throws(CommandError) -> any Service
  let isInterrupted: @Sendable () -> Bool

  /// Warms up, measures, and gives the merged counts.
  ///
  /// - Throws: ``CommandError`` where a connection cannot be made.
  func run(_ load: BenchPlan.Load) throws(CommandError) -> BenchResult {
    var services: [any Service] = []
    for _ in 0..<load.connections { services.append(try connect()) }
    if plan.warmupSeconds > 0 {
      _ = measure(load, services, seconds: plan.warmupSeconds)
    }
    return measure(load, services, seconds: plan.seconds)
  }

  private func measure(
    _ load: BenchPlan.Load, _ services: [any Service], seconds: Double
  ) -> BenchResult {
    let schedule = BenchSchedule(load, seconds: seconds)
    let results = Condition([BenchResult]())
    let threads = services.enumerated().map { lane, service in
      Thread.spawn(name: "bench-\(lane)") {
        let result = self.lane(service, load, schedule)
        results.withLock { $0.append(result) }
      }
    }
    for thread in threads { thread.join() }
    var total = BenchResult(load: load)
    for result in results.withLock({ $0 }) { total.merge(result) }
    return total
  }

  private func lane(
    _ service: any Service, _ load: BenchPlan.Load, _ schedule: BenchSchedule
  ) -> BenchResult {
    var result = BenchResult(load: load)
    while let (index, intended) = schedule.next(), !isInterrupted() {
      if let intended { BenchSchedule.sleep(until: intended) }
      let begin = Clock.monotonicNanoseconds
      let start = intended ?? begin
      if begin > start + 1_000_000 { result.lateCount += 1 }
      do throws(CommandError) {
        let took: UInt64
        let isExact: Bool
        if plan.batch == 1 {
          let reply = try service.call(.search, plan.searchRequest(index), for: SearchReply.self)
          (took, isExact) = (reply.tookMicroseconds, reply.exact)
        } else {
          let reply = try service.call(
            .searchBatch, plan.batchRequest(index), for: SearchBatchReply.self)
          (took, isExact) = (reply.tookMicroseconds, reply.results.allSatisfy(\.exact))
        }
        result.latency.record(Clock.monotonicNanoseconds - start)
        result.serviceTime.record(took &* 1000)
        if isExact { result.exactCount += 1 }
      } catch {
        result.errorCount += 1
        result.firstError = result.firstError ?? error.message
        // A service that is away is not asked a million times.
        if error.exit == .unreachable { Thread.sleep(milliseconds: 100) }
      }
    }
    result.elapsedNanoseconds = schedule.elapsedNanoseconds
    return result
  }
}

/// Which request is next, and when: one counter for all lanes.
final class BenchSchedule: Sendable {
  private let counter = Atomic<Int>(0)
  private let begin = Clock.monotonicNanoseconds
  private let end: UInt64
  /// Nanoseconds between two requests of an open load; nil for a closed one.
  private let interval: Double?

  init(_ load: BenchPlan.Load, seconds: Double) {
    end = begin + UInt64(seconds * 1e9)
    switch load {
    case .closed: interval = nil
    case .open(let rate, _): interval = 1e9 / rate
    }
  }

  var elapsedNanoseconds: UInt64 { Clock.monotonicNanoseconds - begin }

  /// The next request's number and, in an open load, its intended moment; nil when the time is up.
  func next() -> (index: Int, intended: UInt64?)? {
    let index = counter.wrappingAdd(1, ordering: .relaxed).oldValue
    guard let interval else {
      return Clock.monotonicNanoseconds < end ? (index, nil) : nil
    }
    let intended = begin + UInt64(Double(index) * interval)
    return intended < end ? (index, intended) : nil
  }

  /// Sleeps to just before the moment and looks at the clock for the rest: the kernel wakes
  /// sleepers some 50 µs late.
  static func sleep(until moment: UInt64) {
    let early: UInt64 = 80_000
    let now = Clock.monotonicNanoseconds
    if moment > now + early {
      let wake = moment - early
      var time = timespec(
        tv_sec: Int(wake / 1_000_000_000), tv_nsec: Int(wake % 1_000_000_000))
      while unsafe clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
    }
    while Clock.monotonicNanoseconds < moment { sched_yield() }
  }
}
