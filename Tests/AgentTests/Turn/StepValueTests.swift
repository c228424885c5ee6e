import Platform
import Testing

@testable import Agent

@Suite struct StepValueTests {
  private let hit = KnowledgeHit(
    id: .random(), collection: "products", externalID: "BT-101", title: "Kilbride",
    content: "Boot.",
    category: "boots", language: "en", metadata: .object([("price", .number("219.0"))]),
    relevance: 0.75)

  /// What is stored is what is read: through text, as Postgres keeps it.
  private func again<Value: StepValue & Equatable>(_ value: Value) throws {
    #expect(try Value(try JSON.parse(value.json.serialized())) == value)
    for (key, _) in value.json.object ?? [] {
      let without = JSON.object((value.json.object ?? []).filter { $0.key != key })
      _ = try? Value(without)  // Never a trap.
    }
    #expect(throws: UnreadableStep.self) { try Value(.null) }
  }

  @Test func `every step reads what it wrote`() throws {
    try again(
      ReceivedStep(
        language: "de", isFirst: false, isReturning: true, forgotten: "and the price?",
        handoff: Handoff(.topic, "legal action")))
    try again(ReceivedStep(language: "", isFirst: true, isReturning: false))
    let correction = SpellingCorrections.Correction(
      original: "watrproof", replacement: "waterproof", confidence: 0.875)
    try again(
      CorrectedStep(
        text: "waterproof", changes: [correction], questions: [correction],
        intents: ["waterproof"], failure: "late"))
    try again(StagedStep(stageID: .random(), confidence: 0.5, reason: .model, note: "unsure"))
    try again(StagedStep(stageID: nil, confidence: 0, reason: .none))
    try again(
      ExtractedStep(
        data: .object([("a", .object([("b", .null)]))]), missing: ["a.b"], failure: "no"))
    try again(
      RetrievedStep(
        knowledge: [hit], catalogue: [hit], question: "X200 or X220?", data: "Order 1",
        suggestion: Suggestion(
          id: .random(), collection: "products", name: "Socks", reason: "goes with boots"),
        nothingRelevant: false, failures: ["names: late"]))
    let citation = Citation(
      number: 1, entryID: hit.id, collection: "products", externalID: "BT-101", title: "Kilbride")
    try again(
      ComposedStep(
        text: "It is 219.00 [1].", citations: [citation], confidence: 0.75, model: "a/1",
        handoff: Handoff(.failure, "down"), context: .object([("tokens", .integer(3))]),
        failure: "late"))
    try again(
      CheckedStep(
        text: "It is 219.00 [1].", citations: [citation], violations: ["price 229"],
        handoff: Handoff(.ungrounded, "price"), suggests: true))
  }
}
