import Platform
import Testing

@testable import KnowledgeStore

/// Collections of one name in several embedding spaces.
@Suite struct SpaceTests {
  @Test func `collections of one name and several spaces stand side by side, over reopening`()
    throws
  {
    let directory = try ScratchDirectory()
    let owner = UUID.random()
    let spaces: [UInt64] = [0, 0x1F, .max]
    let keys = spaces.map { CollectionKey(owner: owner, name: "knowledge", space: $0) }
    #expect(
      keys.map(\.description).map { $0.split(separator: "/").last } == [
        "knowledge", "knowledge@000000000000001f", "knowledge@ffffffffffffffff",
      ])
    do {
      let store = try Store.open(directory: directory.path, options: .manual)
      for (index, key) in keys.enumerated() {
        let collection = try store.collection(key, configuration: .test(index + 2))
        try collection.apply([
          .upsert(
            Entry(
              id: UUID(high: 0, low: UInt64(index)), version: 1, stamp: 1,
              vector: [1] + Array(repeating: 0, count: index + 1)))
        ])
      }
      try store.commit(position: [1])
      store.close()
    }
    let store = try Store.open(directory: directory.path, options: .manual)
    #expect(try store.collectionKeys() == keys)
    for (index, key) in keys.enumerated() {
      let collection = try #require(try store.existing(key))
      #expect(collection.configuration.dimension == index + 2 && collection.entryCount == 1)
      #expect(try collection.get(UUID(high: 0, low: UInt64(index))) != nil)
    }
    #expect(try store.verify().faults.isEmpty)
    try store.remove(keys[1])
    #expect(try store.collectionKeys() == [keys[0], keys[2]])
  }

  @Test(arguments: [
    "knowledge@", "knowledge@1f", "knowledge@0000000000000000", "knowledge@00000000000000FF",
    "knowledge@000000000000001f@000000000000001f", "@000000000000001f", "Know@000000000000001f",
    "knowledge@+00000000000001f",
  ])
  func `a directory of another form is none of ours`(label: String) {
    #expect(CollectionKey(owner: .zero, label: label) == nil)
    #expect(CollectionKey(joined: "\(UUID.zero)_\(label)") == nil)
  }
}
