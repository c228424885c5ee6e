import Platform

/// Who writes.
enum CustomerVariables: VariableProvider {
  static let variables = [
    TemplateVariable("user_name", "the customer's first name, else the whole name"),
    TemplateVariable(
      "user", "the customer's name; user.email and the like",
      parts: ["name", "first_name", "last_name", "email"]),
  ]

  static func value(of name: String, in scope: TemplateScope) -> TemplateValue? {
    let customer = scope.input.customer
    let first = TemplateScope.inline(customer.firstName)
    let last = TemplateScope.inline(customer.lastName)
    let whole = [first, last].filter { !$0.isEmpty }.joined(separator: " ")
    if name == "user_name" { return TemplateScope.present(first.isEmpty ? whole : first) }
    return .described(
      whole,
      .object([
        (key: "name", value: .string(whole)), (key: "first_name", value: .string(first)),
        (key: "last_name", value: .string(last)),
        (key: "email", value: .string(TemplateScope.inline(customer.email))),
      ]))
  }
}
