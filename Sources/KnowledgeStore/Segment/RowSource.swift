import Platform

/// Rows that a search can filter and a build can read: a segment, or one chunk of the delta.
protocol RowSource: AnyObject, Sendable {
  var columns: RowColumns { get }
  /// One-bit codes of the rows, where there are any.
  var signs: SignColumns? { get }
  /// What passed filters before; nil where looking again is as quick, or rows come and go.
  var filterMemory: FilterMemory? { get }
  /// Outlines of the rows, where there are any.
  var outlines: OutlineColumns? { get }
  /// Rows that exist in the columns, deleted ones included.
  var rowCount: Int { get }
  /// The file, for messages.
  var origin: String { get }
  /// Whether rows stand in the order of (id, chunk).
  var isSorted: Bool { get }

  /// The number of a string in the dictionary of `column`, nil where no row has it.
  func number(of text: [UInt8], in column: DictionaryColumn) -> UInt32?
  /// The string behind a number; nil where the number comes from a damaged file.
  func text(_ number: UInt32, in column: DictionaryColumn) -> [UInt8]?
  /// The same as a `String`; empty where the number comes from a damaged file.
  func string(_ number: UInt32, in column: DictionaryColumn) -> String

  /// Sets the bits of the rows that have the folded keyword or tag.
  func markRows(withKeyword keyword: [UInt8], in bitmap: Bitmap)
  /// Calls `body` with (row, keyword number) of all rows in the source.
  func forEachKeyword(_ body: (Int, UInt32) -> Void)
  /// Keyword numbers lie below this.
  var keywordCount: Int { get }
  /// The folded keyword behind a number below ``keywordCount``.
  func keyword(_ number: UInt32) -> [UInt8]

  /// Sets the bits of the rows whose metadata has a term in the intervals.
  ///
  /// - Returns: Rows whose records say more than their terms; nil where there are none.
  func markRows(withTerms intervals: TermIntervals, in bitmap: Bitmap) -> Bitmap?
  /// The terms of the rows below `rowCount`, in byte order.
  func metadataTerms(rowCount: Int) throws(StoreError) -> MetadataTermRun

  /// Has the vectors of all rows read ahead of their use.
  func willReadVectors()
  /// Asks for what will be read of a row that was found.
  func prefetch(_ row: Int)
  /// Indexes of the words of the first `rowCount` rows, or of more that came since.
  func textIndexes(rowCount: Int) throws(StoreError) -> [TextRun]

  /// The bytes of the row's ``EntryRecord``.
  func record(at row: Int) throws(StoreError) -> [UInt8]
  /// Throws where what was read so far may not be what was written.
  func checkReadable() throws(StoreError)
  /// A row below `rowCount`, live in `live`, with this external id.
  func row(externalID: [UInt8], hash: UInt64, rowCount: Int, live: Bitmap?) throws(StoreError)
    -> Int?
}

extension RowSource {
  func prefetch(_ row: Int) { columns.prefetch(row) }
  func willReadVectors() {}

  /// Lends the rows to a search. The source and `live` must outlive the value.
  @unsafe func rows(count: Int, live: Bitmap?, admittedCount: Int) -> VectorRows {
    var rows = unsafe columns.rows(
      count: count, live: live, admittedCount: admittedCount, signs: signs?.rows)
    rows.outlines = outlines?.rows
    return rows
  }

  /// The entry whose first row is `row`, with all its fields.
  func entry(at row: Int) throws(StoreError) -> Entry {
    let record = try decodedRecord(at: row)
    let (vector, spans) = try vectors(
      of: try entryRows(of: row), contentByteCount: record.contentRange.count)
    let entry = Entry(
      id: columns.id(row), version: columns.versions[row],
      stamp: columns.stamps[row], vector: vector, spans: spans, externalID: record.externalID,
      entryType: string(row, .types), category: string(row, .categories),
      language: string(row, .languages), priority: columns.priorities[row],
      isActive: columns.active[row] != 0, keywords: record.keywords, tags: record.tags,
      createdAt: columns.created[row], updatedAt: columns.updated[row], title: record.title,
      content: record.content, metadata: record.metadata)
    try checkReadable()
    return entry
  }

  /// The row's record, decoded.
  func decodedRecord(at row: Int) throws(StoreError) -> EntryRecord {
    guard let record = EntryRecord(try record(at: row)) else {
      throw .invalidFile(
        FileFault(path: origin, byteOffset: 0, reason: "the record of row \(row) is malformed"))
    }
    return record
  }

  /// The row's string in a dictionary column; empty where the number is damaged.
  func string(_ row: Int, _ column: DictionaryColumn) -> String {
    string(columns.codes(of: column)[row], in: column)
  }
}
