import Agent
import HTTP

/// Whether a failed attempt is followed by another, and after what pause. Pure but for the clock.
struct RetryPlan {
  let policy: HTTPRetryPolicy
  /// When the call's time is up.
  let deadline: Int
  let mayRestart: Bool
  let clock: HTTPClock
  private var failures = 0

  init(policy: HTTPRetryPolicy, deadline: Int, mayRestart: Bool, clock: HTTPClock) {
    self.policy = policy
    self.deadline = deadline
    self.mayRestart = mayRestart
    self.clock = clock
  }

  /// The pause before the next attempt, in milliseconds; nil where there is to be none.
  ///
  /// What the server asks to wait is the least; jitter comes on top, so that callers that were
  /// refused together do not come back together.
  mutating func pause(after fault: ModelFault, hasDelivered: Bool) -> Int? {
    failures += 1
    guard fault.isTransient, failures < policy.attemptLimit, mayRestart || !hasDelivered else {
      return nil
    }
    let jitter = policy.pauseMilliseconds(afterFailures: failures, clock: clock)
    let pause = (fault.retryAfterMilliseconds ?? 0) + jitter
    return clock.nowMilliseconds() + pause < deadline ? pause : nil
  }
}
