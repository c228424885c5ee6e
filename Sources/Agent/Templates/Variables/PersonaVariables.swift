/// How the agent is to be.
enum PersonaVariables: VariableProvider {
  static let variables = [
    TemplateVariable("agent_name", "the agent's name: the one of the conversation, else the usual"),
    TemplateVariable("persona", "who the agent is"),
    TemplateVariable("tone", "such as: friendly and clear"),
    TemplateVariable("personality_traits", "such as: patient, precise"),
    TemplateVariable("restrictions", "what the agent must not do, a line each"),
    TemplateVariable("disclaimers", "what answers must end with, a line each"),
  ]

  static func value(of name: String, in scope: TemplateScope) -> TemplateValue? {
    let setup = scope.input.setup
    let configuration = setup.configuration
    switch name {
    case "agent_name":
      let id = scope.stage?.agentID ?? scope.input.conversation.agentID
      let agent = setup.agents.first { $0.id == id }
      return TemplateScope.present(agent?.name ?? configuration.agentName)
    case "persona": return TemplateScope.present(configuration.persona)
    case "tone": return TemplateScope.present(configuration.tone)
    case "personality_traits":
      return TemplateScope.present(configuration.personalityTraits.joined(separator: ", "))
    case "restrictions": return list(configuration.behavioralRestrictions)
    default: return list(configuration.requiredDisclaimers)
    }
  }

  private static func list(_ lines: [String]) -> TemplateValue? {
    TemplateScope.present(lines.map { "- \($0)" }.joined(separator: "\n"))
  }
}
