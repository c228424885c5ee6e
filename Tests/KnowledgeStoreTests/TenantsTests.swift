import Platform
import TestSupport
import Testing

@testable import KnowledgeStore

/// Many small collections: opened when they are used, closed where there are too many.
@Suite struct TenantsTests {
  private static let configuration = CollectionConfiguration(
    dimension: 16, model: "test", modelFingerprint: 3)

  private static func entry(_ number: Int, of owner: UUID) -> Entry {
    let vector = (0..<16).map { Float(($0 * 7 + number * 13) % 11) - 4 }
    return Entry(
      id: UUID.named(Array("\(number)".utf8), in: owner), version: 1, stamp: 1, vector: vector,
      title: "entry \(number)")
  }

  /// A store of `count` businesses with a collection of `rows` entries each, committed and closed.
  private func make(_ path: String, _ count: Int, rows: Int = 60) throws -> [CollectionKey] {
    let keys = (0..<count).map { _ in CollectionKey(owner: .random(), name: "knowledge") }
    let store = try Store.open(directory: path)
    for key in keys {
      let collection = try store.collection(key, configuration: Self.configuration)
      try collection.apply((0..<rows).map { .upsert(Self.entry($0, of: key.owner)) })
    }
    try store.commit(position: [1])
    store.close()
    return keys
  }

  private func search(_ store: Store, _ key: CollectionKey, _ number: Int) throws -> UUID? {
    let query = Self.entry(number, of: key.owner).vector
    return try store.existing(key)?.search(SearchRequest(vector: query, count: 1)).hits.first?.id
  }

  @Test func `opening and looking at figures opens no collection`() throws {
    let folder = try TestFolder()
    let keys = try make(folder.path + "/store", 30)
    let store = try Store.open(directory: folder.path + "/store")
    defer { store.close() }
    #expect(store.statistics.collectionCount == 30 && store.statistics.open.isEmpty)
    for key in keys {
      let figures = try #require(try store.statistics(of: key))
      #expect(figures.entryCount == 60 && figures.segmentCount == 1)
      #expect(figures.segmentByteCount > 0 && !figures.isDirty)
      #expect(store.keys(of: key.owner) == [key])
    }
    #expect(try store.statistics(of: CollectionKey(owner: .random(), name: "none")) == nil)
    #expect(store.statistics.open.isEmpty)
    #expect(store.statistics.copiedSegmentCount == 0 && store.statistics.mappedSegmentCount == 0)
    #expect(try search(store, keys[3], 5) != nil)
    let live = try #require(try store.existing(keys[3])?.statistics)
    let closed = try #require(try store.statistics(of: keys[4]))
    #expect(store.statistics.open.count == 1 && store.statistics.copiedSegmentCount == 1)
    #expect(closed.entryCount == live.entryCount && live.segmentCount == closed.segmentCount)
    #expect(store.statistics.copiedSegmentByteCount == live.segmentByteCount)
  }

  @Test func `segments that were not used leave memory, and answers stay the same`() throws {
    let folder = try TestFolder()
    let keys = try make(folder.path + "/store", 24)
    let byteCount = try {
      let store = try Store.open(directory: folder.path + "/store")
      defer { store.close() }
      return try #require(try store.statistics(of: keys[0])?.segmentByteCount)
    }()
    var options = StoreOptions()
    options.segmentByteLimit = byteCount * 5 + byteCount / 2
    let store = try Store.open(directory: folder.path + "/store", options: options)
    defer { store.close() }
    for round in 0..<3 {
      for (place, key) in keys.enumerated() {
        let number = (place * 5 + round) % 60
        let id = UUID.named(Array("\(number)".utf8), in: key.owner)
        let query = Self.entry(number, of: key.owner).vector
        let hits = try #require(
          try store.existing(key)?.search(SearchRequest(vector: query, count: 60)).hits)
        #expect(hits.contains { $0.id == id && $0.score > 0.999 } && hits.count == 60)
        #expect(store.statistics.copiedSegmentCount <= 6)
        #expect(store.statistics.copiedSegmentByteCount <= byteCount * 6)
      }
    }
    #expect(store.statistics.evictedSegmentCount >= 24 * 3 - 24)
    #expect(store.statistics.open.count == 24)
    // One that is in use all the time stays.
    _ = try search(store, keys[0], 1)
    let before = store.statistics.evictedSegmentCount
    for key in keys.dropFirst() {
      _ = try search(store, keys[0], 2)
      _ = try search(store, key, 2)
    }
    #expect(store.statistics.evictedSegmentCount - before <= 23)
    try store.existing(keys[0])?.apply([.delete(UUID.named(Array("2".utf8), in: keys[0].owner))])
    #expect(try store.existing(keys[0])?.entryCount == 59)
  }

  @Test func `a reader finds what was merged after it began, though it had left memory`() throws {
    let folder = try TestFolder()
    var options = StoreOptions()
    options.segmentByteLimit = 1
    options.runsInBackground = false
    let store = try Store.open(directory: folder.path + "/store", options: options)
    defer { store.close() }
    let key = CollectionKey(owner: .random(), name: "knowledge")
    let collection = try store.collection(key, configuration: Self.configuration)
    for half in 0..<2 {
      try collection.apply((0..<30).map { .upsert(Self.entry(half * 30 + $0, of: key.owner)) })
      try collection.sealInBackground()
    }
    do {
      let snapshot = try collection.snapshot()
      #expect(snapshot.segments.count == 2)
      #expect(store.statistics.copiedSegmentCount == 1)
      try collection.compact()
      for view in snapshot.segments {
        #expect(view.segment.isRetired && !FileSystem.exists(view.segment.path))
      }
      #expect(try snapshot.sources().map(\.rowCount) == [30, 30])
      #expect(store.statistics.copiedSegmentCount >= 2)
    }
    // The two are gone with their reader, and the merged one is counted alone.
    #expect(try search(store, key, 5) != nil)
    #expect(store.statistics.copiedSegmentCount == 1)
    #expect(store.statistics.copiedSegmentByteCount == collection.statistics.segmentByteCount)
  }

  @Test func `collections that nobody holds are closed, and lose nothing`() throws {
    let folder = try TestFolder()
    let keys = try make(folder.path + "/store", 40)
    var options = StoreOptions()
    options.openCollectionLimit = 8
    options.runsInBackground = false
    let store = try Store.open(directory: folder.path + "/store", options: options)
    defer { store.close() }
    let held = try #require(try store.existing(keys[0]))
    // Something uncommitted.
    try store.existing(keys[1])?.apply([.upsert(Self.entry(1000, of: keys[1].owner))])
    var most = 0
    for round in 0..<3 {
      for (place, key) in keys.enumerated() {
        #expect(try search(store, key, (place + round) % 60) != nil)
        most = max(most, store.statistics.open.count)
      }
    }
    #expect(most <= 8 + 4)
    #expect(store.statistics.closedCollectionCount > 80)
    // The one that is held is the one that is found, and the changed one has its row.
    #expect(try store.existing(keys[0]) === held)
    #expect(try store.existing(keys[1])?.entryCount == 61)
    try store.commit(position: [2])
    for key in keys { _ = try search(store, key, 1) }
    #expect(try store.existing(keys[1])?.entryCount == 61)
    try #require(try store.existing(keys[5])).apply(
      (0..<10).map { .delete(UUID.named(Array("\($0)".utf8), in: keys[5].owner)) })
    for key in keys { _ = try search(store, key, 1) }
    try store.commit(position: [3])
    for key in keys { _ = try search(store, key, 1) }
    #expect(try store.existing(keys[5])?.entryCount == 50)
    #expect(try store.verify().faults == [])
  }

  @Test func `threads that search, write and commit meet no closed collection`() throws {
    let folder = try TestFolder()
    let keys = try make(folder.path + "/store", 24)
    var options = StoreOptions()
    options.openCollectionLimit = 4
    options.segmentByteLimit = 1
    let store = try Store.open(directory: folder.path + "/store", options: options)
    let failures = Condition<[String]>([])
    let threads = (0..<4).map { number in
      Thread.spawn(name: "user") {
        var generator = SeededGenerator(seed: UInt64(number))
        for round in 0..<150 {
          let key = keys.randomElement(using: &generator)!
          do {
            let collection = try store.existing(key)
            if number == 0 {
              try collection?.apply([.upsert(Self.entry(2000 + round, of: key.owner))])
              if round % 10 == 0 { try store.commit(position: [9]) }
            } else {
              let query = Self.entry(round % 60, of: key.owner).vector
              let hits = try collection?.search(SearchRequest(vector: query, count: 5)).hits
              if hits?.count != 5 { failures.withLock { $0.append("\(hits?.count ?? -1) hits") } }
            }
          } catch { failures.withLock { $0.append("\(error)") } }
        }
      }
    }
    threads.forEach { $0.join() }
    #expect(failures.withLock { $0 } == [])
    try store.commit(position: [10])
    var total = 0
    for key in keys { total += try #require(try store.existing(key)).entryCount }
    #expect(total == 24 * 60 + 150)
    #expect(try store.verify().faults == [])
    store.close()
  }
}
