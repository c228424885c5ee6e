import Platform

extension Collection {
  /// Applies changes in order, all or none; the next search sees them all.
  ///
  /// An upsert replaces whatever has its id, unless that has a higher version: then it is left out.
  ///
  /// - Throws: ``StoreError`` naming the entry where a vector or text is refused, and nothing is
  ///   changed; ``StoreError/parked(collection:reason:)`` where memory is full because the disk
  ///   refuses writes.
  /// - Complexity: O(changes); blocks while the disk is more than `StoreOptions.deltaByteLimit`
  ///   behind. No disk is touched here otherwise.
  public func apply(_ changes: [Change]) throws(StoreError) {
    guard !changes.isEmpty else { return }
    var scales: [Double] = []
    scales.reserveCapacity(changes.count)
    for change in changes {
      switch change {
      case .upsert(let entry): try check(entry, scales: &scales)
      case .delete: break
      }
    }
    try waitForRoom()
    let wantsSeal = try guarded { () throws(StoreError) -> Bool in
      try writer.withLock { (writer: inout Writer) throws(StoreError) -> Bool in
        try checkUsable()
        // Everything that can fail comes before the first change.
        var segments: [SegmentData] = []
        segments.reserveCapacity(writer.segments.count)
        for view in writer.segments { segments.append(try view.segment.data()) }
        var batch = Batch(segments: segments)
        var nextScale = 0
        for change in changes {
          switch change {
          case .upsert(let entry):
            let first = nextScale
            nextScale += entry.chunkCount
            let stored = batch.state(of: entry.id, writer)
            if let stored, stored.version > entry.version { continue }
            if let stored { batch.remove(stored, &writer) }
            writer.active.append(
              entry, scales: scales[first..<nextScale], dimension: configuration.dimension,
              scratch: &writer.scratch)
            writer.entryCount += 1
            writer.checksum &+=
              EntryState(id: entry.id, version: entry.version, stamp: entry.stamp).hash64
          case .delete(let id):
            guard let stored = batch.state(of: id, writer) else { continue }
            batch.remove(stored, &writer)
          }
          writer.isDirty = true
        }
        // An old row that could not be read was not found either: nothing of this may be committed.
        for segment in segments { try segment.checkReadable() }
        if writer.active.hasUnlistedMetadata { noteUnlistedMetadata() }
        publish(writer)
        return writer.active.rowCount >= core.options.deltaRowLimit && writer.frozen == nil
      }
    }
    if wantsSeal { core.maintenance.requestSeal(self) }
  }

  /// Checks an entry, and appends the factor that brings each of its vectors to unit length.
  private func check(_ entry: Entry, scales: inout [Double]) throws(StoreError) {
    let byteCount = EntryRecord.byteCount(of: entry)
    guard byteCount <= Limits.entryByteCount else {
      throw .entryTooLarge(entry: entry.id, byteCount: byteCount, limit: Limits.entryByteCount)
    }
    try entry.checkSpans()
    let dimension = configuration.dimension
    if entry.spans.isEmpty {
      scales.append(
        try Self.checkedScale(of: entry.vector[...], dimension: dimension, entry: entry.id))
      return
    }
    guard entry.vector.count == entry.chunkCount * dimension else {
      throw .dimensionMismatch(
        entry: entry.id, expected: entry.chunkCount * dimension, actual: entry.vector.count)
    }
    for chunk in 0..<entry.chunkCount {
      let vector = entry.vector[chunk * dimension..<(chunk + 1) * dimension]
      scales.append(try Self.checkedScale(of: vector, dimension: dimension, entry: entry.id))
    }
  }

  /// Checks a vector.
  ///
  /// - Returns: The factor to unit length; exactly 1 where the length is 1 within Float rounding,
  ///   so that a unit vector is stored, and exported again, bit for bit.
  static func checkedScale(
    of vector: ArraySlice<Float>, dimension: Int, entry: UUID?
  ) throws(StoreError) -> Double {
    guard vector.count == dimension else {
      throw .dimensionMismatch(entry: entry, expected: dimension, actual: vector.count)
    }
    var sum = 0.0
    unsafe vector.withUnsafeBufferPointer { buffer in
      for index in 0..<buffer.count {
        let value = unsafe Double(buffer[index])
        sum += value * value
      }
    }
    guard sum.isFinite else {
      // Squares of finite Floats do not overflow a Double, so some component is not finite.
      let component = (vector.firstIndex { !$0.isFinite } ?? 0) - vector.startIndex
      throw .notFinite(entry: entry, component: component)
    }
    guard sum > 0 else { throw .zeroVector(entry: entry) }
    return abs(sum - 1) <= 1e-6 ? 1 : 1 / sum.squareRoot()
  }

  /// Waits while too much is in memory and the disk is making progress.
  private func waitForRoom() throws(StoreError) {
    let limit = core.options.deltaByteLimit
    if !core.options.runsInBackground {
      // Nobody else will do it.
      if writer.withLock({ $0.deltaByteCount > limit }) { try sealInBackground() }
      return
    }
    let refusal: StoreError? = writer.wait { writer in
      if (try? checkUsable()) == nil { return .some(nil) }
      guard writer.deltaByteCount > limit else { return .some(nil) }
      if let reason = writer.parked { return .parked(collection: key, reason: reason) }
      core.maintenance.requestSeal(self)
      return nil
    }.flatMap { $0 }
    if let refusal { throw refusal }
  }
}

/// What one call of ``Collection/apply(_:)`` remembers: which bitmaps are already copies.
private struct Batch {
  /// An entry's present row, and what it says.
  struct Stored {
    enum Place {
      case active
      case frozen
      case segment(Int, Range<Int>)
    }
    var place: Place
    var state: EntryState
    var version: UInt64 { state.version }
  }

  let segments: [SegmentData]
  private var copiedSegments: [Bool]
  private var copiedActive: Set<Int> = []
  private var copiedFrozen: Set<Int> = []

  init(segments: [SegmentData]) {
    self.segments = segments
    copiedSegments = [Bool](repeating: false, count: segments.count)
  }

  func state(of id: UUID, _ writer: Collection.Writer) -> Stored? {
    if let state = writer.active.state(of: id) { return Stored(place: .active, state: state) }
    if let state = writer.frozen?.state(of: id) { return Stored(place: .frozen, state: state) }
    for (index, segment) in segments.enumerated().reversed() {
      let rows = segment.rows(of: id)
      for row in rows where writer.segments[index].live.map({ $0[row] }) ?? true {
        return Stored(place: .segment(index, rows), state: segment.columns.state(row))
      }
    }
    return nil
  }

  mutating func remove(_ stored: Stored, _ writer: inout Collection.Writer) {
    switch stored.place {
    case .active: writer.active.remove(stored.state.id, copied: &copiedActive)
    case .frozen: writer.frozen?.remove(stored.state.id, copied: &copiedFrozen)
    case .segment(let index, let rows):
      if !copiedSegments[index] {
        copiedSegments[index] = true
        writer.segments[index].live =
          writer.segments[index].live.map(Bitmap.init(copying:))
          ?? Bitmap(bitCount: segments[index].rowCount, filled: true)
      }
      let live = writer.segments[index].live!
      for row in rows where live[row] {
        live.clear(row)
        writer.segments[index].liveCount -= 1
      }
    }
    writer.entryCount -= 1
    writer.checksum &-= stored.state.hash64
  }
}
