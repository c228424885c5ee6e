import CZlib
import Ingest
import Platform
import Testing

func gzip(_ bytes: [UInt8]) -> [UInt8] {
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
      _ = deflate(&stream, Z_FINISH)
      return destination.count - Int(stream.avail_out)
    }
  }
  deflateEnd(&stream)
  return Array(output[..<count])
}

private func utf16(_ text: String, littleEndian: Bool) -> [UInt8] {
  text.utf16.flatMap { unit in
    littleEndian ? [UInt8(unit & 255), UInt8(unit >> 8)] : [UInt8(unit >> 8), UInt8(unit & 255)]
  }
}

private func detected(_ bytes: [UInt8], options: ReadOptions = ReadOptions()) throws
  -> DetectedInput
{
  try RowReader(MemorySource(bytes), options: options).detected
}

@Suite struct EncodingTests {
  @Test(arguments: [
    ([0x50, 0x4B, 0x03, 0x04], "save it as CSV"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd -dc FILE"),
    ([0xD0, 0xCF, 0x11, 0xE0], ".xls"), (Array("%PDF-1.7".utf8), "a PDF"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz -dc"), (Array("BZh91AY&SY".utf8), "bzip2 -dc"),
    ([0x50, 0x41, 0x52, 0x31, 0x15], "a Parquet file"),
  ])
  func `a format that is not read is called by its name`(magic: [UInt8], told: String) {
    for piece in [1, 1_000] {
      let found = read(magic + [UInt8](repeating: 0x41, count: 100), piece: piece)
      guard case .stopped(let error)? = found.first else {
        Issue.record("it was read: \(found)")
        return
      }
      #expect(error.description.contains(told))
    }
    #expect(read("PAR1,BZh\n1,2\n").count == 1)
  }

  private let text = "name;price\nGröße “40” €😀;1\n"
  private let expected = [["name=Größe “40” €😀", "price=1"]]

  @Test func `a byte order mark is dropped, reported and decides`() throws {
    let utf8 = [0xEF, 0xBB, 0xBF] + Array(text.utf8)
    let little = [0xFF, 0xFE] + utf16(text, littleEndian: true)
    let big = [0xFE, 0xFF] + utf16(text, littleEndian: false)
    for (bytes, encoding) in [
      (utf8, TextEncoding.utf8), (little, .utf16LittleEndian), (big, .utf16BigEndian),
    ] {
      for piece in [1, 3, 1_000] {
        #expect(read(bytes, piece: piece).map(\.cells) == expected)
      }
      let found = try detected(bytes)
      #expect(found.hadByteOrderMark && found.encoding == encoding)
      #expect(found.columns == ["name", "price"])
      #expect(found.format == .csv(delimiter: UInt8(ascii: ";")))
    }
    // The mark counts in the offsets of a UTF-8 file.
    if case .row(_, let start, _, _) = read(utf8)[0] { #expect(start == 14) }
    #expect(try !detected(Array(text.utf8)).hadByteOrderMark)
    var options = ReadOptions()
    options.encoding = .latin1
    #expect(
      read(utf8, options: options)
        == [.stopped(.encodingContradiction(asked: .latin1, marked: .utf8))])
    options.encoding = .utf8
    #expect(read(utf8, options: options).map(\.cells) == expected)
    #expect(read([0xFF, 0xFE, 0, 0, 65, 0, 0, 0]) == [.stopped(.unsupportedEncoding("UTF-32"))])
  }

  @Test func `UTF-16 without a mark is noticed and read when named`() {
    for (littleEndian, encoding) in [
      (true, TextEncoding.utf16LittleEndian), (false, .utf16BigEndian),
    ] {
      let bytes = utf16(text, littleEndian: littleEndian)
      #expect(read(bytes) == [.stopped(.looksLikeUTF16(encoding: encoding))])
      var options = ReadOptions()
      options.encoding = encoding
      #expect(read(bytes, options: options).map(\.cells) == expected)
    }
  }

  @Test func `windows-1252 and latin1 are converted`() {
    var options = ReadOptions()
    options.encoding = .windows1252
    let bytes = Array("a,b\n".utf8) + [0x80, 0xE9, 0x93, UInt8(ascii: ","), 0xDF, 0x0A]
    #expect(read(bytes, options: options).map(\.cells) == [["a=€é“", "b=ß"]])
    #expect(
      read(bytes + [0x81, UInt8(ascii: ","), 65], options: options).last?.bad?.reason
        == .invalidText(.windows1252))
    options.encoding = .latin1
    #expect(read(bytes, options: options).map(\.cells) == [["a=\u{80}é\u{93}", "b=ß"]])
    #expect(read(bytes).map { $0.bad?.reason } == [.invalidText(.utf8)])
    #expect(TextEncoding(name: "ISO-8859-1") == .latin1)
    #expect(TextEncoding(name: "CP1252") == .windows1252)
    #expect(TextEncoding(name: "klingon") == nil)
  }

  @Test func `half a surrogate pair or half a unit spoils its row only`() {
    var options = ReadOptions()
    options.encoding = .utf16LittleEndian
    let bytes =
      utf16("a\nx", littleEndian: true) + [0x00, 0xD8] + utf16("\nok\n", littleEndian: true)
      + [0x00, 0xDC] + utf16("\n", littleEndian: true) + [0x41]
    for piece in [1, 2, 5, 100] {
      let found = read(bytes, options: options, piece: piece)
      #expect(
        found.map { $0.bad?.reason } == [
          .invalidText(.utf16LittleEndian), nil, .invalidText(.utf16LittleEndian),
          .invalidText(.utf16LittleEndian),
        ])
    }
  }

  @Test func `gzip is found by its first bytes, and damage stops with a reason`() throws {
    let packed = gzip(Array(text.utf8))
    for piece in [1, 10, 1_000] {
      #expect(read(packed, piece: piece).map(\.cells) == expected)
      #expect(
        read(Array(packed.dropLast(9)), piece: piece).last.map {
          if case .stopped(.compressed(.truncated)) = $0 { true } else { false }
        } == true)
    }
    #expect(try detected(packed).isGzip)
    var damaged = packed
    damaged[packed.count - 6] ^= 1
    #expect(
      read(damaged).contains {
        if case .stopped(.compressed(.corrupt)) = $0 { true } else { false }
      }
    )
    #expect(read(gzip([])) == [.stopped(.emptyInput)])
  }

  @Test func `rows of a slow pipe are not held back`() throws {
    // Each piece that is asked for after the last one ends the test.
    final class Pipe: ByteSource {
      var pieces: [String]
      var inputBytesRead = 0
      init(_ pieces: [String]) { self.pieces = pieces }
      func read(onto buffer: inout [UInt8], limit: Int) throws(IngestError) -> Int {
        guard !pieces.isEmpty else { throw .emptyInput }
        let piece = Array(pieces.removeFirst().utf8)
        buffer += piece
        return piece.count
      }
    }
    let reader = try RowReader(Pipe(["{\"a\":", "1}\n{\"a\":2}\n"]))
    for _ in 0..<2 {
      guard case .row = try reader.next() else {
        Issue.record("a whole line was not given out")
        return
      }
    }
    #expect(throws: IngestError.emptyInput) { try reader.next() }
  }

  @Test func `the format is found by the first character`() throws {
    #expect(try detected(Array(" \n[{}]".utf8)).format == .jsonArray)
    #expect(try detected(Array("{\"a\":1}".utf8)).format == .jsonLines)
    #expect(try detected(Array("a\tb\n1\t2\n".utf8)).format == .csv(delimiter: 9))
    #expect(try detected(Array("a,b\n".utf8), options: forced(.tsv)).format.name == "tsv")
  }
}
