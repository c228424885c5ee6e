import Platform

extension RowSource {
  /// The rows below `rowCount` that are live and pass the filter, as a bitmap with its count.
  ///
  /// - Parameter isStopped: Whether the caller gives up; asked at each part of the filter.
  /// - Returns: A bitmap that is not to be changed, nil where all rows are admitted; anything once
  ///   the caller has given up.
  /// - Throws: Where the records that a part has to look at cannot be read.
  func admitted(
    by filter: Filter?, rowCount: Int, live: Bitmap?, isStopped: () -> Bool = { false }
  ) throws(StoreError) -> (bitmap: Bitmap?, count: Int) {
    guard let filter else {
      guard let live else { return (nil, rowCount) }
      let clipped = clip(live, to: rowCount)
      return (clipped, clipped.count)
    }
    if let memory = filterMemory {
      let rows = try remembered(filter, rowCount, memory, isStopped)
      return rows.admitted(live: live)
    }
    let bitmap = try evaluate(filter, rowCount, isStopped)
    if let live { bitmap.formIntersection(clip(live, to: rowCount)) }
    return (bitmap, bitmap.count)
  }

  /// A bitmap over `rowCount` rows; the delta's cover its capacity.
  private func clip(_ live: Bitmap, to rowCount: Int) -> Bitmap {
    if live.bitCount == rowCount { return live }
    let clipped = Bitmap(bitCount: rowCount, filled: true)
    for index in 0..<clipped.wordCount {
      unsafe clipped.words[index] &= live.words[index]
    }
    return clipped
  }

  /// The rows that pass, deleted ones included, from memory where they are there.
  private func remembered(
    _ filter: Filter, _ rowCount: Int, _ memory: FilterMemory, _ isStopped: () -> Bool
  ) throws(StoreError) -> RowSet {
    let identity = filter.identity
    if let rows = memory.rows(identity) { return rows }
    let rows = RowSet(try evaluate(filter, rowCount, isStopped))
    if !isStopped() { memory.remember(rows, identity) }
    return rows
  }

  /// The rows that pass a part of a filter; not to be changed.
  private func part(
    _ filter: Filter, _ rowCount: Int, _ isStopped: () -> Bool
  ) throws(StoreError) -> Bitmap {
    guard let memory = filterMemory, filter.isLeaf else {
      return try evaluate(filter, rowCount, isStopped)
    }
    return try remembered(filter, rowCount, memory, isStopped).bitmap
  }

  /// The rows that pass, deleted ones included, as a bitmap of the caller's.
  private func evaluate(
    _ filter: Filter, _ rowCount: Int, _ isStopped: () -> Bool
  ) throws(StoreError) -> Bitmap {
    if isStopped() { return Bitmap(bitCount: rowCount, filled: false) }
    switch filter {
    case .category(let texts): return rows(rowCount, in: .categories, anyOf: texts)
    case .entryType(let texts): return rows(rowCount, in: .types, anyOf: texts)
    case .language(let texts): return rows(rowCount, in: .languages, anyOf: texts)
    case .keyword(let texts):
      let bitmap = Bitmap(bitCount: rowCount, filled: false)
      for text in texts where !isStopped() {
        markRows(withKeyword: Folding.folded(text), in: bitmap)
      }
      return bitmap
    case .active(let wanted):
      return rows(rowCount, columns.active) { ($0 != 0) == wanted }
    case .priority(let range):
      return rows(rowCount, columns.priorities) { range.contains($0) }
    case .createdAt(let range):
      return rows(rowCount, columns.created) { range.contains($0) }
    case .updatedAt(let range):
      return rows(rowCount, columns.updated) { range.contains($0) }
    case .metadata(let key, let test):
      return try rows(rowCount, TermIntervals(key: key, test), isStopped)
    case .and(let parts):
      let bitmap = Bitmap(bitCount: rowCount, filled: true)
      for filter in parts { bitmap.formIntersection(try part(filter, rowCount, isStopped)) }
      return bitmap
    case .or(let parts):
      let bitmap = Bitmap(bitCount: rowCount, filled: false)
      for filter in parts { bitmap.formUnion(try part(filter, rowCount, isStopped)) }
      return bitmap
    case .not(let filter):
      let bitmap = Bitmap(copying: try part(filter, rowCount, isStopped))
      bitmap.formComplement()
      return bitmap
    }
  }

  private func rows(
    _ rowCount: Int, in column: DictionaryColumn, anyOf texts: [String]
  ) -> Bitmap {
    let numbers = Set(texts.compactMap { number(of: Array($0.utf8), in: column) })
    let codes = columns.codes(of: column)
    if numbers.count == 1, let only = numbers.first {
      return rows(rowCount, codes) { $0 == only }
    }
    guard let last = numbers.max() else { return Bitmap(bitCount: rowCount, filled: false) }
    var isWanted = [Bool](repeating: false, count: Int(last) + 1)
    for number in numbers { isWanted[Int(number)] = true }
    return rows(rowCount, codes) { code in code <= last && isWanted[Int(code)] }
  }

  /// Rows whose terms are admitted; of those whose terms do not say all, the records are read.
  private func rows(
    _ rowCount: Int, _ intervals: TermIntervals, _ isStopped: () -> Bool
  ) throws(StoreError) -> Bitmap {
    let bitmap = Bitmap(bitCount: rowCount, filled: false)
    guard !intervals.intervals.isEmpty else { return bitmap }
    guard let unlisted = markRows(withTerms: intervals, in: bitmap) else { return bitmap }
    var records = RecordReader(source: self)
    var left = 0
    var isOver = false
    try unlisted.forEach { (row) throws(StoreError) in
      left -= 1
      if left < 0 { (left, isOver) = (64, isStopped()) }
      if isOver { return }
      let record = try records.decodedRecord(at: row)
      if MetadataTerms.has(intervals, in: record.metadataBytes) { bitmap.set(row) }
    }
    return bitmap
  }

  @inline(__always)
  private func rows<Element>(
    _ rowCount: Int, _ column: Column<Element>, where test: (Element) -> Bool
  ) -> Bitmap {
    precondition(rowCount <= column.count, "more rows than the column has")
    let bitmap = Bitmap(bitCount: rowCount, filled: false)
    let base = unsafe column.base
    bitmap.fill { row in unsafe test(base[row]) }
    return bitmap
  }
}

extension Filter {
  /// Whether it has no parts.
  fileprivate var isLeaf: Bool {
    switch self {
    case .and, .or, .not: false
    default: true
    }
  }
}
