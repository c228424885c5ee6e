import Platform
import Synchronization

/// What a loop thread has done since it started. The loop counts; an operator reads now and then.
final class ServerCounters: Sendable {
  private struct PerMethod {
    var errors: UInt64 = 0
    var latency = LatencyHistogram()
  }

  private let accepted = Atomic(0)
  private let bytesIn = Atomic(0)
  private let bytesOut = Atomic(0)
  private let refusals = Mutex<[String: UInt64]>([:])
  /// By the method's number, which begins at 1 and stays below ``methodLimit``.
  private let methods = Mutex<[PerMethod?]>(Array(repeating: nil, count: methodLimit))
  private static let methodLimit = 256

  /// A connection was accepted.
  func noteAccepted() { accepted.wrappingAdd(1, ordering: .relaxed) }
  /// Bytes were received.
  func noteReceived(_ count: Int) { bytesIn.wrappingAdd(count, ordering: .relaxed) }
  /// Bytes were sent.
  func noteSent(_ count: Int) { bytesOut.wrappingAdd(count, ordering: .relaxed) }

  /// A connection or request was refused or ended. Counted by the limit's name, which comes from a
  /// fixed set and never from a peer, or else by the code's.
  func noteRefused(_ reply: ErrorReply) {
    let name = reply.details["limit"] ?? reply.code.description
    refusals.withLock { $0[name, default: 0] += 1 }
  }

  /// A request has its final answer.
  func noteAnswered(_ method: Method, nanoseconds: UInt64, isError: Bool) {
    let place = Int(method.rawValue)
    guard (0..<Self.methodLimit).contains(place) else { return }
    methods.withLock { methods in
      if methods[place] == nil { methods[place] = PerMethod() }
      methods[place]?.latency.record(nanoseconds)
      if isError { methods[place]?.errors += 1 }
    }
  }

  /// The sum of several loop threads' counters, as the Stats method reports it.
  static func sum(_ all: [ServerCounters], open: Int) -> RPCStats {
    var stats = RPCStats(connectionsOpen: UInt64(max(0, open)))
    var methods: [Int: PerMethod] = [:]
    for counters in all {
      stats.connectionsAccepted += UInt64(counters.accepted.load(ordering: .relaxed))
      stats.bytesIn += UInt64(counters.bytesIn.load(ordering: .relaxed))
      stats.bytesOut += UInt64(counters.bytesOut.load(ordering: .relaxed))
      stats.refusals.merge(counters.refusals.withLock { $0 }, uniquingKeysWith: +)
      for (place, one) in counters.methods.withLock({ $0 }).enumerated() {
        guard let one else { continue }
        methods[place, default: PerMethod()].errors += one.errors
        methods[place]?.latency.merge(one.latency)
      }
    }
    for (place, one) in methods.sorted(by: { $0.key < $1.key }) {
      stats.requests += one.latency.count
      stats.errors += one.errors
      stats.methods.append(
        MethodStats(
          method: Method(rawValue: Int32(place)), requests: one.latency.count, errors: one.errors,
          p50Microseconds: one.latency.percentile(0.5) / 1_000,
          p99Microseconds: one.latency.percentile(0.99) / 1_000))
    }
    return stats
  }
}
