import Platform

/// Which rows of a collection's segments are live, for the segments where some are not.
/// Byte map: FORMAT.md, section 3.
enum TombstonesFile {
  static func encode(
    key: CollectionKey, number: UInt64, _ bitmaps: [(segment: UInt64, live: Bitmap)]
  ) -> [UInt8] {
    SmallFile.encode(magic: FileFormat.tombstonesMagic) { writer in
      writer.append(key.owner)
      writer.append(key.label)
      writer.append(number)
      writer.append(UInt32(bitmaps.count))
      for (segment, live) in bitmaps {
        writer.append(segment)
        writer.append(UInt64(live.bitCount))
        unsafe writer.append(
          RawSpan(_unsafeStart: UnsafeRawPointer(live.words), byteCount: live.wordCount * 8))
      }
    }
  }

  /// Reads the tombstones that `manifest` names.
  ///
  /// - Returns: The live rows of each segment that has deleted ones.
  static func read(
    directory: String, manifest: Manifest
  ) throws(StoreError) -> [UInt64: Bitmap] {
    guard manifest.tombstones != 0 else { return [:] }
    let path = directory + "/" + FileFormat.tombstonesName(manifest.tombstones)
    var reader = try SmallFile.read(path, magic: FileFormat.tombstonesMagic)
    func fault(_ reason: String) -> StoreError {
      .invalidFile(FileFault(path: path, byteOffset: reader.offset, reason: reason))
    }
    guard let owner = reader.uuid(), let name = reader.string(), let number = reader.u64(),
      let count = reader.u32()
    else { throw fault("cut short") }
    guard owner == manifest.key.owner, name == manifest.key.label, number == manifest.tombstones
    else { throw fault("belongs to \(owner)/\(name), number \(number)") }
    let rowCounts = Dictionary(
      manifest.segments.map { ($0.number, $0.rowCount) }, uniquingKeysWith: { first, _ in first })
    var bitmaps: [UInt64: Bitmap] = [:]
    for _ in 0..<count {
      guard let segment = reader.u64(), let bits = reader.u64() else { throw fault("cut short") }
      guard let rows = rowCounts[segment], UInt64(rows) == bits, bitmaps[segment] == nil else {
        throw fault("speaks of rows that segment \(segment) does not have")
      }
      let bitmap = Bitmap(bitCount: rows, filled: false)
      for index in 0..<bitmap.wordCount {
        guard let word = reader.u64() else { throw fault("cut short") }
        let used = min(64, rows - index * 64)
        guard used == 64 || word >> UInt64(used) == 0 else {
          throw fault("marks rows past the end")
        }
        unsafe bitmap.words[index] = word
      }
      bitmaps[segment] = bitmap
    }
    var tail = reader
    guard tail.remaining == 4, tail.u32() == manifest.tombstonesChecksum else {
      throw fault("is not the file that the manifest names")
    }
    return bitmaps
  }
}
