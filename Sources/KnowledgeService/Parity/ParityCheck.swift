import KnowledgeStore
import Platform
import RPC
import Truth

/// Compares the files with the truth by sums of hashes, part by part, and has what differs brought
/// again (SPEC X1).
///
/// Both sides are looked at in one state: the snapshot of a step of the feed, which a connection of
/// our own adopts, and the collections as they are right after that step. So writers raise no false
/// alarm, and hold up nothing: all the reading is done here, while the feed goes on. Where the sums
/// of a bucket differ, its rows are compared one by one; those that differ are noted in the change
/// feed, as if they had changed, and compared again once it has brought them.
struct ParityCheck {
  /// Rows of a part about which a part is closed, and its collections at most.
  private static let partRowCount = 20_000
  private static let partCollectionCount = 64
  /// Rows of a bucket, about, and buckets at most.
  private static let bucketRowCount = 128
  private static let bucketLimit = 1024
  /// Rows that are compared one by one at a time.
  private static let comparedRowLimit = 500_000
  /// Differences that are noted at a time.
  private static let noteCount = 5_000

  let store: Store
  let models: ModelSet
  let applier: Applier
  let freshness: Freshness
  let connectionInfo: String
  /// Whether differences are mended.
  let repairs: Bool
  /// Milliseconds that the feed may take to bring what was noted.
  var repairMilliseconds = 60_000
  /// Asked between parts.
  var isStopped: @Sendable () -> Bool = { false }
  /// Told after each part: collections done and in all, and what that part found and took.
  var progress:
    @Sendable (_ done: Int, _ total: Int, _ part: ParityOutcome, _ nanoseconds: UInt64) -> Void = {
      _, _, _, _ in
    }

  /// A collection of the truth, with the collections of the store that mirror it.
  private typealias Part = ParityReader.Part

  /// Compares everything in the scope.
  ///
  /// - Throws: ``RPCRefusal`` where the truth cannot be read, or the files.
  func run(_ scope: FeedScope) throws(RPCRefusal) -> ParityOutcome {
    let reader = try truth { () throws(TruthError) in
      try ParityReader(connectionInfo: connectionInfo)
    }
    try checkHash(reader)
    let all = try parts(in: scope, reader)
    var outcome = ParityOutcome()
    var done = 0
    while done < all.count {
      if isStopped() { throw .stopped }
      var slice: [Part] = []
      var rows = 0
      while done + slice.count < all.count, slice.count < Self.partCollectionCount,
        rows < Self.partRowCount
      {
        let part = sized(all[done + slice.count])
        rows += part.rows
        slice.append(part.part)
      }
      let began = Clock.monotonicNanoseconds
      let found = try check(slice, reader)
      outcome.add(found)
      done += slice.count
      progress(done, all.count, found, Clock.monotonicNanoseconds - began)
    }
    return outcome
  }

  /// A database whose hashes are others than ours differs in every bucket: better to say so.
  private func checkHash(_ reader: ParityReader) throws(RPCRefusal) {
    let state = EntryState(id: UUID(high: 0x0123_4567_89AB_CDEF, low: 42), version: 0, stamp: 7)
    let hash = try truth { () throws(TruthError) in
      try reader.hash(of: state.id, seed: state.stamp)
    }
    guard hash == state.parityHash else {
      throw RPCRefusal(
        .unimplemented, "the database's machine orders bytes the other way: its hashes are others",
        remediation: "use a PostgreSQL on a little-endian machine, or knowledge rebuild")
    }
  }

  /// The collections of both sides, in order.
  private func parts(
    in scope: FeedScope, _ reader: ParityReader
  ) throws(RPCRefusal) -> [Part] {
    var parts = Set(try truth { () throws(TruthError) in try reader.collections(in: scope) })
    do throws(StoreError) {
      for key in try store.collectionKeys()
      where scope.contains(business: key.owner, collection: key.name) {
        parts.insert(Part(business: key.owner, collection: key.name))
      }
    } catch { throw RPCRefusal(error) }
    return parts.filter { CollectionKey.isValid(name: $0.collection) }.sorted {
      $0.business != $1.business
        ? $0.business < $1.business : $0.collection < $1.collection
    }
  }

  /// The part with as many buckets as its rows are worth.
  private func sized(_ part: Part) -> (part: Part, rows: Int) {
    let keys = keys(of: part)
    let rows = keys.map { (try? store.existing($0))??.entryCount ?? 0 }.max() ?? 0
    var count = 1
    while count < Self.bucketLimit, count * Self.bucketRowCount < rows { count *= 2 }
    return (
      Part(business: part.business, collection: part.collection, mask: UInt32(count - 1)), rows
    )
  }

  /// Where the store holds a collection of the truth.
  private func keys(of part: Part) -> [CollectionKey] {
    models.all.enumerated().compactMap { index, model in
      let key = model.key(part.collection, of: part.business)
      return index == 0 || store.contains(key) ? key : nil
    }
  }

  // MARK: One slice

  /// Compares some parts, repairs what differs, and compares that again.
  private func check(_ parts: [Part], _ reader: ParityReader) throws(RPCRefusal) -> ParityOutcome {
    var (outcome, differences) = try compare(parts, reader)
    if !repairs || differences.isEmpty { return outcome }
    try note(differences, reader)
    let concerned = Set(
      differences.map { Part(business: $0.collection.owner, collection: $0.collection.name) })
    let again = parts.filter {
      concerned.contains(Part(business: $0.business, collection: $0.collection))
    }
    // What came up meanwhile is for the next check; what was found is repaired if it is not found.
    func name(_ difference: ParityOutcome.Difference) -> Applier.RefusedEntry {
      Applier.RefusedEntry(collection: difference.collection, entry: difference.entry)
    }
    let left = Set(try compare(again, reader).differences.map(name))
    outcome.repairedCount = differences.count { !left.contains(name($0)) }
    return outcome
  }

  private func note(
    _ differences: [ParityOutcome.Difference], _ reader: ParityReader
  ) throws(RPCRefusal) {
    var rest = differences[...]
    while !rest.isEmpty {
      let batch = rest.prefix(Self.noteCount)
      rest = rest.dropFirst(batch.count)
      let transaction = try truth { () throws(TruthError) in
        try reader.note(
          batch.map {
            ParityReader.Note(
              business: $0.collection.owner, collection: $0.collection.name, entryID: $0.entry)
          })
      }
      applier.poke()
      var demand = ReadDemand()
      demand.transaction = transaction
      guard freshness.wait(for: demand, timeoutMilliseconds: repairMilliseconds) else {
        throw RPCRefusal(
          .unavailable, "what differs has been noted, and the files have not followed yet",
          remediation: "knowledge health says why; check again in a moment")
      }
    }
  }

  /// A collection whose sums differ in some buckets.
  private struct Finding {
    let key: CollectionKey
    let part: Part
    let view: CollectionView?
    let buckets: [Int]
    /// Rows of a bucket, about.
    let bucketRowCount: Int
  }

  /// Compares some parts in one state of both sides.
  private func compare(
    _ parts: [Part], _ reader: ParityReader
  ) throws(RPCRefusal) -> (outcome: ParityOutcome, differences: [ParityOutcome.Difference]) {
    let keys = parts.map { self.keys(of: $0) }
    defer { reader.release() }
    let moment = try applier.parityMoment(of: keys.flatMap(\.self), reader)
    let refused = applier.status.refused
    let sums = try truth { () throws(TruthError) in try reader.sums(of: parts) }
    var outcome = ParityOutcome()
    outcome.position = moment.position
    var differences: [ParityOutcome.Difference] = []
    for (place, part) in parts.enumerated() {
      outcome.collectionCount += 1
      let rowCount = sums[place].reduce(0) { $0 + $1.count }
      outcome.rowCount += rowCount
      for key in keys[place] {
        let view = moment.views[key] ?? nil
        let isBeingMade =
          store.isIncomplete(key) || view?.isIncomplete == true || moment.damaged.contains(key)
        guard !isBeingMade, let buckets = try differing(sums[place], view, part.mask) else {
          outcome.incompleteCount += 1
          continue
        }
        outcome.bucketCount += sums[place].count
        if buckets.isEmpty { continue }
        let finding = Finding(
          key: key, part: part, view: view, buckets: buckets,
          bucketRowCount: max(rowCount, view?.entryCount ?? 0) / sums[place].count + 1)
        guard let rows = try self.rows(of: finding, refused, reader) else {
          outcome.incompleteCount += 1
          continue
        }
        outcome.waitingCount += rows.waitingCount
        if !rows.differences.isEmpty { outcome.differingBucketCount += buckets.count }
        differences += rows.differences
      }
    }
    outcome.differenceCount = differences.count
    outcome.examples = Array(differences.prefix(ParityOutcome.exampleLimit))
    return (outcome, differences)
  }

  /// The buckets whose sums differ; nil where the files turn out damaged: they are made again.
  private func differing(
    _ sums: [ParityReader.Sum], _ view: CollectionView?, _ mask: UInt32
  ) throws(RPCRefusal) -> [Int]? {
    do throws(StoreError) {
      let held = try view?.paritySums(mask: mask)
      return sums.indices.filter { bucket in
        let sum = ParitySum(count: sums[bucket].count, sum: sums[bucket].sum)
        return sum != held?[bucket] ?? ParitySum()
      }
    } catch {
      if case .damaged = error { return nil }
      throw RPCRefusal(error)
    }
  }

  /// Compares the rows of buckets that differ; nil where the files turn out damaged.
  private func rows(
    of finding: Finding, _ refused: [Applier.RefusedEntry: String], _ reader: ParityReader
  ) throws(RPCRefusal) -> RowComparison? {
    let model = models.all.first { $0.key(finding.key.name, of: finding.key.owner) == finding.key }
    var comparison = RowComparison(
      key: finding.key, model: model ?? models.target, refused: refused)
    let step = max(1, Self.comparedRowLimit / finding.bucketRowCount)
    for start in stride(from: 0, to: finding.buckets.count, by: step) {
      let buckets = Array(finding.buckets[start..<min(start + step, finding.buckets.count)])
      do throws(StoreError) {
        try comparison.take(finding.view, mask: finding.part.mask, buckets)
      } catch {
        if case .damaged = error { return nil }
        throw RPCRefusal(error)
      }
      try truth { () throws(TruthError) in
        try reader.forEachRow(of: finding.part, in: buckets, model: comparison.awaitedModel) {
          comparison.compare($0)
        }
      }
      comparison.end()
    }
    return comparison
  }

  private func truth<Value>(
    _ body: () throws(TruthError) -> Value
  ) throws(RPCRefusal) -> Value {
    do throws(TruthError) { return try body() } catch { throw RPCRefusal(error) }
  }
}
