import Platform

/// One state of a collection, whole and unchanging: what a reader holds while it works.
final class Snapshot: Sendable {
  /// A segment and what is live in it.
  struct SegmentView: Sendable {
    let segment: Segment
    /// nil while all rows are live.
    var live: Bitmap?
    var liveCount: Int
  }

  /// The rows of a chunk that existed when the snapshot was taken.
  struct ChunkView: Sendable {
    let chunk: DeltaChunk
    var rowCount: Int
    /// nil while all rows are live; has a bit for each row of the chunk's capacity.
    var live: Bitmap?
    var liveCount: Int
  }

  let segments: [SegmentView]
  /// First the chunks that are being sealed, then those that still grow.
  let chunks: [ChunkView]
  /// Live entries.
  let entryCount: Int
  let checksum: UInt64
  /// Live rows beyond one for each entry: those of further chunks.
  let extraRowCount: Int

  init(segments: [SegmentView], chunks: [ChunkView], entryCount: Int, checksum: UInt64) {
    self.segments = segments
    self.chunks = chunks
    self.entryCount = entryCount
    self.checksum = checksum
    let rowCount =
      segments.reduce(0) { $0 + $1.liveCount } + chunks.reduce(0) { $0 + $1.liveCount }
    extraRowCount = max(0, rowCount - entryCount)
  }

  /// Live rows.
  var vectorCount: Int { entryCount + extraRowCount }

  /// Checks that all that was read of this state was there.
  func checkReadable() throws(StoreError) {
    guard MappedFile.wasAnyLost else { return }
    for view in segments { try view.segment.openedData?.checkReadable() }
  }

  /// Rows, those of them that are live (nil: all), and how many those are.
  typealias Source = (source: any RowSource, rowCount: Int, live: Bitmap?, liveCount: Int)

  /// Everything that has rows, with its segments open.
  func sources() throws(StoreError) -> [Source] {
    var sources: [Source] = []
    sources.reserveCapacity(segments.count + chunks.count)
    for view in segments where view.liveCount > 0 {
      let data = try view.segment.data()
      sources.append((data, data.rowCount, view.live, view.liveCount))
    }
    for view in chunks where view.liveCount > 0 {
      sources.append((view.chunk, view.rowCount, view.live, view.liveCount))
    }
    return sources
  }

  /// Where the live row of an entry stands.
  func locate(_ id: UUID) throws(StoreError) -> (source: any RowSource, row: Int)? {
    for view in chunks.reversed() where view.liveCount > 0 {
      if let row = view.chunk.row(of: id, rowCount: view.rowCount, live: view.live) {
        return (view.chunk, row)
      }
    }
    for view in segments.reversed() where view.liveCount > 0 {
      let data = try view.segment.data()
      for row in data.rows(of: id) where view.live.map({ $0[row] }) ?? true { return (data, row) }
    }
    return nil
  }

  /// Calls `body` with the first row of each live entry in the order of ids, until it is false.
  ///
  /// - Parameter after: Only entries with greater ids.
  func walk(
    after: UUID?, matching filter: Filter? = nil, isStopped: () -> Bool = { false },
    _ body: (any RowSource, Int) throws(StoreError) -> Bool
  ) throws(StoreError) {
    let sources = try sources()
    var cursors: [RowCursor] = []
    for (source, rowCount, live, _) in sources {
      let admitted = try source.admitted(
        by: filter, rowCount: rowCount, live: live, isStopped: isStopped)
      if isStopped() { return }
      guard admitted.count > 0 else { continue }
      cursors.append(
        RowCursor(source, rowCount: rowCount, live: admitted.bitmap, after: after))
    }
    while true {
      var best = -1
      for index in cursors.indices where cursors[index].head != nil {
        if best < 0 || RowCursor.precedes(cursors[index], cursors[best]) { best = index }
      }
      guard best >= 0, let row = cursors[best].head else { return }
      guard try body(cursors[best].source, row) else { return }
      cursors[best].advance()
    }
  }
}

/// Walks the live entries of one source in the order of ids.
private struct RowCursor {
  let source: any RowSource
  private let rowCount: Int
  private let live: Bitmap?
  /// The order of the rows where they do not stand in it.
  private var order: [Int]?
  private var next: Int
  /// The row to take next, nil at the end.
  private(set) var head: Int?
  private var id = UUID.zero

  init(_ source: any RowSource, rowCount: Int, live: Bitmap?, after: UUID?) {
    self.source = source
    self.rowCount = rowCount
    self.live = live
    next = 0
    let columns = source.columns
    if let segment = source as? SegmentData {
      if let after {
        next = segment.firstRow(atOrAfter: after)
        while next < rowCount, columns.id(next) == after { next += 1 }
      }
    } else {
      let rows = (0..<rowCount).filter { row in
        columns.chunks[row] == 0 && (live.map { $0[row] } ?? true)
          && (after.map { columns.id(row) > $0 } ?? true)
      }
      order = rows.sorted { columns.id($0) < columns.id($1) }
    }
    advance()
  }

  mutating func advance() {
    if let order {
      head = next < order.count ? order[next] : nil
      next += 1
    } else {
      while next < rowCount, isSkipped(next) { next += 1 }
      head = next < rowCount ? next : nil
      next += 1
    }
    if let head { id = source.columns.id(head) }
  }

  private func isSkipped(_ row: Int) -> Bool {
    if let live, !live[row] { return true }
    return source.columns.parts != nil && source.columns.chunks[row] != 0
  }

  static func precedes(_ left: RowCursor, _ right: RowCursor) -> Bool { left.id < right.id }
}
