import RPC

/// A refusal as the caller sees it: what happened and what to do next.
///
/// Inner errors become one of these in `ServiceFault+Causes.swift` and nowhere else.
struct ServiceFault: Error, Equatable {
  /// The kind, for programs.
  let code: ErrorCode
  /// What happened, for people; never stored contents, keys or connection strings.
  let message: String
  /// What to do next.
  let remediation: String
  /// Machine-readable facts, such as `limit`, `actual`, `field`.
  let details: [String: String]

  init(
    _ code: ErrorCode, _ message: String, remediation: String = "", details: [String: String] = [:]
  ) {
    self.code = code
    self.message = message
    self.remediation = remediation
    self.details = details
  }

  /// A field holds what the method does not take.
  static func invalid(_ field: String, _ reason: String, remediation: String = "") -> ServiceFault {
    ServiceFault(
      .invalidArgument, "\(field): \(reason)", remediation: remediation, details: ["field": field])
  }

  /// A number is outside what the service takes.
  static func outOfRange(_ field: String, actual: Int, limit: Int) -> ServiceFault {
    ServiceFault(
      .invalidArgument, "\(field) is \(actual); the limit is \(limit)",
      remediation: "ask for \(limit) or fewer",
      details: ["field": field, "actual": "\(actual)", "limit": "\(limit)"])
  }

  /// The connection belongs to no business, and the method needs one.
  static let noBusiness = ServiceFault(
    .invalidArgument, "the connection is bound to no business",
    remediation: "name one when connecting (--business NAME), or use its key")

  /// The connection may not do this.
  static let operatorOnly = ServiceFault(
    .permissionDenied, "this method is for the operator",
    remediation: "connect over the Unix socket as the user who runs the service")
}
