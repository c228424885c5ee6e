/// The refusals of this target in words: what happened and what to do next. The only place
/// where limits, frame errors and message errors become error replies.
extension ErrorReply {
  /// An error reply with details from pairs.
  init(
    _ code: ErrorCode, _ message: String, _ remediation: String,
    _ details: KeyValuePairs<String, String> = [:]
  ) {
    self.init(code: code, message: message, remediation: remediation)
    for (key, value) in details { self.details[key] = value }
  }

  /// A frame that cannot be read.
  init(_ error: FrameError) {
    switch error {
    case .messageTooLong(let count, let limit):
      self.init(
        .frameTooLarge, error.description, "Send less in one frame: smaller batches, or a stream.",
        ["limit": "frame_bytes", "value": String(limit), "actual": String(count)])
    case .unsupportedVersion(let version):
      self.init(
        .versionMismatch, error.description,
        version > FrameHeader.version
          ? "Upgrade the server, or use a client that speaks version \(FrameHeader.version)."
          : "Upgrade the client to one that speaks version \(FrameHeader.version).",
        ["spoken": String(FrameHeader.version), "actual": String(version)])
    case .lengthTooSmall, .unknownKind, .reservedBytesSet:
      self.init(
        .protocolViolation, error.description,
        "Check that the client speaks this protocol (proto-lite/WIRE.md) and is not newer.")
    }
  }

  /// A message that cannot be decoded.
  init(_ error: ProtoError, in message: String) {
    self.init(
      .malformedMessage, "\(message): \(error)",
      "Build the client's messages with protoc from the schema that method Describe returns.")
  }

  static func violation(_ what: String) -> ErrorReply {
    ErrorReply(
      .protocolViolation, what, "This is a fault of the client; see proto-lite/WIRE.md.")
  }

  static func limitReached(
    _ limit: String, _ value: Int, _ message: String, _ remediation: String
  ) -> ErrorReply {
    ErrorReply(
      .resourceExhausted, message, remediation, ["limit": limit, "value": String(value)])
  }

  static func versionMismatch(lowest: UInt32, highest: UInt32) -> ErrorReply {
    let ours = UInt32(FrameHeader.version)
    return ErrorReply(
      .versionMismatch,
      "the client speaks frame versions \(lowest) to \(highest), the server \(ours)",
      lowest > ours
        ? "Upgrade the server, or use an older client."
        : "Upgrade the client to one that speaks version \(ours).",
      ["spoken": String(ours)])
  }

  static func bytesFull(_ name: String, limit: Int) -> ErrorReply {
    limitReached(
      name, limit, "the server holds as many bytes for its peers as it may (\(name))",
      "Take the answers that wait, send less at once, or try again in a moment.")
  }

  static func unknownMethod(_ number: UInt16) -> ErrorReply {
    ErrorReply(
      .unimplemented, "method \(number) is not known here",
      "Ask for method Describe to see what this server offers, or upgrade it.",
      ["method": String(number)])
  }

  static let deadlinePassed = ErrorReply(
    .deadlineExceeded, "the request's deadline passed before it was answered",
    "Allow more time, or ask for less.")

  static let cancelledByClient = ErrorReply(
    .cancelled, "the request was cancelled", "None is needed: the client asked for it.")

  static let shuttingDown = ErrorReply(
    .shuttingDown, "the server is stopping", "Connect again in a moment; nothing was begun.")

  static func dropped(_ method: Method) -> ErrorReply {
    ErrorReply(
      .internal, "method \(method) ended without an answer",
      "This is a fault of the server; its log says more.")
  }
}
