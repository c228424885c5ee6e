import Platform

/// The metadata terms of one source in byte order, each with its rows: what a build merges.
struct MetadataTermRun {
  private enum Terms {
    case listed([(term: [UInt8], rows: [UInt32])])
    case indexed(MetadataIndex)
  }

  private let terms: Terms
  private var next = 0
  /// The present term; nil at the end.
  private(set) var head: [UInt8]?

  /// - Parameter rows: The rows of each term, in any order.
  init(_ rows: [[UInt8]: [UInt32]]) {
    terms = .listed(
      rows.sorted { precedesByBytes($0.key, $1.key) }.map { (term: $0.key, rows: $0.value) })
    advance()
  }

  init(_ index: MetadataIndex) {
    terms = .indexed(index)
    advance()
  }

  /// Goes on to the next term.
  mutating func advance() {
    switch terms {
    case .listed(let list): head = next < list.count ? list[next].term : nil
    case .indexed(let index):
      head = next < index.count ? unsafe index.withTerm(next) { unsafe Array($0) } : nil
    }
    next += 1
  }

  /// Calls `body` with the rows of the present term.
  func forEachRow(_ body: (UInt32) -> Void) {
    switch terms {
    case .listed(let list): for row in list[next - 1].rows { body(row) }
    case .indexed(let index): index.forEachRow(ofTerms: next - 1..<next, body)
    }
  }
}

extension SegmentBuilder {
  /// The metadata terms that live rows have, with their rows. They are merged twice, once for the
  /// terms and once for the rows, so that neither has to be in memory.
  func writeMetadata(_ writer: SegmentFileWriter) throws(StoreError) {
    let maps = rowMaps()
    var runs: [MetadataTermRun] = []
    for input in inputs { runs.append(try input.source.metadataTerms(rowCount: input.rowCount)) }
    var termEnds: [UInt64] = []
    var postingEnds: [UInt64] = []
    try writer.begin(.metadataTerms, expectedByteCount: rowCount)
    try Self.merge(runs, maps) { (term, rows) throws(StoreError) in
      try writer.append(term)
      termEnds.append((termEnds.last ?? 0) + UInt64(term.count))
      postingEnds.append((postingEnds.last ?? 0) + UInt64(rows.count))
    }
    try writer.begin(.metadataTermEnds, expectedByteCount: termEnds.count * 8)
    try writer.append(termEnds)
    try writer.begin(.metadataPostingEnds, expectedByteCount: postingEnds.count * 8)
    try writer.append(postingEnds)
    try writer.begin(
      .metadataPostings, expectedByteCount: Int(postingEnds.last ?? 0) * 4)
    try Self.merge(runs, maps) { (_, rows) throws(StoreError) in try writer.append(rows) }
  }

  /// Calls `body` with each term that a row of the new segment has, in byte order, and the rows.
  private static func merge(
    _ runs: [MetadataTermRun], _ maps: [[UInt32]],
    _ body: (_ term: [UInt8], _ rows: [UInt32]) throws(StoreError) -> Void
  ) throws(StoreError) {
    var runs = runs
    var rows: [UInt32] = []
    while true {
      var least: [UInt8]?
      for run in runs {
        guard let head = run.head else { continue }
        if least.map({ precedesByBytes(head, $0) }) ?? true { least = head }
      }
      guard let term = least else { return }
      rows.removeAll(keepingCapacity: true)
      for index in runs.indices where runs[index].head == term {
        let map = maps[index]
        runs[index].forEachRow { row in
          if row < map.count, map[Int(row)] != .max { rows.append(map[Int(row)]) }
        }
        runs[index].advance()
      }
      guard !rows.isEmpty else { continue }
      rows.sort()
      try body(term, rows)
    }
  }
}
