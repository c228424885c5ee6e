import Platform

/// A moment as Postgres keeps it: microseconds since 1970-01-01 00:00:00 UTC.
public struct PostgresTimestamp: Hashable, Comparable, Sendable {
  /// Microseconds since 1970 (UTC); `Int64.max` and `Int64.min` are Postgres's infinities.
  public var unixMicroseconds: Int64
  /// Seconds from 1970 to 2000, the server's own epoch, in microseconds.
  static let epochOffset: Int64 = 946_684_800_000_000

  /// - Parameter unixMicroseconds: Microseconds since 1970 (UTC).
  public init(unixMicroseconds: Int64) { self.unixMicroseconds = unixMicroseconds }

  /// - Parameter serverMicroseconds: Microseconds since 2000, as on the wire.
  init(serverMicroseconds: Int64) {
    let (sum, overflow) = serverMicroseconds.addingReportingOverflow(Self.epochOffset)
    unixMicroseconds = overflow ? Int64.max : serverMicroseconds == Int64.min ? Int64.min : sum
  }

  var serverMicroseconds: Int64 {
    if unixMicroseconds == Int64.max || unixMicroseconds == Int64.min { return unixMicroseconds }
    let (difference, overflow) = unixMicroseconds.subtractingReportingOverflow(Self.epochOffset)
    return overflow ? Int64.min : difference
  }

  /// Earlier first.
  public static func < (left: PostgresTimestamp, right: PostgresTimestamp) -> Bool {
    left.unixMicroseconds < right.unixMicroseconds
  }
}

/// One parameter of a statement, sent in binary with its type.
public enum PostgresValue: Equatable, Sendable {
  /// SQL NULL of whatever type the statement expects.
  case null
  /// `boolean`.
  case boolean(Bool)
  /// `integer`.
  case int4(Int32)
  /// `bigint`.
  case int8(Int64)
  /// `real`.
  case float4(Float)
  /// `double precision`.
  case float8(Double)
  /// `text`; must hold no NUL.
  case text(String)
  /// `bytea`.
  case bytes([UInt8])
  /// `uuid`.
  case uuid(UUID)
  /// `timestamptz`.
  case timestamp(PostgresTimestamp)
  /// `jsonb`, as its text.
  case jsonb(String)
  /// `text[]`.
  case textArray([String])
  /// `uuid[]`.
  case uuidArray([UUID])
  /// `integer[]`.
  case int4Array([Int32])
  /// `real[]`.
  case float4Array([Float])
  /// `xid8`, a full transaction id.
  case xid8(UInt64)
  /// `xid8[]`.
  case xid8Array([UInt64])

  /// Text, or NULL.
  public static func optional(_ text: String?) -> PostgresValue { text.map(Self.text) ?? .null }
  /// An identifier, or NULL.
  public static func optional(_ value: UUID?) -> PostgresValue { value.map(Self.uuid) ?? .null }

  /// The server's number of the type; 0 lets the server infer it.
  var typeID: UInt32 {
    switch self {
    case .null: 0
    case .boolean: PostgresType.boolean
    case .int4: PostgresType.int4
    case .int8: PostgresType.int8
    case .float4: PostgresType.float4
    case .float8: PostgresType.float8
    case .text: PostgresType.text
    case .bytes: PostgresType.bytes
    case .uuid: PostgresType.uuid
    case .timestamp: PostgresType.timestamp
    case .jsonb: PostgresType.jsonb
    case .textArray: PostgresType.textArray
    case .uuidArray: PostgresType.uuidArray
    case .int4Array: PostgresType.int4Array
    case .float4Array: PostgresType.float4Array
    case .xid8: PostgresType.xid8
    case .xid8Array: PostgresType.xid8Array
    }
  }
}

/// Numbers of the built-in types (`pg_type.dat`), fixed for ever by the server.
enum PostgresType {
  static let boolean: UInt32 = 16
  static let bytes: UInt32 = 17
  static let character: UInt32 = 18
  static let name: UInt32 = 19
  static let int8: UInt32 = 20
  static let int2: UInt32 = 21
  static let int4: UInt32 = 23
  static let text: UInt32 = 25
  static let oid: UInt32 = 26
  static let json: UInt32 = 114
  static let xid8Array: UInt32 = 271
  static let float4: UInt32 = 700
  static let float8: UInt32 = 701
  static let unknown: UInt32 = 705
  static let int4Array: UInt32 = 1007
  static let textArray: UInt32 = 1009
  static let float4Array: UInt32 = 1021
  static let blankPadded: UInt32 = 1042
  static let varying: UInt32 = 1043
  static let timestamp: UInt32 = 1184
  static let uuid: UInt32 = 2950
  static let uuidArray: UInt32 = 2951
  static let jsonb: UInt32 = 3802
  static let xid8: UInt32 = 5069
}
