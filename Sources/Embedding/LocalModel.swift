import CTransformerKernels
import Platform
import Synchronization

/// How exactly a local model computes.
public enum ModelPrecision: String, Sendable, CaseIterable {
  /// Single precision on BLAS: the reference.
  case fp32
  /// Weights and activations of products in bf16, all sums and the state in floats. The default.
  case bf16
  /// Most matrices in 8 bits, a scale for each output and each token; the sensitive ones in bf16.
  case int8
}

/// A sentence-transformers directory, run in process: texts to unit vectors, as the reference
/// implementation gives them.
///
/// BERT encoders with a WordPiece vocabulary: MiniLM, BGE, E5 and GTE in their small and base
/// sizes. Any number of threads may embed at once; a few texts are embedded on the calling thread,
/// many on ``threadCount`` threads.
public final class LocalModel: Embedder {
  /// The embedding space: the directory's name and the precision, such as `all-MiniLM-L6-v2:bf16`.
  public let model: EmbeddingModel
  /// How exactly it computes.
  public let precision: ModelPrecision
  /// What the processor runs: `avx512-bf16-vnni`; `avx2-bf16` where it lacks those instructions
  /// (8 bits would gain nothing there); `blas-f32` for ``ModelPrecision/fp32``, older processors
  /// and sizes that are no multiples of 32.
  public var kernels: String { encoder.kernels }
  /// Threads that share a bulk of texts.
  public let threadCount: Int
  /// Tokens of a text that are read, special ones included; the rest is cut.
  public let tokenLimit: Int
  /// What is put before a query and before a passage.
  public let prompts: (query: String, passage: String)

  private let encoder: any Encoder
  private let gate: QueryGate
  private let counters = Mutex(EmbeddingUsage())
  private let tokenizer: WordPieceTokenizer
  private let lowersCase: Bool

  /// Tokens of a batch: large enough to pay for reading the weights, small enough for the
  /// second-level cache (found by trying 16...512 on MiniLM).
  private static let batchTokens = 192
  /// Fewer tokens are not worth a thread (starting one costs some 50 µs).
  private static let threadTokens = 256

  /// Loads a model; about 50 ms for MiniLM whose file is in memory.
  ///
  /// - Parameters:
  ///   - directory: Holds `config.json`, `model.safetensors`, `tokenizer.json` or `vocab.txt`, and
  ///     what sentence-transformers writes beside them.
  ///   - name: What collections record; the directory's own name where nil.
  ///   - precision: How exactly to compute.
  ///   - threadCount: Threads for many texts, at least 1.
  /// - Throws: ``EmbeddingError/cannotLoad(path:detail:)`` naming the file and the field, or the
  ///   directory where the model gives no usable vectors (``ModelTrial``).
  public convenience init(
    directory: String, name: String? = nil, precision: ModelPrecision = .bf16,
    threadCount: Int = 2
  ) throws(EmbeddingError) {
    try self.init(
      directory: directory, name: name, precision: precision, threadCount: threadCount,
      kernels: Kernels())
    let rows = run(job(ModelTrial.texts.map { tokens(of: $0) }, gate: nil), 0)
    if let fault = ModelTrial.fault(of: rows, dimension: model.dimension) {
      throw .cannotLoad(path: directory, detail: fault)
    }
  }

  /// The same with kernels of one's choice; `packsAlways` runs the packed encoder and 8 bits on
  /// kernels that are too slow to serve, and `wrapping` stands around the encoder.
  init(
    directory: String, name: String?, precision: ModelPrecision, threadCount: Int,
    kernels: Kernels, packsAlways: Bool = false,
    wrapping: (any Encoder) -> any Encoder = { $0 }, gate: QueryGate = QueryGate()
  ) throws(EmbeddingError) {
    precondition(threadCount >= 1, "threadCount must be at least 1")
    let settings = try ModelDirectory(directory)
    let shape = settings.shape
    tokenizer = try TokenizerFiles.load(settings.transformer, vocabularySize: shape.vocabulary)
    let path = settings.transformer + "/model.safetensors"
    let largest = max(
      tokenizer.vocabulary.largestID, tokenizer.specials.map(\.id).max() ?? 0,
      (tokenizer.prefix + tokenizer.suffix).max() ?? 0)
    guard Int(largest) < shape.vocabulary else {
      throw .cannotLoad(
        path: settings.transformer + "/config.json",
        detail: "vocab_size is \(shape.vocabulary), but the vocabulary has a token \(largest)")
    }
    guard settings.tokenLimit >= tokenizer.prefix.count + tokenizer.suffix.count + 1 else {
      throw .cannotLoad(
        path: directory, detail: "max_seq_length has no room for a token between the special ones")
    }
    let file = try TensorFile(path)
    var weights = try EncoderWeights(file, shape)
    let canPack = PackedEncoder.accepts(shape) && (kernels.level != TK_PORTABLE || packsAlways)
    let hasInt8 = kernels.level == TK_AVX512 || packsAlways
    if precision == .fp32 || !canPack {
      weights.own(file)
      encoder = wrapping(
        ReferenceEncoder(weights, shape, pooling: settings.pooling, kernels: kernels))
    } else {
      encoder = wrapping(
        PackedEncoder(
          weights, shape, pooling: settings.pooling,
          int8: precision == .int8 && hasInt8 ? Self.int8Roles : [], kernels: kernels))
    }
    var fingerprint = file.fingerprint() ^ UInt64(Self.version)
    // Another tokenizer reads the same text as other numbers.
    for name in ["tokenizer.json", "vocab.txt", "tokenizer_config.json"] {
      guard let bytes = try? ModelFile.bytes(settings.transformer + "/" + name) else { continue }
      for byte in SHA256.hash(bytes).prefix(8) {
        fingerprint = FeatureHash.finish(fingerprint ^ UInt64(byte))
      }
    }
    for byte in "\(precision) \(settings.pooling) \(settings.tokenLimit) \(settings.prompts)".utf8 {
      fingerprint = FeatureHash.finish(fingerprint ^ UInt64(byte))
    }
    try file.checkUnchanged()
    self.gate = gate
    self.precision = precision
    self.threadCount = threadCount
    lowersCase = settings.lowersCase
    tokenLimit = settings.tokenLimit
    prompts = (settings.prompts.query, settings.prompts.passage)
    let folder = directory.split(separator: "/").last.map(String.init) ?? directory
    model = EmbeddingModel(
      name: "\(name ?? folder):\(precision)", dimension: shape.hidden, fingerprint: fingerprint)
  }

  /// Raised whenever the same text may get another vector; part of the fingerprint.
  private static let version = 1

  /// The matrices that 8 bits do not harm much.
  static let int8Roles: Set<MatrixRole> = [.output, .up, .down]

  /// The numbers by which the model reads a text as it is, without prompts.
  public func tokens(of text: String) -> [Int32] {
    tokenizer.encode(lowersCase ? text.lowercased() : text, limit: tokenLimit)
  }

  /// What it reads of a passage, but for its special tokens and its prompt; models that would read
  /// very long ones get them of at most 512 tokens, for a vector says only so much.
  public var chunkSize: ChunkSize {
    let (tokenizer, lowersCase) = (tokenizer, lowersCase)
    let around = tokenizer.encode(prompts.passage, limit: .max).count
    let special = tokenizer.prefix.count + tokenizer.suffix.count
    return ChunkSize(tokenLimit: min(tokenLimit, 512) - around) { text in
      tokenizer.encode(lowersCase ? text.lowercased() : text, limit: .max).count - special
    }
  }

  /// Texts and tokens so far; a model in this process costs nothing.
  public var usage: EmbeddingUsage { counters.withLock { $0 } }

  /// Embeds texts in order. Of a text, the first ``tokenLimit`` tokens count.
  ///
  /// Passages give way to queries between two batches of some 200 tokens, for 50 ms at most each
  /// time; queries wait for nobody.
  ///
  /// - Returns: `[texts.count * model.dimension]`, row-major, unit length.
  /// - Throws: ``EmbeddingError/noVector(model:detail:)`` where a vector is zero or not
  ///   finite.
  /// - Complexity: O(tokens) products of all weights: about 1 ms for 20 tokens of MiniLM in bf16.
  public func embed(
    _ texts: [String], as role: EmbeddingRole
  ) throws(EmbeddingError) -> [Float] {
    let prompt = role == .query ? prompts.query : prompts.passage
    let tokens = texts.map { self.tokens(of: prompt.isEmpty ? $0 : prompt + $0) }
    let total = tokens.reduce(0) { $0 + $1.count }
    counters.withLock { usage in
      usage.texts += UInt64(texts.count)
      usage.tokens += UInt64(total)
    }
    let job = job(tokens, gate: role == .passage ? gate : nil)
    let rows = role == .query ? gate.query { run(job, total) } : run(job, total)
    if let row = ModelTrial.unusableRow(of: rows, dimension: model.dimension) {
      throw .noVector(
        model: model.name,
        detail: "that of text \(row + 1) of \(texts.count) is zero or holds a NaN or an infinity")
    }
    return rows
  }

  private func job(_ tokens: [[Int32]], gate: QueryGate?) -> EmbeddingJob {
    EmbeddingJob(tokens, encoder, dimension: model.dimension, Self.batchTokens, gate: gate)
  }

  private func run(_ job: EmbeddingJob, _ total: Int) -> [Float] {
    let helpers = min(threadCount, job.batchCount, total / Self.threadTokens + 1) - 1
    let threads = (0..<max(0, helpers)).map { index in
      Thread.spawn(name: "embed-\(index)", stackByteCount: 4 << 20) { job.run() }
    }
    job.run()
    for thread in threads { thread.join() }
    return job.vectors()
  }
}

/// Texts cut into batches that threads take one by one.
private final class EmbeddingJob: Sendable {
  private let tokens: [[Int32]]
  private let encoder: any Encoder
  private let dimension: Int
  /// Texts of each batch, longest texts first: the last batches are short, so threads end together.
  private let batches: [[Int]]
  private let next = Atomic<Int>(0)
  private let rows: Mutex<[Float]>
  /// What the batches give way at; nil where they do not.
  private let gate: QueryGate?

  var batchCount: Int { batches.count }

  init(
    _ tokens: [[Int32]], _ encoder: any Encoder, dimension: Int, _ limit: Int, gate: QueryGate?
  ) {
    self.gate = gate
    self.tokens = tokens
    self.encoder = encoder
    self.dimension = dimension
    var batches: [[Int]] = []
    var room = 0
    for text in tokens.indices.sorted(by: { (-tokens[$0].count, $0) < (-tokens[$1].count, $1) }) {
      if batches.isEmpty || tokens[text].count > room {
        batches.append([])
        room = limit
      }
      batches[batches.count - 1].append(text)
      room -= tokens[text].count
    }
    self.batches = batches
    rows = Mutex([Float](repeating: 0, count: tokens.count * dimension))
  }

  /// Takes batches until none is left.
  func run() {
    while true {
      gate?.giveWay()
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < batches.count else { return }
      var batch = TokenBatch()
      for text in batches[index] { batch.append(tokens[text]) }
      let vectors = encoder.encode(batch)
      rows.withLock { rows in
        for (place, text) in batches[index].enumerated() {
          rows.replaceSubrange(
            text * dimension..<(text + 1) * dimension,
            with: vectors[place * dimension..<(place + 1) * dimension])
        }
      }
    }
  }

  /// All vectors, once every thread has returned.
  func vectors() -> [Float] { rows.withLock { $0 } }
}
