import CCurl

/// What comes back during one call: the head is gathered, the body handed on.
final class HTTPExchange {
  /// Bytes of all header lines of one answer.
  private static let headByteLimit = 256 << 10

  private(set) var head = HTTPHead()
  /// Why a callback ended the transfer.
  private(set) var refusal: HTTPError.Code?
  private var headByteCount = 0
  private var bodyByteCount = 0
  private let limit: Int
  private let receive: (HTTPHead, RawSpan) -> Bool

  init(limit: Int, receive: @escaping (HTTPHead, RawSpan) -> Bool) {
    self.limit = limit
    self.receive = receive
  }

  /// The exchange that libcurl gives back to a callback.
  @unsafe static func lent(_ context: UnsafeMutableRawPointer?) -> HTTPExchange {
    unsafe Unmanaged<HTTPExchange>.fromOpaque(context!).takeUnretainedValue()
  }

  /// One header line, its line end included.
  ///
  /// - Returns: The bytes taken; 0 ends the transfer.
  @unsafe func takeHeader(_ line: UnsafeRawBufferPointer) -> Int {
    let text = unsafe String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      // A new answer: after a redirect, an interim answer, or a proxy's.
      let status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      head = HTTPHead()
      head.status = status
      headByteCount = 0
    } else if let colon = text.firstIndex(of: ":") {
      head.headers.append(
        (
          text[..<colon].lowercased(),
          Self.trimmed(text[text.index(after: colon)...])
        ))
    }
    headByteCount += line.count
    guard headByteCount <= Self.headByteLimit else {
      refusal = .protocolViolation
      return 0
    }
    return line.count
  }

  /// A piece of the body.
  ///
  /// - Returns: The bytes taken; less than all end the transfer.
  @unsafe func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard unsafe !bytes.isEmpty else { return 0 }
    // The body of a redirect that is followed is never handed to callbacks by libcurl.
    guard bytes.count <= limit - bodyByteCount else {
      refusal = .tooLarge(limit: limit)
      return 0
    }
    bodyByteCount += bytes.count
    guard receive(head, unsafe RawSpan(_unsafeBytes: bytes)) else {
      refusal = .stopped
      return 0
    }
    return bytes.count
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
