/// Writes the Swift type of one enum: a number with names, open to values of newer peers.
enum EnumWriter {
  static func write(_ enumeration: Schema.Enumeration, to file: inout SwiftFile) {
    let name = enumeration.name
    file.document(enumeration.comment, otherwise: "Enum `\(name)` of the schema.")
    file.block(
      "public struct \(name): RawRepresentable, Hashable, Sendable, CustomStringConvertible"
    ) { file in
      file.document("", otherwise: "The number on the wire; newer peers may send unknown ones.")
      file.line("public var rawValue: Int32")
      file.line()
      file.document("", otherwise: "The value with this number, known or not.")
      file.line("public init(rawValue: Int32) { self.rawValue = rawValue }")
      file.line()
      for value in enumeration.values {
        let short = SwiftNames.enumValue(value.name, of: name)
        file.document(value.comment, otherwise: "`\(value.name)`.")
        file.line("public static let \(short) = \(name)(rawValue: \(value.number))")
      }
      file.line()
      file.document("", otherwise: "Every value that the schema names, in its order.")
      let all = enumeration.values.map { "." + SwiftNames.enumValue($0.name, of: name) }
      file.line("public static let allKnown: [\(name)] = [")
      for value in all { file.line("  \(value),") }
      file.line("]")
      file.line()
      file.document("", otherwise: "The schema's name in lower case, or the number.")
      file.block("public var description: String") { file in
        file.line("switch rawValue {")
        for value in enumeration.values {
          let prefix = SwiftNames.upperSnake(name) + "_"
          let short =
            value.name.hasPrefix(prefix) ? String(value.name.dropFirst(prefix.count)) : value.name
          file.line("case \(value.number): \"\(short.lowercased())\"")
        }
        file.line("default: \"\\(rawValue)\"")
        file.line("}")
      }
    }
    file.line()
  }

  /// What the services say of each method, as facts about the enum `Method`.
  static func writeMethods(
    _ methods: [Schema.Method], of enumeration: Schema.Enumeration, to file: inout SwiftFile
  ) throws(GeneratorError) {
    var names: [String] = []
    for method in methods {
      let name = "METHOD_" + SwiftNames.upperSnake(method.name)
      guard enumeration.values.contains(where: { $0.name == name }) else {
        throw GeneratorError("rpc \(method.name) has no number: add \(name) to enum Method")
      }
      names.append(SwiftNames.enumValue(name, of: "Method"))
    }
    guard names.count == enumeration.values.count - 1 else {
      throw GeneratorError("enum Method has a value without an rpc")
    }
    func list(_ isIn: (Schema.Method) -> Bool) -> String {
      let chosen = zip(names, methods).filter { isIn($0.1) }.map { ".\($0.0)" }
      return "[\(chosen.joined(separator: ", "))].contains(self)"
    }
    file.block("extension Method") { file in
      file.document("", otherwise: "Whether the client sends items after the request.")
      file.line("public var acceptsItems: Bool { \(list(\.acceptsItems)) }")
      file.line()
      file.document("", otherwise: "Whether the server answers with items and an end.")
      file.line("public var returnsItems: Bool { \(list(\.returnsItems)) }")
    }
  }
}
