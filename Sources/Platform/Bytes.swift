/// Appends values to a growing array, little-endian and without padding.
public struct ByteWriter: Sendable {
  /// Everything written so far.
  public var bytes: [UInt8]

  /// - Parameter capacity: Bytes to reserve.
  public init(capacity: Int = 0) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// Appends an integer of any width.
  public mutating func append<Value: FixedWidthInteger>(_ value: Value) {
    var rest = value.littleEndian
    for _ in 0..<(Value.bitWidth / 8) {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      if Value.bitWidth > 8 { rest >>= 8 }
    }
  }

  /// Appends the IEEE 754 bits of a Float.
  public mutating func append(_ value: Float) { append(value.bitPattern) }
  /// Appends the IEEE 754 bits of a Double.
  public mutating func append(_ value: Double) { append(value.bitPattern) }
  /// Appends the 16 bytes of an identifier in their written order.
  public mutating func append(_ value: UUID) {
    append(value.high.byteSwapped)
    append(value.low.byteSwapped)
  }
  /// Appends bytes as they are.
  public mutating func append(_ value: [UInt8]) { bytes.append(contentsOf: value) }
  /// Appends bytes as they are.
  public mutating func append(_ value: RawSpan) {
    unsafe value.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }
  /// Appends a string: u32 byte count, then UTF-8.
  public mutating func append(_ value: String) {
    append(UInt32(value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }
  /// Appends zero bytes until the count is a multiple of `alignment`.
  public mutating func pad(to alignment: Int) {
    while bytes.count % alignment != 0 { bytes.append(0) }
  }
  /// Replaces the integer that stands at `offset`.
  ///
  /// - Precondition: The integer lies within what was written.
  public mutating func patch<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
    precondition(offset >= 0 && offset + Value.bitWidth / 8 <= bytes.count, "patch past the end")
    for index in 0..<(Value.bitWidth / 8) {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> Value(8 * index))
    }
  }
}

/// Takes values off the front of an array that may hold anything; nil once it is too short.
public struct ByteReader: Sendable {
  private let bytes: [UInt8]
  /// Where the next value is read.
  public private(set) var offset: Int
  private let end: Int

  /// - Parameter bytes: What to read, from its first byte.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    offset = 0
    end = bytes.count
  }

  /// Bytes not read yet.
  public var remaining: Int { end - offset }

  /// The next integer, or nil past the end.
  public mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type = Value.self
  ) -> Value? {
    guard let value = unsafe bytes.span.bytes.littleEndian(type, at: offset) else { return nil }
    offset += Value.bitWidth / 8
    return value
  }
  /// The next byte, or nil past the end.
  public mutating func u8() -> UInt8? { integer() }
  /// The next two bytes, or nil past the end.
  public mutating func u16() -> UInt16? { integer() }
  /// The next four bytes, or nil past the end.
  public mutating func u32() -> UInt32? { integer() }
  /// The next eight bytes, or nil past the end.
  public mutating func u64() -> UInt64? { integer() }
  /// The next Float, or nil past the end.
  public mutating func float() -> Float? { u32().map(Float.init(bitPattern:)) }
  /// The next Double, or nil past the end.
  public mutating func double() -> Double? { u64().map(Double.init(bitPattern:)) }
  /// The next 16 bytes as an identifier, or nil past the end.
  public mutating func uuid() -> UUID? {
    guard remaining >= 16, let high = u64(), let low = u64() else { return nil }
    return UUID(high: high.byteSwapped, low: low.byteSwapped)
  }
  /// The next `count` bytes, or nil past the end or where `count` is negative.
  public mutating func bytes(_ count: Int) -> [UInt8]? {
    guard count >= 0, count <= remaining else { return nil }
    defer { offset += count }
    return Array(bytes[offset..<offset + count])
  }
  /// The next string (u32 byte count, then UTF-8), or nil past the end or where it is not UTF-8.
  public mutating func string() -> String? {
    guard let count = u32(), let utf8 = bytes(Int(count)) else { return nil }
    return String(validating: utf8, as: UTF8.self)
  }
}

extension RawSpan {
  /// The integer that stands at byte `offset`, which may be unaligned; nil where it would reach
  /// past the end.
  @inlinable
  public func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, at offset: Int
  ) -> Value? {
    let width = MemoryLayout<Value>.size
    guard offset >= 0, byteCount >= width, offset <= byteCount - width else { return nil }
    return unsafe Value(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: type))
  }
}
