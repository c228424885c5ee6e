import Platform

/// How the input's bytes stand for characters.
public enum TextEncoding: String, Sendable, CaseIterable {
  /// UTF-8.
  case utf8 = "utf-8"
  /// ISO 8859-1: every byte is the character of its number.
  case latin1 = "latin1"
  /// Windows code page 1252, "ANSI" on Western European Windows.
  case windows1252 = "windows-1252"
  /// UTF-16, low byte first.
  case utf16LittleEndian = "utf-16le"
  /// UTF-16, high byte first.
  case utf16BigEndian = "utf-16be"

  /// Finds an encoding by one of its usual names, whatever the case; `nil` when it is not known.
  public init?(name: String) {
    switch name.lowercased() {
    case "utf-8", "utf8": self = .utf8
    case "latin1", "latin-1", "iso-8859-1", "iso8859-1", "iso88591": self = .latin1
    case "windows-1252", "cp1252", "ansi", "win1252": self = .windows1252
    case "utf-16le", "utf16le", "utf-16", "utf16": self = .utf16LittleEndian
    case "utf-16be", "utf16be": self = .utf16BigEndian
    default: return nil
    }
  }

  /// The encoding that a byte order mark at the beginning names, and the mark's length.
  static func byteOrderMark(
    of bytes: ArraySlice<UInt8>
  ) throws(IngestError) -> (encoding: TextEncoding, byteCount: Int)? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) { throw .unsupportedEncoding("UTF-32") }
    if bytes.starts(with: [0, 0, 0xFE, 0xFF]) { throw .unsupportedEncoding("UTF-32") }
    if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
    if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
    return nil
  }

  /// UTF-16 without a mark, as the many zero bytes of ASCII text betray it.
  static func unmarkedUTF16(in sample: ArraySlice<UInt8>) -> TextEncoding? {
    let pairs = sample.count / 2
    guard pairs >= 2 else { return nil }
    var zeros = [0, 0]
    for (index, byte) in sample.enumerated() where byte == 0 { zeros[index & 1] += 1 }
    if zeros[1] * 2 > pairs && zeros[0] * 8 < pairs { return .utf16LittleEndian }
    if zeros[0] * 2 > pairs && zeros[1] * 8 < pairs { return .utf16BigEndian }
    return nil
  }
}

/// Converts another encoding to UTF-8. What is no text in it becomes bytes that are no UTF-8, so
/// that the row that holds them is refused like any other bad text.
final class TranscodingSource: ByteSource {
  /// Never part of UTF-8.
  private static let invalidByte: UInt8 = 0xFF

  private let input: InputBuffer
  private let encoding: TextEncoding
  private var highSurrogate: UInt16?

  init(_ input: InputBuffer, from encoding: TextEncoding) {
    self.input = input
    self.encoding = encoding
  }

  var inputBytesRead: Int { input.inputBytesRead }

  func read(onto buffer: inout [UInt8], limit: Int) throws(IngestError) -> Int {
    let before = buffer.count
    while buffer.count == before {
      switch encoding {
      case .utf8, .latin1, .windows1252:
        guard try !input.isAtEnd() else { return 0 }
        // A byte becomes at most three.
        let piece = input.bytes[input.position...].prefix(max(1, limit / 3))
        input.position += piece.count
        for byte in piece { convert(byte, onto: &buffer) }
      case .utf16LittleEndian, .utf16BigEndian:
        guard try convertUnits(onto: &buffer, limit: limit) else { break }
        if buffer.count == before { return 0 }
      }
    }
    return buffer.count - before
  }

  private func convert(_ byte: UInt8, onto buffer: inout [UInt8]) {
    switch (encoding, byte) {
    case (.utf8, _), (_, 0x00...0x7F): buffer.append(byte)
    case (.windows1252, 0x80...0x9F):
      let scalar = Self.windows1252[Int(byte - 0x80)]
      if scalar == 0 {
        buffer.append(Self.invalidByte)
      } else {
        append(UInt32(scalar), to: &buffer)
      }
    default: append(UInt32(byte), to: &buffer)
    }
  }

  /// Converts what the window holds; returns whether the input is at its end.
  private func convertUnits(onto buffer: inout [UInt8], limit: Int) throws(IngestError) -> Bool {
    let window = try input.peek(2)
    guard window.count >= 2 else {
      if highSurrogate != nil || !window.isEmpty { buffer.append(Self.invalidByte) }
      highSurrogate = nil
      input.position += window.count
      return true
    }
    let units = min(window.count / 2, max(1, limit / 4))
    for index in 0..<units {
      let first = UInt16(window[window.startIndex + 2 * index])
      let second = UInt16(window[window.startIndex + 2 * index + 1])
      convert(
        unit: encoding == .utf16LittleEndian ? second << 8 | first : first << 8 | second,
        onto: &buffer)
    }
    input.position += 2 * units
    return false
  }

  private func convert(unit: UInt16, onto buffer: inout [UInt8]) {
    if let high = highSurrogate {
      highSurrogate = nil
      if (0xDC00...0xDFFF).contains(unit) {
        return append(
          0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(unit) - 0xDC00), to: &buffer)
      }
      buffer.append(Self.invalidByte)
    }
    switch unit {
    case 0xD800...0xDBFF: highSurrogate = unit
    case 0xDC00...0xDFFF: buffer.append(Self.invalidByte)
    default: append(UInt32(unit), to: &buffer)
    }
  }

  private func append(_ scalar: UInt32, to buffer: inout [UInt8]) {
    guard let scalar = Unicode.Scalar(scalar), let utf8 = UTF8.encode(scalar) else {
      return buffer.append(Self.invalidByte)
    }
    buffer.append(contentsOf: utf8)
  }

  /// What 0x80...0x9F stand for; 0 is undefined. Source: Unicode's `CP1252.TXT`.
  private static let windows1252: [UInt16] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
  ]
}
