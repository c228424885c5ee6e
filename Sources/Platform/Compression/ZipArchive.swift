import CZlib

/// Why an archive cannot be read.
public enum ArchiveError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The archive's file, or what is written from it.
  case file(SystemError)
  /// The bytes of the archive.
  case damaged(CompressionError)
  /// Something that is not read here.
  case unsupported(String)

  /// The error in words.
  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .damaged(let error): "\(error)"
    case .unsupported(let what): what
    }
  }
}

/// A ZIP file: its directory, and its entries one at a time, stored or deflated.
///
/// Every length and offset is checked against the file before it is used; an entry's size and
/// CRC-32 are checked when it is read. Not read: ZIP64 (4 GiB and more), encryption, several disks.
/// - Source: PKWARE APPNOTE.TXT 6.3.10; RFC 1951.
public struct ZipArchive: ~Copyable {
  /// One file of the archive.
  public struct Entry: Sendable, Equatable {
    /// The path, as the archive has it: it may lead anywhere.
    public let name: String
    /// Its size, as the directory says.
    public let byteCount: Int
    fileprivate let storedByteCount: Int
    fileprivate let method: UInt16
    fileprivate let isEncrypted: Bool
    fileprivate let checksum: UInt32
    fileprivate let headerOffset: Int
  }

  private static let directoryByteLimit = 32 << 20
  private static let pieceByteCount = 256 << 10

  private let file: File
  private let directoryOffset: Int
  /// In the order of the directory.
  public let entries: [Entry]

  /// - Throws: ``ArchiveError``.
  public init(path: String) throws(ArchiveError) {
    let file = try Self.system { () throws(SystemError) in try File(path: path, mode: .read) }
    let size = try Self.system { () throws(SystemError) in try file.byteCount() }
    // The end record may be followed by a comment of up to 65,535 bytes.
    let tail = try Self.bytes(file, at: max(0, size - 22 - 65_535), count: min(size, 22 + 65_535))
    guard let end = Self.endRecord(in: tail) else {
      throw .damaged(.corrupt(byteOffset: size, detail: "not a ZIP file, or cut short"))
    }
    var reader = ByteReader(Array(tail[(end + 4)...]))
    guard let disk = reader.u16(), let firstDisk = reader.u16(), let here = reader.u16(),
      let count = reader.u16(), let byteCount = reader.u32(), let offset = reader.u32()
    else { throw .damaged(.truncated(byteOffset: size)) }
    guard disk == 0, firstDisk == 0, here == count, count != 0xFFFF, offset != 0xFFFF_FFFF else {
      throw .unsupported("the ZIP file is in several parts or of 4 GiB and more, which is not read")
    }
    let endOffset = size - tail.count + end
    guard Int(byteCount) <= Self.directoryByteLimit, Int(offset) <= endOffset - Int(byteCount)
    else {
      throw .damaged(.corrupt(byteOffset: endOffset, detail: "the ZIP directory is out of bounds"))
    }
    let directory = try Self.bytes(file, at: Int(offset), count: Int(byteCount))
    entries = try Self.entries(directory, count: Int(count), offset: Int(offset))
    directoryOffset = Int(offset)
    self.file = file
  }

  /// Gives an entry's bytes to `receive`, piece by piece.
  ///
  /// - Parameter limit: A larger entry is refused before anything is read.
  /// - Throws: ``ArchiveError``; pieces may have been given before, and must be thrown away.
  public borrowing func read(
    _ entry: Entry, limit: Int, receive: (RawSpan) throws(SystemError) -> Void
  ) throws(ArchiveError) {
    guard !entry.isEncrypted, entry.method == 0 || entry.method == 8 else {
      throw .unsupported("\(entry.name) is encrypted or packed by method \(entry.method)")
    }
    guard entry.byteCount <= limit else {
      throw .damaged(.tooLarge(byteCount: entry.byteCount, limit: limit))
    }
    var offset = try dataOffset(of: entry)
    let end = offset + entry.storedByteCount
    let inflater = entry.method == 8 ? try RawInflater() : nil
    var checksum = crc32(0, nil, 0)
    var left = entry.byteCount
    while offset < end {
      let piece = try Self.bytes(file, at: offset, count: min(Self.pieceByteCount, end - offset))
      var taken = 0
      repeat {
        var output = piece
        if let inflater {
          output = []
          do throws(CompressionError) {
            taken += try inflater.inflate(piece, from: taken, onto: &output)
          } catch { throw .damaged(error.moved(by: offset)) }
        } else {
          taken = piece.count
        }
        guard output.count <= left else {
          throw .damaged(.corrupt(byteOffset: offset, detail: "\(entry.name) is larger than said"))
        }
        left -= output.count
        checksum = unsafe output.withUnsafeBytes { bytes in
          unsafe crc32(
            checksum, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, UInt32(bytes.count))
        }
        if !output.isEmpty {
          try Self.system { () throws(SystemError) in unsafe try receive(output.span.bytes) }
        } else if inflater?.isAtEnd ?? true {
          break
        }
      } while taken < piece.count || inflater?.isFull ?? false
      offset += piece.count
      if inflater?.isAtEnd ?? false { break }
    }
    guard left == 0, inflater?.isAtEnd ?? true,
      UInt32(truncatingIfNeeded: checksum) == entry.checksum
    else {
      throw .damaged(
        .corrupt(byteOffset: offset, detail: "\(entry.name) has another size or CRC-32"))
    }
  }

  /// Where an entry's bytes begin: after its local header, whose own lengths count.
  private borrowing func dataOffset(of entry: Entry) throws(ArchiveError) -> Int {
    let start = entry.headerOffset
    guard start <= directoryOffset - 30 else {
      throw .damaged(.corrupt(byteOffset: start, detail: "\(entry.name) is out of bounds"))
    }
    var reader = ByteReader(try Self.bytes(file, at: start, count: 30))
    guard reader.u32() == 0x0403_4B50, reader.bytes(22) != nil, let name = reader.u16(),
      let extra = reader.u16()
    else { throw .damaged(.corrupt(byteOffset: start, detail: "\(entry.name) has no header")) }
    let offset = start + 30 + Int(name) + Int(extra)
    guard offset <= directoryOffset - entry.storedByteCount else {
      throw .damaged(.corrupt(byteOffset: start, detail: "\(entry.name) is out of bounds"))
    }
    return offset
  }

  private static func entries(
    _ directory: [UInt8], count: Int, offset: Int
  ) throws(ArchiveError) -> [Entry] {
    var reader = ByteReader(directory)
    var entries: [Entry] = []
    for _ in 0..<count {
      let place = offset + reader.offset
      guard reader.u32() == 0x0201_4B50, reader.bytes(4) != nil, let flags = reader.u16(),
        let method = reader.u16(), reader.u32() != nil, let checksum = reader.u32(),
        let stored = reader.u32(), let size = reader.u32(), let nameCount = reader.u16(),
        let extraCount = reader.u16(), let commentCount = reader.u16(), reader.u64() != nil,
        let header = reader.u32(), let name = reader.bytes(Int(nameCount)),
        reader.bytes(Int(extraCount) + Int(commentCount)) != nil
      else { throw .damaged(.corrupt(byteOffset: place, detail: "the ZIP directory is damaged")) }
      guard stored != .max, size != .max, header != .max else {
        throw .unsupported("the ZIP file has an entry of 4 GiB or more, which is not read")
      }
      entries.append(
        Entry(
          name: String(decoding: name, as: UTF8.self), byteCount: Int(size),
          storedByteCount: Int(stored), method: method, isEncrypted: flags & 1 != 0,
          checksum: checksum, headerOffset: Int(header)))
    }
    return entries
  }

  /// Where the end record stands: the last signature whose comment ends with the file.
  private static func endRecord(in tail: [UInt8]) -> Int? {
    guard tail.count >= 22 else { return nil }
    for start in stride(from: tail.count - 22, through: 0, by: -1)
    where tail[start] == 0x50 && tail[start + 1] == 0x4B && tail[start + 2] == 5
      && tail[start + 3] == 6
    {
      let comment = Int(tail[start + 20]) | Int(tail[start + 21]) << 8
      if start + 22 + comment == tail.count { return start }
    }
    return nil
  }

  private static func bytes(
    _ file: borrowing File, at offset: Int, count: Int
  ) throws(ArchiveError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got: Int
    do throws(SystemError) { got = try file.read(into: &bytes, at: offset) } catch {
      throw .file(error)
    }
    guard got == count else { throw .damaged(.truncated(byteOffset: offset + got)) }
    return bytes
  }

  private static func system<Value: ~Copyable>(
    _ body: () throws(SystemError) -> Value
  ) throws(ArchiveError) -> Value {
    do throws(SystemError) { return try body() } catch { throw .file(error) }
  }
}

extension CompressionError {
  fileprivate func moved(by offset: Int) -> CompressionError {
    if case .corrupt(let place, let detail) = self {
      return .corrupt(byteOffset: place + offset, detail: detail)
    }
    return self
  }
}

/// Inflates one raw deflate stream.
///
/// `@safe` holds because `stream` is allocated in `init`, freed in `deinit` and never leaves this
/// file, and zlib keeps the lent pointers only during `inflate`.
@safe private final class RawInflater {
  private static let roomByteCount = 256 << 10

  private let stream: UnsafeMutablePointer<z_stream>
  /// Whether the stream's end was read.
  private(set) var isAtEnd = false
  /// Whether the last call filled its room, so that more may come of the same input.
  private(set) var isFull = false

  init() throws(ArchiveError) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // Negative bits of window: neither header nor checksum around the data.
    let status = unsafe inflateInit2_(
      stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw .damaged(.outOfMemory) }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// - Returns: How many bytes from `start` were taken.
  func inflate(
    _ input: [UInt8], from start: Int, onto output: inout [UInt8]
  ) throws(CompressionError) -> Int {
    guard !isAtEnd else { return input.count - start }
    var status: Int32 = Z_OK
    var taken = 0
    output = unsafe input.withUnsafeBytes { source in
      unsafe [UInt8](unsafeUninitializedCapacity: Self.roomByteCount) { room, count in
        unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(
          mutating: (source.baseAddress! + start).assumingMemoryBound(to: UInt8.self))
        unsafe stream.pointee.avail_in = UInt32(source.count - start)
        unsafe stream.pointee.next_out = room.baseAddress
        unsafe stream.pointee.avail_out = UInt32(Self.roomByteCount)
        status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        taken = unsafe source.count - start - Int(stream.pointee.avail_in)
        count = unsafe Self.roomByteCount - Int(stream.pointee.avail_out)
      }
    }
    isFull = output.count == Self.roomByteCount
    switch status {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isAtEnd = true
    case Z_MEM_ERROR: throw .outOfMemory
    default:
      let message = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
      throw .corrupt(byteOffset: start + taken, detail: message ?? "not deflated data")
    }
    return taken
  }
}
