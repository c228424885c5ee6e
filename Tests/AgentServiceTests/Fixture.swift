import Agent
import AgentService
import Platform
import Postgres
import Synchronization
import TestSupport
import Testing
import Truth

/// One database for the suite; each test has a business of its own in it.
struct Fixture {
  static let database: Result<TestDatabase, any Error> = Result {
    try TestCluster.migratedDatabase()
  }
  private static let shared = Result {
    let information = try database.get().connectionInfo
    return (
      AgentStore(connectionInfo: information, connectionLimit: 60),
      EntryStore(connectionInfo: information, connectionLimit: 2)
    )
  }

  let store: AgentStore
  let business: UUID

  init() throws {
    let (agent, entries) = try Self.shared.get()
    store = agent
    business = try entries.createBusiness(named: "b \(UUID.random())").businessID
  }

  /// The administrator's view, past row-level security.
  func connect() throws -> PostgresConnection { try Self.database.get().connect() }

  /// One number of a query whose `$1` is the business.
  func count(_ sql: String) throws -> Int {
    var connection = try connect()
    return try connection.query(sql, [.uuid(business)]).value(0, 0)
  }

  func inbound(
    _ text: String, from identity: String = "anna", id: String? = nil, quiet: Int = 0
  ) -> InboundMessage {
    InboundMessage(
      businessID: business, channel: "api", identity: identity, text: text, channelMessageID: id,
      firstName: "Anna", quietMilliseconds: quiet)
  }

  /// A message that is due, and its claim.
  func claimed(
    _ text: String = "hello", from identity: String = "anna", lease: Int = 60_000
  ) throws -> Claim {
    let receipt = try store.receive(inbound(text, from: identity))
    return try #require(
      try store.claim(
        conversation: receipt.key, owner: .random(), leaseMilliseconds: lease))
  }

  /// A set-up with two stages that lead to each other.
  func setup() -> AgentSetup {
    let select = Template(
      id: .random(), name: "select", type: .stageSelection, content: "{stage list}",
      systemPrompt: "system", language: "de", defaultVariables: ["z": "1", "a": "é\u{1F600}"])
    let fallback = Template(
      id: .random(), name: "fallback", type: .defaultResponseGeneration, content: "")
    let agent = AgentProfile(id: .random(), name: "Sales")
    var welcome = Stage(
      id: .random(), name: "welcome", description: "begin", type: .firstInteraction,
      agentID: agent.id)
    var order = Stage(id: .random(), name: "order", description: "", type: .form)
    welcome.nextStageID = order.id
    order.nextStageID = welcome.id
    order.transitions = [
      StageTransition(field: "address.city", condition: .present, stageID: welcome.id),
      StageTransition(
        field: "size", condition: .atLeast, value: .number("1.50"), stageID: order.id),
    ]
    order.extractionSchema = .object([
      ("type", .string("object")), ("properties", .object([("b", .null), ("a", .bool(true))])),
    ])
    order.retrieval = DataRetrieval(
      method: .databaseQuery,
      config: .object([("source", .string("orders")), ("limit", .integer(3))]))
    order.exampleConversations = ["user: I want shoes", "x"]
    order.model.name = "openai/gpt-5"
    order.model.temperature = 0.25
    order.model.outputTokenLimit = 300
    order.prompts.selectionTemplateID = select.id
    order.prompts.response = "own prompt"
    var configuration = AgentConfiguration()
    configuration.agentName = "Mia"
    configuration.personalityTraits = ["patient", "precise"]
    configuration.fallbackModels = ["a", "b"]
    configuration.smallModel = "small"
    configuration.confidenceThreshold = 0.55
    configuration.handoffTopics = ["legal action"]
    configuration.enableRichMessages = false
    configuration.pipeline = .threePrompt
    configuration.turnPicodollars = 5_000_000_000
    return AgentSetup(
      business: Business(id: business, name: ""), configuration: configuration, agents: [agent],
      stages: [order, welcome], templates: [fallback, select])
  }
}

extension Receipt {
  var key: ConversationKey {
    ConversationKey(businessID: conversation.businessID, conversationID: conversation.id)
  }
}

extension TurnOutcome {
  /// An answer in words.
  init(_ reply: String) { self.init(reply: reply, memory: Memory()) }
}

extension SendResult {
  /// The message that was sent.
  var message: Message? { if case .sent(let message) = self { message } else { nil } }
}

/// The field that a call is refused for; nil where it is not.
func refusedField(_ body: () throws(TruthError) -> Void) -> String? {
  do throws(TruthError) { try body() } catch {
    if case .invalid(let field, _) = error { return field }
    if case .unknownBusiness = error { return "unknown business" }
    return "\(error)"
  }
  return nil
}

/// What went wrong on several threads.
final class Failures: Sendable {
  private let texts = Mutex<[String]>([])

  var all: [String] { texts.withLock { $0 } }

  func add(_ text: String) { texts.withLock { $0.append(text) } }

  func catching(_ body: () throws -> Void) {
    do { try body() } catch { add("\(error)") }
  }
}
