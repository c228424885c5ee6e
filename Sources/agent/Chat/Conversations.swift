import Agent
import AgentService
import CommandInterface
import Platform
import RPC
import Synchronization

/// Conversations that this process answers, all of a database by the same connections.
final class Conversations: Sendable {
  private let environment: @Sendable (String) -> String?
  private let runners = Mutex<[String: AgentRunner]>([:])

  /// - Parameter environment: Describes the providers of models.
  init(environment: @escaping @Sendable (String) -> String?) { self.environment = environment }

  /// Begins one, or goes on with it.
  ///
  /// - Throws: ``CommandError`` where the environment describes what cannot be used.
  func begin(_ request: ConversationRequest) throws(CommandError) -> any Conversing {
    let place = request.connectionInfo + "\n" + request.knowledge.place
    let runner: AgentRunner
    if let ready = runners.withLock({ $0[place] }) {
      runner = ready
    } else {
      runner = try make(request)
      runners.withLock { $0[place] = runner }
    }
    return StoredConversation(
      runner: runner, business: request.business, channel: "cli", identity: request.customer,
      session: request.session)
  }

  private func make(_ request: ConversationRequest) throws(CommandError) -> AgentRunner {
    try Self.runner(
      request.connectionInfo, request.knowledge, connectionLimit: 2, environment: environment)
  }

  /// What answers: models, knowledge and database put together.
  ///
  /// - Throws: ``CommandError`` where the environment describes what cannot be used.
  static func runner(
    _ connectionInfo: String, _ knowledge: ServiceAddress, connectionLimit: Int,
    environment: @escaping @Sendable (String) -> String?
  ) throws(CommandError) -> AgentRunner {
    let models: ModelCatalogue
    do throws(ModelCatalogueError) { models = try ModelCatalogue(environment: environment) } catch {
      throw .usage(DisplayText.cleaned("\(error)"), remedy: "mend the environment's variable")
    }
    let address: RPCAddress =
      switch knowledge.endpoint {
      case .unix(let path): .unix(path: path)
      case .tcp(let host, let port): .tcp(host: host, port: port)
      }
    let pipeline = TurnPipeline(knowledge: KnowledgeClient(address), models: models)
    let store = AgentStore(connectionInfo: connectionInfo, connectionLimit: connectionLimit)
    return AgentRunner(store: store, pipeline: pipeline)
  }
}
