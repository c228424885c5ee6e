import Platform

/// The rows that one search looks at, kept alive while it does.
struct SearchField {
  private(set) var sources: [any RowSource] = []
  private(set) var rowCounts: [Int] = []
  private(set) var admitted: [Bitmap?] = []
  private var admittedCounts: [Int] = []
  private let snapshot: Snapshot
  /// Entries that pass the filter.
  private(set) var matchCount = 0
  /// What makes entries of found rows.
  private(set) var chunks: ChunkGroups

  /// - Parameter keepsAll: Whether sources stay of which no row passes.
  init(
    _ snapshot: Snapshot, filter: Filter?, keepsAll: Bool = false,
    isStopped: () -> Bool = { false }
  ) throws(StoreError) {
    self.snapshot = snapshot
    chunks = ChunkGroups(extraRowCount: filter == nil ? snapshot.extraRowCount : 0)
    for (source, rowCount, live, liveCount) in try snapshot.sources() {
      if filter == nil {
        sources.append(source)
        rowCounts.append(rowCount)
        admitted.append(live)
        admittedCounts.append(liveCount)
        continue
      }
      var (bitmap, count) = try source.admitted(
        by: filter, rowCount: rowCount, live: live, isStopped: isStopped)
      if isStopped() { return }
      var admittedCount = count
      if snapshot.extraRowCount > 0 {
        // An entry passes or not with all its rows, of which the first says which.
        let heads = bitmap ?? Bitmap(bitCount: rowCount, filled: true)
        let all = source.columns.spread(heads, rowCount: rowCount)
        (bitmap, count) = (all.rows, all.entryCount)
        admittedCount = all.rows.count
        chunks.extraRowCount += admittedCount - all.entryCount
      }
      matchCount += count
      guard count > 0 || keepsAll else { continue }
      sources.append(source)
      rowCounts.append(rowCount)
      admitted.append(bitmap)
      admittedCounts.append(admittedCount)
    }
    if filter == nil { matchCount = snapshot.entryCount }
    if chunks.extraRowCount > 0 { chunks.sources = sources.map(\.columns) }
  }

  /// Lends the rows to `body`; the objects that own them outlive it.
  func withRows<Value>(_ body: ([VectorRows]) -> Value) -> Value {
    withExtendedLifetime((snapshot, sources, admitted)) {
      var rows: [VectorRows] = []
      rows.reserveCapacity(sources.count)
      for index in sources.indices {
        var lent = unsafe sources[index].rows(
          count: rowCounts[index], live: admitted[index], admittedCount: admittedCounts[index])
        if let segment = sources[index] as? SegmentData {
          lent.graph = segment.graph
          lent.visits = segment.vectorVisits
        }
        rows.append(lent)
      }
      return body(rows)
    }
  }

  /// What the caller is told of how the sources were searched.
  func explanation(of reports: [SourceReport]) -> [SearchPart] {
    zip(sources, reports).map { source, report in
      SearchPart(
        segment: (source as? SegmentData)?.header.number, way: report.way,
        hasSigns: source.signs != nil, rowCount: report.rowCount, admittedCount: report.admitted,
        signRowCount: report.signRows, codeRowCount: report.codeRows)
    }
  }

  /// What is known of a found row without reading what it holds.
  func idHit(_ ranked: RankedRow) -> IDHit {
    let columns = sources[ranked.source].columns
    return IDHit(
      id: columns.id(ranked.row), chunk: columns.chunks[ranked.row], score: ranked.score)
  }

  /// Fetches what the caller sees of each found row.
  func hits(_ found: [RankedRow]) throws(StoreError) -> [Hit] {
    var hits: [Hit] = []
    hits.reserveCapacity(found.count)
    for ranked in found { sources[ranked.source].prefetch(ranked.row) }
    for ranked in found { hits.append(try hit(ranked)) }
    return hits
  }

  /// Fetches what the caller sees of a found row.
  func hit(_ ranked: RankedRow) throws(StoreError) -> Hit {
    let source = sources[ranked.source]
    let columns = source.columns
    let row = ranked.row
    let first = try source.entryRows(of: row).lowerBound
    let record = try source.decodedRecord(at: first)
    let hit = Hit(
      id: columns.id(row), chunk: columns.chunks[row],
      span: columns.span(row, within: record.contentRange.count), score: ranked.score,
      version: columns.versions[row], entryType: source.string(row, .types),
      category: source.string(row, .categories), language: source.string(row, .languages),
      priority: columns.priorities[row], isActive: columns.active[row] != 0,
      createdAt: columns.created[row], updatedAt: columns.updated[row],
      record: record)
    // Who takes hits one by one must not be given what could not be read.
    try snapshot.checkReadable()
    return hit
  }
}
