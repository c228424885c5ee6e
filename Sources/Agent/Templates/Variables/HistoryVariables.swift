import Platform

/// What was said before the message.
enum HistoryVariables: VariableProvider {
  static let variables = [
    TemplateVariable("conversation_history", "the last N messages before it, oldest first"),
    TemplateVariable("last_10_messages", "the last ten messages before it, oldest first"),
    TemplateVariable("n", "how many messages conversation_history shows at most; 10"),
  ]

  static func value(of name: String, in scope: TemplateScope) -> TemplateValue? {
    let count = min(max(scope.historyCount ?? TemplateScope.defaultHistoryCount, 1), 200)
    if name == "n" { return .text("\(count)") }
    if let history = scope.history { return TemplateScope.present(history) }
    let messages = scope.input.history.suffix(name == "last_10_messages" ? 10 : count)
    return messages.isEmpty ? nil : .text(scope.fence("history", text(of: messages)))
  }

  /// A line each, with who wrote it; further lines of a message are indented, so that none can pass
  /// for another's.
  private static func text(of messages: ArraySlice<Message>) -> String {
    messages.map { message in
      let sender =
        switch message.sender {
        case .user: "Customer"
        case .assistant: "Assistant"
        case .human: "Colleague"
        }
      let lines = message.content.split(
        omittingEmptySubsequences: true, whereSeparator: \.isNewline)
      return "\(sender): " + lines.joined(separator: "\n  ")
    }.joined(separator: "\n")
  }
}
