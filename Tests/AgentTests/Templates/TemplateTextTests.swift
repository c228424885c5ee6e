import Platform
import Testing

@testable import Agent

@Suite struct TemplateTextTests {
  let scope = TemplateScope.sample(AgentSetup(business: Business(id: .zero, name: "Larkfell")))

  func render(_ source: String, _ defaults: [String: String] = [:]) throws -> String {
    try TemplateText(source).render(TemplateValues(scope, defaults: defaults))
  }

  func error(_ source: String, _ defaults: [String: String] = [:]) -> TemplateError? {
    do {
      _ = try render(source, defaults)
      return nil
    } catch { return error as? TemplateError }
  }

  @Test(arguments: [
    ("Hello {user_name}!", "Hello Maeve!"), ("Hello {{user_name}}!", "Hello Maeve!"),
    ("{ User Name }{{ user-name }}", "MaeveMaeve"), ("{user.first_name}", "Maeve"),
    ("{user.Last Name}", "Byrne"), ("{stage list}", "- Greeting\n- Returns"),
    (
      "{stage.description}", "Explains returns. Use when the customer wants to send something back."
    ),
    ("{extracted_data.order_number}", "A-1042"),
    ("{extracted_data}", #"{"order_number":"A-1042"}"#),
    ("{summary of last conversations.key_points.0}", "order A-1042"), ("{N}", "10"),
    ("{{{user_name}}}", "{Maeve}"), (#"{"city": {user_name}}"#, #"{"city": Maeve}"#),
  ]) func `variables are filled in, however they are spelled`(source: String, text: String) throws {
    #expect(try render(source) == text)
  }

  @Test(arguments: [
    #"{"a": 1}"#, "{ }", "{}", "{{}}", "{1}", "{a: 1}", "{a, b}", "{…}", "{\n}", "{name\n}", "{",
    "}", "{{", "{{user_name", "{user_name", "{user..name}", "{.a}", "{a.}", "{a|b\n}", "{a|{b",
    "{\(String(repeating: "a ", count: 80))}", "{|x}", "{a|b", "{\u{301}}", #"\n \x"#,
  ]) func `braces around anything else are text`(source: String) throws {
    #expect(try render(source) == source)
    #expect(try TemplateText(source).variables == [])
  }

  @Test func `a brace behind a backslash is text`() throws {
    #expect(try render(#"\{user_name} \{{user_name}"#) == "{user_name} {Maeve")
    #expect(try render(#"\\{user_name}"#) == #"\{user_name}"#)
  }

  @Test func `fall-back text comes before the template's default, and both before nothing`() throws
  {
    #expect(try render("{extracted_data.reason|none}", ["extracted data.reason": "x"]) == "none")
    #expect(try render("{extracted_data.reason}", ["extracted data.Reason": "x"]) == "x")
    #expect(try render("<{extracted_data.reason}{nobody|}{ nobody | at all }>") == "<at all>")
    #expect(try render("{shop}", ["Shop": "Galway"]) == "Galway")
    #expect(try render("{conversation_history}", ["N": "1"]).hasSuffix("order number?"))
    #expect(try render("{conversation_history}", ["N": "1"]).hasPrefix("Assistant:"))
  }

  @Test func `an unknown variable is named with its place and the nearest known one`() throws {
    let found = try #require(error("Hello\n  {user_nmae}"))
    #expect(
      found
        == TemplateError(
          reason: .unknownVariable(nearest: "user_name"), variable: "user_nmae", line: 2, column: 3)
    )
    #expect("\(found)".contains("{user_nmae}; did you mean {user_name}?"))
    #expect(error("{zzzzzz}")?.reason == .unknownVariable(nearest: nil))
    #expect(error("{user.frist_name}")?.reason == .unknownField(nearest: "user.first_name"))
    #expect(error("{user_name.first}")?.reason == .unknownField(nearest: nil))
    #expect(error("{shpo}", ["shop": ""])?.reason == .unknownVariable(nearest: "shop"))
  }

  @Test func `a check without values finds what a rendering would`() throws {
    for source in ["{user_nmae}", "{user.frist_name}", "{a}{user_name}"] {
      let found = try #require(error(source))
      #expect(throws: found) { try TemplateText(source).check() }
    }
    try TemplateText("{a|}{b}{extracted_data.x.y}{user_name}").check(defaults: ["B": ""])
  }

  @Test func `the variables of a text are listed once, in order, normalised`() throws {
    let text = try TemplateText("{Stage List}{user.first_name} {{stage_list}} {x|y}{N}")
    #expect(text.variables == ["stage_list", "user.first_name", "x", "n"])
  }

  @Test func `what a customer writes is never read as a template`() throws {
    var scope = scope
    scope.message = "{business_name} {{nobody}} \\{"
    let values = TemplateValues(scope)
    #expect(try TemplateText("{message}").render(values) == "{business_name} {{nobody}} \\{")
  }

  @Test func `values can be escaped, and nothing else is`() throws {
    let text = try TemplateText("https://x.example/a?b={user_name}&c={nobody|d e}")
    let filled = try text.render(TemplateValues(scope)) { $0.replacing("e", with: "%65") }
    #expect(filled == "https://x.example/a?b=Ma%65v%65&c=d %65")
  }

  @Test func `texts beyond the limits are refused`() throws {
    let large = String(repeating: "x", count: TemplateText.byteLimit)
    #expect(try TemplateText(large).variables == [])
    #expect(error(large + "x")?.reason == .tooLarge(byteCount: 262_145, limit: 262_144))
    let many = String(repeating: "{N}", count: TemplateText.variableLimit)
    #expect(try render(many).utf8.count == 2_000)
    #expect(error(many + "\n{N}")?.line == 2)
    var scope = scope
    scope.message = String(repeating: "x", count: 1 << 20)
    let long = try TemplateText(String(repeating: "{message}", count: 5))
    #expect(throws: TemplateError.self) { try long.render(TemplateValues(scope)) }
  }

  @Test func `any text is read, in a time that grows with its length`() throws {
    for unit in ["{", "{{", "{a", "{a|", "{{a|b", "{a.", "\\{", "{ ", "}{", "{{a}"] {
      let source = String(repeating: unit, count: 400)
      #expect(try TemplateText(source).pieces.count >= 1)
    }
    var random = SeededGenerator(seed: 7)
    let alphabet = Array("{}{}|.\\ \nab_1é\u{301}\"")
    for _ in 0..<300 {
      let source = String((0..<40).map { _ in alphabet.randomElement(using: &random)! })
      let text = try TemplateText(source)
      guard text.variables.isEmpty, !source.contains("\\{") else { continue }
      #expect(try text.render(TemplateValues(scope)) == source)
    }
  }
}
