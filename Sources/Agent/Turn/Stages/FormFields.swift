import Platform

/// What a stage's schema still wants from the customer, and how one field is filled without a
/// model: what is answered to the question for it is its value.
enum FormFields {
  /// Required fields that the data does not have, in the schema's order, as dotted paths.
  static func missing(_ schema: JSON, in data: JSON) -> [String] {
    missing(schema, in: data, prefix: "", depth: 0)
  }

  private static func missing(
    _ schema: JSON, in data: JSON, prefix: String, depth: Int
  ) -> [String] {
    guard depth < 8 else { return [] }
    var paths: [String] = []
    for name in (schema["required"]?.array ?? []).compactMap(\.string) {
      let inner = schema["properties"]?[name]
      let value = data.value(at: name)
      if inner?["type"]?.string == "object", inner?["required"] != nil {
        paths += missing(
          inner ?? .null, in: value ?? .object([]), prefix: prefix + name + ".", depth: depth + 1)
      } else if value == nil {
        paths.append(prefix + name)
      }
    }
    return paths
  }

  /// What the schema says of a field: its title or description, else its name in words.
  static func label(of path: String, in schema: JSON) -> String {
    let field = self.field(path, in: schema)
    if let words = field?["title"]?.string ?? field?["description"]?.string, !words.isEmpty {
      return words
    }
    let name = path.split(separator: ".").last.map(String.init) ?? path
    return String(name.map { $0 == "_" || $0 == "-" ? " " : $0 })
  }

  /// The schema of a field.
  static func field(_ path: String, in schema: JSON) -> JSON? {
    path.split(separator: ".").reduce(Optional(schema)) { $0?["properties"]?[String($1)] }
  }

  /// A text as the value of a field: a number or a Boolean where the schema wants one.
  ///
  /// - Returns: nil where the text is no such value.
  static func value(_ text: String, for path: String, in schema: JSON) -> JSON? {
    let bare = String(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    guard !bare.isEmpty, bare.utf8.count <= 500 else { return nil }
    switch field(path, in: schema)?["type"]?.string {
    case "integer": return Int(bare).map { .integer($0) }
    case "number": return Double(bare).flatMap { JSON.double($0) }
    case "boolean": return nil
    case "array", "object": return nil
    default: return .string(bare)
    }
  }

  /// Data with a value at a dotted path.
  static func set(_ value: JSON, at path: String, in data: JSON) -> JSON {
    let parts = path.split(separator: ".").map(String.init)
    let patch = parts.reversed().reduce(value) { .object([($1, $0)]) }
    return data.merged(with: patch)
  }
}
