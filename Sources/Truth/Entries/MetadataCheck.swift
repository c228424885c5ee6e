import Platform

/// What Postgres's `jsonb` takes, checked before one bad row can fail a whole batch.
///
/// The text is looked at, not the parsed value: of a repeated key the value holds only the last
/// occurrence, and Postgres reads all of them.
enum MetadataCheck {
  /// The first thing that Postgres would refuse; nil where all is well.
  ///
  /// - Complexity: O(bytes).
  static func violation(_ text: String) -> EntryViolation? {
    if text.isEmpty || text == "{}" { return nil }
    guard text.utf8.count <= EntryLimits.metadataByteCount else {
      return EntryViolation(
        "metadata",
        "has \(text.utf8.count) bytes, more than \(EntryLimits.metadataByteCount)")
    }
    let bytes = Array(text.utf8)
    do throws(JSONError) {
      let value = try JSON.parse(bytes, limits: JSONLimits(depth: EntryLimits.metadataDepth))
      guard case .object = value else {
        return EntryViolation("metadata", "is not a JSON object but \(value.kind)")
      }
    } catch {
      return EntryViolation("metadata", "is not JSON: \(error)")
    }
    return violation(tokens: bytes)
  }

  /// Looks at every string and number of a text that is known to be JSON.
  private static func violation(tokens bytes: [UInt8]) -> EntryViolation? {
    var index = 0
    var inString = false
    var writtenDigits = 0
    while index < bytes.count {
      let byte = bytes[index]
      if inString {
        if byte == UInt8(ascii: "\\") {
          if bytes[(index + 1)...].starts(with: "u0000".utf8) {
            return EntryViolation("metadata", "holds a NUL character (\\u0000)")
          }
          index += 1
        } else if byte == UInt8(ascii: "\"") {
          inString = false
        }
        index += 1
      } else if byte == UInt8(ascii: "-") || isDigit(byte) {
        let start = index
        while index < bytes.count, isOfNumber(bytes[index]) { index += 1 }
        guard let digits = extent(of: bytes[start..<index]) else {
          return EntryViolation(
            "metadata", "holds a number beyond \(EntryLimits.metadataNumberExtent) digits")
        }
        writtenDigits += digits
      } else {
        inString = byte == UInt8(ascii: "\"")
        index += 1
      }
    }
    guard writtenDigits <= EntryLimits.metadataWrittenDigits else {
      return EntryViolation(
        "metadata",
        "holds numbers whose exponents stand for \(writtenDigits) digits, more than "
          + "\(EntryLimits.metadataWrittenDigits)")
    }
    return nil
  }

  /// How many digits a number's exponent stands for; nil where the number is too long.
  private static func extent(of number: ArraySlice<UInt8>) -> Int? {
    let limit = EntryLimits.metadataNumberExtent
    guard number.count <= limit else { return nil }
    guard let mark = number.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) else { return 0 }
    let exponent = Int(String(decoding: number[(mark + 1)...], as: UTF8.self)) ?? Int.max
    return exponent <= limit && exponent >= -limit ? abs(exponent) : nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isOfNumber(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte | 0x20 == UInt8(ascii: "e") || byte == UInt8(ascii: ".")
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
  }
}
