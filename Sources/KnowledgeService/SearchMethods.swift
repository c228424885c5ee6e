import Embedding
import KnowledgeStore
import Platform
import RPC

/// Search and SearchBatch: answered from the files alone.
extension KnowledgeCore {
  /// Bytes of codes below which one exact search takes well under 2 ms, so that it runs on the loop
  /// thread that read its frame: 24 MiB are 65,536 rows of 384 dimensions, about 1 ms from memory.
  static let inlineByteCount = 24 << 20

  /// Whether a search should leave the loop thread.
  func isLong(_ search: PreparedSearch) -> Bool {
    let collection = search.collection
    return collection.entryCount * collection.configuration.dimension * search.queryCount
      + search.hitCount * search.queryCount * 2048 > Self.inlineByteCount
  }

  /// The embedding and filter of one search, checked.
  struct PreparedSearch: Sendable {
    let collection: Collection
    let queries: [Float]
    let queryCount: Int
    let hitCount: Int
    let filter: StoreFilter?
  }

  func prepare(
    _ request: RPC.SearchRequest, for principal: Principal
  ) throws(RPCRefusal) -> PreparedSearch {
    let collection = try collection(named: request.collection, for: principal)
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

  func prepare(_ request: SearchBatchRequest, for principal: Principal) throws(RPCRefusal)
    -> PreparedSearch
  {
    let collection = try collection(named: request.collection, for: principal)
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

  private func hitCount(_ k: UInt32, recallTarget: Double) throws(RPCRefusal) -> Int {
    guard k <= limits.hitCount else {
      throw .outOfRange("k", actual: Int(k), limit: limits.hitCount)
    }
    guard (0...1).contains(recallTarget) else {
      throw .invalid("recall_target", "\(recallTarget) is not 0 to 1")
    }
    return k == 0 ? 10 : Int(k)
  }

  private func activeByDefault(_ filter: WireFilter?) throws(RPCRefusal) -> StoreFilter? {
    let asked = try StoreFilter.decoding(filter, limits: limits)
    if StoreFilter.mentionsActive(filter) { return asked }
    return asked.map { .and([.active(true), $0]) } ?? .active(true)
  }

  private func embed(
    _ texts: [String], for collection: Collection, field: String
  ) throws(RPCRefusal) -> [Float] {
    let model = collection.configuration
    guard model.modelFingerprint == embedder.model.fingerprint else {
      throw RPCRefusal(
        .invalidArgument,
        "the collection holds vectors of \(model), the service embeds with \(embedder.model)",
        remediation: "send vectors of the collection's model, or run knowledge rebuild")
    }
    for text in texts where text.utf8.count > limits.queryByteCount {
      throw .outOfRange(field, actual: text.utf8.count, limit: limits.queryByteCount)
    }
    do { return try embedder.embed(texts, as: .query) } catch { throw RPCRefusal(error) }
  }

  private func checked(
    _ vector: FloatVector, for collection: Collection, field: String
  ) throws(RPCRefusal) -> [Float] {
    let expected = collection.configuration.dimension
    guard vector.values.count == expected else {
      throw RPCRefusal(
        .dimensionMismatch,
        "\(field) has \(vector.values.count) components; the collection takes \(expected)",
        remediation: "embed it with \(collection.configuration.model)",
        details: ["field": field, "actual": "\(vector.values.count)", "expected": "\(expected)"])
    }
    return vector.values
  }

  // MARK: Running

  /// Runs a prepared search and makes its reply.
  func answer(
    _ search: PreparedSearch, omitContent: Bool, includeVector: Bool, isStale: Bool
  ) throws(RPCRefusal) -> SearchReply {
    let began = Clock.monotonicNanoseconds
    let moment = freshness.moment
    let result: SearchResult
    do {
      result = try search.collection.search(
        KnowledgeStore.SearchRequest(
          vector: search.queries, count: search.hitCount, filter: search.filter))
    } catch { throw RPCRefusal(error) }
    var reply = try reply(result, of: search.collection, omitContent, includeVector)
    reply.position = RPC.Position(moment)
    reply.staleMilliseconds = moment.staleMilliseconds()
    reply.isStale = isStale
    reply.tookMicroseconds = (Clock.monotonicNanoseconds - began) / 1000
    return reply
  }

  /// Runs a prepared batch in one pass over the rows and makes its reply.
  func answerBatch(
    _ search: PreparedSearch, omitContent: Bool, isStale: Bool
  ) throws(RPCRefusal) -> SearchBatchReply {
    let began = Clock.monotonicNanoseconds
    let moment = freshness.moment
    let results: [SearchResult]
    do {
      results = try search.collection.searchBatch(
        search.queries, queryCount: search.queryCount, count: search.hitCount,
        filter: search.filter)
    } catch { throw RPCRefusal(error) }
    var reply = SearchBatchReply()
    for result in results {
      reply.results.append(try self.reply(result, of: search.collection, omitContent, false))
    }
    reply.position = RPC.Position(moment)
    reply.staleMilliseconds = moment.staleMilliseconds()
    reply.isStale = isStale
    reply.tookMicroseconds = (Clock.monotonicNanoseconds - began) / 1000
    return reply
  }

  private func reply(
    _ result: SearchResult, of collection: Collection, _ omitContent: Bool, _ includeVector: Bool
  ) throws(RPCRefusal) -> SearchReply {
    var reply = SearchReply()
    reply.exact = result.isExact
    reply.rowsConsidered = UInt64(result.matchCount)
    reply.hits.reserveCapacity(result.hits.count)
    for hit in result.hits {
      var message = RPC.Hit()
      var entry = WireEntry(hit, collection: collection.key.name, includeContent: !omitContent)
      if includeVector {
        do { entry.vector = try collection.get(hit.id)?.vector ?? [] } catch {
          throw RPCRefusal(error)
        }
      }
      message.entry = entry
      message.score = Double(hit.score)
      message.chunk = hit.chunk
      reply.hits.append(message)
    }
    return reply
  }
}
