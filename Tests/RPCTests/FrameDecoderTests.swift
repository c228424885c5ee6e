import Platform
import Testing

@testable import RPC

/// Feeds a decoder the same bytes cut in many ways; every cut must give the same frames.
struct ChunkingVerifier {
  typealias Found = (header: FrameHeader, message: [UInt8])

  /// The frames of `chunks`, or the error they end with.
  static func decode(
    _ chunks: [ArraySlice<UInt8>], limits: FrameDecoder.Limits, keepEvery: Int = 0
  ) -> (found: [Found], error: FrameError?) {
    var decoder = FrameDecoder(limits: limits)
    var found: [Found] = []
    var calls = 0
    func drain(_ chunk: [UInt8]) throws(FrameError) {
      let bytes = chunk.span.bytes
      while true {
        calls += 1
        if keepEvery > 0 && calls % keepEvery == 0 {
          decoder.keep(bytes)
          // Reading goes on with an empty chunk, as after a pause.
          try drainKept()
          return
        }
        guard let frame = try decoder.next(in: bytes) else { return }
        decoder.withMessage(of: frame, in: bytes) { message in
          found.append((frame.header, message.withUnsafeBytes { [UInt8]($0) }))
        }
      }
    }
    func drainKept() throws(FrameError) {
      let empty = RawSpan()
      while let frame = try decoder.next(in: empty) {
        decoder.withMessage(of: frame, in: empty) { message in
          found.append((frame.header, message.withUnsafeBytes { [UInt8]($0) }))
        }
      }
    }
    do throws(FrameError) {
      for chunk in chunks { try drain(Array(chunk)) }
      return (found, nil)
    } catch { return (found, error) }
  }

  static func verify(_ bytes: [UInt8], limits: FrameDecoder.Limits, seed: UInt64) {
    let whole = decode([bytes[...]], limits: limits)
    var generator = SeededGenerator(seed: seed)
    var cuts: [[ArraySlice<UInt8>]] = [bytes.indices.map { bytes[$0...$0] }]
    for _ in 0..<8 {
      var chunks: [ArraySlice<UInt8>] = []
      var start = 0
      while start < bytes.count {
        let end = min(bytes.count, start + Int.random(in: 1...90, using: &generator))
        chunks.append(bytes[start..<end])
        start = end
      }
      cuts.append(chunks)
    }
    for (index, cut) in cuts.enumerated() {
      for keepEvery in [0, 1, 3] {
        let other = decode(cut, limits: limits, keepEvery: keepEvery)
        let isSame =
          other.error == whole.error && other.found.count == whole.found.count
          && zip(other.found, whole.found).allSatisfy {
            $0.header == $1.header && $0.message == $1.message
          }
        #expect(isSame, "cut \(index), keep \(keepEvery), seed \(seed)")
      }
    }
  }
}

@Suite struct FrameDecoderTests {
  static let limits = FrameDecoder.Limits(message: 4_000, item: 9_000)

  static func frame(_ kind: FrameKind, id: UInt32, count: Int) -> [UInt8] {
    var out: [UInt8] = []
    let header = FrameHeader(
      kind: kind, method: 16, requestID: id, deadlineMilliseconds: 250, flags: 1)
    FrameWriter.append(
      header, encoded: (0..<count).map { UInt8(truncatingIfNeeded: $0) }, to: &out)
    return out
  }

  @Test func `every chunking gives the same frames`() {
    var bytes: [UInt8] = []
    for (id, count) in [0, 1, 50, 3, 200, 0, 0, 1_000].enumerated() {
      bytes += Self.frame(.request, id: UInt32(id) + 1, count: count)
    }
    for seed: UInt64 in 1...5 { ChunkingVerifier.verify(bytes, limits: Self.limits, seed: seed) }
    #expect(ChunkingVerifier.decode([bytes[...]], limits: Self.limits).found.count == 8)
  }

  @Test func `every chunking gives the same error`() {
    let good = Self.frame(.request, id: 1, count: 30)
    for (place, value) in [(0, 3), (2, 0xff), (4, 9), (5, 0), (5, 77), (18, 1), (19, 1)] {
      var bad = Self.frame(.request, id: 2, count: 30)
      bad[place] = UInt8(value)
      ChunkingVerifier.verify(good + bad + good, limits: Self.limits, seed: 7)
      let result = ChunkingVerifier.decode([(good + bad + good)[...]], limits: Self.limits)
      #expect(result.found.count == 1 && result.error != nil, "byte \(place)")
    }
  }

  @Test func `the header is laid out as WIRE section 2 says`() {
    var header = FrameHeader(
      kind: .cancel, method: 0x1234, requestID: 0xa1b2_c3d4, deadlineMilliseconds: 0x0102_0304,
      flags: 0x8001, messageByteCount: 5)
    header.version = 1
    var writer = ProtoWriter(capacity: 1)
    writer.append(header)
    let bytes = writer.bytes
    #expect(
      bytes == [
        21, 0, 0, 0, 1, 7, 0x34, 0x12, 0xd4, 0xc3, 0xb2, 0xa1, 4, 3, 2, 1, 0x01, 0x80, 0, 0,
      ])
  }

  @Test func `items may be larger than other messages`() {
    for (kind, count, fits) in [
      (FrameKind.request, 4_000, true), (.request, 4_001, false), (.item, 4_001, true),
      (.item, 9_000, true), (.item, 9_001, false),
    ] {
      let result = ChunkingVerifier.decode(
        [Self.frame(kind, id: 1, count: count)[...]], limits: Self.limits)
      #expect((result.error == nil) == fits, "\(kind) \(count)")
    }
  }

  @Test func `a length that is too large is refused with its first four bytes`() {
    var decoder = FrameDecoder(limits: Self.limits)
    for length: UInt32 in [9_017, .max, 1 << 31, 0x7fff_ffff] {
      let bytes = withUnsafeBytes(of: length.littleEndian) { [UInt8]($0) }
      #expect(throws: FrameError.messageTooLong(byteCount: Int(length) - 16, limit: 9_000)) {
        try decoder.next(in: bytes.span.bytes)
      }
      #expect(decoder.pendingByteCount == 0)
    }
  }

  @Test func `a hello of another version can be read`() throws {
    var hello = Self.frame(.hello, id: 0, count: 3)
    hello[4] = 9
    var decoder = FrameDecoder(limits: Self.limits)
    #expect(try decoder.next(in: hello.span.bytes)?.header.version == 9)
    #expect(try decoder.next(in: hello.span.bytes) == nil)
    var request = Self.frame(.request, id: 1, count: 3)
    request[4] = 9
    #expect(throws: FrameError.unsupportedVersion(9)) { try decoder.next(in: request.span.bytes) }
  }

  @Test func `nothing is held between frames`() throws {
    var decoder = FrameDecoder(limits: Self.limits)
    let bytes = Self.frame(.item, id: 1, count: 8_000)
    let first = Array(bytes[..<5_000])
    let second = Array(bytes[5_000...])
    #expect(try decoder.next(in: first.span.bytes) == nil)
    #expect(decoder.pendingByteCount == 5_000)
    #expect(try decoder.next(in: second.span.bytes)?.header.messageByteCount == 8_000)
    #expect(try decoder.next(in: second.span.bytes) == nil)
    #expect(decoder.pendingByteCount == 0)
  }
}
