import Agent
import Platform
import Synchronization

/// A model that says what a script tells it, and remembers what it was asked.
final class ScriptedModel: LanguageModel {
  let name = "test/scripted"
  private let state: Mutex<(replies: [Result<ModelReply, ModelError>], asked: [ModelRequest])>

  init(_ replies: [Result<ModelReply, ModelError>]) { state = Mutex((replies, [])) }

  convenience init(_ texts: String...) {
    self.init(
      texts.map {
        .success(
          ModelReply(
            text: $0, usage: ModelUsage(inputTokens: 100, outputTokens: 10), picodollars: 7,
            model: "test/scripted"))
      })
  }

  /// All requests, in order.
  var asked: [ModelRequest] { state.withLock { $0.asked } }
  /// What stands in all requests.
  var read: String { asked.map { "\($0.messages)" }.joined(separator: "\n") }

  func reply(
    to request: ModelRequest, cancellation: ModelCancellation, receive: (ModelDelta) -> Bool
  ) throws(ModelError) -> ModelReply {
    let next = state.withLock { state in
      state.asked.append(request)
      return state.replies.isEmpty ? nil : state.replies.removeFirst()
    }
    guard let next else { throw ModelError(.serverFailure, model: name, detail: "script is over") }
    let reply = try next.get()
    // A character at a time: sentences must come out whole all the same.
    for character in reply.text where !receive(.text(String(character))) { break }
    return reply
  }
}

struct OneModel: ModelProviding {
  let model: any LanguageModel
  func model(_ names: [String]) throws(ModelError) -> any LanguageModel { model }
}

/// Knowledge that finds the same for every text, for one business only.
struct FixedKnowledge: KnowledgeSearching {
  var business: UUID
  var entries: [KnowledgeHit] = []
  var products: [KnowledgeHit] = []
  var failure: KnowledgeError?

  func search(
    _ query: KnowledgeQuery, business: UUID
  ) throws(KnowledgeError) -> KnowledgeAnswer {
    if let failure { throw failure }
    guard business == self.business else { throw KnowledgeError(.refused, "another business") }
    let hits =
      switch query.collection {
      case "knowledge": entries
      case "products": products
      default: [KnowledgeHit]()
      }
    return KnowledgeAnswer(
      hits: Array(hits.prefix(query.limit)), nothingRelevant: hits.allSatisfy { $0.relevance < 0.1 }
    )
  }

  func match(
    _ text: String, business: UUID, limit: Int
  ) throws(KnowledgeError) -> CatalogueMatch {
    if let failure { throw failure }
    return CatalogueMatch(candidates: [])
  }

  func correct(
    _ text: String, language: String, business: UUID
  ) throws(KnowledgeError) -> SpellingCorrections {
    if let failure { throw failure }
    return SpellingCorrections(text: text)
  }
}

/// A shop with three stages.
struct Shop {
  var setup: AgentSetup
  var conversation: Conversation
  var customer: Customer
  var knowledge: FixedKnowledge
  let greeting = UUID.random()
  let orders = UUID.random()
  let done = UUID.random()
  static let now: Int64 = 1_800_000_000_000_000

  static let returns = KnowledgeHit(
    id: UUID.random(), externalID: "RET-001", title: "How long do I have to return something?",
    content: "You have 60 days from the day of delivery to send an item back for a full refund. "
      + "Items from the sale have 30 days.", category: "returns", language: "en", relevance: 0.9)
  static let boot = KnowledgeHit(
    id: UUID.random(), collection: "products", externalID: "BT-101", title: "Kilbride GTX",
    content: "Full-leather boot for long days on rough paths.", category: "hiking boots",
    metadata: .object([("price", .number("219.0")), ("stock", .integer(34))]), relevance: 0.3)

  init(model: String = "extractive") {
    let business = Business(id: .random(), name: "Larkfell Outdoor")
    var configuration = AgentConfiguration()
    configuration.agentName = "Robin"
    configuration.defaultModel = model
    configuration.enableProactiveSuggestions = false
    var form = Stage(
      id: orders, name: "Order help", description: "For questions about an order.", type: .form,
      nextStageID: done)
    form.extractionSchema = .object([
      ("type", .string("object")),
      (
        "properties",
        .object([
          ("order_number", .object([("type", .string("string")), ("maxLength", .integer(12))])),
          ("reason", .object([("type", .string("string"))])),
        ])
      ), ("required", .array([.string("order_number")])),
    ])
    form.retrieval.method = .promptUser
    setup = AgentSetup(
      business: business, configuration: configuration,
      stages: [
        Stage(
          id: greeting, name: "Greeting", description: "At the beginning.",
          type: .firstInteraction), form,
        Stage(id: done, name: "Goodbye", description: "At the end.", type: .completion),
      ])
    conversation = Conversation(
      id: .random(), businessID: business.id, userID: .random(), epoch: 3)
    customer = Customer(id: conversation.userID, firstName: "Ada")
    knowledge = FixedKnowledge(
      business: business.id, entries: [Self.returns], products: [Self.boot])
  }

  /// A turn's input for messages that came just now.
  func input(_ texts: String..., history: [Message] = [], memory: Memory = Memory()) -> TurnInput {
    TurnInput(
      turnID: .random(), setup: setup, conversation: conversation, customer: customer,
      history: history,
      burst: texts.map {
        Message(id: .random(), sender: .user, content: $0, createdAt: Self.now, epoch: 3)
      }, memory: memory, now: Self.now)
  }

  /// A shop whose conversation stands in a stage, and what was said there.
  func inStage(_ id: UUID) -> (shop: Shop, history: [Message]) {
    var shop = self
    shop.conversation.stageID = id
    return (
      shop,
      [
        Message(id: .random(), sender: .user, content: "hello", createdAt: Self.now - 60_000_000),
        Message(
          id: .random(), sender: .assistant, content: "Hello, how can I help?",
          createdAt: Self.now - 59_000_000),
      ]
    )
  }

  /// Runs a turn, keeping its steps.
  func run(
    _ input: TurnInput, _ model: any LanguageModel = ScriptedModel(), done: [StepRecord] = [],
    receive: (String) -> Void = { _ in }
  ) -> (outcome: TurnOutcome, steps: [StepRecord]) {
    var steps = done
    let pipeline = TurnPipeline(knowledge: knowledge, models: OneModel(model: model))
    let outcome = pipeline.run(input, done: done, receive: receive) { steps.append($0) }
    return (outcome ?? TurnOutcome(reply: "cancelled", memory: Memory()), steps)
  }
}
