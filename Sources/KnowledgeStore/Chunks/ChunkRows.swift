import Platform

/// Rows of one entry: they stand side by side in one source, and live and die together.
extension RowColumns {
  /// Whether the row is the first of its entry: the one that has its texts.
  @inline(__always) func isFirst(_ row: Int) -> Bool { parts == nil || chunks[row] == 0 }

  /// The rows of the entry that `row` belongs to; nil where the columns contradict each other.
  func entryRows(of row: Int) -> Range<Int>? {
    guard let parts else { return row..<row + 1 }
    let (chunk, count) = (Int(chunks[row]), Int(parts[3 * row + 2]))
    let first = row - chunk
    let last = first + count - 1
    guard chunk < count, first >= 0, last < chunks.count else { return nil }
    for other in [first, last] {
      guard id(other) == id(row), Int(chunks[other]) == other - first else { return nil }
    }
    return first..<first + count
  }

  /// The bytes of the content that a row stands for; nil where it stands for all of it.
  ///
  /// - Parameter byteCount: Of the content; nothing beyond it is said.
  func span(_ row: Int, within byteCount: Int) -> Range<Int>? {
    guard let parts else { return nil }
    let (start, end) = (Int(parts[3 * row]), Int(parts[3 * row + 1]))
    return start < end && end <= byteCount ? start..<end : nil
  }

  /// The bitmap with the bit of each entry's first row on all its rows, and how many have it.
  ///
  /// - Complexity: O(rows).
  func spread(_ bitmap: Bitmap, rowCount: Int) -> (rows: Bitmap, entryCount: Int) {
    guard parts != nil else { return (bitmap, bitmap.count) }
    let rows = Bitmap(copying: bitmap)
    var extra = 0
    for row in 1..<max(1, rowCount) where chunks[row] != 0 {
      if rows[row - 1] {
        rows.set(row)
        extra += 1
      } else {
        rows.clear(row)
      }
    }
    return (rows, rows.count - extra)
  }
}

extension RowSource {
  /// The rows of the entry that `row` belongs to.
  func entryRows(of row: Int) throws(StoreError) -> Range<Int> {
    guard let rows = columns.entryRows(of: row) else {
      throw .invalidFile(
        FileFault(path: origin, byteOffset: 0, reason: "row \(row) is a chunk of no entry"))
    }
    return rows
  }

  /// The vectors of an entry's rows, one after the other, and what they stand for.
  func vectors(
    of rows: Range<Int>, contentByteCount: Int
  ) throws(StoreError) -> (vector: [Float], spans: [Range<Int>]) {
    if rows.count == 1 { return (columns.vector(rows.lowerBound), []) }
    var vector: [Float] = []
    vector.reserveCapacity(rows.count * columns.dimension)
    var spans: [Range<Int>] = []
    for row in rows {
      guard let span = columns.span(row, within: contentByteCount) else {
        throw .invalidFile(
          FileFault(path: origin, byteOffset: 0, reason: "row \(row) is outside its content"))
      }
      vector += columns.vector(row)
      spans.append(span)
    }
    return (vector, spans)
  }
}

extension SegmentData {
  /// Checks what checksums cannot: that every row belongs to an entry whose rows are all there,
  /// with spans within its content.
  func verifyChunks() throws(StoreError) {
    guard columns.parts != nil else {
      for row in 0..<rowCount where columns.chunks[row] != 0 {
        throw .invalidFile(
          FileFault(
            path: origin, byteOffset: 0, reason: "row \(row) is a chunk, and nothing says of what"))
      }
      return
    }
    var row = 0
    while row < rowCount {
      let rows = try entryRows(of: row)
      guard rows.lowerBound == row else {
        throw .invalidFile(
          FileFault(path: origin, byteOffset: 0, reason: "row \(row) is not the first of its entry")
        )
      }
      if rows.count > 1 {
        for other in rows {
          guard try entryRows(of: other) == rows else {
            throw .invalidFile(
              FileFault(
                path: origin, byteOffset: 0,
                reason: "row \(other) counts other chunks than the first"))
          }
        }
        let byteCount = try decodedRecord(at: row).contentRange.count
        _ = try vectors(of: rows, contentByteCount: byteCount)
      }
      row = rows.upperBound
    }
  }
}

extension SegmentBuilder {
  /// The parts of the rows, where any entry has several.
  func writeParts(_ writer: SegmentFileWriter) throws(StoreError) {
    let columns = inputs.map(\.source.columns)
    let hasChunks = order.contains { columns[Int($0.input)].chunks[Int($0.row)] != 0 }
    guard hasChunks else { return }
    try writer.begin(.chunkParts, expectedByteCount: rowCount * 12)
    for reference in order {
      guard let parts = columns[Int(reference.input)].parts else {
        try writer.append([0, 0, 1] as [UInt32])
        continue
      }
      let first = 3 * Int(reference.row)
      try writer.append([parts[first], parts[first + 1], parts[first + 2]])
    }
  }
}
