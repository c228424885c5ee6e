/// How names of the schema become names of Swift.
enum SwiftNames {
  /// Parts of names that Swift writes otherwise: initialisms whole, units in full.
  private static let words: [String: String] = [
    "id": "ID", "ids": "IDs", "xid": "XID", "json": "JSON", "rpc": "RPC", "api": "API",
    "ms": "Milliseconds", "us": "Microseconds",
  ]
  private static let keywords: Set<String> = [
    "as", "break", "case", "class", "default", "do", "else", "enum", "extension", "false", "for",
    "func", "if", "import", "in", "init", "internal", "is", "let", "nil", "operator", "private",
    "protocol", "public", "repeat", "return", "self", "static", "struct", "switch", "throw",
    "true", "try", "var", "where", "while",
  ]

  /// `external_id` becomes `externalID`, `took_us` becomes `tookMicroseconds`.
  static func property(_ name: String) -> String {
    let parts = name.lowercased().split(separator: "_").map(String.init)
    var result = ""
    for (index, part) in parts.enumerated() {
      if index == 0 {
        result = part
      } else {
        result += words[part] ?? part.prefix(1).uppercased() + part.dropFirst()
      }
    }
    return keywords.contains(result) ? "`\(result)`" : result
  }

  /// A oneof's type: `query` becomes `Query`.
  static func type(_ name: String) -> String {
    name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// `ERROR_CODE_NOT_FOUND` of `ErrorCode` becomes `notFound`.
  static func enumValue(_ name: String, of enumeration: String) -> String {
    let prefix = upperSnake(enumeration) + "_"
    return property(name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name)
  }

  /// `SearchBatch` becomes `SEARCH_BATCH`.
  static func upperSnake(_ name: String) -> String {
    var result = ""
    for character in name {
      if character.isUppercase && !result.isEmpty { result += "_" }
      result += character.uppercased()
    }
    return result
  }
}
