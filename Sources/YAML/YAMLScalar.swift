import Platform

/// What scalars mean: the core schema of YAML 1.2, chapter 10.3.2.
enum YAMLScalar {
  /// Why a scalar means nothing; without a message where its tag is not of the core schema.
  struct Failure: Error {
    var message: String?
  }

  /// The value of a scalar.
  ///
  /// - Parameter tag: Its tag's name in the core schema; the inner nil for other tags.
  static func value(
    _ text: String, isPlain: Bool, tag: String??
  ) throws(Failure) -> JSON {
    guard let tag else { return isPlain ? try plain(text) : .string(text) }
    switch tag {
    case "str": return .string(text)
    case "null", "bool", "int", "float":
      let value = try plain(text)
      switch (tag, value) {
      case ("null", .null), ("bool", .bool), ("int", .number), ("float", .number): return value
      default: throw Failure(message: "\(JSON.string(String(text.prefix(40)))) is no \(tag ?? "")")
      }
    default: throw Failure(message: nil)
    }
  }

  private static func plain(_ text: String) throws(Failure) -> JSON {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf",
      "-.Inf", "-.INF":
      throw Failure(message: "JSON has no \(text): put it in quotes if it is a text")
    default: return try number(text).map { .number($0) } ?? .string(text)
    }
  }

  /// The text of a JSON number; nil for what is no number.
  private static func number(_ text: String) throws(Failure) -> String? {
    for (prefix, radix) in [("0o", 8), ("0x", 16)] where text.hasPrefix(prefix) {
      let digits = text.dropFirst(2)
      guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.hexDigitValue ?? 99 < radix })
      else { return nil }
      guard let value = UInt64(digits, radix: radix) else {
        throw Failure(message: "\(text.prefix(40)) is too large: put it in quotes if it is a text")
      }
      return "\(value)"
    }
    var rest = text.utf8[...]
    var sign = ""
    if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      if first == UInt8(ascii: "-") { sign = "-" }
      rest.removeFirst()
    }
    func digits() -> String {
      let found = rest.prefix { $0 &- 0x30 < 10 }
      rest = rest[found.endIndex...]
      return String(Substring(found))
    }
    let whole = digits()
    var fraction: String?
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = digits()
    }
    guard !whole.isEmpty || fraction?.isEmpty == false else { return nil }
    var power = ""
    if let first = rest.first, first | 0x20 == UInt8(ascii: "e") {
      power = String(Character(Unicode.Scalar(first)))
      rest.removeFirst()
      if let mark = rest.first, mark == UInt8(ascii: "-") || mark == UInt8(ascii: "+") {
        power += String(Character(Unicode.Scalar(mark)))
        rest.removeFirst()
      }
      let exponent = digits()
      guard !exponent.isEmpty else { return nil }
      power += exponent
    }
    guard rest.isEmpty else { return nil }
    // JSON has no zeros in front, and a digit on both sides of a point.
    let significant = whole.drop { $0 == "0" }
    let point = fraction.map { "." + ($0.isEmpty ? "0" : $0) } ?? ""
    return sign + (significant.isEmpty ? "0" : significant) + point + power
  }
}
