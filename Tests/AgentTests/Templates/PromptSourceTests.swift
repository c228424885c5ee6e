import Platform
import Testing

@testable import Agent

@Suite struct PromptSourceTests {
  static func template(
    _ name: String, _ type: TemplateType, _ content: String = "x", language: String = "en",
    system: String = ""
  ) -> Template {
    Template(
      id: .random(), name: name, type: type, content: content, systemPrompt: system,
      language: language)
  }

  static func setup(_ templates: [Template]) -> AgentSetup {
    AgentSetup(business: Business(id: .zero, name: "Larkfell"), templates: templates)
  }

  @Test func `the stage's own prompt comes first, then its template, then the default`() {
    let own = Self.template("mine", .responseGeneration, "template", system: "be kind")
    let setup = Self.setup([own, Self.template("usual", .defaultResponseGeneration, "usual")])
    var stage = Stage(id: .zero, name: "Checkout", description: "", type: .form)
    func source() -> PromptSource {
      .of(stage: stage, step: .responseGeneration, setup: setup, language: "en")
    }
    #expect(source().name == "template \"usual\"")
    stage.prompts.responseTemplateID = own.id
    #expect(source().content == "template")
    #expect(source().systemPrompt == "be kind")
    stage.prompts.response = " \n"
    #expect(source().content == "template")
    stage.prompts.response = "own"
    #expect(source().content == "own")
    #expect(source().name == "stage \"Checkout\"")
    #expect(source().systemPrompt.contains(DefaultPrompts.fenceRule))
  }

  @Test(arguments: [("de-AT", "at"), ("de-CH", "de"), ("fr", "en"), ("", "en")])
  func `defaults are chosen by language`(language: String, content: String) {
    let setup = Self.setup([
      Self.template("1", .defaultSummary, "", language: "de"),
      Self.template("2", .defaultSummary, "en"),
      Self.template("3", .defaultSummary, "de", language: "de"),
      Self.template("4", .defaultSummary, "at", language: "de-at"),
    ])
    let source = PromptSource.of(stage: nil, step: .summary, setup: setup, language: language)
    #expect(source.content == content)
  }

  @Test func `without templates the built-in prompts stand in`() {
    for step in PromptSource.Step.allCases {
      let source = PromptSource.of(stage: nil, step: step, setup: Self.setup([]), language: "de")
      #expect(source == DefaultPrompts.of(step))
      #expect(source.name == "built in")
    }
    let summary = Self.setup([Self.template("s", .summary, "mine")])
    let source = PromptSource.of(stage: nil, step: .summary, setup: summary, language: "en")
    #expect(source.content == "mine")
  }

  @Test(arguments: PromptSource.Step.allCases)
  func `built-in prompts have known variables only, and place what their step needs`(
    _ step: PromptSource.Step
  ) throws {
    let source = DefaultPrompts.of(step)
    let used = Set(try TemplateText(source.content).variables)
    for variable in try TemplateText(source.content).occurrences
      + TemplateText(source.systemPrompt).occurrences
    {
      #expect(TemplateVariables.named(variable.head) != nil, "\(variable.written)")
    }
    let needed: Set<String> =
      switch step {
      case .stageSelection:
        ["available_stages", "previous_stage", "conversation_history", "summary", "message"]
      case .dataExtraction: ["extraction_schema", "message", "current_date"]
      case .responseGeneration:
        ["knowledge", "catalog", "context", "extracted_data", "message", "intents", "language"]
      case .summary: ["conversation_history", "summary"]
      }
    #expect(needed.subtracting(used).isEmpty)
    #expect(source.systemPrompt.hasSuffix(DefaultPrompts.fenceRule))
  }

  @Test(arguments: TemplateType.allCases)
  func `a preview fills in every variable`(_ type: TemplateType) throws {
    let everything = TemplateVariables.all.map { "<{\($0.name)}>" }.joined()
    let template = Self.template("t", type, everything)
    let preview = try template.preview(in: Self.setup([]))
    #expect(!preview.content.contains("<>"))
    #expect(preview.content.contains("Maeve"))
    #expect(preview.system.contains("Larkfell"))
    #expect(throws: TemplateError.self) {
      try Self.template("t", type, "{nobody}").preview(in: Self.setup([]))
    }
  }
}
