import Platform

/// What the agent remembers of a conversation: the row of `conversation_contexts`.
public struct Memory: Sendable, Equatable {
  /// What the conversation is about; empty where nothing is known.
  public var currentTopic = ""
  /// What was begun and waits for the customer; may be empty.
  public var pendingAction = ""
  /// What was extracted so far: an object.
  public var extractedEntities = JSON.object([])
  /// The product that was spoken of last.
  public var lastProductViewed: UUID?
  /// The service that was spoken of last.
  public var lastServiceViewed: UUID?
  /// What was said before the messages that are still read; nil while all are.
  public var summary: ConversationSummary?
  /// How many of the conversation's messages the summary covers, oldest first.
  public var summarizedMessages = 0
  /// What stays after the rest has expired, oldest first; at most 50.
  public var keyFacts: [KeyFact] = []
  /// Answers below the confidence threshold in a row.
  public var lowConfidenceCount = 0
  /// When all but the key facts is forgotten: microseconds since 1970; 0 where nothing is kept.
  public var expiresAt: Int64 = 0

  /// Nothing remembered.
  public init() {}
}

/// Something about the customer that is worth keeping.
public struct KeyFact: Sendable, Equatable {
  /// Such as `shoe size is 43`; at most 500 bytes.
  public var text: String
  /// The message it comes from.
  public var messageID: UUID?
  /// When it was learned: microseconds since 1970.
  public var learnedAt: Int64

  /// - Parameters: As the properties say.
  public init(text: String, messageID: UUID? = nil, learnedAt: Int64 = 0) {
    self.text = text
    self.messageID = messageID
    self.learnedAt = learnedAt
  }
}

/// What was said, in a form that can be checked.
public struct ConversationSummary: Sendable, Equatable {
  /// How the customer feels.
  public enum Sentiment: String, Sendable, CaseIterable { case positive, neutral, negative }

  /// In a few sentences.
  public var overview: String
  /// What matters of it.
  public var keyPoints: [String]
  /// What was agreed.
  public var decisions: [String]
  /// What is still open.
  public var pendingItems: [String]
  /// What comes next.
  public var nextSteps: [String]
  /// How the customer feels.
  public var sentiment: Sentiment
  /// How sure the summary is, 0...1.
  public var confidenceScore: Double

  /// - Parameters: As the properties say.
  public init(
    overview: String, keyPoints: [String] = [], decisions: [String] = [],
    pendingItems: [String] = [], nextSteps: [String] = [], sentiment: Sentiment = .neutral,
    confidenceScore: Double = 0
  ) {
    self.overview = overview
    self.keyPoints = keyPoints
    self.decisions = decisions
    self.pendingItems = pendingItems
    self.nextSteps = nextSteps
    self.sentiment = sentiment
    self.confidenceScore = confidenceScore
  }
}
