import Agent
import HTTP
import ModelHTTP
import Platform

/// A provider of language models, and the variables of the environment that describe it.
///
/// Keys come from the environment only, where neither a process list nor a business's configuration
/// shows them.
public struct ModelProvider: Sendable, Equatable {
  /// What stands before the slash in a model's name, such as `openai`.
  public let name: String
  /// What it is, in a few words.
  public let summary: String
  /// Whether it is of no use without a key.
  public let needsKey: Bool
  /// Where it is when nothing says otherwise; nil where something must.
  public let defaultBaseURL: String?

  /// The providers that need no more than a key, or nothing; any other name is a server that speaks
  /// OpenAI's protocol at its ``baseURLVariable``.
  public static let known = [
    ModelProvider(
      name: "openai", summary: "OpenAI", needsKey: true,
      defaultBaseURL: "https://api.openai.com/v1"),
    ModelProvider(
      name: "anthropic", summary: "Anthropic", needsKey: true,
      defaultBaseURL: "https://api.anthropic.com/v1"),
    ModelProvider(
      name: "together", summary: "Together AI", needsKey: true,
      defaultBaseURL: "https://api.together.xyz/v1"),
    ModelProvider(
      name: "azure", summary: "Azure OpenAI; a model is the name of a deployment", needsKey: true,
      defaultBaseURL: nil),
    ModelProvider(
      name: "ollama", summary: "Ollama on this machine", needsKey: false,
      defaultBaseURL: "http://127.0.0.1:11434/v1"),
    ModelProvider(
      name: "llama-cpp", summary: "llama.cpp's server on this machine", needsKey: false,
      defaultBaseURL: "http://127.0.0.1:8080/v1"),
    ModelProvider(
      name: "vllm", summary: "vLLM on this machine", needsKey: false,
      defaultBaseURL: "http://127.0.0.1:8000/v1"),
  ]

  /// The provider of this name.
  ///
  /// - Parameter name: 1 to 64 of a-z, 0-9, _ and -; nil for anything else.
  public static func named(_ name: String) -> ModelProvider? {
    if let known = known.first(where: { $0.name == name }) { return known }
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard isPlain, (1...64).contains(name.utf8.count) else { return nil }
    return ModelProvider(
      name: name, summary: "a server that speaks OpenAI's protocol", needsKey: false,
      defaultBaseURL: nil)
  }

  private var prefix: String { name.uppercased().replacing("-", with: "_") }

  /// The variable that holds the key, such as `OPENAI_API_KEY`.
  public var keyVariable: String { (name == "azure" ? "AZURE_OPENAI" : prefix) + "_API_KEY" }
  /// The variable that names a file with the key instead.
  public var keyFileVariable: String { keyVariable + "_FILE" }
  /// The variable that says where it is, such as `OLLAMA_BASE_URL`.
  public var baseURLVariable: String {
    name == "azure" ? "AZURE_OPENAI_ENDPOINT" : prefix + "_BASE_URL"
  }

  /// Whether the environment has what it needs; a local server may still not run.
  ///
  /// - Parameter environment: A variable's value; nil where it is unset.
  public func isDescribed(by environment: (String) -> String?) -> Bool {
    missingVariable(environment) == nil
  }

  /// The variable that has to be set before it can be used; nil where none is missing.
  func missingVariable(_ environment: (String) -> String?) -> String? {
    func isSet(_ variable: String) -> Bool { environment(variable)?.isEmpty == false }
    if defaultBaseURL == nil, !isSet(baseURLVariable) { return baseURLVariable }
    if needsKey, !isSet(keyVariable), !isSet(keyFileVariable) { return keyVariable }
    return nil
  }

  /// How it is asked.
  ///
  /// - Throws: ``ModelCatalogueError`` naming the variable that is missing or wrong.
  func settings(
    _ environment: (String) -> String?
  ) throws(ModelCatalogueError) -> ProviderSettings {
    func text(_ variable: String) -> String? {
      environment(variable).flatMap { $0.isEmpty ? nil : $0 }
    }
    if let missing = missingVariable(environment) {
      throw .notConfigured(provider: name, variable: missing)
    }
    let key = try key(text)
    var settings: ProviderSettings
    switch (name, key) {
    case ("openai", let key?): settings = .openAI(key: key)
    case ("anthropic", let key?): settings = .anthropic(key: key)
    case ("together", let key?): settings = .together(key: key)
    case ("azure", let key?):
      settings = .azure(
        endpoint: text(baseURLVariable) ?? "",
        apiVersion: text("AZURE_OPENAI_API_VERSION") ?? "2024-10-21", key: key)
    case ("vllm", _): settings = .vLLM(key: key)
    case ("llama-cpp", _): settings = .llamaCpp(key: key)
    // Any other server may be a local one, too, and is as patient.
    default:
      settings = .ollama()
      settings.name = name
      settings.key = key
    }
    if let url = text(baseURLVariable) { settings.baseURL = url }
    settings.authoritiesPath = text("AGENT_AUTHORITIES")
    return settings
  }

  private func key(_ text: (String) -> String?) throws(ModelCatalogueError) -> HTTPSecret? {
    let (key, path) = (text(keyVariable), text(keyFileVariable))
    do throws(InvalidHTTPSecret) {
      if let key { return try HTTPSecret(key) }
      if let path { return try HTTPSecret(file: path) }
      return nil
    } catch {
      throw .invalid("\(key == nil ? keyFileVariable : keyVariable): \(error)")
    }
  }
}
