import Glibc
import Platform
import Testing

@testable import KnowledgeStore

extension CrashTests {
  /// A collection, or a business, that is removed is gone whatever happens meanwhile.
  @Suite struct RemovalTests {
    private let kept = CollectionKey(owner: UUID(high: 7, low: 7), name: "knowledge")
    private let gone = CollectionKey.test
    private let other = CollectionKey(owner: CollectionKey.test.owner, name: "other_one")

    init() { Log.level = .silent }

    /// Three collections of two owners, committed twice; one quarantined, one under repair.
    private func make(_ path: String) throws -> [CollectionKey: Oracle] {
      let store = try Store.open(directory: path, options: .manual)
      defer { store.close() }
      var oracles: [CollectionKey: Oracle] = [:]
      for part in 0..<2 as Range<UInt8> {
        for (index, key) in [kept, gone, other].enumerated() {
          var maker = EntryMaker(seed: UInt64(index * 10) + UInt64(part), dimension: 4)
          let changes = (0..<20).map { _ in Change.upsert(maker.entry()) }
          try store.collection(key, configuration: .test(4)).apply(changes)
          oracles[key, default: Oracle()].apply(changes)
        }
        try store.commit(position: [part])
      }
      store.beginRepair(other)
      let quarantine = "\(path)/quarantine/\(gone.owner)-old-1"
      try FileSystem.createDirectories(quarantine)
      try File(path: quarantine + "/segment-1.kseg", mode: .create).write([1])
      return oracles
    }

    /// All paths below `root` that have the owner's name in them.
    private func traces(of owner: UUID, _ root: String) throws -> [String] {
      try FileSystem.list(root).flatMap { name -> [String] in
        let path = root + "/" + name
        if name.contains(owner.description) { return [path] }
        return FileSystem.isDirectory(path) ? try traces(of: owner, path) : []
      }
    }

    @Test func `a removed business leaves no trace, and its neighbour everything`() throws {
      let directory = try ScratchDirectory()
      let oracles = try make(directory.path)
      var store = try Store.open(directory: directory.path, options: .manual)
      #expect(try !traces(of: gone.owner, directory.path).isEmpty)
      try store.removeAll(of: gone.owner)
      #expect(try traces(of: gone.owner, directory.path) == [])
      #expect(try store.collectionKeys() == [kept] && store.pendingRepairs.isEmpty)
      #expect(try store.existing(gone) == nil && !store.isIncomplete(other))
      #expect(try store.verify().isIntact)
      try store.removeAll(of: gone.owner)
      store.close()
      store = try Store.open(directory: directory.path, options: .manual)
      defer { store.close() }
      #expect(store.recovery.isIntact && store.positions.newest == [1])
      try store.existing(kept)!.check(
        against: oracles[kept]!, query: [1, 2, 3, 4], filter: nil)
    }

    @Test func `who reads a collection while it is removed is not harmed`() throws {
      let directory = try ScratchDirectory()
      let oracles = try make(directory.path)
      let store = try Store.open(directory: directory.path, options: .manual)
      defer { store.close() }
      let collection = try #require(try store.existing(gone))
      let reader = try collection.snapshot()
      let lazy = try #require(try store.existing(other))
      let unopened = try lazy.snapshot()
      let rows = try reader.sources()
      try store.removeAll(of: gone.owner)
      // What was open stays whole.
      var count = 0
      try reader.walk(after: nil) { source, row in
        #expect(oracles[gone]!.entries[source.columns.id(row)] != nil)
        count += 1
        return true
      }
      #expect(count == oracles[gone]!.entries.count && !rows.isEmpty)
      // What was not is refused, as removed and not as damaged.
      #expect(throws: StoreError.removed(other)) {
        try lazy.guarded { () throws(StoreError) in _ = try unopened.sources() }
      }
      #expect(throws: StoreError.removed(gone)) { try collection.get(UUID.zero) }
      #expect(throws: StoreError.removed(gone)) { try collection.compact() }
      #expect(store.recovery.damaged.isEmpty && store.pendingRepairs.isEmpty)
    }

    /// Every file call of the removal, refused once or from then on, with a restart or without.
    @Test(arguments: [false, true])
    func `a removal that stops anywhere is ended later`(isSticky: Bool) throws {
      var fault = 0
      var refusals = 0
      while true {
        let directory = try ScratchDirectory()
        let oracles = try make(directory.path)
        var store = try Store.open(directory: directory.path, options: .manual)
        for key in [kept, gone, other] { _ = try store.existing(key) }
        let calls = Counter()
        let root = directory.path
        let place = fault
        let faults = CallFaults.arm { _, path in
          guard path.hasPrefix(root) else { return nil }
          let call = calls.next()
          return call == place || isSticky && call > place ? EIO : nil
        }
        var isRefused = false
        do { try store.removeAll(of: gone.owner) } catch { isRefused = true }
        faults.disarm()
        if isRefused { refusals += 1 }
        if fault % 2 == 0 {
          // As a kill would have it: opened again in the middle.
          store.close()
          store = try Store.open(directory: directory.path, options: .manual)
          #expect(store.recovery.isIntact, "call \(fault): \(store.recovery)")
          #expect(store.positions.newest == [1])
          for key in [kept, gone, other] {
            let collection = try store.existing(key)
            #expect(collection != nil || key != kept, "call \(fault)")
            try collection?.check(against: oracles[key]!, query: [1, 2, 3, 4], filter: nil)
          }
        } else if isRefused {
          // Whatever is left is what was committed, and the store goes on.
          for key in [gone, other] {
            try store.existing(key)?.check(
              against: oracles[key]!, query: [1, 2, 3, 4], filter: nil)
          }
          try store.commit(position: [1])
        }
        #expect(try store.verify().isIntact, "call \(fault)")
        try store.removeAll(of: gone.owner)
        #expect(try traces(of: gone.owner, directory.path) == [], "call \(fault)")
        #expect(try store.collectionKeys() == [kept])
        store.close()
        store = try Store.open(directory: directory.path, options: .manual)
        #expect(store.recovery.isIntact, "call \(fault): \(store.recovery)")
        store.close()
        if calls.count <= fault { break }
        fault += 1
      }
      print("removal: \(fault) file calls, \(refusals) removals refused, sticky: \(isSticky)")
      #expect(refusals > 20)
    }
  }
}
