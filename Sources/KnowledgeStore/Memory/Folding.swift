/// The form in which keywords and tags are compared: lower case, byte by byte afterwards.
enum Folding {
  /// Replaces `bytes` by the folded UTF-8 of `text`.
  static func fold(_ text: String, into bytes: inout [UInt8]) {
    bytes.removeAll(keepingCapacity: true)
    var isASCII = true
    for byte in text.utf8 {
      if byte >= 0x80 {
        isASCII = false
        break
      }
      let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
      bytes.append(isUpper ? byte | 0x20 : byte)
    }
    if !isASCII {
      bytes.removeAll(keepingCapacity: true)
      bytes.append(contentsOf: text.lowercased().utf8)
    }
  }

  static func folded(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    fold(text, into: &bytes)
    return bytes
  }
}
