import Platform

/// Graph files: written once, read only when every checksum is right (FORMAT.md, section 10).
///
/// No manifest names them and nothing is lost with them: one that is missing, damaged, of another
/// version or of another segment is made anew from the segment.
enum GraphFile {
  /// Writes the file under its name, or leaves nothing. It is not forced onto the disk: what a
  /// power cut takes is noticed by the checksums.
  static func write(_ image: GraphImage, to path: String) throws(SystemError) {
    let temporary = path + FileSystem.temporarySuffix
    try? FileSystem.remove(temporary)
    do throws(SystemError) {
      let file = try File(path: temporary, mode: .create)
      try image.withBytes { (bytes) throws(SystemError) in try file.write(bytes, at: 0) }
      // Read again it comes in pages of 2 MB where the file system has them; as it was written, in
      // small ones, and a walk is a fifth slower.
      file.leaveMemory()
      try FileSystem.rename(temporary, to: path)
    } catch {
      try? FileSystem.remove(temporary)
      throw error
    }
  }

  /// Opens and checks the graph of a segment, every byte of it.
  ///
  /// - Returns: nil where there is none that is good.
  /// - Complexity: O(file).
  static func open(
    path: String, segment: SegmentReference, dimension: Int, isStopped: () -> Bool = { false }
  ) -> GraphData? {
    guard FileSystem.isPlainFile(path), let bytes = try? GraphBytes(path: path),
      bytes.byteCount >= GraphHeader.byteCount,
      let header = GraphHeader(parsing: bytes.copy(0, GraphHeader.byteCount)),
      header.segment == segment.number, header.segmentChecksum == segment.headerChecksum,
      header.rowCount == segment.rowCount, header.dimension == dimension,
      header.fileByteCount == bytes.byteCount
    else { return nil }
    let table = bytes.copy(header.checksums, 4 * header.blockCount)
    guard CRC32C.checksum(table) == header.tableChecksum else { return nil }
    var reader = ByteReader(table)
    for block in 0..<header.blockCount {
      if block % 256 == 0, isStopped() { return nil }
      let first = GraphHeader.byteCount + block * GraphHeader.blockByteCount
      let count = min(GraphHeader.blockByteCount, header.checksums - first)
      guard bytes.withBytes(first, count, { CRC32C.checksum($0) }) == reader.u32() else {
        return nil
      }
    }
    return bytes.isLost ? nil : bytes.graph(header)
  }

  /// What is wrong with a segment's graph; nil where it is good, where there is none, and where it
  /// is of another version, which the next opening of the segment makes anew.
  static func fault(
    path: String, segment: SegmentReference, dimension: Int
  ) -> FileFault? {
    guard FileSystem.isPlainFile(path), let bytes = try? GraphBytes(path: path) else { return nil }
    if bytes.byteCount >= GraphHeader.byteCount,
      GraphHeader.isOfAnotherVersion(bytes.copy(0, GraphHeader.byteCount))
    {
      return nil
    }
    guard open(path: path, segment: segment, dimension: dimension) == nil else { return nil }
    return FileFault(
      path: path, byteOffset: 0, reason: "the graph is not what was written; it can be made anew")
  }
}

/// The mapped bytes of a graph file.
///
/// `@safe` and `@unchecked Sendable` as ``MappedFile`` is: read-only for the life of the object.
@safe final class GraphBytes: @unchecked Sendable {
  private let map: MappedFile

  init(path: String) throws(SystemError) {
    map = try MappedFile(path: path)
    map.advise(.hugePages)
  }

  var byteCount: Int { map.byteCount }
  /// Whether the disk could not give a page.
  var isLost: Bool { map.isLost }

  func withBytes<Value>(_ offset: Int, _ count: Int, _ body: (RawSpan) -> Value) -> Value {
    precondition(offset >= 0 && count >= 0 && count <= byteCount - offset, "outside the file")
    return body(unsafe RawSpan(_unsafeStart: map.baseAddress + offset, byteCount: count))
  }

  func copy(_ offset: Int, _ count: Int) -> [UInt8] {
    withBytes(offset, count) { span in unsafe span.withUnsafeBytes { unsafe Array($0) } }
  }

  /// - Precondition: The header's sections lie within the file.
  func graph(_ header: GraphHeader) -> GraphData {
    precondition(header.fileByteCount <= byteCount, "sections outside the file")
    return unsafe GraphData(header: header, base: map.baseAddress, owner: self)
  }
}
