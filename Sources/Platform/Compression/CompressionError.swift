/// Why compressed bytes cannot be read.
public enum CompressionError: Error, Equatable, Sendable {
  /// The bytes end inside the compressed data, after `byteOffset` of them.
  case truncated(byteOffset: Int)
  /// The bytes are damaged, or not of this format, at about `byteOffset`.
  case corrupt(byteOffset: Int, detail: String)
  /// Something that is not compressed data follows it at `byteOffset`.
  case trailingBytes(byteOffset: Int)
  /// A size beyond what the format can say.
  case tooLarge(byteCount: Int, limit: Int)
  /// The decompressor could not get its memory.
  case outOfMemory
}

extension CompressionError: CustomStringConvertible {
  /// The error in words.
  public var description: String {
    switch self {
    case .truncated(let offset): "the compressed data ends too early, at byte \(offset)"
    case .corrupt(let offset, let detail):
      "the compressed data is damaged at byte \(offset): \(detail)"
    case .trailingBytes(let offset):
      "byte \(offset) follows the compressed data and is no part of it"
    case .tooLarge(let count, let limit): "\(count) bytes are more than the limit of \(limit)"
    case .outOfMemory: "out of memory for decompression"
    }
  }
}
