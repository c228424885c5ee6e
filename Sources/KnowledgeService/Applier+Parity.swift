import KnowledgeStore
import Platform
import RPC
import Truth

/// What parity needs of the one thread that knows where the files stand.
extension Applier {
  /// A moment at which the files and a connection to the truth see the same.
  struct ParityMoment: Sendable {
    /// What both reflect.
    let position: Truth.Position
    /// The collections as they were then; nil for one that the store does not have.
    let views: [CollectionKey: CollectionView?]
    /// Those that turned out damaged, or whose files refuse: they are being made again.
    let damaged: Set<CollectionKey>
  }

  /// Takes a step, has `reader` adopt its snapshot, and holds the collections as they are then.
  ///
  /// Call it from a worker, never from the applier's thread. The caller releases the reader.
  /// - Throws: ``RPCRefusal`` where the truth cannot be read now.
  func parityMoment(
    of keys: [CollectionKey], _ reader: ParityReader
  ) throws(RPCRefusal) -> ParityMoment {
    try perform { (applier, follower) throws(ApplyError) in
      try applier.moment(of: keys, reader, &follower)
    }
  }

  private func moment(
    of keys: [CollectionKey], _ reader: ParityReader, _ follower: inout Follower
  ) throws(ApplyError) -> ParityMoment {
    let adoption = Adoption()
    follower.feed.shareNextSnapshot { name in
      do throws(TruthError) {
        try reader.adopt(name)
        adoption.isDone = true
      } catch { adoption.error = error }
    }
    try step(&follower, scanning: follower.repairs, force: true)
    if let error = adoption.error { throw .truth(error) }
    guard adoption.isDone, let position = follower.position else {
      throw .truth(.positionLost(reason: "there is none yet"))
    }
    var views: [CollectionKey: CollectionView?] = [:]
    var damaged: Set<CollectionKey> = []
    for key in keys {
      do throws(StoreError) { views[key] = .some(try store.existing(key)?.view()) } catch {
        guard error.isOfOneCollection else { throw .store(error) }
        damaged.insert(key)
      }
    }
    return ParityMoment(position: position, views: views, damaged: damaged)
  }

  /// What the feed's step says of the reader while it runs.
  private final class Adoption {
    var isDone = false
    var error: TruthError?
  }
}
