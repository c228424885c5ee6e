import Platform

extension TextIndex {
  /// The index in a segment's file; nil where its words are those of another analysis, so that it
  /// is made anew from the texts.
  static func stored(
    in bytes: SegmentBytes, rowCount: Int,
    _ section: (SectionKind, Int?) throws(StoreError) -> Section
  ) throws(StoreError) -> TextIndex? {
    let place = try section(.textSummary, TextSections.summaryCount)
    let summary = bytes.column(place, as: UInt64.self)
    guard summary[0] == TextSections.analysis else { return nil }
    let ends = bytes.column(try section(.textTermEnds, nil), as: UInt64.self)
    let index = TextIndex(
      rowCount: rowCount, origin: bytes.path, owner: bytes, summary: summary, termEnds: ends,
      terms: bytes.column(try section(.textTerms, nil), as: UInt8.self),
      places: bytes.column(try section(.textPlaces, ends.count), as: UInt32.self),
      blocks: bytes.column(try section(.textBlocks, nil), as: UInt32.self),
      words: bytes.column(try section(.textWords, nil), as: UInt32.self),
      lengths: bytes.column(try section(.textLengths, nil), as: UInt32.self),
      rows: bytes.column(try section(.textRows, nil), as: UInt32.self),
      documents: bytes.column(try section(.textDocuments, rowCount), as: UInt32.self))
    guard let index else {
      throw .invalidFile(
        FileFault(
          path: bytes.path, byteOffset: place.offset,
          reason: "the summary of the text index contradicts its sections"))
    }
    return index
  }

  /// What checksums cannot show: that terms are in order, and postings within their limits.
  func contradiction() -> String? {
    for document in 0..<documentCount {
      let row = Int(rows[document])
      guard row < rowCount, documents[row] == UInt32(document) else {
        return "document \(document) of the words is no row"
      }
    }
    var previous: UInt64 = 0
    for number in 0..<termCount {
      guard termEnds[number] >= previous, termEnds[number] <= UInt64(terms.count) else {
        return "text term \(number) lies outside its table"
      }
      previous = termEnds[number]
    }
    var key: [UInt8] = []
    let scratch = AlignedMemory(byteCount: TextSections.blockEntryCount * 4)
    let room = unsafe scratch.base.bindMemory(
      to: UInt32.self, capacity: TextSections.blockEntryCount)
    for number in 0..<termCount {
      let isNext = withTerm(number) { term in
        let isGreater = number == 0 || Self.precedes(key, term)
        key.removeAll(keepingCapacity: true)
        for index in 0..<term.count { key.append(term[index]) }
        return isGreater
      }
      guard isNext else { return "text term \(number) is out of order" }
      guard let postings = postings(number) else {
        return "the postings of text term \(number) lie outside their section"
      }
      var cursor = unsafe TextCursor(
        self, postings, clause: 0, weight: 1, growth: 1, documents: room)
      cursor.settle()
      var count = 0
      while cursor.document != TextCursor.end {
        count += 1
        cursor.advance()
        cursor.settle()
      }
      if cursor.isDamaged || count != postings.entryCount {
        return "the postings of text term \(number) contradict themselves"
      }
    }
    return nil
  }

  private static func precedes(_ left: [UInt8], _ right: Span<UInt8>) -> Bool {
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
      return left[index] < right[index]
    }
    return left.count < right.count
  }
}

extension TextSections {
  /// Writes the parts as sections of a segment.
  func write(to writer: SegmentFileWriter) throws(StoreError) {
    try writer.begin(.textSummary, expectedByteCount: summary.count * 8)
    try writer.append(summary)
    try writer.begin(.textTermEnds, expectedByteCount: termEnds.count * 8)
    try writer.append(termEnds)
    try writer.begin(.textTerms, expectedByteCount: terms.count)
    try writer.append(terms)
    try writer.begin(.textPlaces, expectedByteCount: places.count * 4)
    try writer.append(places)
    try writer.begin(.textBlocks, expectedByteCount: blocks.count * 4)
    try writer.append(blocks)
    try writer.begin(.textWords, expectedByteCount: words.count * 4)
    try writer.append(words)
    try writer.begin(.textLengths, expectedByteCount: lengths.count * 4)
    try writer.append(lengths)
    try writer.begin(.textRows, expectedByteCount: rows.count * 4)
    try writer.append(rows)
    try writer.begin(.textDocuments, expectedByteCount: documents.count * 4)
    try writer.append(documents)
  }
}
