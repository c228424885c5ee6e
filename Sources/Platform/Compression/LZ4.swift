import CLZ4

/// LZ4 blocks (no frame, no checksum: the file around them has its own).
///
/// - Source: lz4's `doc/lz4_Block_format.md`.
public enum LZ4 {
  /// The largest input of one block, bytes (`LZ4_MAX_INPUT_SIZE`).
  public static let inputByteLimit = 0x7E00_0000

  /// Compresses `input` as one block.
  ///
  /// - Throws: ``CompressionError/tooLarge(byteCount:limit:)`` above ``inputByteLimit``.
  /// - Complexity: O(n), about 500 MB/s a core; allocates the bound of the result once.
  public static func compress(_ input: RawSpan) throws(CompressionError) -> [UInt8] {
    var output: [UInt8] = []
    try compress(input, appendingTo: &output)
    return output
  }

  /// Compresses an array as one block; see ``compress(_:)-(RawSpan)``.
  public static func compress(_ input: [UInt8]) throws(CompressionError) -> [UInt8] {
    unsafe try compress(input.span.bytes)
  }

  /// Compresses `input` as one block onto the end of `output`; returns the block's byte count.
  @discardableResult
  public static func compress(
    _ input: RawSpan, appendingTo output: inout [UInt8]
  ) throws(CompressionError) -> Int {
    guard input.byteCount <= inputByteLimit else {
      throw .tooLarge(byteCount: input.byteCount, limit: inputByteLimit)
    }
    let bound = Int(LZ4_compressBound(Int32(input.byteCount)))
    let block = unsafe input.withUnsafeBytes { source in
      unsafe [UInt8](unsafeUninitializedCapacity: bound) { destination, count in
        // A null source is never read at size 0, but the prototype wants a pointer.
        let start = unsafe source.baseAddress ?? UnsafeRawPointer(destination.baseAddress!)
        unsafe destination.withMemoryRebound(to: CChar.self) { chars in
          count = unsafe Int(
            LZ4_compress_default(
              start.assumingMemoryBound(to: CChar.self), chars.baseAddress!, Int32(source.count),
              Int32(bound)))
        }
      }
    }
    // With the full bound as room, the library cannot fail.
    precondition(!block.isEmpty, "LZ4_compress_default failed with room for its bound")
    output.append(contentsOf: block)
    return block.count
  }

  /// Decompresses one block whose content is known to be `byteCount` bytes long.
  ///
  /// Damaged blocks never write beyond `byteCount` and never read beyond `block`.
  /// - Throws: ``CompressionError/corrupt(byteOffset:detail:)`` when the block is damaged or its
  ///   content has another length.
  public static func decompress(
    _ block: RawSpan, byteCount: Int
  ) throws(CompressionError) -> [UInt8] {
    guard byteCount >= 0, byteCount <= inputByteLimit else {
      throw .tooLarge(byteCount: byteCount, limit: inputByteLimit)
    }
    guard block.byteCount > 0 else { throw .truncated(byteOffset: 0) }
    guard block.byteCount <= Int(Int32.max) else {
      throw .tooLarge(byteCount: block.byteCount, limit: Int(Int32.max))
    }
    var written = 0
    let content = unsafe block.withUnsafeBytes { source in
      // One spare byte, so that an empty content still has an address to write to.
      unsafe [UInt8](unsafeUninitializedCapacity: byteCount + 1) { destination, count in
        unsafe destination.withMemoryRebound(to: CChar.self) { chars in
          written = unsafe Int(
            LZ4_decompress_safe(
              source.baseAddress!.assumingMemoryBound(to: CChar.self), chars.baseAddress!,
              Int32(source.count), Int32(byteCount)))
        }
        count = max(0, written)
      }
    }
    guard written >= 0 else {
      // A negative result is minus the position of the fault, less one.
      throw .corrupt(byteOffset: -(written + 1), detail: "not an LZ4 block of \(byteCount) bytes")
    }
    guard written == byteCount else {
      throw .corrupt(
        byteOffset: block.byteCount, detail: "\(written) bytes of content, expected \(byteCount)")
    }
    return content
  }

  /// Decompresses a block held in an array; see ``decompress(_:byteCount:)-(RawSpan,_)``.
  public static func decompress(
    _ block: [UInt8], byteCount: Int
  ) throws(CompressionError) -> [UInt8] {
    unsafe try decompress(block.span.bytes, byteCount: byteCount)
  }
}
