/// The formats of strings that a schema may ask for.
public enum SchemaFormat: String, Sendable, CaseIterable {
  /// `2026-11-22`, a day that there is (RFC 3339).
  case date
  /// `2026-11-22T14:05:00Z`, with a time zone (RFC 3339).
  case dateTime = "date-time"
  /// `name@host.example`: one `@`, a host of two labels or more, no white space.
  case email
  /// `https://host.example/path`: a scheme, a colon, and what RFC 3986 allows behind it.
  case uri
  /// 32 hexadecimal digits with hyphens as 8-4-4-4-12 (RFC 9562).
  case uuid

  /// Whether a text has the format.
  public func fits(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return switch self {
    case .date: Self.isDate(bytes[...])
    case .dateTime: Self.isDateTime(bytes)
    case .email: Self.isEmail(text)
    case .uri: Self.isURI(bytes)
    case .uuid: bytes.count == 36 && UUID(text) != nil
    }
  }

  /// The number that digits say, all of them and this many.
  private static func number(_ bytes: ArraySlice<UInt8>, _ count: Int) -> Int? {
    guard bytes.count == count, bytes.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
    return bytes.reduce(0) { $0 * 10 + Int($1) - 0x30 }
  }

  private static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 3, let year = number(parts[0], 4), let month = number(parts[1], 2),
      let day = number(parts[2], 2), (1...12).contains(month)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day)
  }

  private static func isDateTime(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 20, isDate(bytes[..<10]), bytes[10] | 0x20 == UInt8(ascii: "t"),
      isClock(bytes[11..<16], hours: 23), bytes[16] == UInt8(ascii: ":"),
      let second = number(bytes[17..<19], 2), second <= 60
    else { return false }
    var rest = bytes[19...]
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix { $0 &- 0x30 < 10 }
      guard !digits.isEmpty else { return false }
      rest = rest[digits.endIndex...]
    }
    if rest.count == 1 { return rest.first.map { $0 | 0x20 } == UInt8(ascii: "z") }
    guard rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") else { return false }
    return isClock(rest.dropFirst(), hours: 23)
  }

  /// `HH:MM`.
  private static func isClock(_ bytes: ArraySlice<UInt8>, hours: Int) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2, let hour = number(parts[0], 2), let minute = number(parts[1], 2) else {
      return false
    }
    return hour <= hours && minute <= 59
  }

  private static func isEmail(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...64).contains(parts[0].utf8.count), parts[1].utf8.count <= 255,
      text.unicodeScalars.allSatisfy({ scalar in
        !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
          && !"\"(),:;<>[\\]".unicodeScalars.contains(scalar)
      }), !parts[0].hasPrefix("."), !parts[0].hasSuffix("."), !parts[0].contains("..")
    else { return false }
    let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    return labels.count >= 2
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
          && label.unicodeScalars.allSatisfy {
            $0 == "-" || $0.properties.isAlphabetic || ("0"..."9").contains($0) || !$0.isASCII
          }
      }
  }

  private static func isURI(_ bytes: [UInt8]) -> Bool {
    func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
    func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), let first = bytes.first,
      isLetter(first), colon + 1 < bytes.count,
      bytes[..<colon].allSatisfy({ isLetter($0) || isDigit($0) || "+-.".utf8.contains($0) })
    else { return false }
    var index = colon + 1
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "%") {
        guard index + 2 < bytes.count, isHexadecimal(bytes[index + 1]),
          isHexadecimal(bytes[index + 2])
        else { return false }
      } else if !isLetter(byte), !isDigit(byte), !"-._~:/?#[]@!$&'()*+,;=".utf8.contains(byte) {
        return false
      }
      index += 1
    }
    return true
  }
}
