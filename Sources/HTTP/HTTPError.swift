/// Why no whole answer came. No case holds a header, a body or a URL's query.
public struct HTTPError: Error, Equatable, Sendable {
  /// What went wrong.
  public enum Code: Equatable, Sendable {
    /// The request cannot be sent as it is: its URL, a header, or a file of authorities.
    case invalidRequest
    /// The host's name, or the proxy's, is not known.
    case resolve
    /// Nobody answers at the address.
    case connect
    /// TLS failed: mostly, a certificate that is not trusted.
    case tls
    /// The time of the request was up.
    case timeout
    /// The connection ended before the answer did.
    case cutOff
    /// The answer is larger than the request allows.
    case tooLarge(limit: Int)
    /// More redirects than the request allows.
    case redirects(limit: Int)
    /// What came is not HTTP as it should be.
    case protocolViolation
    /// Somebody called ``HTTPCancellation/cancel()``.
    case cancelled
    /// The receiver of the body wanted no more.
    case stopped
  }

  /// What went wrong.
  public let code: Code
  /// Scheme, host and port of the request.
  public let origin: String
  /// What libcurl says.
  public let detail: String

  init(_ code: Code, origin: String, detail: String = "") {
    self.code = code
    self.origin = origin
    self.detail = detail
  }

  /// Whether the same request may succeed later with nothing changed.
  public var isTransient: Bool {
    switch code {
    case .resolve, .connect, .timeout, .cutOff, .protocolViolation: true
    case .invalidRequest, .tls, .tooLarge, .redirects, .cancelled, .stopped: false
    }
  }
}

extension HTTPError: CustomStringConvertible {
  /// The error in words, with what to do.
  public var description: String {
    let (what, remedy) = words
    let reason = detail.isEmpty ? "" : " (\(detail))"
    return "\(what)\(reason)" + (remedy.isEmpty ? "" : "; \(remedy)")
  }

  private var words: (what: String, remedy: String) {
    switch code {
    case .invalidRequest: ("the request to \(origin) cannot be sent", "correct it")
    case .resolve:
      ("the name of \(origin) cannot be resolved", "check the URL, the network and https_proxy")
    case .connect:
      ("\(origin) cannot be reached", "check the URL, that it runs, the network and https_proxy")
    case .tls:
      (
        "TLS with \(origin) failed",
        "check the host's name and clock, or name the authority's PEM file"
      )
    case .timeout: ("\(origin) took too long", "try again, or allow more time")
    case .cutOff: ("\(origin) ended the connection before its answer was whole", "try again")
    case .tooLarge(let limit):
      ("the answer of \(origin) is larger than \(limit) bytes", "check the URL")
    case .redirects(let limit):
      ("\(origin) redirects more than \(limit) times", "check the URL")
    case .protocolViolation:
      ("\(origin) does not answer in HTTP", "check the URL's scheme, host and port")
    case .cancelled: ("the request to \(origin) was cancelled", "")
    case .stopped: ("the answer of \(origin) was not read to its end", "")
    }
  }
}
