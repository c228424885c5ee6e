import HTTP
import Platform

extension RemoteModel {
  /// Variables that describe the remote model of a service, with what they say.
  public static let variables: [(name: String, meaning: String)] = [
    ("KNOWLEDGE_EMBEDDING_URL", "up to /embeddings, such as https://api.openai.com/v1"),
    ("KNOWLEDGE_EMBEDDING_MODEL", "the provider's name of the model"),
    ("KNOWLEDGE_EMBEDDING_DIMENSION", "floats of a vector, where the model is not a known one"),
    ("KNOWLEDGE_EMBEDDING_KEY", "the provider's key"),
    ("KNOWLEDGE_EMBEDDING_KEY_FILE", "a file that holds the key instead"),
    ("KNOWLEDGE_EMBEDDING_QUERY_PREFIX", "what stands before each query"),
    ("KNOWLEDGE_EMBEDDING_PASSAGE_PREFIX", "what stands before each passage"),
    ("KNOWLEDGE_EMBEDDING_REQUESTS_PER_MINUTE", "our own limit of requests"),
    ("KNOWLEDGE_EMBEDDING_TOKENS_PER_MINUTE", "our own limit of tokens"),
    ("KNOWLEDGE_EMBEDDING_PRICES", "a file of prices; see ModelPrices"),
    ("KNOWLEDGE_EMBEDDING_AUTHORITIES", "a PEM file of the only TLS authorities to trust"),
  ]

  /// The model that the environment describes; the key is never an argument, where others see it.
  ///
  /// - Parameter value: A variable's value; nil where it is unset.
  /// - Returns: Nil where no `KNOWLEDGE_EMBEDDING_URL` is set.
  /// - Throws: ``InvalidRemoteModel`` naming the variable.
  public static func described(
    by value: (String) -> String?
  ) throws(InvalidRemoteModel) -> RemoteModel? {
    func text(_ name: String) -> String? {
      value("KNOWLEDGE_EMBEDDING_" + name).flatMap { $0.isEmpty ? nil : $0 }
    }
    func number(_ name: String) throws(InvalidRemoteModel) -> Int? {
      guard let text = text(name) else { return nil }
      guard let number = Int(text), number > 0 else {
        throw InvalidRemoteModel("KNOWLEDGE_EMBEDDING_\(name) must be a whole number above 0")
      }
      return number
    }
    guard let url = text("URL") else { return nil }
    guard let name = text("MODEL") else {
      throw InvalidRemoteModel("KNOWLEDGE_EMBEDDING_URL is set; set KNOWLEDGE_EMBEDDING_MODEL too")
    }
    var model = try RemoteModel(baseURL: url, name: name, dimension: try number("DIMENSION"))
    let (key, path) = (text("KEY"), text("KEY_FILE"))
    guard key == nil || path == nil else {
      throw InvalidRemoteModel(
        "KNOWLEDGE_EMBEDDING_KEY and KNOWLEDGE_EMBEDDING_KEY_FILE are both set; unset one")
    }
    do throws(InvalidHTTPSecret) {
      if let key { model.apiKey = try HTTPSecret(key) }
      if let path { model.apiKey = try HTTPSecret(file: path) }
    } catch { throw InvalidRemoteModel(error.description) }
    model.queryPrefix = text("QUERY_PREFIX") ?? ""
    model.passagePrefix = text("PASSAGE_PREFIX") ?? ""
    model.limits.requestsPerMinute = try number("REQUESTS_PER_MINUTE")
    model.limits.tokensPerMinute = try number("TOKENS_PER_MINUTE")
    model.authoritiesPath = text("AUTHORITIES")
    if let path = text("PRICES") {
      let bytes: [UInt8]
      do throws(SystemError) { bytes = try FileSystem.readAll(path, limit: 1 << 20) } catch {
        throw InvalidRemoteModel("KNOWLEDGE_EMBEDDING_PRICES cannot be read: \(error)")
      }
      model.prices = ModelPrices.builtIn.merging(
        try ModelPrices(parsing: String(decoding: bytes, as: UTF8.self)))
    }
    _ = try model.checkedURL()
    return model
  }
}
