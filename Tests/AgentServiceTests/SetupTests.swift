import Agent
import AgentService
import Platform
import Postgres
import Testing
import Truth

@Suite struct SetupTests {
  @Test func `a business without a set-up has the defaults`() throws {
    let fixture = try Fixture()
    let setup = try fixture.store.setup(business: fixture.business)
    #expect(setup.configuration == AgentConfiguration())
    #expect(setup.stages.isEmpty && setup.agents.isEmpty && setup.templates.isEmpty)
    #expect(setup.business.name.hasPrefix("b "))
    let nobody = UUID.random()
    #expect(
      refusedField { () throws(TruthError) in
        _ = try fixture.store.setup(business: nobody)
      } == "unknown business")
    var theirs = setup
    theirs.business.id = nobody
    #expect(
      refusedField { () throws(TruthError) in
        _ = try fixture.store.replace(theirs)
      } == "unknown business")
  }

  @Test func `what is set up is read back as it was, circles and all`() throws {
    let fixture = try Fixture()
    let wanted = fixture.setup()
    var stored = try fixture.store.replace(wanted)
    #expect(stored == (try fixture.store.setup(business: fixture.business)))
    stored.business = wanted.business
    #expect(stored == wanted)
  }

  @Test func `a document is applied again by its names, with other ids`() throws {
    let fixture = try Fixture()
    let first = try fixture.store.replace(fixture.setup())
    var again = fixture.setup()
    again.stages[0].description = "changed"
    let second = try fixture.store.replace(again)
    #expect(first.stages.map(\.id) == second.stages.map(\.id))
    #expect(first.templates.map(\.id) == second.templates.map(\.id))
    #expect(second.stages[0].description == "changed")
    #expect(second.stages[0].nextStageID == second.stages[1].id)
    #expect(
      second.stages[0].transitions.map(\.stageID) == [
        second.stages[1].id, second.stages[0].id,
      ])
    // An id that another name has is not taken from it.
    var swapped = second
    swapped.stages[0].id = second.stages[1].id
    swapped.stages[1].id = second.stages[0].id
    swapped.stages[0].nextStageID = swapped.stages[1].id
    swapped.stages[1].nextStageID = swapped.stages[0].id
    swapped.stages[0].transitions = []
    let third = try fixture.store.replace(swapped)
    #expect(third.stages.map(\.id) == second.stages.map(\.id))
    #expect(third.stages.map(\.nextStageID) == second.stages.map(\.nextStageID))
  }

  @Test func `what is no longer named goes, and conversations stand in no stage then`() throws {
    let fixture = try Fixture()
    let setup = try fixture.store.replace(fixture.setup())
    let claim = try fixture.claimed()
    var outcome = TurnOutcome("yes")
    outcome.nextStageID = setup.stages[0].id
    outcome.agentID = setup.agents[0].id
    _ = try fixture.store.send(outcome, for: claim)
    let before = try fixture.store.conversation(claim.key)?.conversation
    #expect(before?.stageID == setup.stages[0].id && before?.agentID == setup.agents[0].id)
    // A turn that is under way may still name the stage.
    let late = try fixture.claimed("more")
    #expect(late.input.conversation.stageID == setup.stages[0].id)
    let empty = AgentSetup(business: setup.business)
    let stored = try fixture.store.replace(empty)
    #expect(stored == empty)
    let after = try fixture.store.conversation(claim.key)?.conversation
    #expect(after?.stageID == nil && after?.agentID == nil)
    #expect(try fixture.store.send(outcome, for: late).message?.content == "yes")
    #expect(try fixture.store.conversation(claim.key)?.conversation.stageID == nil)
    for table in ["stages", "templates", "agents"] {
      #expect(try fixture.count("select count(*) from \(table) where business_id = $1") == 0)
    }
  }

  @Test func `a claim has the set-up of the moment, whoever changed it`() throws {
    let fixture = try Fixture()
    _ = try fixture.store.replace(fixture.setup())
    let first = try fixture.claimed("1", from: "a")
    #expect(first.input.setup.configuration.agentName == "Mia")
    #expect(try fixture.claimed("2", from: "b").input.setup == first.input.setup)
    var connection = try fixture.connect()
    try connection.query(
      """
      update stages set stage_description = 'by hand'
      where business_id = $1 and stage_name = 'order'
      """,
      [.uuid(fixture.business)])
    #expect(try fixture.claimed("3", from: "c").input.setup.stages[0].description == "by hand")
    try connection.query("delete from stages where business_id = $1", [.uuid(fixture.business)])
    #expect(try fixture.claimed("4", from: "d").input.setup.stages.isEmpty)
  }

  @Test func `what is not in order is refused by its name and changes nothing`() throws {
    let fixture = try Fixture()
    let good = try fixture.store.replace(fixture.setup())
    let long = String(repeating: "x", count: 70_000)
    let cases: [(String, (inout AgentSetup) -> Void)] = [
      ("stages[order].next_stage_id", { $0.stages[0].nextStageID = .random() }),
      (
        "stages[order].transitions[1].stage_id",
        { $0.stages[0].transitions[1].stageID = .random() }
      ),
      ("stages[order].agent_id", { $0.stages[0].agentID = .random() }),
      (
        "stages[order].data_extraction_template_id",
        { $0.stages[0].prompts.extractionTemplateID = .random() }
      ),
      (
        "stages[order].response_generation_template_id",
        { $0.stages[0].prompts.responseTemplateID = $0.templates[0].id }
      ),
      ("stages[order].temperature", { $0.stages[0].model.temperature = 2.5 }),
      ("stages[order].output_token_limit", { $0.stages[0].model.outputTokenLimit = 0 }),
      ("stages[order].extraction_schema", { $0.stages[0].extractionSchema = .string(long) }),
      ("stages[order].response_generation_prompt", { $0.stages[0].prompts.response = long }),
      (
        "stages[order].data_retrieval",
        { $0.stages[0].retrieval.config = .object([("x", .string(long))]) }
      ),
      ("stages[1].name", { $0.stages[1].name = "" }),
      ("stages[order]", { $0.stages[1].name = "order" }),
      ("stages[welcome].id", { $0.stages[1].id = $0.stages[0].id }),
      ("templates[fallback].content", { $0.templates[0].content = long }),
      ("templates[fallback].language", { $0.templates[0].language = "e\0" }),
      (
        "templates[fallback].default_variables",
        { $0.templates[0].defaultVariables = ["x": long] }
      ),
      ("agents[0].name", { $0.agents[0].name = "a\0b" }),
      (
        "agents",
        { setup in
          setup.agents = (0..<501).map { AgentProfile(id: .random(), name: "\($0)") }
        }
      ),
      ("agent_name", { $0.configuration.agentName = "" }),
      ("default_model", { $0.configuration.defaultModel = "" }),
      ("confidence_threshold", { $0.configuration.confidenceThreshold = .nan }),
      ("low_confidence_limit", { $0.configuration.lowConfidenceLimit = 0 }),
      ("handoff_topics", { $0.configuration.handoffTopics = ["a\0"] }),
      (
        "fallback_models",
        { $0.configuration.fallbackModels = Array(repeating: "m", count: 21) }
      ),
      ("persona", { $0.configuration.persona = long }),
      ("turn_picodollars", { $0.configuration.turnPicodollars = .max }),
    ]
    for (field, change) in cases {
      var bad = good
      change(&bad)
      let refused = refusedField { () throws(TruthError) in _ = try fixture.store.replace(bad) }
      #expect(refused == field)
    }
    #expect(try fixture.store.setup(business: fixture.business) == good)
  }

  @Test func `replacing at the same time leaves one of the set-ups whole`() throws {
    let fixture = try Fixture()
    let store = fixture.store
    let setups = (0..<6).map { number in
      var setup = fixture.setup()
      setup.configuration.agentName = "\(number)"
      for index in setup.stages.indices { setup.stages[index].description = "\(number)" }
      return setup
    }
    let failures = Failures()
    let threads = setups.map { setup in
      Thread.spawn(name: "replace") {
        failures.catching { for _ in 0..<5 { _ = try store.replace(setup) } }
      }
    }
    for thread in threads { thread.join() }
    #expect(failures.all == [])
    let last = try store.setup(business: fixture.business)
    #expect(Set(last.stages.map(\.description)) == [last.configuration.agentName])
    #expect(last.stages.count == 2 && last.templates.count == 2)
  }
}
