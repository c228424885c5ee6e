import Agent
import Platform
import Truth

/// A conversation that stands in the database and is answered by this process.
public final class StoredConversation: Conversing {
  private let runner: AgentRunner
  private let business: UUID
  private let channel: String
  private let identity: String
  private let session: String
  private let owner = UUID.random()

  /// - Parameters:
  ///   - runner: What answers.
  ///   - business: The tenant.
  ///   - channel: By which channel the customer writes, such as `cli`.
  ///   - identity: Who writes, as the channel knows them.
  ///   - session: Conversations of different sessions are different ones; may be empty.
  public init(
    runner: AgentRunner, business: UUID, channel: String, identity: String, session: String
  ) {
    self.runner = runner
    self.business = business
    self.channel = channel
    self.identity = identity
    self.session = session
  }

  /// Says something and waits for the answer: whoever waits has said all, so there is no quiet
  /// window.
  ///
  /// - Throws: ``ConversationFailure``.
  public func ask(
    _ text: String, receive: (String) -> Void
  ) throws(ConversationFailure) -> AgentReply {
    let begun = Clock.monotonicNanoseconds
    let receipt = try translating { () throws(TruthError) in
      try runner.store.receive(
        InboundMessage(
          businessID: business, channel: channel, identity: identity, sessionID: session,
          text: text, quietMilliseconds: 0))
    }
    guard receipt.isQueued else { throw Self.withPerson(receipt.conversation) }
    let key = ConversationKey(businessID: business, conversationID: receipt.conversation.id)
    let ending = try translating { () throws(TruthError) in
      try runner.answer(key, evenIfNotDue: true) { piece in
        if case .text(let more) = piece { receive(more) }
      }
    }
    guard case .answered(let answer) = ending else {
      throw ConversationFailure(
        "the message is stored, and another process answers it",
        remedy: "agent conversation \(key.conversationID) shows the answer")
    }
    try translating { () throws(TruthError) in try settle(key) }
    return AgentReply(
      conversationID: key.conversationID, turnID: answer.turnID, outcome: answer.outcome,
      retrieved: answer.steps.flatMap(\.retrievedHits),
      violations: answer.steps.flatMap(\.violations),
      milliseconds: Int((Clock.monotonicNanoseconds - begun) / 1_000_000))
  }

  private func translating<Value>(
    _ body: () throws(TruthError) -> Value
  ) throws(ConversationFailure) -> Value {
    do throws(TruthError) { return try body() } catch {
      if case .invalid(let field, let reason) = error {
        throw ConversationFailure("the \(field) \(reason)")
      }
      throw ConversationFailure("\(error)", isOutage: true)
    }
  }

  /// What the caller is told has left.
  private func settle(_ key: ConversationKey) throws(TruthError) {
    while let delivery = try runner.store.nextDelivery(
      of: key, owner: owner, leaseMilliseconds: 60_000)
    {
      try runner.store.delivered(delivery)
    }
  }

  private static func withPerson(_ conversation: Conversation) -> ConversationFailure {
    ConversationFailure(
      "the message is stored; a person has this conversation (\(conversation.status.rawValue))",
      remedy: "agent return \(conversation.id) gives it back to the agent")
  }
}
