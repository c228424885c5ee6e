import Agent
import AgentService
import CommandInterface
import RPC

/// Conversations that this process answers.
enum Conversations {
  /// Begins one, or goes on with it.
  ///
  /// - Parameter environment: Describes the providers of models.
  /// - Throws: ``CommandError`` where the environment describes what cannot be used.
  static func begin(
    _ request: ConversationRequest, environment: @escaping @Sendable (String) -> String?
  ) throws(CommandError) -> any Conversing {
    let models: ModelCatalogue
    do throws(ModelCatalogueError) { models = try ModelCatalogue(environment: environment) } catch {
      throw .usage(DisplayText.cleaned("\(error)"), remedy: "mend the environment's variable")
    }
    let address: RPCAddress =
      switch request.knowledge.endpoint {
      case .unix(let path): .unix(path: path)
      case .tcp(let host, let port): .tcp(host: host, port: port)
      }
    let pipeline = TurnPipeline(knowledge: KnowledgeClient(address), models: models)
    let store = AgentStore(connectionInfo: request.connectionInfo, connectionLimit: 2)
    return StoredConversation(
      runner: AgentRunner(store: store, pipeline: pipeline), business: request.business,
      channel: "cli", identity: request.customer, session: request.session)
  }
}
