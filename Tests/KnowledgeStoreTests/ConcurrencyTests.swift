import Platform
import Synchronization
import Testing

@testable import KnowledgeStore

@Suite struct ConcurrencyTests {
  /// Readers see each batch whole while rows are sealed, merged and committed under them.
  @Test func `searches see whole batches while everything else goes on`() throws {
    let directory = try ScratchDirectory()
    var options = StoreOptions()
    options.deltaRowLimit = 60
    let store = try Store.open(directory: directory.path, options: options)
    let collection = try store.collection(.test, configuration: .test(8))
    let count = 40
    let rounds = isLongRun ? 3000 : 300
    let isDone = Atomic<Bool>(false)
    let searches = Atomic<Int>(0)
    let faults = Mutex<[String]>([])
    @Sendable func note(_ text: String) { faults.withLock { $0.append(text) } }
    func batch(_ round: Int) -> [Change] {
      var maker = EntryMaker(seed: UInt64(round), dimension: 8)
      return (0..<count).map { index in
        .upsert(maker.entry(UUID(high: 7, low: UInt64(index)), version: UInt64(round)))
      }
    }
    try collection.apply(batch(1))
    let readers = (0..<3).map { reader in
      Thread.spawn(name: "reader-\(reader)") {
        var maker = EntryMaker(seed: UInt64(reader), dimension: 8)
        var last: UInt64 = 0
        while !isDone.load(ordering: .relaxed) {
          do {
            let result = try collection.search(SearchRequest(vector: maker.vector(), count: 100))
            let versions = Set(result.hits.map(\.version))
            if versions.count != 1 || result.hits.count != count {
              note("\(result.hits.count) hits of versions \(versions.sorted())")
            }
            if let version = versions.first, version < last { note("\(version) after \(last)") }
            last = versions.first ?? last
            var exported = 0
            try collection.forEachState { _ in
              exported += 1
              return true
            }
            if exported != count { note("\(exported) exported") }
            searches.add(1, ordering: .relaxed)
          } catch { note("\(error)") }
        }
      }
    }
    let committer = Thread.spawn(name: "committer") {
      while !isDone.load(ordering: .relaxed) {
        do { try store.commit(position: [1]) } catch { note("\(error)") }
        Thread.sleep(milliseconds: 5)
      }
    }
    for round in 2...rounds { try collection.apply(batch(round)) }
    isDone.store(true, ordering: .relaxed)
    for thread in readers + [committer] { thread.join() }
    #expect(faults.withLock { $0 } == [])
    let statistics = collection.statistics
    print(
      "concurrency: \(searches.load(ordering: .relaxed)) searches,",
      "\(statistics.sealCount) seals, \(statistics.compactionCount) merges")
    #expect(searches.load(ordering: .relaxed) > 10 && statistics.sealCount > 10)
    #expect(statistics.compactionCount > 0)
    try store.commit(position: [2])
    var oracle = Oracle()
    oracle.apply(batch(rounds))
    try collection.check(against: oracle, query: [1, 2, 3, 4, 5, 6, 7, 8], filter: nil)
    #expect(try store.verify().isIntact)
    store.close()
    let again = try Store.open(directory: directory.path, options: .manual)
    try #require(try again.existing(.test)).check(
      against: oracle, query: [1, 2, 3, 4, 5, 6, 7, 8], filter: .active(true))
  }

  @Test func `writers wait for the disk when memory is full, and are told when it refuses`() throws
  {
    let directory = try ScratchDirectory()
    var options = StoreOptions()
    options.deltaRowLimit = 100
    options.deltaByteLimit = 1 << 20
    let store = try Store.open(directory: directory.path, options: options)
    let collection = try store.collection(.test, configuration: .test(64))
    var maker = EntryMaker(seed: 2, dimension: 64)
    for _ in 0..<40 {
      try collection.apply((0..<200).map { _ in .upsert(maker.entry()) })
      #expect(collection.statistics.deltaByteCount < 4 << 20)
    }
    #expect(collection.entryCount == 8000)
    // The collection's directory becomes a file: every seal is refused from now on.
    let path = directory.path + "/\(CollectionKey.test)"
    try store.commit(position: [1])
    try FileSystem.rename(path, to: path + "-aside")
    try File(path: path, mode: .create).write([0])
    var refusal: StoreError?
    for _ in 0..<100 where refusal == nil {
      do {
        try collection.apply((0..<200).map { _ in .upsert(maker.entry()) })
      } catch { refusal = error }
    }
    guard case .parked(let key, _)? = refusal else {
      Issue.record("writes went on: \(String(describing: refusal))")
      return
    }
    #expect(key == .test && collection.statistics.parked != nil)
    #expect(try collection.search(SearchRequest(vector: maker.vector(), count: 3)).hits.count == 3)
    let count = collection.entryCount
    // The disk comes back; so do the writes, by themselves.
    try FileSystem.remove(path)
    try FileSystem.rename(path + "-aside", to: path)
    var isBack = false
    for _ in 0..<100 where !isBack {
      isBack = collection.statistics.parked == nil && collection.statistics.deltaByteCount < 1 << 20
      if !isBack { Thread.sleep(milliseconds: 100) }
    }
    #expect(isBack && collection.entryCount == count)
    try collection.apply([.upsert(maker.entry())])
    try store.commit(position: [2])
    #expect(try store.verify().isIntact)
  }

  /// A commit drops segments whose rows are all dead; a merge of them may be under way.
  @Test func `rows of a segment that dies and is dropped while it is merged stay dead`() throws {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(8))
    var maker = EntryMaker(seed: 3, dimension: 8)
    var oracle = Oracle()
    func apply(_ changes: [Change]) throws {
      try collection.apply(changes)
      oracle.apply(changes)
    }
    let dying = (0..<20).map { UUID(high: 1, low: UInt64($0)) }
    try apply(dying.map { .upsert(maker.entry($0, version: 1)) })
    try store.commit(position: [1])
    try apply((0..<20).map { .upsert(maker.entry(UUID(high: 2, low: $0), version: 1)) })
    try store.commit(position: [2])
    #expect(collection.statistics.segmentCount == 2)

    let root = directory.path
    let isDone = Mutex(false)
    let faults = CallFaults.arm { _, path in
      guard path.hasPrefix(root), path.hasSuffix(".kseg.tmp") else { return nil }
      let isFirst = isDone.withLock { isDone in
        defer { isDone = true }
        return !isDone
      }
      guard isFirst else { return nil }
      // The merge has begun and chosen its rows.
      Thread.spawn(name: "deleter") {
        try? collection.apply(dying.map { .delete($0) })
        try? store.commit(position: [3])
      }.join()
      return nil
    }
    defer { faults.disarm() }
    try collection.compact()
    faults.disarm()
    oracle.apply(dying.map { .delete($0) })
    #expect(isDone.withLock { $0 })
    try collection.check(against: oracle, query: [1, 2, 3, 4, 5, 6, 7, 8], filter: nil)
    // Written once more, they stand there once.
    try apply(dying.map { .upsert(maker.entry($0, version: 2)) })
    try collection.compact()
    try store.commit(position: [4])
    #expect(try store.verify().faults == [])
    try collection.check(against: oracle, query: [1, 2, 3, 4, 5, 6, 7, 8], filter: nil)
    store.close()
  }
}
