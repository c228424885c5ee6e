/// A JSON Schema (draft 2020-12, in the part that people use), read once and asked as often as
/// wanted.
///
/// Checked are `type` (a name or a list), `enum`, `const`; for objects `properties`, `required`,
/// `additionalProperties`, `patternProperties`, `minProperties`, `maxProperties`; for arrays
/// `items`, `prefixItems`, `minItems`, `maxItems`, `uniqueItems`; for numbers `minimum`, `maximum`,
/// `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`, compared as decimals, exactly; for strings
/// `minLength` and `maxLength` in code points, `pattern` (``SchemaPattern``) and `format`
/// (``SchemaFormat``); `anyOf`, `oneOf`, `allOf`, `not`; and `$ref` to a place in the same document
/// (`#`, `#/$defs/address`). `$schema`, `$comment`, `title`, `description`, `default`, `examples`,
/// `deprecated`, `readOnly` and `writeOnly` say nothing that could be broken. Every other keyword
/// is refused: a rule that is not known would silently not hold.
///
/// Source: JSON Schema Core and Validation, draft 2020-12.
public struct JSONSchema: Sendable {
  /// The most schemas within each other; a check goes twice as deep, references included.
  static let depthLimit = 64
  /// The most schemas of a document.
  static let nodeLimit = 10_000
  /// The most violations that are told.
  public static let violationLimit = 20

  /// The schemas of the document; the first is the whole.
  let nodes: [SchemaNode]

  /// Reads a schema.
  ///
  /// - Parameter json: An object, `true` or `false`.
  /// - Throws: ``SchemaError`` with the place, for a keyword that is not known or has a value that
  ///   it cannot have, a `$ref` that leads nowhere, a pattern beyond ``SchemaPattern``, and more
  ///   than 64 schemas within each other.
  /// - Complexity: O(bytes of the schema).
  public init(_ json: JSON) throws(SchemaError) {
    var reader = SchemaReader()
    nodes = try reader.read(json)
  }

  /// What a value breaks.
  ///
  /// - Parameters:
  ///   - value: Any value.
  ///   - stepLimit: Schemas and values looked at before the check gives up, which is a violation.
  /// - Returns: Empty where the value fits; at most ``violationLimit``, in the order of the
  ///   schema's members.
  /// - Complexity: O(value × schema) for schemas without alternatives; never more than `stepLimit`.
  public func violations(of value: JSON, stepLimit: Int = 1_000_000) -> [SchemaViolation] {
    var check = SchemaCheck(nodes: nodes, stepsLeft: stepLimit)
    check.visit(0, value, at: .root)
    return check.violations
  }
}

/// A rule of a schema that a value breaks.
public struct SchemaViolation: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where in the value, as ``JSONPath`` writes it; empty for the whole.
  public let path: String
  /// The keyword.
  public let rule: String
  /// What is wrong, with the value in short.
  public let message: String

  /// The place and what is wrong.
  public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// Why a schema cannot be used.
public struct SchemaError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where in the schema, as ``JSONPath`` writes it; empty for the whole.
  public let path: String
  /// What is wrong, and what to do.
  public let message: String

  /// The place and what is wrong.
  public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// One schema, its keywords read.
struct SchemaNode: Sendable {
  /// Nothing fits the schema `false`.
  var isNever = false
  var types: [SchemaType]?
  /// Canonical texts (``JSON/canonicalText``), and what to write of them.
  var allowed: Set<ByteText>?
  var allowedText = ""
  /// Its canonical text, and the text as it is written.
  var constant: (ByteText, text: String)?

  var properties: [ByteText: Int] = [:]
  var required: [String] = []
  var patternProperties: [(SchemaPattern, Int)] = []
  var additionalProperties: Int?
  var propertyCount = 0...Int.max

  var items: Int?
  var prefixItems: [Int] = []
  var itemCount = 0...Int.max
  var areItemsUnique = false

  var bounds: [(rule: String, limit: DecimalNumber, text: String)] = []
  var multipleOf: (number: DecimalNumber, text: String)?

  var length = 0...Int.max
  var pattern: (SchemaPattern, text: String)?
  var format: SchemaFormat?

  var anyOf: [Int]?
  var oneOf: [Int]?
  var allOf: [Int] = []
  var not: Int?
  var reference: Int?
}

enum SchemaType: String, CaseIterable {
  case null, boolean, object, array, number, string, integer

  func fits(_ value: JSON) -> Bool {
    switch (self, value) {
    case (.null, .null), (.boolean, .bool), (.object, .object), (.array, .array),
      (.number, .number), (.string, .string):
      true
    case (.integer, .number(let text)): DecimalNumber(text)?.isInteger ?? false
    default: false
    }
  }
}
