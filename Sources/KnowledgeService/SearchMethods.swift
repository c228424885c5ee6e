import Embedding
import KnowledgeStore
import Platform
import RPC

/// Search, SearchBatch, Get and Collections: answered from the files alone.
extension KnowledgeCore {
  /// Rows below which one exact search takes well under 2 ms, so that it runs on the loop thread
  /// that read its frame: 65,536 rows of 384 int8 codes are 25 MB, about 1 ms from memory.
  static let inlineByteCount = 24 << 20

  /// Whether a search of `queryCount` queries over the collection should leave the loop thread.
  func isLong(_ collection: Collection, queryCount: Int) -> Bool {
    let rows = collection.statistics.liveEntryCount
    return rows * collection.configuration.dimension * queryCount > Self.inlineByteCount
  }

  /// The embedding and filter of one search, checked.
  struct PreparedSearch: Sendable {
    let collection: Collection
    let queries: [Float]
    let queryCount: Int
    let hitCount: Int
    let filter: StoreFilter?
  }

  func prepare(_ request: SearchRequest, scope: Scope) throws(ServiceFault) -> PreparedSearch {
    let collection = try collection(named: request.collection, scope: scope)
    let query: [Float]
    switch request.query {
    case .text(let text): query = try embed([text], for: collection, field: "query.text")
    case .vector(let vector): query = try checked(vector, for: collection, field: "query.vector")
    case nil:
      throw .invalid("query", "is missing", remediation: "set query.text or query.vector")
    }
    return PreparedSearch(
      collection: collection, queries: query, queryCount: 1,
      hitCount: try hitCount(request.k, recallTarget: request.recallTarget),
      filter: try activeByDefault(request.filter))
  }

  func prepare(_ request: SearchBatchRequest, scope: Scope) throws(ServiceFault) -> PreparedSearch {
    let collection = try collection(named: request.collection, scope: scope)
    let count = request.texts.count + request.vectors.count
    guard request.texts.isEmpty || request.vectors.isEmpty else {
      throw .invalid("texts", "come together with vectors", remediation: "send one of the two")
    }
    guard count > 0 else {
      throw .invalid("texts", "are missing", remediation: "send texts or vectors")
    }
    guard count <= limits.batchCount else {
      throw .outOfRange("queries", actual: count, limit: limits.batchCount)
    }
    var queries: [Float] = []
    if request.vectors.isEmpty {
      queries = try embed(request.texts, for: collection, field: "texts")
    } else {
      for (index, vector) in request.vectors.enumerated() {
        queries += try checked(vector, for: collection, field: "vectors[\(index)]")
      }
    }
    return PreparedSearch(
      collection: collection, queries: queries, queryCount: count,
      hitCount: try hitCount(request.k, recallTarget: request.recallTarget),
      filter: try activeByDefault(request.filter))
  }

  private func hitCount(_ k: UInt32, recallTarget: Double) throws(ServiceFault) -> Int {
    guard k <= limits.hitCount else { throw .outOfRange("k", actual: Int(k), limit: limits.hitCount) }
    guard (0...1).contains(recallTarget) else {
      throw .invalid("recall_target", "\(recallTarget) is not 0 to 1")
    }
    return k == 0 ? 10 : Int(k)
  }

  private func activeByDefault(_ filter: WireFilter?) throws(ServiceFault) -> StoreFilter? {
    let asked = try StoreFilter.decoding(filter, limits: limits)
    if StoreFilter.mentionsActive(filter) { return asked }
    return asked.map { .and([.active(true), $0]) } ?? .active(true)
  }

  private func embed(
    _ texts: [String], for collection: Collection, field: String
  ) throws(ServiceFault) -> [Float] {
    let model = collection.configuration
    guard model.modelFingerprint == embedder.model.fingerprint else {
      throw ServiceFault(
        .invalidArgument,
        "the collection holds vectors of \(model), the service embeds with \(embedder.model)",
        remediation: "send vectors of the collection's model, or run knowledge rebuild")
    }
    for text in texts where text.utf8.count > limits.queryByteCount {
      throw .outOfRange(field, actual: text.utf8.count, limit: limits.queryByteCount)
    }
    do { return try embedder.embed(texts, as: .query) } catch { throw ServiceFault(error) }
  }

  private func checked(
    _ vector: FloatVector, for collection: Collection, field: String
  ) throws(ServiceFault) -> [Float] {
    let expected = collection.configuration.dimension
    guard vector.values.count == expected else {
      throw ServiceFault(
        .dimensionMismatch,
        "\(field) has \(vector.values.count) components; the collection takes \(expected)",
        remediation: "embed it with \(collection.configuration.model)",
        details: ["field": field, "actual": "\(vector.values.count)", "expected": "\(expected)"])
    }
    return vector.values
  }
}
