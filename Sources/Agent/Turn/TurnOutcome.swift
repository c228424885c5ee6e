import Platform

/// What a turn came to: all that is stored, with the answer, in the one transaction that sends it.
public struct TurnOutcome: Sendable, Equatable {
  /// What the customer is answered; empty only where a person takes over without a word.
  public var reply: String
  /// What the answer rests on, in the order of its marks `[1]`, `[2]`.
  public var citations: [Citation]
  /// Why a person takes over; nil where the agent goes on.
  public var handoff: Handoff?
  /// The stage that the answer was made in; nil where there are no stages.
  public var answeredInStageID: UUID?
  /// The stage that the next message begins with.
  public var nextStageID: UUID?
  /// The agent that answers from now on; nil for any.
  public var agentID: UUID?
  /// The conversation's language, BCP 47; empty where it is not known.
  public var language: String
  /// What is remembered from now on.
  public var memory: Memory
  /// What was wanted, most urgent first.
  public var intents: [String]
  /// How sure the answer is, 0...1.
  public var confidence: Double
  /// `text`, `question`, `handoff`, `fallback`, `setup_missing`.
  public var messageType: String
  /// The model that answered, or `extractive`.
  public var model: String
  /// All calls together; nil where it is not known.
  public var usage: ModelUsage?
  /// All calls together in trillionths of a US dollar; nil where it is not known.
  public var picodollars: UInt64?
  /// What was proposed besides; nil for nothing.
  public var suggestion: Suggestion?
  /// How the message was corrected, in its order.
  public var corrections: [SpellingCorrections.Correction]
  /// What happened besides: rows of `events`.
  public var events: [TurnEvent]

  /// An answer without anything else.
  public init(reply: String, memory: Memory) {
    self.reply = reply
    self.memory = memory
    citations = []
    language = ""
    intents = []
    confidence = 0
    messageType = "text"
    model = ""
    corrections = []
    events = []
  }
}

/// An entry that an answer rests on.
public struct Citation: Sendable, Equatable {
  /// The number of its mark in the answer, from 1.
  public var number: Int
  /// The entry.
  public var entryID: UUID
  /// `knowledge`, `products` or `services`.
  public var collection: String
  /// The business's own name for it; may be empty.
  public var externalID: String
  /// Its title; may be empty.
  public var title: String

  /// - Parameters: As the properties say.
  public init(number: Int, entryID: UUID, collection: String, externalID: String, title: String) {
    self.number = number
    self.entryID = entryID
    self.collection = collection
    self.externalID = externalID
    self.title = title
  }
}

/// Why a person takes over.
public struct Handoff: Sendable, Equatable {
  /// The rule that asked for it.
  public enum Category: String, Sendable, CaseIterable {
    case requested, topic, refused, failure, ungrounded
    case lowConfidence = "low_confidence"
    case repeatedLowConfidence = "repeated_low_confidence"
    case unknownDelivery = "unknown_delivery"
  }

  /// The rule that asked for it.
  public var category: Category
  /// In a sentence, for the person.
  public var reason: String

  /// - Parameters: As the properties say.
  public init(_ category: Category, _ reason: String) {
    self.category = category
    self.reason = reason
  }
}

/// A product or service that goes with what was asked about.
public struct Suggestion: Sendable, Equatable {
  /// Its id.
  public var id: UUID
  /// `products` or `services`.
  public var collection: String
  /// Its name.
  public var name: String
  /// Why, in a sentence that the customer may read.
  public var reason: String

  /// - Parameters: As the properties say.
  public init(id: UUID, collection: String, name: String, reason: String) {
    self.id = id
    self.collection = collection
    self.name = name
    self.reason = reason
  }
}

/// Something that happened in a turn.
public struct TurnEvent: Sendable, Equatable {
  /// Such as `stage_selected`, `error`, `handoff`.
  public var type: String
  /// An object.
  public var details: JSON

  /// - Parameters: As the properties say.
  public init(_ type: String, _ details: JSON = .object([])) {
    self.type = type
    self.details = details
  }
}
