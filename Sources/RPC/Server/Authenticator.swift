import Platform

/// Who is at the other end of a connection.
public enum Peer: Sendable, Equatable {
  /// A process on this machine, as the kernel knows it.
  case unix(userID: UInt32, groupID: UInt32, processID: Int32)
  /// A numeric address.
  case tcp(address: String)
}

/// What a connection may do, for its whole life.
public struct Principal: Sendable, Hashable {
  /// The business whose data the connection reaches; nil for an operator who named none.
  public let business: UUID?
  /// Whether operator methods are allowed.
  public let isOperator: Bool
  /// What the peer proved itself with, as the authenticator names it, so that the connection can be
  /// ended when that is revoked; nil where it needed nothing.
  public let credential: UUID?

  /// A customer of the service: one business, no operator methods.
  public static func business(_ id: UUID, credential: UUID? = nil) -> Principal {
    Principal(business: id, isOperator: false, credential: credential)
  }

  /// The operator, who may work for one business.
  public static func `operator`(for business: UUID? = nil) -> Principal {
    Principal(business: business, isOperator: true, credential: nil)
  }

  private init(business: UUID?, isOperator: Bool, credential: UUID?) {
    self.business = business
    self.isOperator = isOperator
    self.credential = credential
  }
}

/// Decides who a connection is.
public protocol Authenticator: Sendable {
  /// Judges a hello. Called on a loop thread: look things up elsewhere and answer later.
  ///
  /// - Parameters:
  ///   - hello: As the client sent it; magic and versions are already checked.
  ///   - peer: What the system says of the other end.
  ///   - decide: Call it once, on any thread, with the principal or the refusal
  ///     (``ErrorCode/unauthenticated`` with a remediation).
  func authenticate(
    _ hello: HelloRequest, _ peer: Peer,
    _ decide: @escaping @Sendable (Result<Principal, RPCRefusal>) -> Void)
}

/// An error reply as a Swift error.
public struct RPCRefusal: Error, Equatable, Sendable, CustomStringConvertible {
  /// What the peer is told.
  public let reply: ErrorReply

  /// A refusal with its words.
  ///
  /// - Parameters:
  ///   - code: What kind of refusal.
  ///   - message: What happened, for a person.
  ///   - remediation: What to do next, for a person.
  ///   - details: Machine-readable facts.
  public init(
    _ code: ErrorCode, _ message: String, remediation: String, details: [String: String] = [:]
  ) {
    reply = ErrorReply(code: code, message: message, remediation: remediation, details: details)
  }

  /// A refusal with this reply.
  public init(_ reply: ErrorReply) { self.reply = reply }

  /// The message and the code.
  public var description: String { "\(reply.message) (\(reply.code))" }
}

/// Answers requests.
public protocol RequestHandler: Sendable {
  /// Answers one request, now or later.
  ///
  /// Called on a loop thread: what takes over about 2 ms keeps the exchange and goes on elsewhere.
  ///
  /// - Parameters:
  ///   - exchange: Answer through it, once, on any thread. Dropping it unanswered is answered
  ///     with ``ErrorCode/internal``.
  ///   - message: The request's bytes, lent for the call: decode them before it returns.
  func handle(_ exchange: Exchange, _ message: RawSpan)
}
