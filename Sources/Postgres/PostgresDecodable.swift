import Platform

/// A Swift type that a field in Postgres's binary format can become.
public protocol PostgresDecodable {
  /// - Parameters:
  ///   - field: The value's bytes, without the count.
  ///   - typeID: The server's number of the column's type; 0 where it is not known (COPY).
  /// - Returns: The value, or nil where the type or the byte count does not fit.
  static func decode(_ field: RawSpan, typeID: UInt32) -> Self?
}

extension RawSpan {
  /// The big-endian integer at byte `offset`; nil past the end.
  func bigEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, at offset: Int = 0
  ) -> Value? {
    littleEndian(type, at: offset)?.byteSwapped
  }
}

extension Bool: PostgresDecodable {
  /// From `boolean`.
  public static func decode(_ field: RawSpan, typeID: UInt32) -> Bool? {
    guard typeID == 0 || typeID == PostgresType.boolean, field.byteCount == 1 else { return nil }
    return field.bigEndian(UInt8.self).map { $0 != 0 }
  }
}

extension Int64: PostgresDecodable {
  /// From `bigint`, `integer`, `smallint` or `oid`.
  public static func decode(_ field: RawSpan, typeID: UInt32) -> Int64? {
    switch (typeID, field.byteCount) {
    case (0, 8), (PostgresType.int8, 8): field.bigEndian(Int64.self)
    case (0, 4), (PostgresType.int4, 4): field.bigEndian(Int32.self).map(Int64.init)
    case (PostgresType.oid, 4): field.bigEndian(UInt32.self).map(Int64.init)
    case (0, 2), (PostgresType.int2, 2): field.bigEndian(Int16.self).map(Int64.init)
    default: nil
    }
  }
}

extension Int: PostgresDecodable {
  /// From `bigint`, `integer`, `smallint` or `oid`.
  public static func decode(_ field: RawSpan, typeID: UInt32) -> Int? {
    Int64.decode(field, typeID: typeID).map(Int.init)
  }
}

extension Int32: PostgresDecodable {
  /// From `integer` or `smallint`.
  public static func decode(_ field: RawSpan, typeID: UInt32) -> Int32? {
    guard field.byteCount <= 4, typeID != PostgresType.oid else { return nil }
    return Int64.decode(field, typeID: typeID).map { Int32(truncatingIfNeeded: $0) }
  }
}

extension UInt64: PostgresDecodable {
  /// From `xid8`.
  public static func decode(_ field: RawSpan, typeID: UInt32) -> UInt64? {
    guard typeID == 0 || typeID == PostgresType.xid8, field.byteCount == 8 else { return nil }
    return field.bigEndian(UInt64.self)
  }
}

extension Float: PostgresDecodable {
  /// From `real`.
  public static func decode(_ field: RawSpan, typeID: UInt32) -> Float? {
    guard typeID == 0 || typeID == PostgresType.float4, field.byteCount == 4 else { return nil }
    return field.bigEndian(UInt32.self).map(Float.init(bitPattern:))
  }
}

extension Double: PostgresDecodable {
  /// From `double precision` or `real`.
  public static func decode(_ field: RawSpan, typeID: UInt32) -> Double? {
    switch (typeID, field.byteCount) {
    case (0, 8), (PostgresType.float8, 8):
      field.bigEndian(UInt64.self).map(Double.init(bitPattern:))
    case (PostgresType.float4, 4): Float.decode(field, typeID: typeID).map(Double.init)
    default: nil
    }
  }
}

extension String: PostgresDecodable {
  /// From `text`, `varchar`, `char`, `name`, `json` or `jsonb` (as its text).
  public static func decode(_ field: RawSpan, typeID: UInt32) -> String? {
    switch typeID {
    case 0, PostgresType.text, PostgresType.varying, PostgresType.blankPadded, PostgresType.name,
      PostgresType.json, PostgresType.unknown, PostgresType.character:
      return unsafe field.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    case PostgresType.jsonb:
      guard field.byteCount > 0, field.bigEndian(UInt8.self) == 1 else { return nil }
      return unsafe field.withUnsafeBytes {
        unsafe String(decoding: $0.dropFirst(), as: UTF8.self)
      }
    default: return nil
    }
  }
}

extension UUID: PostgresDecodable {
  /// From `uuid`.
  public static func decode(_ field: RawSpan, typeID: UInt32) -> UUID? {
    guard typeID == 0 || typeID == PostgresType.uuid, field.byteCount == 16,
      let high = field.bigEndian(UInt64.self, at: 0), let low = field.bigEndian(UInt64.self, at: 8)
    else { return nil }
    return UUID(high: high, low: low)
  }
}

extension PostgresTimestamp: PostgresDecodable {
  /// From `timestamptz`.
  public static func decode(_ field: RawSpan, typeID: UInt32) -> PostgresTimestamp? {
    guard typeID == 0 || typeID == PostgresType.timestamp, field.byteCount == 8 else { return nil }
    return field.bigEndian(Int64.self).map(PostgresTimestamp.init(serverMicroseconds:))
  }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
  /// From a one-dimensional array without NULLs; `[UInt8]` from `bytea`.
  public static func decode(_ field: RawSpan, typeID: UInt32) -> [Element]? {
    if Element.self == UInt8.self {
      guard typeID == 0 || typeID == PostgresType.bytes else { return nil }
      return unsafe field.withUnsafeBytes { unsafe [UInt8]($0) } as? [Element]
    }
    guard let dimensions = field.bigEndian(Int32.self, at: 0),
      let elementType = field.bigEndian(UInt32.self, at: 8)
    else { return nil }
    if dimensions == 0 { return [] }
    guard dimensions == 1, let count = field.bigEndian(Int32.self, at: 12), count >= 0,
      Int(count) <= (field.byteCount - 20) / 4
    else { return nil }
    var elements: [Element] = []
    elements.reserveCapacity(Int(count))
    var offset = 20
    for _ in 0..<count {
      guard let size = field.bigEndian(Int32.self, at: offset).map(Int.init), size >= 0,
        size <= field.byteCount - offset - 4
      else { return nil }
      let element = field.extracting(offset + 4..<offset + 4 + size)
      guard let value = Element.decode(element, typeID: elementType) else { return nil }
      elements.append(value)
      offset += 4 + size
    }
    return elements
  }
}

extension UInt8: PostgresDecodable {
  /// From `"char"`; exists so that `[UInt8]` can stand for `bytea`.
  public static func decode(_ field: RawSpan, typeID: UInt32) -> UInt8? {
    guard typeID == PostgresType.character, field.byteCount == 1 else { return nil }
    return field.bigEndian(UInt8.self)
  }
}
