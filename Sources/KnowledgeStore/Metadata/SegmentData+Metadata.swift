extension SegmentData {
  /// Whether filters on metadata have to read records.
  var hasUnlistedMetadata: Bool { metadataIndex?.hasUnlisted ?? true }

  func markRows(withTerms intervals: TermIntervals, in bitmap: Bitmap) -> Bitmap? {
    guard let index = metadataIndex else {
      return Bitmap(bitCount: bitmap.bitCount, filled: true)
    }
    index.mark(intervals, in: bitmap)
    guard index.hasUnlisted else { return nil }
    let unlisted = Bitmap(bitCount: bitmap.bitCount, filled: false)
    index.markUnlisted(in: unlisted)
    return unlisted
  }

  func metadataTerms(rowCount: Int) throws(StoreError) -> MetadataTermRun {
    if let metadataIndex { return MetadataTermRun(metadataIndex) }
    // A file of an earlier program: its records say what its terms would be.
    var rows: [[UInt8]: [UInt32]] = [:]
    var records = RecordReader(source: self)
    for row in 0..<rowCount {
      for term in MetadataTerms.terms(of: try records.decodedRecord(at: row).metadataBytes) {
        rows[term, default: []].append(UInt32(row))
      }
    }
    return MetadataTermRun(rows)
  }
}
