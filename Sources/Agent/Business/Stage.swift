import Platform

/// What a stage is in a conversation.
public enum StageType: String, Sendable, CaseIterable {
  /// Where conversations begin.
  case firstInteraction = "first_interaction"
  case conversation, response, form, processing, completion
}

/// One step of a business's conversations: when it fits, what is asked of the customer, how it
/// answers, and where it leads.
public struct Stage: Sendable, Equatable {
  /// Its id.
  public var id: UUID
  /// Unique within the business; what a model answers when it selects the stage.
  public var name: String
  /// What it is for and when to use it; models read it.
  public var description: String
  /// What it is in a conversation.
  public var type: StageType
  /// The agent that answers in it; nil for any.
  public var agentID: UUID?
  /// The prompts of its three steps.
  public var prompts: Prompts
  /// Where the conversation goes after an answer of it; nil: it stays.
  public var nextStageID: UUID?
  /// Where it goes instead, by what was extracted; the first that holds.
  public var transitions: [StageTransition]
  /// Where it gets its data.
  public var retrieval: DataRetrieval
  /// JSON Schema of what is extracted from messages; nil for nothing.
  public var extractionSchema: JSON?
  /// Conversations that show when the stage fits.
  public var exampleConversations: [String]
  /// What differs from the business's configuration.
  public var model: ModelSettings

  /// Prompts by step: a template, or a prompt of the stage's own, which comes before it.
  public struct Prompts: Sendable, Equatable {
    /// The template by which the stage after it is selected; nil for the default.
    public var selectionTemplateID: UUID?
    /// The template of the extraction; nil for the default.
    public var extractionTemplateID: UUID?
    /// The template of the answer; nil for the default.
    public var responseTemplateID: UUID?
    /// Instead of the template of the selection; nil for that.
    public var selection: String?
    /// Instead of the template of the extraction; nil for that.
    public var extraction: String?
    /// Instead of the template of the answer; nil for that.
    public var response: String?

    /// No prompt of its own.
    public init() {}
  }

  /// What a stage changes about the model.
  public struct ModelSettings: Sendable, Equatable {
    /// Instead of the business's default model; nil for that.
    public var name: String?
    /// 0...2; nil leaves it to the provider.
    public var temperature: Double?
    /// The longest answer in tokens; nil for 1,024.
    public var outputTokenLimit: Int?

    /// Nothing changed.
    public init() {}
  }

  /// - Parameters: As the properties say.
  public init(
    id: UUID, name: String, description: String, type: StageType, agentID: UUID? = nil,
    prompts: Prompts = Prompts(), nextStageID: UUID? = nil, transitions: [StageTransition] = [],
    retrieval: DataRetrieval = DataRetrieval(), extractionSchema: JSON? = nil,
    exampleConversations: [String] = [], model: ModelSettings = ModelSettings()
  ) {
    self.id = id
    self.name = name
    self.description = description
    self.type = type
    self.agentID = agentID
    self.prompts = prompts
    self.nextStageID = nextStageID
    self.transitions = transitions
    self.retrieval = retrieval
    self.extractionSchema = extractionSchema
    self.exampleConversations = exampleConversations
    self.model = model
  }
}

/// A way out of a stage: taken where its condition holds of the extracted data.
public struct StageTransition: Sendable, Equatable {
  /// What is asked of a field.
  public enum Condition: String, Sendable, CaseIterable {
    case present, absent, equals
    case notEquals = "not_equals"
    case atLeast = "at_least"
    case atMost = "at_most"
  }

  /// A dotted path into the extracted data, such as `address.city`.
  public var field: String
  /// What is asked of it.
  public var condition: Condition
  /// What it is compared with; nil for `present` and `absent`.
  public var value: JSON?
  /// Where the conversation goes.
  public var stageID: UUID

  /// - Parameters: As the properties say.
  public init(field: String, condition: Condition, value: JSON? = nil, stageID: UUID) {
    self.field = field
    self.condition = condition
    self.value = value
    self.stageID = stageID
  }
}

/// Where a stage gets its data.
public struct DataRetrieval: Sendable, Equatable {
  /// How.
  public enum Method: String, Sendable, CaseIterable {
    /// The customer is asked for what the extraction schema requires and is missing.
    case promptUser = "prompt_user"
    /// A named query over the business's own rows: `config.source` is `orders`, `appointments`,
    /// `products` or `services`; `config.limit` how many.
    case databaseQuery = "database_query"
    /// A GET of `config.url`, whose variables are filled in, extracted fields by their own names;
    /// only hosts that the operator allows.
    case apiCall = "api_call"
    case none
  }

  /// How.
  public var method: Method
  /// An object, by method.
  public var config: JSON

  /// - Parameters: As the properties say.
  public init(method: Method = .none, config: JSON = .object([])) {
    self.method = method
    self.config = config
  }
}
