import Embedding
import KnowledgeStore
import Matching
import Platform
import RPC

/// Match: which products or services a customer's words mean.
extension KnowledgeCore {
  /// Entries whose similarity of meaning is looked at.
  private static let semanticCount = 100

  /// Answers from the names in memory, which are made of the files and kept as new as they are.
  func match(
    _ request: MatchRequest, for principal: Principal, _ turn: ReadTurn = ReadTurn()
  ) throws(RPCRefusal) -> MatchReply {
    let began = Clock.monotonicNanoseconds
    let moment = freshness.moment
    let business = try business(of: principal)
    let options = try MatchOptions(request)
    let kinds = try Self.kinds(request.collections)
    var reply = MatchReply()
    var collections: [CatalogueKind: Collection] = [:]
    for kind in CatalogueKind.allCases {
      let found = try catalogue(kind, for: principal)
      collections[kind] = found
      guard kinds.contains(kind) else { continue }
      if found?.isIncomplete ?? false { reply.incomplete = true }
      let key = models.servingKey(kind.rawValue, of: business, in: store)
      guard let pending = pendingCount(of: key) else {
        reply.incomplete = true
        continue
      }
      reply.pendingEmbeddings += UInt64(pending)
    }
    let state: CatalogueIndex.State
    do throws(StoreError) {
      state = try words.catalogue(of: business)
        .current(collections, isDemanded: !turn.demand.isNone)
    } catch { throw RPCRefusal(error) }
    words.trim()
    if turn.isStopped() { throw .stopped }
    func accepts(_ item: CatalogueIndex.Item) -> Bool {
      kinds.contains(item.kind) && (request.includeInactive || item.isActive)
        && (!request.availableOnly || item.isAvailable)
    }
    let meanings =
      request.omitSemantic ? nil : try meanings(of: request.query, in: collections, kinds)
    let answer: MatchAnswer<CatalogueID>
    do throws(MatchError) {
      answer = try state.catalogue.match(
        request.query, options, accepts: { state.items[$0].map(accepts) ?? false },
        semantic: meanings.map { meanings in { meanings[$0] } })
    } catch { throw .invalid("query", error.description) }
    reply.items = UInt64(state.counts.reduce(0) { $0 + (accepts($1.key) ? $1.value : 0) })
    try reply.fill(answer, omitContent: request.omitContent) { (id) throws(RPCRefusal) in
      do throws(StoreError) {
        // The files may be newer than the index of names.
        guard let entry = try collections[id.kind]?.get(id.entry) else { return nil }
        return request.includeInactive || entry.isActive ? entry : nil
      } catch { throw RPCRefusal(error) }
    }
    let now = Clock.monotonicNanoseconds
    reply.position = moment.message
    reply.staleMilliseconds = moment.staleMilliseconds(now: now)
    reply.isStale = turn.isStale
    reply.tookMicroseconds = (now - began) / 1000
    return reply
  }

  private static func kinds(_ names: [String]) throws(RPCRefusal) -> Set<CatalogueKind> {
    if names.isEmpty { return Set(CatalogueKind.allCases) }
    var kinds: Set<CatalogueKind> = []
    for name in names.prefix(CatalogueKind.allCases.count + 1) {
      guard let kind = CatalogueKind(rawValue: name) else {
        throw .invalid(
          "collections", "names are matched in products and services only",
          remediation: "name one of these, or none for both")
      }
      guard kinds.insert(kind).inserted else {
        throw .invalid("collections", "\(name) is named twice")
      }
    }
    return kinds
  }

  /// The caller's collection; nil where the truth has none.
  private func catalogue(
    _ kind: CatalogueKind, for principal: Principal
  ) throws(RPCRefusal) -> Collection? {
    do throws(RPCRefusal) {
      return try collection(named: kind.rawValue, for: principal)
    } catch {
      guard error.reply.code == .notFound else { throw error }
      return nil
    }
  }

  /// The entries that are nearest in meaning, by the collections' own vectors. None where the model
  /// is away: names alone answer then.
  private func meanings(
    of query: String, in collections: [CatalogueKind: Collection], _ kinds: Set<CatalogueKind>
  ) throws(RPCRefusal) -> [CatalogueID: Float] {
    var meanings: [CatalogueID: Float] = [:]
    for (kind, collection) in collections where kinds.contains(kind) {
      guard let model = models.model(of: collection.configuration),
        let vector = try? model.queries.embed([query], as: .query)
      else { continue }
      do throws(StoreError) {
        let found = try collection.search(
          SearchRequest(
            vector: vector, count: Self.semanticCount, recallTarget: Self.defaultRecallTarget))
        for hit in found.hits {
          meanings[CatalogueID(kind: kind, entry: hit.id)] = Float(min(1, max(0, hit.score)))
        }
      } catch { throw RPCRefusal(error) }
    }
    return meanings
  }
}

extension MatchOptions {
  /// What a request asks for.
  fileprivate init(_ request: MatchRequest) throws(RPCRefusal) {
    self.init()
    let byteCount = request.query.utf8.count
    guard byteCount <= MatchLimits.queryByteCount else {
      throw .outOfRange(
        "query", actual: byteCount, limit: MatchLimits.queryByteCount, unit: "bytes")
    }
    guard request.query.contains(where: { !$0.isWhitespace }) else {
      throw .invalid("query", "is empty", remediation: "send the customer's words")
    }
    if request.k != 0 {
      guard request.k <= MatchLimits.resultCount else {
        throw .outOfRange("k", actual: Int(request.k), limit: MatchLimits.resultCount)
      }
      limit = Int(request.k)
    }
    if let threshold = request.threshold {
      guard (0...1).contains(threshold) else {
        throw .invalid("threshold", "\(threshold) is not 0 to 1")
      }
      self.threshold = Float(threshold)
    }
  }
}

extension MatchReply {
  /// Puts an answer in, with the entries that `entry` finds.
  fileprivate mutating func fill(
    _ answer: MatchAnswer<CatalogueID>, omitContent: Bool,
    _ entry: (CatalogueID) throws(RPCRefusal) -> StoredEntry?
  ) throws(RPCRefusal) {
    for candidate in answer.candidates {
      // One that has gone meanwhile is no candidate.
      guard let found = try entry(candidate.id) else { continue }
      var message = RPC.MatchCandidate()
      message.entry = WireEntry(
        found, collection: candidate.id.kind.rawValue, includeContent: !omitContent,
        includeVector: false)
      message.confidence = Double(candidate.confidence)
      message.name = candidate.name
      message.parts = RPC.MatchParts(candidate.parts)
      message.edits = candidate.edits.map { RPC.MatchEdit($0) }
      candidates.append(message)
    }
    switch answer.verdict {
    case .match(let id):
      verdict = candidates.first?.entry?.id == id.entry.bytes ? .match : .none
    case .ambiguous(let asked):
      verdict = .ambiguous
      question = RPC.MatchQuestion(asked)
    case .none: verdict = .none
    }
  }
}

extension RPC.MatchParts {
  fileprivate init(_ parts: NameParts) {
    self.init()
    edit = Double(parts.edit)
    tokenSet = Double(parts.tokenSet)
    tokenSort = Double(parts.tokenSort)
    ngram = Double(parts.ngram)
    prefix = Double(parts.prefix)
    initialism = Double(parts.initialism)
    alias = Double(parts.alias)
    code = Double(parts.code)
    semantic = parts.semantic.map { Double($0) }
  }
}

extension RPC.MatchEdit {
  fileprivate init(_ edit: NameEdit) {
    self.init()
    kind =
      switch edit.kind {
      case .keep: .keep
      case .replace: .replace
      case .insert: .insert
      case .delete: .delete
      }
    wordClass =
      switch edit.tokenClass {
      case .word: .word
      case .number: .number
      case .unit: .unit
      case .code: .code
      case .size: .size
      }
    queryStart = UInt32(edit.query.lowerBound)
    queryEnd = UInt32(edit.query.upperBound)
    nameStart = UInt32(edit.name.lowerBound)
    nameEnd = UInt32(edit.name.upperBound)
    distance = UInt32(edit.distance)
  }
}

extension RPC.MatchQuestion {
  fileprivate init(_ question: NameQuestion) {
    self.init()
    switch question.reason {
    case .code(let code):
      reason = .code
      self.code = code
    case .similar: reason = .similar
    case .unsure: reason = .unsure
    }
    options = question.options.map { option in
      MatchOption(
        id: option.id.entry.bytes, collection: option.id.kind.rawValue, label: option.label)
    }
  }
}
