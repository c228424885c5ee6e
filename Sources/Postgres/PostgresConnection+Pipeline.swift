import CLibPQ

extension PostgresConnection {
  /// One statement of a pipeline.
  public struct Statement: Sendable {
    /// One statement, with `$1`, `$2`, … for parameters.
    public var sql: String
    /// One per placeholder.
    public var parameters: [PostgresValue]

    /// - Parameters:
    ///   - sql: One statement.
    ///   - parameters: One per placeholder.
    public init(_ sql: String, _ parameters: [PostgresValue] = []) {
      self.sql = sql
      self.parameters = parameters
    }
  }

  /// Sends all statements at once and reads their replies in order: one round trip in all.
  ///
  /// Outside a transaction they form one: the first that fails undoes those before it, and those
  /// after it are not run.
  ///
  /// - Returns: The replies, in the statements' order.
  /// - Throws: ``PostgresError`` of the first statement that failed.
  @discardableResult
  public mutating func pipeline(
    _ statements: [Statement]
  ) throws(PostgresError) -> [PostgresRows] {
    var names: [String] = []
    for statement in statements { names.append(try prepare(statement.sql, statement.parameters)) }
    try idle()
    guard unsafe PQenterPipelineMode(handle) == 1 else { throw failure() }
    defer { if unsafe PQexitPipelineMode(handle) != 1 { close() } }
    for (statement, name) in zip(statements, names) {
      let parameters = statement.parameters
      let sent = unsafe withParameters(parameters) { _, values, lengths, formats in
        unsafe PQsendQueryPrepared(
          handle, name, CInt(parameters.count), values, lengths, formats, 1)
      }
      guard sent == 1 else { throw failure() }
    }
    guard unsafe PQpipelineSync(handle) == 1 else { throw failure() }

    let deadline = Deadline(milliseconds: statementTimeoutMilliseconds)
    var replies: [PostgresRows] = []
    var refusal: PostgresError?
    var endings = 0
    while true {
      guard let result = unsafe try nextResult(deadline) else {
        // One nil stands after each statement; more of them mean that the server has gone.
        endings += 1
        if !isOpen || endings > statements.count {
          throw refusal ?? PostgresError(.connectionLost, "the server left during a pipeline")
        }
        continue
      }
      switch unsafe PQresultStatus(result) {
      case PGRES_PIPELINE_SYNC:
        unsafe PQclear(result)
        if let refusal { throw refusal }
        return replies
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
        replies.append(unsafe PostgresRows(owning: result))
      case PGRES_PIPELINE_ABORTED:
        unsafe PQclear(result)
      default:
        if refusal == nil { refusal = unsafe Self.refusal(of: result, isOpen: isOpen) }
        unsafe PQclear(result)
      }
    }
  }
}
