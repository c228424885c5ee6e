import Platform

/// Writes the sections of a segment one after the other, with a checksum for each block.
///
/// Bytes are gathered so that each write to the file is whole blocks of the checksum grid.
final class SegmentFileWriter {
  /// Sections at least this long begin on a page, so that kernels and the kernel's read-ahead see
  /// whole ones; longer than ``hugeByteCount``, on a 2 MB page.
  static let pageByteCount = 4096
  static let hugeByteCount = 2 << 20

  /// The open file; whoever ends the segment takes it over.
  let file: OpenFile
  private let buffer: AlignedMemory
  private var filled = 0
  /// Where in the file the buffer's first byte belongs.
  private var bufferOffset = SegmentHeader.byteCount
  private var checksums: [UInt32] = []
  private(set) var sections: [Section] = []

  /// - Parameter path: A name that does not exist.
  init(path: String) throws(StoreError) {
    file = try StoreError.wrapping { () throws(SystemError) in try OpenFile(path: path) }
    buffer = AlignedMemory(byteCount: 16 * SegmentHeader.blockByteCount)
  }

  /// Begins a section at the next suitable offset; the one before ends.
  func begin(_ kind: SectionKind, expectedByteCount: Int) throws(StoreError) {
    let alignment =
      expectedByteCount >= 32 * Self.hugeByteCount
      ? Self.hugeByteCount
      : expectedByteCount >= 4 * Self.pageByteCount ? Self.pageByteCount : AlignedMemory.alignment
    var padding = (alignment - offset % alignment) % alignment
    while padding > 0 {
      unsafe padding -= try fill(atMost: padding) { space, count in
        unsafe space.initializeMemory(as: UInt8.self, repeating: 0, count: count)
      }
    }
    sections.append(
      Section(
        kind: kind.rawValue, elementByteCount: kind.elementByteCount, offset: offset, byteCount: 0))
  }

  private var offset: Int { bufferOffset + filled }

  /// Appends bytes to the current section.
  @unsafe func append(_ bytes: UnsafeRawPointer, byteCount: Int) throws(StoreError) {
    var done = 0
    while done < byteCount {
      unsafe done += try fill(atMost: byteCount - done) { space, count in
        unsafe space.copyMemory(from: bytes + done, byteCount: count)
      }
    }
    sections[sections.count - 1].byteCount += byteCount
  }

  func append(_ bytes: [UInt8]) throws(StoreError) {
    guard !bytes.isEmpty else { return }
    try unsafe bytes.span.bytes.withUnsafeBytes { (all) throws(StoreError) in
      try unsafe append(all.baseAddress!, byteCount: all.count)
    }
  }

  func append<Value: FixedWidthInteger & BitwiseCopyable>(
    _ value: Value
  ) throws(StoreError) {
    var value = value.littleEndian
    try unsafe withUnsafeBytes(of: &value) { (all) throws(StoreError) in
      try unsafe append(all.baseAddress!, byteCount: all.count)
    }
  }

  func append<Value: BitwiseCopyable>(_ values: [Value]) throws(StoreError) {
    guard !values.isEmpty else { return }
    try unsafe values.span.bytes.withUnsafeBytes { (all) throws(StoreError) in
      try unsafe append(all.baseAddress!, byteCount: all.count)
    }
  }

  /// Ends the file: block checksums, footer, header. It is not synced: the caller takes ``file``.
  func finish(
    key: CollectionKey, number: UInt64, rowCount: Int, configuration: CollectionConfiguration
  ) throws(StoreError) -> SegmentReference {
    // Padding first, so that all of it is covered by the checksums that follow.
    try begin(.blockChecksums, expectedByteCount: 0)
    sections.removeLast()
    try flush(all: true)
    let tableOffset = bufferOffset
    let table = checksums
    sections.append(
      Section(
        kind: SectionKind.blockChecksums.rawValue, elementByteCount: 4, offset: tableOffset,
        byteCount: table.count * 4))
    let tableBytes = unsafe table.withUnsafeBytes { unsafe Array($0) }
    let header = SegmentHeader(
      key: key, number: number, rowCount: rowCount, dimension: configuration.dimension,
      modelFingerprint: configuration.modelFingerprint,
      fileByteCount: tableOffset + tableBytes.count + SegmentHeader.byteCount,
      tableChecksum: CRC32C.checksum(tableBytes), sections: sections)
    let headerBytes = header.encoded()
    try StoreError.wrapping { () throws(SystemError) in
      try file.file.write(tableBytes, at: tableOffset)
      try file.file.write(headerBytes, at: tableOffset + tableBytes.count)
      try file.file.write(headerBytes, at: 0)
    }
    return SegmentReference(
      number: number, byteCount: header.fileByteCount, rowCount: rowCount,
      headerChecksum: SegmentHeader.checksum(of: headerBytes))
  }

  /// Lets `body` fill up to `limit` bytes of the buffer; returns how many.
  private func fill(
    atMost limit: Int, _ body: (UnsafeMutableRawPointer, Int) -> Void
  ) throws(StoreError) -> Int {
    if filled == buffer.byteCount { try flush(all: false) }
    let count = min(limit, buffer.byteCount - filled)
    unsafe body(buffer.base + filled, count)
    filled += count
    return count
  }

  /// Writes the gathered whole blocks, and the last short one when `all` is set.
  private func flush(all: Bool) throws(StoreError) {
    let block = SegmentHeader.blockByteCount
    let count = all ? filled : filled - filled % block
    guard count > 0 else { return }
    for start in stride(from: 0, to: count, by: block) {
      checksums.append(
        buffer.withBytes(start, min(block, count - start)) { CRC32C.checksum($0) })
    }
    try StoreError.wrapping { () throws(SystemError) in
      try buffer.withBytes(0, count) { (bytes) throws(SystemError) in
        try file.file.write(bytes, at: bufferOffset)
      }
    }
    unsafe buffer.base.copyMemory(from: buffer.base + count, byteCount: filled - count)
    filled -= count
    bufferOffset += count
  }
}

/// A file that is being written, and until when its bytes may be lost.
///
/// `@unchecked Sendable`: a descriptor and a path that never change.
final class OpenFile: @unchecked Sendable {
  let file: File

  /// - Parameter path: A name that does not exist.
  init(path: String) throws(SystemError) { file = try File(path: path, mode: .create) }
}
