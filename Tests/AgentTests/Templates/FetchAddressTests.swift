import Platform
import Testing

@testable import Agent

@Suite struct FetchAddressTests {
  static func scope() throws -> TemplateScope {
    var scope = TemplateScope.sample(AgentSetup(business: Business(id: .zero, name: "B")))
    scope.stage?.extractionSchema = try JSON.parse(
      #"{"properties": {"order": {}, "address": {"properties": {"city": {}}}, "count": {}}}"#)
    scope.fence = { "<\($0)>\($1)" }
    return scope
  }

  @Test(arguments: [
    (
      "https://a.b/{order}?c={address.city}&n={count}", "https://a.b/%2E%2E%2Fx%3Fy?c=K%C3%B6ln&n=2"
    ),
    (
      "https://a.b/{extracted_data.order}/{user.email}",
      "https://a.b/%2E%2E%2Fx%3Fy/maeve%40example%2Ecom"
    ),
    ("https://a.b/{note|none yet}", "https://a.b/none%20yet"), ("https://a.b/{message}", nil),
  ]) func `extracted fields are put in, and stay in their place`(
    address: String, filled: String?
  ) throws {
    let data = try JSON.parse(#"{"order": "../x?y", "address": {"city": "Köln"}, "count": 2}"#)
    let result = try FetchAddress.fill(address, Self.scope(), data: data)
    if let filled {
      #expect(result == filled)
    } else {
      #expect(result?.contains("<") == false && result?.contains("%20When%20do") == true)
    }
  }

  @Test func `nothing is asked while a field is not known`() throws {
    let data = try JSON.parse(#"{"order": "", "count": null}"#)
    for address in ["https://a.b/{order}", "https://a.b/{count}", "https://a.b/{address.city}"] {
      #expect(try FetchAddress.fill(address, Self.scope(), data: data) == nil)
      try FetchAddress.check(address, schema: Self.scope().stage?.extractionSchema)
    }
    #expect(throws: TemplateError.self) {
      try FetchAddress.check("https://a.b/{ordre}", schema: Self.scope().stage?.extractionSchema)
    }
  }
}
