import struct KnowledgeStore.NumberBounds
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

  @Test func `conditions on metadata become the engine's, all of them`() throws {
    var filter = WireFilter()
    filter.metadata = [
      MetadataCondition(
        key: "size.eu",
        anyOf: [
          MetadataValue(value: .text("41")), MetadataValue(value: .integer(41)),
          MetadataValue(value: .number(0.5)), MetadataValue(value: .flag(true)),
        ]),
      MetadataCondition(key: "price", gt: 5, lte: 10),
      MetadataCondition(key: "sold", exists: false),
    ]
    #expect(
      try StoreFilter.decoding(filter, limits: ServiceLimits())
        == .and([
          .metadata(
            key: "size.eu", .anyOf([.text("41"), .integer(41), .number(0.5), .flag(true)])),
          .metadata(
            key: "price", .number(NumberBounds(lower: .excluded(5), upper: .included(10)))),
          .not(.metadata(key: "sold", .exists)),
        ]))
    filter.metadata = [MetadataCondition(key: "n", gt: 3, gte: 4, lt: 9, lte: 9)]
    #expect(
      try StoreFilter.decoding(filter, limits: ServiceLimits())
        == .metadata(key: "n", .number(NumberBounds(lower: .included(4), upper: .excluded(9)))))
  }

  @Test(arguments: [
    MetadataCondition(key: "", exists: true), MetadataCondition(key: "a"),
    MetadataCondition(key: "a", gt: .nan), MetadataCondition(key: "a", lte: .nan),
    MetadataCondition(key: "a", gte: 2, lt: 1),
    MetadataCondition(key: "a", anyOf: [MetadataValue()]),
    MetadataCondition(key: "a", anyOf: [MetadataValue(value: .number(.infinity))]),
    MetadataCondition(key: "a", anyOf: [MetadataValue(value: .number(.nan))]),
    MetadataCondition(key: String(repeating: "a", count: 4_097), exists: true),
    MetadataCondition(
      key: "a", anyOf: Array(repeating: MetadataValue(value: .integer(1)), count: 1_025)),
  ])
  func `conditions on metadata that mean nothing are refused by name`(
    condition: MetadataCondition
  ) throws {
    var filter = WireFilter()
    filter.anyOf = [WireFilter(metadata: [condition])]
    let refusal = #expect(throws: RPCRefusal.self) {
      try StoreFilter.decoding(filter, limits: ServiceLimits())
    }
    #expect(refusal?.reply.message.contains("filter.metadata") == true)
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
    var many = WireFilter()
    many.metadata = Array(repeating: MetadataCondition(key: "a", exists: true), count: 256)
    #expect(throws: RPCRefusal.outOfRange("filter parts", actual: 257, limit: 256)) {
      try StoreFilter.decoding(many, limits: ServiceLimits())
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
