/// Reads the records of one source in ascending rows, decompressing each block once.
struct RecordReader {
  let source: any RowSource
  private var block = -1
  private var raw: [UInt8] = []

  init(source: any RowSource) { self.source = source }

  mutating func record(at row: Int) throws(StoreError) -> [UInt8] {
    guard let segment = source as? SegmentData else { return try source.record(at: row) }
    let index = try segment.contentBlockIndex(of: row)
    if index != block {
      raw = try segment.rawBlock(index)
      block = index
    }
    return try segment.record(row, in: raw, block: index)
  }

  /// The same, decoded.
  mutating func decodedRecord(at row: Int) throws(StoreError) -> EntryRecord {
    guard let record = EntryRecord(try record(at: row)) else {
      throw .invalidFile(
        FileFault(
          path: source.origin, byteOffset: 0, reason: "the record of row \(row) is malformed"))
    }
    return record
  }
}
