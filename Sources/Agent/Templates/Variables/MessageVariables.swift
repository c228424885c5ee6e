/// What is to be answered.
enum MessageVariables: VariableProvider {
  static let variables = [
    TemplateVariable("user_message", "what the customer wrote: the messages of the burst"),
    TemplateVariable("message", "the same as user_message"),
    TemplateVariable("customer_message", "the same as user_message"),
  ]

  static func value(of name: String, in scope: TemplateScope) -> TemplateValue? {
    if let message = scope.message { return TemplateScope.present(message) }
    let message = scope.input.message
    return message.isEmpty ? nil : .text(scope.fence("message", message))
  }
}
