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
      return .described(scope.fence("data", "\(data)"), TemplateScope.inline(data))
    case "extraction_schema": return scope.stage?.extractionSchema.map { .json($0) }
    default:
      guard let schema = scope.stage?.extractionSchema else { return nil }
      let lines = FormFields.missing(schema, in: data).map { path in
        let label = FormFields.label(of: path, in: schema)
        return label == path ? "- \(path)" : "- \(path): \(label)"
      }
      return TemplateScope.present(lines.joined(separator: "\n"))
    }
  }
}
