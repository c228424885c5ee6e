import KnowledgeStore
import Platform
import Truth

/// Compares the rows of some buckets of one collection, one by one.
struct RowComparison {
  private let key: CollectionKey
  private let model: ServedModel
  private let refused: [Applier.RefusedEntry: String]
  /// What the files hold and the truth has not named yet.
  private var held: [UUID: EntryState] = [:]

  /// What differs.
  private(set) var differences: [ParityOutcome.Difference] = []
  /// Rows that the files lack for a reason that is known.
  private(set) var waitingCount = 0

  init(key: CollectionKey, model: ServedModel, refused: [Applier.RefusedEntry: String]) {
    self.key = key
    self.model = model
    self.refused = refused
  }

  /// The model whose vector a row needs before the files can hold it; nil where that is made at
  /// once.
  var awaitedModel: String? { model.keepsVectors ? model.label : nil }

  /// Takes the files' side of these buckets.
  mutating func take(
    _ view: CollectionView?, mask: UInt32, _ buckets: [Int]
  ) throws(StoreError) {
    let wanted = Set(buckets)
    var held: [UUID: EntryState] = [:]
    try view?.forEachState { state in
      if wanted.contains(EntryState.parityBucket(of: state.id, mask: mask)) {
        held[state.id] = state
      }
    }
    self.held = held
  }

  /// Takes rows of the truth, each once.
  mutating func compare(_ rows: [ParityReader.Row]) {
    for row in rows {
      let state = EntryState(id: row.entryID, version: row.version, stamp: row.stamp)
      guard let found = held.removeValue(forKey: row.entryID) else {
        if !row.hasVector || isRefused(row.entryID) {
          waitingCount += 1
        } else {
          add(row.entryID, .missing)
        }
        continue
      }
      if found != state { add(row.entryID, .different) }
    }
  }

  /// Ends the buckets: what the truth has not named should not be there.
  mutating func end() {
    for id in held.keys.sorted() { add(id, .extra) }
    held = [:]
  }

  private func isRefused(_ id: UUID) -> Bool {
    refused[Applier.RefusedEntry(collection: key, entry: id)] != nil
  }

  private mutating func add(_ id: UUID, _ kind: ParityOutcome.Kind) {
    differences.append(ParityOutcome.Difference(collection: key, entry: id, kind: kind))
  }
}
