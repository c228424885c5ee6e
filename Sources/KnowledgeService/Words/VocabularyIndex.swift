import KnowledgeStore
import Platform
import Spelling
import Synchronization

/// The words of one business, from all its collections, kept as new as its files.
final class VocabularyIndex: Sendable {
  /// Entries whose words are counted; a sample of more is as good.
  static let entryLimit = 200_000
  /// One state of it.
  struct State: Sendable {
    var vocabulary = Vocabulary()
    /// How many entries say which language.
    var languages: [String: Int] = [:]

    /// The language that most entries say; English where none says any.
    var language: String {
      languages.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "en"
    }

    /// Bytes of a content that are looked at.
    private static let contentByteCount = 16 << 10

    /// Counts an entry's words, and its language.
    fileprivate mutating func add(_ entry: Entry) {
      if !entry.language.isEmpty {
        let language = entry.language.prefix { $0 != "-" && $0 != "_" }.lowercased()
        // They are the business's own text; a few dozen are all that there are.
        if languages[language] != nil || languages.count < 256 {
          languages[language, default: 0] += 1
        }
      }
      vocabulary.add(entry.title, as: .name)
      for keyword in entry.keywords { vocabulary.add(keyword, as: .name) }
      var prose = entry.content
      if prose.utf8.count > Self.contentByteCount {
        prose = String(decoding: prose.utf8.prefix(Self.contentByteCount), as: UTF8.self)
      }
      vocabulary.add(prose, as: .prose)
    }
  }

  private struct Sources {
    var entries: [String: IndexedEntries] = [:]
    /// The hash of each entry's texts.
    var texts: [UUID: Int] = [:]
    /// Texts that are counted though their entry has others by now, or has gone.
    var outdatedCount = 0
    var ended: UInt64 = 0
    var took: UInt64 = 0
  }

  /// Corrections that it does not want.
  let rejected = RejectedCorrections()
  private let sources = Mutex(Sources())
  private let state = Mutex(State())
  private let bytes = Atomic<Int>(0)
  /// Whether there are words that answer while the next are counted.
  private let isMade = Atomic<Bool>(false)

  /// Bytes in memory, about.
  var byteCount: Int { bytes.load(ordering: .relaxed) }

  /// The words as the collections have them now; those of texts that have gone since stay until
  /// they are a tenth.
  ///
  /// - Parameters:
  ///   - collections: All that the business has.
  ///   - isDemanded: Whether the caller has asked for the newest; else as ``CatalogueIndex``.
  /// - Throws: ``StoreError`` of a damaged file.
  /// - Complexity: O(1) where nothing has changed; about 1 µs a word where a text is new.
  func current(_ collections: [Collection], isDemanded: Bool) throws(StoreError) -> State {
    func refresh(_ sources: inout Sources) throws(StoreError) {
      let names = Set(collections.map(\.key.name))
      let isCurrent =
        sources.entries.keys.allSatisfy(names.contains)
        && collections.allSatisfy { sources.entries[$0.key.name]?.isCurrent($0) ?? false }
      let began = Clock.monotonicNanoseconds
      if isCurrent || (!isDemanded && began < sources.ended + 4 * sources.took) { return }
      var words = state.withLock { $0 }
      try Self.update(&sources, &words, collections)
      if sources.outdatedCount > max(1_000, sources.texts.count / 10) {
        sources = Sources()
        words = State()
        try Self.update(&sources, &words, collections)
      }
      let made = words
      state.withLock { $0 = made }
      bytes.store(
        made.vocabulary.count * 400 + sources.texts.count * 100, ordering: .relaxed)
      sources.ended = Clock.monotonicNanoseconds
      sources.took = sources.ended - began
    }
    if isDemanded || !isMade.load(ordering: .acquiring) {
      try sources.withLock { (sources) throws(StoreError) in try refresh(&sources) }
      isMade.store(true, ordering: .releasing)
    } else {
      try sources.withLockIfAvailable { (sources) throws(StoreError) in try refresh(&sources) }
    }
    return state.withLock { $0 }
  }

  private static func update(
    _ sources: inout Sources, _ words: inout State, _ collections: [Collection]
  ) throws(StoreError) {
    let byName = Dictionary(collections.map { ($0.key.name, $0) }) { first, _ in first }
    for name in Set(sources.entries.keys).union(byName.keys) {
      var entries = sources.entries.removeValue(forKey: name) ?? IndexedEntries()
      let others = sources.entries.values.reduce(0) { $0 + $1.count }
      defer { if byName[name] != nil { sources.entries[name] = entries } }
      try entries.update(
        from: byName[name], limit: max(0, entryLimit - others),
        put: { entry in
          let hash = Self.hash(entry)
          let earlier = sources.texts.updateValue(hash, forKey: entry.id)
          if earlier == hash { return }
          if earlier != nil { sources.outdatedCount += 1 }
          words.add(entry)
        },
        remove: { id in
          if sources.texts.removeValue(forKey: id) != nil { sources.outdatedCount += 1 }
        })
    }
  }

  private static func hash(_ entry: Entry) -> Int {
    var hasher = Hasher()
    hasher.combine(entry.title)
    hasher.combine(entry.keywords)
    hasher.combine(entry.content)
    return hasher.finalize()
  }
}
