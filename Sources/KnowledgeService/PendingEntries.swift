import KnowledgeStore
import Platform
import Synchronization

/// Which entries collections lack, or hold with the vector of an older text, until they are
/// embedded.
///
/// The applier's thread alone changes it, and notes an entry before it leaves it out and strikes it
/// off after it has put it in: whoever reads it before a search never takes a part for the whole.
final class PendingEntries: Sendable {
  /// Entries that are known one by one, some 30 bytes each; of more, only the number.
  static let namedLimit = 1_000_000
  /// Entries that are known one by one in any collection that has them.
  static let leastNamedCount = 1_000

  /// What one collection lacks.
  private struct Lacking {
    var named: Set<UUID> = []
    var unnamedCount = 0

    var count: Int { named.count + unnamedCount }
  }

  private struct State {
    var collections: [CollectionKey: Lacking] = [:]
    var namedCount = 0
    /// Embedding spaces of which it is known what their collections lack.
    var known: Set<UInt64> = []
    /// Those that were listed: known as soon as the files are as new as the list.
    var listed: Set<UInt64> = []

    /// - Returns: How many could not be named.
    mutating func note(_ ids: some Sequence<UUID>, in key: CollectionKey) -> Int {
      var left = 0
      var lacking = collections.removeValue(forKey: key) ?? Lacking()
      for id in ids where !lacking.named.contains(id) {
        if namedCount < PendingEntries.namedLimit
          || lacking.named.count < PendingEntries.leastNamedCount
        {
          lacking.named.insert(id)
          namedCount += 1
        } else {
          left += 1
        }
      }
      collections[key] = lacking
      return left
    }

    mutating func drop(_ key: CollectionKey) {
      if let gone = collections.removeValue(forKey: key) { namedCount -= gone.named.count }
    }
  }

  private let state = Mutex(State())

  /// Entries that a collection lacks; nil while that is not known.
  func count(of key: CollectionKey) -> Int? {
    state.withLock { state in
      state.known.contains(key.space) ? state.collections[key]?.count ?? 0 : nil
    }
  }

  /// Entries that the collections of a space lack, as far as is known.
  ///
  /// - Parameter business: Whose; nil for everybody's.
  func count(in space: UInt64, of business: UUID?) -> Int {
    state.withLock { state in
      state.collections.reduce(0) { sum, part in
        let counts = part.key.space == space && (business == nil || part.key.owner == business)
        return sum + (counts ? part.value.count : 0)
      }
    }
  }

  // MARK: The applier's side

  /// Notes entries that a collection lacks from now on.
  ///
  /// - Parameter areNew: Whether they may be others than a list has counted; a scan's are not.
  func note(_ ids: [UUID], in key: CollectionKey, areNew: Bool) {
    if ids.isEmpty { return }
    state.withLock { state in
      let left = state.note(ids, in: key)
      if areNew { state.collections[key]?.unnamedCount += left }
    }
  }

  /// Strikes off entries that a collection has now, or should not have.
  func settle(_ ids: some Sequence<UUID>, in key: CollectionKey) {
    state.withLock { state in
      guard state.collections[key] != nil else { return }
      for id in ids where state.collections[key]!.named.remove(id) != nil { state.namedCount -= 1 }
      if state.collections[key]!.count == 0 { state.collections[key] = nil }
    }
  }

  /// Forgets a collection that is no more.
  func forget(_ key: CollectionKey) { state.withLock { $0.drop(key) } }

  /// What the collections of a space lack is not known any more.
  func forget(space: UInt64) {
    state.withLock { state in
      for key in state.collections.keys where key.space == space { state.drop(key) }
      state.known.remove(space)
      state.listed.remove(space)
    }
  }

  /// Whether the truth has to say what the collections of a space lack: it is not known, or only by
  /// number.
  func needsList(of space: UInt64) -> Bool {
    state.withLock { state in
      !state.known.contains(space)
        || state.collections.contains {
          $0.key.space == space && $0.value.named.isEmpty && $0.value.unnamedCount > 0
        }
    }
  }

  /// Takes what the truth says of a space: some of each collection's entries, and how many they
  /// are. What was noted so far stays noted, for the files may be behind the list.
  func take(_ list: [(key: CollectionKey, ids: [UUID], count: Int)], of space: UInt64) {
    state.withLock { state in
      for key in state.collections.keys where key.space == space {
        state.collections[key]!.unnamedCount = 0
      }
      for (key, ids, count) in list {
        let left = state.note(ids, in: key)
        state.collections[key]?.unnamedCount = max(0, count - ids.count) + left
      }
      state.listed.insert(space)
    }
  }

  /// The files are as new as every list that was taken.
  func reachedLists() {
    state.withLock { state in
      if state.listed.isEmpty { return }
      state.known.formUnion(state.listed)
      state.listed = []
    }
  }
}
