/// How the agents of a business behave: the row of `agent_configurations`.
public struct AgentConfiguration: Sendable, Equatable {
  /// Which way a message goes.
  public enum Pipeline: String, Sendable, CaseIterable {
    /// Intents, memory, suggestions, grounding and handoff around the three prompts.
    case agent
    /// The three prompts alone: selection, extraction, response.
    case threePrompt = "three_prompt"
  }

  /// The name that customers see.
  public var agentName = "Assistant"
  /// Such as `patient` and `precise`.
  public var personalityTraits: [String] = []
  /// Such as `friendly`.
  public var tone = "friendly and clear"
  /// Who the agent is, in a few sentences; may be empty.
  public var persona = ""
  /// The model to ask: `openai/gpt-5-mini`, or `extractive`, which quotes and needs no model.
  public var defaultModel = "extractive"
  /// What is asked next, in order, where a model cannot answer.
  public var fallbackModels: [String] = []
  /// For tasks that need little: stage selection, summaries; nil for ``defaultModel``.
  public var smallModel: String?
  /// For tasks that need much; nil for ``defaultModel``.
  public var largeModel: String?
  /// What the agent must not do, a sentence each.
  public var behavioralRestrictions: [String] = []
  /// Sentences that an answer must end with.
  public var requiredDisclaimers: [String] = []
  /// Below it a person takes over or the agent asks, 0...1.
  public var confidenceThreshold = 0.4
  /// This many answers below the threshold in a row bring a person, 1 or more.
  public var lowConfidenceLimit = 2
  /// Words and phrases that bring a person at once, such as `legal action`.
  public var handoffTopics: [String] = []
  /// Whether answers propose what goes with what was asked about.
  public var enableProactiveSuggestions = true
  /// Whether messages are corrected against the business's words.
  public var enableSpellingCorrection = true
  /// Whether answers may be cards, lists and buttons.
  public var enableRichMessages = true
  /// Which way messages go.
  public var pipeline = Pipeline.agent
  /// The language where a conversation's own is not known: BCP 47.
  public var language = "en"
  /// Tokens that one turn may take in all its calls, and those of a prompt.
  public var turnTokenLimit = 60_000
  /// Tokens of the longest prompt.
  public var promptTokenLimit = 12_000
  /// The milliseconds that a turn may take.
  public var turnMilliseconds = 60_000
  /// Trillionths of a US dollar that a turn may cost; nil for no limit.
  public var turnPicodollars: UInt64?

  /// The defaults, which need no model.
  public init() {}
}
