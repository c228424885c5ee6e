import Platform

/// Lets bulk work give way to queries: between two of its small batches it waits while queries are
/// computed. A query never waits: it shares the processors with the batches at hand at most.
final class QueryGate: Sendable {
  private let waitMilliseconds: Int?
  private let queries = Condition(0)

  /// - Parameter waitMilliseconds: How long a thread of bulk work waits before one batch, so that
  ///   queries without a pause slow it down and do not stop it; nil for ever.
  init(waitMilliseconds: Int? = 50) { self.waitMilliseconds = waitMilliseconds }

  /// Runs the work of a query.
  func query<Value>(_ body: () -> Value) -> Value {
    queries.withLock { $0 += 1 }
    defer { queries.withLock { $0 -= 1 } }
    return body()
  }

  /// Waits until no query is computed, or long enough.
  func giveWay() {
    _ = queries.wait(timeoutMilliseconds: waitMilliseconds) { $0 == 0 ? true : nil }
  }
}
