import Platform
import Testing

@testable import KnowledgeStore

/// Text indexes whose bytes are not what was written.
@Suite struct TextDamageTests {
  private let directory: ScratchDirectory
  private let store: Store
  private let source: any RowSource
  private let rowCount: Int

  init() throws {
    directory = try ScratchDirectory()
    store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(1))
    var generator = SeededGenerator(seed: 4)
    try collection.apply(
      (0..<400).map { number in
        let content = (0..<12).map { _ in "w\(Int.random(in: 0..<40, using: &generator))" }
        return .upsert(
          Entry(
            id: UUID(high: 0, low: UInt64(number)), version: 1, stamp: 0, vector: [1],
            title: "title \(number % 5)", content: content.joined(separator: " ")))
      })
    try store.commit(position: [])
    (source, rowCount, _, _) = try #require(try collection.snapshot().sources().first)
  }

  private func sections() throws -> TextSections {
    var builder = TextIndexBuilder()
    for row in 0..<rowCount { builder.add(try source.decodedRecord(at: row)) }
    return builder.sections()
  }

  private func search(_ sections: TextSections, _ text: String) throws -> [FoundText]? {
    guard let index = TextMemory.index(sections, origin: "test") else { return nil }
    let field = TextSearch.Field(
      source: 0, index: index, firstRow: 0, admitted: nil, columns: source.columns,
      rowCount: rowCount)
    return try TextSearch(TextQuery(text), in: [field], weights: .standard)
      .best(10) { (_, _) throws(StoreError) in true }
  }

  @Test func `changed numbers are an error or another answer, never a trap`() throws {
    let whole = try sections()
    #expect(try search(whole, "w1 w2 title")?.count == 10)
    #expect(TextMemory.index(whole, origin: "test")?.contradiction() == nil)
    var generator = SeededGenerator(seed: 11)
    var (errors, contradictions) = (0, 0)
    for _ in 0..<(isLongRun ? 10_000 : 200) {
      var changed = whole
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let bit = UInt32(1) << UInt32.random(in: 0..<32, using: &generator)
        func place(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }
        switch Int.random(in: 0..<9, using: &generator) {
        case 0: changed.summary[place(6)] ^= UInt64.random(in: 0 ... .max, using: &generator)
        case 1: changed.termEnds[place(changed.termEnds.count)] ^= UInt64(bit) << 20
        case 2: changed.terms[place(changed.terms.count)] ^= UInt8(truncatingIfNeeded: bit)
        case 3: changed.places[place(changed.places.count)] ^= bit
        case 4: changed.blocks[place(changed.blocks.count)] ^= bit
        case 5: changed.words[place(changed.words.count)] ^= bit
        case 6: changed.lengths[place(changed.lengths.count)] ^= bit
        case 7: changed.rows[place(changed.rows.count)] ^= bit
        default: changed.documents[place(changed.documents.count)] ^= bit
        }
      }
      for text in ["w1 w2 w3", "w*", "title w7 w8"] {
        do { _ = try search(changed, text) } catch { errors += 1 }
      }
      if TextMemory.index(changed, origin: "test")?.contradiction() != nil { contradictions += 1 }
    }
    #expect(errors > 0 && contradictions > 0)
  }

  /// Each byte of each section, in all bits or in one: an error, or answers whose rows exist and
  /// stand in order. A walk that did not end would hang here.
  @Test func `each changed byte is an error or another answer`() throws {
    var builder = TextIndexBuilder()
    let rowCount = 24
    for row in 0..<rowCount { builder.add(try source.decodedRecord(at: row)) }
    let whole = builder.sections()
    var (changes, errors) = (0, 0)
    func change<Element: FixedWidthInteger>(_ path: WritableKeyPath<TextSections, [Element]>) throws
    {
      for place in whole[keyPath: path].indices {
        for shift in stride(from: 0, to: Element.bitWidth, by: 8) {
          let mask = (place + shift / 8) % 2 == 0 ? 0xFF : 1 << (place % 8)
          var changed = whole
          changed[keyPath: path][place] ^= Element(truncatingIfNeeded: mask) << Element(shift)
          changes += 1
          guard let index = TextMemory.index(changed, origin: "test") else {
            errors += 1
            continue
          }
          let field = TextSearch.Field(
            source: 0, index: index, firstRow: 0, admitted: nil, columns: source.columns,
            rowCount: rowCount)
          let search = TextSearch(TextQuery("w1 w2 ti*"), in: [field], weights: .standard)
          do {
            let found = try search.best(10) { (_, _) throws(StoreError) in true }
            #expect(found.allSatisfy { 0..<rowCount ~= $0.row } && found.count <= 10)
            let shares = try search.shares(of: (0..<rowCount).map { (source: 0, row: $0) })
            #expect(shares.count == rowCount)
          } catch { errors += 1 }
        }
      }
    }
    try change(\.summary)
    try change(\.termEnds)
    try change(\.terms)
    try change(\.places)
    try change(\.blocks)
    try change(\.words)
    try change(\.lengths)
    try change(\.rows)
    try change(\.documents)
    #expect(changes > 1000 && errors > 50)
  }

  @Test func `a changed byte in a section of words is found when the file is read`() throws {
    let data = try #require(source as? SegmentData)
    let bytes = try FileSystem.readAll(data.bytes.path)
    for kind in SectionKind.allCases where (41...49).contains(kind.rawValue) {
      let section = try #require(data.header.sections.first { $0.kind == kind.rawValue })
      var changed = bytes
      changed[section.offset + section.byteCount / 2] ^= 1
      let copy = data.bytes.path + ".changed"
      try? FileSystem.remove(copy)
      try FileSystem.replace(copy, with: changed)
      let reference = SegmentReference(
        number: data.header.number, byteCount: bytes.count, rowCount: rowCount,
        headerChecksum: SegmentHeader.checksum(of: Array(bytes[..<SegmentHeader.byteCount])))
      #expect(throws: StoreError.self, "\(kind)") {
        try SegmentData(
          path: copy, reference: reference, key: .test, configuration: .test(1), caches: .none)
      }
    }
  }
}
