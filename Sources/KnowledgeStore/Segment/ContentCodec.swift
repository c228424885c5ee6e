import Platform

/// How content blocks are compressed.
enum ContentCodec {
  static func encode(_ raw: [UInt8]) -> (method: UInt32, bytes: [UInt8]) {
    if let packed = try? LZ4.compress(raw), packed.count < raw.count - raw.count / 16 {
      return (1, packed)
    }
    return (0, raw)
  }

  /// - Returns: nil where the block is damaged.
  static func decode(_ stored: RawSpan, _ block: ContentBlock) -> [UInt8]? {
    switch block.method {
    case 0:
      guard stored.byteCount == Int(block.rawByteCount) else { return nil }
      return unsafe stored.withUnsafeBytes { unsafe Array($0) }
    case 1: return try? LZ4.decompress(stored, byteCount: Int(block.rawByteCount))
    default: return nil
    }
  }
}
