import Platform

/// One state of a collection, held for as long as the value lives, whatever is applied, sealed,
/// merged or committed meanwhile: for whoever compares it with something that takes its time.
public final class CollectionView: Sendable {
  private let collection: Collection
  private let snapshot: Snapshot
  /// Whether rows may be missing, because files are being made again.
  public let isIncomplete: Bool

  /// Live entries.
  public var entryCount: Int { snapshot.entryCount }

  init(_ collection: Collection) throws(StoreError) {
    self.collection = collection
    isIncomplete = collection.isIncomplete
    // Pinned first: what the snapshot names then stays on the disk.
    collection.writer.withLock { $0.pinCount += 1 }
    do throws(StoreError) { snapshot = try collection.snapshot() } catch {
      collection.writer.withLock { $0.pinCount -= 1 }
      throw error
    }
  }

  deinit { collection.writer.withLock { $0.pinCount -= 1 } }

  /// The sum of each of `mask + 1` buckets.
  ///
  /// - Parameter mask: A power of two less one.
  /// - Throws: ``StoreError`` where a file turns out damaged or cannot be read.
  /// - Complexity: O(entries), about 15 ns each; segments that are not in use are read.
  public func paritySums(mask: UInt32) throws(StoreError) -> [ParitySum] {
    var sums = [ParitySum](repeating: ParitySum(), count: Int(mask) + 1)
    try forEachState { state in
      let bucket = mask == 0 ? 0 : EntryState.parityBucket(of: state.id, mask: mask)
      sums[bucket].count += 1
      sums[bucket].sum &+= state.parityHash
    }
    return sums
  }

  /// Calls `body` with the state of each live entry, in no order.
  ///
  /// - Throws: As ``paritySums(mask:)``; what `body` was given is then worth nothing.
  public func forEachState(_ body: (EntryState) -> Void) throws(StoreError) {
    try collection.guarded { () throws(StoreError) in
      for (source, rowCount, live, _) in try snapshot.sources() {
        let columns = source.columns
        for row in 0..<rowCount where live.map({ $0[row] }) ?? true {
          if columns.isFirst(row) { body(columns.state(row)) }
        }
      }
      try snapshot.checkReadable()
    }
  }
}

extension Collection {
  /// The present state, to be looked at for as long as it takes.
  ///
  /// - Throws: ``StoreError`` where the collection is out of service.
  public func view() throws(StoreError) -> CollectionView { try CollectionView(self) }
}
