import Platform
import Synchronization

/// A text index over rows of a source that stand side by side.
struct TextRun: Sendable {
  /// The row of the source that is row 0 of the index.
  let firstRow: Int
  let index: TextIndex
}

/// Text indexes in memory of rows that come one after the other: made when a search needs them.
///
/// A run is put together with the one before it where that is not more than twice as long, so that
/// there are few, and each row is indexed a few times at most.
final class TextRuns: Sendable {
  private let runs = Mutex<[TextRun]>([])

  /// Indexes of at least the first `rowCount` rows.
  ///
  /// - Complexity: about 5 µs for a row of twenty words that came since the last call.
  func indexes(of source: any RowSource, rowCount: Int) throws(StoreError) -> [TextRun] {
    try runs.withLock { (runs) throws(StoreError) -> [TextRun] in
      var first = runs.last.map { $0.firstRow + $0.index.rowCount } ?? 0
      guard first < rowCount else { return runs }
      var kept = runs
      while let last = kept.last, last.index.rowCount <= 2 * (rowCount - first) {
        first = last.firstRow
        kept.removeLast()
      }
      kept.append(try Self.run(of: source, rows: first..<rowCount))
      runs = kept
      return kept
    }
  }

  private static func run(
    of source: any RowSource, rows: Range<Int>
  ) throws(StoreError) -> TextRun {
    var builder = TextIndexBuilder()
    var records = RecordReader(source: source)
    for row in rows {
      builder.add(source.columns.isFirst(row) ? try records.decodedRecord(at: row) : nil)
    }
    guard let index = TextMemory.index(builder.sections(), origin: source.origin) else {
      preconditionFailure("an index in memory contradicts itself")
    }
    return TextRun(firstRow: rows.lowerBound, index: index)
  }
}
