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
