import Agent
import RPC

extension RPCError {
  /// Whether nothing more can be asked on the connection: it is lost, or the service answers no
  /// more on it.
  var endsConnection: Bool {
    switch self {
    case .refused(let reply): reply.code == .shuttingDown || reply.code == .protocolViolation
    case .message: false
    default: true
    }
  }

  /// Whether the service says that there is nothing to look for, or nothing to look in.
  ///
  /// - Parameter field: The request's field that holds the words.
  func means(nothingIn field: String) -> Bool {
    guard case .refused(let reply) = self else { return false }
    return reply.code == .notFound
      || reply.code == .invalidArgument && reply.details["field"] == field
  }
}

extension KnowledgeError {
  /// What an error of the protocol means to a turn. Holds nothing of the customer's.
  ///
  /// - Parameter isConnecting: Whether there was no connection yet.
  init(_ error: RPCError, _ address: RPCAddress, isConnecting: Bool) {
    switch error {
    case .refused(let reply):
      switch reply.code {
      case .unavailable, .shuttingDown, .timedOut, .deadlineExceeded, .resourceExhausted, .internal,
        .dataDamaged, .cancelled, .stale:
        self.init(.unavailable, "the knowledge service cannot answer now: \(error)")
      default: self.init(.refused, "the knowledge service refuses: \(error)")
      }
    case .deadlineExceeded:
      self.init(
        .unavailable,
        "the knowledge service at \(address) did not answer in time; knowledge health tells how it "
          + "is")
    case .unusableAddress, .addressInUse:
      self.init(.refused, "no knowledge service can be reached: \(error)")
    case .system where isConnecting, .connectionClosed where isConnecting:
      self.init(
        .unavailable,
        "no knowledge service answers at \(address): \(error); start it with knowledge serve")
    default:
      self.init(.unavailable, "the connection to the knowledge service failed: \(error)")
    }
  }
}
