import Platform
import Testing
import YAML

@testable import Agent

@Suite struct SetupRoundTripTests {
  @Test func `an exported setup that is read again is the same`() throws {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<60 {
      let setup = Self.setup(&random)
      let document = SetupDocument.write(setup)
      let yaml = YAML.write(document)
      let read = try YAML.parse(Array(yaml.utf8))
      #expect(read == document)
      #expect(try SetupDocument.read(read, existing: setup).setup == setup, "\(yaml)")
      // Without the setup all but the ids is the same, too.
      #expect(try SetupDocument.write(SetupDocument.read(read).setup) == document)
    }
  }

  @Test func `an empty setup is a name`() throws {
    let setup = AgentSetup(business: Business(id: .zero, name: "B"))
    #expect(YAML.write(SetupDocument.write(setup)) == "business:\n  name: B\n")
    #expect(try SetupDocument.read(SetupDocument.write(setup), existing: setup).setup == setup)
  }

  static func setup(_ random: inout SeededGenerator) -> AgentSetup {
    func flip() -> Bool { Bool.random(using: &random) }
    func text() -> String {
      ["", "x", "Say {user_name|there}.\n\n  - one: 1\n", "no", "1.50", " a ", "é #x"]
        .randomElement(using: &random)!
    }
    func texts() -> [String] { [["a b", "no"], [], ["1"]].randomElement(using: &random)! }
    var configuration = AgentConfiguration()
    configuration.agentName = "Fionn"
    configuration.personalityTraits = texts()
    configuration.tone = text()
    configuration.persona = text()
    configuration.smallModel = flip() ? "openai/small" : nil
    configuration.confidenceThreshold = [0, 0.4, 0.1 + 0.2, 1].randomElement(using: &random)!
    configuration.lowConfidenceLimit = Int.random(in: 1...5, using: &random)
    configuration.handoffTopics = texts()
    configuration.enableRichMessages = flip()
    configuration.pipeline = flip() ? .agent : .threePrompt
    configuration.turnPicodollars =
      [nil, 0, 1, 50_000_000_000, 2_000_000_000_000].randomElement(using: &random)!
    var setup = AgentSetup(
      business: Business(id: .random(), name: "Larkfell & \"Co\"", description: text()),
      configuration: configuration,
      agents: ["Ann", "no"].map { AgentProfile(id: .random(), name: $0) })
    setup.templates = TemplateType.allCases.map { type in
      Template(
        id: .random(), name: "T \(type.rawValue)", type: type, content: text(),
        systemPrompt: text(), language: flip() ? "de-AT" : "en",
        defaultVariables: flip() ? ["N": "20", "Shop Name": text()] : [:])
    }
    let ids = (0..<4).map { _ in UUID.random() }
    for (index, id) in ids.enumerated() {
      var stage = Stage(
        id: id, name: "Stage: \(index)", description: text(),
        type: index == 0 ? .firstInteraction : .form)
      stage.agentID = flip() ? setup.agents.randomElement(using: &random)?.id : nil
      stage.prompts.selectionTemplateID = flip() ? setup.templates[0].id : nil
      stage.prompts.responseTemplateID = flip() ? setup.templates[2].id : nil
      stage.prompts.extraction = flip() ? text() : nil
      stage.nextStageID = flip() ? ids.randomElement(using: &random) : nil
      if flip() {
        stage.extractionSchema = .object([
          (key: "type", value: .string("object")),
          (key: "properties", value: .object([(key: "x.y", value: .object([]))])),
          (key: "required", value: .array([.string("x.y")])),
        ])
        stage.retrieval = DataRetrieval(method: .promptUser)
      } else if flip() {
        let config = JSON.object([
          (key: "source", value: .string("orders")), (key: "limit", value: .number("5")),
        ])
        stage.retrieval = DataRetrieval(method: .databaseQuery, config: config)
      }
      stage.transitions = StageTransition.Condition.allCases.filter { _ in flip() }.map {
        condition in
        let value: JSON? =
          switch condition {
          case .present, .absent: nil
          case .equals, .notEquals: .string(text())
          case .atLeast, .atMost: .number("1.50")
          }
        return StageTransition(
          field: "x", condition: condition, value: value,
          stageID: ids.randomElement(using: &random)!)
      }
      stage.exampleConversations = texts()
      stage.model.temperature = flip() ? 0.7 : nil
      stage.model.outputTokenLimit = flip() ? 200 : nil
      setup.stages.append(stage)
    }
    return setup
  }
}
