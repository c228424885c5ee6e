/// Cuts a byte stream into frames. Pure: no socket, clock or thread.
///
/// Frames that lie whole in the chunk just received are left there; only what is cut short is
/// copied, so an idle connection holds no buffer. Memory grows with the bytes received, never
/// with the length that a header claims. Byte map: proto-lite/WIRE.md, section 2.
///
///     while let frame = try decoder.next(in: chunk) {
///       decoder.withMessage(of: frame, in: chunk) { message in … }
///     }
///
/// - Note: `next` is called with the same chunk until it returns nil, or the rest of the chunk is
///   handed to ``keep(_:)``.
public struct FrameDecoder: Sendable {
  /// Largest messages accepted, in bytes, by kind of frame.
  public struct Limits: Equatable, Sendable {
    /// Of a frame that is not an item.
    public var message: Int
    /// Of an item.
    public var item: Int

    /// Limits in bytes.
    public init(message: Int, item: Int) {
      self.message = message
      self.item = item
    }
  }

  /// A frame found: its header, and where its message stands.
  public struct Frame: Equatable, Sendable {
    /// The frame's header.
    public let header: FrameHeader
    fileprivate let isPending: Bool
    fileprivate let start: Int
  }

  /// Limits for the frames to come; they may change between two frames.
  public var limits: Limits
  private var pending: [UInt8] = []
  private var pendingStart = 0
  private var chunkOffset = 0

  /// Buffers up to this many bytes are kept for the next frame; larger ones are given back.
  static let keptCapacity = 16 << 10

  /// A decoder before its first byte.
  public init(limits: Limits) { self.limits = limits }

  /// Bytes of a frame that has begun and is not whole; 0 between frames.
  public var pendingByteCount: Int { pending.count - pendingStart }

  /// The next whole frame, or nil where more bytes are needed; the chunk is then used up.
  ///
  /// - Throws: ``FrameError``, at the first byte that shows it: a length that is too large is
  ///   refused before anything of it is kept.
  public mutating func next(in chunk: RawSpan) throws(FrameError) -> Frame? {
    dropConsumed()
    if pending.isEmpty {
      let left = chunk.byteCount - chunkOffset
      if let header = try header(at: chunkOffset, in: chunk), header.frameByteCount <= left {
        let start = chunkOffset + FrameHeader.byteCount
        chunkOffset += header.frameByteCount
        return Frame(header: header, isPending: false, start: start)
      }
      append(chunk, byteCount: left)
      chunkOffset = 0
      return nil
    }
    // A frame is under way: take from the chunk just what completes it.
    while true {
      let have = pendingByteCount
      let header = try unsafe header(at: pendingStart, in: pending.span.bytes)
      let needed = header?.frameByteCount ?? FrameHeader.byteCount
      if let header, have >= needed {
        let start = pendingStart + FrameHeader.byteCount
        pendingStart += needed
        return Frame(header: header, isPending: true, start: start)
      }
      let left = chunk.byteCount - chunkOffset
      guard left > 0 else {
        chunkOffset = 0
        return nil
      }
      append(chunk, byteCount: min(left, needed - have))
    }
  }

  /// Copies what `next` has not yet used of the chunk, so that reading can go on later with
  /// another chunk, which may be empty.
  public mutating func keep(_ chunk: RawSpan) {
    append(chunk, byteCount: chunk.byteCount - chunkOffset)
    chunkOffset = 0
  }

  /// Lends the message of the frame that `next` returned last.
  public func withMessage<Value, Failure: Error>(
    of frame: Frame, in chunk: RawSpan, _ body: (RawSpan) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let range = frame.start..<frame.start + frame.header.messageByteCount
    if frame.isPending { return try unsafe body(pending.span.bytes.extracting(range)) }
    return try body(chunk.extracting(range))
  }

  // MARK: Steps

  /// The header at `offset`, once it is whole; its length is judged before that.
  private func header(at offset: Int, in bytes: RawSpan) throws(FrameError) -> FrameHeader? {
    let available = bytes.byteCount - offset
    guard available >= 4 else { return nil }
    // The same checks in the same order however the bytes are cut.
    let length = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
    guard length >= UInt32(FrameHeader.countedByteCount) else { throw .lengthTooSmall(Int(length)) }
    try check(Int(length) - FrameHeader.countedByteCount, max(limits.message, limits.item))
    guard available >= FrameHeader.byteCount else { return nil }
    let header = try FrameHeader(at: offset, in: bytes)
    try check(header.messageByteCount, header.kind == .item ? limits.item : limits.message)
    return header
  }

  private func check(_ byteCount: Int, _ limit: Int) throws(FrameError) {
    guard byteCount <= limit else { throw .messageTooLong(byteCount: byteCount, limit: limit) }
  }

  private mutating func append(_ chunk: RawSpan, byteCount: Int) {
    guard byteCount > 0 else { return }
    let part = chunk.extracting(chunkOffset..<chunkOffset + byteCount)
    unsafe part.withUnsafeBytes { unsafe pending.append(contentsOf: $0) }
    chunkOffset += byteCount
  }

  private mutating func dropConsumed() {
    guard pendingStart > 0, pendingStart == pending.count else { return }
    if pending.capacity > Self.keptCapacity {
      pending = []
    } else {
      pending.removeAll(keepingCapacity: true)
    }
    pendingStart = 0
  }
}
