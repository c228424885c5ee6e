import Platform

extension StoreCore {
  /// See ``Store/verify(_:quarantine:progress:)``.
  func verify(
    _ only: CollectionKey?, quarantine: Bool, progress: (String) -> Void
  ) throws(StoreError) -> VerifyReport {
    let keys = try state.withLock { (state) throws(StoreError) in
      try checkOpen(state)
      return only.map { key in state.slots[key] == nil ? [] : [key] } ?? state.slots.keys.sorted()
    }
    var report = VerifyReport()
    try committing.withLock { (commit) throws(StoreError) in
      for number in only == nil ? commit.positions : [] {
        let path = directory + "/" + FileFormat.positionName(number)
        try note(path, &report, progress) { () throws(StoreError) in
          _ = try PositionFile(reading: path, number: number)
        }
      }
    }
    for key in keys {
      let faults = report.faults.count
      let graphs = try verify(key, &report, progress)
      let isThere = state.withLock { $0.slots[key] != nil || $0.repairs.concern(key) }
      // Removed while it was read: what is missing should be.
      if !isThere { report.faults.removeLast(report.faults.count - faults) }
      guard report.faults.count > faults else {
        // Nothing is lost with a graph: it alone is made anew.
        if isThere { report.faults += graphs.map(\.fault) }
        if quarantine { for graph in graphs { dropGraph(graph.segment, of: key) } }
        continue
      }
      report.damaged.append(key)
      guard quarantine else { continue }
      do {
        if let collection = try existing(key) {
          _ = setAside(collection, report.faults[faults])
        }
      } catch .damaged {
        // Opening it met the fault and set it aside already.
      }
    }
    return report
  }

  /// Counts a file and notes the fault that `body` finds in it.
  private func note(
    _ path: String, _ report: inout VerifyReport, _ progress: (String) -> Void,
    _ body: () throws(StoreError) -> Void
  ) throws(StoreError) {
    do {
      try body()
    } catch {
      guard case .invalidFile(let fault) = error else { throw error }
      report.faults.append(fault)
    }
    report.fileCount += 1
    report.byteCount += (try? FileSystem.byteCount(of: path)) ?? 0
    progress(path)
  }

  /// Removes a graph, so that it is made anew.
  private func dropGraph(_ number: UInt64, of key: CollectionKey) {
    try? FileSystem.remove(directory(of: key) + "/" + FileFormat.graphName(number))
    guard let collection = state.withLock({ $0.slots[key]?.collection }) else { return }
    let segments = collection.writer.withLock { $0.segments.map(\.segment) }
    for segment in segments where segment.reference.number == number {
      segment.openedData?.graphSlot.set(nil)
      graphs.request(collection, segment)
    }
  }

  /// - Returns: Segments whose graphs are not what was written.
  private func verify(
    _ key: CollectionKey, _ report: inout VerifyReport, _ progress: (String) -> Void
  ) throws(StoreError) -> [(segment: UInt64, fault: FileFault)] {
    var graphs: [(segment: UInt64, fault: FileFault)] = []
    // A pinned collection keeps the files of its manifests; one that is not open has no writer.
    let (collection, onDisk) = state.withLock { state in
      (state.slots[key]?.collection, state.slots[key]?.manifests ?? [])
    }
    let manifests =
      collection?.writer.withLock { writer in
        writer.pinCount += 1
        return writer.kept.map(\.number)
      } ?? onDisk
    defer { collection?.writer.withLock { $0.pinCount -= 1 } }
    let path = directory(of: key)
    var states: [ManifestState] = []
    // Of a collection that is not open, others than the newest and the one kept beside it are left
    // over, as at its opening.
    let previous = (try? manifests.last.map { try Manifest(directory: path, number: $0, key: key) })
      .flatMap { $0 }?.previous
    for number in manifests {
      if let previous, number != manifests.last, number != previous { continue }
      let file = path + "/" + FileFormat.manifestName(number)
      try note(file, &report, progress) { () throws(StoreError) in
        states.append(
          ManifestState(manifest: try Manifest(directory: path, number: number, key: key)))
      }
    }
    if let newest = states.last?.manifest, newest.commit == manifests.last, newest.previous != 0,
      !manifests.contains(newest.previous)
    {
      report.faults.append(
        FileFault(
          path: path + "/" + FileFormat.manifestName(newest.previous), byteOffset: 0,
          reason: "the file is missing"))
    }
    for index in states.indices where states[index].manifest.tombstones != 0 {
      let name = FileFormat.tombstonesName(states[index].manifest.tombstones)
      var live: [UInt64: Bitmap]?
      try note(path + "/" + name, &report, progress) { () throws(StoreError) in
        live = try TombstonesFile.read(directory: path, manifest: states[index].manifest)
      }
      states[index].isWhole = live != nil
      states[index].live = live ?? [:]
    }
    // One segment at a time: together they may be larger than memory.
    for reference in Set(states.flatMap(\.manifest.segments)).sorted(by: { $0.number < $1.number })
    {
      let name = FileFormat.segmentName(reference.number)
      var isWhole = false
      try note(path + "/" + name, &report, progress) { () throws(StoreError) in
        let data = try SegmentData(
          path: path + "/" + name, reference: reference, key: key,
          configuration: states[0].manifest.configuration, caches: .none)
        if data.bytes.isMapped { try data.verify(blocks: 0..<data.blockCount) }
        try data.verifyStructure()
        try data.verifyChunks()
        for index in states.indices { states[index].count(reference, data) }
        isWhole = true
      }
      let graph = path + "/" + FileFormat.graphName(reference.number)
      if isWhole, FileSystem.isPlainFile(graph) {
        let fault = GraphFile.fault(
          path: graph, segment: reference,
          dimension: states[0].manifest.configuration.dimension)
        if let fault { graphs.append((reference.number, fault)) }
        try note(graph, &report, progress) {}
      }
      for index in states.indices where states[index].manifest.segments.contains(reference) {
        if !isWhole { states[index].isWhole = false }
      }
    }
    for state in states where state.isWhole {
      report.entryCount += state.rows
      let manifest = state.manifest
      guard state.checksum != manifest.checksum || state.rows != manifest.entryCount else {
        continue
      }
      report.faults.append(
        FileFault(
          path: path + "/" + FileFormat.manifestName(manifest.commit), byteOffset: 0,
          reason: "says \(manifest.entryCount) entries with checksum \(manifest.checksum);"
            + " the rows are \(state.rows) with \(state.checksum)"))
    }
    try warnOfStrays(path)
    return graphs
  }

  /// A manifest, and what the rows that it names add up to.
  private struct ManifestState {
    let manifest: Manifest
    var live: [UInt64: Bitmap] = [:]
    var rows = 0
    var checksum: UInt64 = 0
    /// Whether everything that it names could be read.
    var isWhole = true

    init(manifest: Manifest) { self.manifest = manifest }

    mutating func count(_ reference: SegmentReference, _ data: SegmentData) {
      guard manifest.segments.contains(reference) else { return }
      let bitmap = live[reference.number]
      for row in 0..<data.rowCount where bitmap.map({ $0[row] }) ?? true {
        guard data.columns.isFirst(row) else { continue }
        checksum &+= data.columns.state(row).hash64
        rows += 1
      }
    }
  }

  /// Tells of files that are none of the store's: they are left alone, and are no damage.
  private func warnOfStrays(_ path: String) throws(StoreError) {
    let names: [String]
    do throws(SystemError) {
      names = try FileSystem.list(path)
    } catch {
      if error.isMissing { return }
      throw .system(error)
    }
    // Files that a writer makes while we look, or that a kill left: removed at the next use.
    for name in names where !FileFormat.isOurs(name) {
      Log.warning(
        "a file that is none of the store's stands in its directory",
        ["path": .string(path + "/" + name)])
    }
  }
}
