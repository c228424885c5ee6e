import Platform

extension RowSource {
  /// The rows below `rowCount` that are live and pass the filter, as a bitmap with its count.
  ///
  /// - Parameter isStopped: Whether the caller gives up; asked at each part of the filter.
  /// - Returns: nil as bitmap where all rows are admitted; anything once the caller has given up.
  func admitted(
    by filter: Filter?, rowCount: Int, live: Bitmap?, isStopped: () -> Bool = { false }
  ) -> (bitmap: Bitmap?, count: Int) {
    guard let filter else {
      guard let live else { return (nil, rowCount) }
      let clipped = clip(live, to: rowCount)
      return (clipped, clipped.count)
    }
    let bitmap = evaluate(filter, rowCount, isStopped)
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

  private func evaluate(
    _ filter: Filter, _ rowCount: Int, _ isStopped: () -> Bool
  ) -> Bitmap {
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
    case .and(let parts):
      let bitmap = Bitmap(bitCount: rowCount, filled: true)
      for part in parts { bitmap.formIntersection(evaluate(part, rowCount, isStopped)) }
      return bitmap
    case .or(let parts):
      let bitmap = Bitmap(bitCount: rowCount, filled: false)
      for part in parts { bitmap.formUnion(evaluate(part, rowCount, isStopped)) }
      return bitmap
    case .not(let part):
      let bitmap = evaluate(part, rowCount, isStopped)
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
