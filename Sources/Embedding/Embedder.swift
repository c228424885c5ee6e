/// What a text stands for; some models embed a question and what answers it in different ways.
public enum EmbeddingRole: UInt8, Sendable, Hashable {
  /// A search: short, often a question.
  case query
  /// Something to be found: an entry or a chunk of one.
  case passage
}

/// Names one embedding space. Vectors of different models must never be compared.
public struct EmbeddingModel: Sendable, Hashable, CustomStringConvertible {
  /// The name that collections record and messages show, such as `hashed-384`.
  public let name: String
  /// Floats of one vector.
  public let dimension: Int
  /// Changes whenever the same entry may give other vectors: new weights, another algorithm, other
  /// chunks (``Passages/version``).
  public let fingerprint: UInt64

  /// - Parameters:
  ///   - name: As ``name``.
  ///   - dimension: Floats of one vector.
  ///   - fingerprint: Changes whenever the same text may give another vector.
  /// - Precondition: `dimension` is within 1...4096.
  public init(name: String, dimension: Int, fingerprint: UInt64) {
    precondition((1...4096).contains(dimension), "dimension must be within 1...4096")
    self.name = name
    self.dimension = dimension
    self.fingerprint = FeatureHash.finish(fingerprint ^ Passages.version << 56)
  }

  /// The name and the fingerprint in hexadecimal.
  public var description: String { "\(name)@\(String(fingerprint, radix: 16))" }
}

/// Why texts could not be embedded.
public enum EmbeddingError: Error, Equatable, Sendable {
  /// The model cannot be reached or used now; trying again later may work.
  case unavailable(model: String, detail: String)
  /// Nothing can be embedded until somebody changes the settings that `detail` names.
  case misconfigured(model: String, detail: String)
  /// The model refused this input; trying again will not help.
  case refused(model: String, detail: String)
  /// The model gave what is no unit vector for a text: it is at fault, not the text.
  case noVector(model: String, detail: String)
  /// The model's files are missing or damaged.
  case cannotLoad(path: String, detail: String)
}

extension EmbeddingError: CustomStringConvertible {
  /// Whether it says something of single texts: others of the same call may be embedded.
  public var isOfOneText: Bool {
    switch self {
    case .refused, .noVector: true
    case .unavailable, .misconfigured, .cannotLoad: false
    }
  }

  /// The error in words, with what to do.
  public var description: String {
    switch self {
    case .unavailable(let model, let detail):
      "the embedding model \(model) is unavailable (\(detail)); try again later"
    case .misconfigured(let model, let detail):
      "the embedding model \(model) cannot be used: \(detail)"
    case .refused(let model, let detail): "the embedding model \(model) refused the text: \(detail)"
    case .noVector(let model, let detail):
      "the embedding model \(model) gives no usable vector: \(detail)"
    case .cannotLoad(let path, let detail):
      "cannot load an embedding model from \(path): \(detail); check the path or fetch it again"
    }
  }
}

/// Turns texts into unit vectors of one embedding space.
///
/// A call may block (a remote model) and is thread-safe: any number of threads may embed at once.
public protocol Embedder: Sendable {
  /// The embedding space of the vectors.
  var model: EmbeddingModel { get }

  /// Whether making a vector costs so much that it is worth keeping beside its text. True unless a
  /// model says otherwise.
  var keepsVectors: Bool { get }

  /// Whether a call may wait for somebody else, such as a server; then nobody may call it on a
  /// thread that others wait for. False unless a model says otherwise.
  var mayWait: Bool { get }

  /// How much of a text it reads as one passage; longer entries are cut into chunks.
  var chunkSize: ChunkSize { get }

  /// What it was asked so far; zeros unless a model counts.
  var usage: EmbeddingUsage { get }

  /// Embeds texts in order.
  ///
  /// - Parameters:
  ///   - texts: Any Unicode text, the empty one included; long texts may be cut by the model.
  ///   - role: What the texts stand for.
  /// - Returns: `[texts.count * model.dimension]`, row-major, each row of unit length.
  /// - Throws: ``EmbeddingError``; then no text was embedded.
  func embed(_ texts: [String], as role: EmbeddingRole) throws(EmbeddingError) -> [Float]
}

extension Embedder {
  /// Most models take milliseconds, or money.
  public var keepsVectors: Bool { true }

  /// Most models run in this process.
  public var mayWait: Bool { false }

  /// Tokens are estimated.
  public var chunkSize: ChunkSize { .estimated }

  /// Nothing is counted.
  public var usage: EmbeddingUsage { EmbeddingUsage() }
}
