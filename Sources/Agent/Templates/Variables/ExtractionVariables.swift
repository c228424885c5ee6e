import Platform

/// What was taken from messages, and what is to be.
enum ExtractionVariables: VariableProvider {
  static let variables = [
    TemplateVariable(
      "extracted_data", "what the customer has stated, as JSON; extracted_data.address.city",
      parts: nil),
    TemplateVariable("extraction_schema", "the JSON Schema of what the stage extracts"),
    TemplateVariable(
      "missing_data", "what the stage's schema requires and is not known, a line each"),
  ]

  static func value(of name: String, in scope: TemplateScope) -> TemplateValue? {
    let data = scope.extractedData ?? scope.input.memory.extractedEntities
    switch name {
    case "extracted_data":
      guard data.object?.isEmpty == false else { return nil }
      return .described(scope.fence("data", "\(data)"), data)
    case "extraction_schema": return scope.stage?.extractionSchema.map { .json($0) }
    default:
      let lines = missing(in: data, schema: scope.stage?.extractionSchema).map { "- \($0)" }
      return TemplateScope.present(lines.joined(separator: "\n"))
    }
  }

  /// The members that the schema requires and the data has not, with what the schema says of them.
  private static func missing(in data: JSON, schema: JSON?) -> [String] {
    (schema?["required"]?.array ?? []).compactMap(\.string).compactMap { name in
      guard data[name]?.isNull ?? true else { return nil }
      let description = schema?["properties"]?[name]?["description"]?.string
      return description.map { "\(name): \($0)" } ?? name
    }
  }
}
