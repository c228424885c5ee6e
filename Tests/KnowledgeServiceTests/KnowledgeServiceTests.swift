import Platform
import RPC
import Synchronization
import Testing
import Truth

@testable import KnowledgeService

@Suite struct FilterDecodingTests {
  @Test func `an empty filter keeps everything, conditions are joined by and`() throws {
    let limits = ServiceLimits()
    #expect(try StoreFilter.decoding(nil, limits: limits) == nil)
    #expect(try StoreFilter.decoding(WireFilter(), limits: limits) == nil)
    var filter = WireFilter()
    filter.categories = ["a", "b"]
    filter.isActive = false
    filter.priorityLowest = 3
    #expect(
      try StoreFilter.decoding(filter, limits: limits)
        == .and([.category(anyOf: ["a", "b"]), .active(false), .priority(3...Int32.max)]))
  }

  @Test func `any-of and none-of become or and not`() throws {
    var yes = WireFilter()
    yes.keywords = ["x"]
    var no = WireFilter()
    no.languages = ["de"]
    var filter = WireFilter()
    filter.anyOf = [yes, WireFilter()]
    filter.noneOf = [no]
    #expect(
      try StoreFilter.decoding(filter, limits: ServiceLimits())
        == .and([
          .or([.keyword(anyOf: ["x"]), .and([])]), .not(.language(anyOf: ["de"])),
        ]))
  }

  @Test func `swapped bounds, long lists and deep nesting are refused by name`() {
    var swapped = WireFilter()
    swapped.createdFrom = 10
    swapped.createdTo = 9
    #expect(throws: RPCRefusal.self) {
      try StoreFilter.decoding(swapped, limits: ServiceLimits())
    }
    var long = WireFilter()
    long.categories = (0...ServiceLimits().filterValueCount).map { "\($0)" }
    #expect(throws: RPCRefusal.outOfRange("filter.categories", actual: 1025, limit: 1024)) {
      try StoreFilter.decoding(long, limits: ServiceLimits())
    }
    var deep = WireFilter()
    for _ in 0..<StoreFilter.wireDepthLimit {
      var outer = WireFilter()
      outer.allOf = [deep]
      deep = outer
    }
    #expect(throws: RPCRefusal.outOfRange("filter nesting", actual: 9, limit: 8)) {
      try StoreFilter.decoding(deep, limits: ServiceLimits())
    }
  }

  @Test func `a filter of too many parts is refused, wherever they stand`() {
    var inner = WireFilter()
    inner.anyOf = Array(repeating: WireFilter(), count: 200)
    var outer = WireFilter()
    outer.allOf = [inner]
    outer.noneOf = Array(repeating: WireFilter(), count: 100)
    #expect(throws: RPCRefusal.outOfRange("filter parts", actual: 302, limit: 256)) {
      try StoreFilter.decoding(outer, limits: ServiceLimits())
    }
  }

  @Test func `whether active entries are mentioned is found at any depth`() {
    var inner = WireFilter()
    inner.isActive = true
    var outer = WireFilter()
    outer.anyOf = [WireFilter(), inner]
    #expect(StoreFilter.mentionsActive(outer))
    #expect(!StoreFilter.mentionsActive(WireFilter()))
    #expect(!StoreFilter.mentionsActive(nil))
  }
}

@Suite struct FreshnessTests {
  private func position(upTo xmax: UInt64, running: [UInt64] = []) -> Truth.Position {
    Truth.Position(
      snapshot: TransactionSnapshot(xmin: running.first ?? xmax, xmax: xmax, running: running)!,
      token: .zero, systemIdentifier: 1, database: 1)
  }

  @Test func `a waiter goes on when its transaction becomes visible, not before`() {
    let freshness = Freshness()
    let answers = Mutex<[Bool]>([])
    freshness.whenVisible(7, timeoutMilliseconds: 60_000) { seen in
      answers.withLock { $0.append(seen) }
    }
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
    let answers = Mutex<[Bool]>([])
    freshness.whenVisible(9, timeoutMilliseconds: 0) { seen in answers.withLock { $0.append(seen) }
    }
    freshness.whenVisible(10, timeoutMilliseconds: 0) { seen in
      answers.withLock { $0.append(seen) }
    }
    #expect(answers.withLock { $0 } == [true, false])
  }

  @Test func `waiters are bounded, and all are sent away at the end`() {
    let freshness = Freshness()
    let counts = Mutex((seen: 0, stale: 0))
    for _ in 0...Freshness.waiterLimit {
      freshness.whenVisible(1, timeoutMilliseconds: 60_000) { seen in
        counts.withLock { if seen { $0.seen += 1 } else { $0.stale += 1 } }
      }
    }
    #expect(counts.withLock { $0.stale } == 1)
    freshness.expire(everyone: true)
    #expect(counts.withLock { $0.stale } == Freshness.waiterLimit + 1)
    #expect(counts.withLock { $0.seen } == 0)
  }

  @Test func `trouble is reported until the truth is read again`() {
    let freshness = Freshness()
    freshness.report(trouble: "away")
    #expect(freshness.moment.trouble == "away")
    #expect(freshness.moment.staleMilliseconds() == .max)
    freshness.advance(to: position(upTo: 3), changed: false)
    #expect(freshness.moment.trouble == nil)
    #expect(freshness.moment.staleMilliseconds() < 60_000)
  }
}
