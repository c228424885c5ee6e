import Platform

/// All that a turn begins with, read in one transaction: it holds nothing of another business.
public struct TurnInput: Sendable, Equatable {
  /// The turn's id, which its steps and its trace carry.
  public var turnID: UUID
  /// What the business has set up.
  public var setup: AgentSetup
  /// The conversation, with the epoch that the answer must still find.
  public var conversation: Conversation
  /// Who writes.
  public var customer: Customer
  /// What was said before the burst, oldest first; at most 200.
  public var history: [Message]
  /// What is to be answered, oldest first; never empty.
  public var burst: [Message]
  /// What is remembered, expired or not.
  public var memory: Memory
  /// Microseconds since 1970.
  public var now: Int64

  /// - Parameters: As the properties say.
  public init(
    turnID: UUID, setup: AgentSetup, conversation: Conversation, customer: Customer,
    history: [Message], burst: [Message], memory: Memory, now: Int64
  ) {
    self.turnID = turnID
    self.setup = setup
    self.conversation = conversation
    self.customer = customer
    self.history = history
    self.burst = burst
    self.memory = memory
    self.now = now
  }

  /// The burst as one text, a message a line.
  public var message: String { burst.map(\.content).joined(separator: "\n") }
}
