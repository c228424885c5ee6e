import CLibPQ
import Glibc

/// Lends a COPY in progress its rows' fields; see ``PostgresConnection/copyIn(_:_:)``.
///
/// `@safe` holds because the value lives only inside the call that lends it.
@safe public struct PostgresCopyWriter: ~Copyable {
  /// Where the fields of the current row go, each with its own `append`.
  public var fields = PostgresFieldWriter()
  /// Rows begun.
  public private(set) var rowCount = 0
  private let handle: OpaquePointer
  private let deadline: Deadline
  /// Bytes that are gathered before they are handed to libpq; more gains nothing measurable.
  private static let chunkByteCount = 64 << 10

  fileprivate init(_ handle: OpaquePointer, _ deadline: Deadline) {
    unsafe self.handle = unsafe handle
    self.deadline = deadline
    // Signature, flags, length of the header extension.
    fields.raw(Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00])
    fields.raw(Int32(0))
    fields.raw(Int32(0))
  }

  /// Begins a row; append exactly `fieldCount` fields before the next.
  ///
  /// - Throws: ``PostgresError`` where rows so far could not be sent.
  public mutating func beginRow(fieldCount: Int) throws(PostgresError) {
    if fields.bytes.count >= Self.chunkByteCount { try flush() }
    fields.raw(Int16(fieldCount))
    rowCount += 1
  }

  fileprivate mutating func finish() throws(PostgresError) {
    fields.raw(Int16(-1))
    try flush()
  }

  private mutating func flush() throws(PostgresError) {
    let bytes = fields.bytes
    while true {
      let sent = unsafe bytes.withUnsafeBytes { buffer in
        unsafe PQputCopyData(
          handle, buffer.baseAddress!.assumingMemoryBound(to: CChar.self), CInt(buffer.count))
      }
      if sent == 1 { break }
      guard sent == 0, unsafe PostgresConnection.poll(handle, for: POLLOUT, deadline) else {
        throw PostgresError(sent == 0 ? .timedOut : .connectionLost, "COPY could not send its rows")
      }
    }
    fields.removeAll()
    // Keep libpq's own buffer small: wait while the socket is full.
    while unsafe PQflush(handle) == 1 {
      guard unsafe PostgresConnection.poll(handle, for: POLLOUT | POLLIN, deadline) else {
        throw PostgresError(.timedOut, "COPY could not send its rows")
      }
      if unsafe PQconsumeInput(handle) != 1 { break }
    }
  }
}

/// One row of a COPY to this side: fields are taken in order.
public struct PostgresCopyRow {
  private let bytes: [UInt8]
  private var offset: Int
  /// Fields not taken yet.
  public private(set) var remaining: Int

  fileprivate init(_ bytes: [UInt8], at offset: Int, count: Int) {
    self.bytes = bytes
    self.offset = offset
    remaining = count
  }

  /// The next field, or nil where it is NULL.
  ///
  /// - Throws: ``PostgresError`` with code `.unexpectedReply` past the last field or where the
  ///   bytes do not decode.
  public mutating func next<Value: PostgresDecodable>(
    _ type: Value.Type = Value.self
  ) throws(PostgresError) -> Value? {
    let bytes = bytes
    let span = unsafe bytes.span.bytes
    guard remaining > 0, let size = span.bigEndian(Int32.self, at: offset).map(Int.init),
      size <= span.byteCount - offset - 4
    else { throw PostgresError(.unexpectedReply, "the COPY row has no such field") }
    remaining -= 1
    offset += 4
    if size < 0 { return nil }
    guard let value = type.decode(span.extracting(offset..<offset + size), typeID: 0) else {
      throw PostgresError(.unexpectedReply, "a COPY field does not decode as \(type)")
    }
    offset += size
    return value
  }
}

extension PostgresConnection {
  /// Runs `COPY … FROM STDIN (FORMAT binary)` with the rows that `body` writes, in constant memory.
  ///
  /// - Parameters:
  ///   - sql: The COPY statement.
  ///   - body: Writes rows. Where it throws, the COPY fails and nothing of it stays.
  /// - Returns: Rows copied.
  /// - Throws: What `body` threw, or a ``PostgresError``.
  @discardableResult
  public mutating func copyIn<Failure: PostgresErrorCarrying>(
    _ sql: String, _ body: (inout PostgresCopyWriter) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    do throws(PostgresError) { try begin(copy: sql, PGRES_COPY_IN) } catch { throw Failure(error) }
    var writer = unsafe PostgresCopyWriter(
      handle, Deadline(milliseconds: statementTimeoutMilliseconds))
    do throws(Failure) {
      try body(&writer)
      do throws(PostgresError) { try writer.finish() } catch { throw Failure(error) }
    } catch {
      // The server may have refused a row first; its reason is the better one.
      if let refusal = endCopy(reason: "abandoned by the client") { throw Failure(refusal) }
      throw error
    }
    if let refusal = endCopy(reason: nil) { throw Failure(refusal) }
    return writer.rowCount
  }

  /// Runs `COPY … TO STDOUT (FORMAT binary)` and lends each row to `body`, in constant memory.
  ///
  /// - Parameters:
  ///   - sql: The COPY statement.
  ///   - body: Takes a row's fields. Where it throws, the COPY is cancelled.
  /// - Returns: Rows read.
  /// - Throws: What `body` threw, or a ``PostgresError``.
  @discardableResult
  public mutating func copyOut<Failure: PostgresErrorCarrying>(
    _ sql: String, _ body: (inout PostgresCopyRow) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    do throws(PostgresError) { try begin(copy: sql, PGRES_COPY_OUT) } catch {
      throw Failure(error)
    }
    var pending: [UInt8] = []
    var isFirst = true
    var count = 0
    while true {
      let chunk: [UInt8]?
      do throws(PostgresError) { chunk = try copyChunk() } catch { throw Failure(error) }
      guard let chunk else { return count }
      pending += chunk
      var offset = 0
      if isFirst {
        // Signature and flags (15 bytes), then the header extension, which is skipped.
        guard let extra = unsafe pending.span.bytes.bigEndian(UInt32.self, at: 15),
          pending.count - 19 >= Int(extra)
        else { continue }
        offset = 19 + Int(extra)
        isFirst = false
      }
      while let (fieldCount, end) = Self.rowEnd(pending, at: offset) {
        guard fieldCount >= 0 else { break }
        var row = PostgresCopyRow(pending, at: offset + 2, count: fieldCount)
        do throws(Failure) { try body(&row) } catch {
          canceller()?.cancel()
          while (try? copyChunk()) ?? nil != nil {}
          throw error
        }
        count += 1
        offset = end
      }
      pending.removeFirst(offset)
    }
  }

  /// Where the row at `offset` ends, and its number of fields (−1 for the trailer); nil until all
  /// of it is there.
  private static func rowEnd(_ bytes: [UInt8], at offset: Int) -> (fieldCount: Int, end: Int)? {
    let span = unsafe bytes.span.bytes
    guard let count = span.bigEndian(Int16.self, at: offset).map(Int.init) else { return nil }
    var end = offset + 2
    for _ in 0..<max(0, count) {
      guard let size = span.bigEndian(Int32.self, at: end).map(Int.init) else { return nil }
      end += 4 + max(0, size)
      if end > span.byteCount { return nil }
    }
    return (count, end)
  }

  private mutating func begin(
    copy sql: String, _ expected: ExecStatusType
  ) throws(PostgresError) {
    try idle()
    guard unsafe PQsendQuery(handle, sql) == 1 else { throw failure() }
    let deadline = Deadline(milliseconds: statementTimeoutMilliseconds)
    guard let result = unsafe try nextResult(deadline) else { throw failure() }
    let status = unsafe PQresultStatus(result)
    if status == expected { return unsafe PQclear(result) }
    let refusal =
      status == PGRES_FATAL_ERROR
      ? unsafe Self.refusal(of: result, isOpen: isOpen)
      : PostgresError(.unexpectedReply, "the statement is not the COPY that was announced")
    unsafe PQclear(result)
    if status == PGRES_COPY_IN || status == PGRES_COPY_OUT { throw try abandonCopy() }
    while let rest = unsafe try nextResult(deadline) { unsafe PQclear(rest) }
    throw refusal
  }

  /// Ends a COPY towards the server, with a reason to undo it; returns what the server refused.
  private mutating func endCopy(reason: String?) -> PostgresError? {
    let deadline = Deadline(milliseconds: statementTimeoutMilliseconds)
    while true {
      let ended = unsafe PQputCopyEnd(handle, reason)
      if ended == 1 { break }
      guard ended == 0, unsafe Self.poll(handle, for: POLLOUT, deadline) else { return failure() }
    }
    do throws(PostgresError) {
      _ = try lastResult()
      return nil
    } catch {
      // 57014 with our own reason is the answer that was asked for.
      return reason != nil && error.code == .cancelled ? nil : error
    }
  }

  /// The next bytes of a COPY from the server; nil at its end.
  private mutating func copyChunk() throws(PostgresError) -> [UInt8]? {
    let deadline = Deadline(milliseconds: statementTimeoutMilliseconds)
    while true {
      var buffer: UnsafeMutablePointer<CChar>?
      let byteCount = unsafe PQgetCopyData(handle, &buffer, 1)
      if byteCount > 0, let buffer = unsafe buffer {
        let bytes = unsafe [UInt8](UnsafeRawBufferPointer(start: buffer, count: Int(byteCount)))
        unsafe PQfreemem(buffer)
        return bytes
      }
      if byteCount < 0 {
        _ = try lastResult()
        return nil
      }
      guard unsafe Self.poll(handle, for: POLLIN, deadline) else {
        close()
        throw PostgresError(.timedOut, "COPY received no rows in time")
      }
      guard unsafe PQconsumeInput(handle) == 1 else { throw failure() }
    }
  }

  /// Closes a connection that is in a COPY nobody asked for.
  mutating func abandonCopy() throws(PostgresError) -> PostgresError {
    close()
    return PostgresError(.unexpectedReply, "COPY belongs in copyIn or copyOut")
  }
}
