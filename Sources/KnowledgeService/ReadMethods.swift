import KnowledgeStore
import Platform
import RPC

/// Get, Collections and Export: answered from the files alone.
extension KnowledgeCore {
  /// Ids of one Get that are looked up on a loop thread: each may decompress a block of contents.
  static let inlineIDCount = 16

  /// Whether a Get should leave the loop thread.
  func isLong(_ request: GetRequest, for principal: Principal) -> Bool {
    request.ids.count + request.externalIDs.count > Self.inlineIDCount
  }

  /// The entries that exist, in the order of the request.
  ///
  /// - Parameter isStopped: Whether nobody waits for the answer any more.
  func get(
    _ request: GetRequest, for principal: Principal, isStopped: () -> Bool
  ) throws(RPCRefusal) -> GetReply {
    let ids = try ids(of: request)
    let collection = try collection(named: request.collection, for: principal)
    var reply = GetReply()
    reply.position = freshness.moment.message
    var budget = ReplyBudget(limit: replyByteCount)
    func add(_ find: () throws(StoreError) -> StoredEntry?) throws(RPCRefusal) {
      if isStopped() { throw .stopped }
      let found: StoredEntry?
      do { found = try find() } catch { throw RPCRefusal(error) }
      guard let found else { return }
      let entry = WireEntry(
        found, collection: collection.key.name, includeContent: true,
        includeVector: request.includeVector)
      try budget.add(entry)
      reply.entries.append(entry)
    }
    for id in ids { try add { () throws(StoreError) in try collection.get(id) } }
    for name in request.externalIDs {
      try add { () throws(StoreError) in try collection.find(externalID: name) }
    }
    return reply
  }

  /// The ids that are asked for, checked, each once.
  private func ids(of request: GetRequest) throws(RPCRefusal) -> [UUID] {
    let count = request.ids.count + request.externalIDs.count
    guard count <= limits.entryCount else {
      throw .outOfRange("ids", actual: count, limit: limits.entryCount)
    }
    var seen: Set<UUID> = []
    var ids: [UUID] = []
    for (index, bytes) in request.ids.enumerated() {
      guard let id = UUID(bytes: bytes) else {
        throw RPCRefusal.invalid("ids[\(index)]", "has \(bytes.count) bytes, not 16")
      }
      guard seen.insert(id).inserted else {
        throw RPCRefusal.invalid(
          "ids[\(index)]", "\(id) is asked for twice", remediation: "send each id once")
      }
      ids.append(id)
    }
    // By bytes: texts that only look the same are different ids.
    var names: Set<[UInt8]> = []
    for (index, name) in request.externalIDs.enumerated()
    where !names.insert(Array(name.utf8)).inserted {
      throw RPCRefusal.invalid(
        "external_ids[\(index)]", "is asked for twice", remediation: "send each id once")
    }
    return ids
  }

  /// The caller's collections, by name.
  func collections(for principal: Principal) throws(RPCRefusal) -> CollectionsReply {
    let owner = try business(of: principal)
    var reply = CollectionsReply()
    do {
      for key in try store.collectionKeys() where key.owner == owner {
        guard let collection = try store.existing(key) else { continue }
        reply.collections.append(
          CollectionInfo(
            name: key.name, entries: UInt64(collection.entryCount),
            model: collection.configuration.model,
            dimension: UInt32(collection.configuration.dimension)))
      }
    } catch { throw RPCRefusal(error) }
    return reply
  }

  /// Streams the entries that pass the filter, all of one moment, in the order of their ids.
  ///
  /// Items hold at most 256 entries or 1 MiB of text; the peer's credit sets the pace.
  func export(_ request: ExportRequest, _ exchange: Exchange) throws(RPCRefusal) {
    let collection = try collection(named: request.collection, for: exchange.principal)
    let filter = try StoreFilter.decoding(request.filter, limits: limits)
    var summary = ExportSummary()
    summary.position = freshness.moment.message
    var item = ExportItem()
    var byteCount = 0
    var isRefused = false
    func flush() {
      if item.entries.isEmpty || isRefused { return }
      isRefused = !exchange.send(item)
      summary.entries += UInt64(item.entries.count)
      item = ExportItem()
      byteCount = 0
    }
    do {
      try collection.forEachEntry(matching: filter, isStopped: { exchange.isStopped }) { entry in
        item.entries.append(
          WireEntry(
            entry, collection: collection.key.name, includeContent: true,
            includeVector: request.includeVector))
        byteCount += entry.title.utf8.count + entry.content.utf8.count + entry.metadata.count
        if item.entries.count == 256 || byteCount >= 1 << 20 { flush() }
        return !isRefused
      }
    } catch { throw RPCRefusal(error) }
    flush()
    if !isRefused { exchange.end(summary) }
  }
}
