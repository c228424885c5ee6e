import KnowledgeStore
import Platform

/// What a store may be found as after a stop: all of it, compared whole.
struct Version {
  /// What the newest commit said of itself; nil before the first.
  var position: UInt8?
  /// The entries of each collection.
  var collections: [CollectionKey: [UUID: Entry]] = [:]
  /// Collections that must say that rows are missing.
  var incomplete: Set<CollectionKey> = []
  /// One whose files were damaged: it is as it was, or is found damaged, or is gone; the last two
  /// with a word about it.
  var damaged: CollectionKey?
  /// A collection whose damaged files must still be there, set aside.
  var setAside: CollectionKey?
  /// Owners of whom nothing may be left.
  var forgotten: Set<UUID> = []
  /// Whether the catalog may count a collection that was set aside: then there is no position, and
  /// all is incomplete.
  var mayLosePosition = false
}

/// The life of a store in steps that always are the same, one after the other on one thread, so
/// that the n-th file call of one run is the n-th of every run.
///
/// Only what the library offers to everybody is used. Rows are sealed by giving memory a limit of a
/// byte.
final class CrashScript {
  /// What was promised, in the order of the promises.
  enum Mark: Equatable {
    /// From here on a stop may leave this version, by its number.
    case mayBe(Int)
    /// From here on it leaves this version or a later one.
    case stands(Int)
  }

  static let first = CollectionKey(owner: UUID(high: 1, low: 1), name: "first")
  static let second = CollectionKey(owner: UUID(high: 1, low: 1), name: "second")
  static let third = CollectionKey(owner: UUID(high: 2, low: 2), name: "third")
  static let keys = [first, second, third]
  static let configuration = CollectionConfiguration(
    dimension: 4, model: "crash", modelFingerprint: 3)

  let directory: String
  private(set) var versions: [Version]
  /// What the collections hold now, committed or not.
  private var now: [CollectionKey: [UUID: Entry]]
  private var random: SeededGenerator
  private var store: Store
  private let report: (Mark) throws -> Void

  /// Opens the store.
  ///
  /// - Parameters:
  ///   - version: What it holds already.
  ///   - seed: Of the entries.
  ///   - report: Told of each promise.
  init(
    directory: String, version: Version = Version(), seed: UInt64 = 1,
    report: @escaping (Mark) throws -> Void
  ) throws {
    self.directory = directory
    versions = [version]
    now = version.collections
    random = SeededGenerator(seed: seed)
    self.report = report
    store = try Self.open(directory)
    try report(.stands(0))
  }

  static func open(_ directory: String) throws -> Store {
    var options = StoreOptions()
    options.runsInBackground = false
    options.deltaByteLimit = 1
    return try Store.open(directory: directory, options: options)
  }

  /// Everything that a store does with its files, once or more.
  func firstLife() throws {
    try change(Self.first, adding: 4)
    try change(Self.first, adding: 3, removing: 1)
    try change(Self.second, adding: 3)
    try commit(1)
    try change(Self.first, adding: 2, removing: 2)
    try commit(2)
    try change(Self.third, adding: 3)
    try change(Self.second, adding: 2, removing: 1)
    try commit(3)
    try existing(Self.first).compact()
    try reopen()
    try change(Self.first, adding: 1)
    try change(Self.first, adding: 2, removing: 1)
    try change(Self.second, adding: 1)
    try commit(4)
    try remove([Self.second]) { try store.remove(Self.second) }
    try change(Self.second, adding: 2)
    try change(Self.third, adding: 2, removing: 1)
    try existing(Self.third).compact()
    try commit(5)
    try damageAndRepair(Self.third)
    try refill(Self.second)
    try remove([Self.first, Self.second]) { try store.removeAll(of: Self.first.owner) }
    try forget(Self.first.owner)
    try remove([Self.third]) { try store.removeAll(of: Self.third.owner) }
    try forget(Self.third.owner)
    try change(Self.first, adding: 2)
    try commit(20)
    store.close()
  }

  /// What follows a stop: collections are committed one without the other, with another start in
  /// between, so that what the first start cleaned up must stay so.
  func secondLife() throws {
    try change(Self.second, adding: 2)
    try commit(101)
    try reopen()
    try change(Self.third, adding: 1)
    try commit(102)
    try change(Self.first, adding: 2, removing: 1)
    try commit(103)
    store.close()
  }

  /// A commit that the disk refuses at its last step, and then a removal, which writes a commit of
  /// its own: what the refused one left behind must not count with it.
  ///
  /// - Parameter refuse: Has the disk refuse the next position file's bytes.
  func refusedLife(refuse: () -> Void) throws {
    try change(Self.first, adding: 2)
    try change(Self.third, adding: 2)
    try commit(1)
    var version = versions.last!
    version.incomplete = [Self.first]
    try lead(to: version) { store.beginRepair(Self.first) }
    try change(Self.first, adding: 1)
    refuse()
    guard (try? store.commit(position: [2])) == nil else {
      throw CrashScriptError.commitWasNotRefused
    }
    try remove([Self.third]) { try store.remove(Self.third) }
    try change(Self.second, adding: 1)
    for repair in store.pendingRepairs { store.repairEnded(repair) }
    try endRepairs(3)
    store.close()
  }

  // MARK: Steps

  private func reopen() throws {
    store.close()
    // What was not committed is gone.
    now = versions.last!.collections
    store = try Self.open(directory)
  }

  private func existing(_ key: CollectionKey) throws -> Collection {
    guard let collection = try store.existing(key) else { throw CrashScriptError.isGone(key) }
    return collection
  }

  private func change(_ key: CollectionKey, adding: Int, removing: Int = 0) throws {
    let collection = try store.collection(key, configuration: Self.configuration)
    var changes: [Change] = []
    for id in (now[key] ?? [:]).keys.sorted().prefix(removing) {
      changes.append(.delete(id))
      now[key]![id] = nil
    }
    for _ in 0..<adding {
      let entry = entry()
      changes.append(.upsert(entry))
      now[key, default: [:]][entry.id] = entry
    }
    try collection.apply(changes)
  }

  private func entry() -> Entry {
    let id = UUID(high: random.next(), low: random.next())
    let number = Int.random(in: 0..<100, using: &random)
    var entry = Entry(
      id: id, version: 1, stamp: random.next(),
      vector: (0..<4).map { _ in .random(in: -1...1, using: &random) }, externalID: "e\(number)",
      entryType: "faq", category: "c\(number % 3)", language: "en", priority: Int32(number),
      keywords: ["k\(number % 5)"], createdAt: Int64(number), updatedAt: Int64(number),
      title: "title \(number)", content: String(repeating: "text \(number) ", count: number % 9),
      metadata: Array("{}".utf8))
    // Every other one has rows for three chunks.
    if number % 2 == 0 && !entry.content.isEmpty {
      entry.spans = [0..<3, 2..<5, 4..<entry.content.utf8.count]
      entry.vector += (0..<8).map { _ in .random(in: -1...1, using: &random) }
    }
    return entry
  }

  /// Runs what leads from the newest version to `version`.
  private func lead(to version: Version, _ body: () throws -> Void) throws {
    versions.append(version)
    try report(.mayBe(versions.count - 1))
    try body()
    try report(.stands(versions.count - 1))
  }

  private func commit(_ position: UInt8) throws {
    var version = versions.last!
    version.position = position
    version.collections = now
    version.forgotten.subtract(now.keys.map(\.owner))
    version.mayLosePosition = false
    try lead(to: version) { try store.commit(position: [position]) }
  }

  /// Runs a removal, which may stop after each of the collections.
  private func remove(_ keys: [CollectionKey], _ body: () throws -> Void) throws {
    for key in keys {
      var version = versions.last!
      version.collections[key] = nil
      if version.setAside?.owner == key.owner { version.setAside = nil }
      versions.append(version)
      try report(.mayBe(versions.count - 1))
      now[key] = nil
    }
    try body()
    try report(.stands(versions.count - 1))
  }

  /// After all of an owner was removed: nothing may come back.
  private func forget(_ owner: UUID) throws {
    var version = versions.last!
    version.forgotten.insert(owner)
    try lead(to: version) {}
  }

  /// Changes bytes of the collection's segments, has it found, and fills it again.
  private func damageAndRepair(_ key: CollectionKey) throws {
    store.close()
    var version = versions.last!
    now = version.collections
    version.damaged = key
    version.mayLosePosition = true
    try lead(to: version) {}
    let folder = "\(directory)/\(key)"
    for name in try FileSystem.list(folder) where name.hasPrefix("segment-") {
      try File(path: "\(folder)/\(name)", mode: .readWrite).write([0xA5, 0x5A], at: 5000)
    }
    store = try Self.open(directory)
    version.damaged = nil
    version.collections[key] = nil
    version.incomplete = [key]
    version.setAside = key
    let query = SearchRequest(vector: [1, 2, 3, 4], count: 3)
    try lead(to: version) {
      do {
        _ = try existing(key).search(query)
        throw CrashScriptError.damageWasNotFound
      } catch StoreError.damaged {}
    }
    now[key] = nil
    try change(Self.first, adding: 1)
    try commit(10)
    try change(key, adding: 3)
    for repair in store.pendingRepairs { store.repairEnded(repair) }
    try endRepairs(11)
  }

  /// Empties a collection that is to be filled again, and fills it.
  private func refill(_ key: CollectionKey) throws {
    var version = versions.last!
    version.incomplete = [key]
    try lead(to: version) { store.beginRepair(key) }
    version.collections[key] = nil
    try lead(to: version) { try store.remove(key, refilling: true) }
    now[key] = nil
    try change(key, adding: 2)
    for repair in store.pendingRepairs { store.repairEnded(repair) }
    try endRepairs(12)
  }

  /// Commits what was read again. Marks may outlive it.
  private func endRepairs(_ position: UInt8) throws {
    var version = versions.last!
    version.position = position
    version.collections = now
    version.incomplete = []
    try lead(to: version) { try store.commit(position: [position]) }
  }
}

enum CrashScriptError: Error {
  case isGone(CollectionKey)
  case damageWasNotFound
  case commitWasNotRefused
}
