import CZlib
import Platform
import Testing

/// One gzip member made by zlib itself.
private func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count + 1_000)
  let count = input.withUnsafeMutableBufferPointer { source in
    output.withUnsafeMutableBufferPointer { destination in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(source.count)
      stream.next_out = destination.baseAddress
      stream.avail_out = UInt32(destination.count)
      #expect(deflate(&stream, Z_FINISH) == Z_STREAM_END)
      return destination.count - Int(stream.avail_out)
    }
  }
  deflateEnd(&stream)
  return Array(output[..<count])
}

/// Feeds `bytes` in pieces and reads with `limit`.
private func gunzip(
  _ bytes: [UInt8], piece: Int = 1 << 20, limit: Int = 1 << 16
) throws(CompressionError) -> [UInt8] {
  let reader = try GzipReader()
  var output: [UInt8] = []
  var offset = 0
  while true {
    let input = Array(bytes[offset..<min(bytes.count, offset + piece)])
    let before = output.count
    let taken = try reader.inflate(input.span.bytes, onto: &output, limit: limit)
    offset += taken
    if offset == bytes.count && output.count - before < limit { break }
  }
  try reader.finish()
  return output
}

private func sample(_ count: Int, seed: UInt64) -> [UInt8] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { index in
    index % 3 == 0 ? UInt8.random(in: 0...255, using: &generator) : UInt8(index / 7 % 11)
  }
}

@Suite struct CompressionTests {
  @Test(arguments: [0, 1, 5, 12, 13, 64, 1_000, 70_000, 1_000_000])
  func `an LZ4 block gives its content back`(count: Int) throws {
    let bytes = sample(count, seed: 3)
    let block = try LZ4.compress(bytes)
    #expect(try LZ4.decompress(block, byteCount: count) == bytes)
    #expect(throws: CompressionError.self) { try LZ4.decompress(block, byteCount: count + 1) }
    if count > 0 {
      #expect(throws: CompressionError.self) { try LZ4.decompress(block, byteCount: count - 1) }
    }
    var output: [UInt8] = [1, 2]
    let added = try LZ4.compress(bytes.span.bytes, appendingTo: &output)
    #expect(added == block.count)
    #expect(output == [1, 2] + block)
  }

  @Test func `repetitive text becomes smaller`() throws {
    let bytes = Array(String(repeating: "returns are free within 30 days. ", count: 200).utf8)
    #expect(try LZ4.compress(bytes).count < bytes.count / 10)
  }

  @Test func `a damaged LZ4 block is refused or gives the declared length`() throws {
    let seed = UInt64(11)
    print("LZ4 mutation seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let bytes = sample(3_000, seed: 5)
    let block = try LZ4.compress(bytes)
    var refused = 0
    for _ in 0..<5_000 {
      var damaged = block
      damaged[Int.random(in: 0..<damaged.count, using: &generator)] ^=
        1 << UInt8.random(in: 0..<8, using: &generator)
      if Bool.random(using: &generator) {
        damaged.removeLast(Int.random(in: 0...damaged.count, using: &generator))
      }
      do {
        #expect(try LZ4.decompress(damaged, byteCount: bytes.count).count == bytes.count)
      } catch { refused += 1 }
    }
    #expect(refused > 1_000)
    #expect(throws: CompressionError.truncated(byteOffset: 0)) {
      try LZ4.decompress([], byteCount: 10)
    }
    #expect(throws: CompressionError.self) { try LZ4.decompress([0], byteCount: -1) }
    #expect(throws: CompressionError.self) { try LZ4.decompress([0], byteCount: .max) }
  }

  @Test func `gzip is inflated whatever the pieces`() throws {
    let bytes = sample(300_000, seed: 9)
    let packed = gzip(bytes)
    let recognised = [packed, bytes, [], [0x1F]].map { GzipReader.isGzip($0.span.bytes) }
    #expect(recognised == [true, false, false, false])
    #expect(try gunzip(packed) == bytes)
    #expect(try gunzip(packed, piece: 1_000, limit: 17) == bytes)
    #expect(try gunzip(packed, piece: 1) == bytes)
    #expect(try gunzip(gzip([])) == [])
  }

  @Test func `members follow each other and zero bytes pad`() throws {
    let first = sample(1_000, seed: 1)
    let second = sample(2_000, seed: 2)
    let packed = gzip(first) + gzip([]) + gzip(second)
    for piece in [1, 7, 100_000] {
      #expect(try gunzip(packed, piece: piece) == first + second)
      #expect(try gunzip(packed + [0, 0, 0], piece: piece) == first + second)
      #expect(throws: CompressionError.trailingBytes(byteOffset: packed.count)) {
        try gunzip(packed + [7], piece: piece)
      }
      #expect(throws: CompressionError.trailingBytes(byteOffset: packed.count + 2)) {
        try gunzip(packed + [0, 0, 0x1F], piece: piece)
      }
    }
  }

  @Test func `every cut and every flipped byte of a gzip stream is noticed`() throws {
    let bytes = Array("the quick brown fox jumps over the lazy dog, again and again and again".utf8)
    let packed = gzip(bytes)
    for count in 0..<packed.count {
      #expect(throws: CompressionError.truncated(byteOffset: count)) {
        try gunzip(Array(packed[..<count]))
      }
    }
    for index in packed.indices {
      var damaged = packed
      damaged[index] ^= 0x10
      // Time, extra flags and system (bytes 4–9) are not covered by any check.
      if (4...9).contains(index) { continue }
      #expect((try? gunzip(damaged)) != bytes, "byte \(index)")
    }
  }
}
