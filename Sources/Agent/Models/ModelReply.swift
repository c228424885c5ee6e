import Platform

/// What a model answered, what it took, and what it cost.
public struct ModelReply: Sendable, Equatable {
  /// The text; empty where there are only tool calls.
  public var text: String
  /// The tools that the model wants called, in its order.
  public var toolCalls: [ToolCall]
  /// The answer as JSON, where a schema was asked for and no tool is called. It is JSON; whether
  /// it fits the schema is for the caller to check.
  public var json: JSON?
  /// Why the answer ended.
  public var finish: FinishReason
  /// The tokens it took; nil where the server does not say.
  public var usage: ModelUsage?
  /// What it cost, in trillionths of a US dollar, attempts that failed left out; nil where the
  /// price or the usage is not known, which is not the same as nothing.
  public var picodollars: UInt64?
  /// The ``LanguageModel/name`` of the model that answered.
  public var model: String
  /// The model as the server calls it, perhaps with its version.
  public var servedModel: String
  /// All that was tried, in order; the last is the one that answered.
  public var attempts: [ModelAttempt]
  /// The turn to append to the conversation.
  public var turn: AssistantTurn

  /// - Parameters: As the properties say.
  public init(
    text: String, toolCalls: [ToolCall] = [], json: JSON? = nil, finish: FinishReason = .complete,
    usage: ModelUsage? = nil, picodollars: UInt64? = nil, model: String, servedModel: String = "",
    attempts: [ModelAttempt] = [], original: AssistantTurn.Original? = nil
  ) {
    self.text = text
    self.toolCalls = toolCalls
    self.json = json
    self.finish = finish
    self.usage = usage
    self.picodollars = picodollars
    self.model = model
    self.servedModel = servedModel
    self.attempts = attempts
    turn = AssistantTurn(text, toolCalls: toolCalls, original: original)
  }
}

/// Why an answer ended. A refusal is no end but a ``ModelError``.
public enum FinishReason: String, Sendable {
  /// The model had said all, or came to a stop sequence.
  case complete
  /// It wants tools called.
  case toolCalls
  /// The limit of output tokens, or of the model's context, was reached.
  case outputLimit
  /// The server gave a reason that we do not know.
  case other
}

/// The tokens of one reply, as the provider counted them.
public struct ModelUsage: Sendable, Equatable {
  /// All tokens read, those from and into the provider's cache included.
  public var inputTokens: Int
  /// Of these, those that the provider had in its cache.
  public var cachedInputTokens: Int
  /// Of these, those that it put into its cache and charges for.
  public var cacheWriteTokens: Int
  /// All tokens written, thinking included.
  public var outputTokens: Int
  /// Of these, those of thinking; 0 where the provider does not tell them apart.
  public var reasoningTokens: Int

  /// - Parameters: As the properties say.
  public init(
    inputTokens: Int = 0, cachedInputTokens: Int = 0, cacheWriteTokens: Int = 0,
    outputTokens: Int = 0, reasoningTokens: Int = 0
  ) {
    self.inputTokens = inputTokens
    self.cachedInputTokens = cachedInputTokens
    self.cacheWriteTokens = cacheWriteTokens
    self.outputTokens = outputTokens
    self.reasoningTokens = reasoningTokens
  }
}

/// One request of a call, as a trace keeps it. Holds nothing of the conversation.
public struct ModelAttempt: Sendable, Equatable {
  /// The ``LanguageModel/name`` of the model asked.
  public var model: String
  /// Why it failed; nil for the one that answered.
  public var failure: ModelError.Kind?
  /// More about the failure; safe to log.
  public var detail: String
  /// How long it took.
  public var milliseconds: Int
  /// The tokens it took, as far as the server said.
  public var usage: ModelUsage?
  /// What these cost, in trillionths of a US dollar; nil where it is not known.
  public var picodollars: UInt64?

  /// - Parameters: As the properties say.
  public init(
    model: String, failure: ModelError.Kind? = nil, detail: String = "", milliseconds: Int,
    usage: ModelUsage? = nil, picodollars: UInt64? = nil
  ) {
    self.model = model
    self.failure = failure
    self.detail = detail
    self.milliseconds = milliseconds
    self.usage = usage
    self.picodollars = picodollars
  }
}
