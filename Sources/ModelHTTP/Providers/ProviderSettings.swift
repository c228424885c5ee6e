import Agent
import HTTP
import Platform

/// Why a provider cannot be used as it was described: what is wrong, and what to do.
public struct InvalidProvider: Error, Equatable, Sendable, CustomStringConvertible {
  /// The error in words.
  public let description: String
}

/// Where models are served, how they are asked, and how patiently.
public struct ProviderSettings: Sendable {
  /// What the server speaks.
  public enum Interface: Sendable, Equatable {
    /// OpenAI's chat completions at `<base URL>/chat/completions`.
    case chatCompletions
    /// The same at `<base URL>/openai/deployments/<model>/chat/completions`, the key in a header of
    /// its own; the model's name is that of the deployment.
    case azure(apiVersion: String)
    /// Anthropic's messages at `<base URL>/messages`.
    case anthropic
  }

  /// What traces, prices and errors call it: 1 to 64 of `A-Z`, `a-z`, `0-9`, `_` and `-`.
  public var name: String
  /// What it speaks.
  public var interface: Interface
  /// Up to `/chat/completions`, `/openai` or `/messages`.
  public var baseURL: String
  /// The key; nil where the server wants none.
  public var key: HTTPSecret?
  /// Whether the key may go over `http` to another machine, where others could read it.
  public var allowsKeyInClear = false
  /// What its models take, until one refuses it.
  public var traits = ModelTraits()
  /// What an answer may hold.
  public var limits = ModelLimits()
  /// Attempts and pauses.
  public var retries = HTTPRetryPolicy(attemptLimit: 3, longestPauseMilliseconds: 8_000)
  /// When it is left alone.
  public var breaker = BreakerPolicy()
  /// For one attempt that is not streamed, in milliseconds.
  public var attemptMilliseconds = 120_000
  /// The longest time without a byte in one that is streamed, in seconds: long enough for a model
  /// that thinks, or a local one that reads a long prompt.
  public var idleSeconds = 60
  /// Whether Anthropic is asked to keep the system prompt in its cache for five minutes.
  public var cachesPrompt = false
  /// What tokens cost.
  public var prices = TokenPrices.builtIn
  /// A PEM file of the only authorities to trust; nil for those of the system.
  public var authoritiesPath: String?

  /// - Parameters:
  ///   - name: What traces call it.
  ///   - interface: What it speaks.
  ///   - baseURL: Where it is.
  ///   - key: The key; nil where the server wants none.
  public init(name: String, interface: Interface, baseURL: String, key: HTTPSecret? = nil) {
    self.name = name
    self.interface = interface
    self.baseURL = baseURL
    self.key = key
  }

  /// OpenAI.
  public static func openAI(key: HTTPSecret) -> ProviderSettings {
    var settings = ProviderSettings(
      name: "openai", interface: .chatCompletions, baseURL: "https://api.openai.com/v1", key: key)
    settings.traits.outputLimitField = .maxCompletionTokens
    return settings
  }

  /// Anthropic.
  public static func anthropic(key: HTTPSecret) -> ProviderSettings {
    ProviderSettings(
      name: "anthropic", interface: .anthropic, baseURL: "https://api.anthropic.com/v1", key: key)
  }

  /// Together AI.
  public static func together(key: HTTPSecret) -> ProviderSettings {
    ProviderSettings(
      name: "together", interface: .chatCompletions, baseURL: "https://api.together.xyz/v1",
      key: key)
  }

  /// Azure.
  ///
  /// - Parameters:
  ///   - endpoint: The resource's, such as `https://NAME.openai.azure.com`.
  ///   - apiVersion: The API's version; the default was the newest stable one for deployments.
  ///   - key: The resource's key.
  public static func azure(
    endpoint: String, apiVersion: String = "2024-10-21", key: HTTPSecret
  ) -> ProviderSettings {
    var settings = ProviderSettings(
      name: "azure", interface: .azure(apiVersion: apiVersion), baseURL: endpoint, key: key)
    settings.traits.outputLimitField = .maxCompletionTokens
    return settings
  }

  /// Ollama on this machine.
  public static func ollama(
    baseURL: String = "http://127.0.0.1:11434/v1"
  ) -> ProviderSettings { local("ollama", baseURL) }

  /// vLLM on this machine.
  public static func vLLM(
    baseURL: String = "http://127.0.0.1:8000/v1", key: HTTPSecret? = nil
  ) -> ProviderSettings { local("vllm", baseURL, key) }

  /// llama.cpp's server on this machine.
  public static func llamaCpp(
    baseURL: String = "http://127.0.0.1:8080/v1", key: HTTPSecret? = nil
  ) -> ProviderSettings { local("llama-cpp", baseURL, key) }

  private static func local(
    _ name: String, _ baseURL: String, _ key: HTTPSecret? = nil
  ) -> ProviderSettings {
    var settings = ProviderSettings(
      name: name, interface: .chatCompletions, baseURL: baseURL, key: key)
    // A model may have to be read from disk first, and a processor reads prompts slowly.
    settings.idleSeconds = 300
    settings.attemptMilliseconds = 600_000
    return settings
  }

  /// The base URL without a slash at its end.
  ///
  /// - Throws: ``InvalidProvider`` where the description cannot be used.
  func checkedBase() throws(InvalidProvider) -> String {
    guard ModelTool.isName(name) else {
      throw InvalidProvider(
        description: "a provider's name must be 1 to 64 of A-Z, a-z, 0-9, _ and -")
    }
    guard let url = HTTPURL(baseURL), !baseURL.contains("?"), !baseURL.contains("#") else {
      throw InvalidProvider(
        description: "the base URL of \(name) must be like https://api.openai.com/v1, without "
          + "user, password and query")
    }
    guard key == nil || url.isSecure || url.isLoopback || allowsKeyInClear else {
      throw InvalidProvider(
        description: "the key of \(name) would go to \(url.origin) in the clear; use https, or "
          + "allow it")
    }
    if case .azure(let version) = interface {
      guard ModelTool.isName(version) else {
        throw InvalidProvider(description: "the API version must be like 2024-10-21")
      }
    }
    guard limits.answerBytes > 0, limits.lineBytes > 0, limits.toolCalls > 0, limits.jsonDepth > 0,
      retries.attemptLimit > 0, attemptMilliseconds > 0, idleSeconds > 0, breaker.failureLimit > 0,
      breaker.firstMilliseconds > 0, breaker.longestMilliseconds >= breaker.firstMilliseconds
    else {
      throw InvalidProvider(description: "every limit of \(name) must be above 0")
    }
    var base = baseURL
    while base.hasSuffix("/") { base.removeLast() }
    return base
  }
}
