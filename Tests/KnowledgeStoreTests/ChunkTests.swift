import Platform
import Testing

@testable import KnowledgeStore

/// Entries of several vectors: found once, by the nearest of them.
@Suite struct ChunkTests {
  private func makeCollection(
    _ directory: ScratchDirectory, dimension: Int
  ) throws -> (store: Store, collection: KnowledgeStore.Collection) {
    let store = try Store.open(directory: directory.path, options: .manual)
    return (store, try store.collection(.test, configuration: .test(dimension)))
  }

  /// An entry of `count` chunks, each a little beside `direction`.
  private func document(
    _ number: UInt64, count: Int, near direction: [Float], spread: Float,
    _ random: inout SeededGenerator
  ) -> Entry {
    let vector = (0..<count).flatMap { _ in
      direction.map { $0 + spread * Float(random.bell()) }
    }
    return Entry(
      id: UUID(high: 5, low: number), version: 1, stamp: number, vector: vector,
      spans: count == 1 ? [] : (0..<count).map { $0..<$0 + 2 }, category: "c\(number % 3)",
      title: "document \(number)", content: String(repeating: "x", count: count + 1))
  }

  private func unit(_ dimension: Int, _ random: inout SeededGenerator) -> [Float] {
    (0..<dimension).map { _ in Float(random.bell()) }
  }

  // MARK: Exact

  @Test(arguments: [1, 2, 3, 4])
  func `one document of very many near chunks hides no other`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let directory = try ScratchDirectory()
    let (store, collection) = try makeCollection(directory, dimension: 24)
    var oracle = Oracle()
    let query = unit(24, &random)
    // The nearest rows by far are all of the same few entries.
    var entries = (UInt64(0)..<3).map {
      document($0, count: 900, near: query, spread: 0.05, &random)
    }
    entries += (UInt64(3)..<40).map { number in
      let count = Int.random(in: 1...30, using: &random)
      return document(number, count: count, near: query, spread: 1, &random)
    }
    for part in [entries[..<20], entries[20...]] {
      try collection.apply(part.map { .upsert($0) })
      try collection.sealInBackground()
    }
    oracle.apply(entries.map { .upsert($0) })
    for filter in [nil, .category(anyOf: ["c1"]), .not(.category(anyOf: ["c0"]))] as [Filter?] {
      try collection.check(against: oracle, query: query, filter: filter)
      try checkBatch(collection, [query, unit(24, &random)], filter: filter)
    }
    // Deleted and replaced, they leave no row behind.
    try collection.apply([
      .delete(entries[0].id), .upsert(document(1, count: 2, near: query, spread: 0.1, &random)),
    ])
    oracle.apply([.delete(entries[0].id)])
    oracle.entries[entries[1].id] = try collection.get(entries[1].id)
    try collection.check(against: oracle, query: query, filter: nil)
    try collection.compact()
    try store.commit(position: [1])
    #expect(try store.verify().isIntact)
    #expect(try store.statistics(of: .test)?.segmentRowCount == collection.vectorCount)
    try collection.check(against: oracle, query: query, filter: .category(anyOf: ["c1", "c2"]))
    store.close()
    let again = try Store.open(directory: directory.path, options: .manual)
    let before = try #require(try again.statistics(of: .test))
    #expect(before.entryCount == 39 && before.vectorCount == before.segmentRowCount)
    try #require(try again.existing(.test)).check(against: oracle, query: query, filter: nil)
  }

  /// A batch must answer as one search after the other does.
  private func checkBatch(
    _ collection: KnowledgeStore.Collection, _ queries: [[Float]], filter: Filter?
  ) throws {
    for count in [1, 7, 60] {
      let batch = try collection.searchBatch(
        queries.flatMap { $0 }, queryCount: queries.count, count: count, filter: filter)
      for (query, result) in zip(queries, batch) {
        let single = try collection.search(
          SearchRequest(vector: query, count: count, filter: filter))
        #expect(result.hits.map(\.id) == single.hits.map(\.id))
        #expect(result.hits.map(\.chunk) == single.hits.map(\.chunk))
        #expect(result.matchCount == single.matchCount)
        let bare = try collection.searchIDs(
          SearchRequest(vector: query, count: count, filter: filter))
        #expect(bare.hits == single.hits.map { IDHit(id: $0.id, chunk: $0.chunk, score: $0.score) })
        #expect(bare.scope.matchCount == single.matchCount && bare.scope.isExact == single.isExact)
      }
    }
  }

  @Test func `a least score ends the answer, whatever chunks are left`() throws {
    var random = SeededGenerator(seed: 9)
    let directory = try ScratchDirectory()
    let (store, collection) = try makeCollection(directory, dimension: 8)
    defer { store.close() }
    let query: [Float] = [1, 0, 0, 0, 0, 0, 0, 0]
    let near = document(1, count: 200, near: query, spread: 0.01, &random)
    let far = document(2, count: 50, near: query.map { -$0 }, spread: 0.01, &random)
    try collection.apply([.upsert(near), .upsert(far)])
    let result = try collection.search(
      SearchRequest(vector: query, count: 10, minimumScore: 0.5))
    #expect(result.hits.map(\.id) == [near.id])
    #expect(result.matchCount == 2)
  }

  @Test func `equal chunks of one entry are one hit, and the first of them`() throws {
    let directory = try ScratchDirectory()
    let (store, collection) = try makeCollection(directory, dimension: 2)
    defer { store.close() }
    let entries = (0..<30).map { number in
      Entry(
        id: UUID(high: 1, low: UInt64(30 - number)), version: 1, stamp: 0,
        vector: Array(repeating: [0.6, 0.8], count: 100).flatMap { $0 },
        spans: (0..<100).map { $0..<$0 + 1 }, content: String(repeating: "y", count: 100))
    }
    try collection.apply(entries.map { .upsert($0) })
    let hits = try collection.search(SearchRequest(vector: [3, 4], count: 20)).hits
    #expect(hits.map(\.id) == entries.map(\.id).sorted().prefix(20).map { $0 })
    #expect(hits.allSatisfy { $0.chunk == 0 && $0.span == 0..<1 })
  }

  // MARK: To a recall target

  @Test(arguments: [0.9, 0.99])
  func `a recall target holds for entries, and the answer is full`(target: Double) throws {
    var random = SeededGenerator(seed: 33)
    let directory = try ScratchDirectory()
    let (store, collection) = try makeCollection(directory, dimension: 128)
    defer { store.close() }
    let centres = (0..<40).map { _ in unit(128, &random) }
    // (Spread too far for outlines.)
    let entries = (0..<400).map { number in
      document(
        UInt64(number), count: Int.random(in: 1...50, using: &random),
        near: centres.randomElement(using: &random)!, spread: 3, &random)
    }
    try collection.apply(entries.map { .upsert($0) })
    try collection.compact()
    var (found, wanted) = (0, 0)
    var ways: Set<SearchWay> = []
    for index in 0..<60 {
      let query = zip(centres[index % 40], unit(128, &random)).map { $0 + 0.5 * $1 }
      let filter: Filter? = index % 2 == 0 ? nil : .category(anyOf: ["c1", "c2"])
      let exact = try collection.search(SearchRequest(vector: query, count: 10, filter: filter))
      let rough = try collection.search(
        SearchRequest(vector: query, count: 10, filter: filter, recallTarget: target))
      #expect(exact.isExact && exact.hits.count == 10)
      #expect(rough.hits.count == 10 && Set(rough.hits.map(\.id)).count == 10)
      #expect(rough.matchCount == exact.matchCount)
      ways.formUnion(rough.explanation.map(\.way))
      found += rough.hits.count { hit in exact.hits.contains { $0.id == hit.id } }
      wanted += 10
      let batch = try collection.searchBatch(
        query + query, queryCount: 2, count: 10, filter: filter, recallTarget: target)
      #expect(batch.allSatisfy { Set($0.hits.map(\.id)).count == 10 })
    }
    #expect(ways.contains(.signs))
    #expect(Double(found) >= (1 - 1.5 * (1 - target)) * Double(wanted), "\(found) of \(wanted)")
    // All there are, however many are asked for.
    let all = try collection.search(
      SearchRequest(vector: centres[0], count: 1_000, recallTarget: target))
    #expect(Set(all.hits.map(\.id)).count == 400 && all.hits.count == 400)
  }

  // MARK: Refusals and old files

  @Test(arguments: [
    ([0..<2], "1 chunks"), ([0..<2, 0..<3], "chunk 1"), ([0..<2, 2..<2], "chunk 1"),
    ([0..<2, 1..<9], "bytes 1 to 9 of 4"),
  ])
  func `spans that are not of the content are refused`(spans: [Range<Int>], words: String) throws {
    let directory = try ScratchDirectory()
    let (store, collection) = try makeCollection(directory, dimension: 1)
    defer { store.close() }
    let entry = Entry(
      id: UUID(high: 1, low: 1), version: 1, stamp: 0,
      vector: Array(repeating: 1, count: spans.count), spans: spans, content: "four")
    do {
      try collection.apply([.upsert(entry)])
      Issue.record("was not refused")
    } catch StoreError.invalidSpans(let id, let reason) {
      #expect(id == entry.id && reason.contains(words), "\(reason)")
    }
    #expect(collection.entryCount == 0)
  }

  @Test func `every chunk needs a vector with a direction`() throws {
    let directory = try ScratchDirectory()
    let (store, collection) = try makeCollection(directory, dimension: 2)
    defer { store.close() }
    var entry = Entry(
      id: UUID(high: 1, low: 1), version: 1, stamp: 0, vector: [1, 0, 0, 0], spans: [0..<1, 1..<2],
      content: "ab")
    #expect(throws: StoreError.zeroVector(entry: entry.id)) {
      try collection.apply([.upsert(entry)])
    }
    entry.vector = [1, 0, 1]
    #expect(throws: StoreError.dimensionMismatch(entry: entry.id, expected: 4, actual: 3)) {
      try collection.apply([.upsert(entry)])
    }
    entry.vector = [1, 0, 1, .nan]
    #expect(throws: StoreError.notFinite(entry: entry.id, component: 1)) {
      try collection.apply([.upsert(entry)])
    }
  }

  @Test func `the largest entry fits between small ones`() throws {
    var random = SeededGenerator(seed: 4)
    let directory = try ScratchDirectory()
    let (store, collection) = try makeCollection(directory, dimension: 2)
    defer { store.close() }
    var oracle = Oracle()
    for (number, count) in [1, Limits.chunkCount, 1, 7, Limits.chunkCount, 3].enumerated() {
      let entry = document(UInt64(number), count: count, near: [1, 1], spread: 1, &random)
      try collection.apply([.upsert(entry)])
      oracle.apply([.upsert(entry)])
      try collection.check(against: oracle, query: [1, 0.5], filter: nil)
    }
  }

  @Test func `only segments with chunks need a newer reader`() throws {
    for count in [1, 2] {
      var random = SeededGenerator(seed: 4)
      let directory = try ScratchDirectory()
      let (store, collection) = try makeCollection(directory, dimension: 2)
      try collection.apply([.upsert(document(1, count: count, near: [1, 1], spread: 1, &random))])
      try store.commit(position: [])
      let path = "\(directory.path)/\(CollectionKey.test)/segment-1.kseg"
      let bytes = try FileSystem.readAll(path)
      #expect(bytes[8] == 2 && bytes[12] == UInt8(count))
    }
  }

  @Test func `rows that contradict each other are damage, not a crash`() throws {
    var random = SeededGenerator(seed: 4)
    let directory = try ScratchDirectory()
    let (store, collection) = try makeCollection(directory, dimension: 2)
    defer { store.close() }
    let entries = (UInt64(0)..<4).map { document($0, count: 3, near: [1, 1], spread: 1, &random) }
    try collection.apply(entries.map { .upsert($0) })
    try collection.sealInBackground()
    let data = try #require(try collection.snapshot().segments.first).segment.data()
    try data.verifyChunks()
    let columns = data.columns
    for row in 0..<12 { #expect(columns.entryRows(of: row) == row / 3 * 3..<row / 3 * 3 + 3) }
    for (place, value) in [(2, 4), (2, 0), (5, 1), (35, 9), (35, .max)] as [(Int, UInt32)] {
      let parts = try #require(columns.parts)
      var changed = (0..<parts.count).map { parts[$0] }
      changed[place] = value
      changed.withUnsafeBufferPointer { buffer in
        let damaged = columns.with(parts: Column(base: buffer.baseAddress!, count: buffer.count))
        #expect(damaged.entryRows(of: place / 3) == nil)
      }
    }
  }
}

extension SeededGenerator {
  fileprivate mutating func bell() -> Double {
    (0..<12).reduce(-6.0) { sum, _ in sum + .random(in: 0..<1, using: &self) }
  }
}

extension RowColumns {
  fileprivate func with(parts: Column<UInt32>) -> RowColumns {
    RowColumns(
      dimension: dimension, ids: ids, chunks: chunks, parts: parts, versions: versions,
      stamps: stamps, vectors: vectors, codes: codes, scales: scales, errors: errors, norms: norms,
      types: types, categories: categories, languages: languages, priorities: priorities,
      active: active, created: created, updated: updated)
  }
}
