import Platform
import Testing

@testable import KnowledgeStore

@Suite struct FilterTests {
  /// Entries whose category has been given to one in `1 / selectivity` of them.
  @Test(arguments: [0.0, 0.0005, 0.01, 0.1, 0.5, 1.0])
  func `a filter gives exactly the entries that a brute force admits, at every selectivity`(
    selectivity: Double
  ) throws {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(24))
    var maker = EntryMaker(seed: 11, dimension: 24)
    var oracle = Oracle()
    for part in 0..<4 {
      var changes: [Change] = []
      for _ in 0..<700 {
        var entry = maker.entry()
        if Double.random(in: 0..<1, using: &maker.generator) < selectivity {
          entry.category = "wanted"
        }
        changes.append(.upsert(entry))
      }
      // Some of what was sealed dies, and some comes back changed.
      for id in oracle.entries.keys.sorted().prefix(40) { changes.append(.delete(id)) }
      try collection.apply(changes)
      oracle.apply(changes)
      if part < 3 { try collection.sealInBackground() }
    }
    try collection.check(
      against: oracle, query: maker.vector(), filter: .category(anyOf: ["wanted"]))
    try collection.check(
      against: oracle, query: maker.vector(),
      filter: .and([.not(.category(anyOf: ["wanted"])), .active(true)]))
    let count = try collection.count(matching: .category(anyOf: ["wanted"]))
    #expect(count == oracle.matching(.category(anyOf: ["wanted"])).count)
  }

  @Test func `text is compared byte by byte, and keywords whatever their case`() throws {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(2))
    let composed = "caf\u{E9}"
    let decomposed = "cafe\u{301}"
    let ids = (0..<2).map { UUID(high: 0, low: UInt64($0)) }
    try collection.apply([
      .upsert(
        Entry(
          id: ids[0], version: 1, stamp: 1, vector: [1, 0], category: composed,
          keywords: ["STRASSE", "ÄRGER"])),
      .upsert(
        Entry(
          id: ids[1], version: 1, stamp: 1, vector: [1, 0], category: decomposed,
          tags: ["strasse"])),
    ])
    for _ in 0..<2 {
      func found(_ filter: Filter) throws -> [UUID] {
        try collection.search(SearchRequest(vector: [1, 0], count: 5, filter: filter)).hits.map(
          \.id)
      }
      #expect(try found(.category(anyOf: [composed])) == [ids[0]])
      #expect(try found(.category(anyOf: [decomposed])) == [ids[1]])
      #expect(try found(.keyword(anyOf: ["Strasse"])) == ids)
      #expect(try found(.keyword(anyOf: ["ärger"])) == [ids[0]])
      #expect(try found(.or([])) == [])
      #expect(try found(.and([])) == ids)
      #expect(try collection.get(ids[1])?.category.utf8.elementsEqual(decomposed.utf8) == true)
      try collection.sealInBackground()
    }
  }

  @Test func `a filter that nests too deep is refused`() throws {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(2))
    var filter = Filter.active(true)
    for _ in 0..<Limits.filterDepth { filter = .not(filter) }
    #expect(throws: StoreError.self) {
      try collection.search(SearchRequest(vector: [1, 0], count: 1, filter: filter))
    }
  }
}
