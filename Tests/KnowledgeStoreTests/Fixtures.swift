import Platform

@testable import KnowledgeStore

/// A directory that is removed with the value.
final class ScratchDirectory: Sendable {
  let path: String

  init() throws {
    // Memory where there is some: these tests lose power by themselves.
    let root = FileSystem.isDirectory("/dev/shm") ? "/dev/shm" : "/tmp"
    path = "\(root)/knowledge-store-\(UUID.random())"
    try FileSystem.createDirectories(path)
  }

  deinit { try? FileSystem.removeTree(path) }
}

/// Repeatable entries.
struct EntryMaker {
  var generator: SeededGenerator
  let dimension: Int
  /// Chunks that an entry may have; some then have several.
  var chunkLimit = 1

  init(seed: UInt64, dimension: Int) {
    generator = SeededGenerator(seed: seed)
    self.dimension = dimension
  }

  mutating func vector() -> [Float] {
    (0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) }
  }

  mutating func id() -> UUID { UUID(high: generator.next(), low: generator.next()) }

  /// An entry, in chunks where these may be.
  mutating func entry(_ id: UUID? = nil, version: UInt64 = 1) -> Entry {
    var entry = plainEntry(id, version: version)
    guard chunkLimit > 1, Bool.random(using: &generator) else { return entry }
    let count = Int.random(in: 2...chunkLimit, using: &generator)
    while entry.content.utf8.count <= count { entry.content += "more of it " }
    let length = entry.content.utf8.count
    let starts = Set((0..<count).map { _ in Int.random(in: 0..<length, using: &generator) })
    if starts.count < 2 { return entry }
    entry.spans = starts.sorted().map { start in
      start..<Int.random(in: start + 1...length, using: &generator)
    }
    entry.vector = starts.flatMap { _ in vector() }
    return entry
  }

  private mutating func plainEntry(_ id: UUID? = nil, version: UInt64) -> Entry {
    let number = Int.random(in: 0..<1000, using: &generator)
    return Entry(
      id: id ?? self.id(), version: version, stamp: generator.next(), vector: vector(),
      externalID: number % 5 == 0 ? nil : "ext-\(generator.next())",
      entryType: ["faq", "product", "service"][number % 3], category: "cat-\(number % 7)",
      language: number % 2 == 0 ? "en" : "de", priority: Int32(number % 10),
      isActive: number % 4 != 0, keywords: ["Key\(number % 11)", "common", "Ärger\(number % 3)"],
      tags: number % 13 == 0 ? ["rare"] : [], createdAt: Int64(number) * 1000,
      updatedAt: Int64(number) * 2000, title: "title \(number)",
      content: String(repeating: "text \(number) ", count: number % 40),
      metadata: Array(Self.metadata(number).utf8))
  }

  /// Metadata of all kinds, the same for the same number.
  static func metadata(_ number: Int) -> String {
    if number % 90 == 1 { return "" }
    if number % 90 == 2 { return "[{\"n\":\(number)}]" }
    let long = String(repeating: "long ", count: 14) + "\(number % 3)"
    var members = [
      "\"n\":\(number)", "\"colour\":\"\(["red", "green", "blue", "Red"][number % 4])\"",
      "\"price\":\(["5", "5.0", "50e-1", "-0.25", "19.90", "1e3"][number % 6])",
      "\"size\":{\"eu\":[\(36 + number % 12),\(37 + number % 12)],\"us\":null,\"text\":\"5\"}",
      "\"parts\":[{\"name\":\"p\(number % 5)\",\"ok\":true},{\"name\":\"q\"},[[\(number % 9)]]]",
      "\"id\":\(9_007_199_254_740_992 + number % 3)",
      number % 2 == 0 ? "\"a.b\":\(number % 8)" : "\"a\":{\"b\":\(number % 8)}",
    ]
    if number % 3 == 0 { members.append("\"note\":\"\(long)\"") }
    if number % 7 == 0 { members.append("\"sale\":\(number % 2 == 0)") }
    if number % 5 == 0 { members.append("\"empty\":{\"a\":[],\"b\":{},\"c\":null}") }
    // More values than are listed.
    if number % 200 == 3 {
      members.append("\"many\":[" + (0..<600).map { "\"m\($0)\"" }.joined(separator: ",") + "]")
    }
    return "{" + members.joined(separator: ",") + "}"
  }
}

extension CollectionKey {
  static let test = CollectionKey(owner: UUID(high: 1, low: 2), name: "knowledge")
}

extension CollectionConfiguration {
  static func test(_ dimension: Int) -> CollectionConfiguration {
    CollectionConfiguration(dimension: dimension, model: "test-model", modelFingerprint: 7)
  }
}

extension StoreOptions {
  /// Nothing happens but what the test asks for.
  static var manual: StoreOptions {
    var options = StoreOptions()
    options.runsInBackground = false
    return options
  }
}
