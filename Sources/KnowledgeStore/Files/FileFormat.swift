import Platform

/// What all files of the store have in common: FORMAT.md, section 2.
enum FileFormat {
  /// Written into every file.
  static let version: UInt32 = 2
  /// The oldest reader that may read files written now.
  static let minimumReader: UInt32 = 1
  /// The oldest reader that may read segments in which entries have several rows.
  static let firstWithChunks: UInt32 = 2

  static let segmentMagic = magic("KNWSEGM1")
  static let manifestMagic = magic("KNWMANF1")
  static let tombstonesMagic = magic("KNWTOMB1")
  static let positionMagic = magic("KNWPOSN1")
  static let graphMagic = magic("KNWGRPH1")
  /// Of graph files, which are made anew where it differs.
  static let graphVersion: UInt32 = 3

  static let lockName = "lock"
  static let quarantineName = "quarantine"
  static let trashName = "trash"
  static let incompleteName = "incomplete"
  static let wholeStoreMark = "all"

  static func manifestName(_ number: UInt64) -> String { "manifest-\(number)" }
  static func tombstonesName(_ number: UInt64) -> String { "tombstones-\(number)" }
  static func positionName(_ number: UInt64) -> String { "position-\(number)" }
  static func segmentName(_ number: UInt64) -> String { "segment-\(number).kseg" }
  static func graphName(_ number: UInt64) -> String { "segment-\(number).kgraph" }

  /// The number in `prefix` + decimal + `suffix` without leading zeros; nil for any other name.
  static func number(in name: String, prefix: String, suffix: String = "") -> UInt64? {
    guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
    let digits = name.dropFirst(prefix.count).dropLast(suffix.count)
    guard digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = UInt64(digits),
      String(number) == digits
    else { return nil }
    return number
  }

  /// Whether a file in a collection's directory bears a name that the store gives.
  static func isOurs(_ name: String) -> Bool {
    let base =
      name.hasSuffix(FileSystem.temporarySuffix)
      ? String(name.dropLast(FileSystem.temporarySuffix.count)) : name
    return number(in: base, prefix: "manifest-") != nil
      || number(in: base, prefix: "tombstones-") != nil
      || number(in: base, prefix: "segment-", suffix: ".kseg") != nil
      || number(in: base, prefix: "segment-", suffix: ".kgraph") != nil
  }

  private static func magic(_ text: StaticString) -> UInt64 {
    precondition(text.utf8CodeUnitCount == 8, "a magic number has eight bytes")
    return unsafe UnsafeRawPointer(text.utf8Start).loadUnaligned(as: UInt64.self)
  }
}

/// A small file that is written and read whole: header, body, CRC-32C of all before it.
enum SmallFile {
  /// Larger ones are refused unread.
  static let byteLimit = 1 << 30
  static let headerByteCount = 16

  /// The bytes of a file with this body.
  static func encode(magic: UInt64, _ body: (inout ByteWriter) -> Void) -> [UInt8] {
    var writer = ByteWriter(capacity: 4096)
    writer.append(magic)
    writer.append(FileFormat.version)
    writer.append(FileFormat.minimumReader)
    body(&writer)
    writer.append(CRC32C.checksum(writer.bytes))
    return writer.bytes
  }

  /// Checks the frame of the file at `path` and returns a reader that stands at its body.
  ///
  /// - Throws: ``StoreError/invalidFile(_:)``, also where the file is missing.
  static func read(_ path: String, magic: UInt64) throws(StoreError) -> ByteReader {
    let bytes: [UInt8]
    do throws(SystemError) {
      guard FileSystem.isPlainFile(path) else {
        throw SystemError(call: "open", path: path, code: 2)
      }
      bytes = try FileSystem.readAll(path, limit: byteLimit)
    } catch {
      if error.isMissing || error.isOutOfSpace {
        throw .invalidFile(FileFault(path: path, byteOffset: 0, reason: "missing or too large"))
      }
      throw .system(error)
    }
    func fault(_ offset: Int, _ reason: String) -> StoreError {
      .invalidFile(FileFault(path: path, byteOffset: offset, reason: reason))
    }
    guard bytes.count >= headerByteCount + 4 else { throw fault(bytes.count, "cut short") }
    var reader = ByteReader(bytes)
    guard reader.u64() == magic else { throw fault(0, "not a file of this kind") }
    // Before anything that the bytes say is believed.
    var tail = ByteReader(Array(bytes[(bytes.count - 4)...]))
    guard tail.u32() == CRC32C.checksum(Array(bytes[..<(bytes.count - 4)])) else {
      throw fault(bytes.count - 4, "the checksum differs")
    }
    let version = reader.u32()
    guard let minimum = reader.u32(), minimum <= FileFormat.version else {
      throw fault(12, "needs a newer program: format \(version ?? 0)")
    }
    return reader
  }

  /// Writes the whole file durably under a name that was never used, or leaves nothing.
  ///
  /// - Parameter isFollowed: Whether another file is published in the directory before anything
  ///   counts on this one: its name becomes durable with that.
  static func publish(
    _ bytes: [UInt8], at path: String, isFollowed: Bool = false
  ) throws(StoreError) {
    try StoreError.wrapping { () throws(SystemError) in
      try FileSystem.replace(path, with: bytes, syncingDirectory: !isFollowed)
    }
  }
}

extension SmallFile {
  /// The CRC that ends an encoded file.
  static func checksum(of bytes: [UInt8]) -> UInt32 {
    var reader = ByteReader(Array(bytes.suffix(4)))
    return reader.u32() ?? 0
  }
}
