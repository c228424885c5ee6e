import Embedding
import KnowledgeStore
import Platform
import RPC
import Truth

/// Get and Collections: answered from the files, and from the truth where those lack rows.
extension KnowledgeCore {
  /// Ids of one Get that are looked up on a loop thread: each may decompress a block of contents.
  static let inlineIDCount = 16

  /// Whether a Get should leave the loop thread.
  func isLong(_ request: GetRequest, for principal: Principal) -> Bool {
    request.ids.count + request.externalIDs.count > Self.inlineIDCount
      || readsTruth(request, for: principal)
  }

  /// Whether a Get asks the database, because rows of the collection may be missing.
  func readsTruth(_ request: GetRequest, for principal: Principal) -> Bool {
    guard let key = try? key(request.collection, for: principal) else { return false }
    return mayLackEntries(key)
  }

  /// The entries that exist, in the order of the request.
  ///
  /// What the files may lack comes from the truth itself: all of it while they are read again, what
  /// they do not have while entries are being embedded.
  func get(
    _ request: GetRequest, for principal: Principal, _ turn: ReadTurn = ReadTurn()
  ) throws(RPCRefusal) -> GetReply {
    if turn.isStale { throw turn.demand.refusal }
    let ids = try ids(of: request)
    let key = try key(request.collection, for: principal)
    if store.isIncomplete(key) {
      guard turn.mayBlock else { throw .incomplete(key.name) }
      return try getFromTruth(request, ids, key, turn)
    }
    if mayLackEntries(key) {
      guard turn.mayBlock else { throw .incomplete(key.name) }
      return try getPending(request, ids, key, for: principal, turn)
    }
    return try getFromFiles(request, ids, for: principal, turn)
  }

  private func getFromFiles(
    _ request: GetRequest, _ ids: [UUID], for principal: Principal, _ turn: ReadTurn
  ) throws(RPCRefusal) -> GetReply {
    let collection = try collection(named: request.collection, for: principal)
    var reply = GetReply()
    reply.position = freshness.moment.message
    var budget = ReplyBudget(limit: replyByteCount)
    func add(_ find: () throws(StoreError) -> StoredEntry?) throws(RPCRefusal) {
      if turn.isStopped() { throw .stopped }
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

  /// While entries are being embedded: those of the files, and what they lack from the truth.
  private func getPending(
    _ request: GetRequest, _ ids: [UUID], _ key: CollectionKey, for principal: Principal,
    _ turn: ReadTurn
  ) throws(RPCRefusal) -> GetReply {
    let held = try getFromFiles(request, ids, for: principal, turn)
    let heldIDs = Set(held.entries.compactMap { UUID(bytes: $0.id) })
    let heldNames = Set(held.entries.map { ByteText($0.externalID) })
    var rest = request
    rest.externalIDs = request.externalIDs.filter { !heldNames.contains(ByteText($0)) }
    let missing = ids.filter { !heldIDs.contains($0) }
    if missing.isEmpty && rest.externalIDs.isEmpty { return held }
    let found = try getFromTruth(rest, missing, key, turn)
    if found.entries.isEmpty { return held }
    // In the order of the request.
    var places: [UUID: Int] = [:]
    for (place, id) in ids.enumerated() { places[id] = place }
    var namePlaces: [ByteText: Int] = [:]
    for (place, name) in request.externalIDs.enumerated() {
      namePlaces[ByteText(name)] = ids.count + place
    }
    func place(_ entry: WireEntry) -> Int {
      UUID(bytes: entry.id).flatMap { places[$0] }
        ?? namePlaces[ByteText(entry.externalID)] ?? .max
    }
    var reply = held
    reply.entries = (held.entries + found.entries).sorted { place($0) < place($1) }
    var budget = ReplyBudget(limit: replyByteCount)
    for entry in reply.entries { try budget.add(entry) }
    return reply
  }

  /// Entries that one look into the truth asks for: each may be as large as an entry can be.
  private static let truthSliceCount = 16

  private func getFromTruth(
    _ request: GetRequest, _ ids: [UUID], _ key: CollectionKey, _ turn: ReadTurn
  ) throws(RPCRefusal) -> GetReply {
    var reply = GetReply()
    var budget = ReplyBudget(limit: replyByteCount)
    func add(ids: ArraySlice<UUID>, externalIDs: ArraySlice<String>) throws(RPCRefusal) {
      if turn.isStopped() { throw .stopped }
      let rows: [EntryRow]
      do throws(TruthError) {
        rows = try entries.get(
          ids: Array(ids), externalIDs: Array(externalIDs), business: key.owner,
          collection: key.name)
      } catch {
        if error.isOutage { throw .incomplete(key.name) }
        throw RPCRefusal(error)
      }
      for row in rows {
        let vector = request.includeVector ? try passageVector(of: row) : []
        let entry = WireEntry(
          StoredEntry(row, EntryVectors(vector: vector)), collection: key.name,
          includeContent: true,
          includeVector: request.includeVector)
        try budget.add(entry)
        reply.entries.append(entry)
      }
    }
    let step = Self.truthSliceCount
    for start in stride(from: 0, to: ids.count, by: step) {
      try add(ids: ids[start..<min(start + step, ids.count)], externalIDs: [])
    }
    let names = request.externalIDs
    for start in stride(from: 0, to: names.count, by: step) {
      try add(ids: [], externalIDs: names[start..<min(start + step, names.count)])
    }
    return reply
  }

  private func passageVector(of row: EntryRow) throws(RPCRefusal) -> [Float] {
    let text = models.target.passages(of: row).texts[0]
    do { return try models.target.passages.embed([text], as: .passage) } catch {
      throw RPCRefusal(error)
    }
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
    var names: Set<ByteText> = []
    for (index, name) in request.externalIDs.enumerated()
    where !names.insert(ByteText(name)).inserted {
      throw RPCRefusal.invalid(
        "external_ids[\(index)]", "is asked for twice", remediation: "send each id once")
    }
    return ids
  }

  /// The caller's collections, by name.
  func collections(for principal: Principal) throws(RPCRefusal) -> CollectionsReply {
    let owner = try business(of: principal)
    var reply = CollectionsReply()
    reply.position = freshness.moment.message
    do {
      for key in store.keys(of: owner)
      where models.servingKey(key.name, of: owner, in: store) == key {
        guard let figures = try store.statistics(of: key) else { continue }
        reply.collections.append(
          CollectionInfo(
            name: key.name, entries: UInt64(figures.entryCount),
            model: figures.configuration.model,
            dimension: UInt32(figures.configuration.dimension)))
      }
    } catch { throw RPCRefusal(error) }
    return reply
  }
}
