import Platform

/// The conversation itself.
enum ConversationVariables: VariableProvider {
  static let variables = [
    TemplateVariable("conversation_id", "the conversation's id"),
    TemplateVariable("start_time", "when the conversation began, in UTC"),
    TemplateVariable("last_updated", "when the last message came or went, in UTC"),
    TemplateVariable("channel", "how the customer writes: cli, api, web, whatsapp"),
    TemplateVariable("language", "the conversation's language, else the business's, such as en"),
  ]

  static func value(of name: String, in scope: TemplateScope) -> TemplateValue? {
    let conversation = scope.input.conversation
    switch name {
    case "conversation_id": return .text(conversation.id.description)
    case "start_time": return time(conversation.startedAt)
    case "last_updated": return time(conversation.updatedAt)
    case "channel": return TemplateScope.present(conversation.channel)
    default:
      let language =
        conversation.language.isEmpty
        ? scope.input.setup.configuration.language : conversation.language
      return TemplateScope.present(language)
    }
  }

  private static func time(_ microseconds: Int64) -> TemplateValue? {
    microseconds == 0 ? nil : .text(TimeVariables.minute(microseconds))
  }
}
