import Platform

/// What a model is asked: a conversation, tools, the form of the answer, and how much it may cost.
public struct ModelRequest: Sendable, Equatable {
  /// The conversation, oldest first. System messages count as one, before all others.
  public var messages: [ModelMessage]
  /// What the model may call.
  public var tools: [ModelTool] = []
  /// Whether it must.
  public var toolChoice = ToolChoice.auto
  /// The schema that the answer must have; nil for text.
  public var output: OutputSchema?
  /// The longest answer, in tokens of the model, its thinking included; nil leaves it to the
  /// provider.
  public var outputTokenLimit: Int?
  /// How freely it chooses, 0...2; nil leaves it to the provider. Models that take none ignore it.
  public var temperature: Double?
  /// Texts that end the answer and are left out of it; at most 4.
  public var stopSequences: [String] = []
  /// Whether the reply comes piece by piece.
  public var isStreamed = true
  /// For everything, all attempts and pauses included, in milliseconds.
  public var timeMilliseconds = 60_000
  /// Whether another attempt may be made after pieces of one have been handed out; they are then
  /// taken back by ``ModelDelta/restarted``.
  public var mayRestart = false

  /// - Parameter messages: The conversation, oldest first.
  public init(_ messages: [ModelMessage]) { self.messages = messages }

  /// Why it cannot be sent to any model, in words that hold nothing of the conversation; nil where
  /// it can.
  public var fault: String? {
    if !messages.contains(where: { !$0.isSystem }) { return "it has no message but the system's" }
    if timeMilliseconds <= 0 { return "its time is up" }
    if let limit = outputTokenLimit, limit <= 0 { return "outputTokenLimit must be above 0" }
    if let temperature, !(0...2).contains(temperature) { return "temperature must be 0...2" }
    if stopSequences.count > 4 || stopSequences.contains("") {
      return "at most 4 stop sequences, none of them empty"
    }
    var names: Set<String> = []
    for (index, tool) in tools.enumerated() {
      guard ModelTool.isName(tool.name) else {
        return "the name of tool \(index) is not 1 to 64 of A-Z, a-z, 0-9, _ and -"
      }
      guard names.insert(tool.name).inserted else { return "two tools are called \(tool.name)" }
      guard tool.parameters.object != nil else { return "tool \(tool.name) has no schema" }
    }
    if case .named(let name) = toolChoice, !names.contains(name) {
      return "toolChoice names a tool that is not offered"
    }
    if toolChoice == .required && tools.isEmpty { return "a tool is required and none is offered" }
    if let output {
      guard ModelTool.isName(output.name) else {
        return "the schema's name is not 1 to 64 of A-Z, a-z, 0-9, _ and -"
      }
      guard output.schema.object != nil else { return "the output's schema is no JSON object" }
      guard !names.contains(output.name) else { return "a tool is called as the output's schema" }
    }
    return nil
  }
}

/// One message of a conversation.
public enum ModelMessage: Sendable, Equatable {
  /// What the model is told by us.
  case system(String)
  /// What the customer, or whoever stands in that place, said.
  case user(String)
  /// What the model said earlier.
  case assistant(AssistantTurn)
  /// What a tool that the model called has to say.
  case toolResult(ToolResult)

  /// Whether it is the system's.
  public var isSystem: Bool { if case .system = self { true } else { false } }
}

/// What a model said in one go.
public struct AssistantTurn: Sendable, Equatable {
  /// Its text; may be empty where there are calls.
  public var text: String
  /// The tools that it called.
  public var toolCalls: [ToolCall]
  /// The turn as the provider gave it, where it wants it back unchanged, such as signed thinking.
  public var original: Original?

  /// A provider's own form of a turn; any other model is sent text and calls instead.
  public struct Original: Sendable, Equatable {
    /// The ``LanguageModel/name`` of the model that made it.
    public let model: String
    /// The provider's content.
    public let content: JSON

    /// - Parameters:
    ///   - model: The name of the model that made it.
    ///   - content: The provider's content.
    public init(model: String, content: JSON) {
      self.model = model
      self.content = content
    }
  }

  /// - Parameters:
  ///   - text: Its text.
  ///   - toolCalls: The tools that it called.
  ///   - original: The turn as the provider gave it.
  public init(_ text: String, toolCalls: [ToolCall] = [], original: Original? = nil) {
    self.text = text
    self.toolCalls = toolCalls
    self.original = original
  }
}

/// A model's wish that a tool be run. Nothing of it is to be trusted: neither that the tool was
/// offered, nor that the arguments fit its schema.
public struct ToolCall: Sendable, Equatable {
  /// The provider's name for this call, which its result repeats.
  public var id: String
  /// The tool's name.
  public var name: String
  /// A JSON object.
  public var arguments: JSON

  /// - Parameters:
  ///   - id: The provider's name for this call.
  ///   - name: The tool's name.
  ///   - arguments: A JSON object.
  public init(id: String, name: String, arguments: JSON) {
    self.id = id
    self.name = name
    self.arguments = arguments
  }
}

/// What came of a tool call.
public struct ToolResult: Sendable, Equatable {
  /// The ``ToolCall/id`` of the call.
  public var callID: String
  /// What the model is told.
  public var content: String
  /// Whether the tool failed.
  public var isError: Bool

  /// - Parameters:
  ///   - callID: The id of the call.
  ///   - content: What the model is told.
  ///   - isError: Whether the tool failed.
  public init(callID: String, content: String, isError: Bool = false) {
    self.callID = callID
    self.content = content
    self.isError = isError
  }
}

/// Something that a model may call.
public struct ModelTool: Sendable, Equatable {
  /// 1 to 64 of `A-Z`, `a-z`, `0-9`, `_` and `-`.
  public var name: String
  /// When to call it and what it does.
  public var description: String
  /// JSON schema of its arguments, an object's.
  public var parameters: JSON
  /// Whether the provider is to enforce the schema, which must then be one it can enforce: each
  /// object with all members required and no others.
  public var isStrict: Bool

  /// - Parameters:
  ///   - name: 1 to 64 of `A-Z`, `a-z`, `0-9`, `_` and `-`.
  ///   - description: When to call it and what it does.
  ///   - parameters: JSON schema of its arguments.
  ///   - isStrict: Whether the provider is to enforce the schema.
  public init(name: String, description: String, parameters: JSON, isStrict: Bool = false) {
    self.name = name
    self.description = description
    self.parameters = parameters
    self.isStrict = isStrict
  }

  /// Whether every provider takes it as a name.
  public static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}

/// Whether tools are called.
public enum ToolChoice: Sendable, Equatable {
  /// The model decides.
  case auto
  /// None, though the conversation may speak of them.
  case none
  /// At least one; models that cannot be forced decide for themselves.
  case required
  /// This one; models that cannot be forced decide for themselves.
  case named(String)
}

/// The form that an answer must have. The provider enforces it as it can; the caller checks.
public struct OutputSchema: Sendable, Equatable {
  /// 1 to 64 of `A-Z`, `a-z`, `0-9`, `_` and `-`; the model sees it.
  public var name: String
  /// JSON schema of an object.
  public var schema: JSON
  /// Whether the provider is to enforce it; see ``ModelTool/isStrict``.
  public var isStrict: Bool

  /// - Parameters:
  ///   - name: 1 to 64 of `A-Z`, `a-z`, `0-9`, `_` and `-`.
  ///   - schema: JSON schema of an object.
  ///   - isStrict: Whether the provider is to enforce it.
  public init(name: String, schema: JSON, isStrict: Bool = true) {
    self.name = name
    self.schema = schema
    self.isStrict = isStrict
  }
}
