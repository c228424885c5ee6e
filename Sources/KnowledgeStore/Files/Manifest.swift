import Platform

/// What a manifest says of one segment; enough to tell that the file is that very file.
struct SegmentReference: Hashable, Sendable {
  var number: UInt64
  var byteCount: Int
  var rowCount: Int
  /// CRC-32C of the segment's header, which in turn covers the checksums of all its blocks.
  var headerChecksum: UInt32
}

/// One committed state of a collection: its segments and what is deleted in them.
/// Byte map: FORMAT.md, section 3.
struct Manifest: Equatable, Sendable {
  var key: CollectionKey
  /// The commit that wrote it; also its number.
  var commit: UInt64
  /// The manifest that was kept beside it when it was written; 0 for none.
  var previous: UInt64 = 0
  var configuration: CollectionConfiguration
  /// Live entries.
  var entryCount: Int
  /// The sum that ``EntryState/hash64`` describes.
  var checksum: UInt64
  /// Segment numbers at or above this were never used.
  var nextSegment: UInt64
  /// The number of the tombstone file, 0 where nothing is deleted, and its CRC.
  var tombstones: UInt64
  var tombstonesChecksum: UInt32
  var segments: [SegmentReference]

  func encoded() -> [UInt8] {
    SmallFile.encode(magic: FileFormat.manifestMagic) { writer in
      writer.append(key.owner)
      writer.append(key.label)
      writer.append(commit)
      writer.append(previous)
      writer.append(UInt32(configuration.dimension))
      writer.append(configuration.modelFingerprint)
      writer.append(configuration.model)
      writer.append(UInt64(entryCount))
      writer.append(checksum)
      writer.append(nextSegment)
      writer.append(tombstones)
      writer.append(tombstonesChecksum)
      writer.append(UInt32(segments.count))
      for segment in segments {
        writer.append(segment.number)
        writer.append(UInt64(segment.byteCount))
        writer.append(UInt64(segment.rowCount))
        writer.append(segment.headerChecksum)
      }
    }
  }

  /// Reads and checks the manifest `number` in the directory of `key`.
  init(directory: String, number: UInt64, key: CollectionKey) throws(StoreError) {
    let path = directory + "/" + FileFormat.manifestName(number)
    var reader = try SmallFile.read(path, magic: FileFormat.manifestMagic)
    func fault(_ reason: String) -> StoreError {
      .invalidFile(FileFault(path: path, byteOffset: reader.offset, reason: reason))
    }
    guard let owner = reader.uuid(), let name = reader.string() else { throw fault("cut short") }
    guard owner == key.owner, name == key.label else {
      throw fault("belongs to collection \(owner)/\(name)")
    }
    guard let commit = reader.u64(), commit == number else { throw fault("carries another number") }
    guard let previous = reader.u64(), previous < commit || commit == 0 else {
      throw fault("names a later manifest as the one before")
    }
    guard let dimension = reader.u32(), let fingerprint = reader.u64(),
      let model = reader.string(), let entryCount = reader.u64(), let checksum = reader.u64(),
      let nextSegment = reader.u64(), let tombstones = reader.u64(),
      let tombstonesChecksum = reader.u32(), let segmentCount = reader.u32(),
      Int(segmentCount) <= reader.remaining / 28
    else { throw fault("cut short") }
    let configuration = CollectionConfiguration(
      dimension: Int(dimension), model: model, modelFingerprint: fingerprint)
    try configuration.validate()
    var segments: [SegmentReference] = []
    for _ in 0..<segmentCount {
      guard let number = reader.u64(), let bytes = reader.u64(), let rows = reader.u64(),
        let header = reader.u32()
      else { throw fault("cut short") }
      guard number < nextSegment, bytes <= UInt64(Int.max), rows <= UInt64(Limits.segmentRowCount)
      else { throw fault("names an impossible segment") }
      segments.append(
        SegmentReference(
          number: number, byteCount: Int(bytes), rowCount: Int(rows), headerChecksum: header))
    }
    guard reader.remaining == 4 else { throw fault("has bytes to spare") }
    guard entryCount <= UInt64(Int.max) else { throw fault("counts impossibly many entries") }
    self.init(
      key: key, commit: commit, configuration: configuration, entryCount: Int(entryCount),
      checksum: checksum, nextSegment: nextSegment, tombstones: tombstones,
      tombstonesChecksum: tombstonesChecksum, segments: segments)
    self.previous = previous
  }

  init(
    key: CollectionKey, commit: UInt64, configuration: CollectionConfiguration, entryCount: Int,
    checksum: UInt64, nextSegment: UInt64, tombstones: UInt64, tombstonesChecksum: UInt32,
    segments: [SegmentReference]
  ) {
    self.key = key
    self.commit = commit
    self.configuration = configuration
    self.entryCount = entryCount
    self.checksum = checksum
    self.nextSegment = nextSegment
    self.tombstones = tombstones
    self.tombstonesChecksum = tombstonesChecksum
    self.segments = segments
  }
}
