import Agent
import Platform

/// A conversation with the agent, message by message, as a customer has it.
public protocol Conversing: Sendable {
  /// Says something in the customer's place and waits for the answer.
  ///
  /// - Parameters:
  ///   - text: The message, 1 byte to 64 KiB.
  ///   - receive: Gets the answer piece by piece on the calling thread, where it comes so; the
  ///     pieces are a beginning of the answer, and there may be none.
  /// - Throws: ``ConversationFailure`` where there is none: the message may be answered later.
  func ask(
    _ text: String, receive: (String) -> Void
  ) throws(ConversationFailure) -> AgentReply
}

/// An answer, and what it was made of.
public struct AgentReply: Sendable {
  /// The conversation that it stands in.
  public var conversationID: UUID
  /// The turn, whose trace tells the rest.
  public var turnID: UUID
  /// What was answered, with its citations, and what it cost.
  public var outcome: TurnOutcome
  /// What was found, best first: knowledge, then products and services.
  public var retrieved: [KnowledgeHit]
  /// What a model said without a source and was taken out, in words.
  public var violations: [String]
  /// From the message to the answer.
  public var milliseconds: Int

  /// - Parameters: As the properties say.
  public init(
    conversationID: UUID, turnID: UUID, outcome: TurnOutcome, retrieved: [KnowledgeHit] = [],
    violations: [String] = [], milliseconds: Int
  ) {
    self.conversationID = conversationID
    self.turnID = turnID
    self.outcome = outcome
    self.retrieved = retrieved
    self.violations = violations
    self.milliseconds = milliseconds
  }
}

/// Why a message has no answer.
public struct ConversationFailure: Error, Sendable, Equatable {
  /// Whether the database or another process is away, so that trying again may help.
  public var isOutage: Bool
  /// What happened, without a full stop.
  public var message: String
  /// What to do; may be empty.
  public var remedy: String

  /// - Parameters: As the properties say.
  public init(_ message: String, remedy: String = "", isOutage: Bool = false) {
    self.message = message
    self.remedy = remedy
    self.isOutage = isOutage
  }
}
