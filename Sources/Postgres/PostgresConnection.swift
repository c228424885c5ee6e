import CLibPQ
import Glibc
import Platform

/// One connection to Postgres: blocking, owned by one thread at a time, closed by `deinit`.
///
/// All calls wait in `poll`, so a deadline holds even where the network hangs. `@safe` holds
/// because `handle` is non-null until `deinit` and never leaves this module.
@safe public struct PostgresConnection: ~Copyable {
  let handle: OpaquePointer
  /// Names of the statements prepared on this connection, by their text.
  private var statementNames: [String: String] = [:]
  /// A statement that takes longer is cancelled and throws `.timedOut`; nil waits for ever.
  public var statementTimeoutMilliseconds: Int?

  /// Connects and waits until the server accepts statements.
  ///
  /// - Parameters:
  ///   - connectionInfo: A libpq keyword string or URI. It is never logged, nor quoted in an error.
  ///   - applicationName: Shown in `pg_stat_activity` unless `connectionInfo` names another.
  ///   - timeoutMilliseconds: For the whole attempt, after names are resolved.
  /// - Throws: ``PostgresError`` with code `.connectionFailed`, `.serverOverloaded` or `.timedOut`.
  public init(
    connectionInfo: String, applicationName: String = "knowledge",
    timeoutMilliseconds: Int = 10_000
  ) throws(PostgresError) {
    try Self.check(connectionInfo)
    let settings = [
      ("dbname", connectionInfo), ("fallback_application_name", applicationName),
      ("client_encoding", "UTF8"),
    ]
    let started = unsafe withCStrings(settings.map { $0.0 }) { keys in
      unsafe withCStrings(settings.map { $0.1 }) { values in
        unsafe PQconnectStartParams(keys, values, 1)
      }
    }
    guard let handle = unsafe started else { throw PostgresError(.outOfMemory) }
    do throws(PostgresError) {
      try unsafe Self.finishConnecting(
        handle, deadline: Deadline(milliseconds: timeoutMilliseconds))
    } catch {
      unsafe PQfinish(handle)
      throw error
    }
    unsafe PQsetnonblocking(handle, 1)
    // Notices are the server's remarks to a terminal; nothing here reads them.
    unsafe PQsetNoticeProcessor(handle, { _, _ in }, nil)
    unsafe self.handle = handle
  }

  deinit { unsafe PQfinish(handle) }

  /// The server's version as one number: 150018 is 15.18.
  public var serverVersion: Int { Int(unsafe PQserverVersion(handle)) }

  /// Whether the connection still stands, as far as is known on this side.
  public var isOpen: Bool { unsafe PQstatus(handle) == CONNECTION_OK }

  /// Whether a transaction is open or has failed.
  public var isInTransaction: Bool {
    let status = unsafe PQtransactionStatus(handle)
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
  }

  /// Whether the connection is open and at rest; looks at the socket without a round trip, and so
  /// notices a server that has gone since the last statement.
  public mutating func isUsable() -> Bool {
    guard isOpen, unsafe PQtransactionStatus(handle) == PQTRANS_IDLE else { return false }
    // A server that left has sent its reason and then closed: the first read sees only the reason.
    let now = Deadline(milliseconds: 0)
    for _ in 0..<8 {
      guard unsafe Self.poll(handle, for: POLLIN, now) else { return true }
      guard unsafe PQconsumeInput(handle) == 1, isOpen else { return false }
      _ = unsafe PQisBusy(handle)
    }
    return false
  }

  /// A way for other threads to cancel what this connection is doing.
  public func canceller() -> PostgresCanceller? {
    guard let cancel = unsafe PQgetCancel(handle) else { return nil }
    return unsafe PostgresCanceller(owning: cancel)
  }

  // MARK: Statements

  /// Runs one statement and waits for all its rows.
  ///
  /// - Parameters:
  ///   - sql: One statement, with `$1`, `$2`, … for parameters.
  ///   - parameters: One per placeholder.
  /// - Throws: ``PostgresError``.
  @discardableResult
  public mutating func query(
    _ sql: String, _ parameters: [PostgresValue] = []
  ) throws(PostgresError) -> PostgresRows {
    try idle()
    let sent = unsafe withParameters(parameters) { types, values, lengths, formats in
      unsafe PQsendQueryParams(
        handle, sql, CInt(parameters.count), types, values, lengths, formats, 1)
    }
    guard sent == 1 else { throw failure() }
    return try lastResult()
  }

  /// Runs one statement as ``query(_:_:)`` does, parsed once on this connection.
  @discardableResult
  public mutating func prepared(
    _ sql: String, _ parameters: [PostgresValue] = []
  ) throws(PostgresError) -> PostgresRows {
    let name = try prepare(sql, parameters)
    let sent = unsafe withParameters(parameters) { _, values, lengths, formats in
      unsafe PQsendQueryPrepared(
        handle, name, CInt(parameters.count), values, lengths, formats, 1)
    }
    guard sent == 1 else { throw failure() }
    return try lastResult()
  }

  /// Runs statements separated by semicolons, without parameters; all of them or none, unless they
  /// say BEGIN and COMMIT themselves. Rows are dropped.
  ///
  /// - Throws: ``PostgresError`` of the first that failed.
  public mutating func run(script: String) throws(PostgresError) {
    try idle()
    guard unsafe PQsendQuery(handle, script) == 1 else { throw failure() }
    _ = try lastResult()
  }

  /// The name under which `sql` is prepared here, preparing it the first time.
  mutating func prepare(
    _ sql: String, _ parameters: [PostgresValue]
  ) throws(PostgresError) -> String {
    try idle()
    if let name = statementNames[sql] { return name }
    let name = "s\(statementNames.count)"
    let types = parameters.map(\.typeID)
    guard unsafe PQsendPrepare(handle, name, sql, CInt(types.count), types) == 1 else {
      throw failure()
    }
    _ = try lastResult()
    statementNames[sql] = name
    return name
  }

  // MARK: Waiting

  /// Reads results until the statement is over; the last one counts, or the first that failed.
  mutating func lastResult() throws(PostgresError) -> PostgresRows {
    let deadline = Deadline(milliseconds: statementTimeoutMilliseconds)
    var last: PostgresRows?
    var refusal: PostgresError?
    while let result = unsafe try nextResult(deadline) {
      switch unsafe PQresultStatus(result) {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
        last = unsafe PostgresRows(owning: result)
      case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
        // Only `copyIn` and `copyOut` know what to do here: leave the state by force.
        unsafe PQclear(result)
        throw try abandonCopy()
      default:
        if refusal == nil { refusal = unsafe Self.refusal(of: result, isOpen: isOpen) }
        unsafe PQclear(result)
      }
    }
    if let refusal { throw refusal }
    guard let last else { throw failure() }
    return last
  }

  /// The next result of what was sent; nil when there is none left.
  mutating func nextResult(_ deadline: Deadline) throws(PostgresError) -> OpaquePointer? {
    try waitUntilReadable(deadline)
    return unsafe PQgetResult(handle)
  }

  /// Sends what is buffered and waits until a result can be read without blocking.
  mutating func waitUntilReadable(_ deadline: Deadline) throws(PostgresError) {
    while true {
      let unsent = unsafe PQflush(handle)
      if unsent < 0 { return }  // The reason comes out of PQgetResult.
      if unsafe unsent == 0 && PQisBusy(handle) == 0 { return }
      let events = unsent == 1 ? POLLIN | POLLOUT : POLLIN
      guard unsafe Self.poll(handle, for: events, deadline) else {
        throw stopAfterTimeout()
      }
      guard unsafe PQconsumeInput(handle) == 1 else { return }
    }
  }

  /// Cancels the statement whose deadline has passed, and waits a little for the server to agree.
  private mutating func stopAfterTimeout() -> PostgresError {
    canceller()?.cancel()
    let grace = Deadline(milliseconds: 2000)
    while isOpen {
      _ = unsafe PQflush(handle)
      if unsafe PQisBusy(handle) == 0 {
        guard let result = unsafe PQgetResult(handle) else {
          return PostgresError(.timedOut, "the statement was cancelled at its deadline")
        }
        let status = unsafe PQresultStatus(result)
        unsafe PQclear(result)
        if status == PGRES_COPY_IN || status == PGRES_COPY_OUT { break }
        continue
      }
      guard unsafe Self.poll(handle, for: POLLIN, grace), unsafe PQconsumeInput(handle) == 1
      else { break }
    }
    close()
    return PostgresError(.timedOut, "the server did not answer; the connection is closed")
  }

  /// Ends the connection now; every later call throws `.connectionLost`.
  public mutating func close() {
    let socket = unsafe PQsocket(handle)
    if socket >= 0 { _ = shutdown(socket, CInt(SHUT_RDWR)) }
    _ = unsafe PQconsumeInput(handle)
  }

  /// Refuses to start a statement on a connection that is not at rest.
  func idle() throws(PostgresError) {
    guard isOpen else {
      throw PostgresError(.connectionLost, "the connection to the server was lost")
    }
  }

  /// An error from libpq's own message.
  func failure() -> PostgresError {
    let message = unsafe String(cString: PQerrorMessage(handle))
    return PostgresError(isOpen ? .unexpectedReply : .connectionLost, Self.firstLine(message))
  }

  // MARK: libpq details

  /// Refuses a string that libpq cannot parse, in words that do not quote it.
  private static func check(_ connectionInfo: String) throws(PostgresError) {
    var message: UnsafeMutablePointer<CChar>?
    let options = unsafe PQconninfoParse(connectionInfo, &message)
    if let options = unsafe options {
      unsafe PQconninfoFree(options)
      return
    }
    unsafe PQfreemem(message)
    throw PostgresError(
      .connectionFailed,
      "the database address is neither a postgresql:// URI nor a list of keyword=value pairs")
  }

  private static func finishConnecting(
    _ handle: OpaquePointer, deadline: Deadline
  ) throws(PostgresError) {
    var state = PGRES_POLLING_WRITING
    while unsafe PQstatus(handle) != CONNECTION_BAD {
      if state == PGRES_POLLING_OK { return }
      if state == PGRES_POLLING_FAILED { break }
      let events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT
      guard unsafe poll(handle, for: events, deadline) else {
        throw PostgresError(.timedOut, "the server did not accept the connection in time")
      }
      state = unsafe PQconnectPoll(handle)
    }
    let message = unsafe String(cString: PQerrorMessage(handle))
    let overloaded = message.contains("too many clients")
    throw PostgresError(overloaded ? .serverOverloaded : .connectionFailed, firstLine(message))
  }

  /// Waits for the socket; false when the deadline passed.
  static func poll(_ handle: OpaquePointer, for events: CInt, _ deadline: Deadline) -> Bool {
    var entry = pollfd(fd: unsafe PQsocket(handle), events: Int16(events), revents: 0)
    if entry.fd < 0 { return true }
    while true {
      let left = deadline.remainingMilliseconds
      let ready = unsafe Glibc.poll(&entry, 1, CInt(clamping: left ?? -1))
      if ready > 0 { return true }
      if ready == 0 && left != nil && deadline.hasPassed { return false }
      if ready < 0 && errno != EINTR { return true }
    }
  }

  /// The typed error that a failed result stands for.
  static func refusal(of result: OpaquePointer, isOpen: Bool) -> PostgresError {
    func field(_ code: Character) -> String {
      let name = CInt(code.asciiValue ?? 0)
      guard let text = unsafe PQresultErrorField(result, name) else { return "" }
      return unsafe String(cString: text)
    }
    // 'C', 'M', 'D' and 'H' are PG_DIAG_SQLSTATE, …MESSAGE_PRIMARY, …DETAIL and …HINT.
    let sqlState = field("C")
    if sqlState.isEmpty {
      let message = firstLine(unsafe String(cString: PQresultErrorMessage(result)))
      return PostgresError(isOpen ? .unexpectedReply : .connectionLost, message)
    }
    let remarks = [field("D"), field("H")].filter { !$0.isEmpty }
    return PostgresError(
      PostgresError.code(sqlState: sqlState), field("M"), sqlState: sqlState,
      detail: remarks.joined(separator: " "))
  }

  static func firstLine(_ message: String) -> String {
    String(message.prefix { $0 != "\n" })
  }
}

/// Cancels a running statement from another thread. Harmless when nothing runs.
///
/// `@unchecked Sendable`: libpq documents `PQcancel` as thread-safe, and the pointer never changes.
@safe public final class PostgresCanceller: @unchecked Sendable {
  private let pointer: OpaquePointer

  init(owning cancel: OpaquePointer) { unsafe pointer = unsafe cancel }
  deinit { unsafe PQfreeCancel(pointer) }

  /// Asks the server to stop the statement that runs now; it then throws `.cancelled`. Opens a
  /// connection of its own, so it may take a round trip.
  public func cancel() {
    var message = [CChar](repeating: 0, count: 256)
    _ = unsafe PQcancel(pointer, &message, 256)
  }
}

/// A moment after which waiting ends.
struct Deadline {
  private let nanoseconds: UInt64?

  /// - Parameter milliseconds: From now; nil never comes.
  init(milliseconds: Int?) {
    nanoseconds = milliseconds.map {
      Clock.monotonicNanoseconds + UInt64(max(0, $0)) * 1_000_000
    }
  }

  var hasPassed: Bool { nanoseconds.map { Clock.monotonicNanoseconds >= $0 } ?? false }

  /// Rounded up; nil for ever.
  var remainingMilliseconds: Int? {
    nanoseconds.map { end in
      let now = Clock.monotonicNanoseconds
      return now >= end ? 0 : Int((end - now + 999_999) / 1_000_000)
    }
  }
}
