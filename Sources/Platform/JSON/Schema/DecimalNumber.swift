/// A JSON number as it is written, exactly: a sign, digits without zeros at either end, and the
/// power of ten that they are multiplied with.
struct DecimalNumber: Sendable, Equatable {
  let isNegative: Bool
  /// Each 0...9, most significant first; empty for zero.
  let digits: [UInt8]
  /// Within ±2³⁰, beyond which it is cut.
  let exponent: Int

  /// - Parameter text: The text of a JSON number; nil for anything else.
  init?(_ text: String) {
    guard JSONNumberGrammar.accepts(text) else { return nil }
    var digits: [UInt8] = []
    var exponent = 0
    var isFraction = false
    var rest = Array(text.utf8)[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative { rest.removeFirst() }
    while let byte = rest.first, byte | 0x20 != UInt8(ascii: "e") {
      rest.removeFirst()
      if byte == UInt8(ascii: ".") {
        isFraction = true
      } else {
        if !(digits.isEmpty && byte == 0x30) { digits.append(byte - 0x30) }
        if isFraction { exponent -= 1 }
      }
    }
    if !rest.isEmpty {
      let written = String(decoding: rest.dropFirst(), as: UTF8.self)
      let limit = 1 << 30
      let power = Int(written) ?? (written.hasPrefix("-") ? -limit : limit)
      exponent = min(max(exponent + min(max(power, -limit), limit), -limit), limit)
    }
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    self.isNegative = isNegative && !digits.isEmpty
    self.digits = digits
    self.exponent = digits.isEmpty ? 0 : exponent
  }

  /// Whether it has no fraction: `1.0` and `1e3` have none.
  var isInteger: Bool { exponent >= 0 }

  /// Whether it is less than another.
  static func < (left: DecimalNumber, right: DecimalNumber) -> Bool {
    if left.isNegative != right.isNegative { return left.isNegative }
    return left.isNegative ? right.isSmaller(than: left) : left.isSmaller(than: right)
  }

  /// Whether it is less, signs aside.
  private func isSmaller(than other: DecimalNumber) -> Bool {
    guard !digits.isEmpty, !other.digits.isEmpty else { return digits.isEmpty && !other.isZero }
    // The place of the first digit decides, then the digits; there are no zeros in front.
    let (place, otherPlace) = (digits.count + exponent, other.digits.count + other.exponent)
    if place != otherPlace { return place < otherPlace }
    return digits.lexicographicallyPrecedes(other.digits)
  }

  var isZero: Bool { digits.isEmpty }

  /// Whether it is a whole number of times another.
  ///
  /// - Parameter unit: Not zero, with at most 18 digits.
  func isMultiple(of unit: DecimalNumber) -> Bool {
    guard !isZero else { return true }
    // Its digits do not end in a zero, so they are no multiple of a ten that the unit has more.
    guard exponent >= unit.exponent else { return false }
    let divisor = unit.digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1) }
    func times(_ a: UInt64, _ b: UInt64) -> UInt64 {
      divisor.dividingFullWidth(a.multipliedFullWidth(by: b)).remainder
    }
    var remainder = digits.reduce(UInt64(0)) { (times($0, 10) + UInt64($1)) % divisor }
    var power = exponent - unit.exponent
    var factor = 10 % divisor
    while power > 0, remainder != 0 {
      if power & 1 == 1 { remainder = times(remainder, factor) }
      factor = times(factor, factor)
      power >>= 1
    }
    return remainder == 0
  }
}

extension JSON {
  /// A text that two values share exactly if they are the same to a schema: numbers by their value,
  /// members in any order.
  var canonicalText: String {
    switch self {
    case .number(let text):
      guard let number = DecimalNumber(text) else { return text }
      let digits = String(decoding: number.digits.map { $0 + 0x30 }, as: UTF8.self)
      return "\(number.isNegative ? "-" : "")\(digits)e\(number.exponent)"
    case .array(let elements):
      return "[" + elements.map(\.canonicalText).joined(separator: ",") + "]"
    case .object(let members):
      let sorted = members.sorted { ByteText($0.key) < ByteText($1.key) }
      return "{"
        + sorted.map { "\(JSON.string($0.key)):\($0.value.canonicalText)" }.joined(separator: ",")
        + "}"
    default: return description
    }
  }
}
