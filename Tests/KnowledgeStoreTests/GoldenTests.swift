import Foundation
import Platform
import Testing

@testable import KnowledgeStore

/// Stores of each released format version must open for ever (RELIABILITY.md, T15).
@Suite struct GoldenTests {
  static let key = CollectionKey(owner: Platform.UUID(high: 0x60, low: 0x61), name: "golden")

  /// What the golden store holds: two segments, a deleted and a replaced row, text of all kinds.
  static func entries() -> [Entry] {
    (0..<5).map { index in
      var vector: [Float] = [0, 0, 0]
      vector[index % 3] = index % 2 == 0 ? 1 : -1
      return Entry(
        id: Platform.UUID(high: 9, low: UInt64(index)), version: UInt64(index == 1 ? 7 : 1),
        stamp: UInt64(100 + index), vector: vector,
        externalID: index == 3 ? nil : "ext-\(index)", entryType: index < 3 ? "faq" : "product",
        category: ["", "shoes", "größe"][index % 3], language: "en",
        priority: Int32(index) - 2, isActive: index != 4, keywords: ["Return", "key\(index)"],
        tags: index == 0 ? ["Tag"] : [], createdAt: 1_700_000_000_000_000 + Int64(index),
        updatedAt: -Int64(index), title: index == 1 ? "changed" : "title \(index)",
        content: String(repeating: "content \(index) 内容 ", count: index * 3),
        metadata: Array("{\"n\":\(index)}".utf8))
    }
  }

  private static func write(to path: String) throws {
    let store = try Store.open(directory: path, options: .manual)
    let collection = try store.collection(
      key, configuration: CollectionConfiguration(dimension: 3, model: "m1", modelFingerprint: 5))
    var first = entries()
    first[1].title = "before"
    first[1].version = 1
    let doomed = Entry(id: Platform.UUID(high: 1, low: 1), version: 1, stamp: 1, vector: [1, 0, 0])
    try collection.apply([.upsert(doomed)] + first.prefix(4).map { .upsert($0) })
    try store.commit(position: [1])
    try collection.apply([
      .upsert(entries()[1]), .upsert(entries()[4]), .delete(doomed.id),
    ])
    try store.commit(position: Array("golden".utf8))
    store.close()
  }

  @Test func `a store of format version 1 opens and answers as it did`() throws {
    if let target = ProcessInfo.processInfo.environment["KNOWLEDGE_WRITE_GOLDEN"] {
      try Self.generate(target)
    }
    let directory = try unpacked(goldenStore1)
    let store = try Store.open(directory: directory.path, options: .manual)
    #expect(store.recovery.isIntact && store.recovery.commit == 2)
    #expect(store.positions.newest == Array("golden".utf8) && store.positions.older == [1])
    let report = try store.verify()
    #expect(report.isIntact && report.fileCount == 7, "\(report)")
    let collection = try #require(try store.existing(Self.key))
    var oracle = Oracle()
    oracle.apply(Self.entries().map { .upsert($0) })
    for filter in [
      nil, .keyword(anyOf: ["RETURN"]), .category(anyOf: ["größe"]), .keyword(anyOf: ["tag"]),
      .active(true), .createdAt(1_700_000_000_000_002...1_700_000_000_000_003),
      // The files list no metadata: their records are read.
      .metadata(key: "n", .anyOf([.integer(2), .integer(4)])), .metadata(key: "m", .exists),
    ] as [Filter?] {
      try collection.check(against: oracle, query: [0.5, -0.25, 1], filter: filter)
    }
    // Nor words: they are indexed now.
    let all = Set(oracle.entries.keys)
    try collection.check(text: "content 内容 changed return", count: 10, admitted: all)
    // Computed from FORMAT.md, section 7, by another program.
    #expect(collection.checksum == 1_841_420_877_194_118_968)
    #expect(try collection.find(externalID: "ext-4")?.id == Self.entries()[4].id)
    // And it can be written on.
    try collection.apply([.delete(Self.entries()[0].id)])
    try store.commit(position: [])
    #expect(try store.verify().isIntact)
    // Merged, they do.
    try collection.compact()
    oracle.apply([.delete(Self.entries()[0].id)])
    try collection.check(
      against: oracle, query: [0.5, -0.25, 1],
      filter: .metadata(key: "n", .number(NumberBounds(lower: .excluded(2)))))
  }

  @Test func `words of an earlier analysis are indexed anew, in memory and by a merge`() throws {
    let directory = try unpacked(goldenStore2)
    let store = try Store.open(directory: directory.path, options: .manual)
    #expect(store.recovery.isIntact)
    let report = try store.verify()
    #expect(report.isIntact, "\(report)")
    let collection = try #require(try store.existing(Self.key))
    var all = Set(Self.entries().map(\.id))
    func check() throws {
      for text in ["content 内容 changed return", "ext-4", "title key1"] {
        try collection.check(text: text, count: 10, admitted: all)
      }
    }
    func isIndexed() throws -> Bool {
      try collection.snapshot().sources().allSatisfy { ($0.0 as? SegmentData)?.textIndex != nil }
    }
    #expect(try !isIndexed())
    try check()
    try collection.apply([.delete(Self.entries()[0].id)])
    all.remove(Self.entries()[0].id)
    try store.commit(position: [])
    try check()
    try collection.compact()
    #expect(try isIndexed())
    try check()
    #expect(try store.verify().isIntact)
  }

  private func unpacked(
    _ files: [(path: String, byteCount: Int, packed: String)]
  ) throws -> ScratchDirectory {
    let directory = try ScratchDirectory()
    for (path, byteCount, packed) in files {
      let full = directory.path + "/" + path
      try FileSystem.createDirectories(FileSystem.directory(of: full))
      let bytes = try LZ4.decompress(
        [UInt8](#require(Data(base64Encoded: packed))), byteCount: byteCount)
      try File(path: full, mode: .create).write(bytes)
    }
    return directory
  }

  /// Writes the Swift source of the fixture; only for a new format version.
  private static func generate(_ target: String) throws {
    let directory = try ScratchDirectory()
    try write(to: directory.path)
    var text = """
      // Made by GoldenTests with KNOWLEDGE_WRITE_GOLDEN; a released version is never made again.

      /// A store of format version 1: path, byte count, and the bytes as an LZ4 block in base64.
      let goldenStore1: [(path: String, byteCount: Int, packed: String)] = [\n
      """
    for name in try FileManager.default.subpathsOfDirectory(atPath: directory.path).sorted()
    where name != "lock" && FileSystem.isPlainFile(directory.path + "/" + name) {
      let bytes = try FileSystem.readAll(directory.path + "/" + name)
      let packed = Data(try LZ4.compress(bytes)).base64EncodedString()
      text += "  (\n    \"\(name)\", \(bytes.count),\n    \"\"\"\n"
      var rest = Substring(packed)
      while !rest.isEmpty {
        let line = rest.prefix(90)
        rest = rest.dropFirst(90)
        text += "    \(line)\(rest.isEmpty ? "" : "\\")\n"
      }
      text += "    \"\"\"\n  ),\n"
    }
    text += "]\n"
    try FileSystem.replace(target, with: Array(text.utf8))
  }
}
