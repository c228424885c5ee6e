import CZlib

/// Inflates a gzip stream piece by piece: header, CRC-32 and length of every member are checked.
///
/// Members may follow each other (`cat a.gz b.gz`), and zero bytes after the last one are padding;
/// anything else there is an error. Memory is zlib's window, about 40 KB, however long the stream.
/// A reader belongs to one thread at a time.
///
/// `@safe` holds because `stream` is allocated in `init`, freed in `deinit` and never leaves this
/// file, and zlib keeps the lent input and output pointers only during `inflate`.
/// - Source: RFC 1952; zlib's `inflate`.
@safe public final class GzipReader {
  private enum State { case betweenMembers, inMember, padding }

  private let stream: UnsafeMutablePointer<z_stream>
  private var state = State.betweenMembers
  private var membersRead = 0
  private var consumedByteCount = 0

  /// - Throws: ``CompressionError/outOfMemory``.
  public init() throws(CompressionError) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 15 bits of window; 16 asks for gzip and nothing else.
    let status = unsafe inflateInit2_(
      stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    // On failure zlib holds nothing, and `deinit` still frees the record.
    guard status == Z_OK else { throw .outOfMemory }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Whether `bytes` begin as a gzip stream does.
  public static func isGzip(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount >= 2 else { return false }
    return unsafe bytes.withUnsafeBytes { unsafe $0[0] == 0x1F && $0[1] == 0x8B }
  }

  /// Compressed bytes taken so far.
  public var compressedByteCount: Int { consumedByteCount }

  /// Inflates from `input` onto the end of `output`.
  ///
  /// - Parameters:
  ///   - input: Compressed bytes; those beyond the returned count must be given again.
  ///   - output: Grows by at most `limit` bytes.
  ///   - limit: Most bytes to append; at least 1.
  /// - Returns: How many bytes of `input` were taken. When all were and `output` grew by less than
  ///   `limit`, the reader needs more input.
  /// - Throws: ``CompressionError``; the reader cannot go on then.
  public func inflate(
    _ input: RawSpan, onto output: inout [UInt8], limit: Int
  ) throws(CompressionError) -> Int {
    precondition(limit > 0, "limit must be positive")
    var taken = 0
    var room = limit
    while room > 0 {
      if state != .inMember {
        // Zero bytes between members are padding; so a member must follow at once or never.
        while taken < input.byteCount, membersRead > 0, byte(of: input, at: taken) == 0 {
          state = .padding
          taken += 1
        }
        guard taken < input.byteCount else { break }
        guard state != .padding, membersRead == 0 || byte(of: input, at: taken) == 0x1F else {
          throw .trailingBytes(byteOffset: consumedByteCount + taken)
        }
        state = .inMember
      }
      let step = try inflateOnce(input, from: taken, onto: &output, room: room)
      taken += step.taken
      room -= step.produced
      if step.taken == 0 && step.produced == 0 && state == .inMember { break }
    }
    consumedByteCount += taken
    return taken
  }

  /// Checks that the stream ended where a member did.
  ///
  /// - Throws: ``CompressionError/truncated(byteOffset:)``.
  public func finish() throws(CompressionError) {
    guard state != .inMember, membersRead > 0 else {
      throw .truncated(byteOffset: consumedByteCount)
    }
  }

  private func byte(of input: RawSpan, at index: Int) -> UInt8 {
    unsafe input.withUnsafeBytes { unsafe $0[index] }
  }

  private func inflateOnce(
    _ input: RawSpan, from start: Int, onto output: inout [UInt8], room: Int
  ) throws(CompressionError) -> (taken: Int, produced: Int) {
    let offered = min(input.byteCount - start, Int(UInt32.max))
    let asked = min(room, 1 << 16)
    var status: Int32 = Z_OK
    var taken = 0
    let piece = unsafe input.withUnsafeBytes { source in
      unsafe [UInt8](unsafeUninitializedCapacity: asked) { destination, count in
        let next = unsafe source.baseAddress.map { unsafe $0 + start }
        unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(
          mutating: next?.assumingMemoryBound(to: UInt8.self))
        unsafe stream.pointee.avail_in = UInt32(offered)
        unsafe stream.pointee.next_out = destination.baseAddress
        unsafe stream.pointee.avail_out = UInt32(asked)
        status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        taken = unsafe offered - Int(stream.pointee.avail_in)
        count = unsafe asked - Int(stream.pointee.avail_out)
      }
    }
    output.append(contentsOf: piece)
    switch status {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END:
      state = .betweenMembers
      membersRead += 1
      unsafe inflateReset(stream)
    case Z_MEM_ERROR: throw .outOfMemory
    default:
      let message = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
      throw .corrupt(
        byteOffset: consumedByteCount + start + taken, detail: message ?? "not a gzip stream")
    }
    return (taken, piece.count)
  }
}
