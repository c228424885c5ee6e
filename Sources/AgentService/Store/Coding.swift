import Agent
import Platform
import Postgres
import Truth

/// Texts and JSON on their way into rows and out of them.
enum Coding {
  /// The text without NUL, which Postgres does not take, and cut to `limit` bytes at a character.
  static func text(_ text: String, limit: Int) -> String {
    if text.utf8.count <= limit && !text.utf8.contains(0) { return text }
    var bytes: [UInt8] = []
    for byte in text.utf8 where byte != 0 {
      if bytes.count == limit {
        // The rest of a character that was begun is cut with it.
        if byte & 0xC0 == 0x80 {
          while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
        }
        break
      }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The JSON's text, or that of `instead` where it is larger than `limit` bytes.
  static func json(_ value: JSON, limit: Int, instead: JSON) -> PostgresValue {
    let bytes = value.serialized()
    return .text(
      String(decoding: bytes.count <= limit ? bytes : instead.serialized(), as: UTF8.self))
  }

  /// JSON that stands in a row.
  static func json(_ rows: PostgresRows, _ row: Int, _ column: Int) throws(PostgresError) -> JSON {
    try parse(rows.value(row, column))
  }

  /// JSON that stands in a row, or nil for NULL.
  static func optionalJSON(
    _ rows: PostgresRows, _ row: Int, _ column: Int
  ) throws(PostgresError) -> JSON? {
    guard let text = try rows.optional(row, column, as: String.self) else { return nil }
    return try parse(text)
  }

  private static func parse(_ text: String) throws(PostgresError) -> JSON {
    do throws(JSONError) { return try JSON.parse(text) } catch {
      throw PostgresError(.unexpectedReply, "a stored JSON text cannot be read: \(error)")
    }
  }

  /// Microseconds since 1970.
  static func time(_ rows: PostgresRows, _ row: Int, _ column: Int) throws(PostgresError) -> Int64 {
    try rows.value(row, column, as: PostgresTimestamp.self).unixMicroseconds
  }

  /// Microseconds since 1970, or nil for NULL.
  static func optionalTime(
    _ rows: PostgresRows, _ row: Int, _ column: Int
  ) throws(PostgresError) -> Int64? {
    try rows.optional(row, column, as: PostgresTimestamp.self)?.unixMicroseconds
  }

  /// A raw value of an enumeration.
  static func raw<Value: RawRepresentable<String>>(
    _ rows: PostgresRows, _ row: Int, _ column: Int, as type: Value.Type = Value.self
  ) throws(PostgresError) -> Value {
    let text = try rows.value(row, column, as: String.self)
    guard let value = Value(rawValue: text) else {
      throw PostgresError(.unexpectedReply, "\"\(text)\" is no \(type)")
    }
    return value
  }

  /// A moment as a parameter.
  static func moment(_ microseconds: Int64) -> PostgresValue {
    .timestamp(PostgresTimestamp(unixMicroseconds: microseconds))
  }

  /// A number between 0 and 1, whatever was given.
  static func share(_ value: Double) -> Double {
    value.isNaN ? 0 : min(1, max(0, value))
  }
}

extension JSON {
  /// A string, or null.
  static func optional(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }
  /// An id, or null.
  static func optional(_ id: UUID?) -> JSON { .optional(id?.description) }
  /// Strings in order.
  static func strings(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
  /// The strings of an array; others are left out.
  var strings: [String] { (array ?? []).compactMap(\.string) }
}

extension PostgresValue {
  /// A number, or NULL.
  static func optional(_ value: Double?) -> PostgresValue { value.map(Self.float8) ?? .null }
  /// A number, or NULL.
  static func optional(_ value: Int?) -> PostgresValue { value.map { .int8(Int64($0)) } ?? .null }
  /// A moment in microseconds since 1970, or NULL.
  static func optionalMoment(_ value: Int64?) -> PostgresValue {
    value.map(Coding.moment) ?? .null
  }
}

/// Checks of what comes from outside, before any statement.
enum Check {
  /// Refuses a text that is too short, too long, or holds NUL.
  static func text(
    _ text: String, _ field: String, _ range: ClosedRange<Int>
  ) throws(TruthError) {
    guard range.contains(text.utf8.count) else {
      throw .invalid(
        field: field,
        reason: text.isEmpty
          ? "is empty"
          : "has \(text.utf8.count) bytes; \(range.lowerBound) to \(range.upperBound) are allowed")
    }
    if text.utf8.contains(0) { throw .invalid(field: field, reason: "holds a NUL character") }
  }

  /// Refuses a text that is given and not in order.
  static func text(
    _ text: String?, _ field: String, _ range: ClosedRange<Int>
  ) throws(TruthError) {
    if let text { try self.text(text, field, range) }
  }

  /// Refuses what is no channel's name.
  static func channel(_ name: String) throws(TruthError) {
    let isName = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard isName, (1...AgentLimits.channelByteCount).contains(name.utf8.count) else {
      throw .invalid(field: "channel", reason: "needs 1 to 64 of a-z, 0-9, _ and -")
    }
  }

  /// Refuses JSON of another kind than is wanted, or too large.
  static func json(
    _ value: JSON, _ field: String, kind: String, limit: Int
  ) throws(TruthError) {
    guard value.kind == kind else {
      throw .invalid(field: field, reason: "is a \(value.kind); it must be an \(kind)")
    }
    let count = value.serialized().count
    guard count <= limit else {
      throw .invalid(field: field, reason: "has \(count) bytes as JSON; \(limit) are allowed")
    }
  }

  /// A page's limit within bounds.
  static func limit(_ limit: Int) -> PostgresValue {
    .int8(Int64(max(0, min(limit, AgentLimits.pageCount))))
  }
}
