import Platform

/// Bytes under construction: protobuf fields, and frames for a connection, one after another.
///
/// Tags are field number times 8, plus wire type, and come from the generator. The caller leaves
/// out what proto3 leaves out: fields at their zero.
///
/// `@safe` holds because `base` covers `capacity` bytes, of which `count` are written, for the life
/// of the value, and leaves this file only as a lent buffer.
@safe public struct ProtoWriter: ~Copyable {
  private var base: UnsafeMutableRawPointer
  /// Bytes that can be written before the buffer grows.
  private(set) var capacity: Int
  /// Bytes written.
  public private(set) var count = 0

  /// A writer that begins empty.
  public init() { self.init(capacity: 256) }

  /// A writer with room for so many bytes at first.
  ///
  /// - Precondition: `capacity` is positive.
  public init(capacity: Int) {
    precondition(capacity > 0, "capacity must be positive")
    unsafe base = .allocate(byteCount: capacity, alignment: 16)
    self.capacity = capacity
  }

  deinit { unsafe base.deallocate() }

  /// A copy of everything written.
  public var bytes: [UInt8] {
    unsafe [UInt8](UnsafeRawBufferPointer(start: base, count: count))
  }

  /// Lends everything written, without a copy.
  func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
    unsafe body(UnsafeRawBufferPointer(start: base, count: count))
  }

  /// Forgets what was written after the first `count` bytes.
  public mutating func truncate(to count: Int) {
    precondition(count <= self.count, "truncating cannot add bytes")
    self.count = count
  }

  /// Forgets the first `count` bytes.
  mutating func removeFirst(_ count: Int) {
    precondition(count <= self.count, "removing more than there is")
    unsafe base.copyMemory(from: base + count, byteCount: self.count - count)
    self.count -= count
  }

  // MARK: Numbers

  /// A varint field: `uint32`, `uint64`, `bool`, or `int32` and `int64` as their bit patterns.
  public mutating func varint(_ value: UInt64, tag: UInt32) {
    reserve(15)
    put(varint: UInt64(tag))
    put(varint: value)
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
    reserve(9)
    put(varint: UInt64(tag))
    unsafe base.storeBytes(of: value.littleEndian, toByteOffset: count, as: UInt32.self)
    count += 4
  }

  /// A `fixed64` field.
  public mutating func fixed64(_ value: UInt64, tag: UInt32) {
    reserve(13)
    put(varint: UInt64(tag))
    unsafe base.storeBytes(of: value.littleEndian, toByteOffset: count, as: UInt64.self)
    count += 8
  }

  /// A `float` field.
  public mutating func float(_ value: Float, tag: UInt32) { fixed32(value.bitPattern, tag: tag) }

  /// A `double` field.
  public mutating func double(_ value: Double, tag: UInt32) { fixed64(value.bitPattern, tag: tag) }

  // MARK: Lengths

  /// A `string` field.
  public mutating func string(_ value: String, tag: UInt32) {
    var value = value
    // Not escaping: the buffer is used within the call.
    value.withUTF8 { unsafe block(UnsafeRawBufferPointer($0), tag: tag) }
  }

  /// A `bytes` field.
  public mutating func byteArray(_ value: [UInt8], tag: UInt32) {
    unsafe value.withUnsafeBytes { unsafe block($0, tag: tag) }
  }

  /// A `bytes` field, or a `string` field whose UTF-8 is at hand: what stands at `range`.
  public mutating func byteArray(_ bytes: [UInt8], in range: Range<Int>, tag: UInt32) {
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe block(UnsafeRawBufferPointer(rebasing: buffer[range]), tag: tag)
    }
  }

  /// A `bytes` field of an identifier's 16 bytes.
  public mutating func uuid(_ value: UUID, tag: UInt32) {
    reserve(31)
    put(varint: UInt64(tag))
    put(varint: 16)
    append(value.high.bigEndian)
    append(value.low.bigEndian)
  }

  /// A packed `repeated float` field, moved whole.
  public mutating func packedFloats(_ values: [Float], tag: UInt32) {
    unsafe values.withUnsafeBytes { unsafe block($0, tag: tag) }
  }

  private mutating func block(_ value: UnsafeRawBufferPointer, tag: UInt32) {
    reserve(15 + value.count)
    put(varint: UInt64(tag))
    put(varint: UInt64(value.count))
    unsafe put(value)
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
    reserve(6)
    put(varint: UInt64(tag))
    count += 1
    return count
  }

  /// Ends the message field that ``beginMessage(tag:)`` began.
  public mutating func endMessage(_ start: Int) {
    precondition(start > 0 && start <= count, "endMessage takes what beginMessage returned")
    let byteCount = count - start
    var width = 1
    if byteCount >= 0x80 {
      width = (Int.bitWidth - byteCount.leadingZeroBitCount + 6) / 7
      reserve(width)
      unsafe (base + start + width - 1).copyMemory(from: base + start, byteCount: byteCount)
    }
    count = start - 1
    put(varint: UInt64(byteCount))
    count = start + width - 1 + byteCount
  }

  // MARK: Bytes

  /// Fields that are encoded already.
  public mutating func encodedFields(_ bytes: [UInt8]) { append(bytes) }

  /// Appends bytes as they are.
  mutating func append(_ bytes: [UInt8]) {
    reserve(bytes.count)
    unsafe bytes.withUnsafeBytes { unsafe put($0) }
  }

  /// Appends a number as it stands in memory on a little-endian machine.
  mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(_ value: Number) {
    reserve(MemoryLayout<Number>.size)
    unsafe base.storeBytes(of: value.littleEndian, toByteOffset: count, as: Number.self)
    count += MemoryLayout<Number>.size
  }

  /// Writes a number over bytes that stand at `offset`.
  mutating func overwrite<Number: FixedWidthInteger & BitwiseCopyable>(
    _ value: Number, at offset: Int
  ) {
    precondition(
      offset >= 0 && offset + MemoryLayout<Number>.size <= count, "overwriting past the end")
    unsafe base.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Number.self)
  }

  // MARK: Steps

  /// Makes room for so many more bytes; the `put` functions below rely on it.
  private mutating func reserve(_ byteCount: Int) {
    if capacity - count < byteCount { grow(byteCount) }
  }

  @inline(never)
  private mutating func grow(_ byteCount: Int) {
    let (needed, isTooMuch) = count.addingReportingOverflow(byteCount)
    precondition(!isTooMuch, "a message of over 2^63 bytes")
    capacity = max(needed, capacity * 2)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    unsafe larger.copyMemory(from: base, byteCount: count)
    unsafe base.deallocate()
    unsafe base = larger
  }

  private mutating func put(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      unsafe base.storeBytes(
        of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: count, as: UInt8.self)
      count += 1
      rest >>= 7
    }
    unsafe base.storeBytes(
      of: UInt8(truncatingIfNeeded: rest), toByteOffset: count, as: UInt8.self)
    count += 1
  }

  private mutating func put(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, unsafe !bytes.isEmpty else { return }
    unsafe (base + count).copyMemory(from: start, byteCount: bytes.count)
    count += bytes.count
  }
}
