import Platform

/// What the variables of a prompt are taken from: what a turn began with, and what it knows so far.
public struct TemplateScope: Sendable {
  /// How many messages a history shows where nothing says it.
  public static let defaultHistoryCount = 10

  /// What the turn began with.
  public var input: TurnInput
  /// The stage that is answered in; nil while none is selected.
  public var stage: Stage?
  /// The stage of the answer before; nil at the beginning.
  public var previousStage: Stage?
  /// What was extracted; nil for what is remembered.
  public var extractedData: JSON?
  /// What the customer wants, most urgent first.
  public var intents: [String] = []
  /// Numbered sources, fenced.
  public var knowledge: String?
  /// Numbered products and services, fenced.
  public var catalogue: String?
  /// All else that the answer may need (orders, appointments, key facts, fetched data), fenced.
  public var context: String?
  /// What was said before the history, fenced; nil for the summary that is remembered.
  public var summary: String?
  /// The message, corrected and fenced; nil for the burst as it came.
  public var message: String?
  /// What was said before the message, fenced; nil for the last messages, fenced by ``fence``.
  public var history: String?
  /// How many messages a history shows, 1...200; nil for the template's `N`, else 10.
  public var historyCount: Int?
  /// Puts a fence around what others wrote, wherever this type takes it from ``input`` itself. Its
  /// arguments are a label such as `message`, and the text. Without one it stays bare.
  public var fence: @Sendable (_ label: String, _ text: String) -> String = { $1 }

  /// - Parameters:
  ///   - input: What the turn began with.
  ///   - stage: The stage that is answered in; nil while none is selected.
  ///   - previousStage: The stage of the answer before; nil for the conversation's.
  public init(_ input: TurnInput, stage: Stage? = nil, previousStage: Stage? = nil) {
    self.input = input
    self.stage = stage
    self.previousStage = previousStage ?? input.setup.stage(input.conversation.stageID)
  }

  /// A text of others within a sentence: on one line, cut at 200 scalars, with nothing that is not
  /// seen or looks like a mark of a fence.
  static func inline(_ text: String) -> String {
    let start = String(text.unicodeScalars.prefix(200))
    return DataFence.cleaned(String(start.map { $0.isWhitespace ? " " : $0 }))
      .split(separator: " ").joined(separator: " ")
  }

  /// A value of others, each text of it within a sentence.
  static func inline(_ json: JSON) -> JSON {
    switch json {
    case .string(let text): .string(inline(text))
    case .array(let elements): .array(elements.map(inline))
    case .object(let members):
      .object(members.map { (key: inline($0.key), value: inline($0.value)) })
    default: json
    }
  }

  /// nil for an empty text.
  static func present(_ text: String) -> TemplateValue? { text.isEmpty ? nil : .text(text) }
}
