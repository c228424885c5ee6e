import Embedding
import KnowledgeStore
import Platform
import RPC
import Truth

/// Refusals of this service, and inner errors as refusals: the one place where they are translated.
extension RPCRefusal {
  /// A field holds what the method does not take.
  static func invalid(
    _ field: String, _ reason: String, remediation: String = "correct the request"
  ) -> RPCRefusal {
    RPCRefusal(
      .invalidArgument, "\(field): \(reason)", remediation: remediation, details: ["field": field])
  }

  /// A number is outside what the service takes.
  ///
  /// - Parameters:
  ///   - field: Also the limit's name, by which it is counted: never a peer's text.
  ///   - unit: What is counted, where the field does not say it.
  static func outOfRange(
    _ field: String, actual: Int, limit: Int, unit: String = ""
  ) -> RPCRefusal {
    let unit = unit.isEmpty ? "" : " " + unit
    return RPCRefusal(
      .invalidArgument, "\(field) is \(actual)\(unit); the limit is \(limit)\(unit)",
      remediation: "\(unit.isEmpty ? "ask for" : "send") \(limit)\(unit) or fewer",
      details: ["field": field, "actual": "\(actual)", "limit": field, "value": "\(limit)"])
  }

  /// The connection belongs to no business, and the method needs one.
  static let noBusiness = RPCRefusal(
    .invalidArgument, "the connection is bound to no business",
    remediation: "name one when connecting (--business NAME), or use its key")

  /// The connection may not do this.
  static let operatorOnly = RPCRefusal(
    .permissionDenied, "this method is for the operator",
    remediation: "connect over the Unix socket as the user who runs the service")

  /// The transaction did not become visible in the time allowed.
  static func stale(_ transaction: UInt64) -> RPCRefusal {
    RPCRefusal(
      .stale, "transaction \(transaction) is not visible yet",
      remediation: "ask again, or wait longer (wait_ms)",
      details: ["min_xid": "\(transaction)"])
  }

  /// Rows of the collection may be missing, because its files are being made again.
  static func incomplete(_ collection: String) -> RPCRefusal {
    RPCRefusal(
      .unavailable, "collection \"\(collection)\" is being read from the database",
      remediation: "try again in a moment; knowledge health says what is missing",
      details: ["collection": collection])
  }

  /// The answer would be larger than an answer may be.
  static func replyTooLarge(limit: Int) -> RPCRefusal {
    RPCRefusal(
      .resourceExhausted, "the answer would have more than \(limit) bytes",
      remediation: "ask for less: fewer queries, hits or ids, or no content (omit_content)",
      details: ["limit": "reply_bytes", "value": "\(limit)"])
  }

  /// The database has no room left.
  static let databaseDiskFull = RPCRefusal(
    .resourceExhausted, "the database's disk is full: nothing was written",
    remediation: "make room on the disk that holds the database, then send it again; "
      + "searches go on from the files",
    details: ["limit": "database_disk"])

  /// Nobody waits for the answer any more.
  static let stopped = RPCRefusal(
    .cancelled, "the request was cancelled, or its deadline passed",
    remediation: "allow more time, or ask for less")

  /// An error of the engine.
  init(_ error: StoreError) {
    let (code, remediation): (ErrorCode, String) =
      switch error {
      case .system: (.internal, "see the service's log")
      case .locked, .closed: (.unavailable, "try again in a moment")
      case .invalidName, .invalidConfiguration: (.invalidArgument, "correct the name")
      case .modelMismatch: (.dimensionMismatch, "run knowledge rebuild to embed it anew")
      case .dimensionMismatch: (.dimensionMismatch, "embed it with the collection's model")
      case .notFinite, .zeroVector: (.invalidArgument, "send a finite vector that is not zero")
      case .invalidSpans: (.internal, "run knowledge verify --parity --repair")
      case .entryTooLarge, .requestOutOfRange: (.invalidArgument, "send less")
      case .invalidFilter: (.invalidArgument, "correct the filter")
      case .invalidWeight: (.invalidArgument, "send weights greater than 0")
      case .invalidFalseAnswerRate: (.invalidArgument, "send a rate such as 0.05")
      case .invalidRecallTarget: (.invalidArgument, "send a target of 0 to 1")
      case .damaged, .invalidFile:
        (.dataDamaged, "it is being rebuilt from the database; knowledge verify shows the place")
      case .parked: (.unavailable, "make room on the service's disk; it goes on by itself")
      case .occupied: (.alreadyExists, "name another directory")
      case .removed: (.unavailable, "try again: it is there anew, or gone for good")
      }
    self.init(code, error.description, remediation: remediation)
  }

  /// An error of the embedding model.
  init(_ error: EmbeddingError) {
    switch error {
    case .unavailable:
      self.init(.unavailable, error.description, remediation: "try again in a moment")
    case .misconfigured:
      self.init(
        .unavailable, error.description,
        remediation: "the operator mends it and starts the service again")
    case .refused:
      self.init(
        .invalidArgument, error.description,
        remediation: "where other texts are refused, too, the operator checks the model: "
          + "knowledge embed TEXT")
    case .noVector:
      self.init(
        .internal, error.description,
        remediation: "the operator checks the model: knowledge embed TEXT")
    case .cannotLoad: self.init(.internal, error.description, remediation: "see the service's log")
    }
  }

  /// An error of the truth: details of a statement stay in the log.
  init(_ error: TruthError) {
    if case .postgres(let reason) = error, reason.code == .commitOutcomeUnknown {
      self.init(
        .unavailable, "the database went away during the commit: it may have been written or not",
        remediation: "send the same again: what was written then comes back as unchanged",
        details: ["outcome": "unknown"])
      return
    }
    if case .postgres(let reason) = error, reason.code == .diskFull {
      Log.error("truth.disk_full", ["error": .string("\(error)")])
      self = .databaseDiskFull
      return
    }
    if error.isOutage {
      self.init(
        .unavailable, "the database cannot be reached: nothing was written",
        remediation: "try again in a moment; searches go on from the files")
      return
    }
    switch error {
    case .invalid(let field, let reason): self = .invalid(field, reason)
    case .unknownBusiness(let name):
      self.init(
        .notFound, "there is no business \"\(name)\"", remediation: "see knowledge business list")
    default:
      Log.error("truth failed", ["error": .string("\(error)")])
      self.init(
        .internal, "the database refused the request", remediation: "see the service's log")
    }
  }
}
