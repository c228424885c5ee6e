import Platform

/// What is remembered.
enum SummaryVariables: VariableProvider {
  static let variables = [
    TemplateVariable(
      "summary", "what was said before the history; summary.overview and the like",
      parts: ConversationSummary.fieldNames),
    TemplateVariable(
      "summary_of_last_conversations", "the same as summary",
      parts: ConversationSummary.fieldNames),
    TemplateVariable("current_topic", "what the conversation is about"),
    TemplateVariable("key_facts", "what is known of the customer, a line each"),
  ]

  static func value(of name: String, in scope: TemplateScope) -> TemplateValue? {
    let memory = scope.input.memory
    switch name {
    case "current_topic": return TemplateScope.present(TemplateScope.inline(memory.currentTopic))
    case "key_facts":
      let facts = memory.keyFacts.map { "- " + TemplateScope.inline($0.text) }
      return facts.isEmpty ? nil : .text(scope.fence("facts", facts.joined(separator: "\n")))
    default:
      let json = memory.summary?.json ?? .object([])
      let parts = TemplateScope.inline(json)
      if let summary = scope.summary { return .described(summary, parts) }
      return memory.summary == nil ? nil : .described(scope.fence("summary", "\(json)"), parts)
    }
  }
}
