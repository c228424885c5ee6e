import Platform

extension SegmentData {
  /// Checks what checksums cannot: the order of rows, and that numbers lie within their tables.
  func verifyStructure() throws(StoreError) {
    func fault(_ kind: SectionKind, _ row: Int, _ reason: String) -> StoreError {
      let section = header.sections.first { $0.kind == kind.rawValue }
      let offset = (section?.offset ?? 0) + row * kind.elementByteCount
      return .invalidFile(FileFault(path: bytes.path, byteOffset: offset, reason: reason))
    }
    var records = RecordReader(source: self)
    for row in 0..<rowCount {
      if row > 0 {
        let (left, right) = (columns.id(row - 1), columns.id(row))
        guard left < right || left == right && columns.chunks[row - 1] < columns.chunks[row] else {
          throw fault(.ids, row, "row \(row) is out of order")
        }
      }
      guard IDFilter.mayContain(columns.id(row), in: idFilter) else {
        throw fault(.ids, row, "row \(row) is missing from the id filter")
      }
      for column in DictionaryColumn.allCases {
        guard Int(columns.codes(of: column)[row]) < dictionaries[column.rawValue].count else {
          throw fault(.types, row, "row \(row) names a string that does not exist")
        }
      }
      guard EntryRecord(try records.record(at: row)) != nil else {
        throw fault(.contentOffsets, row, "the record of row \(row) is malformed")
      }
    }
    var previous: UInt64 = 0
    for number in 0..<postingEnds.count {
      guard postingEnds[number] >= previous, postingEnds[number] <= UInt64(postings.count) else {
        throw fault(.postingEnds, number, "posting list \(number) lies outside the postings")
      }
      previous = postingEnds[number]
    }
    for index in 0..<postings.count where Int(postings[index]) >= rowCount {
      throw fault(.postings, index, "a posting names a row that does not exist")
    }
    for index in 0..<externalRows.count where Int(externalRows[index]) >= rowCount {
      throw fault(.externalRows, index, "an external id names a row that does not exist")
    }
    if let (kind, element, reason) = metadataIndex?.fault(rowCount: rowCount) {
      throw fault(kind, element, reason)
    }
    if let reason = textIndex?.contradiction() { throw fault(.textSummary, 0, reason) }
  }
}
