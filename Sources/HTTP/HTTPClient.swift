import Platform
import Synchronization

/// Asks servers over HTTP/1.1 and HTTP/2, TLS verified always; proxies come from the environment
/// (`https_proxy`, `http_proxy`, `no_proxy`), but never for this machine itself.
///
/// A call blocks the thread that makes it, so make it on a thread of ours; any number of threads
/// may call at once. Each call takes an idle connection of the client or makes one: there is no
/// thread of the client's own, and requests never wait for each other.
public final class HTTPClient: Sendable {
  private let idle = Mutex<[HTTPConnection]>([])
  private let idleLimit: Int

  /// - Parameter idleLimit: Connections kept open for later calls.
  public init(idleLimit: Int = 8) { self.idleLimit = max(0, idleLimit) }

  /// Asks and waits for the whole answer, whatever its status.
  ///
  /// - Throws: ``HTTPError``.
  public func send(
    _ request: HTTPRequest, cancellation: HTTPCancellation? = nil
  ) throws(HTTPError) -> HTTPResponse {
    var body: [UInt8] = []
    let head = try stream(request, cancellation: cancellation) { _, bytes in
      unsafe bytes.withUnsafeBytes { unsafe body.append(contentsOf: $0) }
      return true
    }
    return HTTPResponse(head: head, body: body)
  }

  /// Asks and gives the body to `receive` piece by piece as it comes.
  ///
  /// - Parameters:
  ///   - request: What to ask.
  ///   - cancellation: Ends the call from another thread.
  ///   - receive: Gets status and headers with every piece, on the calling thread; false ends the
  ///     transfer. An answer without a body gives no piece.
  /// - Returns: Status and headers of the answer, once its body has ended.
  /// - Throws: ``HTTPError``; pieces may have come before.
  public func stream(
    _ request: HTTPRequest, cancellation: HTTPCancellation? = nil,
    receive: (HTTPHead, RawSpan) -> Bool
  ) throws(HTTPError) -> HTTPHead {
    let target = try HTTPTarget(request)
    let connection: HTTPConnection
    if let kept = idle.withLock({ $0.popLast() }) {
      connection = kept
    } else {
      connection = try HTTPConnection(target.origin)
    }
    cancellation?.begin(connection)
    defer {
      cancellation?.end(connection)
      // The last one used is taken first: its connection is the likeliest to be alive.
      idle.withLock { if $0.count < idleLimit { $0.append(connection) } }
    }
    return try connection.transfer(
      request, target, isCancelled: { cancellation?.isCancelled ?? false }, receive: receive)
  }
}

/// A request whose parts were checked.
struct HTTPTarget {
  let isSecure: Bool
  let isLoopback: Bool
  /// Scheme, host and port: what errors may show.
  let origin: String

  /// - Throws: ``HTTPError`` where the URL or a header cannot be sent.
  init(_ request: HTTPRequest) throws(HTTPError) {
    guard let url = HTTPURL(request.url) else {
      throw HTTPError(
        .invalidRequest, origin: "the server",
        detail: "the URL must be http:// or https:// with a host, without user and password")
    }
    isSecure = url.isSecure
    isLoopback = url.isLoopback
    origin = url.origin
    for header in request.headers {
      guard !header.name.isEmpty, header.name.utf8.allSatisfy(Self.isToken) else {
        throw HTTPError(.invalidRequest, origin: origin, detail: "a header's name is no token")
      }
      guard header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
        throw HTTPError(
          .invalidRequest, origin: origin,
          detail: "the value of the header \(header.name) holds a line end or control character")
      }
    }
  }

  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

/// The parts of an `http` or `https` URL that callers ask about.
public struct HTTPURL: Sendable, Equatable {
  /// Whether the scheme is `https`.
  public let isSecure: Bool
  /// The host in lower case, an IPv6 address in its brackets.
  public let host: String
  /// Scheme, host, and the port where one is named.
  public let origin: String
  /// From the first slash after the host, without query and fragment; `/` where there is none.
  public let path: String

  /// - Returns: Nil for another scheme, no host, a user or password, a port that is none, or
  ///   characters that a URL cannot hold.
  public init?(_ text: String) {
    guard text.utf8.count <= 4096, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      return nil
    }
    guard let colon = text.firstRange(of: "://") else { return nil }
    switch text[..<colon.lowerBound].lowercased() {
    case "http": isSecure = false
    case "https": isSecure = true
    default: return nil
    }
    let rest = text[colon.upperBound...]
    let authority = rest.prefix { !"/?#".contains($0) }
    guard !authority.contains("@"), !authority.contains("\\") else { return nil }
    var name = authority
    let closing = authority.lastIndex(of: "]") ?? authority.startIndex
    if let port = authority[closing...].firstIndex(of: ":") {
      guard let number = UInt16(authority[authority.index(after: port)...]), number > 0 else {
        return nil
      }
      name = authority[..<port]
    }
    guard !name.isEmpty, name.first != "[" || name.last == "]" else { return nil }
    host = name.lowercased()
    origin = (isSecure ? "https://" : "http://") + authority.lowercased()
    let tail = rest[authority.endIndex...].prefix { $0 != "?" && $0 != "#" }
    path = tail.isEmpty ? "/" : String(tail)
  }

  /// Whether the host is this machine by its name or number (`localhost`, `127.…`, `[::1]`).
  public var isLoopback: Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return host == "localhost" || host == "[::1]"
      || parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
