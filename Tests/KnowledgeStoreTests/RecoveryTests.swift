import Platform
import Testing

@testable import KnowledgeStore

@Suite struct RecoveryTests {
  @Test func `a manifest without its position is dropped with its segments`() throws {
    let reference = try ReferenceStore()
    let key = ReferenceStore.keys[1]
    // The last commit, number 4, concerned the second business only.
    let directory = try reference.write(["position-4": nil])
    let store = try Store.open(directory: directory.path, options: .manual)
    #expect(store.recovery.isIntact && store.recovery.abandonedManifestCount == 1)
    #expect(store.recovery.commit == 3 && store.positions.newest == [2])
    let collection = try #require(try store.existing(key))
    try collection.check(
      against: reference.older[key]!, query: reference.query, filter: nil)
    #expect(try store.verify().isIntact)
    // Numbers are not used again, although the files are gone.
    try collection.apply([.delete(UUID(high: 1, low: 1))])
    try store.commit(position: [7])
    #expect(try FileSystem.list(directory.path).contains("position-5"))
  }

  @Test func `a torn newest manifest gives the older one, and says so`() throws {
    let reference = try ReferenceStore()
    let key = ReferenceStore.keys[0]
    let path = "\(key)/manifest-2"
    let directory = try reference.write([path: Array(reference.files[path]!.prefix(60))])
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try #require(try store.existing(key))
    #expect(store.recovery.rolledBack.map(\.key) == [key])
    try collection.check(against: reference.older[key]!, query: reference.query, filter: nil)
  }

  @Test func `temporary files of a killed writer are removed`() throws {
    let reference = try ReferenceStore()
    let directory = try reference.write([:])
    let key = ReferenceStore.keys[0]
    for name in ["position-9.tmp", "\(key)/segment-77.kseg.tmp", "\(key)/manifest-9.tmp"] {
      try File(path: directory.path + "/" + name, mode: .create).write([1, 2, 3])
    }
    try File(path: directory.path + "/\(key)/segment-78.kseg", mode: .create).write([1])
    let store = try Store.open(directory: directory.path, options: .manual)
    #expect(store.recovery.isIntact && store.recovery.temporaryFileCount == 3)
    _ = try store.existing(key)
    #expect(try !FileSystem.list(directory.path + "/\(key)").contains("segment-78.kseg"))
    #expect(try store.verify().isIntact)
  }

  @Test func `lost positions keep the entries and are reported`() throws {
    let reference = try ReferenceStore()
    let directory = try reference.write(["position-3": nil, "position-4": nil])
    let store = try Store.open(directory: directory.path, options: .manual)
    #expect(store.recovery.isPositionLost && store.positions.newest == nil)
    for key in ReferenceStore.keys {
      try #require(try store.existing(key)).check(
        against: reference.newest[key]!, query: reference.query, filter: nil)
    }
    try store.commit(position: [5])
    store.close()
    let again = try Store.open(directory: directory.path, options: .manual)
    #expect(again.recovery.isIntact && again.positions.newest == [5])
  }

  @Test func `a manifest or a collection that went missing is noticed, and no position is claimed`()
    throws
  {
    let reference = try ReferenceStore()
    let key = ReferenceStore.keys[1]
    var missing: [String: [UInt8]?] = [:]
    for path in reference.files.keys where path.hasPrefix("\(key)/") {
      missing[path] = .some(nil)
    }
    for changes in [missing, ["\(key)/manifest-4": nil]] {
      let directory = try reference.write(changes)
      let store = try Store.open(directory: directory.path, options: .manual)
      #expect(store.recovery.isCatalogWrong && !store.recovery.isIntact)
      #expect(store.positions.newest == nil && store.positions.older == nil)
      try store.commit(position: [8])
      #expect(store.positions.newest == [8])
      store.close()
      let again = try Store.open(directory: directory.path, options: .manual)
      #expect(again.recovery.isIntact && again.positions.newest == [8])
    }
  }

  @Test func `a removal cut short is finished, and nothing is thought missing`() throws {
    let reference = try ReferenceStore()
    let key = ReferenceStore.keys[1]
    // As remove() leaves it after its first step: moved to the trash, still counted.
    var moved: [String: [UInt8]?] = [:]
    for path in reference.files.keys where path.hasPrefix("\(key)/") {
      moved[path] = .some(nil)
    }
    let directory = try reference.write(moved)
    let trash = directory.path + "/trash/\(key.owner)_\(key.name)"
    try FileSystem.createDirectories(trash)
    for (path, bytes) in reference.files where path.hasPrefix("\(key)/") {
      let name = String(path.dropFirst("\(key)/".utf8.count))
      try File(path: trash + "/" + name, mode: .create).write(bytes)
    }
    let store = try Store.open(directory: directory.path, options: .manual)
    #expect(store.recovery.isIntact && store.positions.newest == [3])
    #expect(try store.collectionKeys() == [ReferenceStore.keys[0]])
    #expect(!FileSystem.exists(trash))
    store.close()
    let again = try Store.open(directory: directory.path, options: .manual)
    #expect(again.recovery.isIntact && again.positions.newest == [3])
    #expect(again.positions.older == [3])
  }

  @Test func `a second process is kept out until the first has closed`() throws {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path)
    #expect(throws: StoreError.locked(directory: directory.path)) {
      try Store.open(directory: directory.path)
    }
    let collection = try store.collection(.test, configuration: .test(2))
    store.close()
    #expect(throws: StoreError.closed) { try collection.get(UUID.zero) }
    #expect(throws: StoreError.closed) { try store.commit(position: []) }
    let again = try Store.open(directory: directory.path)
    again.close()
  }

  @Test func `space comes back when merged segments are no longer named`() throws {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(64))
    var maker = EntryMaker(seed: 4, dimension: 64)
    var ids: [UUID] = []
    for round in 0..<6 {
      let entries = (0..<200).map { _ in maker.entry() }
      ids += entries.map(\.id)
      try collection.apply(entries.map { .upsert($0) })
      try store.commit(position: [UInt8(round)])
    }
    func size() throws -> Int {
      let path = directory.path + "/\(CollectionKey.test)"
      return try FileSystem.list(path).reduce(0) {
        try $0 + FileSystem.byteCount(of: path + "/" + $1)
      }
    }
    let before = try size()
    try collection.apply(ids.dropFirst(100).map { .delete($0) })
    try store.commit(position: [9])
    try collection.compact()
    #expect(try size() < before / 6)
    #expect(collection.entryCount == 100)
    #expect(try store.verify().isIntact)
    #expect(store.positions.newest == [9] && store.positions.older == [9])
  }

  @Test func `a collection that was set aside is not thought missing after a restart`() throws {
    let reference = try ReferenceStore()
    let (bad, good) = (ReferenceStore.keys[0], ReferenceStore.keys[1])
    let path = "\(bad)/manifest-2"
    let directory = try reference.write([path: [1], "\(bad)/manifest-1": [2]])
    let store = try Store.open(directory: directory.path)
    #expect(throws: StoreError.self) { try store.existing(bad) }
    // The background writes the position anew, without the collection.
    var names: [String] = []
    for _ in 0..<100 where !names.contains("position-5") {
      names = try FileSystem.list(directory.path)
      if !names.contains("position-5") { Thread.sleep(milliseconds: 20) }
    }
    store.close()
    let again = try Store.open(directory: directory.path, options: .manual)
    #expect(again.recovery.isIntact && again.positions.newest == [3])
    #expect(try again.collectionKeys() == [good])
  }

  @Test func `a removed collection is gone, at once and after reopening`() throws {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(4))
    var maker = EntryMaker(seed: 4, dimension: 4)
    try collection.apply([.upsert(maker.entry())])
    try store.commit(position: [1])
    try store.remove(.test)
    #expect(throws: StoreError.removed(.test)) { try collection.get(UUID.zero) }
    #expect(try store.existing(.test) == nil)
    let other = try store.collection(.test, configuration: .test(9))
    #expect(other.entryCount == 0)
    store.close()
    let again = try Store.open(directory: directory.path, options: .manual)
    #expect(try again.collectionKeys().isEmpty)
  }
}
