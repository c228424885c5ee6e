/// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
enum JSONNumberGrammar {
  /// The index after the longest number at `start`; `nil` when there is none.
  ///
  /// - Parameter byte: The byte at an index, 0 past the end.
  @inline(__always)
  static func end(from start: Int, byte: (Int) -> UInt8) -> Int? {
    func digits(_ from: Int) -> Int {
      var index = from
      while byte(index) &- 0x30 < 10 { index += 1 }
      return index
    }
    var index = start
    if byte(index) == UInt8(ascii: "-") { index += 1 }
    let whole = index
    index = digits(index)
    guard index > whole, byte(whole) != 0x30 || index == whole + 1 else { return nil }
    if byte(index) == UInt8(ascii: ".") {
      let fraction = index + 1
      index = digits(fraction)
      guard index > fraction else { return nil }
    }
    if byte(index) | 0x20 == UInt8(ascii: "e") {
      var exponent = index + 1
      if byte(exponent) == UInt8(ascii: "+") || byte(exponent) == UInt8(ascii: "-") {
        exponent += 1
      }
      index = digits(exponent)
      guard index > exponent else { return nil }
    }
    return index
  }

  /// Whether the whole of `text` is one number.
  static func accepts(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return end(from: 0, byte: { $0 < bytes.count ? bytes[$0] : 0 }) == bytes.count
  }
}
