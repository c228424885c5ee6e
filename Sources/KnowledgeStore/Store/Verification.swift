import Platform

extension StoreCore {
  /// See ``Store/verify(quarantine:progress:)``.
  func verify(
    quarantine: Bool, progress: (String) -> Void
  ) throws(StoreError) -> VerifyReport {
    let keys = try state.withLock { (state) throws(StoreError) in
      try checkOpen(state)
      return state.slots.keys.sorted()
    }
    var report = VerifyReport()
    try committing.withLock { (commit) throws(StoreError) in
      for number in commit.positions {
        let path = directory + "/" + FileFormat.positionName(number)
        try note(path, &report, progress) { () throws(StoreError) in
          _ = try PositionFile(reading: path, number: number)
        }
      }
    }
    for key in keys {
      let faults = report.faults.count
      try verify(key, &report, progress)
      guard report.faults.count > faults else { continue }
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

  private func verify(
    _ key: CollectionKey, _ report: inout VerifyReport, _ progress: (String) -> Void
  ) throws(StoreError) {
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
    var checked: [UInt64: SegmentData] = [:]
    var named: Set<String> = []
    for number in manifests {
      let file = path + "/" + FileFormat.manifestName(number)
      named.insert(FileFormat.manifestName(number))
      var read: Manifest?
      try note(file, &report, progress) { () throws(StoreError) in
        read = try Manifest(directory: path, number: number, key: key)
      }
      guard let manifest = read else { continue }
      if number == manifests.last, manifest.previous != 0, !manifests.contains(manifest.previous) {
        report.faults.append(
          FileFault(
            path: path + "/" + FileFormat.manifestName(manifest.previous), byteOffset: 0,
            reason: "the file is missing"))
      }
      var live: [UInt64: Bitmap] = [:]
      if manifest.tombstones != 0 {
        let name = FileFormat.tombstonesName(manifest.tombstones)
        named.insert(name)
        try note(path + "/" + name, &report, progress) { () throws(StoreError) in
          live = try TombstonesFile.read(directory: path, manifest: manifest)
        }
      }
      for reference in manifest.segments {
        let name = FileFormat.segmentName(reference.number)
        named.insert(name)
        guard checked[reference.number] == nil else { continue }
        try note(path + "/" + name, &report, progress) { () throws(StoreError) in
          let data = try SegmentData(
            path: path + "/" + name, reference: reference, key: key,
            configuration: manifest.configuration, cache: BlockCache(byteLimit: 1 << 20))
          if data.bytes.isMapped { try data.verify(blocks: 0..<data.blockCount) }
          try data.verifyStructure()
          checked[reference.number] = data
        }
      }
      verifyEntries(manifest, live, checked, file, &report)
    }
    try verifyNames(key, path, named, collection, &report)
  }

  /// Compares what the manifest says of its entries with the rows.
  private func verifyEntries(
    _ manifest: Manifest, _ live: [UInt64: Bitmap], _ segments: [UInt64: SegmentData],
    _ path: String, _ report: inout VerifyReport
  ) {
    var checksum: UInt64 = 0
    var rows = 0
    for reference in manifest.segments {
      guard let data = segments[reference.number] else { return }
      let bitmap = live[reference.number]
      for row in 0..<data.rowCount where bitmap.map({ $0[row] }) ?? true {
        checksum &+= data.columns.state(row).hash64
        rows += 1
      }
    }
    report.entryCount += rows
    if checksum != manifest.checksum || rows != manifest.entryCount {
      report.faults.append(
        FileFault(
          path: path, byteOffset: 0,
          reason: "says \(manifest.entryCount) entries with checksum \(manifest.checksum);"
            + " the rows are \(rows) with \(checksum)"))
    }
  }

  /// Notes files that nobody names. Segments that are being made, or wait for a commit, are known.
  private func verifyNames(
    _ key: CollectionKey, _ path: String, _ named: Set<String>, _ collection: Collection?,
    _ report: inout VerifyReport
  ) throws(StoreError) {
    let names: [String]
    do throws(SystemError) {
      names = try FileSystem.list(path)
    } catch {
      if error.isMissing { return }
      throw .system(error)
    }
    for name in names where !named.contains(name) {
      // An open collection makes files while we look; one that is not open has none to spare.
      guard collection == nil || !FileFormat.isOurs(name) else { continue }
      report.faults.append(
        FileFault(path: path + "/" + name, byteOffset: 0, reason: "nothing names this file"))
    }
  }
}
