import Platform

/// Stages, and which of them it is.
enum StageVariables: VariableProvider {
  private static let parts = ["name", "description", "type"]

  static let variables = [
    TemplateVariable("stage", "the stage that is answered in; stage.description", parts: parts),
    TemplateVariable(
      "previous_stage", "the stage of the answer before; previous_stage.description", parts: parts),
    TemplateVariable("stage_list", "the names of all stages, a line each"),
    TemplateVariable("available_stages", "all stages with their descriptions and examples"),
    TemplateVariable("intent", "what the customer wants most"),
    TemplateVariable("intents", "all that the customer wants, most urgent first, a line each"),
  ]

  static func value(of name: String, in scope: TemplateScope) -> TemplateValue? {
    let stages = scope.input.setup.stages
    switch name {
    case "stage": return scope.stage.map(value)
    case "previous_stage": return scope.previousStage.map(value)
    case "stage_list":
      return TemplateScope.present(stages.map { "- \($0.name)" }.joined(separator: "\n"))
    case "available_stages":
      return TemplateScope.present(stages.map(description).joined(separator: "\n"))
    case "intent": return scope.intents.first.map { .text(TemplateScope.inline($0)) }
    default:
      let lines = scope.intents.map { "- " + TemplateScope.inline($0) }
      return TemplateScope.present(lines.joined(separator: "\n"))
    }
  }

  private static func value(_ stage: Stage) -> TemplateValue {
    .described(
      stage.name,
      .object([
        (key: "name", value: .string(stage.name)),
        (key: "description", value: .string(stage.description)),
        (key: "type", value: .string(stage.type.rawValue)),
      ]))
  }

  /// Its name and description, and at most three examples below it.
  private static func description(_ stage: Stage) -> String {
    var lines = [stage.description.isEmpty ? "- \(stage.name)" : "- \(stage.name): "]
    lines[0] += stage.description.split(whereSeparator: \.isNewline).joined(separator: "\n  ")
    for example in stage.exampleConversations.prefix(3) {
      lines.append("  Example: " + TemplateScope.inline(example))
    }
    return lines.joined(separator: "\n")
  }
}
