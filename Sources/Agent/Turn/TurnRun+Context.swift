import Platform

/// What the response's prompt is given.
extension TurnRun {
  /// Tokens that the prompt itself takes, besides what is put into it.
  private static let promptTokens = 1_500

  /// Sources, history and what is known of the customer, within the prompt's budget.
  func answerContext() -> BuiltContext {
    let found = retrieved ?? RetrievedStep()
    let budget = max(0, configuration.promptTokenLimit - Self.promptTokens)
    let data =
      found.data.isEmpty ? [] : [ContextItem(name: "data", text: DataFence.cleaned(found.data))]
    return ContextBuilder(tokenBudget: budget).build([
      ContextSection(source: "data", priority: 95, tokenBudget: budget / 4, items: data),
      .knowledge(found.knowledge, tokenBudget: budget / 2),
      .catalogue(
        found.catalogue, tokenBudget: budget / 3, firstNumber: found.knowledge.count + 1),
      .history(input.history, tokenBudget: budget / 4),
      .summary(memory.summary, tokenBudget: budget / 8),
      .customer(input.customer, tokenBudget: budget / 8),
      .keyFacts(memory.keyFacts, tokenBudget: budget / 16),
    ])
  }

  /// A section behind its fence; nil where nothing of it was taken.
  func fenced(_ context: BuiltContext, _ sources: String...) -> String? {
    let texts = sources.map { context.text($0) }.filter { !$0.isEmpty }
    guard let label = sources.first, !texts.isEmpty else { return nil }
    return fence.wrap(cleaned: texts.joined(separator: "\n"), label: label)
  }
}
