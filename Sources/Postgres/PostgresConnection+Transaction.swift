import CLibPQ

extension PostgresConnection {
  /// What a transaction sees of others, and whether it writes.
  public enum TransactionMode: String, Sendable {
    /// Each statement sees what was committed before it.
    case readCommitted = "begin isolation level read committed"
    /// All statements see one snapshot; may write.
    case repeatableRead = "begin isolation level repeatable read"
    /// All statements see one snapshot; must not write.
    case repeatableReadOnly = "begin isolation level repeatable read read only"
    /// As if transactions ran one after the other.
    case serializable = "begin isolation level serializable"
  }

  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
  ///
  /// - Parameters:
  ///   - mode: Isolation.
  ///   - body: Runs on this connection; it must not begin or end transactions itself.
  /// - Throws: What `body` threw, or a ``PostgresError`` carried by `Failure`: among them
  ///   `.commitOutcomeUnknown` where the connection ended while COMMIT was in flight.
  @discardableResult
  public mutating func transaction<Value, Failure: PostgresErrorCarrying>(
    _ mode: TransactionMode = .readCommitted,
    _ body: (inout PostgresConnection) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    do throws(PostgresError) { try query(mode.rawValue) } catch { throw Failure(error) }
    let value: Value
    do throws(Failure) {
      value = try body(&self)
    } catch {
      rollback()
      throw error
    }
    do throws(PostgresError) { try commit() } catch { throw Failure(error) }
    return value
  }

  /// Runs `body` as ``transaction(_:_:)`` does, and again, at most `attempts` times in all, where
  /// the server says that only the timing was wrong.
  @discardableResult
  public mutating func transaction<Value>(
    attempts: Int, _ mode: TransactionMode = .readCommitted,
    _ body: (inout PostgresConnection) throws(PostgresError) -> Value
  ) throws(PostgresError) -> Value {
    var left = attempts
    while true {
      left -= 1
      do throws(PostgresError) {
        return try transaction(mode, body)
      } catch {
        if left <= 0 || !error.isRetryable { throw error }
      }
    }
  }

  /// Ends whatever transaction is open; errors only mean that it is over already.
  public mutating func rollback() {
    guard isOpen, unsafe PQtransactionStatus(handle) != PQTRANS_IDLE else { return }
    _ = try? query("rollback")
  }

  private mutating func commit() throws(PostgresError) {
    // A failed transaction "commits" by rolling back, and the server calls that a success.
    if unsafe PQtransactionStatus(handle) == PQTRANS_INERROR {
      rollback()
      throw PostgresError(
        .server(sqlState: "25P02"), "a statement of the transaction had failed")
    }
    do throws(PostgresError) {
      try query("commit")
    } catch {
      rollback()
      if error.code == .connectionLost || error.code == .timedOut {
        throw PostgresError(.commitOutcomeUnknown, error.message)
      }
      throw error
    }
  }
}
