import Agent
import AgentService
import Platform
import Truth

/// What commands ask of the database. Each method sees one business, but the first two.
protocol Desk: Sendable {
  func businesses() throws(TruthError) -> [BusinessRecord]
  /// By name or id.
  func business(_ nameOrID: String) throws(TruthError) -> BusinessRecord
  func setup(_ business: UUID) throws(TruthError) -> AgentSetup
  func replace(_ setup: AgentSetup) throws(TruthError) -> AgentSetup
  /// Those with the newest messages first.
  func conversations(
    _ business: UUID, status: Conversation.Status?, limit: Int
  ) throws(TruthError) -> [ConversationRecord]
  func conversation(_ key: ConversationKey) throws(TruthError) -> ConversationRecord?
  func messages(_ key: ConversationKey, limit: Int) throws(TruthError) -> [MessageRecord]
  func takeOver(_ key: ConversationKey, by person: String) throws(TruthError) -> Conversation?
  func humanReply(
    _ text: String, to key: ConversationKey, by person: String
  ) throws(TruthError) -> Message?
  func giveBack(_ key: ConversationKey) throws(TruthError) -> Conversation?
  /// The newest first.
  func turns(_ key: ConversationKey, limit: Int) throws(TruthError) -> [TurnRecord]
  func trace(_ turn: UUID, _ business: UUID) throws(TruthError) -> TurnTrace?
  /// The newest first.
  func interactions(
    _ business: UUID, conversation: UUID?, limit: Int
  ) throws(TruthError) -> [InteractionRecord]
}

/// The stores over Postgres.
final class PostgresDesk: Desk {
  private let entries: EntryStore
  private let store: AgentStore

  init(connectionInfo: String) {
    entries = EntryStore(connectionInfo: connectionInfo)
    store = AgentStore(connectionInfo: connectionInfo, connectionLimit: 1)
  }

  func businesses() throws(TruthError) -> [BusinessRecord] { try entries.businesses() }

  func business(_ nameOrID: String) throws(TruthError) -> BusinessRecord {
    try entries.business(nameOrID)
  }

  func setup(_ business: UUID) throws(TruthError) -> AgentSetup {
    try store.setup(business: business)
  }

  func replace(_ setup: AgentSetup) throws(TruthError) -> AgentSetup { try store.replace(setup) }

  func conversations(
    _ business: UUID, status: Conversation.Status?, limit: Int
  ) throws(TruthError) -> [ConversationRecord] {
    try store.conversations(business: business, status: status, limit: limit)
  }

  func conversation(_ key: ConversationKey) throws(TruthError) -> ConversationRecord? {
    try store.conversation(key)
  }

  func messages(_ key: ConversationKey, limit: Int) throws(TruthError) -> [MessageRecord] {
    try store.messages(of: key, limit: limit)
  }

  func takeOver(_ key: ConversationKey, by person: String) throws(TruthError) -> Conversation? {
    try store.takeOver(key, by: person)
  }

  func humanReply(
    _ text: String, to key: ConversationKey, by person: String
  ) throws(TruthError) -> Message? { try store.humanReply(text, to: key, by: person) }

  func giveBack(_ key: ConversationKey) throws(TruthError) -> Conversation? {
    try store.giveBack(key)
  }

  func turns(_ key: ConversationKey, limit: Int) throws(TruthError) -> [TurnRecord] {
    try store.turns(of: key, limit: limit)
  }

  func trace(_ turn: UUID, _ business: UUID) throws(TruthError) -> TurnTrace? {
    try store.trace(turn: turn, business: business)
  }

  func interactions(
    _ business: UUID, conversation: UUID?, limit: Int
  ) throws(TruthError) -> [InteractionRecord] {
    try store.interactions(business: business, conversation: conversation, limit: limit)
  }
}
