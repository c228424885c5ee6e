import Platform
import RPC
import Synchronization

/// How often a business may have its files compared or made again.
///
/// That is done between the feed's steps and holds up everybody's changes, so a business that has
/// had a long one rests for four times as long: it holds a fifth of the time at most. Operators
/// know what they do.
final class MaintenanceTurns: Sendable {
  /// What takes less is not worth a rest.
  static let freeNanoseconds: UInt64 = 100_000_000
  /// The longest rest.
  static let restLimitNanoseconds: UInt64 = 600_000_000_000

  private let restsUntil = Mutex<[UUID: UInt64]>([:])

  /// Runs `body` if it is the caller's turn.
  func take<Value>(
    _ principal: Principal, _ body: () throws(RPCRefusal) -> Value
  ) throws(RPCRefusal) -> Value {
    guard let business = principal.business, !principal.isOperator else { return try body() }
    let began = Clock.monotonicNanoseconds
    let until = restsUntil.withLock { rests in
      rests = rests.filter { $0.value > began }
      return rests[business]
    }
    if let until { throw Self.refusal(milliseconds: (until - began) / 1_000_000 + 1) }
    defer {
      let now = Clock.monotonicNanoseconds
      if now - began > Self.freeNanoseconds {
        let rest = min((now - began) * 4, Self.restLimitNanoseconds)
        restsUntil.withLock { $0[business] = now + rest }
      }
    }
    return try body()
  }

  private static func refusal(milliseconds: UInt64) -> RPCRefusal {
    RPCRefusal(
      .resourceExhausted, "the business was compared or rebuilt a moment ago",
      remediation: "try again in \((milliseconds + 999) / 1000) s",
      details: ["limit": "maintenance_rest", "retry_ms": "\(milliseconds)"])
  }
}
