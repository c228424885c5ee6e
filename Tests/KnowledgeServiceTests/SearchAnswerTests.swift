import KnowledgeStore
import Platform
import RPC
import TestSupport
import Testing

@testable import KnowledgeService

/// The reply that is written from the engine's bytes against the generated messages.
@Suite struct SearchAnswerTests {
  @Test(arguments: [true, false], [true, false])
  func `an answer has the bytes of the message that says the same`(
    includeContent: Bool, includeVector: Bool
  ) throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let store = try Store.open(directory: folder.path + "/store")
    defer { store.close() }
    let collection = try store.collection(
      CollectionKey(owner: .zero, name: "knowledge"),
      configuration: CollectionConfiguration(dimension: 3, model: "test", modelFingerprint: 1))
    let long = String(repeating: "größer 🙂 ", count: 40)
    try collection.apply([
      .upsert(
        StoredEntry(
          id: .random(), version: 7, stamp: 1, vector: [1, 0, 0], externalID: "sku-1",
          entryType: "faq", category: "returns", language: "de", priority: -3, isActive: true,
          keywords: ["größe", "schuhe"], tags: ["a", long], createdAt: -5, updatedAt: 1 << 50,
          title: "Rückgabe", content: long, metadata: Array(#"{"a":1}"#.utf8))),
      .upsert(StoredEntry(id: .random(), version: 1, stamp: 2, vector: [0, 1, 0])),
      .upsert(
        StoredEntry(
          id: .random(), version: 2, stamp: 3, vector: [-1, 0, 0], externalID: "", isActive: false,
          tags: ["only"], content: "x")),
    ])
    // Hits with a positive, a zero and a negative score.
    let result = try collection.search(
      KnowledgeStore.SearchRequest(vector: [1, 0, 0], count: 3))
    #expect(result.hits.map { $0.score.rounded() } == [1, 0, -1])
    let rest = SearchReply(
      exact: true, position: RPC.Position(snapshot: "1:2:", sequence: 9), staleMilliseconds: 3,
      tookMicroseconds: 20, rowsConsidered: 3, isStale: true)
    var message = rest
    message.hits = try result.hits.map { hit in
      let entry = try #require(try collection.get(hit.id))
      return RPC.Hit(
        entry: WireEntry(
          entry, collection: "knowledge", includeContent: includeContent,
          includeVector: includeVector),
        score: hit.score, chunk: hit.chunk)
    }
    var writer = HitWriter(collection: "knowledge", includeContent: includeContent)
    for hit in result.hits {
      let vector = includeVector ? try #require(try collection.get(hit.id)).vector : []
      writer.write(hit, vector: vector)
    }
    let answer = SearchAnswer(hits: writer.take(), rest: rest)
    #expect(writer.byteCount == 0)
    #expect(answer.encoded() == message.encoded())
    let batch = SearchBatchAnswer(
      results: [answer, answer], rest: SearchBatchReply(tookMicroseconds: 5))
    #expect(
      batch.encoded()
        == SearchBatchReply(results: [message, message], tookMicroseconds: 5).encoded())
  }
}
