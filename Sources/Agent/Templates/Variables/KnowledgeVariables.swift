/// What was found for the message.
enum KnowledgeVariables: VariableProvider {
  static let variables = [
    TemplateVariable("knowledge", "the entries that were found, numbered"),
    TemplateVariable("catalog", "the products and services that were found, numbered"),
    TemplateVariable("catalogue", "the same as catalog"),
    TemplateVariable("context", "orders, appointments, facts and fetched data of the customer"),
  ]

  static func value(of name: String, in scope: TemplateScope) -> TemplateValue? {
    switch name {
    case "knowledge": scope.knowledge.flatMap(TemplateScope.present)
    case "context": scope.context.flatMap(TemplateScope.present)
    default: scope.catalogue.flatMap(TemplateScope.present)
    }
  }
}
