import Platform
import Testing

@testable import Agent

@Suite struct SetupDocumentTests {
  static let stages = #""stages": [{"name": "Greeting", "type": "first_interaction"}"#

  static func problems(_ json: String) throws -> [String] {
    do {
      _ = try SetupDocument.read(JSON.parse(json))
      return []
    } catch let refusal as SetupDocument.Refusal { return refusal.problems.map(\.description) }
  }

  /// The problems of stages that follow a greeting.
  static func problems(stages: String, _ more: String = "") throws -> [String] {
    try problems(#"{"business": {"name": "B"}, \#(more) \#(self.stages), \#(stages)]}"#)
  }

  @Test(arguments: [
    (#"[]"#, "must be a mapping of business"),
    (#"{"busines": {}}"#, "busines: is not known; did you mean business?"),
    (#"{}"#, "business: is missing"),
    (#"{"business": {"name": " "}}"#, "business.name: must be a name"),
    (
      #"{"business": {"name": 5}}"#,
      "business.name: must be a name of one line and at most 200 bytes, not 5"
    ),
    (#"{"configuration": {"tone": 5}}"#, "configuration.tone: must be a text (in quotes"),
    (#"{"configuration": {"confidence_threshold": 2}}"#, "must be a number of 0.0 to 1.0, not 2"),
    (#"{"configuration": {"pipeline": "threeprompt"}}"#, "did you mean three_prompt?"),
    (#"{"configuration": {"turn_dollars": -1}}"#, "turn_dollars: must be a number"),
    (#"{"configuration": {"language": "en_GB"}}"#, "a language tag"),
    (
      #"{"configuration": {"agent_nmae": "x"}}"#,
      "configuration.agent_nmae: is not known; did you mean agent_name?"
    ),
    (#"{"agents": ["Ann", "ann"]}"#, "agents[1]: \"ann\" is the name of agents[0] already"),
    (
      #"{"templates": [{"name": "T"}]}"#,
      "templates[0].type: is missing: choose one of stage_selection"
    ),
    (
      #"{"templates": [{"name": "T", "type": "summary", "content": "{user_nmae}"}]}"#,
      "templates[0].content: line 1, column 1: unknown variable {user_nmae}; did you mean {user_name}?"
    ),
    (
      #"{"templates": [{"name": "T", "type": "summary", "default_variables": {"a": []}}]}"#,
      "templates[0].default_variables.a: must be a text"
    ),
    (#"{"stages": [{"name": "A"}]}"#, "stages: none is of type first_interaction"),
    (#"{"stages": 5}"#, "stages: must be a list of at most 500, not 5"),
  ]) func `every error says where it is and what to do`(json: String, part: String) throws {
    let found = try Self.problems(json)
    #expect(found.contains { $0.contains(part) }, "\(found)")
  }

  @Test(arguments: [
    (
      #"{"name": "Checkout", "next_stage": "Chekout"}"#,
      #"stages[1].next_stage: there is no stage "Chekout"; did you mean "Checkout"?"#
    ),
    (#"{"name": "greeting"}"#, "stages[1].name: \"greeting\" is the name of stages[0] already"),
    (
      #"{"name": "B", "type": "first_interaction"}"#,
      "stages[1].type: conversations begin with \"Greeting\" already"
    ),
    (#"{"name": "B", "agent": "Ann"}"#, "stages[1].agent: there is no agent \"Ann\"; add it"),
    (
      #"{"name": "B", "response_prompt": "a\n {x y}"}"#,
      "stages[1].response_prompt: line 2, column 2: unknown variable {x y}"
    ),
    (
      #"{"name": "B", "response_template": "D"}"#, "stages[1].response_template: \"D\" is a default"
    ),
    (#"{"name": "B", "selection_template": "S"}"#, "is of type summary, not stage_selection"),
    (
      #"{"name": "B", "extraction_schema": {"type": "object", "properties": {"zip": {"minLenght": 1}}}}"#,
      "stages[1].extraction_schema.properties.zip.minLenght: unknown keyword; did you mean minLength?"
    ),
    (#"{"name": "B", "extraction_schema": {"type": "string"}}"#, "must be of type object"),
    (
      #"{"name": "B", "extraction_schema": 5}"#,
      "stages[1].extraction_schema: a schema is an object"
    ),
    (
      #"{"name": "B", "data_retrieval": {"method": "prompt_user"}}"#, "list it there under required"
    ),
    (
      #"{"name": "B", "data_retrieval": {"method": "none", "config": {"url": ""}}}"#,
      "config.url: is not known; leave it out"
    ),
    (
      #"{"name": "B", "data_retrieval": {"method": "database_query", "config": {"source": "users"}}}"#,
      "data_retrieval.config.source: must be one of orders"
    ),
    (
      #"{"name": "B", "data_retrieval": {"method": "api_call", "config": {"url": "file:///x"}}}"#,
      "https://"
    ),
    (
      #"{"name": "B", "data_retrieval": {"method": "api_call", "config": {"url": "https://{message}/x"}}}"#,
      "name its host"
    ),
    (
      #"{"name": "B", "data_retrieval": {"method": "api_call", "config": {"url": "https://a.b@c/x"}}}"#,
      "name its host"
    ),
    (
      #"{"name": "B", "data_retrieval": {"method": "api_call", "config": {"url": "https://a/{ordre}"}}}"#,
      "unknown variable"
    ),
    (
      #"{"name": "B", "data_retrieval": {"method": "query"}}"#,
      "data_retrieval.method: must be one of"
    ),
    (
      #"{"name": "B", "transitions": [{"field": "a..b", "condition": "present", "stage": "B"}]}"#,
      "transitions[0].field"
    ),
    (
      #"{"name": "B", "transitions": [{"field": "a", "condition": "present", "value": 1, "stage": "B"}]}"#,
      "leave it out"
    ),
    (
      #"{"name": "B", "transitions": [{"field": "a", "condition": "at_least", "value": "1", "stage": "B"}]}"#,
      "a number"
    ),
    (
      #"{"name": "B", "transitions": [{"field": "a", "condition": "equals", "stage": "B"}]}"#,
      "what to compare with"
    ),
    (#"{"name": "B", "transitions": [{}]}"#, "transitions[0].stage: is missing"),
    (
      #"{"name": "B", "model": {"temperature": 3}}"#,
      "stages[1].model.temperature: must be a number of 0.0 to 2.0"
    ),
    (
      #"{"name": "B", "type": "processing", "next_stage": "C"}, {"name": "C", "type": "processing", "next_stage": "B"}"#,
      "stages[1].next_stage: B → C → B is a ring in which no stage waits for the customer"
    ),
  ]) func `errors of stages name the place and the nearest name`(stages: String, part: String)
    throws
  {
    let templates = #"""
      "templates": [{"name": "D", "type": "default_response_generation", "content": "x"},
        {"name": "S", "type": "summary", "content": "x"}],
      """#
    let found = try Self.problems(stages: stages, templates)
    #expect(found.contains { $0.contains(part) }, "\(found)")
  }

  @Test func `what works and was hardly meant is told`() throws {
    func warnings(_ stages: String) throws -> [String] {
      try SetupDocument.read(JSON.parse(#"{"business": {"name": "B"}, "stages": [\#(stages)]}"#))
        .warnings.map(\.description)
    }
    #expect(
      try warnings("") == [
        "stages: there are none: the agent can only ask for them to be configured"
      ])
    let ring =
      #"{"name": "A", "type": "first_interaction", "next_stage": "B"}, {"name": "B", "next_stage": "A"}"#
    #expect(try warnings(ring).first?.contains("A → B → A is a ring without a condition") == true)
    let same = #"{"name": "A", "type": "first_interaction", "next_stage": "A"}"#
    #expect(
      try warnings(same) == [
        "stages[0].next_stage: is the stage itself, which is the same as none: leave it out"
      ])
    let field = #"""
      {"name": "A", "type": "first_interaction",
       "extraction_schema": {"type": "object", "properties": {"city": {}}},
       "transitions": [{"field": "ctiy.x", "condition": "present", "stage": "A"},
         {"field": "city.x", "condition": "present", "stage": "A"}]}
      """#
    #expect(
      try warnings(field) == [
        #"stages[0].transitions[0].field: no stage's extraction_schema has "ctiy"; did you mean city?"#
      ])
  }

  @Test func `ids are kept by name, and all errors are told at once`() throws {
    let text = #"{"business": {"name": "B"}, "agents": ["Ann"], \#(Self.stages)]}"#
    let first = try SetupDocument.read(JSON.parse(text)).setup
    let again = try SetupDocument.read(JSON.parse(text), existing: first).setup
    #expect(again == first)
    let renamed = try JSON.parse(
      text.replacing("Greeting", with: "Hello").replacing(#""name": "B""#, with: ""))
    let other = try SetupDocument.read(renamed, existing: first).setup
    #expect(other.stages[0].id != first.stages[0].id)
    #expect(other.agents == first.agents)
    #expect(other.business == first.business)
    let many =
      "[" + (0..<60).map { "{\"name\": \"S\($0)\", \"type\": 5}" }.joined(separator: ",") + "]"
    #expect(try Self.problems(#"{"business": {"name": "B"}, "stages": \#(many)}"#).count == 50)
  }

  @Test func `any JSON comes to a setup or a refusal`() throws {
    var random = SeededGenerator(seed: 21)
    let keys =
      ["business", "name", "configuration", "agents", "templates", "stages", "type", "content"]
      + SetupReader.stageKeys + ["method", "config", "url", "field", "condition", "value", "stage"]
    func value(_ depth: Int) -> JSON {
      switch Int.random(in: 0..<(depth > 4 ? 4 : 8), using: &random) {
      case 0: .null
      case 1: .number("1")
      case 2, 3:
        .string(
          ["A", "none", "present", "summary", "https://{", "{a|b}", ""].randomElement(
            using: &random)!)
      case 4, 5: .array((0..<2).map { _ in value(depth + 1) })
      default:
        .object(
          (0..<6).map { _ in (key: keys.randomElement(using: &random)!, value: value(depth + 1)) })
      }
    }
    for _ in 0..<500 {
      let json = JSON.object(
        ["business", "templates", "stages"].map { (key: $0, value: value(1)) })
      do { _ = try SetupDocument.read(json) } catch { #expect(!error.problems.isEmpty) }
    }
  }
}
