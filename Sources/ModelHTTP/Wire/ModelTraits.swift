import Agent

/// What a model takes of what its protocol offers. What it refuses is learned from its refusal.
public struct ModelTraits: Sendable, Equatable {
  /// What the limit of output tokens is called in chat completions.
  public enum OutputLimitField: String, Sendable {
    /// What all compatible servers know.
    case maxTokens = "max_tokens"
    /// What OpenAI and Azure want; other servers may pass over it in silence.
    case maxCompletionTokens = "max_completion_tokens"
  }

  /// How an Anthropic model is held to a schema.
  public enum SchemaForm: String, Sendable {
    /// `output_config`, for Claude 4.5 and later.
    case outputFormat
    /// A tool that must be called, for older models; the newest refuse to be forced.
    case forcedTool
  }

  /// What the limit of output tokens is called.
  public var outputLimitField = OutputLimitField.maxTokens
  /// Whether the model takes a temperature; reasoning models mostly do not.
  public var takesTemperature = true
  /// Whether a stream can be asked for its usage (`stream_options`).
  public var takesStreamOptions = true
  /// How it is held to a schema.
  public var schemaForm = SchemaForm.outputFormat
  /// Whether it can be made to call a tool.
  public var takesForcedTools = true

  /// The defaults.
  public init() {}

  /// These traits without what the model has just refused; nil where it refused something else.
  ///
  /// OpenAI names the parameter, others only in the message; so it is looked for in both.
  func adapted(to fault: ModelFault, request: ModelRequest) -> ModelTraits? {
    guard fault.kind == .invalidRequest, fault.status == 400 || fault.status == 422 else {
      return nil
    }
    func names(_ parameter: String) -> Bool {
      fault.parameter == parameter || fault.said.contains(parameter)
    }
    var traits = self
    if takesTemperature, request.temperature != nil, names("temperature") {
      traits.takesTemperature = false
    } else if takesStreamOptions, request.isStreamed, names("stream_options") {
      traits.takesStreamOptions = false
    } else if takesForcedTools, names("tool_choice") {
      traits.takesForcedTools = false
      traits.schemaForm = .outputFormat
    } else if schemaForm == .outputFormat, request.output != nil, names("output_config") {
      traits.schemaForm = .forcedTool
    } else if outputLimitField == .maxTokens, request.outputTokenLimit != nil, names("max_tokens") {
      traits.outputLimitField = .maxCompletionTokens
    } else if request.outputTokenLimit != nil, names("max_completion_tokens") {
      traits.outputLimitField = .maxTokens
    }
    return traits == self ? nil : traits
  }
}
