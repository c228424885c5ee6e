import Platform

/// Writes a segment from the live rows of other sources: sealed chunks of the delta, or segments
/// that are merged.
///
/// Memory: 12 bytes a row plus the distinct strings and a content block for each source; vectors
/// and texts stream through.
struct SegmentBuilder {
  /// Rows to take: those of `source` below `rowCount` that are live.
  struct Input {
    let source: any RowSource
    let rowCount: Int
    let live: Bitmap?
  }

  struct RowReference {
    var input: UInt32
    var row: UInt32
  }

  let inputs: [Input]
  let configuration: CollectionConfiguration
  let order: [RowReference]

  /// Rows that the segment will have.
  var rowCount: Int { order.count }

  init(inputs: [Input], configuration: CollectionConfiguration) {
    self.inputs = inputs
    self.configuration = configuration
    order = Self.merge(inputs.map(Self.run), inputs)
  }

  // MARK: Order

  private static func run(_ input: Input) -> [UInt32] {
    var rows: [UInt32] = []
    rows.reserveCapacity(input.rowCount)
    if let live = input.live {
      live.forEach { row in if row < input.rowCount { rows.append(UInt32(row)) } }
    } else {
      rows.append(contentsOf: 0..<UInt32(input.rowCount))
    }
    if !input.source.isSorted {
      let columns = input.source.columns
      rows.sort { left, right in
        let (a, b) = (columns.id(Int(left)), columns.id(Int(right)))
        return a != b ? a < b : columns.chunks[Int(left)] < columns.chunks[Int(right)]
      }
    }
    return rows
  }

  private struct Head {
    var id: UUID
    var chunk: UInt32
  }

  /// Merges sorted runs; with at most a few dozen of them, looking at each head is the quickest.
  private static func merge(_ runs: [[UInt32]], _ inputs: [Input]) -> [RowReference] {
    var order: [RowReference] = []
    order.reserveCapacity(runs.reduce(0) { $0 + $1.count })
    var next = [Int](repeating: 0, count: runs.count)
    func head(_ run: Int) -> Head? {
      guard next[run] < runs[run].count else { return nil }
      let row = Int(runs[run][next[run]])
      let columns = inputs[run].source.columns
      return Head(id: columns.id(row), chunk: columns.chunks[row])
    }
    var heads = runs.indices.map(head)
    while true {
      var best = -1
      for run in heads.indices {
        guard let candidate = heads[run] else { continue }
        if best < 0 {
          best = run
        } else if let current = heads[best],
          candidate.id != current.id
            ? candidate.id < current.id : candidate.chunk < current.chunk
        {
          best = run
        }
      }
      if best < 0 { return order }
      order.append(RowReference(input: UInt32(best), row: runs[best][next[best]]))
      next[best] += 1
      heads[best] = head(best)
    }
  }

  // MARK: Writing

  /// Writes the segment under `path`, neither synced nor renamed.
  func write(
    path: String, key: CollectionKey, number: UInt64, isCancelled: () -> Bool
  ) throws(StoreError) -> (reference: SegmentReference, file: OpenFile) {
    let writer = try SegmentFileWriter(path: path)
    let parts: [(SegmentFileWriter) throws(StoreError) -> Void] = [
      writeRows, writeCodes, writeSigns, writeOutlines, writeVectors, writeColumns, writeStrings,
      writeKeywords, writeMetadata, writeContents,
    ]
    for part in parts {
      if isCancelled() { throw .closed }
      try part(writer)
    }
    let reference = try writer.finish(
      key: key, number: number, rowCount: rowCount, configuration: configuration)
    return (reference, writer.file)
  }

  private func copy<Element: BitwiseCopyable>(
    _ kind: SectionKind, _ writer: SegmentFileWriter, stride: Int = 1,
    _ column: (RowColumns) -> Column<Element>
  ) throws(StoreError) {
    let columns = inputs.map { column($0.source.columns) }
    let rowBytes = stride * MemoryLayout<Element>.stride
    try writer.begin(kind, expectedByteCount: rowCount * rowBytes)
    for reference in order {
      let source = columns[Int(reference.input)]
      let first = Int(reference.row) * stride
      precondition(first + stride <= source.count, "row outside the column")
      try unsafe writer.append(source.base + first, byteCount: rowBytes)
    }
  }

  private func writeRows(_ writer: SegmentFileWriter) throws(StoreError) {
    try copy(.ids, writer, stride: 16) { $0.ids }
    try copy(.chunks, writer) { $0.chunks }
    try writeParts(writer)
    try copy(.versions, writer) { $0.versions }
    try copy(.stamps, writer) { $0.stamps }
  }

  private func writeCodes(_ writer: SegmentFileWriter) throws(StoreError) {
    let stride = VectorLayout.codeStride(configuration.dimension)
    try copy(.codes, writer, stride: stride) { $0.codes }
    try copy(.scales, writer) { $0.scales }
    try copy(.errors, writer) { $0.errors }
    try copy(.norms, writer) { $0.norms }
  }

  private func writeVectors(_ writer: SegmentFileWriter) throws(StoreError) {
    let stride = VectorLayout.floatStride(configuration.dimension)
    for input in inputs { input.source.willReadVectors() }
    try copy(.vectors, writer, stride: stride) { $0.vectors }
  }

  private func writeColumns(_ writer: SegmentFileWriter) throws(StoreError) {
    try copy(.priorities, writer) { $0.priorities }
    try copy(.active, writer) { $0.active }
    try copy(.created, writer) { $0.created }
    try copy(.updated, writer) { $0.updated }
    var filter = [UInt32](
      repeating: 0,
      count: IDFilter.blockCount(rowCount: rowCount) * IDFilter.blockWordCount)
    for reference in order {
      IDFilter.insert(
        inputs[Int(reference.input)].source.columns.id(Int(reference.row)), into: &filter)
    }
    try writer.begin(.idFilter, expectedByteCount: filter.count * 4)
    try writer.append(filter)
  }

  /// The dictionary columns: only strings that live rows use, renumbered in byte order.
  private func writeStrings(_ writer: SegmentFileWriter) throws(StoreError) {
    let kinds: [(DictionaryColumn, SectionKind, SectionKind)] = [
      (.types, .types, .typeDictionary), (.categories, .categories, .categoryDictionary),
      (.languages, .languages, .languageDictionary),
    ]
    for (column, codeKind, dictionaryKind) in kinds {
      let codes = inputs.map { $0.source.columns.codes(of: column) }
      var used: [[UInt32: [UInt8]]] = inputs.map { _ in [:] }
      var strings: Set<[UInt8]> = []
      for reference in order {
        let input = Int(reference.input)
        let code = codes[input][Int(reference.row)]
        if used[input][code] == nil {
          // A number without a string can only come from a damaged file: it reads as empty.
          let text = inputs[input].source.text(code, in: column) ?? []
          used[input][code] = text
          strings.insert(text)
        }
      }
      let sorted = strings.sorted(by: precedesByBytes)
      let numbers = Dictionary(
        uniqueKeysWithValues: sorted.enumerated().map { ($1, UInt32($0)) })
      let translation = used.map { $0.mapValues { numbers[$0]! } }
      try writer.begin(codeKind, expectedByteCount: rowCount * 4)
      for reference in order {
        let input = Int(reference.input)
        try writer.append(translation[input][codes[input][Int(reference.row)]]!)
      }
      let dictionary = StringDictionary.encode(sorted)
      try writer.begin(dictionaryKind, expectedByteCount: dictionary.count)
      try writer.append(dictionary)
    }
  }

  /// New row numbers by input and old row; `UInt32.max` for rows that are not taken.
  func rowMaps() -> [[UInt32]] {
    var maps = inputs.map { [UInt32](repeating: .max, count: $0.rowCount) }
    for (row, reference) in order.enumerated() {
      maps[Int(reference.input)][Int(reference.row)] = UInt32(row)
    }
    return maps
  }

  private func writeKeywords(_ writer: SegmentFileWriter) throws(StoreError) {
    let maps = rowMaps()
    var used = inputs.map { [Bool](repeating: false, count: $0.source.keywordCount) }
    var total = 0
    for (index, input) in inputs.enumerated() {
      input.source.forEachKeyword { row, number in
        guard row < input.rowCount, maps[index][row] != .max else { return }
        used[index][Int(number)] = true
        total += 1
      }
    }
    var strings: Set<[UInt8]> = []
    for (index, input) in inputs.enumerated() {
      for number in used[index].indices where used[index][number] {
        strings.insert(input.source.keyword(UInt32(number)))
      }
    }
    let sorted = strings.sorted(by: precedesByBytes)
    let numbers = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
    var ends = [UInt64](repeating: 0, count: sorted.count)
    var translations: [[Int]] = []
    for (index, input) in inputs.enumerated() {
      translations.append(
        used[index].indices.map { number in
          used[index][number] ? numbers[input.source.keyword(UInt32(number))]! : -1
        })
    }
    func forEachPosting(_ body: (Int, UInt32) -> Void) {
      for (index, input) in inputs.enumerated() {
        input.source.forEachKeyword { row, number in
          guard row < input.rowCount, maps[index][row] != .max else { return }
          body(translations[index][Int(number)], maps[index][row])
        }
      }
    }
    forEachPosting { number, _ in ends[number] += 1 }
    var starts: [Int] = []
    var end: UInt64 = 0
    for number in ends.indices {
      starts.append(Int(end))
      end += ends[number]
      ends[number] = end
    }
    var postings = [UInt32](repeating: 0, count: total)
    var next = starts
    forEachPosting { number, row in
      postings[next[number]] = row
      next[number] += 1
    }
    for number in starts.indices { postings[starts[number]..<Int(ends[number])].sort() }
    let dictionary = StringDictionary.encode(sorted)
    try writer.begin(.keywordDictionary, expectedByteCount: dictionary.count)
    try writer.append(dictionary)
    try writer.begin(.postingEnds, expectedByteCount: ends.count * 8)
    try writer.append(ends)
    try writer.begin(.postings, expectedByteCount: postings.count * 4)
    try writer.append(postings)
  }

  private func writeContents(_ writer: SegmentFileWriter) throws(StoreError) {
    var table = ByteWriter()
    var offsets: [UInt32] = []
    offsets.reserveCapacity(rowCount)
    var external: [(hash: UInt64, row: UInt32)] = []
    var raw: [UInt8] = []
    var firstRow = 0
    var stored = 0
    var readers = inputs.map { RecordReader(source: $0.source) }
    var text = TextIndexBuilder()
    try writer.begin(.content, expectedByteCount: rowCount * 256)
    for (row, reference) in order.enumerated() {
      offsets.append(UInt32(raw.count))
      let record = try readers[Int(reference.input)].record(at: Int(reference.row))
      let decoded = EntryRecord(record)
      if let externalID = decoded?.externalIDUTF8 {
        external.append((hash64(Array(externalID)), UInt32(row)))
      }
      let columns = inputs[Int(reference.input)].source.columns
      text.add(columns.isFirst(Int(reference.row)) ? decoded : nil)
      raw.append(contentsOf: record)
      guard raw.count >= ContentBlock.rawByteTarget || row + 1 == rowCount else { continue }
      let (method, packed) = ContentCodec.encode(raw)
      try writer.append(packed)
      table.append(UInt64(stored))
      table.append(UInt32(packed.count))
      table.append(UInt32(raw.count))
      table.append(UInt32(firstRow))
      table.append(method)
      stored += packed.count
      firstRow = row + 1
      raw.removeAll(keepingCapacity: true)
    }
    try writer.begin(.contentBlocks, expectedByteCount: table.bytes.count)
    try writer.append(table.bytes)
    try writer.begin(.contentOffsets, expectedByteCount: offsets.count * 4)
    try writer.append(offsets)
    external.sort { $0.hash != $1.hash ? $0.hash < $1.hash : $0.row < $1.row }
    try writer.begin(.externalHashes, expectedByteCount: external.count * 8)
    try writer.append(external.map(\.hash))
    try writer.begin(.externalRows, expectedByteCount: external.count * 4)
    try writer.append(external.map(\.row))
    try text.sections().write(to: writer)
  }
}
