import Platform

/// Why a server did not start or a client's call failed.
public enum RPCError: Error, Equatable, CustomStringConvertible {
  /// A system call failed.
  case system(SystemError)
  /// The address cannot be used: too long, not a socket, or a name that does not resolve.
  case unusableAddress(String, reason: String)
  /// Another server answers at the address.
  case addressInUse(String)
  /// The server refused the request or the connection.
  case refused(ErrorReply)
  /// The server closed the connection before the answer was complete.
  case connectionClosed
  /// The server's bytes are not frames.
  case frame(FrameError)
  /// The server's message cannot be decoded.
  case message(ProtoError)
  /// The server sent a frame that may not come now.
  case unexpectedFrame(FrameKind)
  /// No answer came before the deadline.
  case deadlineExceeded
  /// TLS could not be set up or failed.
  case tls(String)

  /// The server's error code, where it sent one.
  public var code: ErrorCode? {
    if case .refused(let reply) = self { reply.code } else { nil }
  }

  /// What happened and what to do; safe to log.
  public var description: String {
    switch self {
    case .system(let error): error.description
    case .unusableAddress(let address, let reason): "\(address): \(reason)"
    case .addressInUse(let address):
      "\(address): another server answers there; stop it or choose another address"
    case .refused(let reply):
      reply.remediation.isEmpty
        ? "\(reply.message) (\(reply.code))"
        : "\(reply.message) (\(reply.code)). \(reply.remediation)"
    case .connectionClosed: "the server closed the connection; connect again"
    case .frame(let error): "the server's bytes are not frames: \(error)"
    case .message(let error): "the server's message cannot be decoded: \(error)"
    case .unexpectedFrame(let kind): "the server sent a \(kind) frame that may not come here"
    case .deadlineExceeded: "no answer came before the deadline"
    case .tls(let reason): "TLS: \(reason)"
    }
  }
}
