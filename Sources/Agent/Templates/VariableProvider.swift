/// A source of variables. A new one is a file in `Variables`, and its name in
/// ``TemplateVariables/providers``.
public protocol VariableProvider {
  /// The variables that it has.
  static var variables: [TemplateVariable] { get }

  /// What a variable stands for; nil where the turn has no value for it.
  ///
  /// - Parameter name: One of ``variables``, normalised.
  static func value(of name: String, in scope: TemplateScope) -> TemplateValue?
}

extension VariableProvider {
  /// The variables' names.
  public static var names: [String] { variables.map(\.name) }
}

/// A variable that templates may use.
public struct TemplateVariable: Sendable, Equatable {
  /// Its name, normalised.
  public let name: String
  /// What it stands for, in a line.
  public let meaning: String
  /// What a path into it may begin with; empty where it has no parts, nil where any path may lead
  /// somewhere.
  public let parts: [String]?

  /// - Parameters: As the properties say.
  public init(_ name: String, _ meaning: String, parts: [String]? = []) {
    self.name = name
    self.meaning = meaning
    self.parts = parts
  }
}

/// All variables.
public enum TemplateVariables {
  /// Where they come from.
  static let providers: [any (VariableProvider & SendableMetatype).Type] = [
    CustomerVariables.self, MessageVariables.self, BusinessVariables.self, PersonaVariables.self,
    ConversationVariables.self, HistoryVariables.self, SummaryVariables.self, StageVariables.self,
    ExtractionVariables.self, KnowledgeVariables.self, TimeVariables.self,
  ]

  /// Every variable with its meaning, by provider.
  public static let all: [TemplateVariable] = providers.flatMap { $0.variables }

  private static let byName: [String: (variable: TemplateVariable, provider: Int)] = {
    var result: [String: (variable: TemplateVariable, provider: Int)] = [:]
    for (index, provider) in providers.enumerated() {
      for variable in provider.variables { result[variable.name] = (variable, index) }
    }
    return result
  }()

  /// The variable of this normalised name.
  static func named(_ name: String) -> TemplateVariable? { byName[name]?.variable }

  /// Who has the variable of this normalised name.
  static func provider(of name: String) -> (any (VariableProvider & SendableMetatype).Type)? {
    byName[name].map { providers[$0.provider] }
  }
}
