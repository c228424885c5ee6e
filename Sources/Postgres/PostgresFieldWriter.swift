import Platform

/// Appends fields in Postgres's binary format: a big-endian byte count, then the value. The format
/// of a COPY row and of a parameter are the same but for the counts.
///
/// Source: PostgreSQL documentation, "COPY", binary format; array layout from `array_send`.
public struct PostgresFieldWriter: Sendable {
  /// Everything written so far.
  public private(set) var bytes: [UInt8] = []

  /// An empty writer.
  public init() {}

  /// Forgets what was written and keeps the room.
  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  mutating func raw<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
    var ordered = value.bigEndian
    unsafe withUnsafeBytes(of: &ordered) { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func raw(_ text: [UInt8]) { bytes.append(contentsOf: text) }

  /// NULL.
  public mutating func null() { raw(Int32(-1)) }
  /// `boolean`.
  public mutating func append(_ value: Bool) {
    raw(Int32(1))
    bytes.append(value ? 1 : 0)
  }
  /// `integer`.
  public mutating func append(_ value: Int32) {
    raw(Int32(4))
    raw(value)
  }
  /// `bigint`.
  public mutating func append(_ value: Int64) {
    raw(Int32(8))
    raw(value)
  }
  /// `text`; must hold no NUL.
  public mutating func append(_ value: String) {
    raw(Int32(value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }
  /// `text`, or NULL.
  public mutating func append(_ value: String?) {
    if let value { append(value) } else { null() }
  }
  /// `uuid`.
  public mutating func append(_ value: UUID) {
    raw(Int32(16))
    raw(value.high)
    raw(value.low)
  }
  /// `bytea`.
  public mutating func append(_ value: [UInt8]) {
    raw(Int32(value.count))
    bytes.append(contentsOf: value)
  }
  /// `timestamptz`.
  public mutating func append(_ value: PostgresTimestamp) { append(value.serverMicroseconds) }
  /// `jsonb` from its text: version byte 1, then the text.
  public mutating func append(jsonb text: String) {
    raw(Int32(text.utf8.count + 1))
    bytes.append(1)
    bytes.append(contentsOf: text.utf8)
  }
  /// `text[]`.
  public mutating func append(_ values: [String]) {
    array(of: PostgresType.text, count: values.count) { writer in
      for value in values { writer.append(value) }
    }
  }
  /// `real[]`.
  public mutating func append(_ values: [Float]) {
    array(of: PostgresType.float4, count: values.count) { writer in
      for value in values {
        writer.raw(Int32(4))
        writer.raw(value.bitPattern)
      }
    }
  }
  /// Any value.
  public mutating func append(_ value: PostgresValue) {
    switch value {
    case .null: null()
    case .boolean(let value): append(value)
    case .int4(let value): append(value)
    case .int8(let value): append(value)
    case .float4(let value):
      raw(Int32(4))
      raw(value.bitPattern)
    case .float8(let value):
      raw(Int32(8))
      raw(value.bitPattern)
    case .text(let value): append(value)
    case .bytes(let value): append(value)
    case .uuid(let value): append(value)
    case .timestamp(let value): append(value)
    case .jsonb(let value): append(jsonb: value)
    case .textArray(let values): append(values)
    case .uuidArray(let values):
      array(of: PostgresType.uuid, count: values.count) { writer in
        for value in values { writer.append(value) }
      }
    case .int4Array(let values):
      array(of: PostgresType.int4, count: values.count) { writer in
        for value in values { writer.append(value) }
      }
    case .float4Array(let values): append(values)
    case .xid8(let value): append(Int64(bitPattern: value))
    case .xid8Array(let values):
      array(of: PostgresType.xid8, count: values.count) { writer in
        for value in values { writer.append(Int64(bitPattern: value)) }
      }
    }
  }

  /// One-dimensional array: dimensions, null flag, element type, count, lower bound, elements.
  private mutating func array(
    of elementType: UInt32, count: Int, _ elements: (inout PostgresFieldWriter) -> Void
  ) {
    let start = bytes.count
    raw(Int32(0))
    raw(Int32(count == 0 ? 0 : 1))
    raw(Int32(0))
    raw(elementType)
    if count > 0 {
      raw(Int32(count))
      raw(Int32(1))
      elements(&self)
    }
    let byteCount = UInt32(bytes.count - start - 4)
    for index in 0..<4 {
      bytes[start + index] = UInt8(truncatingIfNeeded: byteCount >> UInt32(24 - 8 * index))
    }
  }
}
