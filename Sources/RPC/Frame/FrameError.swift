/// Why bytes are not a frame. The stream cannot be resynchronised: the connection ends.
public enum FrameError: Error, Equatable, CustomStringConvertible {
  /// The length field is smaller than the header that it counts.
  case lengthTooSmall(Int)
  /// The message is longer than its kind may be at this point; it was not read.
  case messageTooLong(byteCount: Int, limit: Int)
  /// The peer speaks another version after the hello.
  case unsupportedVersion(UInt8)
  /// No frame has this kind.
  case unknownKind(UInt8)
  /// Bytes that must be zero are not.
  case reservedBytesSet

  /// What is wrong; safe to log.
  public var description: String {
    switch self {
    case .lengthTooSmall(let length): "a frame of length \(length) cannot hold its header"
    case .messageTooLong(let count, let limit):
      "a message of \(count) bytes is over the limit of \(limit)"
    case .unsupportedVersion(let version): "frame version \(version) is not spoken here"
    case .unknownKind(let kind): "\(kind) is not a kind of frame"
    case .reservedBytesSet: "the frame's reserved bytes are not zero"
    }
  }
}
