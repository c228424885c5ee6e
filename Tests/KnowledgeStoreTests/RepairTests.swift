import Platform
import Testing

@testable import KnowledgeStore

/// From the moment that damage is found until the rows are there again, a collection says that it
/// is incomplete, over restarts too.
@Suite struct RepairTests {
  private let query = SearchRequest(vector: [1, 2, 3, -4, 5, 6, -7, 8], count: 5)

  init() { Log.level = .silent }

  @Test func `a damaged collection is incomplete until its rows were read again and committed`()
    throws
  {
    let reference = try ReferenceStore()
    let (bad, good) = (ReferenceStore.keys[0], ReferenceStore.keys[1])
    let segment = try #require(
      reference.files.keys.first { $0.hasPrefix("\(bad)/segment-1.") })
    var bytes = reference.files[segment]!
    bytes[5000] ^= 1
    let directory = try reference.write([segment: bytes])
    func open() throws -> Store {
      try Store.open(directory: directory.path, options: .manual)
    }

    var store = try open()
    #expect(store.pendingRepairs.isEmpty && !store.isIncomplete(bad))
    let damaged = try #require(try store.existing(bad))
    #expect(throws: StoreError.self) { try damaged.search(query) }
    // There is no collection now, which must not be taken for "there never was one".
    #expect(try store.existing(bad) == nil)
    #expect(store.isIncomplete(bad) && !store.isIncomplete(good))
    #expect(store.pendingRepairs.map(\.key) == [bad])
    // What the background does: the position no longer counts the collection.
    try store.core.publishRestructured()
    store.close()

    store = try open()
    #expect(store.pendingRepairs.map(\.key) == [bad])
    #expect(try store.existing(bad) == nil && store.isIncomplete(bad))
    var fresh = try store.collection(bad, configuration: .test(8))
    var entries = reference.newest[bad]!.entries.values.map { Change.upsert($0) }
    let last = entries.removeLast()
    try fresh.apply(entries)
    let partial = try fresh.search(query)
    #expect(!partial.isComplete && !partial.isExact && fresh.isIncomplete)
    #expect(try !fresh.searchBatch(query.vector, queryCount: 1, count: 1)[0].isExact)
    #expect(try store.existing(good)!.search(query).isExact)
    // A commit of a part is no repair.
    try store.commit(position: [9])
    store.close()

    store = try open()
    #expect(store.recovery.isIntact && store.isIncomplete(bad))
    fresh = try #require(try store.existing(bad))
    #expect(try !fresh.search(query).isComplete)
    var repair = try #require(store.pendingRepairs.first)
    try fresh.apply([last])
    store.repairEnded(repair)
    #expect(store.pendingRepairs.isEmpty)
    #expect(try fresh.search(query).isExact && !fresh.isIncomplete)
    store.close()

    // The last row was never committed.
    store = try open()
    repair = try #require(store.pendingRepairs.first)
    fresh = try #require(try store.existing(bad))
    try fresh.apply([last])
    store.repairEnded(repair)
    try store.commit(position: [10])
    store.close()

    store = try open()
    defer { store.close() }
    #expect(store.pendingRepairs.isEmpty && store.recovery.isIntact)
    fresh = try #require(try store.existing(bad))
    #expect(try fresh.search(query).isExact)
    try fresh.check(against: reference.newest[bad]!, query: reference.query, filter: nil)
    #expect(try store.verify().isIntact)
  }

  @Test func `a repair that was listed before new damage does not end it`() throws {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    defer { store.close() }
    let collection = try store.collection(.test, configuration: .test(8))
    let first = store.beginRepair(.test)
    #expect(collection.isIncomplete)
    let second = store.beginRepair(.test)
    store.repairEnded(first)
    #expect(store.pendingRepairs == [second] && collection.isIncomplete)
    store.repairEnded(second)
    #expect(store.pendingRepairs.isEmpty && !collection.isIncomplete)
  }

  @Test func `an older state is incomplete`() throws {
    let reference = try ReferenceStore()
    let key = ReferenceStore.keys[0]
    let path = "\(key)/manifest-2"
    let directory = try reference.write([path: Array(reference.files[path]!.prefix(60))])
    var store = try Store.open(directory: directory.path, options: .manual)
    #expect(try store.existing(key)!.search(query).isComplete == false)
    #expect(store.pendingRepairs.map(\.key) == [key])
    // With this commit the damaged manifest goes; that rows are missing stays known.
    try store.commit(position: [7])
    try store.existing(key)!.apply([.delete(UUID(high: 9, low: 9))])
    store.close()
    store = try Store.open(directory: directory.path, options: .manual)
    #expect(store.pendingRepairs.map(\.key) == [key])
    #expect(try store.existing(key)!.isIncomplete)
    store.close()
  }

  @Test func `files without a position are incomplete as a whole`() throws {
    let reference = try ReferenceStore()
    let key = ReferenceStore.keys[0]
    let other = CollectionKey(owner: key.owner, name: "never-made")
    for changes: [String: [UInt8]?] in [
      ["position-3": nil, "position-4": nil], ["\(ReferenceStore.keys[1])/manifest-4": nil],
    ] {
      let directory = try reference.write(changes)
      var store = try Store.open(directory: directory.path, options: .manual)
      #expect(store.pendingRepairs.map(\.key) == [nil] && store.isIncomplete(other))
      #expect(try store.existing(key)!.search(query).isComplete == false)
      try store.commit(position: [5])
      store.close()
      store = try Store.open(directory: directory.path, options: .manual)
      #expect(store.recovery.isIntact && store.pendingRepairs.map(\.key) == [nil])
      let collection = try #require(try store.existing(key))
      #expect(collection.isIncomplete)
      store.repairEnded(store.pendingRepairs[0])
      #expect(!collection.isIncomplete && !store.isIncomplete(other))
      try store.commit(position: [6])
      store.close()
      store = try Store.open(directory: directory.path, options: .manual)
      #expect(store.pendingRepairs.isEmpty)
      store.close()
    }
  }

  @Test func `a collection that is to be filled again is not an empty one`() throws {
    let directory = try ScratchDirectory()
    var store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(4))
    var maker = EntryMaker(seed: 4, dimension: 4)
    try collection.apply([.upsert(maker.entry())])
    try store.commit(position: [1])
    try store.remove(.test, refilling: true)
    #expect(try store.existing(.test) == nil && store.isIncomplete(.test))
    store.close()
    store = try Store.open(directory: directory.path, options: .manual)
    #expect(store.isIncomplete(.test))
    let other = try store.collection(.test, configuration: .test(9))
    #expect(other.isIncomplete)
    // Removed for good there is nothing that could be missing.
    try store.remove(.test)
    #expect(!store.isIncomplete(.test))
    try store.commit(position: [2])
    store.close()
    store = try Store.open(directory: directory.path, options: .manual)
    #expect(store.pendingRepairs.isEmpty)
    store.close()
  }

  @Test func `where the mark cannot be written damaged files are not moved`() throws {
    let reference = try ReferenceStore()
    let bad = ReferenceStore.keys[0]
    let changes: [String: [UInt8]?] = ["\(bad)/manifest-1": [1], "\(bad)/manifest-2": [2]]
    let directory = try reference.write(changes)
    // A file where the folder of the marks should be.
    try File(path: directory.path + "/incomplete", mode: .create).write([1])
    var store = try Store.open(directory: directory.path, options: .manual)
    #expect(throws: StoreError.self) { try store.existing(bad) }
    #expect(store.isIncomplete(bad) && FileSystem.exists(directory.path + "/\(bad)/manifest-2"))
    #expect(throws: StoreError.self) { try store.commit(position: [8]) }
    store.close()
    try FileSystem.remove(directory.path + "/incomplete")
    store = try Store.open(directory: directory.path, options: .manual)
    #expect(throws: StoreError.self) { try store.existing(bad) }
    #expect(store.isIncomplete(bad) && !FileSystem.exists(directory.path + "/\(bad)"))
    try store.commit(position: [8])
    store.close()
  }

  @Test func `a commit leaves out a collection that is known to be incomplete and refuses`() throws
  {
    let directory = try ScratchDirectory()
    func open() throws -> Store {
      try Store.open(directory: directory.path, options: .manual)
    }
    let good = CollectionKey.test
    let sick = CollectionKey(owner: good.owner, name: "sick")
    var maker = EntryMaker(seed: 3, dimension: 8)
    var store = try open()
    func fill(_ key: CollectionKey, _ count: Int) throws {
      try store.collection(key, configuration: .test(8))
        .apply((0..<count).map { _ in .upsert(maker.entry()) })
    }
    for key in [good, sick] { try fill(key, 10) }
    try store.commit(position: [1])
    for key in [good, sick] { try fill(key, 5) }
    // Directories stand where its next segments would be written.
    let places = (2..<40).map { "\(directory.path)/\(sick)/segment-\($0).kseg.tmp" }
    for place in places { try FileSystem.createDirectories(place + "/in-the-way") }
    // Nobody says that it is incomplete: then the position would be a lie.
    #expect(throws: StoreError.self) { try store.commit(position: [2]) }
    #expect(store.positions.newest == [1])
    store.beginRepair(sick)
    try store.commit(position: [2])
    try store.commit(position: [3])
    #expect(store.positions.newest == [3] && store.positions.older == [2])
    #expect(try store.existing(sick)?.entryCount == 15)
    store.close()
    for place in places { try FileSystem.removeTree(place) }

    store = try open()
    #expect(store.recovery.isIntact && store.positions.newest == [3])
    #expect(try store.existing(good)?.entryCount == 15)
    #expect(try store.existing(sick)?.entryCount == 10)
    #expect(store.isIncomplete(sick) && !store.isIncomplete(good))
    #expect(store.pendingRepairs.map(\.key) == [sick])
    try fill(sick, 5)
    store.repairEnded(try #require(store.pendingRepairs.first))
    try store.commit(position: [4])
    #expect(try store.verify().isIntact)
    store.close()
    store = try open()
    #expect(store.pendingRepairs.isEmpty && store.recovery.isIntact)
    #expect(try store.existing(sick)?.entryCount == 15)
  }
}
