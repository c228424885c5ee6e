import Platform

/// What a template is for.
public enum TemplateType: String, Sendable, CaseIterable {
  case stageSelection = "stage_selection"
  case dataExtraction = "data_extraction"
  case responseGeneration = "response_generation"
  case summary
  // Starting points and what is used where a stage has no template; never a stage's own.
  case defaultStageSelection = "default_stage_selection"
  case defaultDataExtraction = "default_data_extraction"
  case defaultResponseGeneration = "default_response_generation"
  case defaultSummary = "default_summary"

  /// Whether a stage may use it directly.
  public var isDefault: Bool { rawValue.hasPrefix("default_") }

  /// The type that stands in for it.
  public var fallback: TemplateType {
    isDefault ? self : TemplateType(rawValue: "default_" + rawValue) ?? self
  }
}

/// A prompt with variables in it (see ``TemplateText``).
public struct Template: Sendable, Equatable {
  /// Its id.
  public var id: UUID
  /// Unique within the business.
  public var name: String
  /// What it is for.
  public var type: TemplateType
  /// The prompt; may be empty until it is filled.
  public var content: String
  /// What the model is told before it; may be empty.
  public var systemPrompt: String
  /// BCP 47.
  public var language: String
  /// What variables stand for where nothing else says it.
  public var defaultVariables: [String: String]

  /// - Parameters: As the properties say.
  public init(
    id: UUID, name: String, type: TemplateType, content: String, systemPrompt: String = "",
    language: String = "en", defaultVariables: [String: String] = [:]
  ) {
    self.id = id
    self.name = name
    self.type = type
    self.content = content
    self.systemPrompt = systemPrompt
    self.language = language
    self.defaultVariables = defaultVariables
  }
}
