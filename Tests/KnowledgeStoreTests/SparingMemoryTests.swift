import Platform
import Testing

@testable import KnowledgeStore

/// Large segments where memory is short.
@Suite struct SparingMemoryTests {
  private static let dimension = 4096
  private static let rowCount = 3_400
  private let key = CollectionKey.test
  private let request = SearchRequest(
    vector: (0..<Self.dimension).map { Float($0 % 7) - 2 }, count: 20)

  private func entry(_ number: Int) -> Entry {
    var vector = [Float](repeating: 1, count: Self.dimension)
    vector[number % Self.dimension] = Float(number % 50)
    return Entry(id: UUID(high: 5, low: UInt64(number)), version: 1, stamp: 0, vector: vector)
  }

  /// Whether pages of the files in /tmp can leave memory at all.
  private func isOnDisk() throws -> Bool {
    let mounts = String(decoding: try FileSystem.readAll("/proc/mounts"), as: UTF8.self)
    return !mounts.contains(" /tmp tmpfs ")
  }

  @Test func `what only a check has read leaves memory, and answers stay the same`() throws {
    let directory = "/tmp/knowledge-sparing-\(UUID.random())"
    defer { try? FileSystem.removeTree(directory) }
    var options = StoreOptions.manual
    options.deltaByteLimit = 1 << 30
    options.segmentByteLimit = 1 << 20
    let store = try Store.open(directory: directory, options: options)
    defer { store.close() }
    let collection = try store.collection(key, configuration: .test(Self.dimension))
    try collection.apply((0..<Self.rowCount).map { .upsert(entry($0)) })
    let expected = try collection.search(request).hits.map(\.id)
    try store.commit(position: [1])
    let segment = try collection.snapshot().segments[0].segment
    let data = try segment.data()
    #expect(data.bytes.isMapped && segment.isShortOfMemory)
    #expect(try collection.search(request).hits.map(\.id) == expected)

    let vectors = try #require(
      data.header.sections.first { $0.kind == SectionKind.vectors.rawValue })
    func share() -> Double { data.bytes.residentShare(vectors.offset, vectors.byteCount) }
    try data.verify(blocks: 0..<data.blockCount)
    #expect(share() == 1, "a check that keeps what it reads")
    data.leaveToGraph()
    guard try isOnDisk() else { return }
    #expect(share() < 0.05)
    try data.verify(blocks: 0..<data.blockCount, isLeaving: true)
    #expect(share() < 0.05)
    _ = data.columns.vector(1_700)
    #expect(share() < 0.06, "the pages of a hit, and none of its neighbours")
    #expect(try collection.search(request).hits.map(\.id) == expected)
    store.close()
    try searchWithoutGraphs(directory, expected: expected)
  }

  /// Searches of many different rows, without graphs, whatever memory there is.
  private func searchWithoutGraphs(_ directory: String, expected: [UUID]) throws {
    var options = StoreOptions.manual
    options.index = .scan
    let store = try Store.open(directory: directory, options: options)
    defer { store.close() }
    let collection = try #require(try store.existing(key))
    let segment = try collection.snapshot().segments[0].segment
    let data = try segment.data()
    let vectors = try #require(
      data.header.sections.first { $0.kind == SectionKind.vectors.rawValue })
    data.leaveVectors()
    for number in stride(from: 0, to: Self.rowCount, by: 50) {
      var near = SearchRequest(vector: entry(number).vector, count: 20)
      let exact = try collection.search(near)
      near.recallTarget = 0.95
      let found = try collection.search(near)
      #expect(exact.isExact && exact.hits[0].score >= found.hits[0].score)
      #expect(found.hits.count == 20 && found.explanation.allSatisfy { $0.way != .graph })
      #expect(
        data.bytes.residentShare(vectors.offset, vectors.byteCount) < 0.15,
        "the vectors of \(number / 50) searches are in memory")
    }
    #expect(try collection.search(request).hits.map(\.id) == expected)
  }

  @Test func `advice for any range of a file changes no byte of it`() throws {
    let path = "/tmp/knowledge-advice-\(UUID.random())"
    defer { try? FileSystem.remove(path) }
    let bytes = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    do {
      let file = try File(path: path, mode: .create)
      try file.write(bytes)
      file.leaveMemory()
    }
    let map = try MappedFile(path: path)
    let ranges = [0..<0, 0..<20_000, 1..<2, 4_095..<4_097, 4_096..<8_192, 5_000..<20_000]
    for range in ranges {
      for advice in [
        MappedFile.Advice.sequential, .random, .willNeed, .dontNeed, .hugePages, .leave,
      ] {
        map.advise(advice, range)
      }
      #expect((0...1).contains(map.residentShare(of: range)))
      let read = map.withBytes { span in
        (0..<span.byteCount).map { unsafe span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
      }
      #expect(read == bytes)
    }
    #expect(map.residentShare(of: 0..<20_000) == 1)
    #expect(map.residentShare(of: 7..<7) == 0)
  }
}
