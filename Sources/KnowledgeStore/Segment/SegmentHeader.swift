import Platform

/// The parts of a segment file; numbers are part of the format (FORMAT.md, section 4).
enum SectionKind: UInt32, CaseIterable {
  case ids = 1
  case chunks = 2
  case versions = 3
  case stamps = 4
  case vectors = 5
  case codes = 6
  case scales = 7
  case errors = 8
  case norms = 9
  case types = 10
  case categories = 11
  case languages = 12
  case priorities = 13
  case active = 14
  case created = 15
  case updated = 16
  case typeDictionary = 17
  case categoryDictionary = 18
  case languageDictionary = 19
  case keywordDictionary = 20
  case postingEnds = 21
  case postings = 22
  case externalHashes = 23
  case externalRows = 24
  case idFilter = 25
  case contentBlocks = 26
  case contentOffsets = 27
  case content = 28
  case blockChecksums = 29
  case signWords = 30
  case signFactors = 31
  case signCentre = 32
  case metadataTermEnds = 33
  case metadataTerms = 34
  case metadataPostingEnds = 35
  case metadataPostings = 36
  case chunkParts = 37
  case outlineWords = 38
  case outlineFactors = 39
  case outlineBasis = 40
  case textSummary = 41
  case textTermEnds = 42
  case textTerms = 43
  case textPlaces = 44
  case textBlocks = 45
  case textWords = 46
  case textLengths = 47
  case textRows = 48
  case textDocuments = 49

  /// Bytes of one element, by which the section's size must divide.
  var elementByteCount: Int {
    switch self {
    case .ids: 16
    case .versions, .stamps, .created, .updated, .postingEnds, .externalHashes,
      .metadataTermEnds, .metadataPostingEnds, .textSummary, .textTermEnds, .textLengths:
      8
    case .idFilter: 64
    case .chunkParts, .textPlaces: 12
    case .textBlocks: 16
    case .outlineFactors: 2
    case .contentBlocks: ContentBlock.byteCount
    case .codes, .active, .content, .typeDictionary, .categoryDictionary, .languageDictionary,
      .keywordDictionary, .metadataTerms, .textTerms:
      1
    default: 4
    }
  }

  /// Whether a large file's copy is checked by the scrub alone, not when the file is opened.
  var isCheckedLate: Bool {
    switch self {
    case .typeDictionary, .categoryDictionary, .languageDictionary, .keywordDictionary,
      .idFilter, .contentBlocks, .blockChecksums:
      false
    default: true
    }
  }
}

/// Where a section stands.
struct Section: Equatable {
  var kind: UInt32
  var elementByteCount: Int
  var offset: Int
  var byteCount: Int
}

/// The first, and again the last, 4096 bytes of a segment file.
struct SegmentHeader: Equatable {
  static let byteCount = 4096
  /// Bytes that one block checksum covers.
  static let blockByteCount = 1 << 16
  private static let tableOffset = 256
  private static let tableEntryByteCount = 32
  private static let checksumOffset = byteCount - 4
  static let sectionLimit = (checksumOffset - tableOffset) / tableEntryByteCount

  var key: CollectionKey
  var number: UInt64
  var rowCount: Int
  var dimension: Int
  var modelFingerprint: UInt64
  var fileByteCount: Int
  /// CRC-32C of the section of block checksums.
  var tableChecksum: UInt32
  var sections: [Section]

  func encoded() -> [UInt8] {
    var writer = ByteWriter(capacity: Self.byteCount)
    writer.append(FileFormat.segmentMagic)
    writer.append(FileFormat.version)
    let hasChunks = sections.contains { $0.kind == SectionKind.chunkParts.rawValue }
    writer.append(hasChunks ? FileFormat.firstWithChunks : FileFormat.minimumReader)
    writer.append(key.owner)
    writer.append(number)
    writer.append(UInt64(rowCount))
    writer.append(UInt64(fileByteCount))
    writer.append(UInt32(dimension))
    writer.append(UInt32(sections.count))
    writer.append(modelFingerprint)
    writer.append(tableChecksum)
    writer.append(UInt32(Self.blockByteCount))
    writer.append(key.label)
    writer.pad(to: Self.tableOffset)
    for section in sections {
      writer.append(section.kind)
      writer.append(UInt32(section.elementByteCount))
      writer.append(UInt64(section.offset))
      writer.append(UInt64(section.byteCount))
      writer.append(UInt64(0))
    }
    while writer.bytes.count < Self.checksumOffset { writer.append(UInt8(0)) }
    writer.append(CRC32C.checksum(writer.bytes))
    return writer.bytes
  }

  /// The stored CRC of encoded header bytes.
  static func checksum(of bytes: [UInt8]) -> UInt32 {
    var reader = ByteReader(Array(bytes[checksumOffset...]))
    return reader.u32() ?? 0
  }

  /// - Parameter bytes: The first ``byteCount`` bytes of the file, or the last.
  init(parsing bytes: [UInt8], path: String) throws(StoreError) {
    func fault(_ offset: Int, _ reason: String) -> StoreError {
      .invalidFile(FileFault(path: path, byteOffset: offset, reason: reason))
    }
    guard bytes.count == Self.byteCount else { throw fault(bytes.count, "cut short") }
    var reader = ByteReader(bytes)
    guard reader.u64() == FileFormat.segmentMagic else { throw fault(0, "not a segment") }
    guard Self.checksum(of: bytes) == CRC32C.checksum(Array(bytes[..<Self.checksumOffset])) else {
      throw fault(Self.checksumOffset, "the header's checksum differs")
    }
    let version = reader.u32()
    guard let minimum = reader.u32(), minimum <= FileFormat.version else {
      throw fault(12, "needs a newer program: format \(version ?? 0)")
    }
    guard let owner = reader.uuid(), let number = reader.u64(), let rowCount = reader.u64(),
      let fileByteCount = reader.u64(), let dimension = reader.u32(),
      let sectionCount = reader.u32(), let fingerprint = reader.u64(),
      let tableChecksum = reader.u32(), reader.u32() == UInt32(Self.blockByteCount),
      let label = reader.string(), let key = CollectionKey(owner: owner, label: label),
      reader.offset <= Self.tableOffset, rowCount <= UInt64(Limits.segmentRowCount),
      fileByteCount <= UInt64(Int.max),
      (1...Limits.dimension).contains(Int(dimension)), sectionCount <= Self.sectionLimit
    else { throw fault(16, "the header contradicts itself") }
    var table = ByteReader(Array(bytes[Self.tableOffset...]))
    var sections: [Section] = []
    for _ in 0..<sectionCount {
      guard let kind = table.u32(), let element = table.u32(), let offset = table.u64(),
        let count = table.u64(), table.u64() != nil, offset <= fileByteCount,
        count <= fileByteCount - offset, offset % UInt64(AlignedMemory.alignment) == 0
      else { throw fault(Self.tableOffset, "a section lies outside the file") }
      sections.append(
        Section(
          kind: kind, elementByteCount: Int(element), offset: Int(offset), byteCount: Int(count)))
    }
    self.init(
      key: key, number: number, rowCount: Int(rowCount),
      dimension: Int(dimension), modelFingerprint: fingerprint,
      fileByteCount: Int(fileByteCount), tableChecksum: tableChecksum, sections: sections)
  }

  init(
    key: CollectionKey, number: UInt64, rowCount: Int, dimension: Int, modelFingerprint: UInt64,
    fileByteCount: Int, tableChecksum: UInt32, sections: [Section]
  ) {
    self.key = key
    self.number = number
    self.rowCount = rowCount
    self.dimension = dimension
    self.modelFingerprint = modelFingerprint
    self.fileByteCount = fileByteCount
    self.tableChecksum = tableChecksum
    self.sections = sections
  }
}

/// Where a compressed block of records stands in the content section, and which row it begins with.
struct ContentBlock {
  static let byteCount = 24
  /// Records are gathered until a block is at least this long, raw.
  static let rawByteTarget = 16 << 10
  /// A block holds at most a target and one more record.
  static let rawByteLimit = rawByteTarget + Limits.entryByteCount

  var offset: UInt64
  var storedByteCount: UInt32
  var rawByteCount: UInt32
  var firstRow: UInt32
  /// 0 stored as it is, 1 LZ4.
  var method: UInt32
}
