/// Base64 with padding, in the standard alphabet (RFC 4648, section 4).
public enum Base64 {
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (value, character) in alphabet.utf8.enumerated() { values[Int(character)] = UInt8(value) }
    return values
  }()

  /// The bytes that `text` stands for; nil where it is no base64: another character, a line end, a
  /// wrong length, or bits left over.
  public static func decode(_ text: String) -> [UInt8]? {
    var text = text
    return text.withUTF8 { characters in
      let count = characters.count
      guard count % 4 == 0 else { return nil }
      guard count > 0 else { return [] }
      let padding =
        unsafe characters[count - 1] == UInt8(ascii: "=")
        ? (characters[count - 2] == UInt8(ascii: "=") ? 2 : 1) : 0
      var bytes: [UInt8] = []
      bytes.reserveCapacity(count / 4 * 3)
      var bits: UInt32 = 0
      for index in 0..<count - padding {
        let value = unsafe values[Int(characters[index])]
        guard value != 0xFF else { return nil }
        bits = bits << 6 | UInt32(value)
        if index % 4 == 3 {
          bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
          bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
          bytes.append(UInt8(truncatingIfNeeded: bits))
          bits = 0
        }
      }
      switch padding {
      case 1:
        guard bits & 3 == 0 else { return nil }
        bytes.append(UInt8(truncatingIfNeeded: bits >> 10))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 2))
      case 2:
        guard bits & 15 == 0 else { return nil }
        bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
      default: break
      }
      return bytes
    }
  }
}
