import Platform

/// What a frame is. Numbers are those on the wire.
public enum FrameKind: UInt8, Sendable, CaseIterable {
  /// The first frame each way: who speaks, which versions, which limits.
  case hello = 1
  /// Opens a request; its id is in use until the answer ends.
  case request
  /// The whole answer to a request.
  case response
  /// One message of a stream, either way.
  case item
  /// A stream is complete; from the server it is the answer's end.
  case end
  /// The request was refused or failed; with request id 0, the connection.
  case error
  /// The client no longer wants the answer.
  case cancel
  /// The receiver of a stream makes room for more items.
  case credit
}

/// The 20 bytes before each message. Byte map: proto-lite/WIRE.md, section 2.
public struct FrameHeader: Equatable, Sendable {
  /// Bytes of a header.
  public static let byteCount = 20
  /// Bytes of the header that the length field counts.
  static let countedByteCount = 16
  /// The version of frames that this code speaks.
  public static let version: UInt8 = 1
  /// Flag of a request: items follow it, up to an end frame.
  public static let itemsFollow: UInt16 = 1

  /// The frame version; 1.
  public var version: UInt8
  /// What the frame is.
  public var kind: FrameKind
  /// Number of the ``Method`` that a request asks for; the same in the frames that answer it.
  public var method: UInt16
  /// Chosen by the client, not 0; 0 where the frame concerns the whole connection.
  public var requestID: UInt32
  /// Milliseconds that the sender will wait from now on; 0 means without limit.
  public var deadlineMilliseconds: UInt32
  /// Bits of ``itemsFollow``; unknown ones are ignored.
  public var flags: UInt16
  /// Bytes of the message after the header.
  public var messageByteCount: Int

  /// A header of this version.
  public init(
    kind: FrameKind, method: UInt16 = 0, requestID: UInt32 = 0, deadlineMilliseconds: UInt32 = 0,
    flags: UInt16 = 0, messageByteCount: Int = 0
  ) {
    version = Self.version
    self.kind = kind
    self.method = method
    self.requestID = requestID
    self.deadlineMilliseconds = deadlineMilliseconds
    self.flags = flags
    self.messageByteCount = messageByteCount
  }

  /// The frame's bytes, header included.
  public var frameByteCount: Int { Self.byteCount + messageByteCount }

  /// Reads the header at `offset`.
  ///
  /// - Precondition: 20 bytes stand there, the first four at least 16.
  init(at offset: Int, in bytes: RawSpan) throws(FrameError) {
    let length = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
    version = unsafe bytes.unsafeLoad(fromByteOffset: offset + 4, as: UInt8.self)
    let kind = unsafe bytes.unsafeLoad(fromByteOffset: offset + 5, as: UInt8.self)
    method = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset + 6, as: UInt16.self)
    requestID = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset + 8, as: UInt32.self)
    deadlineMilliseconds = unsafe bytes.unsafeLoadUnaligned(
      fromByteOffset: offset + 12, as: UInt32.self)
    flags = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset + 16, as: UInt16.self)
    let reserved = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset + 18, as: UInt16.self)
    messageByteCount = Int(length) - Self.countedByteCount
    // A hello is read whatever its version, so that a peer of another one can be told so.
    guard version == Self.version || kind == FrameKind.hello.rawValue else {
      throw .unsupportedVersion(version)
    }
    guard let known = FrameKind(rawValue: kind) else { throw .unknownKind(kind) }
    guard reserved == 0 else { throw .reservedBytesSet }
    self.kind = known
  }
}
