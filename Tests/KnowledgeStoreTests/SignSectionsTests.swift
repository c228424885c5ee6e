import Platform
import Testing

@testable import KnowledgeStore

/// One-bit codes in segment files.
@Suite struct SignSectionsTests {
  private static let dimension = 65
  private static let count = SignLayout.rowMinimum + 100

  private func fill(
    _ collection: KnowledgeStore.Collection, _ oracle: inout Oracle, count: Int, seed: UInt64
  ) throws {
    var maker = EntryMaker(seed: seed, dimension: Self.dimension)
    let changes = (0..<count).map { _ in Change.upsert(maker.entry()) }
    try collection.apply(changes)
    oracle.apply(changes)
  }

  private func recall(
    _ collection: KnowledgeStore.Collection, filter: Filter? = nil, seed: UInt64
  ) throws -> (share: Double, ways: Set<SearchWay>) {
    var maker = EntryMaker(seed: seed, dimension: Self.dimension)
    var ways: Set<SearchWay> = []
    var (hit, total) = (0, 0)
    for _ in 0..<30 {
      let query = maker.vector()
      let exact = try collection.search(SearchRequest(vector: query, count: 10, filter: filter))
      #expect(exact.isExact && exact.recall == 1)
      let found = try collection.search(
        SearchRequest(vector: query, count: 10, filter: filter, recallTarget: 0.9))
      #expect(found.hits.count == exact.hits.count && found.matchCount == exact.matchCount)
      let isRough = found.explanation.contains { $0.way == .signs }
      #expect(found.isExact == !isRough && found.recall == (isRough ? 0.9 : 1))
      ways.formUnion(found.explanation.map(\.way))
      let known = Set(exact.hits.map(\.id))
      hit += found.hits.count { known.contains($0.id) }
      total += exact.hits.count
    }
    return (Double(hit) / Double(max(1, total)), ways)
  }

  @Test func `large segments have signs, and are searched by them beside deletes and new rows`()
    throws
  {
    let directory = try ScratchDirectory()
    var oracle = Oracle()
    let query = [Float](repeating: 1, count: Self.dimension)
    do {
      let store = try Store.open(directory: directory.path, options: .manual)
      defer { store.close() }
      let collection = try store.collection(.test, configuration: .test(Self.dimension))
      try fill(collection, &oracle, count: 6 * Self.count, seed: 1)
      try store.commit(position: [1])
      let doomed = oracle.entries.keys.sorted().prefix(300).map { Change.delete($0) }
      try collection.apply(doomed)
      oracle.apply(doomed)
      try fill(collection, &oracle, count: 50, seed: 2)
      let found = try recall(collection, seed: 3)
      #expect(found.share >= 0.9 && found.ways.contains(.signs) && found.ways.contains(.scan))
      try store.commit(position: [2])
      try collection.compact()
      try collection.check(against: oracle, query: query, filter: nil)
      #expect(try recall(collection, seed: 4).share >= 0.9)
      let filter = Filter.and([.active(true), .priority(0...6)])
      #expect(try recall(collection, filter: filter, seed: 5).share >= 0.9)
      let rare = try recall(collection, filter: .keyword(anyOf: ["rare"]), seed: 6)
      #expect(rare.share == 1 || rare.ways.contains(.signs))
      try store.commit(position: [3])
    }
    let store = try Store.open(directory: directory.path, options: .manual)
    defer { store.close() }
    let collection = try store.collection(.test, configuration: .test(Self.dimension))
    try collection.check(against: oracle, query: query, filter: nil)
    let found = try recall(collection, seed: 7)
    #expect(found.share >= 0.9 && found.ways.contains(.signs))
    #expect(try store.verify().isIntact)
    for target in [-0.1, 1.1, Double.nan] {
      #expect(throws: StoreError.self) {
        try collection.search(SearchRequest(vector: query, count: 1, recallTarget: target))
      }
    }
  }

  @Test func `small segments have none, and vectors of few components neither`() throws {
    for (dimension, count) in [(Self.dimension, 50), (8, Self.count)] {
      let directory = try ScratchDirectory()
      let store = try Store.open(directory: directory.path, options: .manual)
      defer { store.close() }
      let collection = try store.collection(.test, configuration: .test(dimension))
      var maker = EntryMaker(seed: 1, dimension: dimension)
      try collection.apply((0..<count).map { _ in .upsert(maker.entry()) })
      try store.commit(position: [1])
      let found = try collection.search(
        SearchRequest(vector: maker.vector(), count: 10, recallTarget: 0.5))
      #expect(found.isExact && found.recall == 1)
      #expect(found.explanation.allSatisfy { !$0.hasSigns && $0.way == .scan })
    }
  }

  @Test func `a changed byte in a section of signs is found, and so is a missing section`() throws {
    let directory = try ScratchDirectory()
    do {
      let store = try Store.open(directory: directory.path, options: .manual)
      defer { store.close() }
      let collection = try store.collection(.test, configuration: .test(Self.dimension))
      var oracle = Oracle()
      try fill(collection, &oracle, count: Self.count, seed: 9)
      try store.commit(position: [1])
    }
    let files = try FileSystem.list(
      "\(directory.path)/\(CollectionKey.test.owner)/knowledge")
    let name = try #require(files.first { $0.hasSuffix(".kseg") })
    let path = "\(directory.path)/\(CollectionKey.test.owner)/knowledge/\(name)"
    let bytes = try FileSystem.readAll(path)
    let header = try SegmentHeader(
      parsing: Array(bytes[..<SegmentHeader.byteCount]), path: path)
    let reference = SegmentReference(
      number: header.number, byteCount: bytes.count, rowCount: header.rowCount,
      headerChecksum: SegmentHeader.checksum(of: Array(bytes[..<SegmentHeader.byteCount])))
    func open(_ changed: [UInt8], _ reference: SegmentReference) throws -> SegmentData {
      let copy = path + ".changed"
      try? FileSystem.remove(copy)
      try FileSystem.replace(copy, with: changed)
      return try SegmentData(
        path: copy, reference: reference, key: .test, configuration: .test(Self.dimension),
        caches: .none)
    }
    #expect(try open(bytes, reference).signs != nil)
    for kind in [SectionKind.signWords, .signFactors, .signCentre] {
      let section = try #require(header.sections.first { $0.kind == kind.rawValue })
      for place in [0, section.byteCount / 2, section.byteCount - 1] {
        var changed = bytes
        changed[section.offset + place] ^= 4
        #expect(throws: StoreError.self, "\(kind), byte \(place)") {
          try open(changed, reference)
        }
      }
      // The same file without the section, or with one of another size: its own header is right.
      for isShort in [false, true] {
        var other = header
        if isShort {
          let index = try #require(other.sections.firstIndex { $0.kind == kind.rawValue })
          other.sections[index].byteCount -= 4
        } else {
          other.sections.removeAll { $0.kind == kind.rawValue }
        }
        let encoded = other.encoded()
        let changed =
          encoded + bytes[SegmentHeader.byteCount..<bytes.count - SegmentHeader.byteCount] + encoded
        var named = reference
        named.headerChecksum = SegmentHeader.checksum(of: encoded)
        if kind == .signWords && !isShort {
          // What an older program wrote: searched as before.
          #expect(try open(changed, named).signs == nil)
        } else {
          #expect(throws: StoreError.self, "\(kind), short: \(isShort)") {
            try open(changed, named)
          }
        }
      }
    }
  }
}
