import Platform

/// What a copy of a store holds, and what it took.
public struct CopyReport: Sendable, Equatable {
  /// The commit that was copied.
  public internal(set) var commit: UInt64 = 0
  /// What its owner said it reflects, as given to ``Store/commit(position:)``.
  public internal(set) var position: [UInt8] = []
  /// Collections.
  public internal(set) var collectionCount = 0
  /// Live entries, as the manifests count them.
  public internal(set) var entryCount = 0
  /// Bytes of the files, linked or copied.
  public internal(set) var byteCount = 0
  /// Files that got a second name: they take no room of their own.
  public internal(set) var linkedFileCount = 0
  /// Files that were written anew: small ones, and all where the copy is on another disk.
  public internal(set) var copiedFileCount = 0
}

extension Store {
  /// Copies the newest commit to `target`, which then is a store of its own; reading and writing go
  /// on, commits wait.
  ///
  /// Files never change once they bear their name, so on the same file system the copy is made of
  /// hard links: it takes no room until the store drops its own names, and shares the fate of the
  /// disk. Elsewhere it is written out. What is not committed is not in it. Parts that were
  /// incomplete are incomplete in the copy.
  ///
  /// - Parameter target: Must not exist, or be an empty directory, outside this store.
  /// - Throws: ``StoreError/occupied(path:)``; ``StoreError/invalidFile(_:)`` where a file that is
  ///   to be copied is damaged or a link; ``StoreError/system(_:)``. The target is free then.
  /// - Complexity: One call for each file, or O(bytes) on another file system.
  public func copy(to target: String) throws(StoreError) -> CopyReport {
    try core.copy(to: target)
  }

  /// Copies a store that nobody has open, such as one that ``copy(to:)`` made, and reads every byte
  /// of the copy against its checksums before it gets its name.
  ///
  /// Links are refused, names that a store does not give are left behind.
  ///
  /// - Parameters:
  ///   - source: The directory to copy; it is not changed.
  ///   - target: As for ``copy(to:)``.
  /// - Throws: ``StoreError/locked(directory:)`` where it is open; ``StoreError/invalidFile(_:)``
  ///   where it is no store or damaged; as ``copy(to:)``.
  public static func copy(of source: String, to target: String) throws(StoreError) -> CopyReport {
    try StoreCopy(target: target).copy(of: source)
  }
}

extension StoreCore {
  fileprivate func copy(to target: String) throws(StoreError) -> CopyReport {
    guard !"\(target)/".hasPrefix("\(directory)/") else { throw .occupied(path: target) }
    let copy = StoreCopy(target: target)
    // No commit may drop files meanwhile.
    return try committing.withLock { (_) throws(StoreError) in
      let (slots, newest, pending) = try state.withLock { (state) throws(StoreError) in
        try checkOpen(state)
        let slots = state.slots.compactMap { key, slot in slot.manifests.last.map { (key, $0) } }
        return (slots, state.newest, Array(state.repairs.pending.keys))
      }
      guard let newest else {
        throw .invalidFile(
          FileFault(
            path: directory, byteOffset: 0,
            reason: "no commit describes the files: they are being read again"))
      }
      return try copy.perform { (into) throws(StoreError) in
        var position = PositionFile(commit: newest.commit, position: newest.position)
        for (key, number) in slots.sorted(by: { $0.0 < $1.0 }) {
          try into.add(key, manifest: number, from: self.directory(of: key))
          position.catalog.insert(key, manifest: number)
        }
        try into.write(position)
        try into.mark(pending)
      }
    }
  }
}

/// A directory that becomes a store's copy: made under a name of its own, renamed when it is whole.
private struct StoreCopy {
  /// What ends the name until the copy is whole.
  private static let partialSuffix = ".partial"
  /// Bytes copied at a time.
  private static let chunkByteCount = 1 << 20

  let target: String
  private var report = CopyReport()
  private var place: String { target + Self.partialSuffix }

  init(target: String) {
    var path = target
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    self.target = path
  }

  /// Runs `body`, which fills the copy, and gives it its name.
  func perform(
    _ body: (inout StoreCopy) throws(StoreError) -> Void
  ) throws(StoreError) -> CopyReport {
    var copy = self
    try copy.begin()
    do throws(StoreError) {
      try body(&copy)
      try copy.end()
    } catch {
      try? FileSystem.removeTree(copy.place)
      throw error
    }
    return copy.report
  }

  private func begin() throws(StoreError) {
    try StoreError.wrapping { () throws(SystemError) in
      try FileSystem.createDirectories(FileSystem.directory(of: target))
    }
    let isFree =
      !FileSystem.isThere(target)
      || FileSystem.isPlainDirectory(target) && (try? FileSystem.list(target)) == []
    guard isFree else { throw .occupied(path: target) }
    try StoreError.wrapping { () throws(SystemError) in
      // Left by a copy that was cut short.
      try FileSystem.removeTree(place)
      try FileSystem.createDirectories(place)
    }
  }

  private func end() throws(StoreError) {
    try StoreError.wrapping { () throws(SystemError) in
      try FileSystem.syncDirectory(place)
      try FileSystem.rename(place, to: target)
      try FileSystem.syncDirectory(FileSystem.directory(of: target))
    }
  }

  // MARK: Filling

  /// Adds a collection at one manifest, whose copy names none before it.
  mutating func add(
    _ key: CollectionKey, manifest number: UInt64, from source: String
  ) throws(StoreError) {
    var manifest = try Manifest(directory: source, number: number, key: key)
    manifest.previous = 0
    let folder = "\(place)/\(key)"
    try StoreError.wrapping { () throws(SystemError) in
      try FileSystem.createDirectories(folder)
    }
    for segment in manifest.segments {
      try add(FileFormat.segmentName(segment.number), from: source, to: folder, segment.byteCount)
    }
    if manifest.tombstones != 0 {
      try add(FileFormat.tombstonesName(manifest.tombstones), from: source, to: folder, nil)
    }
    try write(manifest.encoded(), at: folder + "/" + FileFormat.manifestName(number))
    try StoreError.wrapping { () throws(SystemError) in
      try FileSystem.syncDirectory(folder)
      try FileSystem.syncDirectory(FileSystem.directory(of: folder))
    }
    report.collectionCount += 1
    report.entryCount += manifest.entryCount
  }

  mutating func write(_ position: PositionFile) throws(StoreError) {
    report.commit = position.commit
    report.position = position.position
    try write(position.encoded(), at: place + "/" + FileFormat.positionName(position.commit))
  }

  /// Marks parts as incomplete.
  mutating func mark(_ keys: [CollectionKey?]) throws(StoreError) {
    if keys.isEmpty { return }
    let folder = place + "/" + FileFormat.incompleteName
    try StoreError.wrapping { () throws(SystemError) in
      try FileSystem.createDirectories(folder)
      for key in keys {
        _ = try File(path: "\(folder)/\(StoreCore.repairMark(of: key))", mode: .create)
      }
      try FileSystem.syncDirectory(folder)
    }
  }

  private mutating func write(_ bytes: [UInt8], at path: String) throws(StoreError) {
    try SmallFile.publish(bytes, at: path)
    report.copiedFileCount += 1
    report.byteCount += bytes.count
  }

  /// Gives a file a second name in the copy, or copies it where that cannot be.
  private mutating func add(
    _ name: String, from source: String, to folder: String, _ expectedByteCount: Int?
  ) throws(StoreError) {
    let (path, copy) = ("\(source)/\(name)", "\(folder)/\(name)")
    // A link would lead out of the store.
    guard FileSystem.isPlainFile(path) else {
      throw .invalidFile(
        FileFault(path: path, byteOffset: 0, reason: "the file is missing, or a link"))
    }
    do throws(SystemError) {
      do throws(SystemError) {
        try FileSystem.hardLink(path, to: copy)
        report.linkedFileCount += 1
      } catch {
        guard error.forbidsLinks else { throw error }
        try Self.copyBytes(path, to: copy)
        report.copiedFileCount += 1
      }
      let byteCount = try FileSystem.byteCount(of: copy)
      report.byteCount += byteCount
      guard FileSystem.isPlainFile(copy), byteCount == expectedByteCount ?? byteCount else {
        throw SystemError(call: "link", path: path, code: 5)
      }
    } catch { throw .system(error) }
  }

  private static func copyBytes(_ path: String, to target: String) throws(SystemError) {
    let source = try File(path: path, mode: .read)
    let copy = try File(path: target, mode: .create)
    var chunk = [UInt8](repeating: 0, count: chunkByteCount)
    var offset = 0
    while true {
      let got = try source.read(into: &chunk, at: offset)
      if got == 0 { break }
      try copy.write(got == chunk.count ? chunk : Array(chunk[..<got]), at: offset)
      offset += got
    }
    try copy.sync()
  }

  // MARK: From a directory that nobody has open

  func copy(of source: String) throws(StoreError) -> CopyReport {
    let lock = source + "/" + FileFormat.lockName
    var held: File?
    if FileSystem.isPlainFile(lock) {
      held = try StoreError.wrapping { () throws(SystemError) in
        try File(path: lock, mode: .readWrite)
      }
      let isFree = try StoreError.wrapping { () throws(SystemError) in
        try held!.lockExclusively()
      }
      if !isFree { throw .locked(directory: source) }
    }
    defer { held?.unlock() }
    let found = try StoreContents(directory: source)
    return try perform { (into) throws(StoreError) in
      for (key, number) in found.manifests.sorted(by: { $0.key < $1.key }) {
        try into.add(key, manifest: number, from: "\(source)/\(key)")
      }
      try into.write(found.position)
      try into.mark(found.incomplete)
      try into.check()
    }
  }

  /// Reads all of the copy, before it gets its name.
  private func check() throws(StoreError) {
    var options = StoreOptions()
    options.runsInBackground = false
    let store = try Store.open(directory: place, options: options)
    defer { store.close() }
    let recovery = store.recovery
    let report = try store.verify()
    if let fault = report.faults.first ?? recovery.positionFaults.first {
      throw .invalidFile(fault)
    }
    guard recovery.isIntact else {
      throw .invalidFile(
        FileFault(path: place, byteOffset: 0, reason: "collections are missing or not its own"))
    }
  }
}

/// What a store that nobody has open says of itself; its segments are not read.
public struct StoreSummary: Sendable {
  /// The newest commit.
  public let commit: UInt64
  /// What its owner said it reflects.
  public let position: [UInt8]
  /// Collections.
  public let collectionCount: Int
  /// Live entries.
  public let entryCount: Int

  /// - Throws: ``StoreError/invalidFile(_:)`` where it is no store, or not whole.
  /// - Complexity: Reads a small file for each collection.
  public init(directory: String) throws(StoreError) {
    let contents = try StoreContents(directory: directory)
    var entryCount = 0
    for (key, number) in contents.manifests {
      let manifest = try Manifest(directory: "\(directory)/\(key)", number: number, key: key)
      for segment in manifest.segments {
        let path = "\(directory)/\(key)/" + FileFormat.segmentName(segment.number)
        let size = FileSystem.isPlainFile(path) ? try? FileSystem.byteCount(of: path) : nil
        guard size == segment.byteCount else {
          throw .invalidFile(
            FileFault(path: path, byteOffset: 0, reason: "is missing or not of its size"))
        }
      }
      entryCount += manifest.entryCount
    }
    commit = contents.position.commit
    position = contents.position.position
    collectionCount = contents.manifests.count
    self.entryCount = entryCount
  }
}

/// What stands in a store's directory: the newest position, and the manifests that it counts.
struct StoreContents {
  let position: PositionFile
  private(set) var manifests: [CollectionKey: UInt64] = [:]
  private(set) var incomplete: [CollectionKey?] = []

  /// Reads names and the position; links are refused.
  init(directory: String) throws(StoreError) {
    func fault(_ path: String, _ reason: String) -> StoreError {
      .invalidFile(FileFault(path: path, byteOffset: 0, reason: reason))
    }
    func list(_ path: String) throws(StoreError) -> [String] {
      guard FileSystem.isPlainDirectory(path) else {
        throw fault(path, "is not a directory, or a link to one")
      }
      return try StoreError.wrapping { () throws(SystemError) in try FileSystem.list(path) }
    }
    let names: [String] = try StoreError.wrapping { () throws(SystemError) in
      try FileSystem.list(directory)
    }
    let numbers = names.compactMap { FileFormat.number(in: $0, prefix: "position-") }.sorted()
    guard let newest = numbers.last else { throw fault(directory, "is no store: no position") }
    position = try PositionFile(
      reading: directory + "/" + FileFormat.positionName(newest), number: newest)
    for name in names {
      guard let owner = UUID(name), owner.description == name else { continue }
      for label in try list(directory + "/" + name) {
        guard let key = CollectionKey(owner: owner, label: label) else { continue }
        let counted = try list("\(directory)/\(key)").compactMap {
          FileFormat.number(in: $0, prefix: "manifest-")
        }.filter { $0 <= newest }
        if let number = counted.max() { manifests[key] = number }
      }
    }
    if names.contains(FileFormat.incompleteName) {
      for name in try list(directory + "/" + FileFormat.incompleteName) {
        if name == FileFormat.wholeStoreMark {
          incomplete.append(nil)
        } else if let key = CollectionKey(joined: name) {
          incomplete.append(key)
        }
      }
    }
    var catalog = PositionFile.Catalog()
    for (key, number) in manifests { catalog.insert(key, manifest: number) }
    guard catalog == position.catalog else {
      throw fault(directory, "its collections are not those that its position counts")
    }
  }
}
