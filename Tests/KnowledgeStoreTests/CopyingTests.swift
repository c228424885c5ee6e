import Glibc
import Platform
import TestSupport
import Testing

@testable import KnowledgeStore

/// Copies of a store: made while it is written to, whole, and stores by themselves.
@Suite struct CopyingTests {
  private let configuration = CollectionConfiguration(
    dimension: 4, model: "test", modelFingerprint: 7)

  private func entry(_ number: Int, _ version: UInt64, in space: UUID) -> Entry {
    Entry(
      id: UUID.named(Array("\(number)".utf8), in: space), version: version, stamp: version,
      vector: [Float(number % 7) + 1, 1, Float(number % 3), 2], title: "title \(number)",
      content: "content \(number) of \(version)")
  }

  /// Checks that a copy opens, whole, with these entries and position.
  private func check(_ path: String, _ expected: [CollectionKey: UInt64], position: [UInt8]) throws
  {
    let store = try Store.open(directory: path)
    defer { store.close() }
    #expect(store.recovery.isIntact)
    #expect(store.positions.newest == position)
    #expect(Set(try store.collectionKeys()) == Set(expected.keys))
    for (key, checksum) in expected {
      #expect(try store.existing(key)?.checksum == checksum)
    }
    #expect(try store.verify().faults == [])
  }

  @Test func `a copy holds the newest commit, shares its files, and goes its own way`() throws {
    let folder = try TestFolder()
    // No merge may come in between: the files are counted.
    var options = StoreOptions()
    options.runsInBackground = false
    let store = try Store.open(directory: folder.path + "/store", options: options)
    let keys = (0..<3).map { CollectionKey(owner: .random(), name: "c\($0)") }
    for key in keys {
      let collection = try store.collection(key, configuration: configuration)
      try collection.apply((0..<200).map { .upsert(entry($0, 1, in: key.owner)) })
      try store.commit(position: [1])
      try collection.apply((0..<50).map { .delete(entry($0, 1, in: key.owner).id) })
    }
    try store.commit(position: [2, 2])
    var expected: [CollectionKey: UInt64] = [:]
    for key in keys { expected[key] = try store.existing(key)?.checksum }
    // Not committed: not in the copy.
    let first = try #require(try store.existing(keys[0]))
    try first.apply([.upsert(entry(999, 1, in: keys[0].owner))])
    let report = try store.copy(to: folder.path + "/copies/one")
    #expect(report.collectionCount == 3 && report.entryCount == 450)
    #expect(report.linkedFileCount >= 6 && report.copiedFileCount == 4)
    #expect(report.position == [2, 2])
    // What happens to the store afterwards leaves the copy alone, and the other way round.
    try first.apply((50..<200).map { .delete(entry($0, 1, in: keys[0].owner).id) })
    try first.compact()
    try store.commit(position: [3])
    try store.commit(position: [4])
    try store.remove(keys[1])
    try check(folder.path + "/copies/one", expected, position: [2, 2])
    let copy = try Store.open(directory: folder.path + "/copies/one")
    try copy.remove(keys[2])
    try copy.commit(position: [9])
    copy.close()
    #expect(try store.existing(keys[2])?.checksum == expected[keys[2]])
    #expect(try store.verify().faults == [])
    store.close()
  }

  @Test func `copies made under writers, commits and merges are all whole`() throws {
    let folder = try TestFolder()
    var options = StoreOptions()
    options.deltaRowLimit = 64
    let store = try Store.open(directory: folder.path + "/store", options: options)
    let keys = (0..<4).map { CollectionKey(owner: .random(), name: "c\($0)") }
    for key in keys { _ = try store.collection(key, configuration: configuration) }
    let isStopped = Condition(false)
    let configuration = configuration
    let writers = keys.enumerated().map { number, key in
      Thread.spawn(name: "writer") {
        var generator = SeededGenerator(seed: UInt64(number))
        var version: UInt64 = 1
        while !isStopped.withLock({ $0 }) {
          version += 1
          guard let collection = try? store.collection(key, configuration: configuration) else {
            return
          }
          let from = Int.random(in: 0..<400, using: &generator)
          let changes = (from..<from + 40).map { row -> Change in
            let id = UUID.named(Array("\(row)".utf8), in: key.owner)
            return row % 5 == 0
              ? .delete(id)
              : .upsert(Entry(id: id, version: version, stamp: version, vector: [1, 2, 3, 4]))
          }
          try? collection.apply(changes)
          if version % 7 == 0 { try? store.commit(position: [UInt8(truncatingIfNeeded: version)]) }
          if version % 31 == 0 { try? collection.compact() }
        }
      }
    }
    for round in 0..<25 {
      let path = "\(folder.path)/copy-\(round)"
      let report = try store.copy(to: path)
      let copy = try Store.open(directory: path)
      #expect(copy.recovery.isIntact, "round \(round): \(copy.recovery)")
      let faults = try copy.verify().faults
      #expect(faults == [], "round \(round): \(faults)")
      #expect(copy.recovery.commit == report.commit)
      copy.close()
    }
    isStopped.withLock { $0 = true }
    writers.forEach { $0.join() }
    store.close()
  }

  @Test func `where links cannot be, files are copied`() throws {
    let folder = try TestFolder()
    let store = try Store.open(directory: folder.path + "/store")
    let key = CollectionKey(owner: .random(), name: "c")
    let collection = try store.collection(key, configuration: configuration)
    try collection.apply((0..<300).map { .upsert(entry($0, 1, in: key.owner)) })
    try store.commit(position: [1])
    let place = folder.path
    let faults = CallFaults.arm { call, path in
      call == "link" && path.hasPrefix(place) ? EXDEV : nil
    }
    defer { faults.disarm() }
    let report = try store.copy(to: folder.path + "/copy")
    faults.disarm()
    #expect(report.linkedFileCount == 0 && report.copiedFileCount == 3)
    try check(folder.path + "/copy", [key: collection.checksum], position: [1])
    store.close()
  }

  @Test func `nothing is overwritten, no link is followed, and a failure leaves nothing`() throws {
    let folder = try TestFolder()
    let store = try Store.open(directory: folder.path + "/store")
    let key = CollectionKey(owner: .random(), name: "c")
    let collection = try store.collection(key, configuration: configuration)
    try collection.apply((0..<100).map { .upsert(entry($0, 1, in: key.owner)) })
    try store.commit(position: [1])
    try FileSystem.createDirectories(folder.path + "/full/sub")
    for taken in ["/full", "/store/inside", "/store"] {
      #expect(throws: StoreError.occupied(path: folder.path + taken)) {
        try store.copy(to: folder.path + taken)
      }
    }
    try FileSystem.createDirectories(folder.path + "/empty")
    #expect(symlink(folder.path + "/empty", folder.path + "/link") == 0)
    #expect(throws: StoreError.occupied(path: folder.path + "/link")) {
      try store.copy(to: folder.path + "/link")
    }
    _ = try store.copy(to: folder.path + "/empty")
    store.close()

    // Restoring: from a store that is whole, closed, and has no links.
    let copy = folder.path + "/empty"
    let restored = try Store.copy(of: copy, to: folder.path + "/restored/store")
    #expect(restored.entryCount == 100)
    try check(folder.path + "/restored/store", [key: collection.checksum], position: [1])
    #expect(throws: StoreError.occupied(path: folder.path + "/restored/store")) {
      try Store.copy(of: copy, to: folder.path + "/restored/store")
    }
    let open = try Store.open(directory: copy)
    #expect(throws: StoreError.locked(directory: copy)) {
      try Store.copy(of: copy, to: folder.path + "/other")
    }
    open.close()
    let segment = try #require(
      try FileSystem.list("\(copy)/\(key)").first { $0.hasSuffix(".kseg") })
    let path = "\(copy)/\(key)/\(segment)"
    // A flipped byte; then a link to the very file; then the file missing; then no position.
    var bytes = try FileSystem.readAll(path)
    let good = bytes
    bytes[bytes.count / 2] ^= 1
    try FileSystem.replace(path, with: bytes)
    func isRefused() -> Bool {
      do {
        _ = try Store.copy(of: copy, to: folder.path + "/other")
        return false
      } catch { if case .invalidFile = error { return true } else { return false } }
    }
    #expect(isRefused())
    try FileSystem.replace(folder.path + "/outside", with: good)
    try FileSystem.remove(path)
    #expect(symlink(folder.path + "/outside", path) == 0)
    #expect(isRefused())
    try FileSystem.remove(path)
    #expect(isRefused())
    try FileSystem.replace(path, with: good)
    #expect(!isRefused())
    try FileSystem.removeTree(folder.path + "/other")
    for name in try FileSystem.list(copy) where name.hasPrefix("position-") {
      try FileSystem.remove(copy + "/" + name)
    }
    #expect(isRefused())
    #expect(!FileSystem.isThere(folder.path + "/other"))
    #expect(!FileSystem.isThere(folder.path + "/other.partial"))
  }

  @Test func `parts that lack rows lack them in the copy, too`() throws {
    let folder = try TestFolder()
    let store = try Store.open(directory: folder.path + "/store")
    let key = CollectionKey(owner: .random(), name: "c")
    _ = try store.collection(key, configuration: configuration)
    try store.commit(position: [1])
    store.beginRepair(key)
    _ = try store.copy(to: folder.path + "/copy")
    store.close()
    let copy = try Store.open(directory: folder.path + "/copy")
    #expect(copy.isIncomplete(key))
    copy.close()
  }
}
