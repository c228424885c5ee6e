import Platform
import Synchronization

/// What a server has done since it started.
///
/// One lock a loop thread: it is almost never contended (an operator asks a few times a minute).
final class ServerCounters: Sendable {
  struct PerMethod {
    var errors: UInt64 = 0
    var latency = LatencyHistogram()
  }

  struct Values {
    var accepted: UInt64 = 0
    var bytesIn: UInt64 = 0
    var bytesOut: UInt64 = 0
    var refusals: [String: UInt64] = [:]
    var methods: [Int32: PerMethod] = [:]
  }

  private let values = Mutex(Values())

  func accepted() { values.withLock { $0.accepted += 1 } }

  func moved(bytesIn: Int, bytesOut: Int) {
    values.withLock {
      $0.bytesIn += UInt64(bytesIn)
      $0.bytesOut += UInt64(bytesOut)
    }
  }

  /// A connection or request was refused by the server itself.
  func refused(_ reply: ErrorReply) {
    let name = reply.details["limit"] ?? reply.code.description
    values.withLock { $0.refusals[name, default: 0] += 1 }
  }

  /// A request has its final answer.
  func answered(_ method: Method, nanoseconds: UInt64, isError: Bool) {
    values.withLock {
      $0.methods[method.rawValue, default: PerMethod()].latency.record(nanoseconds)
      if isError { $0.methods[method.rawValue]?.errors += 1 }
    }
  }

  /// The sum of several loop threads' counters, as the Stats method reports it.
  static func sum(_ all: [ServerCounters], open: Int) -> RPCStats {
    var stats = RPCStats(connectionsOpen: UInt64(max(0, open)))
    var methods: [Int32: PerMethod] = [:]
    for counters in all {
      let values = counters.values.withLock { $0 }
      stats.connectionsAccepted += values.accepted
      stats.bytesIn += values.bytesIn
      stats.bytesOut += values.bytesOut
      stats.refusals.merge(values.refusals, uniquingKeysWith: +)
      for (method, one) in values.methods {
        methods[method, default: PerMethod()].errors += one.errors
        methods[method]?.latency.merge(one.latency)
      }
    }
    for (method, one) in methods.sorted(by: { $0.key < $1.key }) {
      stats.requests += one.latency.count
      stats.errors += one.errors
      stats.methods.append(
        MethodStats(
          method: Method(rawValue: method), requests: one.latency.count, errors: one.errors,
          p50Microseconds: one.latency.percentile(0.5) / 1_000,
          p99Microseconds: one.latency.percentile(0.99) / 1_000))
    }
    return stats
  }
}
