/// Appends protobuf fields to bytes.
///
/// Tags are field number times 8, plus wire type, and come from the generator. The caller leaves
/// out what proto3 leaves out: fields at their zero.
public struct ProtoWriter: Sendable {
  /// Everything written, with what stood there before.
  public private(set) var bytes: [UInt8]

  /// A writer that begins empty.
  public init() { bytes = [] }

  /// A writer that goes on after `bytes`; take them back from ``bytes``.
  public init(appendingTo bytes: consuming [UInt8]) { self.bytes = bytes }

  /// Gives the bytes away, without a copy.
  public consuming func finish() -> [UInt8] { bytes }

  // MARK: Numbers

  /// A varint field: `uint32`, `uint64`, `bool`, or `int32` and `int64` as their bit patterns.
  @inline(__always)
  public mutating func varint(_ value: UInt64, tag: UInt32) {
    append(varint: UInt64(tag))
    append(varint: value)
  }

  /// An `int32` or `int64` field; negative numbers take ten bytes, as in protoc.
  public mutating func signed(_ value: Int64, tag: UInt32) {
    varint(UInt64(bitPattern: value), tag: tag)
  }

  /// A `sint32` or `sint64` field, zigzag.
  public mutating func zigzag(_ value: Int64, tag: UInt32) {
    varint(UInt64(bitPattern: (value << 1) ^ (value >> 63)), tag: tag)
  }

  /// A `bool` field.
  public mutating func bool(_ value: Bool, tag: UInt32) { varint(value ? 1 : 0, tag: tag) }

  /// A `fixed32` field.
  public mutating func fixed32(_ value: UInt32, tag: UInt32) {
    append(varint: UInt64(tag))
    var little = value.littleEndian
    unsafe withUnsafeBytes(of: &little) { unsafe bytes.append(contentsOf: $0) }
  }

  /// A `fixed64` field.
  public mutating func fixed64(_ value: UInt64, tag: UInt32) {
    append(varint: UInt64(tag))
    var little = value.littleEndian
    unsafe withUnsafeBytes(of: &little) { unsafe bytes.append(contentsOf: $0) }
  }

  /// A `float` field.
  public mutating func float(_ value: Float, tag: UInt32) { fixed32(value.bitPattern, tag: tag) }

  /// A `double` field.
  public mutating func double(_ value: Double, tag: UInt32) { fixed64(value.bitPattern, tag: tag) }

  // MARK: Lengths

  /// A `string` field.
  public mutating func string(_ value: String, tag: UInt32) {
    append(varint: UInt64(tag))
    var value = value
    value.withUTF8 { text in
      append(varint: UInt64(text.count))
      unsafe bytes.append(contentsOf: text)
    }
  }

  /// A `bytes` field.
  public mutating func byteArray(_ value: [UInt8], tag: UInt32) {
    append(varint: UInt64(tag))
    append(varint: UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  /// A packed `repeated float` field, moved whole.
  public mutating func packedFloats(_ values: [Float], tag: UInt32) {
    append(varint: UInt64(tag))
    append(varint: UInt64(values.count * 4))
    unsafe values.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// A message field.
  ///
  /// - Complexity: a message of 128 bytes or more is moved once by a byte or a few, because its
  ///   length stands before it and is known after it.
  public mutating func message<Message: ProtoMessage>(_ value: Message, tag: UInt32) {
    let mark = beginMessage(tag: tag)
    value.encode(into: &self)
    endMessage(mark)
  }

  /// Begins a message field whose fields are written next.
  ///
  /// - Returns: What to hand to ``endMessage(_:)``.
  public mutating func beginMessage(tag: UInt32) -> Int {
    append(varint: UInt64(tag))
    bytes.append(0)
    return bytes.count
  }

  /// Ends the message field that ``beginMessage(tag:)`` began.
  public mutating func endMessage(_ start: Int) {
    let byteCount = bytes.count - start
    if byteCount < 0x80 {
      bytes[start - 1] = UInt8(byteCount)
      return
    }
    var rest = byteCount >> 7
    var width = 1
    while rest > 0 {
      rest >>= 7
      width += 1
    }
    bytes.insert(contentsOf: repeatElement(0, count: width - 1), at: start)
    rest = byteCount
    for place in 0..<width {
      bytes[start - 1 + place] = UInt8(rest & 0x7f) | (place < width - 1 ? 0x80 : 0)
      rest >>= 7
    }
  }

  // MARK: Bytes

  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}
