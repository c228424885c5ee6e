import Platform

/// Where the service is and as whom to speak to it.
package struct ServiceAddress: Sendable, Equatable {
  /// A socket.
  package enum Endpoint: Sendable, Equatable {
    case unix(path: String)
    case tcp(host: String, port: UInt16)
  }

  /// Where it listens.
  package let endpoint: Endpoint
  /// What starts it, for advice: the data directory where it is known.
  package let dataDirectory: String?
  /// Empty where the peer is trusted by its user id. Never shown.
  package let apiKey: String
  /// Name or UUID; empty for an operator without one.
  package let business: String
  /// Longest wait for an answer.
  package let timeoutMilliseconds: Int
  /// Whom to trust over TLS: a PEM file, or `system`; nil speaks plainly.
  package var tlsAuthorities: String?

  /// - Parameters: As the properties say.
  package init(
    endpoint: Endpoint, dataDirectory: String?, apiKey: String, business: String,
    timeoutMilliseconds: Int, tlsAuthorities: String? = nil
  ) {
    self.endpoint = endpoint
    self.dataDirectory = dataDirectory
    self.apiKey = apiKey
    self.business = business
    self.timeoutMilliseconds = timeoutMilliseconds
    self.tlsAuthorities = tlsAuthorities
  }

  /// Longest path that a socket's address holds (`sun_path` without its zero).
  package static let socketPathByteLimit = 107

  /// Reads the flags of ``CommonFlags/service`` and `--business`.
  package static func of(
    _ arguments: Arguments, _ context: some CommandContext
  ) throws(CommandError) -> ServiceAddress {
    let timeout = Int((arguments.number("timeout") ?? 30) * 1000)
    let business = arguments.text("business") ?? ""
    let key = try apiKey(arguments)
    if let host = arguments.text("host") {
      guard !arguments.isSet("socket") else {
        throw .usage("--host and --socket are two ways to the same service", remedy: "give one")
      }
      let (name, port) = try hostAndPort(host, flag: "--host")
      if let file = arguments.text("tls"), file != "system", !FileSystem.exists(file) {
        throw .usage(
          "there is no file \(quoted(file))",
          remedy: "--tls takes the PEM file of an authority, or the word system")
      }
      return ServiceAddress(
        endpoint: .tcp(host: name, port: port), dataDirectory: nil, apiKey: key,
        business: business, timeoutMilliseconds: max(1, timeout),
        tlsAuthorities: arguments.text("tls"))
    }
    guard arguments.text("tls") == nil else {
      throw .usage("--tls is for TCP", remedy: "add --host HOST:PORT, or leave --tls out")
    }
    let data = arguments.text("socket") == nil ? try DataDirectory.path(arguments, context) : nil
    let path = arguments.text("socket") ?? (data ?? "") + "/knowledge.sock"
    guard path.utf8.count <= socketPathByteLimit else {
      throw .usage(
        "the socket's path has \(path.utf8.count) bytes, and an address holds "
          + "\(socketPathByteLimit)", remedy: "choose a shorter --data or --socket")
    }
    return ServiceAddress(
      endpoint: .unix(path: path), dataDirectory: data, apiKey: key, business: business,
      timeoutMilliseconds: max(1, timeout))
  }

  /// `127.0.0.1:7700`, `knowledge.example:7700` or `[::1]:7700`.
  ///
  /// - Parameter allowsAnyPort: Whether port 0, which leaves the choice to the system, is one.
  package static func hostAndPort(
    _ text: String, flag: String, allowsAnyPort: Bool = false
  ) throws(CommandError) -> (host: String, port: UInt16) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let bracketed = text.hasPrefix("[") && parts.dropLast().last?.hasSuffix("]") == true
    guard parts.count == 2 || bracketed, let port = parts.last.flatMap({ UInt16($0) }),
      port > 0 || allowsAnyPort
    else { throw notAnAddress(text, flag) }
    var host = parts.dropLast().joined(separator: ":")
    if bracketed { host = String(host.dropFirst().dropLast()) }
    guard !host.isEmpty else { throw notAnAddress(text, flag) }
    return (host, port)
  }

  private static func notAnAddress(_ text: String, _ flag: String) -> CommandError {
    .usage(
      "\(flag) must be HOST:PORT, not \(quoted(text))", remedy: "such as \(flag) 127.0.0.1:7700")
  }

  private static func apiKey(_ arguments: Arguments) throws(CommandError) -> String {
    guard let given = arguments.text("api-key") else { return "" }
    guard given.hasPrefix("@") else { return given }
    let path = String(given.dropFirst())
    do {
      let bytes = try FileSystem.readAll(path, limit: 4096)
      let text = String(decoding: bytes, as: UTF8.self)
      return String(text.prefix { !$0.isNewline }).trimmingSpaces
    } catch {
      throw CommandError(.usage, "the key's file cannot be read: \(error)")
    }
  }

  /// How to name the place in a message.
  package var place: String {
    switch endpoint {
    case .unix(let path): path
    case .tcp(let host, let port): "\(host):\(port)"
    }
  }

  /// The error for a service that does not answer at all.
  ///
  /// - Parameter isConnected: Whether something took the connection, and then did not answer.
  package func unreachable(_ reason: String, isConnected: Bool = false) -> CommandError {
    let start: String
    switch endpoint {
    case .unix:
      let data = dataDirectory.map { " --data \(shellQuoted($0))" } ?? " with the same --socket"
      start = "start it with: knowledge serve\(data)"
    case .tcp where isConnected && tlsAuthorities == nil:
      start = "where it speaks TLS, add --tls system, or --tls FILE with its authority's PEM"
    case .tcp: start = "check that it runs there with --listen, and the way to it"
    }
    return CommandError(
      .unreachable, "no service answers at \(place): \(reason)", remedy: start)
  }

  /// The error for a service that speaks no TLS, or whose certificate is not trusted.
  package func refusedTLS(_ reason: String) -> CommandError {
    if reason.lowercased().contains("mismatch") {
      return CommandError(
        .unreachable, "no TLS with \(place): \(reason)",
        remedy: "use a name in --host that is in the server's certificate")
    }
    let given = tlsAuthorities ?? "system"
    return CommandError(
      .unreachable, "no TLS with \(place): \(reason)",
      remedy:
        "where its certificate is of an authority of your own, name that with --tls FILE (now: "
        + "\(shellQuoted(given))); where it speaks plainly, leave --tls out")
  }
}

/// `text` as a shell takes it for one word.
package func shellQuoted(_ text: String) -> String {
  let plain = text.utf8.allSatisfy {
    switch $0 {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
      UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: ","):
      true
    default: false
    }
  }
  return plain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
}
