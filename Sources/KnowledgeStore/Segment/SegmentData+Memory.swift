import Platform

/// What of a large segment's file is in memory, and what leaves it.
extension SegmentData {
  /// What scans read from front to back.
  private static let scanned: [SectionKind] = [.codes, .signWords, .outlineWords]

  /// Has what scans read come in pages of 2 MB where the file system has them.
  func readInLargePages() { advise(.hugePages, Self.scanned) }

  func willReadVectors() { advise(.willNeed, [.vectors]) }

  /// Has the vectors of hits read page by page (without this each one brings 128 KB of its
  /// neighbours into memory), of which about `vectorPart` stay.
  func readSparingly(vectorPart: Double) {
    advise(.random, [.vectors])
    vectorVisits?.begin(part: vectorPart)
  }

  /// Has all vectors leave memory.
  func leaveVectors() { advise(.leave, [.vectors]) }

  /// Has what walks do not read leave memory; the vectors of hits come back one by one.
  func leaveToGraph() { advise(.leave, Self.scanned + [.vectors]) }

  private func advise(_ advice: MappedFile.Advice, _ kinds: [SectionKind]) {
    for section in header.sections where kinds.contains(where: { $0.rawValue == section.kind }) {
      bytes.advise(advice, section.offset, section.byteCount)
    }
  }

  /// Checks the checksums of some blocks against the bytes as they are now.
  ///
  /// - Parameter isLeaving: Whether what was not in memory before leaves it again.
  func verify(blocks: Range<Int>, isLeaving: Bool = false) throws(StoreError) {
    let table = header.sections.first { $0.kind == SectionKind.blockChecksums.rawValue }!
    let size = SegmentHeader.blockByteCount
    let range = blocks.clamped(to: 0..<blockCount)
    let start = SegmentHeader.byteCount + range.lowerBound * size
    let count = max(0, min(range.count * size, table.offset - start))
    guard isLeaving, bytes.isMapped else {
      bytes.advise(.willNeed, start, count)
      return try Self.verify(bytes, header, table, blocks: blocks, whole: false)
    }
    // Read through a mapping that is gone at the end of this, pages stay which searches have
    // mapped, and all others leave. A file that has lost its name meanwhile is read as ever.
    defer { if let file = try? File(path: bytes.path, mode: .read) { file.leaveMemory() } }
    let own = try? SegmentBytes(path: bytes.path, expectedByteCount: bytes.byteCount)
    own?.advise(.willNeed, start, count)
    try Self.verify(own ?? bytes, header, table, blocks: blocks, whole: false)
  }
}
