#if _endian(big)
  #error("The wire is little-endian and floats are moved whole: this machine needs a swap.")
#endif

/// A place in a protobuf message: reads one value after another and cannot leave its bytes.
///
/// The bytes are passed to every call rather than kept, so that the reader is an ordinary value.
/// Every length is compared with what is left before it is used, and all memory that decoding
/// takes is counted against a limit that follows from the size of the input.
public struct ProtoReader: Sendable {
  /// Messages inside each other, the outermost one included. A filter may nest 8 deep inside a
  /// request, and an entry inside a hit inside a reply inside a batch is 4.
  public static let nestingLimit = 12

  /// How many bytes of memory decoding may take: 32 for each byte of input and 4 KiB for the
  /// outermost message, from 2 MiB of input on 60 MiB and 2 for each byte: a large message is large
  /// by its texts. An empty entry in a list is the worst: 2 bytes that become over 200.
  public static func memoryLimit(byteCount: Int) -> Int {
    4_096 + min(32 * byteCount, (60 << 20) + 2 * byteCount)
  }

  /// Bytes from the start of the message to the next value.
  public private(set) var offset = 0
  private var end: Int
  private var depth = 1
  private let memoryLimit: Int
  private var memoryLeft: Int

  /// A reader of the first `byteCount` bytes.
  public init(byteCount: Int) {
    precondition(byteCount >= 0, "byteCount must not be negative")
    end = byteCount
    memoryLimit = Self.memoryLimit(byteCount: byteCount)
    memoryLeft = memoryLimit
  }

  // MARK: Tags

  /// The next field's tag (number times 8, plus wire type), or `nil` at the end of the message.
  @inlinable
  public mutating func tag(in bytes: RawSpan) throws(ProtoError) -> UInt32? {
    guard hasMore else { return nil }
    let start = offset
    let value = try varint(in: bytes)
    guard value <= UInt64(UInt32.max) else { throw .varintTooLong(byteOffset: start) }
    let tag = UInt32(truncatingIfNeeded: value)
    guard tag >> 3 != 0, tag & 7 <= 5 else { throw .invalidTag(tag, byteOffset: start) }
    return tag
  }

  @usableFromInline var hasMore: Bool { offset < end }

  /// Steps over the value of a field that the caller does not know.
  public mutating func skip(_ tag: UInt32, in bytes: RawSpan) throws(ProtoError) {
    switch tag & 7 {
    case 0: _ = try varint(in: bytes)
    case 1: _ = try take(8)
    case 2: _ = try lengthDelimited(in: bytes)
    case 3: try skipGroup(tag, in: bytes)
    case 5: _ = try take(4)
    default: throw .unbalancedGroup(byteOffset: offset)
    }
  }

  /// Groups are protobuf's oldest nesting; newer peers may still send them as unknown fields.
  private mutating func skipGroup(_ tag: UInt32, in bytes: RawSpan) throws(ProtoError) {
    try descend()
    while true {
      let start = offset
      guard let inner = try self.tag(in: bytes) else { throw .cutShort(byteOffset: offset) }
      if inner & 7 == 4 {
        guard inner >> 3 == tag >> 3 else { throw .unbalancedGroup(byteOffset: start) }
        break
      }
      try skip(inner, in: bytes)
    }
    depth -= 1
  }

  // MARK: Numbers

  /// An unsigned varint of at most ten bytes; bits past the 64th are dropped, as protoc does.
  public mutating func varint(in bytes: RawSpan) throws(ProtoError) -> UInt64 {
    let start = offset
    guard start < end else { throw .cutShort(byteOffset: start) }
    var byte = unsafe bytes.unsafeLoad(fromByteOffset: start, as: UInt8.self)
    offset = start + 1
    if byte < 0x80 { return UInt64(byte) }
    var value = UInt64(byte & 0x7f)
    var shift: UInt64 = 7
    while shift < 70 {
      guard offset < end else { throw .cutShort(byteOffset: start) }
      byte = unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
      offset += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw .varintTooLong(byteOffset: start)
  }

  /// `uint64`.
  public mutating func uint64(in bytes: RawSpan) throws(ProtoError) -> UInt64 {
    try varint(in: bytes)
  }

  /// `uint32`; wider values lose their upper bits, as in protoc.
  public mutating func uint32(in bytes: RawSpan) throws(ProtoError) -> UInt32 {
    UInt32(truncatingIfNeeded: try varint(in: bytes))
  }

  /// `int64`.
  public mutating func int64(in bytes: RawSpan) throws(ProtoError) -> Int64 {
    Int64(bitPattern: try varint(in: bytes))
  }

  /// `int32`; wider values lose their upper bits, as in protoc.
  public mutating func int32(in bytes: RawSpan) throws(ProtoError) -> Int32 {
    Int32(truncatingIfNeeded: try varint(in: bytes))
  }

  /// `sint32`, zigzag.
  public mutating func sint32(in bytes: RawSpan) throws(ProtoError) -> Int32 {
    let raw = UInt32(truncatingIfNeeded: try varint(in: bytes))
    return Int32(bitPattern: raw >> 1) ^ -Int32(bitPattern: raw & 1)
  }

  /// `sint64`, zigzag.
  public mutating func sint64(in bytes: RawSpan) throws(ProtoError) -> Int64 {
    let raw = try varint(in: bytes)
    return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
  }

  /// `bool`; any number but zero is true.
  public mutating func bool(in bytes: RawSpan) throws(ProtoError) -> Bool {
    try varint(in: bytes) != 0
  }

  /// `fixed32`.
  public mutating func fixed32(in bytes: RawSpan) throws(ProtoError) -> UInt32 {
    let place = try take(4)
    return unsafe bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt32.self)
  }

  /// `fixed64`.
  public mutating func fixed64(in bytes: RawSpan) throws(ProtoError) -> UInt64 {
    let place = try take(8)
    return unsafe bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
  }

  /// `float`.
  public mutating func float(in bytes: RawSpan) throws(ProtoError) -> Float {
    Float(bitPattern: try fixed32(in: bytes))
  }

  /// `double`.
  public mutating func double(in bytes: RawSpan) throws(ProtoError) -> Double {
    Double(bitPattern: try fixed64(in: bytes))
  }

  // MARK: Lengths

  /// `string`; valid UTF-8 or an error.
  public mutating func string(in bytes: RawSpan) throws(ProtoError) -> String {
    let range = try lengthDelimited(in: bytes)
    // Strings of up to 15 bytes live in the value; longer ones have a header of 32.
    if range.count > 15 { try charge(range.count + 32) }
    let text = Span<UInt8>(_bytes: bytes.extracting(range))
    let valid: UTF8Span
    do { valid = try UTF8Span(validating: text) } catch {
      throw .invalidUTF8(byteOffset: range.lowerBound)
    }
    return String(copying: valid)
  }

  /// `bytes`.
  public mutating func byteArray(in bytes: RawSpan) throws(ProtoError) -> [UInt8] {
    let range = try lengthDelimited(in: bytes)
    if range.isEmpty { return [] }
    try charge(range.count + 32)
    return unsafe bytes.extracting(range).withUnsafeBytes { unsafe [UInt8]($0) }
  }

  /// Appends a packed `repeated float`, moved whole.
  public mutating func packedFloats(
    into values: inout [Float], in bytes: RawSpan
  ) throws(ProtoError) {
    let range = try lengthDelimited(in: bytes)
    guard range.count % 4 == 0 else {
      throw .unevenPackedField(byteCount: range.count, byteOffset: range.lowerBound)
    }
    try charge(range.count + 32)
    let start = values.count * 4
    values.append(contentsOf: repeatElement(0, count: range.count / 4))
    unsafe bytes.extracting(range).withUnsafeBytes { source in
      unsafe values.withUnsafeMutableBytes { target in
        unsafe UnsafeMutableRawBufferPointer(rebasing: target[start...]).copyMemory(from: source)
      }
    }
  }

  /// Enters a message field: until ``leave(_:)`` the reader ends where that message does.
  ///
  /// - Parameter memory: What the message takes in the value that holds it, in bytes.
  /// - Returns: What to hand to ``leave(_:)``.
  public mutating func enter(memory: Int, in bytes: RawSpan) throws(ProtoError) -> ProtoScope {
    let range = try lengthDelimited(in: bytes)
    try charge(memory)
    try descend()
    let scope = ProtoScope(end: end)
    offset = range.lowerBound
    end = range.upperBound
    return scope
  }

  /// Leaves the message that ``enter(memory:in:)`` went into, read to its end.
  public mutating func leave(_ scope: ProtoScope) {
    end = scope.end
    depth -= 1
  }

  /// Counts memory that a decoded value takes.
  public mutating func charge(_ byteCount: Int) throws(ProtoError) {
    guard byteCount <= memoryLeft else {
      throw .memoryLimitReached(limit: memoryLimit, byteOffset: offset)
    }
    memoryLeft -= byteCount
  }

  // MARK: Steps

  private mutating func descend() throws(ProtoError) {
    guard depth < Self.nestingLimit else {
      throw .nestedTooDeep(limit: Self.nestingLimit, byteOffset: offset)
    }
    depth += 1
  }

  private mutating func take(_ byteCount: Int) throws(ProtoError) -> Int {
    guard end - offset >= byteCount else { throw .cutShort(byteOffset: offset) }
    defer { offset += byteCount }
    return offset
  }

  /// Reads a length and steps over as many bytes.
  private mutating func lengthDelimited(in bytes: RawSpan) throws(ProtoError) -> Range<Int> {
    let start = offset
    let length = try varint(in: bytes)
    guard length <= UInt64(end - offset) else { throw .cutShort(byteOffset: start) }
    let from = offset
    offset = from + Int(length)
    return from..<offset
  }
}

/// Where the message outside the present one ends.
public struct ProtoScope: Sendable {
  fileprivate let end: Int
}
