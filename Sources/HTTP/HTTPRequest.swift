/// What to ask of a server, and how much it may cost.
public struct HTTPRequest: Sendable {
  /// How long each part of a transfer may take.
  public struct Timeouts: Sendable {
    /// For the name, the connection and TLS, in milliseconds.
    public var connectMilliseconds: Int
    /// For everything, in milliseconds; nil for no limit, as a stream or a download needs.
    public var totalMilliseconds: Int?
    /// The longest time without a byte, in seconds; nil for no limit.
    public var idleSeconds: Int?

    /// - Parameters:
    ///   - connectMilliseconds: For the name, the connection and TLS.
    ///   - totalMilliseconds: For everything; nil for no limit.
    ///   - idleSeconds: The longest time without a byte; nil for no limit.
    public init(
      connectMilliseconds: Int = 10_000, totalMilliseconds: Int? = 60_000, idleSeconds: Int? = nil
    ) {
      self.connectMilliseconds = connectMilliseconds
      self.totalMilliseconds = totalMilliseconds
      self.idleSeconds = idleSeconds
    }
  }

  /// One header line.
  public struct Header: Sendable, Equatable {
    /// The name; its case does not matter.
    public let name: String
    /// The value. It may be a secret: it is never logged and stands in no error.
    public let value: String

    /// - Parameters:
    ///   - name: The name.
    ///   - value: The value.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// `http` or `https`, without user and password.
  public var url: String
  /// Header lines; an `Authorization` is not sent on to another host by a redirect (libcurl).
  public var headers: [Header] = []
  /// What to send; nil asks with GET, anything else with POST.
  public var body: [UInt8]?
  /// How long it may take.
  public var timeouts = Timeouts()
  /// Body bytes to accept, after decompression.
  public var bodyByteLimit = 16 << 20
  /// Redirects to follow; from https only to https. With 0 a redirect is returned as it is.
  public var redirectLimit = 0
  /// Whether the server may compress the body, which is decompressed on the way.
  public var acceptsCompression = false
  /// A PEM file of the only authorities to trust; nil for those of the system.
  public var authoritiesPath: String?

  /// - Parameter url: `http` or `https`, without user and password.
  public init(_ url: String) { self.url = url }
}

/// What a server answered, before the body.
public struct HTTPHead: Sendable, Equatable {
  /// The status code, such as 200.
  public internal(set) var status = 0
  /// Header lines in order, names in lower case.
  public internal(set) var headers: [(name: String, value: String)] = []

  /// The value of the last header with this name, in lower case; nil where there is none.
  public subscript(name: String) -> String? { headers.last { $0.name == name }?.value }

  /// The same status and headers.
  public static func == (left: HTTPHead, right: HTTPHead) -> Bool {
    left.status == right.status
      && left.headers.elementsEqual(right.headers) { $0.name == $1.name && $0.value == $1.value }
  }
}

/// A whole answer.
public struct HTTPResponse: Sendable, Equatable {
  /// Status and headers.
  public let head: HTTPHead
  /// The body, decompressed.
  public let body: [UInt8]
}
