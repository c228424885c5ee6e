import Agent
import Platform

/// A message as a channel brings it.
public struct InboundMessage: Sendable, Equatable {
  /// The tenant.
  public var businessID: UUID
  /// `cli`, `api`, `web`, `whatsapp` and the like: 1 to 64 of a-z, 0-9, _ and -.
  public var channel: String
  /// Who writes, as the channel knows them: a phone number, an account; 1 to 400 bytes.
  public var identity: String
  /// The caller's name for the session; messages of different sessions are different
  /// conversations. May be empty.
  public var sessionID: String
  /// What they write, 1 byte to 64 KiB.
  public var text: String
  /// The channel's own id of the message, by which a repetition is known; nil where it has none.
  public var channelMessageID: String?
  /// For a customer who is new; may be empty.
  public var firstName: String
  /// For a customer who is new; may be empty.
  public var lastName: String
  /// How long the customer must be quiet before the messages are answered as one.
  public var quietMilliseconds: Int
  /// How long after the first of them they are answered in any case.
  public var longestWaitMilliseconds: Int

  /// - Parameters: As the properties say.
  public init(
    businessID: UUID, channel: String, identity: String, sessionID: String = "", text: String,
    channelMessageID: String? = nil, firstName: String = "", lastName: String = "",
    quietMilliseconds: Int = 5000, longestWaitMilliseconds: Int = 60_000
  ) {
    self.businessID = businessID
    self.channel = channel
    self.identity = identity
    self.sessionID = sessionID
    self.text = text
    self.channelMessageID = channelMessageID
    self.firstName = firstName
    self.lastName = lastName
    self.quietMilliseconds = quietMilliseconds
    self.longestWaitMilliseconds = longestWaitMilliseconds
  }
}

/// What became of a message that came in.
public struct Receipt: Sendable, Equatable {
  /// The conversation, with the epoch that the message made.
  public var conversation: Conversation
  /// The message as it is stored.
  public var message: Message
  /// Whether the agent is to answer it; false where a person has the conversation.
  public var isQueued: Bool
  /// Whether the channel had brought it before; nothing was changed then.
  public var isDuplicate: Bool
  /// The answer that covered it, where it is a duplicate that was answered.
  public var answer: Message?
}

/// A conversation that one process works on until it sends, releases or loses its lease.
public struct Claim: Sendable, Equatable {
  /// What the turn begins with.
  public var input: TurnInput
  /// Who claimed it.
  public var owner: UUID
  /// The steps that are done, in order; empty where the turn is new.
  public var steps: [StepRecord]
  /// How often somebody began or went on with this turn, 1 or more. A turn that comes back again
  /// and again ends whoever works on it: fail it.
  public var attempt: Int
  /// The last message of the burst, by its epoch.
  var burstEnd: Int64

  /// The conversation.
  public var key: ConversationKey {
    ConversationKey(
      businessID: input.conversation.businessID, conversationID: input.conversation.id)
  }
}

/// What became of an answer.
public enum SendResult: Sendable, Equatable {
  /// It is stored and on its way; nil where the outcome had no words.
  case sent(Message?)
  /// Something happened in the conversation since the turn began: nothing was stored. What came in
  /// is due again.
  case superseded
}

/// A message that is to leave by its channel.
public struct Delivery: Sendable, Equatable {
  /// The conversation.
  public var key: ConversationKey
  /// Its place in the conversation.
  public var position: Int64
  /// What is to be sent.
  public var message: Message
  /// By which channel.
  public var channel: String
  /// To whom, as the channel knows them.
  public var identity: String
  /// The session that it belongs to; may be empty.
  public var sessionID: String
  /// Who delivers it.
  public var owner: UUID
  /// 1 for the first time; more only after the channel refused it for a while.
  public var attempt: Int
}

/// What an outbox row came to.
public enum DeliveryStatus: String, Sendable, CaseIterable {
  case pending, sending, sent, unknown, cancelled
}

/// A message with what the operator sees of it.
public struct MessageRecord: Sendable, Equatable {
  /// The message.
  public var message: Message
  /// The channel that it came or goes by.
  public var channel: String
  /// The channel's own id of it; nil where it has none.
  public var channelMessageID: String?
  /// The person of the business who wrote it; nil for others.
  public var senderName: String?
  /// Whether it has left; nil for a customer's.
  public var delivery: DeliveryStatus?
}

/// A conversation with what the operator sees of it.
public struct ConversationRecord: Sendable, Equatable {
  /// The conversation.
  public var conversation: Conversation
  /// Whom the channel sends answers to.
  public var identity: String
  /// Why a person is wanted; nil where none is.
  public var handoff: HandoffRecord?
  /// Who has taken it over; nil where nobody has.
  public var takenBy: String?
  /// When its queued messages are to be answered: microseconds since 1970; nil where none wait.
  public var dueAt: Int64?
}

/// Why a person is wanted.
public struct HandoffRecord: Sendable, Equatable {
  /// The rule, such as `low_confidence`; see ``Handoff/Category``.
  public var category: String
  /// In a sentence.
  public var reason: String
}

/// A turn as it is stored.
public struct TurnRecord: Sendable, Equatable {
  /// What became of it.
  public enum Status: String, Sendable, CaseIterable {
    case running, sent, superseded
    case handedOff = "handed_off"
  }

  /// Its id.
  public var id: UUID
  /// Its conversation.
  public var conversationID: UUID
  /// The epoch that its answer had to find.
  public var epoch: Int64
  /// What became of it.
  public var status: Status
  /// How often somebody began or went on with it.
  public var attempts: Int
  /// Why there is no answer of the agent; nil where there is.
  public var failure: String?
  /// Microseconds since 1970.
  public var startedAt: Int64
  /// Microseconds since 1970; nil while it runs.
  public var finishedAt: Int64?
}

/// A turn with all that was recorded of it.
public struct TurnTrace: Sendable, Equatable {
  /// The turn.
  public var turn: TurnRecord
  /// The messages that it answers, oldest first.
  public var burst: [Message]
  /// Its steps in order.
  public var steps: [StepRecord]
  /// The answer; nil where there is none.
  public var answer: Message?
  /// What it came to; nil while it runs, and where it was superseded.
  public var interaction: InteractionRecord?
}

/// What a turn came to, for analytics.
public struct InteractionRecord: Sendable, Equatable {
  /// The turn.
  public var turnID: UUID
  /// Its conversation.
  public var conversationID: UUID
  /// The customer.
  public var userID: UUID
  /// The stage that it was answered in.
  public var stageID: UUID?
  /// The burst, a message a line.
  public var customerMessage: String
  /// Most urgent first.
  public var detectedIntents: [String]
  /// The model, or `extractive`.
  public var modelUsed: String
  /// The answer; may be empty at a handoff.
  public var agentResponse: String
  /// 0...1.
  public var confidenceScore: Double
  /// Why a person was brought; nil where none was.
  public var handoff: HandoffRecord?
  /// `text`, `question`, `handoff`, `fallback`, `setup_missing`.
  public var messageType: String
  /// All calls together; nil where it is not known.
  public var tokenUsage: ModelUsage?
  /// Trillionths of a US dollar; nil where it is not known.
  public var picodollars: UInt64?
  /// Microseconds by step.
  public var stepLatencies: [String: Int64]
  /// What the answer rests on.
  public var citations: [Citation]
  /// What was proposed.
  public var suggestion: Suggestion?
  /// Whether the customer took it; nil where it is not known.
  public var suggestionAccepted: Bool?
  /// How the message was corrected.
  public var corrections: [SpellingCorrections.Correction]
  /// Whether that was right; nil where it is not known.
  public var correctionConfirmed: Bool?
  /// Microseconds since 1970.
  public var createdAt: Int64
}
