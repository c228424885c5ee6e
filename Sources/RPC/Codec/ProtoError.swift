/// Why bytes are not a message. Offsets count from the start of the decoded bytes.
public enum ProtoError: Error, Equatable, CustomStringConvertible {
  /// A varint, fixed field or declared length goes on past the end.
  case cutShort(byteOffset: Int)
  /// A varint is longer than ten bytes, or a tag wider than 32 bits.
  case varintTooLong(byteOffset: Int)
  /// Field number 0, or a wire type that does not exist.
  case invalidTag(UInt32, byteOffset: Int)
  /// A group ends that did not begin, or the other way round.
  case unbalancedGroup(byteOffset: Int)
  /// A string is not UTF-8.
  case invalidUTF8(byteOffset: Int)
  /// A packed field's length is not a multiple of its element's.
  case unevenPackedField(byteCount: Int, byteOffset: Int)
  /// Messages stand inside each other deeper than ``ProtoReader/nestingLimit``.
  case nestedTooDeep(limit: Int, byteOffset: Int)
  /// The decoded values would take more memory than ``ProtoReader/memoryLimit(byteCount:)``.
  case memoryLimitReached(limit: Int, byteOffset: Int)

  /// Safe to log: it holds offsets and sizes, no content.
  public var description: String {
    switch self {
    case .cutShort(let offset): "the message is cut short at byte \(offset)"
    case .varintTooLong(let offset): "the number at byte \(offset) is too long"
    case .invalidTag(let tag, let offset): "\(tag) at byte \(offset) is not a field's tag"
    case .unbalancedGroup(let offset): "the group at byte \(offset) does not match its end"
    case .invalidUTF8(let offset): "the string at byte \(offset) is not UTF-8"
    case .unevenPackedField(let count, let offset):
      "the packed field at byte \(offset) has \(count) bytes, which is no whole number of elements"
    case .nestedTooDeep(let limit, let offset):
      "messages are nested deeper than \(limit) at byte \(offset)"
    case .memoryLimitReached(let limit, let offset):
      "decoding past byte \(offset) would take more than \(limit) bytes of memory"
    }
  }
}
