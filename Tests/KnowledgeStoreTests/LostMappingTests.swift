import Glibc
import Platform
import Synchronization
import Testing

@testable import KnowledgeStore

/// RELIABILITY.md, T08: the disk can no longer give the pages of a mapped file.
@Suite struct LostMappingTests {
  private static let dimension = 4096
  private static let rowCount = 3_400
  private let bad = CollectionKey.test
  private let good = CollectionKey(owner: UUID(high: 8, low: 8), name: "knowledge")
  private let query = [Float](repeating: 1, count: Self.dimension)

  init() { Log.level = .silent }

  private func entry(_ number: Int) -> Entry {
    var vector = [Float](repeating: 1, count: Self.dimension)
    vector[number % Self.dimension] = 3
    return Entry(
      id: UUID(high: 5, low: UInt64(number)), version: 1, stamp: 0, vector: vector,
      title: "title \(number)")
  }

  /// A store whose first collection is one mapped segment; returns that file's path.
  private func make(_ directory: ScratchDirectory) throws -> (Store, String) {
    var options = StoreOptions.manual
    options.deltaByteLimit = 1 << 30
    let store = try Store.open(directory: directory.path, options: options)
    let configuration = CollectionConfiguration.test(Self.dimension)
    let collection = try store.collection(bad, configuration: configuration)
    try collection.apply((0..<Self.rowCount).map { .upsert(entry($0)) })
    try store.collection(good, configuration: configuration).apply([.upsert(entry(7))])
    try store.commit(position: [1])
    #expect(try collection.snapshot().segments[0].segment.data().bytes.isMapped)
    return (store, "\(directory.path)/\(bad)/segment-1.kseg")
  }

  /// What must hold once the damage was met.
  private func checkSetAside(_ store: Store) throws {
    #expect(store.isIncomplete(bad) && store.recovery.damaged.map(\.key) == [bad])
    #expect(try store.existing(bad) == nil)
    let request = SearchRequest(vector: query, count: 3)
    #expect(try store.existing(good)!.search(request).hits.count == 1)
    try store.commit(position: [2])
    #expect(try store.verify().isIntact)
  }

  private func isDamaged(_ error: StoreError?) -> Bool {
    if case .damaged = error { true } else { false }
  }

  enum Use: CaseIterable { case search, batch, get, states, apply, merge, scrub }

  @Test(arguments: Use.allCases)
  func `whoever meets a page that is gone is told, and the process lives`(use: Use) throws {
    let directory = try ScratchDirectory()
    let (store, path) = try make(directory)
    defer { store.close() }
    let collection = try #require(try store.existing(bad))
    #expect(truncate(path, 8192) == 0)
    let error = #expect(throws: StoreError.self) {
      switch use {
      case .search: _ = try collection.search(SearchRequest(vector: query, count: 5))
      case .batch:
        _ = try collection.searchBatch(query + query, queryCount: 2, count: 5)
      case .get: _ = try collection.get(UUID(high: 5, low: 3_000))
      case .states: try collection.forEachState { _ in true }
      case .apply: try collection.apply([.upsert(entry(3_000))])
      case .merge:
        try collection.apply([.upsert(entry(Self.rowCount))])
        try collection.compact()
      case .scrub:
        let data = try #require(try collection.snapshot().segments[0].segment.openedData)
        try collection.guarded { () throws(StoreError) in
          try data.verify(blocks: 0..<data.blockCount)
        }
      }
    }
    #expect(isDamaged(error), "\(String(describing: error))")
    try checkSetAside(store)
  }

  @Test func `readers beside each other get the right answer or none`() throws {
    let directory = try ScratchDirectory()
    let (store, path) = try make(directory)
    defer { store.close() }
    let collection = try #require(try store.existing(bad))
    let request = SearchRequest(vector: query, count: 5)
    let expected = try collection.search(request).hits.map(\.id)
    let wrong = Atomic(0)
    let refused = Atomic(0)
    let threads = (0..<4).map { _ in
      Thread.spawn(name: "reader") {
        for _ in 0..<200 {
          do {
            if try collection.search(request).hits.map(\.id) != expected {
              wrong.add(1, ordering: .relaxed)
            }
          } catch {
            refused.add(1, ordering: .relaxed)
            return
          }
        }
      }
    }
    Thread.sleep(milliseconds: 20)
    #expect(truncate(path, 8192) == 0)
    for thread in threads { thread.join() }
    #expect(wrong.load(ordering: .relaxed) == 0 && refused.load(ordering: .relaxed) == 4)
    try checkSetAside(store)
  }

  @Test func `a bus error elsewhere still ends the process`() async {
    // By the signal; under the address sanitizer, which reports it, with its exit code.
    await #expect(processExitsWith: .failure) {
      setenv("SWIFT_BACKTRACE", "enable=no", 1)
      let path = "/tmp/knowledge-bus-\(UUID.random())"
      defer { unlink(path) }
      try File(path: path, mode: .create).write([UInt8](repeating: 1, count: 65536))
      let guarded = try MappedFile(path: path)
      let descriptor = open(path, O_RDONLY)
      let plain = mmap(nil, 65536, PROT_READ, MAP_SHARED, descriptor, 0)!
      truncate(path, 0)
      let isZero = guarded.withBytes { $0.unsafeLoad(fromByteOffset: 8192, as: UInt8.self) == 0 }
      guard isZero && guarded.isLost else { exit(0) }
      unlink(path)
      _ = plain.load(fromByteOffset: 8192, as: UInt8.self)
      exit(0)
    }
  }
}
