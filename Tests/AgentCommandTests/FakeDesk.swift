import Agent
@testable import AgentService
import CommandInterface
import Platform
import Synchronization
import TestSupport
@testable import Truth

@testable import agent

/// A database in memory, and an agent that says what a test wrote; two businesses.
final class FakeDesk: Desk, Conversing {
  static let demo = UUID(high: 1, low: 1)
  static let other = UUID(high: 1, low: 2)
  static let conversationID = UUID(high: 7, low: 7)
  static let turnID = UUID(high: 8, low: 8)

  struct State {
    var setup = AgentSetup(business: Business(id: FakeDesk.demo, name: "demo"))
    var status = Conversation.Status.active
    var takenBy: String?
    var said: [String] = []
    var trace: TurnTrace?
    var interactions: [InteractionRecord] = []
    /// By message.
    var replies: [String: AgentReply] = [:]
    var asked: [String] = []
    var sessions: [String] = []
  }

  let state = Mutex(State())

  func businesses() throws(TruthError) -> [BusinessRecord] {
    [("other", Self.other), ("demo", Self.demo)].map {
      BusinessRecord(businessID: $0.1, name: $0.0, description: "", createdAt: 0)
    }
  }

  func business(_ nameOrID: String) throws(TruthError) -> BusinessRecord {
    guard let found = try businesses().first(where: { $0.name == nameOrID }) else {
      throw .unknownBusiness(nameOrID)
    }
    return found
  }

  func setup(_ business: UUID) throws(TruthError) -> AgentSetup { state.withLock { $0.setup } }

  func replace(_ setup: AgentSetup) throws(TruthError) -> AgentSetup {
    state.withLock { $0.setup = setup }
    return setup
  }

  private func record(_ state: State) -> ConversationRecord {
    ConversationRecord(
      conversation: Conversation(
        id: Self.conversationID, businessID: Self.demo, userID: .zero, status: state.status,
        language: "en", epoch: 3, updatedAt: 1_700_000_000_000_000),
      identity: "ada\u{1B}[2J",
      handoff: state.status == .handedOff
        ? HandoffRecord(category: "topic", reason: "A lawyer.") : nil,
      takenBy: state.takenBy, dueAt: nil)
  }

  func conversations(
    _ business: UUID, status: Conversation.Status?, limit: Int
  ) throws(TruthError) -> [ConversationRecord] {
    state.withLock { state in
      business == Self.demo && (status == nil || status == state.status) ? [record(state)] : []
    }
  }

  func conversation(_ key: ConversationKey) throws(TruthError) -> ConversationRecord? {
    key.businessID == Self.demo && key.conversationID == Self.conversationID
      ? state.withLock { record($0) } : nil
  }

  func messages(_ key: ConversationKey, limit: Int) throws(TruthError) -> [MessageRecord] {
    [
      MessageRecord(
        message: Message(id: .zero, sender: .assistant, content: "Within 30 days.", epoch: 2),
        channel: "cli", channelMessageID: nil, senderName: nil, delivery: .unknown),
      MessageRecord(
        message: Message(id: .zero, sender: .user, content: "Can I return\u{7} it?", epoch: 1),
        channel: "cli", channelMessageID: nil, senderName: nil, delivery: nil),
    ]
  }

  func takeOver(_ key: ConversationKey, by person: String) throws(TruthError) -> Conversation? {
    state.withLock { state in
      guard state.status != .completed else { return nil }
      state.status = .handedOff
      state.takenBy = person
      return record(state).conversation
    }
  }

  func humanReply(
    _ text: String, to key: ConversationKey, by person: String
  ) throws(TruthError) -> Message? {
    state.withLock { state in
      guard state.status != .completed else { return nil }
      state.said.append("\(person): \(text)")
      return Message(id: .zero, sender: .human, content: text)
    }
  }

  func giveBack(_ key: ConversationKey) throws(TruthError) -> Conversation? {
    state.withLock { state in
      guard state.status == .handedOff else { return nil }
      state.status = .active
      return record(state).conversation
    }
  }

  func turns(_ key: ConversationKey, limit: Int) throws(TruthError) -> [TurnRecord] {
    state.withLock { $0.trace.map { [$0.turn] } ?? [] }
  }

  func trace(_ turn: UUID, _ business: UUID) throws(TruthError) -> TurnTrace? {
    state.withLock { business == Self.demo && turn == Self.turnID ? $0.trace : nil }
  }

  func interactions(
    _ business: UUID, conversation: UUID?, limit: Int
  ) throws(TruthError) -> [InteractionRecord] { state.withLock { $0.interactions } }

  // MARK: The agent

  func ask(
    _ text: String, receive: (String) -> Void
  ) throws(ConversationFailure) -> AgentReply {
    let reply = state.withLock { state in
      state.asked.append(text)
      return state.replies[text]
    }
    guard let reply else {
      throw ConversationFailure("the database is away", remedy: "start it", isOutage: true)
    }
    for word in reply.outcome.reply.split(separator: " ") { receive("\(word) ") }
    return reply
  }

  /// Writes down an answer.
  func answer(
    _ text: String, _ reply: String, citing: [String] = [], finding: [String] = [],
    handoff: Handoff? = nil, violations: [String] = [], confidence: Double = 0.9
  ) {
    var outcome = TurnOutcome(reply: reply, memory: Memory())
    outcome.citations = citing.enumerated().map {
      Citation(
        number: $0.offset + 1, entryID: .zero, collection: "knowledge", externalID: $0.element,
        title: "Returns")
    }
    outcome.handoff = handoff
    outcome.model = "extractive"
    outcome.confidence = confidence
    outcome.picodollars = 2_000_000_000
    let hits = finding.map {
      KnowledgeHit(id: .zero, externalID: $0, title: "Returns", content: "", relevance: 0.8)
    }
    let whole = AgentReply(
      conversationID: Self.conversationID, turnID: Self.turnID, outcome: outcome, retrieved: hits,
      violations: violations, milliseconds: 12)
    state.withLock { $0.replies[text] = whole }
  }

  // MARK: The program

  /// Runs a command line against this.
  func run(
    _ words: [String], input: [String] = [], environment: [String: String] = [:]
  ) -> (exit: ExitCode, output: String, error: String) {
    let captured = CapturedConsole()
    let lines = Mutex(input)
    let context = Context(
      console: captured.console(program: "agent", columns: 100),
      environment: { environment[$0] },
      readLine: { () throws(CommandError) in lines.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      },
      converse: { (request) throws(CommandError) in
        self.state.withLock { $0.sessions.append(request.session) }
        return self
      }, desk: { _ in self },
      migrate: { (_) throws(TruthError) in Migrator.Report(applied: ["0009_agent"], version: 9) })
    let exit = CommandLineTool(CommandTable.commands, context: context).run(
      words.first == "models" ? words : words + ["--database", "postgres://nowhere"])
    return (exit, captured.output, captured.error)
  }
}
