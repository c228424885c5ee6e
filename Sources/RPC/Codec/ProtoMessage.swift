/// What can be written as a protobuf message.
///
/// The generated types are ``ProtoMessage``s; a handler whose answer lies in other values already
/// may write it from them, and spares making a message that lives for one encoding.
public protocol ProtoEncodable: Sendable {
  /// Appends the set fields in ascending order of their numbers, as protoc's encoders do.
  func encode(into writer: inout ProtoWriter)
}

/// A protobuf message as a Swift value. The generated types conform; see proto-lite/WIRE.md.
public protocol ProtoMessage: ProtoEncodable, Equatable {
  /// A message with every field unset.
  init()

  /// Reads fields up to the reader's end into this message: scalars are replaced, repeated fields
  /// appended to, messages merged, unknown fields skipped.
  ///
  /// - Throws: ``ProtoError``; the message then holds what was read before.
  mutating func merge(from reader: inout ProtoReader, in bytes: RawSpan) throws(ProtoError)
}

extension ProtoMessage {
  /// Decodes a whole message.
  ///
  /// - Complexity: one pass; allocates at most ``ProtoReader/memoryLimit(byteCount:)``.
  @inlinable
  public init(decoding bytes: RawSpan) throws(ProtoError) {
    self.init()
    var reader = ProtoReader(byteCount: bytes.byteCount)
    try merge(from: &reader, in: bytes)
  }

  /// Decodes a whole message.
  public init(decoding bytes: [UInt8]) throws(ProtoError) {
    unsafe try self.init(decoding: bytes.span.bytes)
  }
}

extension ProtoEncodable {
  /// The message's bytes.
  public func encoded() -> [UInt8] {
    var writer = ProtoWriter()
    encode(into: &writer)
    return writer.bytes
  }
}
