import KnowledgeStore
import Platform
import RPC
import Truth

/// Export: from the files, and from the truth while those lack entries.
extension KnowledgeCore {
  /// Streams the entries that pass the filter, all of one moment, in the order of their ids.
  ///
  /// Items hold at most 256 entries or 1 MiB of text; the peer's credit sets the pace. While
  /// entries are being embedded all come from the truth, those that lack a vector without one. A
  /// collection that is read again is refused: its export would be taken for all that there is.
  func export(_ request: ExportRequest, _ exchange: Exchange) throws(RPCRefusal) {
    let demand = try ReadDemand(transaction: request.minXID, position: request.minPosition)
    let most = min(Int(request.waitMilliseconds), limits.waitMilliseconds)
    let wait = min(most, exchange.remainingMilliseconds ?? most)
    guard freshness.wait(for: demand, timeoutMilliseconds: wait) else { throw demand.refusal }
    let collection = try collection(named: request.collection, for: exchange.principal)
    if collection.isIncomplete { throw .incomplete(collection.key.name) }
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
    func add(_ entry: StoredEntry) -> Bool {
      item.entries.append(
        WireEntry(
          entry, collection: collection.key.name, includeContent: true,
          includeVector: request.includeVector))
      byteCount += entry.title.utf8.count + entry.content.utf8.count + entry.metadata.count
      if item.entries.count == 256 || byteCount >= 1 << 20 { flush() }
      return !isRefused && !exchange.isStopped
    }
    if pendingCount(of: collection.key) == 0 {
      do {
        try collection.forEachEntry(
          matching: filter, isStopped: { exchange.isStopped }, add)
      } catch { throw RPCRefusal(error) }
    } else {
      try eachOfTruth(
        like: collection, matching: filter, withVectors: request.includeVector, add)
    }
    flush()
    if !isRefused { exchange.end(summary) }
  }

  /// Rows that are read from the truth at once: each may be as large as an entry can be.
  private static let exportBatchCount = 32

  /// Calls `body` with the committed entries that pass the filter, in the order of their ids, until
  /// it returns false; with the vectors that the files hold where those are wanted.
  private func eachOfTruth(
    like collection: Collection, matching filter: StoreFilter?, withVectors: Bool,
    _ body: (StoredEntry) -> Bool
  ) throws(RPCRefusal) {
    var failure: StoreError?
    do throws(TruthError) {
      try entries.export(
        business: collection.key.owner, collection: collection.key.name,
        batchCount: Self.exportBatchCount
      ) { rows in
        do throws(StoreError) {
          var batch: [StoredEntry] = []
          for row in rows {
            let held = withVectors ? try collection.get(row.entryID) : nil
            let vectors = held.map { EntryVectors($0).fitted(to: row.content) }
            batch.append(StoredEntry(row, vectors ?? EntryVectors()))
          }
          let admitted = try filter?.admits(batch)
          return zip(batch, admitted ?? batch.map { _ in true }).allSatisfy { !$1 || body($0) }
        } catch {
          failure = error
          return false
        }
      }
    } catch {
      if error.isOutage { throw .incomplete(collection.key.name) }
      throw RPCRefusal(error)
    }
    if let failure { throw RPCRefusal(failure) }
  }
}
