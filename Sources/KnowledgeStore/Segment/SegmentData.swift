import Platform

/// An open segment: its columns in place, every length and offset checked.
///
/// `@unchecked Sendable` by way of ``SegmentBytes``: nothing changes after `init`.
final class SegmentData: RowSource {
  let header: SegmentHeader
  let rowCount: Int
  let columns: RowColumns
  let isSorted = true
  let graphSlot = GraphSlot()
  /// Who keeps the vectors of a mapped file from staying in memory.
  let vectorVisits: VectorVisits?
  var origin: String { bytes.path }
  func checkReadable() throws(StoreError) { try bytes.checkReadable() }
  let bytes: SegmentBytes
  let dictionaries: [StringDictionary]
  private let keywords: StringDictionary
  let postingEnds: Column<UInt64>
  let postings: Column<UInt32>
  private let externalHashes: Column<UInt64>
  let externalRows: Column<UInt32>
  let idFilter: Column<UInt32>
  private let contentBlocks: Column<UInt32>
  private let contentOffsets: Column<UInt32>
  private let contentSection: Section
  /// One-bit codes of the rows, where the file has them.
  let signs: SignColumns?
  /// What filters on metadata look at; nil in files of earlier programs.
  let metadataIndex: MetadataIndex?
  /// Outlines of the rows, where the file has them.
  let outlines: OutlineColumns?
  /// The words of the rows; nil in files of earlier programs.
  let textIndex: TextIndex?
  private let textRuns = TextRuns()
  private let cache: BlockCache
  private let identity: UInt64
  let filterMemory: FilterMemory?

  /// Opens and checks the file that a manifest names.
  ///
  /// - Throws: ``StoreError/invalidFile(_:)`` naming file and offset, or ``StoreError/system(_:)``.
  /// - Complexity: O(file) below 64 MB; O(dictionaries and id filter) above.
  init(
    path: String, reference: SegmentReference, key: CollectionKey,
    configuration: CollectionConfiguration, caches: SegmentCaches
  ) throws(StoreError) {
    func fault(_ offset: Int, _ reason: String) -> StoreError {
      .invalidFile(FileFault(path: path, byteOffset: offset, reason: reason))
    }
    let bytes = try SegmentBytes(path: path, expectedByteCount: reference.byteCount)
    guard bytes.byteCount >= 2 * SegmentHeader.byteCount else { throw fault(0, "cut short") }
    let headerBytes = bytes.copy(0, SegmentHeader.byteCount)
    let header = try SegmentHeader(parsing: headerBytes, path: path)
    let footerOffset = bytes.byteCount - SegmentHeader.byteCount
    guard bytes.copy(footerOffset, SegmentHeader.byteCount) == headerBytes else {
      throw fault(footerOffset, "the footer is not the header")
    }
    guard SegmentHeader.checksum(of: headerBytes) == reference.headerChecksum,
      header.number == reference.number, header.rowCount == reference.rowCount,
      header.fileByteCount == reference.byteCount
    else { throw fault(0, "is not the file that the manifest names") }
    guard header.key == key else { throw fault(16, "belongs to collection \(header.key)") }
    guard header.dimension == configuration.dimension,
      header.modelFingerprint == configuration.modelFingerprint
    else { throw fault(56, "holds vectors of another model") }
    let rows = header.rowCount
    func section(_ kind: SectionKind, elements: Int? = nil) throws(StoreError) -> Section {
      guard let section = header.sections.first(where: { $0.kind == kind.rawValue }) else {
        throw fault(256, "has no section \(kind.rawValue)")
      }
      guard section.elementByteCount == kind.elementByteCount,
        section.byteCount % kind.elementByteCount == 0,
        elements.map({ $0 == section.byteCount / kind.elementByteCount }) ?? true
      else { throw fault(section.offset, "section \(kind.rawValue) has the wrong size") }
      return section
    }
    let table = try section(.blockChecksums)
    guard table.offset + table.byteCount == footerOffset else {
      throw fault(table.offset, "the block checksums do not end at the footer")
    }
    self.bytes = bytes
    self.header = header
    rowCount = rows
    try Self.verify(bytes, header, table, blocks: nil, whole: !bytes.isMapped)

    let floatStride = VectorLayout.floatStride(header.dimension)
    let codeStride = VectorLayout.codeStride(header.dimension)
    let hasParts = header.sections.contains { $0.kind == SectionKind.chunkParts.rawValue }
    let parts = hasParts ? try section(.chunkParts, elements: rows) : nil
    columns = RowColumns(
      dimension: header.dimension,
      ids: bytes.column(try section(.ids, elements: rows), as: UInt8.self),
      chunks: bytes.column(try section(.chunks, elements: rows), as: UInt32.self),
      parts: parts.map { bytes.column($0, as: UInt32.self) },
      versions: bytes.column(try section(.versions, elements: rows), as: UInt64.self),
      stamps: bytes.column(try section(.stamps, elements: rows), as: UInt64.self),
      vectors: bytes.column(
        try section(.vectors, elements: rows * floatStride), as: Float.self),
      codes: bytes.column(try section(.codes, elements: rows * codeStride), as: UInt8.self),
      scales: bytes.column(try section(.scales, elements: rows), as: Float.self),
      errors: bytes.column(try section(.errors, elements: rows), as: Float.self),
      norms: bytes.column(try section(.norms, elements: rows), as: Float.self),
      types: bytes.column(try section(.types, elements: rows), as: UInt32.self),
      categories: bytes.column(try section(.categories, elements: rows), as: UInt32.self),
      languages: bytes.column(try section(.languages, elements: rows), as: UInt32.self),
      priorities: bytes.column(try section(.priorities, elements: rows), as: Int32.self),
      active: bytes.column(try section(.active, elements: rows), as: UInt8.self),
      created: bytes.column(try section(.created, elements: rows), as: Int64.self),
      updated: bytes.column(try section(.updated, elements: rows), as: Int64.self))
    func dictionary(_ kind: SectionKind) throws(StoreError) -> StringDictionary {
      let place = try section(kind)
      guard let dictionary = StringDictionary(bytes.column(place, as: UInt8.self)) else {
        throw fault(place.offset, "the dictionary \(kind.rawValue) is malformed")
      }
      return dictionary
    }
    dictionaries = [
      try dictionary(.typeDictionary), try dictionary(.categoryDictionary),
      try dictionary(.languageDictionary),
    ]
    keywords = try dictionary(.keywordDictionary)
    postingEnds = bytes.column(
      try section(.postingEnds, elements: keywords.count), as: UInt64.self)
    postings = bytes.column(try section(.postings), as: UInt32.self)
    let hashes = try section(.externalHashes)
    externalHashes = bytes.column(hashes, as: UInt64.self)
    externalRows = bytes.column(
      try section(.externalRows, elements: hashes.byteCount / 8), as: UInt32.self)
    idFilter = bytes.column(
      try section(.idFilter, elements: IDFilter.blockCount(rowCount: rows)), as: UInt32.self)
    contentBlocks = bytes.column(try section(.contentBlocks), as: UInt32.self)
    contentOffsets = bytes.column(
      try section(.contentOffsets, elements: rows), as: UInt32.self)
    contentSection = try section(.content)
    func place(
      _ kind: SectionKind, _ elements: Int?
    ) throws(StoreError) -> (SegmentBytes, Section) {
      (bytes, try section(kind, elements: elements))
    }
    signs =
      try header.sections.contains { $0.kind == SectionKind.signWords.rawValue }
      ? SignColumns(rowCount: rows, dimension: header.dimension, place) : nil
    outlines =
      try header.sections.contains { $0.kind == SectionKind.outlineBasis.rawValue }
      ? OutlineColumns(rowCount: rows, dimension: header.dimension, place) : nil
    metadataIndex =
      try header.sections.contains { $0.kind == SectionKind.metadataTerms.rawValue }
      ? MetadataIndex(bytes) { (kind, elements) throws(StoreError) in
        try section(kind, elements: elements)
      } : nil
    textIndex =
      try header.sections.contains { $0.kind == SectionKind.textSummary.rawValue }
      ? TextIndex.stored(in: bytes, rowCount: rows) { (kind, elements) throws(StoreError) in
        try section(kind, elements: elements)
      } : nil
    cache = caches.contents
    identity = cache.newIdentity()
    filterMemory = FilterMemory(caches.filters, segment: identity, rowCount: rows)
    vectorVisits =
      bytes.isMapped
      ? VectorVisits(bytes, try section(.vectors), rowByteCount: floatStride * 4) : nil
    readInLargePages()
  }

  deinit { filterMemory?.forget() }

  // MARK: Verification

  /// Checks block checksums: those of `blocks`, or all when `whole`, or those of the sections that
  /// are checked early.
  static func verify(
    _ bytes: SegmentBytes, _ header: SegmentHeader, _ table: Section, blocks: Range<Int>?,
    whole: Bool
  ) throws(StoreError) {
    func fault(_ offset: Int, _ reason: String) -> StoreError {
      .invalidFile(FileFault(path: bytes.path, byteOffset: offset, reason: reason))
    }
    let size = SegmentHeader.blockByteCount
    let bodyEnd = table.offset
    let blockCount = (bodyEnd - SegmentHeader.byteCount + size - 1) / size
    guard bodyEnd >= SegmentHeader.byteCount, table.byteCount == blockCount * 4 else {
      throw fault(table.offset, "there are not as many checksums as blocks")
    }
    guard
      bytes.withBytes(table.offset, table.byteCount, { CRC32C.checksum($0) })
        == header.tableChecksum
    else { throw fault(table.offset, "the checksum of the block checksums differs") }
    let checksums = bytes.column(table, as: UInt32.self)
    func check(_ block: Int) throws(StoreError) {
      let start = SegmentHeader.byteCount + block * size
      let count = min(size, bodyEnd - start)
      guard bytes.withBytes(start, count, { CRC32C.checksum($0) }) == checksums[block] else {
        throw fault(start, "the checksum of the block differs")
      }
    }
    if let blocks {
      for block in blocks.clamped(to: 0..<blockCount) { try check(block) }
    } else if whole {
      for block in 0..<blockCount { try check(block) }
    } else {
      for section in header.sections where section.byteCount > 0 {
        guard let kind = SectionKind(rawValue: section.kind), !kind.isCheckedLate,
          kind != .blockChecksums, section.offset >= SegmentHeader.byteCount
        else { continue }
        let first = (section.offset - SegmentHeader.byteCount) / size
        let last = (section.offset + section.byteCount - 1 - SegmentHeader.byteCount) / size
        for block in first...last { try check(block) }
      }
    }
  }

  /// Blocks of the checksum grid.
  var blockCount: Int {
    header.sections.first { $0.kind == SectionKind.blockChecksums.rawValue }!.byteCount / 4
  }

  // MARK: Rows

  /// The rows of an entry; empty where there are none.
  func rows(of id: UUID) -> Range<Int> {
    guard rowCount > 0, IDFilter.mayContain(id, in: idFilter) else { return 0..<0 }
    let first = firstRow(atOrAfter: id)
    var end = first
    while end < rowCount, columns.id(end) == id { end += 1 }
    return first..<end
  }

  /// The first row whose id is not before `id`; `rowCount` where all are.
  func firstRow(atOrAfter id: UUID) -> Int {
    var low = 0
    var high = rowCount
    while low < high {
      let middle = (low + high) / 2
      if columns.id(middle) < id { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func number(of text: [UInt8], in column: DictionaryColumn) -> UInt32? {
    dictionaries[column.rawValue].number(of: text)
  }

  func text(_ number: UInt32, in column: DictionaryColumn) -> [UInt8]? {
    let dictionary = dictionaries[column.rawValue]
    return Int(number) < dictionary.count ? dictionary[Int(number)] : nil
  }

  func string(_ number: UInt32, in column: DictionaryColumn) -> String {
    let dictionary = dictionaries[column.rawValue]
    return Int(number) < dictionary.count ? dictionary.string(Int(number)) : ""
  }

  var keywordCount: Int { keywords.count }

  func keyword(_ number: UInt32) -> [UInt8] { keywords[Int(number)] }

  private func postingRange(_ number: Int) -> Range<Int> {
    let end = Int(min(postingEnds[number], UInt64(postings.count)))
    let start = number == 0 ? 0 : Int(min(postingEnds[number - 1], UInt64(end)))
    return start..<end
  }

  func markRows(withKeyword keyword: [UInt8], in bitmap: Bitmap) {
    guard let number = keywords.number(of: keyword) else { return }
    for index in postingRange(Int(number)) {
      let row = Int(postings[index])
      if row < rowCount { bitmap.set(row) }
    }
  }

  func forEachKeyword(_ body: (Int, UInt32) -> Void) {
    for number in 0..<keywords.count {
      for index in postingRange(number) {
        let row = Int(postings[index])
        if row < rowCount { body(row, UInt32(number)) }
      }
    }
  }

  func row(
    externalID: [UInt8], hash: UInt64, rowCount: Int, live: Bitmap?
  ) throws(StoreError) -> Int? {
    var low = 0
    var high = externalHashes.count
    while low < high {
      let middle = (low + high) / 2
      if externalHashes[middle] < hash { low = middle + 1 } else { high = middle }
    }
    while low < externalHashes.count, externalHashes[low] == hash {
      let row = Int(externalRows[low])
      low += 1
      guard row < rowCount, live.map({ $0[row] }) ?? true else { continue }
      if try decodedRecord(at: row).externalIDUTF8?.elementsEqual(externalID) ?? false {
        return row
      }
    }
    return nil
  }

  func textIndexes(rowCount: Int) throws(StoreError) -> [TextRun] {
    if let textIndex { return [TextRun(firstRow: 0, index: textIndex)] }
    // A file of an earlier program, until a merge writes it anew.
    return try textRuns.indexes(of: self, rowCount: self.rowCount)
  }

  // MARK: Contents

  private func fault(_ offset: Int, _ reason: String) -> StoreError {
    .invalidFile(
      FileFault(path: bytes.path, byteOffset: contentSection.offset + offset, reason: reason))
  }

  private func contentBlock(_ index: Int) -> ContentBlock {
    let word = index * (ContentBlock.byteCount / 4)
    return ContentBlock(
      offset: UInt64(contentBlocks[word]) | UInt64(contentBlocks[word + 1]) << 32,
      storedByteCount: contentBlocks[word + 2], rawByteCount: contentBlocks[word + 3],
      firstRow: contentBlocks[word + 4], method: contentBlocks[word + 5])
  }

  private var contentBlockCount: Int { contentBlocks.count / (ContentBlock.byteCount / 4) }

  /// The block that holds a row's record: the last that begins at or before it.
  private func blockIndex(of row: Int) -> Int? {
    var low = 0
    var high = contentBlockCount
    while low < high {
      let middle = (low + high) / 2
      if Int(contentBlock(middle).firstRow) <= row { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }

  func prefetch(_ row: Int) {
    contentOffsets.prefetch(row)
    columns.prefetch(row)
  }

  func record(at row: Int) throws(StoreError) -> [UInt8] {
    precondition(row >= 0 && row < rowCount, "row outside the segment")
    guard let index = blockIndex(of: row) else { throw fault(0, "row \(row) has no block") }
    let raw: [UInt8]
    if let cached = cache.block(identity, index) {
      raw = cached
    } else {
      raw = try rawBlock(index)
      cache.insert(raw, identity, index)
    }
    return try record(row, in: raw, block: index)
  }

  /// The record of a row inside its decompressed block.
  func record(_ row: Int, in raw: [UInt8], block index: Int) throws(StoreError) -> [UInt8] {
    let start = Int(contentOffsets[row])
    let isLast =
      row + 1 == rowCount
      || index + 1 < contentBlockCount && row + 1 >= Int(contentBlock(index + 1).firstRow)
    let end = isLast ? raw.count : Int(contentOffsets[row + 1])
    guard start <= end, end <= raw.count else {
      throw fault(Int(contentBlock(index).offset), "the record of row \(row) leaves its block")
    }
    return Array(raw[start..<end])
  }

  /// Decompresses a content block.
  func rawBlock(_ index: Int) throws(StoreError) -> [UInt8] {
    let block = contentBlock(index)
    guard block.offset <= UInt64(contentSection.byteCount),
      Int(block.storedByteCount) <= contentSection.byteCount - Int(block.offset),
      Int(block.rawByteCount) <= ContentBlock.rawByteLimit
    else { throw fault(0, "content block \(index) lies outside its section") }
    let offset = contentSection.offset + Int(block.offset)
    return try bytes.withBytes(offset, Int(block.storedByteCount)) {
      (span) throws(StoreError) -> [UInt8] in
      guard let raw = ContentCodec.decode(span, block) else {
        throw fault(Int(block.offset), "content block \(index) does not decompress")
      }
      return raw
    }
  }

  /// The index of the block that holds `row`, for readers that walk rows in order.
  func contentBlockIndex(of row: Int) throws(StoreError) -> Int {
    guard let index = blockIndex(of: row) else { throw fault(0, "row \(row) has no block") }
    return index
  }
}
