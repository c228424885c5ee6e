import Agent

/// Whether a provider is asked at all: after some failures in a row it is left alone for a while,
/// then asked once, and by all again when that went well. Pure; times are handed in.
struct CircuitBreaker: Sendable {
  /// Leave to ask once.
  struct Permit: Sendable, Equatable {
    fileprivate let generation: Int
    fileprivate let isTrial: Bool
  }

  private enum State {
    case closed(failures: Int)
    case open(until: Int)
    case trial
  }

  private let policy: BreakerPolicy
  private var state = State.closed(failures: 0)
  /// What was begun before the state last changed says nothing of the state now.
  private var generation = 0
  /// Openings in a row, without a success between them.
  private var openings = 0

  init(_ policy: BreakerPolicy) { self.policy = policy }

  /// Asks for leave.
  ///
  /// - Returns: Nil where the provider is to be left alone; see ``waitMilliseconds(now:)``.
  mutating func permit(now: Int) -> Permit? {
    switch state {
    case .closed: return Permit(generation: generation, isTrial: false)
    case .open(let until) where now >= until:
      state = .trial
      generation += 1
      return Permit(generation: generation, isTrial: true)
    case .open, .trial: return nil
    }
  }

  /// How long the provider is left alone, at least; nil where it is not, or a trial is under way.
  func waitMilliseconds(now: Int) -> Int? {
    if case .open(let until) = state { max(0, until - now) } else { nil }
  }

  /// Tells how it went.
  ///
  /// - Parameters:
  ///   - permit: The leave that was given.
  ///   - failure: Nil for an answer. Failures that are no fault of the provider's count as answers,
  ///     for it is there; a call that the caller ended, or had no time for, counts as nothing.
  ///   - milliseconds: How long it took.
  ///   - now: The time.
  mutating func end(
    _ permit: Permit, failure: ModelError.Kind?, after milliseconds: Int, now: Int
  ) {
    guard permit.generation == generation else { return }
    switch failure {
    case .cancelled, .circuitOpen,
      .timeout where milliseconds < policy.patienceMilliseconds:
      // Nobody knows; the next one tries.
      if permit.isTrial { reopen(until: now) }
    case .authentication, .exhaustedCredit:
      // It needs a person, so each further request is for nothing.
      open(for: policy.longestMilliseconds, now: now)
    case .overloaded, .serverFailure, .unreachable, .timeout, .cutOff, .invalidResponse:
      guard case .closed(let failures) = state, failures + 1 < policy.failureLimit else {
        let doubled = policy.firstMilliseconds << min(openings, 20)
        return open(for: min(doubled, policy.longestMilliseconds), now: now)
      }
      state = .closed(failures: failures + 1)
    case nil, .rateLimited, .contextTooLong, .refused, .invalidRequest, .notFound:
      state = .closed(failures: 0)
      openings = 0
    }
  }

  private mutating func open(for milliseconds: Int, now: Int) {
    openings += 1
    reopen(until: now + milliseconds)
  }

  private mutating func reopen(until moment: Int) {
    state = .open(until: moment)
    generation += 1
  }
}

/// When a provider is left alone, and for how long.
public struct BreakerPolicy: Sendable, Equatable {
  /// Failures in a row after which it is left alone.
  public var failureLimit: Int
  /// For how long at first, in milliseconds; twice as long after each trial that fails.
  public var firstMilliseconds: Int
  /// For how long at most, and at once where the key or the account is at fault, in milliseconds.
  public var longestMilliseconds: Int
  /// How long it must have been waited for before a timeout is the provider's fault and not the
  /// caller's haste, in milliseconds.
  public var patienceMilliseconds: Int

  /// - Parameters:
  ///   - failureLimit: Failures in a row after which it is left alone.
  ///   - firstMilliseconds: For how long at first.
  ///   - longestMilliseconds: For how long at most.
  ///   - patienceMilliseconds: How long a wait must have been for its end to count.
  public init(
    failureLimit: Int = 5, firstMilliseconds: Int = 5_000, longestMilliseconds: Int = 120_000,
    patienceMilliseconds: Int = 5_000
  ) {
    self.failureLimit = failureLimit
    self.firstMilliseconds = firstMilliseconds
    self.longestMilliseconds = longestMilliseconds
    self.patienceMilliseconds = patienceMilliseconds
  }
}
