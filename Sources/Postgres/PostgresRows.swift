import CLibPQ

/// The reply to one statement: its rows, all in memory, in binary format.
///
/// `@safe` holds because `result` is non-null until `deinit`, every access is bounds-checked, and
/// fields leave only as decoded values. Not `Sendable`: it belongs to the thread that asked.
@safe public final class PostgresRows {
  private let result: OpaquePointer
  /// Rows in the reply; 0 for statements that return none.
  public let count: Int
  /// Columns in a row.
  public let columnCount: Int

  init(owning result: OpaquePointer) {
    unsafe self.result = unsafe result
    count = Int(unsafe PQntuples(result))
    columnCount = Int(unsafe PQnfields(result))
  }

  deinit { unsafe PQclear(result) }

  /// Rows that the statement inserted, changed, deleted, copied or returned.
  public var affectedCount: Int {
    unsafe Int(String(cString: PQcmdTuples(result))) ?? 0
  }

  /// Whether the field is NULL.
  ///
  /// - Precondition: The row and column exist.
  public func isNull(_ row: Int, _ column: Int) -> Bool {
    check(row, column)
    return unsafe PQgetisnull(result, CInt(row), CInt(column)) == 1
  }

  /// A field that must not be NULL.
  ///
  /// - Parameters:
  ///   - row: 0-based.
  ///   - column: 0-based.
  ///   - type: What to decode it as.
  /// - Throws: ``PostgresError`` with code `.unexpectedReply` where it is NULL or of another type.
  /// - Precondition: The row and column exist.
  public func value<Value: PostgresDecodable>(
    _ row: Int, _ column: Int, as type: Value.Type = Value.self
  ) throws(PostgresError) -> Value {
    if let value = try optional(row, column, as: type) { return value }
    throw PostgresError(.unexpectedReply, "column \(column) is NULL, expected \(type)")
  }

  /// A field, or nil where it is NULL.
  ///
  /// - Throws: ``PostgresError`` with code `.unexpectedReply` where it is of another type.
  /// - Precondition: The row and column exist.
  public func optional<Value: PostgresDecodable>(
    _ row: Int, _ column: Int, as type: Value.Type = Value.self
  ) throws(PostgresError) -> Value? {
    if isNull(row, column) { return nil }
    let typeID = unsafe UInt32(PQftype(result, CInt(column)))
    let byteCount = Int(unsafe PQgetlength(result, CInt(row), CInt(column)))
    guard unsafe PQfformat(result, CInt(column)) == 1,
      let start = unsafe PQgetvalue(result, CInt(row), CInt(column)),
      let value = unsafe type.decode(
        RawSpan(_unsafeStart: UnsafeRawPointer(start), byteCount: byteCount), typeID: typeID)
    else {
      throw PostgresError(
        .unexpectedReply, "column \(column) has type \(typeID), which does not decode as \(type)")
    }
    return value
  }

  private func check(_ row: Int, _ column: Int) {
    precondition(row >= 0 && row < count, "row \(row) of \(count)")
    precondition(column >= 0 && column < columnCount, "column \(column) of \(columnCount)")
  }
}
