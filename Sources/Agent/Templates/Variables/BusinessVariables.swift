import Platform

/// Who answers: the business.
enum BusinessVariables: VariableProvider {
  static let variables = [
    TemplateVariable("business_name", "the business's name"),
    TemplateVariable("business_description", "what the business does"),
    TemplateVariable(
      "business", "the business's name; business.address and the like",
      parts: ["name", "description", "address", "phone_number", "website"]),
  ]

  static func value(of name: String, in scope: TemplateScope) -> TemplateValue? {
    let business = scope.input.setup.business
    switch name {
    case "business_name": return TemplateScope.present(business.name)
    case "business_description": return TemplateScope.present(business.description)
    default:
      return .described(
        business.name,
        .object([
          (key: "name", value: .string(business.name)),
          (key: "description", value: .string(business.description)),
          (key: "address", value: .string(business.address)),
          (key: "phone_number", value: .string(business.phoneNumber)),
          (key: "website", value: .string(business.website)),
        ]))
    }
  }
}
