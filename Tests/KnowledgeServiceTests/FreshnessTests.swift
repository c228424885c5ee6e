import Platform
import Synchronization
import Testing
import Truth

@testable import KnowledgeService

@Suite struct FreshnessTests {
  private func position(upTo xmax: UInt64, running: [UInt64] = []) -> Truth.Position {
    Truth.Position(
      snapshot: TransactionSnapshot(xmin: running.first ?? xmax, xmax: xmax, running: running)!,
      token: .zero, systemIdentifier: 1, database: 1)
  }

  @Test func `a waiter goes on when its transaction becomes visible, not before`() {
    let freshness = Freshness()
    let answers = Mutex<[Bool]>([])
    let atOnce = freshness.whenVisible(7, timeoutMilliseconds: 60_000) { seen in
      answers.withLock { $0.append(seen) }
    }
    #expect(atOnce == nil)
    freshness.advance(to: position(upTo: 7), changed: true)
    #expect(answers.withLock { $0 } == [])
    freshness.advance(to: position(upTo: 9, running: [7]), changed: true)
    #expect(answers.withLock { $0 } == [])
    freshness.advance(to: position(upTo: 9), changed: false)
    #expect(answers.withLock { $0 } == [true])
    #expect(freshness.moment.sequence == 2)
  }

  @Test func `what is visible already is answered at once, what cannot wait as stale`() {
    let freshness = Freshness()
    freshness.advance(to: position(upTo: 10), changed: true)
    #expect(freshness.whenVisible(0, timeoutMilliseconds: 0) { _ in } == true)
    #expect(freshness.whenVisible(9, timeoutMilliseconds: 0) { _ in } == true)
    #expect(freshness.whenVisible(10, timeoutMilliseconds: 0) { _ in } == false)
  }

  @Test func `waiters are bounded, and all are sent away at the end`() {
    let freshness = Freshness()
    let counts = Mutex((seen: 0, stale: 0))
    for place in 0...Freshness.waiterLimit {
      let atOnce = freshness.whenVisible(1, timeoutMilliseconds: 60_000) { seen in
        counts.withLock { if seen { $0.seen += 1 } else { $0.stale += 1 } }
      }
      #expect(atOnce == (place < Freshness.waiterLimit ? nil : false))
    }
    freshness.close()
    #expect(counts.withLock { $0.stale } == Freshness.waiterLimit)
    #expect(counts.withLock { $0.seen } == 0)
    #expect(freshness.whenVisible(1, timeoutMilliseconds: 60_000) { _ in } == false)
  }

  @Test func `whoever waits is sent away on time though no step ends`() {
    let freshness = Freshness()
    freshness.start()
    defer { freshness.close() }
    let answers = Condition<[Int]>([])
    // The later one first: the clock must notice that an earlier one came.
    for (number, milliseconds) in [(2, 60), (1, 20), (0, 1)] {
      _ = freshness.whenVisible(5, timeoutMilliseconds: milliseconds) { seen in
        answers.withLock { if !seen { $0.append(number) } }
      }
    }
    let all: Bool? = answers.wait(timeoutMilliseconds: 30_000) { $0.count == 3 ? true : nil }
    #expect(all == true)
    #expect(Set(answers.withLock { $0 }) == [0, 1, 2])
  }

  @Test func `trouble is reported until the truth is read again`() {
    let freshness = Freshness()
    let away = Freshness.Trouble(cause: .database, reason: "away")
    freshness.report(away)
    #expect(freshness.moment.trouble == away)
    #expect(freshness.moment.staleMilliseconds() == .max)
    freshness.advance(to: position(upTo: 3), changed: false)
    #expect(freshness.moment.trouble == nil)
    #expect(freshness.moment.staleMilliseconds() < 60_000)
  }
}
