import Agent
import HTTP
import ModelHTTP
import Platform
import Synchronization

/// The language models that configurations may name: `openai/gpt-5-mini`, `ollama/llama3.2`, or
/// `extractive`, which quotes the business's own texts and needs no model.
///
/// All models of a provider share its connections and its circuit breaker, so one catalogue serves
/// a whole process. Any number of threads may use it.
public final class ModelCatalogue: ModelProviding {
  /// Variables besides those of the providers, with what they say.
  public static let variables: [(name: String, meaning: String)] = [
    ("AGENT_PRICES", "a file of prices that go before the built-in ones; see TokenPrices"),
    ("AGENT_AUTHORITIES", "a PEM file of the only TLS authorities to trust"),
    ("AZURE_OPENAI_API_VERSION", "the version of Azure's interface"),
  ]

  private let environment: @Sendable (String) -> String?
  private let clock: HTTPClock
  private let prices: TokenPrices
  private let servers = Mutex<[String: ModelServer]>([:])

  /// Asks nobody yet.
  ///
  /// - Parameters:
  ///   - environment: A variable's value; nil where it is unset.
  ///   - clock: Time and chance.
  /// - Throws: ``ModelCatalogueError`` where the file of prices cannot be used.
  public init(
    environment: @escaping @Sendable (String) -> String?, clock: HTTPClock = .system
  ) throws(ModelCatalogueError) {
    self.environment = environment
    self.clock = clock
    guard let path = environment("AGENT_PRICES"), !path.isEmpty else {
      prices = .builtIn
      return
    }
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try FileSystem.readAll(path, limit: 1 << 20) } catch {
      throw .invalid("AGENT_PRICES cannot be read: \(error)")
    }
    do throws(InvalidTokenPrices) {
      prices = TokenPrices.builtIn.merging(
        try TokenPrices(parsing: String(decoding: bytes, as: UTF8.self)))
    } catch { throw .invalid("AGENT_PRICES: \(error)") }
  }

  /// One model.
  ///
  /// - Parameter name: Provider and model with a slash between them.
  /// - Throws: ``ModelCatalogueError``: what is wrong with the name, or which variable to set.
  public func model(_ name: String) throws(ModelCatalogueError) -> any LanguageModel {
    guard let slash = name.firstIndex(of: "/"),
      let provider = ModelProvider.named(String(name[..<slash]))
    else { throw .unknownModel(name) }
    let server = try server(of: provider)
    do throws(InvalidProvider) {
      return try server.model(String(name[name.index(after: slash)...]))
    } catch { throw .invalid(error.description) }
  }

  /// The models as one, asked in their order until one answers. One that cannot be used fails like
  /// any other, so that a missing key takes nobody's answer away while another model is there, and
  /// stands in the attempts.
  ///
  /// - Parameter names: At least one, never `extractive`; repetitions count once.
  /// - Throws: ``ModelError`` of the first name where none can be used.
  public func model(_ names: [String]) throws(ModelError) -> any LanguageModel {
    var models: [any LanguageModel] = []
    var refusal: ModelError?
    var isUsable = false
    for (index, name) in names.enumerated() where !names[..<index].contains(name) {
      do throws(ModelCatalogueError) {
        models.append(try model(name))
        isUsable = true
      } catch {
        let failure = error.asModelError(name)
        refusal = refusal ?? failure
        models.append(UnusableModel(name: name, error: failure))
      }
    }
    guard isUsable else {
      throw refusal ?? ModelError(.notFound, model: "none", detail: "no model is named")
    }
    return models.count == 1 ? models[0] : FallbackModel(models, clock: clock)
  }

  // MARK: Lists

  /// The models that a provider offers, in its order.
  ///
  /// - Throws: ``ModelCatalogueError``: `.notConfigured`, `.invalid`, or `.failed` where its server
  ///   does not answer.
  public func models(
    of provider: ModelProvider
  ) throws(ModelCatalogueError) -> [ModelDescription] {
    let server = try server(of: provider)
    do throws(ModelError) { return try server.models() } catch {
      throw .failed(error.description)
    }
  }

  /// The known providers, and which of them the environment describes.
  public var providers: [(provider: ModelProvider, isDescribed: Bool)] {
    ModelProvider.known.map { ($0, $0.isDescribed(by: environment)) }
  }

  /// What a token of a model costs, for short requests; nil where it is not known.
  public func price(_ model: String, of provider: ModelProvider) -> TokenPrices.Entry? {
    prices.entry(provider: provider.name, model: model, inputTokens: 1)
  }

  private func server(of provider: ModelProvider) throws(ModelCatalogueError) -> ModelServer {
    if let ready = servers.withLock({ $0[provider.name] }) { return ready }
    var settings = try provider.settings(environment)
    settings.prices = prices
    let made: ModelServer
    do throws(InvalidProvider) { made = try ModelServer(settings, clock: clock) } catch {
      throw .invalid("\(provider.baseURLVariable) or its key: \(error)")
    }
    // Of two threads that made it at the same time, one wins: they are to share its breaker.
    return servers.withLock { servers in
      if let other = servers[provider.name] { return other }
      servers[provider.name] = made
      return made
    }
  }
}

/// A name that was configured and cannot be asked.
private struct UnusableModel: LanguageModel {
  let name: String
  let error: ModelError

  func reply(
    to request: ModelRequest, cancellation: ModelCancellation, receive: (ModelDelta) -> Bool
  ) throws(ModelError) -> ModelReply { throw error }
}

/// Why a model that is named cannot be asked.
public enum ModelCatalogueError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No model can have this name.
  case unknownModel(String)
  /// A variable of the environment is missing.
  case notConfigured(provider: String, variable: String)
  /// What the environment says cannot be used; holds nothing of a key.
  case invalid(String)
  /// The provider's server did not answer.
  case failed(String)

  /// What is wrong, and what to do; safe to log.
  public var description: String {
    switch self {
    case .unknownModel(let name):
      "\"\(name.prefix(100))\" names no model; names are \(ModelPlan.extractive), or a "
        + "provider and a model such as openai/gpt-5-mini or ollama/llama3.2"
    case .notConfigured(let provider, let variable):
      "no \(provider) is configured; set \(variable) in the agent's environment"
    case .invalid(let reason), .failed(let reason): reason
    }
  }

  /// The same for a turn: a missing key is one that is not accepted.
  func asModelError(_ model: String) -> ModelError {
    let kind: ModelError.Kind =
      switch self {
      case .unknownModel: .notFound
      case .notConfigured, .invalid: .authentication
      case .failed: .unreachable
      }
    return ModelError(kind, model: model, detail: description)
  }
}
