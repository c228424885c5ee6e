/// What Postgres, or the way to it, refused.
///
/// `description` is safe to log: the code and the server's primary message. The server's DETAIL,
/// which may quote rows, appears only in `debugDescription`. Connection strings appear in neither.
public struct PostgresError: Error, Equatable, Sendable {
  /// The kind of refusal, from the SQLSTATE where the server gave one.
  public enum Code: Equatable, Sendable {
    /// No connection could be made: address, authentication, or the server is not up.
    case connectionFailed
    /// An established connection ended; what was in flight has failed or its outcome is unknown.
    case connectionLost
    /// The connection ended while COMMIT was in flight: it may or may not have happened.
    case commitOutcomeUnknown
    /// A deadline of ours passed.
    case timedOut
    /// Somebody cancelled the statement.
    case cancelled
    /// A serialization failure or a deadlock: the transaction can be run again (40001, 40P01).
    case serializationFailure
    /// A duplicate key (23505).
    case uniqueViolation
    /// A row that is referred to, or refers to nothing (23503).
    case foreignKeyViolation
    /// A NOT NULL or CHECK constraint, or another of class 23.
    case constraintViolation
    /// The role lacks a right, or row-level security refused a new row (42501).
    case permissionDenied
    /// A table, column, function, schema, database or role that does not exist.
    case undefinedObject
    /// An object that already stands (42P07, 42710, 42P06, 42P04).
    case duplicateObject
    /// The server is a standby, or the transaction is read-only (25006).
    case readOnly
    /// The server's disk is full (53100).
    case diskFull
    /// Too many connections, or out of memory or other resources at the server (class 53).
    case serverOverloaded
    /// Memory ran out on this side.
    case outOfMemory
    /// A reply that does not have the shape the caller asked for.
    case unexpectedReply
    /// No pooled connection became free in time.
    case poolExhausted
    /// The pool has been closed.
    case poolClosed
    /// Any other error of the server.
    case server(sqlState: String)
  }

  /// The kind of refusal.
  public let code: Code
  /// The primary message, without rows' values; may be empty.
  public let message: String
  /// The five characters that the server sent; empty where the error arose on this side.
  public let sqlState: String
  /// The server's DETAIL and HINT, which may quote data. Not for logs.
  public let detail: String

  /// - Parameters:
  ///   - code: The kind of refusal.
  ///   - message: Safe to log.
  ///   - sqlState: The server's five characters, if any.
  ///   - detail: May quote data.
  public init(_ code: Code, _ message: String = "", sqlState: String = "", detail: String = "") {
    self.code = code
    self.message = message
    self.sqlState = sqlState
    self.detail = detail
  }

  /// Whether the same transaction may succeed if it is run again at once.
  public var isRetryable: Bool { code == .serializationFailure }

  /// Whether the cause is the connection or the server's state, not the statement: worth another
  /// attempt on a new connection once Postgres is back.
  public var isOutage: Bool {
    switch code {
    case .connectionFailed, .connectionLost, .commitOutcomeUnknown, .serverOverloaded, .diskFull,
      .poolExhausted, .readOnly:
      true
    default: false
    }
  }

  /// The code that belongs to a SQLSTATE (PostgreSQL documentation, appendix A).
  static func code(sqlState: String) -> Code {
    switch sqlState {
    case "40001", "40P01": .serializationFailure
    case "23505": .uniqueViolation
    case "23503": .foreignKeyViolation
    case "42501": .permissionDenied
    case "42P01", "42703", "42883", "42704", "3F000", "3D000": .undefinedObject
    case "42P07", "42710", "42P06", "42P04", "42723": .duplicateObject
    case "25006": .readOnly
    case "53100": .diskFull
    case "57014": .cancelled
    case "57P01", "57P02", "57P05": .connectionLost
    case "57P03": .connectionFailed
    default:
      switch sqlState.prefix(2) {
      case "08": .connectionLost
      case "23": .constraintViolation
      case "28": .connectionFailed
      case "53": .serverOverloaded
      default: .server(sqlState: sqlState)
      }
    }
  }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
  /// The code and the primary message.
  public var description: String {
    var text = "Postgres: \(code)"
    if !message.isEmpty { text += ": \(message)" }
    return text
  }

  /// Everything, the server's DETAIL included.
  public var debugDescription: String {
    detail.isEmpty ? description : description + " [\(detail)]"
  }
}

/// An error type that can carry a ``PostgresError``, so that one typed throw serves a whole body.
public protocol PostgresErrorCarrying: Error {
  /// - Parameter error: What Postgres refused.
  init(_ error: PostgresError)
}

extension PostgresError: PostgresErrorCarrying {
  /// The error itself.
  public init(_ error: PostgresError) { self = error }
}
