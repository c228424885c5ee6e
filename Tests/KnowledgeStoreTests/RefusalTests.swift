import Platform
import Testing

@testable import KnowledgeStore

@Suite struct RefusalTests {
  private func refusal(_ body: () throws -> Void) -> StoreError? {
    do {
      try body()
      return nil
    } catch { return error as? StoreError }
  }

  @Test func `bad vectors and texts are refused by name, and nothing of their batch is applied`()
    throws
  {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(3))
    let id = UUID(high: 1, low: 9)
    func attempt(_ vector: [Float], content: String = "") -> StoreError? {
      let good = Entry(id: UUID(high: 5, low: 5), version: 1, stamp: 1, vector: [1, 0, 0])
      let bad = Entry(id: id, version: 1, stamp: 1, vector: vector, content: content)
      return refusal { try collection.apply([.upsert(good), .upsert(bad)]) }
    }
    #expect(attempt([1, 2]) == .dimensionMismatch(entry: id, expected: 3, actual: 2))
    #expect(attempt([1, .nan, 0]) == .notFinite(entry: id, component: 1))
    #expect(attempt([1, 0, -.infinity]) == .notFinite(entry: id, component: 2))
    #expect(attempt([0, -0.0, 0]) == .zeroVector(entry: id))
    let size = Limits.entryByteCount + 1
    #expect(
      attempt([1, 0, 0], content: String(repeating: "x", count: size))
        == .entryTooLarge(entry: id, byteCount: size + 24, limit: Limits.entryByteCount))
    #expect(collection.entryCount == 0)
    #expect(attempt([1, 2])?.description.contains("\(id)") == true)
  }

  @Test func `vectors of any finite length are brought to unit length`() throws {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(2))
    let vectors: [[Float]] = [
      [3e38, 3e38], [.leastNonzeroMagnitude, 0], [.leastNormalMagnitude, 0], [0.6, 0.8], [-7, 0],
    ]
    for (index, vector) in vectors.enumerated() {
      let id = UUID(high: 0, low: UInt64(index))
      try collection.apply([.upsert(Entry(id: id, version: 1, stamp: 1, vector: vector))])
      let stored = try #require(try collection.get(id)).vector
      let length = Double(stored[0]) * Double(stored[0]) + Double(stored[1]) * Double(stored[1])
      #expect(abs(length - 1) < 1e-5, "\(vector) became \(stored)")
      let hits = try collection.search(SearchRequest(vector: vector, count: 1)).hits
      #expect(abs((hits.first?.score ?? 0) - 1) < 1e-5)
    }
    #expect(try collection.get(UUID(high: 0, low: 3))?.vector == [0.6, 0.8])
  }

  @Test func `requests outside the limits are refused`() throws {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(2))
    for count in [0, -1, Limits.resultCount + 1] {
      #expect(
        refusal { _ = try collection.search(SearchRequest(vector: [1, 0], count: count)) }
          == .requestOutOfRange(
            what: "the number of results", value: count, limit: Limits.resultCount))
    }
    #expect(
      refusal { _ = try collection.search(SearchRequest(vector: [1], count: 1)) }
        == .dimensionMismatch(entry: nil, expected: 2, actual: 1))
    #expect(
      refusal { _ = try collection.searchBatch([1, 2, 3], queryCount: 2, count: 1) } != nil)
    #expect(try collection.search(SearchRequest(vector: [1, 0], count: 5)).hits.isEmpty)
  }

  @Test(arguments: [
    "", "..", "a/b", "Knowledge", "ä", String(repeating: "x", count: 65), "a.b", "a@1",
  ])
  func `a name that could leave its directory is refused`(name: String) throws {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    let key = CollectionKey(owner: UUID.random(), name: name)
    #expect(
      refusal { _ = try store.collection(key, configuration: .test(2)) } == .invalidName(name))
    #expect(refusal { _ = try store.existing(key) } == .invalidName(name))
    #expect(refusal { try store.remove(key) } == .invalidName(name))
  }

  @Test func `another model is refused with both names`() throws {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    _ = try store.collection(.test, configuration: .test(2))
    let other = CollectionConfiguration(dimension: 3, model: "other", modelFingerprint: 8)
    let error = refusal { _ = try store.collection(.test, configuration: other) }
    #expect(error == .modelMismatch(collection: .test, stored: .test(2), requested: other))
    #expect(error?.description.contains("other (3-d") == true)
    #expect(error?.description.contains("test-model (2-d") == true)
    for dimension in [0, -1, Limits.dimension + 1] {
      #expect(
        refusal { _ = try store.collection(.test, configuration: .test(dimension)) } != nil)
    }
  }

  @Test func `a lower version is left out, an equal one replaces`() throws {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(2))
    let id = UUID(high: 1, low: 1)
    func put(_ version: UInt64, _ title: String) throws {
      try collection.apply([
        .upsert(Entry(id: id, version: version, stamp: 1, vector: [1, 0], title: title))
      ])
    }
    try put(5, "five")
    try put(4, "four")
    #expect(try collection.get(id)?.title == "five")
    try put(5, "five again")
    #expect(try collection.get(id)?.title == "five again")
    #expect(collection.entryCount == 1)
    // Deleting first lets a lower version in, within one batch too.
    try collection.apply([
      .delete(id), .upsert(Entry(id: id, version: 1, stamp: 1, vector: [0, 1], title: "one")),
    ])
    #expect(try collection.get(id)?.title == "one")
  }
}
