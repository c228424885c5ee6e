import Embedding
import HTTP
import Platform

/// Why a remote model cannot be used as it was described: what is wrong, and what to do.
public struct InvalidRemoteModel: Error, Equatable, Sendable, CustomStringConvertible {
  /// The error in words.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// A model behind an OpenAI-compatible `/embeddings`: where it is, and how much may be asked.
public struct RemoteModel: Sendable {
  /// How vectors are asked for; a server that gives the other form is understood too.
  public enum Encoding: String, Sendable {
    /// Little-endian floats in base64: a third of the bytes, and exact.
    case base64
    /// JSON numbers.
    case float
  }

  /// What one request may hold, and how many may be under way.
  public struct Limits: Sendable {
    /// Texts of one request.
    public var textsPerRequest = 256
    /// Tokens of one request, as estimated.
    public var tokensPerRequest = 100_000
    /// Tokens of one text, as estimated; a longer text is cut.
    public var tokensPerText = 8_000
    /// Requests under way for passages, and again as many for queries.
    public var requestsAtOnce = 4
    /// Requests in a minute; nil for no limit of ours.
    public var requestsPerMinute: Int?
    /// Tokens in a minute, as estimated; nil for no limit of ours.
    public var tokensPerMinute: Int?
    /// For one request, in milliseconds.
    public var requestMilliseconds = 60_000
    /// For a call with passages, all its requests and pauses included, in milliseconds.
    public var passageMilliseconds = 300_000
    /// For a call with queries, all its requests and pauses included, in milliseconds.
    public var queryMilliseconds = 15_000

    /// The defaults.
    public init() {}
  }

  /// Up to `/embeddings`, such as `https://api.openai.com/v1`.
  public var baseURL: String
  /// The provider's name of the model.
  public var name: String
  /// Floats of one vector.
  public var dimension: Int
  /// Whether to send it (`dimensions`), for models that have several; at first, where it is not the
  /// usual one of a known model.
  public var asksForDimension: Bool
  /// What to ask for.
  public var encoding = Encoding.base64
  /// The provider's key; nil where the server wants none.
  public var apiKey: HTTPSecret?
  /// Whether the key may go over `http` to another machine, where others could read it.
  public var allowsKeyInClear = false
  /// What stands before each query, for models that were trained so (`query: `).
  public var queryPrefix = ""
  /// What stands before each passage (`passage: `).
  public var passagePrefix = ""
  /// What may be asked.
  public var limits = Limits()
  /// How failures are met.
  public var retries = HTTPRetryPolicy()
  /// What tokens cost.
  public var prices = ModelPrices.builtIn
  /// A PEM file of the only authorities to trust; nil for those of the system.
  public var authoritiesPath: String?

  /// - Parameters:
  ///   - baseURL: Up to `/embeddings`, such as `https://api.openai.com/v1`.
  ///   - name: The provider's name of the model.
  ///   - dimension: Floats of one vector; nil takes it from ``ModelPrices``.
  /// - Throws: ``InvalidRemoteModel`` where the dimension is neither given nor known.
  public init(baseURL: String, name: String, dimension: Int? = nil) throws(InvalidRemoteModel) {
    let usual = ModelPrices.builtIn[name]?.dimension
    guard let dimension = dimension ?? usual else {
      throw InvalidRemoteModel(
        "the dimension of the model \(name) is not known; give it (the provider's list has it)")
    }
    self.baseURL = baseURL
    self.name = name
    self.dimension = dimension
    asksForDimension = usual != nil && usual != dimension
  }

  /// The embedding space: the same for every address that serves the model, so that a move to
  /// another provider embeds nothing anew.
  var space: EmbeddingModel {
    let text = "openai-compatible 1\0\(name)\0\(dimension)\0\(queryPrefix)\0\(passagePrefix)"
    let digest = SHA256.hash(Array(text.utf8))
    let fingerprint = digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    return EmbeddingModel(name: name, dimension: dimension, fingerprint: fingerprint)
  }

  /// Where to ask.
  ///
  /// - Throws: ``InvalidRemoteModel`` where the description cannot be used.
  func checkedURL() throws(InvalidRemoteModel) -> String {
    guard let url = HTTPURL(baseURL), !baseURL.contains("?"), !baseURL.contains("#") else {
      throw InvalidRemoteModel(
        "the base URL must be like https://api.openai.com/v1, without user, password and query")
    }
    guard !name.isEmpty, name.utf8.count <= 256 else {
      throw InvalidRemoteModel("the model's name must have 1 to 256 bytes")
    }
    guard (1...4096).contains(dimension) else {
      throw InvalidRemoteModel("the dimension must be 1 to 4096, not \(dimension)")
    }
    guard apiKey == nil || url.isSecure || url.isLoopback || allowsKeyInClear else {
      throw InvalidRemoteModel(
        "the API key would go to \(url.origin) in the clear; use https, or allow it")
    }
    let limits = limits
    guard limits.textsPerRequest > 0, limits.tokensPerRequest > 0, limits.tokensPerText > 0,
      limits.requestsAtOnce > 0, limits.requestsPerMinute ?? 1 > 0, limits.tokensPerMinute ?? 1 > 0,
      limits.requestMilliseconds > 0, limits.passageMilliseconds > 0, limits.queryMilliseconds > 0,
      retries.attemptLimit > 0
    else { throw InvalidRemoteModel("every limit of a remote model must be above 0") }
    var base = baseURL
    while base.hasSuffix("/") { base.removeLast() }
    return base + "/embeddings"
  }
}
