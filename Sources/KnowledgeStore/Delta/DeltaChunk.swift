import Platform

/// The dictionaries of one generation of the delta.
final class DeltaStrings: Sendable {
  let columns: [BytePool] = DictionaryColumn.allCases.map { _ in BytePool() }
  let keywords = BytePool()
}

/// A fixed number of rows in memory, filled from the front by the collection's one writer.
///
/// `@unchecked Sendable`: readers touch only rows below the count in their snapshot, which the
/// writer publishes under the snapshot's lock after the rows are complete and never changes again.
/// `@safe` holds because every column lies within `memory` or `texts`, which live as long.
@safe final class DeltaChunk: RowSource, @unchecked Sendable {
  /// Bytes of a block of texts; a larger record gets a block of its own.
  private static let textBlockByteCount = 256 << 10

  let capacity: Int
  let columns: RowColumns
  var signs: SignColumns? { ownSigns?.columns }
  private let ownSigns: DeltaSigns?
  let filterMemory: FilterMemory? = nil
  let outlines: OutlineColumns? = nil
  let isSorted = false
  let origin = "memory"
  func checkReadable() {}
  let strings: DeltaStrings
  private let textRuns = TextRuns()
  private let memory: AlignedMemory
  /// Address and byte count of each row's record.
  @unsafe private let records: UnsafeMutablePointer<UnsafeRawBufferPointer>
  /// The row's keyword numbers.
  @unsafe private let keywordLists: UnsafeMutablePointer<UnsafeBufferPointer<UInt32>>
  @unsafe private let externalHashes: UnsafeMutablePointer<UInt64>
  /// The row's metadata terms, each a u16 byte count and the bytes.
  @unsafe private let termLists: UnsafeMutablePointer<UnsafeRawBufferPointer>

  // The writer's alone:
  private(set) var rowCount = 0
  /// Whether the metadata of a row is not listed.
  private(set) var hasUnlistedMetadata = false
  private var texts: [AlignedMemory] = []
  private var textUsed = 0
  /// Bytes that the chunk occupies, texts included.
  private(set) var byteCount: Int

  init(capacity: Int, dimension: Int, strings: DeltaStrings) {
    self.capacity = capacity
    self.strings = strings
    let floatStride = VectorLayout.floatStride(dimension)
    let codeStride = VectorLayout.codeStride(dimension)
    var offset = 0
    func place(_ byteCount: Int) -> Int {
      defer { offset += AlignedMemory.padded(byteCount * capacity) }
      return offset
    }
    let vectors = place(floatStride * 4)
    let codes = place(codeStride)
    let ids = place(16)
    let eights = (0..<5).map { _ in place(8) }
    let parts = place(12)
    let fours = (0..<8).map { _ in place(4) }
    let active = place(1)
    let recordOffset = place(16)
    let keywordOffset = place(16)
    let termOffset = place(16)
    let memory = AlignedMemory(byteCount: offset)
    self.memory = memory
    ownSigns = DeltaSigns(capacity: capacity, dimension: dimension)
    byteCount = offset + (ownSigns?.byteCount ?? 0)
    func column<Element>(_ offset: Int, _ count: Int, _: Element.Type) -> Column<Element> {
      let start = unsafe (memory.base + offset).bindMemory(to: Element.self, capacity: count)
      return unsafe Column(base: UnsafePointer(start), count: count)
    }
    columns = RowColumns(
      dimension: dimension, ids: column(ids, capacity * 16, UInt8.self),
      chunks: column(fours[0], capacity, UInt32.self),
      parts: column(parts, capacity * 3, UInt32.self),
      versions: column(eights[0], capacity, UInt64.self),
      stamps: column(eights[1], capacity, UInt64.self),
      vectors: column(vectors, capacity * floatStride, Float.self),
      codes: column(codes, capacity * codeStride, UInt8.self),
      scales: column(fours[1], capacity, Float.self),
      errors: column(fours[2], capacity, Float.self),
      norms: column(fours[3], capacity, Float.self),
      types: column(fours[4], capacity, UInt32.self),
      categories: column(fours[5], capacity, UInt32.self),
      languages: column(fours[6], capacity, UInt32.self),
      priorities: column(fours[7], capacity, Int32.self),
      active: column(active, capacity, UInt8.self),
      created: column(eights[2], capacity, Int64.self),
      updated: column(eights[3], capacity, Int64.self))
    unsafe externalHashes = (memory.base + eights[4]).bindMemory(
      to: UInt64.self, capacity: capacity)
    unsafe records = (memory.base + recordOffset).bindMemory(
      to: UnsafeRawBufferPointer.self, capacity: capacity)
    unsafe keywordLists = (memory.base + keywordOffset).bindMemory(
      to: UnsafeBufferPointer<UInt32>.self, capacity: capacity)
    unsafe termLists = (memory.base + termOffset).bindMemory(
      to: UnsafeRawBufferPointer.self, capacity: capacity)
  }

  /// Rows that fit still.
  var room: Int { capacity - rowCount }

  // MARK: Writing

  /// What the writer keeps between rows so that a row allocates nothing.
  struct Scratch {
    var record: [UInt8] = []
    var folded: [UInt8] = []
    var keywords: [UInt32] = []
    var terms: [UInt8] = []
  }

  /// Adds one row of a checked entry and returns its place.
  ///
  /// - Parameters:
  ///   - entry: As ``Entry/row(_:)`` gives it.
  ///   - part: Which of the entry's rows it is.
  /// - Precondition: The chunk has room; the vector has the chunk's dimension.
  func append(
    _ entry: Entry, part: ChunkPart = .whole, scale: Double, scratch: inout Scratch
  ) -> Int {
    precondition(room > 0 && entry.vector.count == columns.dimension, "the row does not fit")
    let row = rowCount
    unsafe entry.id.write(to: mutable(columns.ids) + row * 16)
    unsafe mutable(columns.chunks)[row] = part.chunk
    if let parts = columns.parts {
      for (index, value) in [part.start, part.end, part.count].enumerated() {
        unsafe mutable(parts)[3 * row + index] = value
      }
    }
    unsafe mutable(columns.versions)[row] = entry.version
    unsafe mutable(columns.stamps)[row] = entry.stamp
    writeVector(entry.vector, scale: scale, row: row)
    let dictionaries = strings.columns
    unsafe mutable(columns.types)[row] = Self.intern(
      entry.entryType, dictionaries[DictionaryColumn.types.rawValue], &scratch.folded)
    unsafe mutable(columns.categories)[row] = Self.intern(
      entry.category, dictionaries[DictionaryColumn.categories.rawValue], &scratch.folded)
    unsafe mutable(columns.languages)[row] = Self.intern(
      entry.language, dictionaries[DictionaryColumn.languages.rawValue], &scratch.folded)
    unsafe mutable(columns.priorities)[row] = entry.priority
    unsafe mutable(columns.active)[row] = entry.isActive ? 1 : 0
    unsafe mutable(columns.created)[row] = entry.createdAt
    unsafe mutable(columns.updated)[row] = entry.updatedAt
    if let externalID = entry.externalID {
      scratch.folded.removeAll(keepingCapacity: true)
      scratch.folded.append(contentsOf: externalID.utf8)
      unsafe externalHashes[row] = hash64(scratch.folded)
    } else {
      unsafe externalHashes[row] = 0
    }
    scratch.keywords.removeAll(keepingCapacity: true)
    for keyword in entry.keywords { intern(keyword: keyword, &scratch) }
    for tag in entry.tags { intern(keyword: tag, &scratch) }
    scratch.record.removeAll(keepingCapacity: true)
    EntryRecord.encode(entry, into: &scratch.record)
    unsafe records[row] = scratch.record.withUnsafeBytes { unsafe keep($0) }
    unsafe keywordLists[row] = scratch.keywords.withUnsafeBytes { bytes in
      let kept = unsafe keep(bytes)
      return unsafe kept.bindMemory(to: UInt32.self)
    }
    scratch.terms.removeAll(keepingCapacity: true)
    let terms = MetadataTerms.terms(of: entry.metadata[...])
    hasUnlistedMetadata = hasUnlistedMetadata || terms == [MetadataTerms.unlisted]
    for term in terms {
      scratch.terms.append(UInt8(truncatingIfNeeded: term.count))
      scratch.terms.append(UInt8(truncatingIfNeeded: term.count >> 8))
      scratch.terms.append(contentsOf: term)
    }
    unsafe termLists[row] = scratch.terms.withUnsafeBytes { unsafe keep($0) }
    rowCount += 1
    return row
  }

  private func writeVector(_ vector: [Float], scale: Double, row: Int) {
    let dimension = columns.dimension
    let floatStride = VectorLayout.floatStride(dimension)
    let target = unsafe mutable(columns.vectors) + row * floatStride
    unsafe vector.withUnsafeBufferPointer { source in
      if scale == 1 {
        unsafe target.update(from: source.baseAddress!, count: dimension)
      } else {
        for index in 0..<dimension { unsafe target[index] = Float(Double(source[index]) * scale) }
      }
    }
    for index in dimension..<floatStride { unsafe target[index] = 0 }
    let factors = unsafe VectorCodec.encode(
      target, dimension: dimension,
      codes: mutable(columns.codes) + row * VectorLayout.codeStride(dimension))
    unsafe mutable(columns.scales)[row] = factors.scale
    unsafe mutable(columns.errors)[row] = factors.error
    unsafe mutable(columns.norms)[row] = factors.norm
    unsafe ownSigns?.encode(target, row: row)
  }

  private static func intern(_ text: String, _ pool: BytePool, _ bytes: inout [UInt8]) -> UInt32 {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: text.utf8)
    return pool.intern(bytes)
  }

  private func intern(keyword: String, _ scratch: inout Scratch) {
    Folding.fold(keyword, into: &scratch.folded)
    let number = strings.keywords.intern(scratch.folded)
    if !scratch.keywords.contains(number) { scratch.keywords.append(number) }
  }

  /// Copies bytes to where they stay as long as the chunk.
  @unsafe private func keep(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let size = (bytes.count + 7) & ~7
    if texts.isEmpty || textUsed + size > texts[texts.count - 1].byteCount {
      // Blocks grow with the chunk, so that a collection of ten entries stays small.
      let grown = min(Self.textBlockByteCount, 4096 << min(texts.count, 6))
      texts.append(AlignedMemory(byteCount: max(grown, size)))
      textUsed = 0
      byteCount += texts[texts.count - 1].byteCount
    }
    let start = unsafe texts[texts.count - 1].base + textUsed
    if let source = bytes.baseAddress {
      unsafe start.copyMemory(from: source, byteCount: bytes.count)
    }
    textUsed += size
    return unsafe UnsafeRawBufferPointer(start: start, count: bytes.count)
  }

  /// The column's memory for the one writer.
  @unsafe private func mutable<Element>(
    _ column: Column<Element>
  ) -> UnsafeMutablePointer<Element> {
    unsafe UnsafeMutablePointer(mutating: column.base)
  }

  // MARK: RowSource

  func number(of text: [UInt8], in column: DictionaryColumn) -> UInt32? {
    strings.columns[column.rawValue].number(of: text)
  }

  func text(_ number: UInt32, in column: DictionaryColumn) -> [UInt8]? {
    strings.columns[column.rawValue][number]
  }

  func string(_ number: UInt32, in column: DictionaryColumn) -> String {
    String(decoding: strings.columns[column.rawValue][number], as: UTF8.self)
  }

  var keywordCount: Int { strings.keywords.count }

  func keyword(_ number: UInt32) -> [UInt8] { strings.keywords[number] }

  func markRows(withKeyword keyword: [UInt8], in bitmap: Bitmap) {
    guard let number = strings.keywords.number(of: keyword) else { return }
    for row in 0..<bitmap.bitCount where unsafe keywordLists[row].contains(number) {
      bitmap.set(row)
    }
  }

  func forEachKeyword(_ body: (Int, UInt32) -> Void) {
    for row in 0..<rowCount {
      let list = unsafe keywordLists[row]
      for index in 0..<list.count { unsafe body(row, list[index]) }
    }
  }

  /// Calls `body` with each metadata term of a row until it returns false.
  private func forEachTerm(of row: Int, _ body: (UnsafeRawBufferPointer) -> Bool) {
    var rest = unsafe termLists[row][...]
    while let low = unsafe rest.popFirst(), let high = unsafe rest.popFirst() {
      let count = Int(low) | Int(high) << 8
      guard unsafe body(UnsafeRawBufferPointer(rebasing: rest.prefix(count))) else { return }
      unsafe rest = rest.dropFirst(count)
    }
  }

  func markRows(withTerms intervals: TermIntervals, in bitmap: Bitmap) -> Bitmap? {
    var unlisted: Bitmap?
    for row in 0..<bitmap.bitCount {
      unsafe forEachTerm(of: row) { term in
        if unsafe intervals.contains(term) {
          bitmap.set(row)
          return false
        }
        if unsafe term.elementsEqual(MetadataTerms.unlisted) {
          unlisted = unlisted ?? Bitmap(bitCount: bitmap.bitCount, filled: false)
          unlisted?.set(row)
        }
        return true
      }
    }
    return unlisted
  }

  func metadataTerms(rowCount: Int) -> MetadataTermRun {
    var rows: [[UInt8]: [UInt32]] = [:]
    for row in 0..<rowCount {
      unsafe forEachTerm(of: row) { term in
        unsafe rows[Array(term), default: []].append(UInt32(row))
        return true
      }
    }
    return MetadataTermRun(rows)
  }

  func textIndexes(rowCount: Int) throws(StoreError) -> [TextRun] {
    try textRuns.indexes(of: self, rowCount: rowCount)
  }

  func record(at row: Int) throws(StoreError) -> [UInt8] {
    precondition(row >= 0 && row < capacity, "row outside the chunk")
    return unsafe Array(records[row])
  }

  func row(
    externalID: [UInt8], hash: UInt64, rowCount: Int, live: Bitmap?
  ) throws(StoreError) -> Int? {
    for row in 0..<rowCount where unsafe externalHashes[row] == hash {
      guard live.map({ $0[row] }) ?? true else { continue }
      if try decodedRecord(at: row).externalIDUTF8?.elementsEqual(externalID) ?? false {
        return row
      }
    }
    return nil
  }

  /// The row of an entry among the first `rowCount` that is live, by looking at each.
  func row(of id: UUID, rowCount: Int, live: Bitmap?) -> Int? {
    let (high, low) = (id.high.bigEndian, id.low.bigEndian)
    let words = unsafe UnsafeRawPointer(columns.ids.base)
    for row in 0..<min(rowCount, capacity) {
      guard unsafe words.loadUnaligned(fromByteOffset: row * 16, as: UInt64.self) == high,
        unsafe words.loadUnaligned(fromByteOffset: row * 16 + 8, as: UInt64.self) == low,
        live.map({ $0[row] }) ?? true
      else { continue }
      return row
    }
    return nil
  }
}
