import Platform

/// A conversation of one customer with a business.
public struct Conversation: Sendable, Equatable {
  /// Who answers it.
  public enum Status: String, Sendable, CaseIterable {
    /// The agent.
    case active
    /// Nobody for now.
    case paused
    /// A person.
    case handedOff = "handed_off"
    /// It is over; a new message begins another.
    case completed
    /// It failed and waits for a person.
    case error
  }

  /// Its id.
  public var id: UUID
  /// The tenant.
  public var businessID: UUID
  /// The customer.
  public var userID: UUID
  /// The agent that answers; nil for any.
  public var agentID: UUID?
  /// The stage of the last answer; nil before the first.
  public var stageID: UUID?
  /// The caller's name for the session; may be empty.
  public var sessionID: String
  /// `cli`, `api`, `web`, `whatsapp` and the like.
  public var channel: String
  /// Who answers it.
  public var status: Status
  /// BCP 47; empty while it is not known.
  public var language: String
  /// The fence: every message, handoff and reply moves it on.
  public var epoch: Int64
  /// Microseconds since 1970.
  public var startedAt: Int64
  /// When the last message came or went: microseconds since 1970.
  public var updatedAt: Int64

  /// - Parameters: As the properties say.
  public init(
    id: UUID, businessID: UUID, userID: UUID, agentID: UUID? = nil, stageID: UUID? = nil,
    sessionID: String = "", channel: String = "cli", status: Status = .active,
    language: String = "", epoch: Int64 = 0, startedAt: Int64 = 0, updatedAt: Int64 = 0
  ) {
    self.id = id
    self.businessID = businessID
    self.userID = userID
    self.agentID = agentID
    self.stageID = stageID
    self.sessionID = sessionID
    self.channel = channel
    self.status = status
    self.language = language
    self.epoch = epoch
    self.startedAt = startedAt
    self.updatedAt = updatedAt
  }
}

/// One message of a conversation.
public struct Message: Sendable, Equatable {
  /// Who wrote it.
  public enum Sender: String, Sendable, CaseIterable {
    /// The customer.
    case user
    /// The agent.
    case assistant
    /// A person of the business.
    case human
  }

  /// Its id.
  public var id: UUID
  /// Who wrote it.
  public var sender: Sender
  /// What it says.
  public var content: String
  /// When it was stored: microseconds since 1970.
  public var createdAt: Int64
  /// The conversation's epoch once it was stored.
  public var epoch: Int64

  /// - Parameters: As the properties say.
  public init(
    id: UUID, sender: Sender, content: String, createdAt: Int64 = 0, epoch: Int64 = 0
  ) {
    self.id = id
    self.sender = sender
    self.content = content
    self.createdAt = createdAt
    self.epoch = epoch
  }
}
