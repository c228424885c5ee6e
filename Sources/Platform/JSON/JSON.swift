/// One JSON value (RFC 8259), with the text of its numbers as they were written.
///
/// Objects keep the order of their members. Where a key occurred twice in the input, the last value
/// stands, at the place of its last occurrence. Keys are compared byte by byte: two spellings of
/// the same accented letter are different keys, as in every other JSON implementation.
public enum JSON: Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// The number's text, a valid JSON number: `-0`, `1.50` and `1e400` stay as they are.
  case number(String)
  /// A string, unescaped.
  case string(String)
  /// The elements in order.
  case array([JSON])
  /// The members in order; keys are distinct when the value came from ``parse(_:limits:)``.
  case object([(key: String, value: JSON)])
}

extension JSON {
  /// A number from an integer.
  public static func integer(_ value: some FixedWidthInteger) -> JSON { .number(value.description) }

  /// A number with the shortest text that reads back as `value`; `nil` when it is not finite.
  public static func double(_ value: Double) -> JSON? {
    value.isFinite ? .number(shortestText(of: value)) : nil
  }

  /// The string, when the value is one.
  public var string: String? { if case .string(let value) = self { value } else { nil } }

  /// The Boolean, when the value is one.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The elements, when the value is an array.
  public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }

  /// The members, when the value is an object.
  public var object: [(key: String, value: JSON)]? {
    if case .object(let value) = self { value } else { nil }
  }

  /// The text of the number, when the value is one.
  public var numberText: String? { if case .number(let text) = self { text } else { nil } }

  /// Whether the value is `null`.
  public var isNull: Bool { if case .null = self { true } else { false } }

  /// The number as an integer: `nil` for a fraction, an exponent or a value outside `Int`.
  public var int: Int? { if case .number(let text) = self { Int(text) } else { nil } }

  /// The nearest double to the number's text (round half to even, as `strtod`); `nil` past its
  /// range.
  public var double: Double? {
    guard case .number(let text) = self, JSONNumberGrammar.accepts(text),
      let value = Double(text), value.isFinite
    else { return nil }
    return value
  }

  /// The member named `key` of an object, compared byte by byte; `nil` when absent or no object.
  ///
  /// - Complexity: O(members).
  public subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.last { JSON.sameBytes($0.key, key) }?.value
  }

  /// The element at `index` of an array; `nil` when out of range or no array.
  public subscript(index: Int) -> JSON? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// The name of the value's kind, for messages: `null`, `boolean`, `number`, …
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  static func sameBytes(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
  }

  static func shortestText(of value: Double) -> String {
    // `description` is the shortest text that reads back; whole numbers end in ".0", which JSON
    // allows.
    value.description
  }
}

extension JSON: Equatable {
  /// Equal kinds and contents; numbers by their text, members in order, strings byte by byte.
  public static func == (left: JSON, right: JSON) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.number(let a), .number(let b)): a == b
    case (.string(let a), .string(let b)): sameBytes(a, b)
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)):
      a.count == b.count
        && zip(a, b).allSatisfy { sameBytes($0.key, $1.key) && $0.value == $1.value }
    default: false
    }
  }
}

extension JSON: CustomStringConvertible {
  /// The value as compact JSON text.
  public var description: String { String(decoding: serialized(), as: UTF8.self) }

  /// The value as compact JSON in UTF-8.
  public func serialized() -> [UInt8] {
    var writer = JSONWriter()
    writer.json(self)
    return writer.bytes
  }
}
