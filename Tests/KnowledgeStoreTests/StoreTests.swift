import Platform
import Testing

@testable import KnowledgeStore

@Suite struct StoreTests {
  @Test func `what was committed is there after reopening, the rest is not`() throws {
    let directory = try ScratchDirectory()
    var maker = EntryMaker(seed: 1, dimension: 20)
    var entries: [Entry] = []
    do {
      let store = try Store.open(directory: directory.path, options: .manual)
      let collection = try store.collection(.test, configuration: .test(20))
      for _ in 0..<300 { entries.append(maker.entry()) }
      try collection.apply(entries.map { .upsert($0) })
      try store.commit(position: [1, 2, 3])
      try collection.apply([.upsert(maker.entry()), .delete(entries[0].id)])
      #expect(collection.entryCount == 300)
      #expect(try collection.get(entries[0].id) == nil)
      store.close()
    }
    let store = try Store.open(directory: directory.path, options: .manual)
    #expect(store.recovery.isIntact)
    #expect(store.positions.newest == [1, 2, 3])
    let collection = try #require(try store.existing(.test))
    #expect(collection.entryCount == 300)
    for entry in entries {
      var stored = try #require(try collection.get(entry.id))
      stored.vector = entry.vector
      #expect(stored == entry)
      if let externalID = entry.externalID {
        #expect(try collection.find(externalID: externalID)?.id == entry.id)
      }
    }
    let query = maker.vector()
    let result = try collection.search(SearchRequest(vector: query, count: 10))
    #expect(result.hits.count == 10)
    #expect(result.matchCount == 300)
    #expect(try store.verify().isIntact)
  }
}
