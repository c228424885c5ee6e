import Platform

/// What opening a directory finds: positions, and which manifests count. FORMAT.md, section 8.
struct Opening {
  private(set) var state = StoreCore.State()
  private(set) var commit = StoreCore.CommitState(next: 1, positions: [])
  /// Trees that nobody needs, still to be removed: for large files that takes its time.
  private(set) var leftovers: [String] = []
  private let directory: String

  init(directory: String) throws(StoreError) {
    self.directory = directory
    do throws(SystemError) {
      try scan()
    } catch { throw .system(error) }
    if commit.positions.isEmpty && !state.recovery.isPositionLost {
      // A directory without any position is new: from now on, none means that it was lost.
      try StoreError.wrapping { () throws(SystemError) in
        try FileSystem.syncDirectory(FileSystem.directory(of: directory))
      }
      let first = PositionFile(commit: 0, position: [])
      try SmallFile.publish(
        first.encoded(), at: directory + "/" + FileFormat.positionName(0))
      commit.positions = [0]
      state.newest = first
    }
    if let counted {
      // A removal that was cut short: the catalog must forget it before its manifests go.
      let number = commit.next
      commit.next += 1
      let file = PositionFile(
        commit: number, position: state.newest?.position ?? [], catalog: counted)
      try SmallFile.publish(
        file.encoded(), at: directory + "/" + FileFormat.positionName(number))
      commit.positions.append(number)
      state.older = state.newest
      state.newest = file
    }
    try StoreError.wrapping { () throws(SystemError) in
      // Under a name of its own, so that its removal may take its time.
      let trash = directory + "/" + FileFormat.trashName
      guard FileSystem.isDirectory(trash) else { return }
      let old = "\(trash)-\(Clock.wallMicroseconds)"
      try FileSystem.rename(trash, to: old)
      leftovers.append(old)
    }
  }

  /// What the newest position should count, where it still counts a collection in the trash.
  private var counted: PositionFile.Catalog?

  private mutating func scan() throws(SystemError) {
    let names = try FileSystem.list(directory)
    var highest: UInt64 = 0
    var valid: [PositionFile] = []
    for name in names {
      let path = directory + "/" + name
      if name.hasSuffix(FileSystem.temporarySuffix) {
        try FileSystem.remove(path)
        state.recovery.temporaryFileCount += 1
      } else if name.hasPrefix(FileFormat.trashName + "-") {
        leftovers.append(path)
      } else if let number = FileFormat.number(in: name, prefix: "position-") {
        highest = max(highest, number)
        commit.positions.append(number)
        do throws(StoreError) {
          valid.append(try PositionFile(reading: path, number: number))
        } catch {
          switch error {
          case .invalidFile(let fault): state.recovery.positionFaults.append(fault)
          case .system(let reason): throw reason
          default: break
          }
        }
      }
    }
    commit.positions.sort()
    valid.sort { $0.commit < $1.commit }
    state.newest = valid.last
    state.older = valid.dropLast().last
    var manifests: [CollectionKey: [UInt64]] = [:]
    var owners: [String] = []
    for name in names {
      guard let owner = UUID(name), owner.description == name,
        FileSystem.isDirectory(directory + "/" + name)
      else { continue }
      owners.append(directory + "/" + name)
      for label in try FileSystem.list(directory + "/" + name) {
        guard let key = CollectionKey(owner: owner, label: label) else { continue }
        manifests[key] = try scan(key)
        highest = max(highest, manifests[key]?.max() ?? 0)
      }
    }
    state.recovery.isPositionLost =
      valid.isEmpty && (!commit.positions.isEmpty || !manifests.isEmpty)
    let last = state.recovery.isPositionLost ? highest : valid.last?.commit ?? 0
    state.recovery.commit = last
    commit.next = highest + 1
    for (key, numbers) in manifests { try admit(key, numbers, last) }
    // Left by a stop between an owner and the first commit, or the end of a removal.
    for path in owners where try FileSystem.list(path).isEmpty {
      try FileSystem.removeTree(path)
    }
    if let expected = valid.last?.catalog, !state.recovery.isPositionLost {
      try compare(with: expected, last)
    }
    try readRepairMarks()
    if state.recovery.isPositionLost || state.recovery.isCatalogWrong { state.repairs.add(nil) }
  }

  /// What was known to be incomplete.
  private mutating func readRepairMarks() throws(SystemError) {
    let folder = directory + "/" + FileFormat.incompleteName
    for name in FileSystem.isDirectory(folder) ? try FileSystem.list(folder) : [] {
      if name == FileFormat.wholeStoreMark {
        state.repairs.add(nil, isMarked: true)
      } else if let key = CollectionKey(joined: name) {
        state.repairs.add(key, isMarked: true)
      }
    }
  }

  /// Collections in the trash of which any part may be one removal that was cut short.
  private static let triedRemovalCount = 10

  /// Notices collections and manifests that went missing.
  private mutating func compare(
    with expected: PositionFile.Catalog, _ last: UInt64
  ) throws(SystemError) {
    var found = PositionFile.Catalog()
    for (key, slot) in state.slots {
      if let newest = slot.manifests.last { found.insert(key, manifest: newest) }
    }
    if found == expected { return }
    // After a removal that was cut short the collection is in the trash, whole, and still counted;
    // beside it may stand what a power cut brought back of an earlier one, which is not.
    var removed: [(key: CollectionKey, manifest: UInt64)] = []
    let trash = directory + "/" + FileFormat.trashName
    for name in FileSystem.isDirectory(trash) ? try FileSystem.list(trash) : [] {
      // (It may be in both places, where a power cut came between the two sides of its move.)
      guard let key = CollectionKey(joined: name), state.slots[key] == nil else { continue }
      let numbers = try FileSystem.list(trash + "/" + name).compactMap {
        FileFormat.number(in: $0, prefix: "manifest-")
      }
      if let newest = numbers.filter({ $0 <= last }).max() { removed.append((key, newest)) }
    }
    // All of many, or whichever of a few.
    let every = removed.count <= Self.triedRemovalCount ? 1 << removed.count : 2
    for choice in 1..<max(every, 1) {
      var catalog = found
      for (place, collection) in removed.enumerated()
      where every == 2 || choice >> place & 1 != 0 {
        catalog.insert(collection.key, manifest: collection.manifest)
      }
      if catalog == expected {
        counted = found
        return
      }
    }
    state.recovery.isCatalogWrong = true
    // No position describes these files.
    state.newest = nil
    state.older = nil
  }

  /// The manifests of a collection; temporary files are removed.
  private mutating func scan(_ key: CollectionKey) throws(SystemError) -> [UInt64] {
    let path = "\(directory)/\(key)"
    guard FileSystem.isDirectory(path) else { return [] }
    var numbers: [UInt64] = []
    for name in try FileSystem.list(path) {
      if name.hasSuffix(FileSystem.temporarySuffix) {
        try FileSystem.discard(path + "/" + name, to: directory + "/" + FileFormat.trashName)
        state.recovery.temporaryFileCount += 1
      } else if let number = FileFormat.number(in: name, prefix: "manifest-") {
        numbers.append(number)
      }
    }
    return numbers.sorted()
  }

  /// Drops manifests of a commit that never ended, and collections that never were committed;
  /// durably, for after a later commit that they have no part in they would count.
  private mutating func admit(
    _ key: CollectionKey, _ numbers: [UInt64], _ last: UInt64
  ) throws(SystemError) {
    let path = "\(directory)/\(key)"
    for number in numbers where number > last {
      try FileSystem.remove(path + "/" + FileFormat.manifestName(number))
      state.recovery.abandonedManifestCount += 1
    }
    let counting = numbers.filter { $0 <= last }
    if !counting.isEmpty {
      state.slots[key] = StoreCore.Slot(manifests: counting)
    } else if FileSystem.isDirectory(path) {
      try FileSystem.removeTree(path)
    }
    guard counting.count < numbers.count else { return }
    try FileSystem.syncDirectory(counting.isEmpty ? FileSystem.directory(of: path) : path)
  }
}

extension StoreCore {
  /// Opens a collection at its newest manifest that holds good.
  ///
  /// Reads manifests and tombstones, and the sizes of the segments; their bytes when first used.
  /// - Throws: ``StoreError/invalidFile(_:)`` where no manifest holds good.
  func load(
    _ key: CollectionKey, _ slot: Slot, _ state: inout State
  ) throws(StoreError) -> Collection {
    let path = directory(of: key)
    var faults: [FileFault] = []
    var usable: [(manifest: Manifest, live: [UInt64: Bitmap])] = []
    var unusable: [UInt64] = []
    var counting = slot.manifests
    while let number = counting.popLast() {
      do {
        usable.append(try read(key, path, number))
      } catch {
        guard case .invalidFile(let fault) = error else { throw error }
        faults.append(fault)
        unusable.append(number)
      }
      // Others than the newest and the one kept beside it are left over from a commit that failed,
      // or could not be removed: their segments may be gone.
      if let newest = usable.first?.manifest { counting.removeAll { $0 != newest.previous } }
    }
    guard let (manifest, live) = usable.first else {
      throw .invalidFile(
        faults.first ?? FileFault(path: path, byteOffset: 0, reason: "there is no manifest"))
    }
    if let newest = slot.manifests.last, manifest.commit != newest, let fault = faults.first {
      state.recovery.rolledBack.append(RecoveryReport.Finding(key: key, fault: fault))
      // Written down before the next commit; until then the files say it themselves.
      state.repairs.add(key)
    }
    var writer = Collection.Writer()
    writer.entryCount = manifest.entryCount
    writer.checksum = manifest.checksum
    // What cannot be used comes first, so that the next commit drops it before the rest.
    writer.kept =
      unusable.reversed().map {
        Collection.KeptManifest(number: $0, segments: [], tombstones: 0)
      }
      + usable.reversed().map {
        Collection.KeptManifest(
          number: $0.manifest.commit, segments: Set($0.manifest.segments.map(\.number)),
          tombstones: $0.manifest.tombstones)
      }
    try removeOrphans(path, &writer)
    writer.nextSegment = max(
      writer.nextSegment, usable.map(\.manifest.nextSegment).max() ?? 1)
    let collection = Collection(
      core: self, key: key, configuration: manifest.configuration, writer: Collection.Writer())
    writer.segments = manifest.segments.map { reference in
      let bitmap = live[reference.number]
      return Snapshot.SegmentView(
        segment: segment(reference, of: collection), live: bitmap,
        liveCount: bitmap?.count ?? reference.rowCount)
    }
    collection.writer.withLock { $0 = writer }
    collection.publish(writer)
    collection.setIncomplete(state.repairs.concern(key))
    return collection
  }

  /// Reads manifest `number` and what it names, all but the bytes of segments.
  private func read(
    _ key: CollectionKey, _ path: String, _ number: UInt64
  ) throws(StoreError) -> (Manifest, [UInt64: Bitmap]) {
    let manifest = try Manifest(directory: path, number: number, key: key)
    let live = try TombstonesFile.read(directory: path, manifest: manifest)
    var liveRows = 0
    for reference in manifest.segments {
      let file = path + "/" + FileFormat.segmentName(reference.number)
      func fault(_ reason: String) -> StoreError {
        .invalidFile(FileFault(path: file, byteOffset: 0, reason: reason))
      }
      guard FileSystem.isPlainFile(file) else { throw fault("the file is missing") }
      let size = try StoreError.wrapping { () throws(SystemError) in
        try FileSystem.byteCount(of: file)
      }
      guard size == reference.byteCount else {
        throw fault("has \(size) bytes where the manifest says \(reference.byteCount)")
      }
      liveRows += live[reference.number]?.count ?? reference.rowCount
    }
    guard liveRows >= manifest.entryCount else {
      throw .invalidFile(
        FileFault(
          path: path + "/" + FileFormat.manifestName(number), byteOffset: 0,
          reason: "counts \(manifest.entryCount) entries in \(liveRows) live rows"))
    }
    return (manifest, live)
  }

  /// Removes manifests that do not count, and what no kept one names: left by a kill.
  private func removeOrphans(_ path: String, _ writer: inout Collection.Writer) throws(StoreError) {
    let segments = writer.kept.reduce(into: Set<UInt64>()) { $0.formUnion($1.segments) }
    let tombstones = Set(writer.kept.map(\.tombstones))
    do throws(SystemError) {
      for name in try FileSystem.list(path) {
        if let number = FileFormat.number(in: name, prefix: "segment-", suffix: ".kseg") {
          writer.nextSegment = max(writer.nextSegment, number + 1)
          guard !segments.contains(number) else { continue }
          let trash = directory + "/" + FileFormat.trashName
          removeSoon([try FileSystem.discard(path + "/" + name, to: trash)])
        } else if let number = FileFormat.number(in: name, prefix: "segment-", suffix: ".kgraph"),
          !segments.contains(number)
        {
          try FileSystem.remove(path + "/" + name)
        } else if let number = FileFormat.number(in: name, prefix: "tombstones-"),
          !tombstones.contains(number)
        {
          try FileSystem.remove(path + "/" + name)
        } else if let number = FileFormat.number(in: name, prefix: "manifest-"),
          !writer.kept.contains(where: { $0.number == number })
        {
          try FileSystem.remove(path + "/" + name)
        }
      }
    } catch { throw .system(error) }
  }
}

extension FileSystem {
  /// Moves a file that nobody needs into `folder`, under a name that nobody has: at once, while the
  /// removal of a large one takes its time.
  @discardableResult
  static func discard(_ path: String, to folder: String) throws(SystemError) -> String {
    try createDirectories(folder)
    let target = "\(folder)/\(UUID.random())"
    try rename(path, to: target)
    return target
  }
}

extension StoreCore {
  /// Removes trees that nobody needs, in the background where there is one. What stays is removed
  /// at the next opening.
  func removeSoon(_ paths: [String]) {
    if options.runsInBackground {
      maintenance.requestRemoval(paths)
    } else {
      for path in paths { try? FileSystem.removeTree(path) }
    }
  }
}
