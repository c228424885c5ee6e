import HTTP
import Synchronization

/// Time that passes only while somebody pauses. Chance is always the upper bound.
public final class FakeClock: Sendable {
  /// A clock at a time of its own.
  public init() {}

  private let state = Mutex<(now: Int, pauses: [Int])>((1_000_000, []))

  /// How long was paused each time, in milliseconds.
  public var pauses: [Int] { state.withLock { $0.pauses } }

  /// Lets time pass.
  public func pass(_ milliseconds: Int) { state.withLock { $0.now += milliseconds } }

  /// The clock to hand to what is tested.
  public var clock: HTTPClock {
    HTTPClock(
      nowMilliseconds: { self.state.withLock { $0.now } },
      wallSeconds: { 784_111_740 },  // Sun, 06 Nov 1994 08:49:00 GMT
      pause: { milliseconds, _ in
        self.state.withLock {
          $0.now += milliseconds
          $0.pauses.append(milliseconds)
        }
      },
      random: { $0.upperBound })
  }
}
