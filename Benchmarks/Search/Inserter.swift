import KnowledgeStore
import Platform

/// Offers batches of rows at a fixed rate until the time is over, and commits every second.
///
/// `@unchecked Sendable`: `thread` is set once, by who started it, before it calls anything else.
final class Inserter: @unchecked Sendable {
  private struct State {
    var isDone = false
    var inserted = 0
    var nanoseconds: UInt64 = 0
    var failure: (any Error)?
  }

  private let batchCount: Int
  private let nanosecondsPerRow: UInt64
  private let limitNanoseconds: UInt64
  private let firstRow: Int
  private let path: String
  private let dimension: Int
  private let rows: StoredRows
  private let state = Condition(State())
  private var thread: Thread?

  init(_ job: Job, _ rows: StoredRows) throws {
    self.rows = rows
    path = try job.path("inserts")
    dimension = job.dimension
    firstRow = job.rowCount
    batchCount = try job.number("batch")
    nanosecondsPerRow = 1_000_000_000 / UInt64(try job.number("rate"))
    limitNanoseconds = UInt64(try job.seconds() * 1e9)
  }

  func start() {
    thread = Thread.spawn(name: "insert") {
      var failure: (any Error)?
      do { try self.insert() } catch { failure = error }
      self.state.withLock { state in
        state.failure = failure
        state.isDone = true
      }
    }
  }

  var isDone: Bool { state.withLock { $0.isDone } }

  /// - Returns: Rows inserted and committed, and the nanoseconds that took.
  func finish() throws -> (inserted: Int, nanoseconds: UInt64) {
    thread?.join()
    let state = state.withLock { $0 }
    if let failure = state.failure { throw failure }
    return (state.inserted, state.nanoseconds)
  }

  private func insert() throws {
    let file = try FloatFile(path: path, dimension: dimension)
    let start = Clock.monotonicNanoseconds
    var (inserted, committed) = (0, start)
    while inserted + batchCount <= file.count {
      let now = Clock.monotonicNanoseconds - start
      if now > limitNanoseconds { break }
      let due = UInt64(inserted) * nanosecondsPerRow
      if due > now { Thread.sleep(milliseconds: Int((due - now) / 1_000_000)) }
      let changes = (inserted..<inserted + batchCount).map {
        StoredRows.change(firstRow + $0, file[$0])
      }
      try rows.collection.apply(changes)
      inserted += batchCount
      if Clock.monotonicNanoseconds - committed > 1_000_000_000 {
        try rows.store.commit(position: [])
        committed = Clock.monotonicNanoseconds
      }
    }
    try rows.store.commit(position: [])
    let nanoseconds = Clock.monotonicNanoseconds - start
    state.withLock { state in
      state.inserted = inserted
      state.nanoseconds = nanoseconds
    }
  }
}
