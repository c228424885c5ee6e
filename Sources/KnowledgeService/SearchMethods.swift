import Embedding
import KnowledgeStore
import Platform
import RPC

/// Search and SearchBatch: answered from the files alone.
extension KnowledgeCore {
  /// Bytes of query text that are embedded on a loop thread: well under 1 ms.
  static let inlineTextByteCount = 2 << 10

  /// Whether a search should leave the loop thread; false for one that will be refused.
  ///
  /// - Parameter found: Becomes the collection that the search is of, where it was looked up.
  func isLong(
    _ request: RPC.SearchRequest, for principal: Principal, _ found: inout Collection?
  ) -> Bool {
    // A local model takes about a millisecond, a remote one has no bound; while models change, any
    // of them may be the one that answers.
    if case .text(let text) = request.query,
      text.utf8.count > Self.inlineTextByteCount || models.all.contains(where: \.keepsVectors)
    {
      return true
    }
    return isLong(
      request.collection, queryCount: 1, request.k, request.filter, for: principal, &found)
  }

  /// Whether a batch should leave the loop thread: texts always do.
  func isLong(
    _ request: SearchBatchRequest, for principal: Principal, _ found: inout Collection?
  ) -> Bool {
    let queryCount = min(request.vectors.count, limits.batchCount)
    return !request.texts.isEmpty
      || isLong(
        request.collection, queryCount: queryCount, request.k, request.filter, for: principal,
        &found)
  }

  private func isLong(
    _ name: String, queryCount: Int, _ k: UInt32, _ filter: WireFilter?, for principal: Principal,
    _ found: inout Collection?
  ) -> Bool {
    guard let collection = try? collection(named: name, for: principal) else { return false }
    found = collection
    if collection.readsMetadataRecords && Self.asksForMetadata(filter) { return true }
    let hitCount = min(max(Int(k), 10), limits.hitCount)
    // What a scan, a pass of the filter over the rows, and a hit take, as bytes of codes.
    let row = collection.configuration.dimension * queryCount + Self.passCount(of: filter) * 32
    return collection.vectorCount * row + hitCount * queryCount * 2048 > limits.inlineByteCount
  }

  /// Passes over the rows that a filter may take, about.
  private static func passCount(of filter: WireFilter?) -> Int {
    guard let filter else { return 1 }
    return [filter.allOf, filter.anyOf, filter.noneOf].joined()
      .reduce(4 + filter.keywords.count + filter.metadata.count) { $0 + passCount(of: $1) }
  }

  private static func asksForMetadata(_ filter: WireFilter?) -> Bool {
    guard let filter else { return false }
    return !filter.metadata.isEmpty
      || [filter.allOf, filter.anyOf, filter.noneOf].joined().contains { asksForMetadata($0) }
  }

  /// The embedding and filter of one search, checked.
  private struct PreparedSearch {
    let collection: Collection
    let queries: [Float]
    let queryCount: Int
    let hitCount: Int
    let filter: StoreFilter?
    /// nil for the exact answer.
    let recallTarget: Double?
    let isExplained: Bool

    /// The same for the queries of several.
    func asking(_ searches: [PreparedSearch]) -> PreparedSearch {
      PreparedSearch(
        collection: collection, queries: searches.flatMap(\.queries), queryCount: searches.count,
        hitCount: hitCount, filter: filter, recallTarget: recallTarget, isExplained: isExplained)
    }
  }

  func collection(
    named name: String, for principal: Principal, _ turn: ReadTurn
  ) throws(RPCRefusal) -> Collection {
    if let found = turn.collection { return found }
    return try collection(named: name, for: principal)
  }

  private func prepare(
    _ request: RPC.SearchRequest, for principal: Principal, _ turn: ReadTurn
  ) throws(RPCRefusal) -> PreparedSearch {
    let collection = try collection(named: request.collection, for: principal, turn)
    let query: [Float]
    switch request.query {
    case .text(let text): query = try embed([text], for: collection, field: "query.text")
    case .vector(let vector): query = try checked(vector, for: collection, field: "query.vector")
    case nil:
      throw .invalid("query", "is missing", remediation: "set query.text or query.vector")
    }
    return PreparedSearch(
      collection: collection, queries: query, queryCount: 1,
      hitCount: try hitCount(request.k), filter: try activeByDefault(request.filter),
      recallTarget: try recallTarget(request.recallTarget, isExact: request.exact),
      isExplained: request.explain)
  }

  private func prepare(
    _ request: SearchBatchRequest, for principal: Principal, _ turn: ReadTurn
  ) throws(RPCRefusal) -> PreparedSearch {
    let collection = try collection(named: request.collection, for: principal, turn)
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
      hitCount: try hitCount(request.k), filter: try activeByDefault(request.filter),
      recallTarget: try recallTarget(request.recallTarget, isExact: request.exact),
      isExplained: request.explain)
  }

  func hitCount(_ k: UInt32) throws(RPCRefusal) -> Int {
    guard k <= limits.hitCount else {
      throw .outOfRange("k", actual: Int(k), limit: limits.hitCount)
    }
    return k == 0 ? 10 : Int(k)
  }

  /// The recall target where the caller names none.
  static let defaultRecallTarget = 0.99

  func recallTarget(_ asked: Double, isExact: Bool) throws(RPCRefusal) -> Double? {
    guard (0...1).contains(asked) else {
      throw .invalid("recall_target", "\(asked) is not 0 to 1")
    }
    if isExact || asked == 1 { return nil }
    return asked == 0 ? Self.defaultRecallTarget : asked
  }

  func activeByDefault(_ filter: WireFilter?) throws(RPCRefusal) -> StoreFilter? {
    let asked = try StoreFilter.decoding(filter, limits: limits)
    if StoreFilter.mentionsActive(filter) { return asked }
    return asked.map { .and([.active(true), $0]) } ?? .active(true)
  }

  func embed(
    _ texts: [String], for collection: Collection, field: String
  ) throws(RPCRefusal) -> [Float] {
    guard let model = models.model(of: collection.configuration) else {
      throw RPCRefusal(
        .invalidArgument,
        "the collection holds vectors of \(collection.configuration), the service embeds with "
          + "\(models.target.model)",
        remediation: "send vectors of the collection's model, or run knowledge rebuild")
    }
    for text in texts where text.utf8.count > limits.queryByteCount {
      throw .outOfRange(
        field, actual: text.utf8.count, limit: limits.queryByteCount, unit: "bytes")
    }
    do { return try model.queries.embed(texts, as: .query) } catch { throw RPCRefusal(error) }
  }

  func checked(
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

  /// Answers a search; `incomplete`, and not exact, while rows of the collection may be missing.
  func search(
    _ request: RPC.SearchRequest, for principal: Principal, _ turn: ReadTurn = ReadTurn()
  ) throws(RPCRefusal) -> SearchAnswer {
    let began = Clock.monotonicNanoseconds
    let moment = freshness.moment
    var answer = try run(
      try prepare(request, for: principal, turn), try HitParts(request), turn.isStopped)[0]
    answer.stamp(moment, began: began)
    answer.rest.isStale = turn.isStale
    return answer
  }

  /// Answers searches that differ in nothing but their queries, in one pass over the rows.
  func search(_ joined: [SearchJoin.Waiting]) {
    let began = Clock.monotonicNanoseconds
    let moment = freshness.moment
    embedTogether(joined)
    var ready: [(exchange: Exchange, request: RPC.SearchRequest, search: PreparedSearch)] = []
    for (exchange, request) in joined where !exchange.isStopped {
      do throws(RPCRefusal) {
        let search = try prepare(request, for: exchange.principal, ReadTurn())
        ready.append((exchange, request, search))
      } catch { exchange.fail(error) }
    }
    guard let first = ready.first else { return }
    func run(_ search: PreparedSearch, _ isStopped: () -> Bool) throws(RPCRefusal) -> [SearchAnswer]
    {
      try self.run(search, try HitParts(first.request), isStopped)
    }
    // (A collection may have been made anew in between.)
    let isShared =
      ready.count > 1 && ready.allSatisfy { $0.search.collection === first.search.collection }
    let all = ready.map(\.search)
    let answers =
      isShared ? try? run(first.search.asking(all)) { ready.allSatisfy(\.exchange.isStopped) } : nil
    for (place, (exchange, _, search)) in ready.enumerated() {
      do throws(RPCRefusal) {
        // Where they were too much for one answer's memory, or refused: each for itself.
        var answer: SearchAnswer
        if let answers {
          answer = answers[place]
        } else {
          answer = try run(search) { exchange.isStopped }[0]
        }
        answer.stamp(moment, began: began)
        exchange.reply(answer)
      } catch { exchange.fail(error) }
    }
  }

  /// Has the query cache hold the vectors of all texts, made in one call of the model: one after
  /// the other, everybody would wait for all. Where that fails, each fails for itself.
  private func embedTogether(_ joined: [SearchJoin.Waiting]) {
    let texts = joined.compactMap { (_, request) -> String? in
      guard case .text(let text) = request.query, text.utf8.count <= limits.queryByteCount else {
        return nil
      }
      return text
    }
    guard texts.count > 1, let (exchange, request) = joined.first,
      let collection = try? collection(named: request.collection, for: exchange.principal)
    else { return }
    _ = try? models.model(of: collection.configuration)?.queries.embed(texts, as: .query)
  }

  /// Answers a batch in one pass over the rows, each query as one search.
  func searchBatch(
    _ request: SearchBatchRequest, for principal: Principal, _ turn: ReadTurn = ReadTurn()
  ) throws(RPCRefusal) -> SearchBatchAnswer {
    let began = Clock.monotonicNanoseconds
    let moment = freshness.moment
    var answer = SearchBatchAnswer()
    answer.results = try run(
      try prepare(request, for: principal, turn), HitParts(request), turn.isStopped)
    answer.rest.position = moment.message
    let now = Clock.monotonicNanoseconds
    answer.rest.staleMilliseconds = moment.staleMilliseconds(now: now)
    answer.rest.isStale = turn.isStale
    answer.rest.tookMicroseconds = (now - began) / 1000
    return answer
  }

  /// The answers of the queries: hits are encoded one by one, so that no more is in memory than one
  /// answer may hold.
  private func run(
    _ search: PreparedSearch, _ parts: HitParts, _ isStopped: () -> Bool
  ) throws(RPCRefusal) -> [SearchAnswer] {
    var answers = Array(repeating: SearchAnswer(), count: search.queryCount)
    var writer = HitWriter(
      collection: search.collection.key.name, includeContent: parts.hasContent)
    var spent = 0
    var current = 0
    var refusal: RPCRefusal?
    // Before the rows are looked at: what comes meanwhile may be missing from this answer.
    let pending = pendingCount(of: search.collection.key)
    /// Adds a hit to the answer of its query; whether there is room for another.
    func add(_ query: Int, _ write: (inout HitWriter) throws(RPCRefusal) -> Void) -> Bool {
      if query != current {
        answers[current].hits = writer.take()
        spent += answers[current].hits.count
        current = query
      }
      do throws(RPCRefusal) {
        try write(&writer)
        guard spent + writer.byteCount <= replyByteCount else {
          throw .replyTooLarge(limit: replyByteCount)
        }
        return true
      } catch {
        refusal = error
        return false
      }
    }
    let scope: SearchScope?
    do {
      if parts.isIDAlone {
        scope = try search.collection.searchIDs(
          search.queries, queryCount: search.queryCount, count: search.hitCount,
          filter: search.filter, recallTarget: search.recallTarget, isStopped: isStopped
        ) { query, hit in add(query) { writer in writer.write(hit) } }
      } else {
        scope = try search.collection.search(
          search.queries, queryCount: search.queryCount, count: search.hitCount,
          filter: search.filter, recallTarget: search.recallTarget, isStopped: isStopped
        ) { query, hit in
          add(query) { (writer) throws(RPCRefusal) in
            writer.write(
              hit, vector: parts.hasVector ? try vector(of: hit, in: search.collection) : [])
          }
        }
      }
    } catch { throw RPCRefusal(error) }
    if let refusal { throw refusal }
    guard let scope else { throw .stopped }
    answers[current].hits = writer.take()
    for index in answers.indices {
      answers[index].rest.exact = scope.isExact && pending == 0
      answers[index].rest.pendingEmbeddings = UInt64(pending ?? 0)
      answers[index].rest.incomplete = !scope.isComplete || pending == nil
      answers[index].rest.rowsConsidered = UInt64(scope.matchCount)
      answers[index].rest.recallTarget = scope.recall
    }
    if search.isExplained {
      answers[0].rest.parts = scope.explanation.map(RPC.SearchPart.init)
    }
    return answers
  }

  private func vector(
    of hit: KnowledgeStore.Hit, in collection: Collection
  ) throws(RPCRefusal) -> [Float] {
    do { return try collection.get(hit.id)?.vector(ofChunk: Int(hit.chunk)) ?? [] } catch {
      throw RPCRefusal(error)
    }
  }
}

extension SearchAnswer {
  /// Says what the answer reflects, and how long it took.
  fileprivate mutating func stamp(_ moment: Freshness.Moment, began: UInt64) {
    let now = Clock.monotonicNanoseconds
    rest.position = moment.message
    rest.staleMilliseconds = moment.staleMilliseconds(now: now)
    rest.tookMicroseconds = (now - began) / 1000
  }
}

extension RPC.SearchPart {
  /// What the caller is told of a part.
  fileprivate init(_ part: KnowledgeStore.SearchPart) {
    self.init()
    segment = part.segment ?? 0
    way = part.way.rawValue
    reason = part.reason
    rows = UInt64(part.rowCount)
    admittedRows = UInt64(part.admittedCount)
    signRows = UInt64(part.signRowCount)
    codeRows = UInt64(part.codeRowCount)
  }
}
