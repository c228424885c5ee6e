import KnowledgeStore
import Platform
import RPC
import Truth

/// Upsert, Delete and BulkImport: one transaction of the truth each, acknowledged after its commit.
extension KnowledgeCore {
  /// Writes a batch of entries.
  func upsert(_ request: UpsertRequest, for principal: Principal) throws(RPCRefusal) -> UpsertReply
  {
    let key = try key(request.collection, for: principal)
    let result = try write(request.entries, to: key, onConflict: request.onConflict)
    poke()
    var reply = UpsertReply()
    reply.outcomes = result.outcomes.enumerated().map { Outcome($0.element, index: $0.offset) }
    reply.xid = result.transactionID ?? 0
    return reply
  }

  /// Deletes entries by id and by external id.
  func delete(_ request: DeleteRequest, for principal: Principal) throws(RPCRefusal) -> DeleteReply
  {
    let key = try key(request.collection, for: principal)
    let count = request.ids.count + request.externalIDs.count
    guard count <= limits.entryCount else {
      throw .outOfRange("ids", actual: count, limit: limits.entryCount)
    }
    var ids: [UUID] = []
    for (index, bytes) in request.ids.enumerated() {
      guard let id = UUID(bytes: bytes) else {
        throw .invalid("ids[\(index)]", "has \(bytes.count) bytes, not 16")
      }
      ids.append(id)
    }
    let result = try writing { () throws(TruthError) in
      try entries.delete(
        ids: ids, externalIDs: request.externalIDs, business: key.owner, collection: key.name,
        soft: request.soft)
    }
    poke()
    return DeleteReply(
      deleted: UInt64(result.deletedCount), notFound: UInt64(result.missingCount),
      xid: result.transactionID ?? 0)
  }

  /// Takes batches until the client ends its stream; each is one transaction, acknowledged by an
  /// item of the same sequence number after it is committed. Runs on a thread of its own.
  func bulkImport(_ request: ImportRequest, _ exchange: Exchange) throws(RPCRefusal) {
    let began = Clock.monotonicNanoseconds
    _ = try business(of: exchange.principal)
    var summary = ImportSummary()
    var counts = ImportCounts()
    var pace = ImportPace(limits)
    var stages = ImportTimes(served.stages)
    while true {
      switch pace.measured({ exchange.nextItem(timeoutMilliseconds: limits.importIdleMilliseconds) }
      )
      {
      case .item(let bytes):
        try pace.check()
        let batch: ImportBatch
        do { batch = try ImportBatch(decoding: bytes) } catch {
          throw RPCRefusal(
            .malformedMessage, "an import batch cannot be decoded: \(error)",
            remediation: "send ImportBatch messages")
        }
        var ack = try stages.writing { () throws(RPCRefusal) in
          try importBatch(batch, defaults: request, for: exchange.principal)
        }
        ack.stages = stages.message
        if let part = ack.counts {
          counts.inserted += part.inserted
          counts.updated += part.updated
          counts.unchanged += part.unchanged
          counts.skipped += part.skipped
          counts.rejected += part.rejected
        }
        summary.batches += 1
        if ack.xid != 0 { summary.xid = ack.xid }
        guard exchange.send(ack) else { return }
      case .end:
        summary.counts = counts
        summary.tookMicroseconds = (Clock.monotonicNanoseconds - began) / 1000
        exchange.end(summary)
        return
      case .timedOut:
        let seconds = limits.importIdleMilliseconds / 1000
        throw RPCRefusal(
          .timedOut, "the import brought nothing for \(seconds) s",
          remediation: "open it again for the rest; what was acknowledged is stored",
          details: ["limit": "import_idle_ms", "value": "\(limits.importIdleMilliseconds)"])
      case .stopped: return
      }
    }
  }

  private func importBatch(
    _ batch: ImportBatch, defaults: ImportRequest, for principal: Principal
  ) throws(RPCRefusal) -> ImportAck {
    let name = batch.collection.isEmpty ? defaults.collection : batch.collection
    let conflict = batch.onConflict == .unspecified ? defaults.onConflict : batch.onConflict
    let result = try write(batch.entries, to: key(name, for: principal), onConflict: conflict)
    poke()
    var ack = ImportAck()
    ack.sequence = batch.sequence
    ack.xid = result.transactionID ?? 0
    var counts = ImportCounts()
    for (index, outcome) in result.outcomes.enumerated() {
      let message = Outcome(outcome, index: index)
      switch message.kind {
      case .inserted: counts.inserted += 1
      case .updated: counts.updated += 1
      case .unchanged: counts.unchanged += 1
      case .skipped:
        counts.skipped += 1
        if message.supersededBy != nil { ack.superseded.append(message) }
      default:
        counts.rejected += 1
        ack.rejected.append(message)
      }
    }
    ack.counts = counts
    return ack
  }

  private func write(
    _ messages: [WireEntry], to key: CollectionKey, onConflict: OnConflict
  ) throws(RPCRefusal) -> EntryStore.UpsertResult {
    guard messages.count <= limits.entryCount else {
      throw .outOfRange("entries", actual: messages.count, limit: limits.entryCount)
    }
    guard CollectionKey.isValid(name: key.name) else {
      throw RPCRefusal(StoreError.invalidName(key.name))
    }
    try checkRoom(for: key)
    let policy: EntryStore.OnConflict
    switch onConflict {
    case .unspecified, .update: policy = .update
    case .skip: policy = .skip
    case .fail: policy = .fail
    default: throw .invalid("on_conflict", "\(onConflict) is not known")
    }
    var drafts: [EntryDraft] = []
    drafts.reserveCapacity(messages.count)
    for (index, message) in messages.enumerated() {
      drafts.append(try EntryDraft(message, index: index))
    }
    return try writing { () throws(TruthError) in
      try entries.upsert(
        drafts, business: key.owner, collection: key.name, onConflict: policy)
    }
  }

  /// Refuses to begin one collection too many. A few more may come by writes that are under way.
  private func checkRoom(for key: CollectionKey) throws(RPCRefusal) {
    let count: Int
    do throws(StoreError) {
      if try store.existing(key) != nil { return }
      count = try store.collectionKeys().count { $0.owner == key.owner }
    } catch {
      // It is there and cannot be opened: the truth takes its entries all the same.
      return
    }
    guard count >= limits.collectionCount else { return }
    throw RPCRefusal(
      .resourceExhausted, "the business has \(count) collections, which is the limit",
      remediation: "delete all entries of one first, or use one that there is",
      details: ["limit": "collections_per_business", "value": "\(limits.collectionCount)"])
  }
}

/// How long the stages behind one import were at work.
private struct ImportTimes {
  private let stages: StageTimes
  private let began = Clock.monotonicNanoseconds
  private let indexing: UInt64
  private let embedding: UInt64
  private var writingNanoseconds: UInt64 = 0

  init(_ stages: StageTimes) {
    self.stages = stages
    indexing = stages.indexing.nanoseconds
    embedding = stages.embedding.nanoseconds
  }

  mutating func writing<Value>(
    _ body: () throws(RPCRefusal) -> Value
  ) throws(RPCRefusal) -> Value {
    let start = Clock.monotonicNanoseconds
    defer { writingNanoseconds += Clock.monotonicNanoseconds - start }
    return try body()
  }

  /// Up to now.
  var message: ImportStages {
    ImportStages(
      elapsedMicroseconds: (Clock.monotonicNanoseconds - began) / 1000,
      writingMicroseconds: writingNanoseconds / 1000,
      indexingMicroseconds: (stages.indexing.nanoseconds - indexing) / 1000,
      embeddingMicroseconds: (stages.embedding.nanoseconds - embedding) / 1000)
  }
}

extension EntryDraft {
  /// The draft of a message; fields are checked where the draft is written.
  init(_ message: WireEntry, index: Int) throws(RPCRefusal) {
    self.init(
      externalID: message.externalID.isEmpty ? nil : message.externalID, title: message.title,
      content: message.content)
    if !message.id.isEmpty {
      guard let id = UUID(bytes: message.id) else {
        throw .invalid("entries[\(index)].id", "has \(message.id.count) bytes, not 16")
      }
      entryID = id
    }
    guard message.vector.isEmpty else {
      throw .invalid(
        "entries[\(index)].vector", "the service makes the vectors of this collection",
        remediation: "leave the vector out")
    }
    if !message.entryType.isEmpty { entryType = message.entryType }
    metadata = message.metadataJSON
    keywords = message.keywords
    tags = message.tags
    category = message.category
    priority = message.priority
    language = message.language
    isActive = message.isActive ?? true
  }
}

extension Outcome {
  /// The message of what became of one row.
  init(_ outcome: EntryStore.Outcome, index: Int) {
    self.init()
    self.index = UInt32(index)
    id = outcome.entryID?.bytes ?? []
    switch outcome {
    case .inserted: kind = .inserted
    case .updated: kind = .updated
    case .unchanged: kind = .unchanged
    case .skipped(_, let isDeleted):
      kind = .skipped
      if isDeleted { reason = "the entry was deleted; only an update brings it back" }
    case .superseded(let later):
      kind = .skipped
      supersededBy = UInt32(later)
      reason = "entry \(later) of the same batch has the same identity"
    case .rejected(let field, let reason):
      kind = .rejected
      self.field = field
      self.reason = reason
    }
  }
}
