/// What the agent says by itself, without a model, in a customer's language.
public struct Phrases: Sendable {
  /// A colleague takes over and will answer.
  public let handingOver: String
  /// The question cannot be answered now; a colleague will.
  public let failed: String
  /// Nothing was found; offers a colleague.
  public let nothingFound: String
  /// The answer to thanks.
  public let thanks: String
  /// The answer to a goodbye.
  public let goodbye: String
  /// What an answer begins with that comes late because the question was passed over.
  public let apologyForForgotten: String
  let askingFor: @Sendable (_ label: String) -> String
  let suggestingThing: @Sendable (_ name: String) -> String
  /// Why a thing is proposed: it goes with this one.
  let goesWith: @Sendable (String) -> String
  let greetingBy: @Sendable (_ agent: String, _ business: String) -> String
  let welcomingBack: @Sendable (_ topic: String) -> String
  let welcomingBackWithoutTopic: String

  /// The phrases of a language: English, German, French, Spanish, Italian, Dutch or Portuguese;
  /// English for every other.
  ///
  /// - Parameter language: BCP 47; its primary tag counts.
  public static func of(_ language: String) -> Phrases {
    switch LanguageTag.primary(of: language) {
    case "de": german
    case "fr": french
    case "es": spanish
    case "it": italian
    case "nl": dutch
    case "pt": portuguese
    default: english
    }
  }

  /// Asks for something that is missing: `Please tell me: order number.`
  ///
  /// - Parameter label: What it is called, as the business wrote it.
  public func asking(for label: String) -> String { askingFor(label) }

  /// Names a product or service that goes with what was asked about, and why.
  public func suggesting(_ suggestion: Suggestion) -> String {
    let proposal = suggestingThing(suggestion.name)
    guard let last = suggestion.reason.last else { return proposal }
    return proposal + " " + suggestion.reason + (".!?。！？".contains(last) ? "" : ".")
  }

  /// The first words to somebody who only greeted.
  ///
  /// - Parameters:
  ///   - agent: The agent's name.
  ///   - business: The business's name.
  public func greeting(agent: String, business: String) -> String { greetingBy(agent, business) }

  /// Offers somebody who comes back to go on or to start afresh.
  ///
  /// - Parameter topic: What was spoken of before; may be empty.
  public func welcomeBack(topic: String) -> String {
    topic.isEmpty ? welcomingBackWithoutTopic : welcomingBack(topic)
  }
}
