extension RawSpan {
  /// The index of the first byte that no well-formed UTF-8 sequence covers; `nil` when all are.
  ///
  /// - Complexity: O(n); eight bytes a step through ASCII.
  /// - Source: The Unicode Standard, table 3-7.
  public func firstInvalidUTF8() -> Int? {
    unsafe withUnsafeBytes { unsafe UTF8Validation.firstInvalid(in: $0) }
  }
}

extension String {
  /// Makes a string of bytes that must be UTF-8; `nil` when they are not.
  ///
  /// The standard library's validating initialiser runs unspecialised in other modules, at several
  /// times the cost for the short strings of imports and messages.
  public init?(checkedUTF8 bytes: RawSpan) {
    let text = unsafe bytes.withUnsafeBytes { buffer in
      unsafe UTF8Validation.firstInvalid(in: buffer) == nil
        ? String(decoding: buffer, as: UTF8.self) : nil
    }
    guard let text else { return nil }
    self = text
  }
}

enum UTF8Validation {
  static func firstInvalid(in bytes: UnsafeRawBufferPointer) -> Int? {
    let count = bytes.count
    guard let base = bytes.baseAddress else { return nil }
    func byte(_ index: Int) -> UInt8 {
      index < count ? unsafe base.load(fromByteOffset: index, as: UInt8.self) : 0
    }
    func isTail(_ index: Int) -> Bool { byte(index) & 0xC0 == 0x80 }
    var index = 0
    while index < count {
      if count - index >= 8 {
        let word = unsafe base.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        if word & 0x8080_8080_8080_8080 == 0 {
          index += 8
          continue
        }
      }
      let first = byte(index)
      let second = byte(index + 1)
      switch first {
      case 0x00...0x7F: index += 1
      case 0xC2...0xDF:
        guard isTail(index + 1) else { return index }
        index += 2
      case 0xE0...0xEF:
        // Overlong forms and surrogates are cut off by the second byte's range.
        let allowed: ClosedRange<UInt8> =
          first == 0xE0 ? 0xA0...0xBF : first == 0xED ? 0x80...0x9F : 0x80...0xBF
        guard allowed.contains(second), isTail(index + 2) else { return index }
        index += 3
      case 0xF0...0xF4:
        let allowed: ClosedRange<UInt8> =
          first == 0xF0 ? 0x90...0xBF : first == 0xF4 ? 0x80...0x8F : 0x80...0xBF
        guard allowed.contains(second), isTail(index + 2), isTail(index + 3) else { return index }
        index += 4
      default: return index
      }
    }
    return nil
  }
}
