import Embedding
import Platform
import Synchronization
import Testing

/// Counts what it is asked for; its vectors tell the text's length and the role.
private final class CountingEmbedder: Embedder {
  let model = EmbeddingModel(name: "counting", dimension: 2, fingerprint: 1)
  let asked = Mutex<[String]>([])

  func embed(_ texts: [String], as role: EmbeddingRole) throws(EmbeddingError) -> [Float] {
    if texts.contains("fail") { throw .unavailable(model: "counting", detail: "asked to") }
    asked.withLock { $0 += texts }
    return texts.flatMap { [Float($0.utf8.count), role == .query ? 1 : 2] }
  }
}

@Suite struct CachingEmbedderTests {
  @Test(arguments: [("caf\u{E9}", "cafe\u{301}"), ("\u{AC00}", "\u{1100}\u{1161}")])
  func `texts that only look the same have vectors of their own`(
    one: String, other: String
  ) throws {
    let cache = CachingEmbedder(CountingEmbedder())
    let lengths = [Float(one.utf8.count), Float(other.utf8.count)]
    #expect(try cache.embed([one, other], as: .query) == [lengths[0], 1, lengths[1], 1])
    #expect(try cache.embed([other], as: .query) == [lengths[1], 1])
    #expect(try cache.embed([one], as: .query) == [lengths[0], 1])
    #expect(cache.statistics.count == 2)
  }

  @Test func `what was asked before is not asked again`() throws {
    let base = CountingEmbedder()
    let cache = CachingEmbedder(base)
    #expect(try cache.embed(["a", "bb", "a"], as: .query) == [1, 1, 2, 1, 1, 1])
    #expect(base.asked.withLock { $0 } == ["a", "bb"])
    #expect(try cache.embed(["bb", "ccc"], as: .query) == [2, 1, 3, 1])
    #expect(base.asked.withLock { $0 } == ["a", "bb", "ccc"])
    #expect(try cache.embed(["a"], as: .passage) == [1, 2])
    #expect(cache.statistics.hits == 1)
    #expect(cache.statistics.misses == 5)
    #expect(cache.statistics.count == 4)
    #expect(cache.model == base.model)
    #expect(throws: EmbeddingError.self) { try cache.embed(["fail"], as: .query) }
    #expect(try cache.embed([], as: .query) == [])
  }

  @Test func `the bound holds, and the least recently used goes first`() throws {
    // An entry of one letter costs 1 + 8 + 128 bytes.
    let base = CountingEmbedder()
    let cache = CachingEmbedder(base, byteLimit: 3 * 137)
    for text in ["a", "b", "c", "a", "d"] { _ = try cache.embed([text], as: .query) }
    #expect(cache.statistics.count == 3 && cache.statistics.byteCount == 3 * 137)
    base.asked.withLock { $0 = [] }
    _ = try cache.embed(["a", "c", "d"], as: .query)
    #expect(base.asked.withLock { $0 } == [])
    _ = try cache.embed(["b"], as: .query)
    #expect(base.asked.withLock { $0 } == ["b"])
    #expect(cache.statistics.count == 3)
    let none = CachingEmbedder(base, byteLimit: 0)
    #expect(try none.embed(["a"], as: .query) == [1, 1])
    #expect(none.statistics.count == 0)
  }

  @Test func `it equals a plain dictionary under any order of use`() throws {
    let seed = UInt64(99)
    print("cache seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let base = CountingEmbedder()
    let cache = CachingEmbedder(base, byteLimit: 20 * 150)
    for _ in 0..<5_000 {
      let texts = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
        String(repeating: "x", count: Int.random(in: 0..<40, using: &generator))
      }
      let expected: [Float] = texts.flatMap { [Float($0.utf8.count), 1] }
      #expect(try cache.embed(texts, as: .query) == expected)
      #expect(cache.statistics.byteCount <= 20 * 150)
    }
    #expect(cache.statistics.hits > 1_000)
    #expect(cache.statistics.misses >= base.asked.withLock { $0.count })
  }

  @Test func `threads share it`() {
    let cache = CachingEmbedder(HashedEmbedder(dimension: 32), byteLimit: 4_000)
    let threads = (0..<4).map { number in
      Thread.spawn(name: "cache-\(number)") {
        for index in 0..<500 {
          let rows = try? cache.embed(["text \(index % 37)", "text \(number)"], as: .query)
          precondition(rows?.count == 64)
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(cache.statistics.hits + cache.statistics.misses >= 4_000 - 4 * 37)
    #expect(cache.statistics.byteCount <= 4_000)
  }
}
