import AgentService
import CommandInterface
import ModelHTTP
import Platform

extension CommandTable {
  static let models = Command(
    name: "models", summary: "list the language models that configurations may name",
    details: """
      A model is named by its provider and its own name, such as openai/gpt-5-mini or \
      ollama/llama3.2; extractive quotes the business's own texts and needs none. Providers are \
      described by the agent's environment only: the key of openai is in OPENAI_API_KEY (or in the \
      file that OPENAI_API_KEY_FILE names), and OPENAI_BASE_URL says where it is if not at its \
      usual place. Any other name is a server that speaks OpenAI's protocol: groq/NAME is asked at \
      GROQ_BASE_URL with GROQ_API_KEY.

      Without --provider the providers are listed, and nobody is asked. Prices are in US dollars \
      for a million tokens, where they are known; AGENT_PRICES names a file with your own.
      """,
    groups: [
      FlagGroup(
        "",
        [
          Flag("provider", .text("NAME"), "ask this provider which models it has"),
          CommonFlags.json,
        ])
    ],
    examples: [
      Example("agent models", "The providers, and what each still needs."),
      Example("agent models --provider ollama", "The models that Ollama has on this machine."),
    ],
    run: { (arguments, context) throws(CommandError) in
      do throws(ModelCatalogueError) {
        let catalogue = try ModelCatalogue(environment: context.environment)
        guard let name = arguments.text("provider") else {
          ModelOutput.show(
            catalogue.providers, asJSON: arguments.isSet("json"), context.console)
          return .ok
        }
        guard let provider = ModelProvider.named(name) else {
          throw ModelCatalogueError.unknownModel(name)
        }
        let models = try catalogue.models(of: provider)
        ModelOutput.show(
          models.map { ($0, catalogue.price($0.name, of: provider)) }, of: provider,
          asJSON: arguments.isSet("json"), context.console)
        return models.isEmpty ? .exceptions : .ok
      } catch {
        let exit: ExitCode = if case .failed = error { .unreachable } else { .usage }
        throw CommandError(
          exit, DisplayText.cleaned(error.description),
          remedy: "agent models tells what each provider needs")
      }
    })
}
