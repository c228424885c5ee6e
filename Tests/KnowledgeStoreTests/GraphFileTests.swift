import Platform
import TestSupport
import Testing

@testable import KnowledgeStore

/// Graph files: what is not as it was written is not used, and no byte in one can do harm.
@Suite struct GraphFileTests {
  static let vectors = GraphTests.clustered(700, 40, seed: 11)
  static var rows: ExactSearchRows { ExactSearchRows(vectors, dimension: 40) }
  static let reference = SegmentReference(
    number: 1, byteCount: 1, rowCount: 700, headerChecksum: 2)

  @Test func `what was written is read back`() throws {
    let folder = try TestFolder()
    let path = folder.path + "/segment-1.kgraph"
    let image = GraphTests.build(Self.rows)
    try GraphFile.write(image, to: path)
    #expect(try FileSystem.list(folder.path) == ["segment-1.kgraph"])
    let graph = try #require(GraphFile.open(path: path, segment: Self.reference, dimension: 40))
    for query in Self.vectors.prefix(10) {
      #expect(
        GraphTests.search(query, graph, count: 10, margin: 0.1)
          == GraphTests.search(query, image.graph(), count: 10, margin: 0.1))
    }
  }

  @Test func `a graph of another segment is none`() throws {
    let folder = try TestFolder()
    let path = folder.path + "/graph"
    try GraphFile.write(GraphTests.build(Self.rows), to: path)
    for other in [
      SegmentReference(number: 2, byteCount: 1, rowCount: 700, headerChecksum: 2),
      SegmentReference(number: 1, byteCount: 1, rowCount: 701, headerChecksum: 2),
      SegmentReference(number: 1, byteCount: 1, rowCount: 700, headerChecksum: 3),
    ] {
      #expect(GraphFile.open(path: path, segment: other, dimension: 40) == nil)
    }
    #expect(GraphFile.open(path: path, segment: Self.reference, dimension: 41) == nil)
    #expect(
      GraphFile.open(path: path + "-missing", segment: Self.reference, dimension: 40) == nil)
  }

  @Test func `flipped, cut and lengthened files are refused`() throws {
    let folder = try TestFolder()
    let path = folder.path + "/graph"
    try GraphFile.write(GraphTests.build(Self.rows), to: path)
    let bytes = try FileSystem.readAll(path)
    func isGood(_ bytes: [UInt8]) throws -> Bool {
      try FileSystem.replace(path, with: bytes)
      return GraphFile.open(path: path, segment: Self.reference, dimension: 40) != nil
    }
    #expect(try isGood(bytes))
    var random = SeededGenerator(seed: 1)
    var places = [0, 8, 12, 16, 24, 40, 60, 4_092, 4_095, 4_096, bytes.count - 64]
    for _ in 0..<30 { places.append(Int.random(in: 0..<bytes.count - 64, using: &random)) }
    for place in places {
      var damaged = bytes
      damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      #expect(try !isGood(damaged), "byte \(place)")
    }
    for count in [1, 100, 4_095, 4_096, 5_000, bytes.count - 1] {
      #expect(try !isGood(Array(bytes.prefix(count))))
    }
    #expect(try !isGood(bytes + [0]))
  }

  /// The checks above make this rare: a page that changes after the file was opened.
  @Test func `no byte of a graph makes a search leave it`() throws {
    let image = GraphTests.build(Self.rows)
    let graph = image.graph()
    let clean = image.withBytes { span in span.withUnsafeBytes { Array($0) } }
    var random = SeededGenerator(seed: 2)
    let header = image.header
    for round in 0..<60 {
      for _ in 0..<200 {
        // Everywhere, and in the numbers above all.
        let section =
          switch round % 4 {
          case 0: header.rows..<header.codes
          case 1: header.scales..<header.numbers
          case 2: header.numbers..<header.entryScales
          default: header.rows..<header.checksums
          }
        let place = Int.random(in: section, using: &random)
        image.memory.base.storeBytes(
          of: UInt8.random(in: 0...255, using: &random), toByteOffset: place, as: UInt8.self)
      }
      for query in Self.vectors.prefix(5) {
        let found = GraphTests.search(query, graph, count: 10, margin: 0.2)
        #expect(found.allSatisfy { $0 < 700 })
        #expect(found.count <= GraphSearch.candidateCount(10))
      }
      if round % 10 == 9 { image.memory.base.copyMemory(from: clean, byteCount: clean.count) }
    }
  }
}
