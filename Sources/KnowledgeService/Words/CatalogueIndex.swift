import KnowledgeStore
import Matching
import Platform
import Synchronization

/// A product or a service of one business.
struct CatalogueID: Hashable, Comparable, Sendable {
  let kind: CatalogueKind
  let entry: UUID

  static func < (one: CatalogueID, other: CatalogueID) -> Bool {
    one.kind == other.kind ? one.entry < other.entry : one.kind.rawValue < other.kind.rawValue
  }
}

// Names that the messages of RPC have too.
typealias NameParts = MatchParts
typealias NameEdit = MatchEdit
typealias NameQuestion = MatchQuestion<CatalogueID>

/// The collections whose entries can be asked for by name.
enum CatalogueKind: String, CaseIterable, Sendable {
  case products
  case services
}

/// The names of one business's products and services, kept as new as its files.
final class CatalogueIndex: Sendable {
  /// What decides whether an item may answer.
  struct Item: Hashable, Sendable {
    var kind: CatalogueKind
    var isActive: Bool
    /// In stock or not counted; of a service, whether it can be had.
    var isAvailable: Bool
  }

  /// One state, for as long as a query takes.
  struct State: Sendable {
    fileprivate(set) var catalogue = Catalogue<CatalogueID>()
    private(set) var items: [CatalogueID: Item] = [:]
    /// How many items there are of each sort.
    private(set) var counts: [Item: Int] = [:]

    fileprivate mutating func note(_ item: Item?, as id: CatalogueID) {
      let earlier = items[id]
      items[id] = item
      if let earlier { counts[earlier, default: 0] -= 1 }
      if let item { counts[item, default: 0] += 1 }
    }
  }

  private struct Sources {
    var entries: [CatalogueKind: IndexedEntries] = [:]
    /// When the last update ended, and how long it took.
    var ended: UInt64 = 0
    var took: UInt64 = 0
    var isFull = false
  }

  /// Held while the index is brought up to date.
  private let sources = Mutex(Sources())
  private let state = Mutex(State())
  private let bytes = Atomic<Int>(0)
  /// Whether there is a state that answers while the next one is made.
  private let isMade = Atomic<Bool>(false)

  /// Bytes in memory, about.
  var byteCount: Int { bytes.load(ordering: .relaxed) }

  /// The names as the collections have them now.
  ///
  /// Looking for what has changed takes a look at every entry: where changes come all the time it
  /// is done no more than a fifth of the time, by one caller while the others have what there is.
  /// - Parameters:
  ///   - collections: What there is of each kind.
  ///   - isDemanded: Whether the caller has asked for the newest.
  /// - Throws: ``StoreError`` of a damaged file.
  /// - Complexity: O(1) where nothing has changed; about 20 µs a name where it is new.
  func current(
    _ collections: [CatalogueKind: Collection], isDemanded: Bool
  ) throws(StoreError) -> State {
    func refresh(_ sources: inout Sources) throws(StoreError) {
      let stale = CatalogueKind.allCases.filter { kind in
        !(sources.entries[kind] ?? IndexedEntries()).isCurrent(collections[kind])
      }
      let began = Clock.monotonicNanoseconds
      if stale.isEmpty || (!isDemanded && began < sources.ended + 4 * sources.took) { return }
      for kind in stale {
        var entries = sources.entries[kind] ?? IndexedEntries()
        defer { sources.entries[kind] = entries }
        try entries.update(
          from: collections[kind],
          put: { entry in
            if !put(entry, kind) { sources.isFull = true }
          },
          remove: { id in
            state.withLock { state in
              let id = CatalogueID(kind: kind, entry: id)
              state.note(nil, as: id)
              state.catalogue.remove(id)
            }
          })
      }
      bytes.store(
        state.withLock { $0.catalogue.byteCount + $0.items.count * 200 }, ordering: .relaxed)
      sources.ended = Clock.monotonicNanoseconds
      sources.took = sources.ended - began
      if sources.isFull {
        Log.warning(
          "a catalogue is larger than names can be matched against",
          ["limit": .integer(MatchLimits.itemCount)])
      }
    }
    if isDemanded || !isMade.load(ordering: .acquiring) {
      try sources.withLock { (sources) throws(StoreError) in try refresh(&sources) }
      isMade.store(true, ordering: .releasing)
    } else {
      try sources.withLockIfAvailable { (sources) throws(StoreError) in try refresh(&sources) }
    }
    return state.withLock { $0 }
  }

  /// - Returns: Whether there was room.
  private func put(_ entry: Entry, _ kind: CatalogueKind) -> Bool {
    let metadata = (try? JSON.parse(entry.metadata)) ?? .object([])
    let isAvailable =
      switch kind {
      case .products: metadata["stock"]?.double.map { $0 > 0 } ?? true
      case .services: metadata["available"]?.bool ?? true
      }
    let id = CatalogueID(kind: kind, entry: entry.id)
    let item = CatalogueItem(entry, attributes: metadata)
    return state.withLock { state in
      do throws(MatchError) {
        try state.catalogue.put(id, item)
      } catch {
        state.note(nil, as: id)
        return error != .catalogueFull
      }
      state.note(
        Item(kind: kind, isActive: entry.isActive, isAvailable: isAvailable), as: id)
      return true
    }
  }
}

extension CatalogueItem {
  /// Members of the metadata that are no words to ask for something by.
  private static let plain: Set<String> = [
    "price", "currency", "stock", "image", "available", "duration_minutes",
  ]

  /// An entry's names and words, as much of them as can be matched.
  fileprivate init(_ entry: Entry, attributes: JSON) {
    var words: [String] = []
    var byteCount = 0
    func add(_ word: String) {
      guard !word.isEmpty, byteCount + word.utf8.count <= MatchLimits.attributeByteCount else {
        return
      }
      byteCount += word.utf8.count
      words.append(word)
    }
    add(entry.category)
    for (key, value) in attributes.object ?? [] where !Self.plain.contains(key) {
      for part in value.array ?? [value] { add(part.string ?? part.numberText ?? "") }
    }
    let names = (entry.externalID.map { Self.isCode($0) ? [$0] : [] } ?? []) + entry.keywords
    self.init(
      name: Self.cut(entry.title.isEmpty ? entry.content : entry.title),
      aliases: Array(names.map(Self.cut).filter { !$0.isEmpty }.prefix(MatchLimits.aliasCount)),
      attributes: words)
  }

  /// Whether an external id is a code that a customer may read on a label, and not a number or a
  /// key of some database: short, with letters and digits, in one word.
  private static func isCode(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    return text.utf8.count <= 24 && !scalars.contains { $0.properties.isWhitespace }
      && scalars.contains { $0.properties.isAlphabetic }
      && scalars.contains { $0.properties.generalCategory == .decimalNumber }
  }

  /// The beginning of a text, as long as a name may be.
  private static func cut(_ text: String) -> String {
    if text.utf8.count <= MatchLimits.nameByteCount { return text }
    let end = text.utf8.index(text.startIndex, offsetBy: MatchLimits.nameByteCount)
    return String(text[..<text.unicodeScalars.index(before: text.unicodeScalars.index(after: end))])
  }
}
