import KnowledgeStore
import Platform
import RPC

/// Get, Collections and Export: answered from the files alone.
extension KnowledgeCore {
  /// The entries that exist, in the order of the request.
  func get(_ request: GetRequest, for principal: Principal) throws(RPCRefusal) -> GetReply {
    let count = request.ids.count + request.externalIDs.count
    guard count <= limits.entryCount else {
      throw .outOfRange("ids", actual: count, limit: limits.entryCount)
    }
    let collection = try collection(named: request.collection, for: principal)
    var reply = GetReply()
    reply.position = RPC.Position(freshness.moment)
    func add(_ entry: StoredEntry?) {
      guard let entry else { return }
      reply.entries.append(
        WireEntry(
          entry, collection: collection.key.name, includeContent: true,
          includeVector: request.includeVector))
    }
    do {
      for (index, bytes) in request.ids.enumerated() {
        guard let id = UUID(bytes: bytes) else {
          throw RPCRefusal.invalid("ids[\(index)]", "has \(bytes.count) bytes, not 16")
        }
        add(try collection.get(id))
      }
      for id in request.externalIDs { add(try collection.find(externalID: id)) }
    } catch let error as StoreError {
      throw RPCRefusal(error)
    } catch let refusal as RPCRefusal {
      throw refusal
    } catch { preconditionFailure("only these two are thrown: \(error)") }
    return reply
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
    summary.position = RPC.Position(freshness.moment)
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
      try collection.forEachEntry(matching: filter) { entry in
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
