import Platform

/// The prompt of a step: whose it is, and its text.
public struct PromptSource: Sendable, Equatable {
  /// What a prompt is for.
  public enum Step: String, Sendable, CaseIterable {
    case stageSelection = "stage_selection"
    case dataExtraction = "data_extraction"
    case responseGeneration = "response_generation"
    case summary

    /// The type of its templates.
    public var type: TemplateType { TemplateType(rawValue: rawValue) ?? .summary }
  }

  /// A prompt that is filled in.
  public struct Prompt: Sendable, Equatable {
    /// What the model is told before it.
    public var system: String
    /// The prompt.
    public var content: String
  }

  /// The prompt, with its variables.
  public var content: String
  /// What the model is told before it, with its variables; never empty.
  public var systemPrompt: String
  /// What variables stand for where nothing else says it.
  public var defaults: [String: String]
  /// Where it comes from, for traces: `stage "Checkout"`, `template "Returns"`, or `built in`.
  public var name: String

  /// The prompt of a step: the stage's own; else its template; else, of the business's templates
  /// for the step, one of its type `summary` (for summaries) or of the `default_` type, in the
  /// language, its primary subtag, then English; else the one that is built in. Empty prompts are
  /// passed over, for they wait to be filled; an empty system prompt is the built-in one.
  ///
  /// - Parameters:
  ///   - stage: For the selection the stage of the answer before, else the one that is answered in.
  ///   - step: What the prompt is for.
  ///   - setup: What the business has set up.
  ///   - language: BCP 47; empty for English.
  public static func of(
    stage: Stage?, step: Step, setup: AgentSetup, language: String
  ) -> PromptSource {
    let builtIn = DefaultPrompts.of(step)
    if let stage, let content = stage.prompts.own(step), !isEmpty(content) {
      return PromptSource(
        content: content, systemPrompt: builtIn.systemPrompt, defaults: [:],
        name: "stage \"\(stage.name)\"")
    }
    if let template = setup.template(stage?.prompts.templateID(step)), !isEmpty(template.content) {
      return PromptSource(template, step: step)
    }
    let types: [TemplateType] =
      step == .summary ? [.summary, .defaultSummary] : [step.type.fallback]
    for type in types {
      let templates = setup.templates.filter { $0.type == type && !isEmpty($0.content) }
      for tag in tags(language) {
        if let template = templates.first(where: { $0.language.lowercased() == tag }) {
          return PromptSource(template, step: step)
        }
      }
    }
    return builtIn
  }

  /// The prompt of a template, with the built-in system prompt where it has none.
  init(_ template: Template, step: Step) {
    content = template.content
    systemPrompt =
      Self.isEmpty(template.systemPrompt)
      ? DefaultPrompts.of(step).systemPrompt : template.systemPrompt
    defaults = template.defaultVariables
    name = "template \"\(template.name)\""
  }

  init(content: String, systemPrompt: String, defaults: [String: String], name: String) {
    self.content = content
    self.systemPrompt = systemPrompt
    self.defaults = defaults
    self.name = name
  }

  /// Fills in both texts.
  ///
  /// - Throws: ``TemplateError`` as ``TemplateText`` does.
  /// - Complexity: O(bytes of the result).
  public func render(_ scope: TemplateScope) throws(TemplateError) -> Prompt {
    let values = TemplateValues(scope, defaults: defaults)
    return Prompt(
      system: try TemplateText(systemPrompt).render(values),
      content: try TemplateText(content).render(values))
  }

  /// The language, its primary subtag, and English, in small letters.
  private static func tags(_ language: String) -> [String] {
    let tag = language.lowercased()
    let primary = String(tag.prefix { $0 != "-" && $0 != "_" })
    return [tag, primary, "en"]
  }

  private static func isEmpty(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }
}

extension Stage.Prompts {
  /// The stage's own prompt for a step.
  func own(_ step: PromptSource.Step) -> String? {
    switch step {
    case .stageSelection: selection
    case .dataExtraction: extraction
    case .responseGeneration: response
    case .summary: nil
    }
  }

  /// The stage's template for a step.
  func templateID(_ step: PromptSource.Step) -> UUID? {
    switch step {
    case .stageSelection: selectionTemplateID
    case .dataExtraction: extractionTemplateID
    case .responseGeneration: responseTemplateID
    case .summary: nil
    }
  }
}
