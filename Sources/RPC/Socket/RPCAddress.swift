/// Where a server listens: a Unix socket's path, or a TCP host and port.
public enum RPCAddress: Equatable, Sendable, CustomStringConvertible {
  /// Path of a socket file, at most 107 bytes.
  case unix(path: String)
  /// A host name or numeric address, and a port; port 0 lets the system choose one.
  case tcp(host: String, port: UInt16)

  /// Reads `/path/to/socket`, `./socket`, `unix:PATH`, `host:port` or `[::1]:port`.
  ///
  /// - Returns: nil where it is neither a path nor a host with a port.
  public init?(_ text: String) {
    if text.hasPrefix("unix:") {
      self = .unix(path: String(text.dropFirst(5)))
      return
    }
    if text.contains("/") {
      self = .unix(path: text)
      return
    }
    guard let colon = text.lastIndex(of: ":"),
      let port = UInt16(text[text.index(after: colon)...])
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("[") && host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else { return nil }
    self = .tcp(host: String(host), port: port)
  }

  /// The text that ``init(_:)`` reads.
  public var description: String {
    switch self {
    case .unix(let path): path.contains("/") ? path : "unix:\(path)"
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }
}
