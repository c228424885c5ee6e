import Platform

/// Merging segments: the only way in which space comes back.
extension Collection {
  /// Segments of one size class that are merged together.
  static let tierWidth = 8
  /// Live rows of the smallest size class; each further class is ``tierWidth`` times larger.
  static let smallestTier = 64
  /// A segment with a greater part of dead rows is rewritten by itself.
  static let deadPartLimit = 0.2

  /// The size class of a segment by its live rows.
  static func tier(liveCount: Int) -> Int {
    var tier = 0
    var bound = smallestTier
    while liveCount > bound {
      tier += 1
      bound *= tierWidth
    }
    return tier
  }

  /// The segments that should be merged now; empty when all is well.
  static func candidates(_ segments: [Snapshot.SegmentView]) -> [Snapshot.SegmentView] {
    var tiers: [Int: [Snapshot.SegmentView]] = [:]
    for view in segments { tiers[tier(liveCount: view.liveCount), default: []].append(view) }
    for tier in tiers.keys.sorted() where tiers[tier]!.count >= tierWidth {
      let chosen = Array(tiers[tier]!.prefix(tierWidth))
      if chosen.reduce(0, { $0 + $1.liveCount }) < Limits.segmentRowCount { return chosen }
    }
    if let worn = segments.first(where: { view in
      let rows = view.segment.reference.rowCount
      return Double(rows - view.liveCount) > deadPartLimit * Double(rows)
    }) {
      return [worn]
    }
    return []
  }

  /// Does one merge, if one is due.
  ///
  /// - Returns: Whether there was one.
  func compactOnce() throws(StoreError) -> Bool {
    try guarded { () throws(StoreError) -> Bool in
      try compacting.withLock { (_) throws(StoreError) -> Bool in
        try checkUsable()
        let chosen = writer.withLock { Self.candidates($0.segments) }
        guard !chosen.isEmpty else { return false }
        try merge(chosen)
        return true
      }
    }
  }

  /// Seals what is in memory and merges all segments into one; deleted rows give their space back
  /// with the next commit, or at once where nothing is uncommitted.
  ///
  /// - Throws: ``StoreError/system(_:)`` where the disk refuses; nothing is lost then.
  /// - Complexity: O(collection); readers go on, writers wait only for moments.
  public func compact() throws(StoreError) {
    try guarded { () throws(StoreError) in
      try sealing.withLock { (_) throws(StoreError) in
        _ = try freezeAndSeal(forCommit: false)
      }
      try compacting.withLock { (_) throws(StoreError) in
        try checkUsable()
        let all = writer.withLock { $0.segments }
        let isWorn = all.contains { $0.liveCount < $0.segment.reference.rowCount }
        if all.count > 1 || isWorn { try merge(all) }
      }
    }
    try core.publishRestructured()
  }

  /// Writes the rows of a segment whose file could not be synced to another file.
  func rescue(_ segment: Segment) throws(StoreError) {
    try compacting.withLock { (_) throws(StoreError) in
      let view = writer.withLock { writer in
        writer.segments.first { $0.segment === segment }
      }
      // A merge may have saved the rows already.
      guard let view else { return }
      let data = try segment.data()
      try merge([view])
      // What was copied from a mapping is good if the pages are still what the checksums say.
      try data.verify(blocks: 0..<data.blockCount)
    }
  }

  /// Writes the live rows of some segments as one, and puts it in their place.
  ///
  /// The caller holds ``compacting``; the delta is not touched.
  private func merge(_ chosen: [Snapshot.SegmentView]) throws(StoreError) {
    var inputs: [SegmentBuilder.Input] = []
    var datas: [SegmentData] = []
    for view in chosen {
      let data = try view.segment.data()
      datas.append(data)
      inputs.append(
        SegmentBuilder.Input(source: data, rowCount: data.rowCount, live: view.live))
    }
    let merged = try write(
      SegmentBuilder(inputs: inputs, configuration: configuration), isMerge: true)
    let data = try merged.map { (segment) throws(StoreError) in try segment.data() }
    // Zeros in place of rows would have got a checksum that is right.
    for source in datas { try source.checkReadable() }
    if let merged, let data, data.bytes.isMapped {
      // Large ones live long: better that this thread waits for the disk than the next commit.
      do throws(SystemError) {
        try merged.sync()
      } catch {
        try? FileSystem.remove(merged.path)
        throw .system(error)
      }
    }
    let free = writer.withLock { writer in
      let numbers = Set(chosen.map(\.segment.reference.number))
      if let merged, let data {
        var view = Snapshot.SegmentView(segment: merged, live: nil, liveCount: data.rowCount)
        for (before, source) in zip(chosen, datas) {
          let after = writer.segments.first {
            $0.segment.reference.number == before.segment.reference.number
          }
          // One that is gone was dropped by a commit, because its last rows had died meanwhile.
          let live =
            after == nil ? Bitmap(bitCount: source.rowCount, filled: false) : after?.live
          Self.carry(
            from: source.columns, before: before.live, after: live, rowCount: source.rowCount,
            into: &view, data)
        }
        writer.segments.append(view)
      }
      for (view, data) in zip(chosen, datas) { view.segment.retire(keeping: data) }
      writer.segments.removeAll { numbers.contains($0.segment.reference.number) }
      writer.isRestructured = true
      writer.compactionCount += 1
      publish(writer)
      writer.retired.formUnion(numbers)
      let named = writer.kept.reduce(into: writer.pending) { $0.formUnion($1.segments) }
      let free = writer.retired.subtracting(named)
      writer.retired.subtract(free)
      return free
    }
    for number in free {
      removeSegment(number)
    }
  }
}
