import Platform
import RPC
import Synchronization

/// The indexes of names and words that businesses use, made when they are first asked and left when
/// others need the memory.
final class WordIndexes: Sendable {
  private struct Kept<Index: Sendable>: Sendable {
    let index: Index
    /// Larger is later.
    var used: UInt64
  }

  private struct State {
    var catalogues: [UUID: Kept<CatalogueIndex>] = [:]
    var vocabularies: [UUID: Kept<VocabularyIndex>] = [:]
    var clock: UInt64 = 0
    var evictedCount: UInt64 = 0

    var byteCount: Int {
      catalogues.values.reduce(0) { $0 + $1.index.byteCount }
        + vocabularies.values.reduce(0) { $0 + $1.index.byteCount }
    }
  }

  private let byteLimit: Int
  private let state = Mutex(State())

  /// - Parameter byteLimit: What all may take; one alone may take more.
  init(byteLimit: Int = 256 << 20) { self.byteLimit = byteLimit }

  /// A business's names, of which nothing may be known yet.
  func catalogue(of business: UUID) -> CatalogueIndex {
    state.withLock { state in
      state.clock += 1
      let index = state.catalogues[business]?.index ?? CatalogueIndex()
      state.catalogues[business] = Kept(index: index, used: state.clock)
      return index
    }
  }

  /// A business's words, of which nothing may be known yet.
  func vocabulary(of business: UUID) -> VocabularyIndex {
    state.withLock { state in
      state.clock += 1
      let index = state.vocabularies[business]?.index ?? VocabularyIndex()
      state.vocabularies[business] = Kept(index: index, used: state.clock)
      return index
    }
  }

  /// Lets those go that were not used for longest, while all take too much.
  func trim() {
    state.withLock { state in
      while state.byteCount > byteLimit, state.catalogues.count + state.vocabularies.count > 1 {
        let name = state.catalogues.min { $0.value.used < $1.value.used }
        let word = state.vocabularies.min { $0.value.used < $1.value.used }
        if let name, word.map({ name.value.used < $0.value.used }) ?? true {
          state.catalogues[name.key] = nil
        } else if let word {
          state.vocabularies[word.key] = nil
        }
        state.evictedCount += 1
      }
    }
  }

  /// Forgets a business.
  func drop(_ business: UUID) {
    state.withLock { state in
      state.catalogues[business] = nil
      state.vocabularies[business] = nil
    }
  }

  /// How many there are, and what they take.
  var statistics: WordStats {
    state.withLock { state in
      WordStats(
        catalogues: UInt64(state.catalogues.count),
        vocabularies: UInt64(state.vocabularies.count), bytes: UInt64(state.byteCount),
        evicted: state.evictedCount)
    }
  }
}
