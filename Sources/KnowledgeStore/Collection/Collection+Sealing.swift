import Platform

/// Moving rows from memory into segment files.
extension Collection {
  /// What a commit writes down: the state at one instant.
  struct Capture {
    var segments: [Snapshot.SegmentView]
    var entryCount: Int
    var checksum: UInt64
    /// The rows in memory at that instant, as they were then.
    var frozen: [Snapshot.ChunkView]
  }

  /// Seals what is in memory, for the background thread.
  ///
  /// - Throws: What the disk said; the rows stay in memory and the collection is parked.
  func sealInBackground() throws(StoreError) {
    try guarded { () throws(StoreError) in
      try sealing.withLock { (_) throws(StoreError) in
        _ = try freezeAndSeal(forCommit: false)
      }
    }
  }

  /// Moves everything in memory into segments, and returns the state at the moment of the freeze.
  ///
  /// The caller holds ``sealing``.
  /// - Parameter forCommit: Whether a manifest will name the segments: their files then stay.
  func freezeAndSeal(
    forCommit: Bool
  ) throws(StoreError) -> (capture: Capture, sealed: Segment?) {
    try checkUsable()
    // What an earlier failure left behind goes first: it is older than what arrives now.
    if let left = writer.withLock({ $0.frozen?.views }) {
      _ = try seal(left, forCommit: false)
    }
    let capture = writer.withLock { writer in
      if writer.active.rowCount > 0 {
        writer.frozen = writer.active
        writer.active = Delta()
      }
      if forCommit { writer.pending = Set(writer.segments.map(\.segment.reference.number)) }
      return Capture(
        segments: writer.segments, entryCount: writer.entryCount, checksum: writer.checksum,
        frozen: writer.frozen?.views ?? [])
    }
    guard !capture.frozen.isEmpty else { return (capture, nil) }
    return (capture, try seal(capture.frozen, forCommit: forCommit))
  }

  /// Writes the frozen rows, as `views` has them, as a segment and puts it in their place.
  private func seal(
    _ views: [Snapshot.ChunkView], forCommit: Bool
  ) throws(StoreError) -> Segment? {
    let inputs = views.map {
      SegmentBuilder.Input(source: $0.chunk, rowCount: $0.rowCount, live: $0.live)
    }
    do {
      let segment = try write(SegmentBuilder(inputs: inputs, configuration: configuration))
      let data = try segment.map { (segment) throws(StoreError) in try segment.data() }
      writer.withLock { writer in
        let now = writer.frozen?.views ?? []
        if let segment, let data {
          var view = Snapshot.SegmentView(
            segment: segment, live: nil, liveCount: data.rowCount)
          for (before, after) in zip(views, now) {
            Self.carry(
              from: before.chunk.columns, before: before.live, after: after.live,
              rowCount: before.rowCount, into: &view, data)
          }
          writer.segments.append(view)
          if forCommit { writer.pending.insert(segment.reference.number) }
        }
        writer.frozen = nil
        writer.parked = nil
        writer.sealCount += 1
        publish(writer)
      }
      core.maintenance.requestCompaction(self)
      return segment
    } catch {
      if case .system(let reason) = error {
        writer.withLock { $0.parked = reason }
        // Whoever met the refusal, commit and compaction included: the background tries again.
        core.maintenance.requestRetry(self)
      }
      throw error
    }
  }

  /// Marks in `view` the rows that died in a source after its rows were copied there.
  static func carry(
    from columns: RowColumns, before: Bitmap?, after: Bitmap?, rowCount: Int,
    into view: inout Snapshot.SegmentView, _ data: SegmentData
  ) {
    guard let after, before !== after else { return }
    let words = after.wordCount
    for index in 0..<words {
      let were = unsafe before?.words[index] ?? .max
      var died = unsafe were & ~after.words[index]
      while died != 0 {
        let row = index << 6 + died.trailingZeroBitCount
        died &= died - 1
        guard row < rowCount else { return }
        // All rows of an entry die together.
        guard columns.isFirst(row) else { continue }
        for target in data.rows(of: columns.id(row)) {
          if view.live == nil { view.live = Bitmap(bitCount: data.rowCount, filled: true) }
          if view.live![target] {
            view.live!.clear(target)
            view.liveCount -= 1
          }
        }
      }
    }
  }

  /// Writes a segment under a name of its own. Commits make it durable: what is merged away before
  /// the next one never costs the disk a write.
  ///
  /// - Parameter isMerge: Whether it may end with ``StoreError/closed`` when the store closes.
  /// - Returns: nil where there are no rows to write.
  func write(
    _ builder: SegmentBuilder, isMerge: Bool = false
  ) throws(StoreError) -> Segment? {
    guard builder.rowCount > 0 else { return nil }
    try ensureDirectory()
    let number = writer.withLock { writer in
      defer { writer.nextSegment += 1 }
      return writer.nextSegment
    }
    let path = directory + "/" + FileFormat.segmentName(number)
    let temporary = path + FileSystem.temporarySuffix
    var reached = temporary
    do {
      let (reference, file) = try builder.write(
        path: temporary, key: key, number: number,
        isCancelled: { [self] in isMerge && (core.maintenance.isStopping || isOutOfService) })
      try StoreError.wrapping { () throws(SystemError) in
        try FileSystem.rename(temporary, to: path)
      }
      reached = path
      let segment = core.segment(reference, of: self, unsynced: file)
      // Read back what was written: a fault found now costs nothing.
      _ = try segment.data()
      return segment
    } catch {
      try? FileSystem.remove(reached)
      // Why the collection is out of service says more than that the merge was stopped.
      if case .closed = error { try checkUsable() }
      if case .invalidFile(let fault) = error {
        Log.error(
          "segment did not read back as written",
          ["path": .string(fault.path), "reason": .string(fault.reason)])
        throw .system(SystemError(call: "read back", path: fault.path, code: 5))
      }
      throw error
    }
  }

  /// Makes the segments durable, before a manifest names them.
  ///
  /// - Throws: What `fsync` said of one. Its rows are then in a new file, which is not synced yet:
  ///   the next commit tries that.
  private func sync(_ segments: [Snapshot.SegmentView]) throws(StoreError) {
    for view in segments {
      do throws(SystemError) {
        try view.segment.sync()
      } catch {
        let reason = error
        writer.withLock { $0.parked = reason }
        try rescue(view.segment)
        throw .system(reason)
      }
    }
    writer.withLock { $0.parked = nil }
  }

  /// Makes the collection's directory, durably.
  func ensureDirectory() throws(StoreError) {
    try StoreError.wrapping { () throws(SystemError) in
      if FileSystem.isDirectory(directory) { return }
      let owner = FileSystem.directory(of: directory)
      try FileSystem.createDirectories(directory)
      try FileSystem.syncDirectory(owner)
      try FileSystem.syncDirectory(core.directory)
    }
  }

  // MARK: Commit

  /// Whether a commit has anything to write for this collection.
  var needsManifest: Bool {
    writer.withLock { $0.isDirty || $0.isRestructured || $0.kept.isEmpty }
  }

  /// Whether merged segments wait for a manifest to give their space back, and nothing uncommitted
  /// stands in the way.
  var holdsGarbage: Bool {
    writer.withLock { !$0.isDirty && ($0.isRestructured || !$0.retired.isEmpty) }
  }

  /// Seals and writes manifest `number`, durably; it counts once a position file names its commit.
  ///
  /// - Throws: What the disk said; the collection stays dirty.
  func writeManifest(_ number: UInt64) throws(StoreError) {
    try guarded { () throws(StoreError) in
      try sealing.withLock { (_) throws(StoreError) in
        let (capture, sealed) = try freezeAndSeal(forCommit: true)
        // From here on a change makes the collection dirty again: the capture does not have it.
        // (Changes between the freeze and here set the flag too, so it is cleared by comparison.)
        try ensureDirectory()
        var segments = capture.segments
        if let sealed {
          segments.append(
            Snapshot.SegmentView(
              segment: sealed, live: nil, liveCount: sealed.reference.rowCount))
        }
        segments.removeAll { $0.liveCount == 0 }
        try sync(segments)
        // Tombstones that were set by rows that could not be read must not become durable.
        for view in segments { try view.segment.openedData?.checkReadable() }
        let dead = segments.compactMap { view in
          view.live.map { (segment: view.segment.reference.number, live: $0) }
        }
        let (next, previous) = writer.withLock { ($0.nextSegment, $0.kept.last?.number ?? 0) }
        var manifest = Manifest(
          key: key, commit: number, configuration: configuration,
          entryCount: capture.entryCount, checksum: capture.checksum, nextSegment: next,
          tombstones: 0, tombstonesChecksum: 0, segments: segments.map(\.segment.reference))
        manifest.previous = previous
        if !dead.isEmpty {
          let bytes = TombstonesFile.encode(key: key, number: number, dead)
          try SmallFile.publish(
            bytes, at: directory + "/" + FileFormat.tombstonesName(number), isFollowed: true)
          manifest.tombstones = number
          manifest.tombstonesChecksum = SmallFile.checksum(of: bytes)
        }
        try SmallFile.publish(
          manifest.encoded(), at: directory + "/" + FileFormat.manifestName(number))
        writer.withLock { writer in
          writer.pending = Set(manifest.segments.map(\.number))
          writer.kept.append(
            KeptManifest(
              number: number, segments: writer.pending, tombstones: manifest.tombstones))
          writer.isDirty =
            writer.checksum != capture.checksum || writer.entryCount != capture.entryCount
            || writer.active.rowCount > 0
          writer.isRestructured =
            Set(writer.segments.filter { $0.liveCount > 0 }.map(\.segment.reference.number))
            != writer.pending
        }
      }
    }
  }

  /// Takes back manifest `number`, whose commit did not come about.
  func abandonManifest(_ number: UInt64) {
    writer.withLock { writer in
      writer.isDirty = true
      writer.pending = []
      writer.kept.removeAll { $0.number == number }
      writer.abandoned.append(number)
    }
    // A name that stays, or comes back after a power cut, counts no more once a later manifest is
    // there; until then nothing may be committed before it is gone (`removeAbandoned`).
    try? FileSystem.remove(directory + "/" + FileFormat.manifestName(number))
    try? FileSystem.remove(directory + "/" + FileFormat.tombstonesName(number))
  }

  /// Removes, durably, the manifests that no commit has: else a later commit that this collection
  /// has no part in would make them count.
  func removeAbandoned() throws(StoreError) {
    let abandoned = writer.withLock { $0.abandoned }
    guard !abandoned.isEmpty else { return }
    try StoreError.wrapping { () throws(SystemError) in
      for number in abandoned {
        try FileSystem.remove(directory + "/" + FileFormat.manifestName(number))
      }
      if FileSystem.isDirectory(directory) { try FileSystem.syncDirectory(directory) }
    }
    writer.withLock { $0.abandoned.removeAll { abandoned.contains($0) } }
  }

  /// Removes a segment's files.
  func removeSegment(_ number: UInt64) {
    try? FileSystem.remove(directory + "/" + FileFormat.segmentName(number))
    let graph = directory + "/" + FileFormat.graphName(number)
    if FileSystem.exists(graph) { try? FileSystem.remove(graph) }
  }

  /// Removes what neither of the two newest manifests names, after their commit is durable.
  func dropSuperseded() {
    let (segments, manifests) = writer.withLock { writer in
      writer.pending = []
      writer.abandoned = []
      guard writer.pinCount == 0 else { return (Set<UInt64>(), [KeptManifest]()) }
      let dropped = Array(writer.kept.dropLast(2))
      writer.kept = Array(writer.kept.suffix(2))
      let named = writer.kept.reduce(into: Set<UInt64>()) { $0.formUnion($1.segments) }
      let present = Set(writer.segments.map(\.segment.reference.number))
      for manifest in dropped {
        writer.retired.formUnion(manifest.segments.subtracting(present))
      }
      // A segment whose rows are all dead is no longer needed by anyone.
      let empty = writer.segments.filter { $0.liveCount == 0 }
      writer.retired.formUnion(empty.map(\.segment.reference.number))
      for view in empty { view.segment.retire() }
      writer.segments.removeAll { $0.liveCount == 0 }
      if !empty.isEmpty { publish(writer) }
      let free = writer.retired.subtracting(named)
      writer.retired.subtract(free)
      return (free, dropped)
    }
    for manifest in manifests {
      try? FileSystem.remove(directory + "/" + FileFormat.manifestName(manifest.number))
      if manifest.tombstones != 0 {
        try? FileSystem.remove(directory + "/" + FileFormat.tombstonesName(manifest.tombstones))
      }
    }
    for number in segments {
      removeSegment(number)
    }
  }
}
