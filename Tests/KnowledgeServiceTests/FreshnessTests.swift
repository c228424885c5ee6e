import Platform
import RPC
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

  private static func transaction(_ number: UInt64) -> ReadDemand {
    var demand = ReadDemand()
    demand.transaction = number
    return demand
  }

  @Test func `a demand of a position is met by what includes it, in the same database`() throws {
    func demand(_ snapshot: String, _ system: String = "1", xid: UInt64 = 0) throws -> ReadDemand {
      try ReadDemand(
        transaction: xid, position: .init(snapshot: snapshot, systemIdentifier: system))
    }
    let here = position(upTo: 10, running: [7])
    #expect(try demand("10:10:").isMet(by: here) == false)
    #expect(try demand("7:10:7").isMet(by: here))
    #expect(try demand("5:8:5,7").isMet(by: here))
    #expect(try demand("5:8:5,7", "").isMet(by: here))
    #expect(try demand("7:11:7").isMet(by: here) == false)
    #expect(try demand("7:10:7", xid: 7).isMet(by: here) == false)
    #expect(try demand("7:10:7", "2").isMet(by: here) == false)
    // Another database's position is not waited for.
    let freshness = Freshness()
    freshness.advance(to: here, changed: true)
    #expect(
      freshness.whenMet(try demand("1:1:", "2"), timeoutMilliseconds: 60_000) { _ in } == false)
    #expect(freshness.wait(for: try demand("7:10:7"), timeoutMilliseconds: 0))
    for bad in ["", "1", "1:2:3:4", "2:1:", "x:y:z"] {
      #expect(throws: RPCRefusal.self) { try demand(bad) }
    }
    #expect(throws: RPCRefusal.self) { try demand("1:1:", "one") }
    let long = "1:100000:" + (1..<20_000).map { "\($0)" }.joined(separator: ",")
    #expect(throws: RPCRefusal.self) { try demand(long) }
  }

  @Test func `a waiter goes on when its transaction becomes visible, not before`() {
    let freshness = Freshness()
    let answers = Mutex<[Bool]>([])
    let atOnce = freshness.whenMet(Self.transaction(7), timeoutMilliseconds: 60_000) { seen in
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
    #expect(freshness.whenMet(Self.transaction(0), timeoutMilliseconds: 0) { _ in } == true)
    #expect(freshness.whenMet(Self.transaction(9), timeoutMilliseconds: 0) { _ in } == true)
    #expect(freshness.whenMet(Self.transaction(10), timeoutMilliseconds: 0) { _ in } == false)
  }

  @Test func `waiters are bounded, and all are sent away at the end`() {
    let freshness = Freshness()
    let counts = Mutex((seen: 0, stale: 0))
    for place in 0...Freshness.waiterLimit {
      let atOnce = freshness.whenMet(Self.transaction(1), timeoutMilliseconds: 60_000) { seen in
        counts.withLock { if seen { $0.seen += 1 } else { $0.stale += 1 } }
      }
      #expect(atOnce == (place < Freshness.waiterLimit ? nil : false))
    }
    freshness.close()
    #expect(counts.withLock { $0.stale } == Freshness.waiterLimit)
    #expect(counts.withLock { $0.seen } == 0)
    #expect(freshness.whenMet(Self.transaction(1), timeoutMilliseconds: 60_000) { _ in } == false)
  }

  @Test func `whoever waits is sent away on time though no step ends`() {
    let freshness = Freshness()
    freshness.start()
    defer { freshness.close() }
    let answers = Condition<[Int]>([])
    // The later one first: the clock must notice that an earlier one came.
    for (number, milliseconds) in [(2, 60), (1, 20), (0, 1)] {
      _ = freshness.whenMet(Self.transaction(5), timeoutMilliseconds: milliseconds) { seen in
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
