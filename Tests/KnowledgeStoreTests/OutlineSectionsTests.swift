import Platform
import Testing

@testable import KnowledgeStore

/// Outlines in segment files.
@Suite struct OutlineSectionsTests {
  private static let dimension = 128
  private static let count = OutlineLayout.rowMinimum + 500

  /// Entries whose vectors lie near a space of fewer components.
  private func changes(_ count: Int, _ maker: inout EntryMaker) -> [Change] {
    (0..<count).map { _ in
      var entry = maker.entry()
      entry.vector = vector(&maker)
      return .upsert(entry)
    }
  }

  private func vector(_ maker: inout EntryMaker) -> [Float] {
    var vector = maker.vector()
    for index in 48..<Self.dimension { vector[index] *= 0.1 }
    return vector
  }

  private func fill(
    _ path: String, _ body: (Store, KnowledgeStore.Collection, inout Oracle) throws -> Void
  ) throws {
    let store = try Store.open(directory: path, options: .manual)
    defer { store.close() }
    let collection = try store.collection(.test, configuration: .test(Self.dimension))
    var maker = EntryMaker(seed: 1, dimension: Self.dimension)
    var oracle = Oracle()
    let changes = changes(Self.count, &maker)
    try collection.apply(changes)
    oracle.apply(changes)
    try store.commit(position: [1])
    try collection.compact()
    try store.commit(position: [2])
    try body(store, collection, &oracle)
  }

  @Test func `large segments have outlines, and are searched by them beside deletes and new rows`()
    throws
  {
    let directory = try ScratchDirectory()
    var oracle = Oracle()
    var maker = EntryMaker(seed: 3, dimension: Self.dimension)
    func check(_ collection: KnowledgeStore.Collection, way: SearchWay?) throws {
      for filter in [nil, Filter.active(true), .priority(0...0)] {
        try collection.check(against: oracle, query: vector(&maker), filter: filter)
      }
      let found = try collection.search(SearchRequest(vector: vector(&maker), count: 10))
      #expect(found.isExact)
      if let way, VectorKernels.current.level > .portable {
        #expect(found.explanation.contains { $0.way == way })
      }
    }
    try fill(directory.path) { store, collection, filled in
      oracle = filled
      try check(collection, way: .outlines)
      let doomed = oracle.entries.keys.sorted().prefix(300).map { Change.delete($0) }
      let added = changes(60, &maker)
      try collection.apply(doomed + added)
      oracle.apply(doomed + added)
      try check(collection, way: .outlines)
      try store.commit(position: [3])
      try collection.compact()
      try check(collection, way: .outlines)
      try store.commit(position: [4])
    }
    let store = try Store.open(directory: directory.path, options: .manual)
    defer { store.close() }
    let collection = try store.collection(.test, configuration: .test(Self.dimension))
    try check(collection, way: .outlines)
    #expect(try store.verify().isIntact)
  }

  @Test func `a changed byte in outlines is found, and files without them are searched as before`()
    throws
  {
    let directory = try ScratchDirectory()
    try fill(directory.path) { _, _, _ in }
    let folder = "\(directory.path)/\(CollectionKey.test.owner)/knowledge"
    let name = try #require(
      try FileSystem.list(folder).filter { $0.hasSuffix(".kseg") }.max { left, right in
        (left.count, left) < (right.count, right)
      })
    let path = "\(folder)/\(name)"
    let bytes = try FileSystem.readAll(path)
    let header = try SegmentHeader(
      parsing: Array(bytes[..<SegmentHeader.byteCount]), path: path)
    var reference = SegmentReference(
      number: header.number, byteCount: bytes.count, rowCount: header.rowCount,
      headerChecksum: SegmentHeader.checksum(of: Array(bytes[..<SegmentHeader.byteCount])))
    func open(_ changed: [UInt8]) throws -> SegmentData {
      let copy = path + ".changed"
      try? FileSystem.remove(copy)
      try FileSystem.replace(copy, with: changed)
      return try SegmentData(
        path: copy, reference: reference, key: .test, configuration: .test(Self.dimension),
        caches: .none)
    }
    #expect(try open(bytes).outlines != nil)
    let kinds = [SectionKind.outlineWords, .outlineFactors, .outlineBasis]
    for kind in kinds {
      let section = try #require(header.sections.first { $0.kind == kind.rawValue })
      for place in [0, section.byteCount / 2, section.byteCount - 1] {
        var changed = bytes
        changed[section.offset + place] ^= 4
        #expect(throws: StoreError.self, "\(kind), byte \(place)") { try open(changed) }
      }
    }
    /// The same file with another table of sections: its own header is right.
    func open(sections: [Section]) throws -> SegmentData {
      var other = header
      other.sections = sections
      let encoded = other.encoded()
      reference.headerChecksum = SegmentHeader.checksum(of: encoded)
      let middle = bytes[SegmentHeader.byteCount..<bytes.count - SegmentHeader.byteCount]
      return try open(encoded + middle + encoded)
    }
    for kind in kinds {
      for shortage in [4, 4 * Self.dimension, 64 * 4 * Self.dimension] {
        var sections = header.sections
        let index = try #require(sections.firstIndex { $0.kind == kind.rawValue })
        guard sections[index].byteCount >= shortage else { continue }
        sections[index].byteCount -= shortage
        #expect(throws: StoreError.self, "\(kind), \(shortage) bytes less") {
          try open(sections: sections)
        }
      }
      let sections = header.sections.filter { $0.kind != kind.rawValue }
      if kind == .outlineBasis {
        #expect(try open(sections: sections).outlines == nil)
      } else {
        #expect(throws: StoreError.self, "\(kind)") { try open(sections: sections) }
      }
    }
    // What an older program wrote.
    let older = header.sections.filter { section in
      !kinds.contains { $0.rawValue == section.kind }
    }
    #expect(try open(sections: older).outlines == nil)
  }
}
