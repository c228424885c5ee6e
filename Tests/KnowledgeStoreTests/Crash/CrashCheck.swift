import Platform
import TestSupport

@testable import KnowledgeStore
@testable import StoreCrash

/// Opens what a stop has left, and compares it with what was promised.
struct CrashCheck {
  /// The versions that it may be.
  var allowed: [Version]
  /// Whether to write something afterwards, and open it once more.
  var thorough = false

  /// Opens the store in `directory`.
  ///
  /// - Returns: The version that was found.
  /// - Throws: ``Difference`` in words, or what the store threw.
  func run(_ directory: String) throws -> Version {
    let store = try Store.open(directory: directory, options: .manual)
    defer { store.close() }
    let position = store.positions.newest?.first
    let (isWrong, isLost) = (store.recovery.isCatalogWrong, store.recovery.isPositionLost)
    if isLost { throw Difference("the position is lost") }
    var reasons: [String] = []
    for version in allowed.reversed() {
      guard position == version.position || isWrong && version.mayLosePosition else {
        reasons.append("position \(position.map { "\($0)" } ?? "none")")
        continue
      }
      do {
        try compare(store, version)
        if thorough { try use(store, version, directory) }
        return version
      } catch { reasons.append("\(error)") }
    }
    throw Difference(reasons.joined(separator: "; nor: "))
  }

  private func compare(_ store: Store, _ version: Version) throws {
    let isWrong = store.recovery.isCatalogWrong
    if isWrong && !version.mayLosePosition { throw Difference("the catalog is wrong") }
    if !store.recovery.positionFaults.isEmpty {
      throw Difference("torn position: \(store.recovery.positionFaults)")
    }
    for key in CrashScript.keys {
      let expected = version.collections[key]
      guard let collection = try usable(store, key, version.damaged) else { continue }
      let found = collection.found
      guard let found else {
        if expected == nil || key == version.damaged && store.isIncomplete(key) { continue }
        throw Difference("\(key.name) is gone")
      }
      guard let expected else { throw Difference("\(key.name) is back") }
      do {
        try found.check(against: Oracle(entries: expected), query: [1, 2, 3, 4], filter: nil)
      } catch { throw Difference("\(key.name): \(error)") }
    }
    let pending = Set(store.pendingRepairs.map(\.key))
    for key in version.incomplete where !store.isIncomplete(key) {
      throw Difference("\(key.name) does not say that rows are missing")
    }
    if pending.contains(nil) && !isWrong && !version.mayLosePosition {
      throw Difference("all is said to be incomplete")
    }
    try compareFiles(store.directory, version)
    guard version.damaged == nil else { return }
    if !store.recovery.rolledBack.isEmpty || !store.recovery.damaged.isEmpty {
      throw Difference("\(store.recovery)")
    }
    let report = try store.verify()
    if !report.isIntact { throw Difference("\(report.faults)") }
  }

  /// What stands beside the collections.
  private func compareFiles(_ directory: String, _ version: Version) throws {
    let quarantine = directory + "/quarantine"
    let aside = FileSystem.isDirectory(quarantine) ? try FileSystem.list(quarantine) : []
    if let key = version.setAside, !aside.contains(where: { $0.hasPrefix("\(key.owner)-") }) {
      throw Difference("what was set aside is gone")
    }
    for owner in version.forgotten {
      if aside.contains(where: { $0.hasPrefix("\(owner)-") })
        || FileSystem.isDirectory("\(directory)/\(owner)")
      {
        throw Difference("something of an owner that was removed is back")
      }
    }
  }

  /// The collection, where there is one; nil where it is rightly found damaged.
  private func usable(
    _ store: Store, _ key: CollectionKey, _ damaged: CollectionKey?
  ) throws -> (found: KnowledgeStore.Collection?, key: CollectionKey)? {
    do {
      let found = try store.existing(key)
      _ = try found?.search(SearchRequest(vector: [1, -2, 3, 4], count: 1))
      return (found, key)
    } catch {
      guard case .damaged = error, key == damaged else { throw error }
      guard store.isIncomplete(key) else { throw Difference("\(key) lies about its damage") }
      return nil
    }
  }

  /// It must be usable, and leave nothing behind that nobody needs.
  private func use(_ store: Store, _ version: Version, _ directory: String) throws {
    var maker = EntryMaker(seed: 7, dimension: 4)
    let collection = try store.collection(
      CrashScript.first, configuration: CrashScript.configuration)
    var oracle = Oracle(entries: version.collections[CrashScript.first] ?? [:])
    for round in [200, 201, 202] as [UInt8] {
      let change = Change.upsert(maker.entry())
      try collection.apply([change])
      oracle.apply([change])
      try store.commit(position: [round])
    }
    store.close()
    let again = try Store.open(directory: directory, options: .manual)
    defer { again.close() }
    guard again.recovery.isIntact, again.positions.newest == [202] else {
      throw Difference("opened once more: \(again.recovery)")
    }
    try again.existing(CrashScript.first)!
      .check(against: oracle, query: [1, 2, 3, 4], filter: nil)
    for key in CrashScript.keys { _ = try again.existing(key) }
    let leftovers = try Self.leftovers(directory)
    if !leftovers.isEmpty { throw Difference("left behind: \(leftovers)") }
  }

  /// Files that no commit needs.
  private static func leftovers(_ directory: String) throws -> [String] {
    var found: [String] = []
    for name in try FileSystem.list(directory) {
      if name.hasPrefix("trash-") || name.hasSuffix(".tmp") { found.append(name) }
      guard UUID(name) != nil else { continue }
      for label in try FileSystem.list("\(directory)/\(name)") {
        let names = try FileSystem.list("\(directory)/\(name)/\(label)")
        if names.filter({ $0.hasPrefix("manifest-") }).count > 2 { found += names }
        found += names.filter { $0.hasSuffix(".tmp") }
      }
    }
    if try FileSystem.list(directory).filter({ $0.hasPrefix("position-") }).count != 2 {
      found.append("positions")
    }
    return found
  }
}
