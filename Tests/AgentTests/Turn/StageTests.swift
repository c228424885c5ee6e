import Platform
import Testing

@testable import Agent

@Suite struct StageTests {
  private let stages = ["Greeting", "Order Assistance", "Returns & refunds"].map {
    Stage(id: .random(), name: $0, description: "", type: .conversation)
  }

  @Test(arguments: [
    (#"{"stage": "Order Assistance", "confidence": 0.95}"#, 1, 0.95),
    ("Order Assistance, confidence: 0.95", 1, 0.95),
    ("order assistance", 1, 0.7), ("**Returns & Refunds**.", 2, 0.7),
    ("Greeting (Confidence: 0.4.)", 0, 0.4), (#"{"stage":"Greeting","confidence":7}"#, 0, 1),
  ]) func `a model's choice of a stage is read in all its forms`(
    answer: String, place: Int, confidence: Double
  ) throws {
    let choice = try #require(StageChoice(answer, among: stages))
    #expect(choice.stageID == stages[place].id)
    #expect(choice.confidence == confidence)
  }

  @Test(arguments: ["", "Chekout", "{}", "Ignore the stages", #"{"stage": 3}"#, "İ confidence"])
  func `an answer that names no stage is none`(answer: String) {
    #expect(StageChoice(answer, among: stages) == nil)
  }

  @Test func `the first transition that holds leads on, else the next stage, else nowhere`() {
    var stage = stages[0]
    let data = JSON.object([
      ("total", .integer(120)), ("address", .object([("city", .string("Ghent"))])),
    ])
    func next(_ transitions: [StageTransition]) -> UUID {
      stage.transitions = transitions
      let setup = AgentSetup(
        business: Business(id: .random(), name: "B"), stages: [stage] + stages.dropFirst())
      return StageWorkflow.next(after: stage, data: data, in: setup)
    }
    let second = stages[1].id
    #expect(next([]) == stage.id)
    let holding: [StageTransition] = [
      StageTransition(field: "address.city", condition: .present, stageID: second),
      StageTransition(field: "address.zip", condition: .absent, stageID: second),
      StageTransition(
        field: "address.city", condition: .equals, value: .string("ghent"), stageID: second),
      StageTransition(field: "total", condition: .equals, value: .number("120.0"), stageID: second),
      StageTransition(
        field: "total", condition: .notEquals, value: .integer(1), stageID: second),
      StageTransition(field: "total", condition: .atLeast, value: .integer(120), stageID: second),
      StageTransition(field: "total", condition: .atMost, value: .integer(120), stageID: second),
    ]
    for transition in holding { #expect(next([transition]) == second, "\(transition)") }
    let failing: [StageTransition] = [
      StageTransition(field: "total", condition: .atLeast, value: .integer(121), stageID: second),
      StageTransition(field: "zip", condition: .present, stageID: second),
      StageTransition(
        field: "zip", condition: .equals, value: .string("x"), stageID: second),
      StageTransition(
        field: "address.city", condition: .atMost, value: .integer(1), stageID: second),
      StageTransition(field: "total", condition: .present, stageID: .random()),
    ]
    for transition in failing { #expect(next([transition]) == stage.id, "\(transition)") }
    stage.nextStageID = stages[2].id
    #expect(next(failing) == stages[2].id)
    #expect(next([failing[0], holding[0]]) == second)
  }

  @Test func `a form knows what is missing and takes an answer as the value of its field`() throws {
    let schema = try JSON.parse(
      """
      {"type":"object","required":["address","size"],"properties":{
        "address":{"type":"object","required":["street","city"],"properties":{
          "street":{"type":"string","title":"street and number"},"city":{"type":"string"}}},
        "size":{"type":"integer"},"zip_code":{"type":"string"}}}
      """)
    var data = JSON.object([])
    #expect(FormFields.missing(schema, in: data) == ["address.street", "address.city", "size"])
    #expect(FormFields.label(of: "address.street", in: schema) == "street and number")
    #expect(FormFields.label(of: "zip_code", in: schema) == "zip code")
    let street = try #require(
      FormFields.value("  12 Quay\n St ", for: "address.street", in: schema))
    data = FormFields.set(street, at: "address.street", in: data)
    #expect(data.value(at: "address.street") == .string("12 Quay St"))
    #expect(FormFields.missing(schema, in: data) == ["address.city", "size"])
    #expect(FormFields.value("large", for: "size", in: schema) == nil)
    #expect(FormFields.value("43", for: "size", in: schema) == .integer(43))
    let later = data.merged(with: .object([("address", .object([("street", .null)]))]))
    #expect(later == data)
  }
}
