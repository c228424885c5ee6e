import KnowledgeStore
import Platform
import RPC

/// Hybrid: words and meaning together, answered from the files alone.
extension KnowledgeCore {
  /// How much the words count beside the meaning, where the caller says nothing.
  static let defaultTextWeight = 0.4

  /// Whether the search should leave the loop thread: where a text is to be embedded, the same as
  /// for a search; else where there are many entries, phrases, which are looked for in contents, or
  /// prefixes, which may be most words of the index.
  func isLong(
    _ request: RPC.HybridRequest, for principal: Principal, _ found: inout Collection?
  ) -> Bool {
    if request.text.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "*") }) {
      return true
    }
    var search = RPC.SearchRequest()
    search.collection = request.collection
    search.k = max(request.k, UInt32(clamping: limits.hitCount))
    search.filter = request.filter
    search.query =
      request.mode == .text || request.vector != nil
      ? .vector(FloatVector()) : .text(request.text)
    return isLong(search, for: principal, &found)
  }

  /// Answers by words, or by words and meaning.
  func hybrid(
    _ request: RPC.HybridRequest, for principal: Principal, _ turn: ReadTurn = ReadTurn()
  ) throws(RPCRefusal) -> HybridReply {
    let began = Clock.monotonicNanoseconds
    let moment = freshness.moment
    let collection = try collection(named: request.collection, for: principal, turn)
    guard request.text.utf8.count <= limits.queryByteCount else {
      throw .outOfRange(
        "text", actual: request.text.utf8.count, limit: limits.queryByteCount, unit: "bytes")
    }
    var text = TextRequest(
      request.text, language: request.language.isEmpty ? nil : request.language,
      count: try hitCount(request.k), filter: try activeByDefault(request.filter))
    if let rate = request.falseAnswerRate { text.falseAnswerRate = rate }
    guard !text.query.isEmpty else {
      throw .invalid(
        "text", "has no words", remediation: "send a text with a letter or a digit in it")
    }
    // Before the rows are looked at: what comes meanwhile may be missing from this answer.
    let pending = pendingCount(of: collection.key)
    var reply = HybridReply()
    switch request.mode {
    case .text:
      reply = try byWords(text, request, collection, turn)
      reply.exact = true
    case .both: reply = try byBoth(text, request, collection, turn)
    default:
      throw .invalid(
        "mode", "\(request.mode.rawValue) is none that this service knows",
        remediation: "send 0 for words and meaning, 1 for words alone")
    }
    reply.exact = reply.exact && !reply.incomplete && pending == 0
    reply.pendingEmbeddings = UInt64(pending ?? 0)
    reply.incomplete = reply.incomplete || pending == nil
    let now = Clock.monotonicNanoseconds
    reply.position = moment.message
    reply.staleMilliseconds = moment.staleMilliseconds(now: now)
    reply.isStale = turn.isStale
    reply.tookMicroseconds = (now - began) / 1000
    return reply
  }

  private func byWords(
    _ text: TextRequest, _ request: RPC.HybridRequest, _ collection: Collection,
    _ turn: ReadTurn
  ) throws(RPCRefusal) -> HybridReply {
    var taken = HybridHits(limit: replyByteCount)
    let answer: TextResult?
    do {
      answer = try collection.searchText(text, isStopped: turn.isStopped) { found in
        var hit = RPC.HybridHit(
          found.hit, found.highlights, in: collection, includesContent: !request.omitContent)
        hit.textScore = found.hit.score
        hit.textRank = UInt32(taken.hits.count + 1)
        hit.textCoverage = found.coverage
        hit.relevance = found.relevance
        return taken.add(hit)
      }
    } catch { throw RPCRefusal(error) }
    if let refusal = taken.refusal { throw refusal }
    guard let result = answer else { throw .stopped }
    var reply = HybridReply()
    reply.incomplete = !result.isComplete
    reply.rowsConsidered = UInt64(result.matchCount)
    reply.recallTarget = 1
    reply.relevanceThreshold = result.relevanceThreshold
    reply.nothingRelevant = result.isNothingRelevant
    reply.hits = taken.hits
    for place in reply.hits.indices where result.ceiling > 0 {
      reply.hits[place].textShare = reply.hits[place].textScore / result.ceiling
    }
    return reply
  }

  private func byBoth(
    _ text: TextRequest, _ request: RPC.HybridRequest, _ collection: Collection,
    _ turn: ReadTurn
  ) throws(RPCRefusal) -> HybridReply {
    let vector: [Float]
    if let given = request.vector {
      vector = try checked(given, for: collection, field: "vector")
    } else {
      vector = try embed([request.text], for: collection, field: "text")
    }
    let fusion: KnowledgeStore.HybridRequest.Fusion
    switch request.fusion {
    case .relevance: fusion = .relevance
    case .ranks: fusion = .ranks
    case .scores:
      let weight = request.textWeight ?? Self.defaultTextWeight
      guard (0...1).contains(weight) else {
        throw .invalid("text_weight", "\(weight) is not 0 to 1", remediation: "send 0 to 1")
      }
      fusion = .scores(textWeight: weight)
    default:
      throw .invalid(
        "fusion", "\(request.fusion.rawValue) is none that this service knows",
        remediation: "send 0 for relevance, 1 for scores, 2 for ranks")
    }
    if turn.isStopped() { throw .stopped }
    var taken = HybridHits(limit: replyByteCount)
    let answer: HybridResult?
    do {
      answer = try collection.searchHybrid(
        KnowledgeStore.HybridRequest(
          text: text, vector: vector, fusion: fusion,
          recallTarget: try recallTarget(request.recallTarget, isExact: request.exact)),
        isStopped: turn.isStopped
      ) { found in
        var hit = RPC.HybridHit(
          found.hit, found.highlights, in: collection, includesContent: !request.omitContent)
        hit.textScore = found.textScore
        hit.textShare = found.textShare
        hit.textRank = UInt32(found.textRank ?? 0)
        hit.vectorScore = found.cosine
        hit.vectorShare = found.vectorShare
        hit.vectorRank = UInt32(found.vectorRank ?? 0)
        hit.textCoverage = found.textCoverage
        hit.relevance = found.relevance
        return taken.add(hit)
      }
    } catch let error as StoreError { throw RPCRefusal(error) } catch let error as RPCRefusal {
      throw error
    } catch { preconditionFailure("no other error is thrown above: \(error)") }
    if let refusal = taken.refusal { throw refusal }
    guard let result = answer else { throw .stopped }
    var reply = HybridReply()
    reply.exact = result.isExact
    reply.incomplete = !result.isComplete
    reply.rowsConsidered = UInt64(result.matchCount)
    reply.recallTarget = result.recall
    reply.relevanceThreshold = result.relevanceThreshold
    reply.nothingRelevant = result.isNothingRelevant
    reply.hits = taken.hits
    return reply
  }
}

/// The hits of a reply as they come, as long as they fit a frame.
private struct HybridHits {
  /// Bytes of a hit without its entry, and of a highlight, at most.
  private static let hitByteCount = 192
  private static let highlightByteCount = 40

  private(set) var hits: [RPC.HybridHit] = []
  /// Why no more are taken.
  private(set) var refusal: RPCRefusal?
  private var budget: ReplyBudget

  init(limit: Int) { budget = ReplyBudget(limit: limit) }

  /// Whether another is wanted.
  mutating func add(_ hit: RPC.HybridHit) -> Bool {
    do throws(RPCRefusal) {
      try budget.add(
        hit.entry ?? WireEntry(),
        others: Self.hitByteCount + Self.highlightByteCount * hit.highlights.count)
    } catch {
      refusal = error
      return false
    }
    hits.append(hit)
    return true
  }
}

extension RPC.HybridHit {
  /// A hit without the parts of its score.
  fileprivate init(
    _ hit: KnowledgeStore.Hit, _ places: [TextHighlight], in collection: Collection,
    includesContent: Bool
  ) {
    self.init()
    entry = WireEntry(hit, collection: collection.key.name, includesContent: includesContent)
    score = hit.score
    chunk = hit.chunk
    spanStart = UInt32(hit.span?.lowerBound ?? 0)
    spanEnd = UInt32(hit.span?.upperBound ?? 0)
    highlights = places.map { place in
      Highlight(
        field: place.field.name, keyword: UInt32(place.keyword ?? 0),
        start: UInt32(place.range.lowerBound), end: UInt32(place.range.upperBound))
    }
  }
}

extension TextField {
  fileprivate var name: String {
    switch self {
    case .title: "title"
    case .keywords: "keywords"
    case .content: "content"
    case .externalID: "external_id"
    }
  }
}

extension WireEntry {
  /// The message of a found entry.
  fileprivate init(_ hit: KnowledgeStore.Hit, collection: String, includesContent: Bool) {
    self.init()
    id = hit.id.bytes
    externalID = hit.externalID ?? ""
    self.collection = collection
    entryType = hit.entryType
    category = hit.category
    language = hit.language
    priority = hit.priority
    isActive = hit.isActive
    keywords = hit.record.keywords
    tags = hit.record.tags
    version = hit.version
    createdAt = hit.createdAt
    updatedAt = hit.updatedAt
    if includesContent {
      title = hit.title
      content = hit.content
      metadataJSON = String(decoding: hit.metadata, as: UTF8.self)
    }
  }
}
