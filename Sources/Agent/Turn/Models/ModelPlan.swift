/// How much a message asks of a model.
public enum TaskComplexity: String, Sendable {
  case simple, ordinary, hard
}

/// Which models are asked for a task, in order.
public struct ModelPlan: Sendable, Equatable {
  /// What the configuration calls the provider that quotes and needs no model.
  public static let extractive = "extractive"

  /// Names of the configuration, best first, each once; empty where no model is to be asked.
  public var names: [String]
  /// Whether an answer is quoted where no model gives one.
  public var mayQuote: Bool

  /// The models of a business for a task.
  ///
  /// A stage's own model comes first. Selection, extraction and summaries go to the small model,
  /// hard answers to the large one, where there is such. Then the default and its fallbacks follow
  /// for all tasks, up to `extractive`: what stands behind it is never asked.
  public init(
    _ task: PromptSource.Step, _ configuration: AgentConfiguration, stage: Stage? = nil,
    complexity: TaskComplexity = .ordinary
  ) {
    var wanted: [String] = []
    if task == .responseGeneration, let own = stage?.model.name { wanted.append(own) }
    switch (task, complexity) {
    case (.responseGeneration, .hard):
      if let large = configuration.largeModel { wanted.append(large) }
    case (.responseGeneration, .ordinary): break
    case (.responseGeneration, .simple), (_, _):
      if let small = configuration.smallModel { wanted.append(small) }
    }
    wanted.append(configuration.defaultModel)
    wanted += configuration.fallbackModels
    let end = wanted.firstIndex(of: Self.extractive) ?? wanted.endIndex
    names = []
    for name in wanted[..<end] where !name.isEmpty && !names.contains(name) { names.append(name) }
    mayQuote = end < wanted.endIndex
  }
}

extension TaskComplexity {
  /// How much is asked: by the number of requests, the message's length, and what the stage does.
  public static func of(intents: Int, messageBytes: Int, stage: Stage?) -> TaskComplexity {
    if intents > 2 || messageBytes > 800 || stage?.type == .processing { return .hard }
    return intents <= 1 && messageBytes <= 80 ? .simple : .ordinary
  }
}

/// Where the models of a configuration's names are.
public protocol ModelProviding: Sendable {
  /// The models as one, asked in their order until one answers.
  ///
  /// - Parameter names: At least one, never `extractive`.
  /// - Throws: ``ModelError`` where a name is none of a known provider, or its key is missing.
  func model(_ names: [String]) throws(ModelError) -> any LanguageModel
}
