import Platform
import TestSupport
import Testing

@testable import KnowledgeStore

/// Graphs come by themselves, are used again after a restart, and go with their segments.
@Suite struct GraphUpkeepTests {
  static func options(background: Bool) -> StoreOptions {
    var options = StoreOptions()
    options.graphRowLimit = 100
    options.runsInBackground = background
    return options
  }

  static func fill(_ collection: Collection, _ count: Int, seed: UInt64) throws {
    var maker = EntryMaker(seed: seed, dimension: 20)
    try collection.apply((0..<count).map { _ in .upsert(maker.entry()) })
  }

  static func graphs(_ path: String) throws -> [String] {
    try FileSystem.list(path + "/\(CollectionKey.test)").filter { $0.contains("kgraph") }
  }

  static func segment(_ collection: Collection) throws -> Segment {
    try #require(try collection.snapshot().segments.first).segment
  }

  @Test func `the background gives large segments their graphs, and who warms them waits for it`()
    throws
  {
    let scratch = try ScratchDirectory()
    let store = try Store.open(directory: scratch.path, options: Self.options(background: true))
    defer { store.close() }
    let collection = try store.collection(.test, configuration: .test(20))
    try Self.fill(collection, 300, seed: 1)
    try store.commit(position: [])
    try collection.warm()
    #expect(try Self.segment(collection).data().graph?.count == 300)
    #expect(try Self.graphs(scratch.path) == ["segment-1.kgraph"])
    try Self.fill(collection, 200, seed: 2)
    try store.commit(position: [])
    try collection.warm()
    try collection.warm()
    let segments = try collection.snapshot().segments
    #expect(try segments.allSatisfy { try $0.segment.data().graph != nil })
    #expect(try Self.graphs(scratch.path).count == segments.count)
  }

  @Test func `without graphs none is built, and one that is there is not used`() throws {
    let scratch = try ScratchDirectory()
    for index in [SearchIndex.scan, .graph, .scan] {
      var options = Self.options(background: true)
      options.index = index
      let store = try Store.open(directory: scratch.path, options: options)
      defer { store.close() }
      let collection = try store.collection(.test, configuration: .test(20))
      if collection.entryCount == 0 {
        try Self.fill(collection, 300, seed: 1)
        try store.commit(position: [])
        try collection.warm()
        #expect(try Self.graphs(scratch.path).isEmpty)
      }
      try collection.warm()
      #expect(try (Self.segment(collection).data().graph != nil) == (index == .graph))
      var maker = EntryMaker(seed: 9, dimension: 20)
      let found = try collection.search(
        SearchRequest(vector: maker.entry().vector, count: 5, recallTarget: 0.9))
      #expect(found.hits.count == 5 && found.isExact == (found.explanation[0].way != .graph))
    }
  }

  @Test func `a closed store keeps nobody waiting`() throws {
    let scratch = try ScratchDirectory()
    let store = try Store.open(directory: scratch.path, options: Self.options(background: true))
    let collection = try store.collection(.test, configuration: .test(20))
    try Self.fill(collection, 5_000, seed: 3)
    try store.commit(position: [])
    let waiting = Thread.spawn(name: "warm") { try? collection.warm() }
    store.close()
    waiting.join()
    #expect(throws: StoreError.self) { try collection.warm() }
  }

  @Test func `a graph is used again, made anew where it is damaged, and goes with its segment`()
    throws
  {
    let scratch = try ScratchDirectory()
    var path = ""
    do {
      let store = try Store.open(directory: scratch.path, options: Self.options(background: false))
      defer { store.close() }
      let collection = try store.collection(.test, configuration: .test(20))
      try Self.fill(collection, 300, seed: 2)
      try store.commit(position: [])
      let segment = try Self.segment(collection)
      #expect(try segment.data().graph == nil)
      #expect(GraphUpkeep.equip(segment, of: collection))
      path = collection.directory + "/segment-1.kgraph"
    }
    let written = try FileSystem.readAll(path)
    try FileSystem.replace(collectionDirectory(scratch) + "/segment-9.kgraph", with: written)
    let store = try Store.open(directory: scratch.path, options: Self.options(background: false))
    defer { store.close() }
    let collection = try #require(try store.existing(.test))
    let segment = try Self.segment(collection)
    let data = try segment.data()
    #expect(try Self.graphs(scratch.path) == ["segment-1.kgraph"], "an orphan stayed")
    // Given up at once, the file alone must be enough.
    #expect(GraphUpkeep.equip(segment, of: collection))
    #expect(data.graph != nil)
    data.graphSlot.set(nil)
    var damaged = written
    damaged[written.count / 2] ^= 4
    try FileSystem.replace(path, with: damaged)
    #expect(GraphUpkeep.equip(segment, of: collection))
    #expect(try FileSystem.readAll(path) == written, "the rows give the same graph again")
    // A merge retires the segment.
    try Self.fill(collection, 50, seed: 3)
    try collection.compact()
    #expect(segment.isRetired)
    data.graphSlot.set(nil)
    #expect(!GraphUpkeep.equip(segment, of: collection))
    try store.commit(position: [1])
    try Self.fill(collection, 1, seed: 4)
    try store.commit(position: [2])
    #expect(try Self.graphs(scratch.path) == [])
  }

  @Test func `verify finds a flipped byte of a graph, which alone is made anew`() throws {
    let scratch = try ScratchDirectory()
    let store = try Store.open(directory: scratch.path, options: Self.options(background: true))
    defer { store.close() }
    let collection = try store.collection(.test, configuration: .test(20))
    try Self.fill(collection, 300, seed: 7)
    try store.commit(position: [])
    try collection.warm()
    let path = collection.directory + "/segment-1.kgraph"
    let written = try FileSystem.readAll(path)
    let clean = try store.verify()
    #expect(clean.isIntact)
    for place in [20, 4_200, written.count / 2, written.count - 70] {
      var damaged = written
      damaged[place] ^= 4
      try FileSystem.replace(path, with: damaged)
      let report = try store.verify()
      #expect(report.faults.map(\.path) == [path] && report.damaged.isEmpty, "\(place)")
      #expect(report.fileCount == clean.fileCount && report.entryCount == 300)
      #expect(try store.verify(quarantine: true).damaged.isEmpty)
      try collection.warm()
      #expect(try FileSystem.readAll(path) == written)
      #expect(try Self.segment(collection).data().graph != nil)
    }
    // Of another version: no damage.
    var earlier = written
    (earlier[8], earlier[12]) = (1, 1)
    let checksum = CRC32C.checksum(Array(earlier[..<4_092]))
    for byte in 0..<4 { earlier[4_092 + byte] = UInt8(truncatingIfNeeded: checksum >> (8 * byte)) }
    try FileSystem.replace(path, with: earlier)
    #expect(try store.verify().isIntact)
  }

  private func collectionDirectory(_ scratch: ScratchDirectory) -> String {
    scratch.path + "/\(CollectionKey.test)"
  }
}
