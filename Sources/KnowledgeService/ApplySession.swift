import Embedding
import KnowledgeStore
import Platform
import Truth

/// One step's events, turned into changes of the store.
///
/// Changes go in as they come. A scan goes through the truth and the store side by side, in the
/// order of ids: what the store holds between two rows of the truth should not be there.
final class ApplySession {
  /// Which rows a scan writes.
  enum Mode {
    /// Those that differ.
    case repair
    /// Every row.
    case rewrite
  }

  private let applier: Applier
  private let mode: Mode
  private let models: ModelSet
  private let backlog: EmbeddingBacklog?
  /// Where a scan stands: the collection of the truth, and the last id that was compared there.
  private var current: CollectionKey?
  private var compared: UUID?
  /// Collections of the store in the scan's scope that no row has named yet.
  private var unseen: Set<CollectionKey> = []
  private var warned: Set<String> = []

  /// Changes made.
  private(set) var appliedCount = 0
  /// Rows of the truth that the scans went through.
  private(set) var scannedCount = 0
  /// Collections that a scan has been through.
  private(set) var scannedKeys: Set<CollectionKey> = []
  /// Collections that lack entries until the background has embedded them.
  private(set) var lackingKeys: Set<CollectionKey> = []
  /// Collections that entries were taken from, or that the truth does not name.
  private(set) var emptied: Set<CollectionKey> = []
  /// Rows that were to go into each collection, and how many of them it could not take.
  private var offered: [CollectionKey: (rows: Int, refused: Int)] = [:]
  /// What was refused since the last line of the log, by the reason.
  private var causes: [String: Int] = [:]
  /// Collections that could not take most of their rows.
  var unfitKeys: Set<CollectionKey> {
    Set(offered.filter { $0.value.refused * 2 > $0.value.rows }.keys)
  }
  /// Parts that have to be read again as a whole.
  private(set) var repairs: Set<FeedScope> = []
  /// Collections whose files refused, and why: they lack rows, and are marked so. All others go on.
  private(set) var stalled: [CollectionKey: StoreError] = [:]

  init(_ applier: Applier, _ mode: Mode) {
    self.applier = applier
    self.mode = mode
    models = applier.models
    backlog = applier.backlog
  }

  /// Applies one event.
  ///
  /// - Throws: ``ApplyError``; what was applied before stays.
  func receive(_ event: FeedEvent) throws(ApplyError) {
    if applier.isStopped { throw .stopped }
    switch event {
    case .changes(let entries):
      defer { logRefused() }
      for (key, group) in grouped(entries) { try apply(group, to: key) }
    case .scanBegan(let scope):
      current = nil
      do throws(StoreError) {
        unseen = Set(
          try applier.store.collectionKeys().filter { key in
            scope.contains(business: key.owner, collection: key.name)
          })
      } catch { throw .store(error) }
    case .scanned(let entries):
      for (key, group) in grouped(entries) { try compare(group, with: key) }
    case .scanEnded:
      defer { logRefused() }
      if let key = current { try compareRest(of: key) }
      current = nil
      for key in unseen {
        compared = nil
        try compareRest(ofFiles: key)
        emptied.insert(key)
      }
    }
  }

  // MARK: Changes

  /// The entries by collection, in the order of their coming; names that no directory can have are
  /// left out, with a warning.
  private func grouped(_ entries: [FeedEntry]) -> [(CollectionKey, [FeedEntry])] {
    var groups: [(CollectionKey, [FeedEntry])] = []
    var places: [CollectionKey: Int] = [:]
    for entry in entries {
      let key = CollectionKey(owner: entry.business, name: entry.collection)
      if let place = places[key] {
        groups[place].1.append(entry)
      } else if CollectionKey.isValid(name: key.name) {
        places[key] = groups.count
        groups.append((key, [entry]))
      } else if warned.insert(key.name).inserted {
        Log.warning(
          "a collection's name cannot be served", ["collection": .string(key.name)])
      }
    }
    return groups
  }

  private func apply(_ entries: [FeedEntry], to key: CollectionKey) throws(ApplyError) {
    let removed = entries.filter { $0.row == nil || $0.row?.deletedAt != nil }.map(\.entryID)
    for (model, key) in try destinations(key) {
      let embedding = RowEmbedding(
        model: model, inlineLimit: inlineLimit(key, model), stages: applier.stages)
      let rows = entries.compactMap { embedding.row(of: $0) }
      if rows.isEmpty && !applier.store.contains(key) { continue }
      if !removed.isEmpty { emptied.insert(key) }
      try mending(key, model) { (collection) throws(ApplyError) in
        try put(rows, removed: removed, into: collection, embedding)
      }
    }
  }

  /// Where entries of a collection of the truth belong.
  private func destinations(
    _ key: CollectionKey
  ) throws(ApplyError) -> [(model: ServedModel, key: CollectionKey)] {
    do throws(StoreError) {
      return try models.destinations(key.name, of: key.owner, in: applier.store)
    } catch {
      guard error.isOfOneCollection else { throw .store(error) }
      let target = models.target.key(key.name, of: key.owner)
      if stalled[target] == nil { stall(target, error) }
      return []
    }
  }

  /// A collection that is filled while another answers is left to the background, and so is one
  /// whose model may wait.
  private func inlineLimit(_ key: CollectionKey, _ model: ServedModel) -> Int {
    model.mayWait || applier.isFilling(key) ? 0 : RowEmbedding.inlineCount
  }

  /// Brings the collection to the state of these rows. What it cannot hold is left out, with its
  /// older version: a fact about one row must not hold up all others.
  private func put(
    _ rows: [RowEmbedding.Row], removed: [UUID], into collection: Collection,
    _ embedding: RowEmbedding
  ) throws(ApplyError) {
    var refused: Set<UUID> = []
    func refuse(_ id: UUID, _ reason: String) {
      causes[reason.replacing("\(id)", with: "…"), default: 0] += 1
      applier.noteRefused(.init(collection: collection.key, entry: id), reason)
      refused.insert(id)
    }
    defer {
      offered[collection.key, default: (0, 0)].rows += rows.count
      offered[collection.key, default: (0, 0)].refused += refused.count
    }
    let result = try embedding.changes(
      rows: rows, removed: removed, in: collection, refuse: refuse)
    if !result.lacking.isEmpty { lackingKeys.insert(collection.key) }
    applier.pending.note(result.lacking, in: collection.key, areNew: current == nil)
    if collection.key.space == models.target.space {
      backlog?.add(result.lacking, of: collection.key.owner)
    }
    backlog?.keep(result.made, of: collection.key.owner)
    if result.cutCount > 0 { applier.noteCut(result.cutCount) }
    var changes = result.changes
    // What has its vector now, and what is not to have one.
    func settle() {
      guard embedding.model.keepsVectors else { return }
      let kept = rows.lazy.filter { $0.kept != nil }.map(\.row.entryID)
      applier.pending.settle(kept, in: collection.key)
      applier.pending.settle(removed + result.made.map(\.entryID), in: collection.key)
    }
    if changes.isEmpty { return settle() }
    while true {
      do throws(StoreError) {
        try collection.apply(changes)
        appliedCount += changes.count
        let served = changes.map(\.entryID).filter { !refused.contains($0) }
        applier.noteServed(served, in: collection.key)
        return settle()
      } catch {
        guard let id = error.refusedEntry else { throw .store(error) }
        refuse(id, error.description)
        changes.removeAll { if case .upsert(let entry) = $0 { entry.id == id } else { false } }
        changes.append(.delete(id))
      }
    }
  }

  private func logRefused() {
    Applier.logRefused(causes)
    causes = [:]
  }

  /// Runs `body` on the collection. One whose files refuse is left out from here on: it must not
  /// hold up all others.
  private func mending(
    _ key: CollectionKey, _ model: ServedModel, _ body: (Collection) throws(ApplyError) -> Void
  ) throws(ApplyError) {
    if stalled[key] != nil { return }
    do throws(ApplyError) { try renewing(key, model, body) } catch {
      guard case .store(let reason) = error, reason.isOfOneCollection else { throw error }
      stall(key, reason)
    }
  }

  /// Leaves the collection out, marked as incomplete, until it is read again as a whole.
  private func stall(_ key: CollectionKey, _ reason: StoreError) {
    stalled[key] = reason
    // Always a new finding: the scan under way does not end it.
    applier.store.beginRepair(key)
  }

  /// Runs `body` on the collection. One that is damaged, or of another model, is begun anew and
  /// noted for a scan of its own.
  private func renewing(
    _ key: CollectionKey, _ model: ServedModel, _ body: (Collection) throws(ApplyError) -> Void
  ) throws(ApplyError) {
    let scope = FeedScope(business: key.owner, collection: key.name)
    do throws(ApplyError) {
      let collection: Collection
      do throws(StoreError) {
        collection = try applier.store.collection(key, configuration: model.configuration)
      } catch { throw .store(error) }
      try body(collection)
    } catch {
      switch error {
      case .store(.modelMismatch):
        Log.warning("embedding anew", ["reason": .string(error.reason)])
        do throws(StoreError) { try applier.store.remove(key, refilling: true) } catch {
          throw .store(error)
        }
        repairs.insert(scope)
      case .store(.damaged), .store(.removed): repairs.insert(scope)
      default: throw error
      }
    }
  }

  // MARK: Scans

  /// Compares rows of one collection, which follow those of the last call.
  private func compare(_ entries: [FeedEntry], with key: CollectionKey) throws(ApplyError) {
    if current != key {
      if let last = current { try compareRest(of: last) }
      current = key
      compared = nil
      unseen = unseen.filter { $0.owner != key.owner || $0.name != key.name }
    }
    let ids = entries.filter { $0.row != nil }.map(\.entryID)
    scannedCount += ids.count
    guard let last = ids.last else { return }
    let after = compared
    compared = last
    for (model, key) in try destinations(key) {
      let embedding = RowEmbedding(
        model: model, isScan: true, isRewriting: mode == .rewrite,
        inlineLimit: inlineLimit(key, model), stages: applier.stages)
      let rows = entries.compactMap { embedding.row(of: $0) }
      scannedKeys.insert(key)
      try mending(key, model) { (collection) throws(ApplyError) in
        let held = try states(of: collection, after: after, through: last)
        let wanted = Set(ids)
        let removed = held.keys.filter { !wanted.contains($0) }
        try put(rows, removed: Array(removed), into: collection, embedding)
      }
    }
  }

  /// What the store holds of a collection past the last row of the truth should not be there.
  private func compareRest(of key: CollectionKey) throws(ApplyError) {
    for (_, key) in try destinations(key) { try compareRest(ofFiles: key) }
  }

  private func compareRest(ofFiles key: CollectionKey) throws(ApplyError) {
    if stalled[key] != nil { return }
    do throws(StoreError) {
      guard let collection = try applier.store.existing(key) else { return }
      var extra: [Change] = []
      try collection.forEachState(after: compared) { state in
        extra.append(.delete(state.id))
        return true
      }
      if !extra.isEmpty {
        try collection.apply(extra)
        appliedCount += extra.count
      }
    } catch {
      if case .damaged = error {
        repairs.insert(FeedScope(business: key.owner, collection: key.name))
      } else if error.isOfOneCollection {
        stall(key, error)
      } else {
        throw .store(error)
      }
    }
  }

  private func states(
    of collection: Collection, after: UUID?, through last: UUID
  ) throws(ApplyError) -> [UUID: EntryState] {
    var states: [UUID: EntryState] = [:]
    do throws(StoreError) {
      try collection.forEachState(after: after) { state in
        if state.id > last { return false }
        states[state.id] = state
        return true
      }
    } catch { throw .store(error) }
    return states
  }
}

extension Change {
  /// The entry that is changed.
  fileprivate var entryID: UUID {
    switch self {
    case .upsert(let entry): entry.id
    case .delete(let id): id
    }
  }
}

extension StoreError {
  /// Whether it says something of one collection's files, and nothing of the store.
  var isOfOneCollection: Bool {
    switch self {
    case .system, .parked, .damaged, .invalidFile, .removed: true
    default: false
    }
  }

  /// The one entry that the engine refused, where the rest of a batch is not concerned.
  fileprivate var refusedEntry: UUID? {
    switch self {
    case .entryTooLarge(let entry, _, _), .invalidSpans(let entry, _): entry
    case .notFinite(let entry, _), .zeroVector(let entry): entry
    case .dimensionMismatch(let entry, _, _): entry
    default: nil
    }
  }
}
