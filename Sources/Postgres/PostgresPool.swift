import Platform

/// A bounded set of connections that threads borrow one at a time.
///
/// A connection that fails is dropped and replaced; while the server is away, attempts to reach it
/// are spaced by exponential backoff with jitter, one at a time, however many threads wait.
public final class PostgresPool: Sendable {
  /// How a pool connects and waits.
  public struct Configuration: Sendable {
    /// A libpq keyword string or URI; never logged.
    public var connectionInfo: String
    /// Shown in `pg_stat_activity`.
    public var applicationName = "knowledge"
    /// Connections at most.
    public var connectionLimit = 4
    /// For one attempt to connect.
    public var connectTimeoutMilliseconds = 5000
    /// For each statement; nil waits for ever.
    public var statementTimeoutMilliseconds: Int? = 60_000
    /// How long ``PostgresPool/lend(waitMilliseconds:_:)`` waits for a connection, a server that is
    /// coming back included.
    public var waitMilliseconds = 5000
    /// Pause after the first failed attempt; doubled after each, and shortened by up to a half at
    /// random.
    public var firstBackoffMilliseconds = 50
    /// The longest pause between attempts.
    public var backoffLimitMilliseconds = 2000
    /// Runs on every new connection before it is lent: roles and settings.
    public var configure: @Sendable (inout PostgresConnection) throws(PostgresError) -> Void = {
      (_: inout PostgresConnection) throws(PostgresError) in
    }

    /// - Parameter connectionInfo: A libpq keyword string or URI.
    public init(connectionInfo: String) { self.connectionInfo = connectionInfo }
  }

  /// A connection that can move between threads.
  ///
  /// `@unchecked Sendable`: it is reachable from the pool's idle list or from one borrower, and the
  /// pool's lock orders the two.
  private final class Slot: @unchecked Sendable {
    var connection: PostgresConnection
    init(_ connection: consuming PostgresConnection) { self.connection = connection }
  }

  private struct State {
    var idle: [Slot] = []
    /// Connections that exist or are being made.
    var opened = 0
    var isClosed = false
    var failedAttempts = 0
    /// Nobody connects before this moment (monotonic nanoseconds).
    var nextAttempt: UInt64 = 0
    /// While the server is away, one thread tries for all.
    var isProbing = false
    var lastFailure: PostgresError?
  }

  private enum Turn {
    case slot(Slot)
    case connect
    case wait(milliseconds: Int)
    case closed
  }

  /// What the pool was made with.
  public let configuration: Configuration
  private let state = Condition(State())

  /// Makes an empty pool; connections are made when they are needed.
  public init(_ configuration: Configuration) {
    precondition(configuration.connectionLimit > 0, "a pool needs at least one connection")
    self.configuration = configuration
  }

  /// Lends a connection to `body` and takes it back; a transaction left open is rolled back.
  ///
  /// - Parameters:
  ///   - waitMilliseconds: How long to wait for a connection; nil is the configured time.
  ///   - body: Runs on the calling thread.
  /// - Throws: What `body` threw, or a ``PostgresError``: `.poolExhausted`, `.poolClosed`, or the
  ///   last failure to connect.
  @discardableResult
  public func lend<Value, Failure: PostgresErrorCarrying>(
    waitMilliseconds: Int? = nil, _ body: (inout PostgresConnection) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let slot: Slot
    do throws(PostgresError) {
      slot = try take(Deadline(milliseconds: waitMilliseconds ?? configuration.waitMilliseconds))
    } catch { throw Failure(error) }
    defer { giveBack(slot) }
    return try body(&slot.connection)
  }

  /// Closes idle connections now and lent ones when they come back; later loans are refused.
  public func close() {
    let idle = state.withLock { state in
      state.isClosed = true
      defer {
        state.opened -= state.idle.count
        state.idle = []
      }
      return state.idle
    }
    _ = idle  // Connections end here, outside the lock.
  }

  /// Connections that exist or are being made, and how many of them are at rest.
  public var connectionCounts: (opened: Int, idle: Int) {
    state.withLock { ($0.opened, $0.idle.count) }
  }

  private func take(_ deadline: Deadline) throws(PostgresError) -> Slot {
    while true {
      switch state.withLock({ nextTurn(&$0) }) {
      case .closed: throw PostgresError(.poolClosed, "the connection pool is closed")
      case .slot(let slot):
        if slot.connection.isUsable() { return slot }
        drop()
      case .connect:
        if let slot = try connect(deadline) { return slot }
      case .wait(let milliseconds):
        guard !deadline.hasPassed else {
          throw state.withLock { $0.lastFailure }
            ?? PostgresError(.poolExhausted, "all \(configuration.connectionLimit) are in use")
        }
        let most = min(milliseconds, deadline.remainingMilliseconds ?? milliseconds)
        // Woken early when a connection comes back or the server does.
        let before = state.withLock { ($0.idle.count, $0.opened, $0.nextAttempt) }
        _ = state.wait(timeoutMilliseconds: max(1, most)) { state in
          (state.idle.count, state.opened, state.nextAttempt) != before || state.isClosed
            ? true : nil
        }
      }
    }
  }

  private func nextTurn(_ state: inout State) -> Turn {
    if state.isClosed { return .closed }
    if let slot = state.idle.popLast() { return .slot(slot) }
    guard state.opened < configuration.connectionLimit else { return .wait(milliseconds: 1000) }
    if state.failedAttempts > 0 {
      let now = Clock.monotonicNanoseconds
      if state.isProbing { return .wait(milliseconds: 1000) }
      if now < state.nextAttempt {
        return .wait(milliseconds: Int((state.nextAttempt - now) / 1_000_000) + 1)
      }
      state.isProbing = true
    }
    state.opened += 1
    return .connect
  }

  /// Makes a connection; nil after a failure that is worth waiting out.
  private func connect(_ deadline: Deadline) throws(PostgresError) -> Slot? {
    do throws(PostgresError) {
      var connection = try PostgresConnection(
        connectionInfo: configuration.connectionInfo,
        applicationName: configuration.applicationName,
        timeoutMilliseconds: configuration.connectTimeoutMilliseconds)
      connection.statementTimeoutMilliseconds = configuration.statementTimeoutMilliseconds
      try configuration.configure(&connection)
      let slot = Slot(connection)
      state.withLock { state in
        state.failedAttempts = 0
        state.isProbing = false
        state.nextAttempt = 0
        state.lastFailure = nil
      }
      return slot
    } catch {
      state.withLock { state in
        state.opened -= 1
        state.isProbing = false
        state.failedAttempts += 1
        state.lastFailure = error
        state.nextAttempt = Clock.monotonicNanoseconds + backoff(state.failedAttempts)
      }
      if !error.isOutage && error.code != .timedOut { throw error }
      if deadline.hasPassed { throw error }
      return nil
    }
  }

  /// Nanoseconds to pause after the n-th failure in a row.
  private func backoff(_ failures: Int) -> UInt64 {
    let doubled = configuration.firstBackoffMilliseconds << min(failures - 1, 16)
    let longest = UInt64(min(max(1, doubled), configuration.backoffLimitMilliseconds)) * 1_000_000
    return longest - UInt64.random(in: 0...longest / 2)
  }

  private func drop() { state.withLock { $0.opened -= 1 } }

  private func giveBack(_ slot: Slot) {
    if slot.connection.isInTransaction { slot.connection.rollback() }
    let usable = slot.connection.isUsable()
    state.withLock { state in
      if usable && !state.isClosed {
        state.idle.append(slot)
      } else {
        state.opened -= 1
      }
    }
  }
}
