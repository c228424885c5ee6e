import Platform

/// A random BERT that is small enough to compute by hand: a sentence-transformers directory.
public struct TinyModel: Sendable {
  /// How the file stores numbers.
  public enum Element: String, Sendable {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
  }

  /// Floats of a token.
  public var hidden = 32
  /// Heads of attention.
  public var heads = 2
  /// Layers.
  public var layers = 2
  /// Floats in the middle of the feed-forward part.
  public var intermediate = 64
  /// Tokens that it has positions for.
  public var positions = 24
  /// Tokens of a text that are read.
  public var tokenLimit = 20
  /// How the file stores numbers.
  public var element = Element.float32
  /// What stands before the names of tensors.
  public var prefix = ""
  /// Whether the first token stands for the text, else the mean.
  public var poolsFirst = false
  /// What is put before texts, by its name.
  public var prompts: [String: String] = [:]
  /// Of the weights.
  public var seed: UInt64 = 1

  /// The lines of `vocab.txt`.
  public static let vocabulary =
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "!", ",", ".", "query", "passage", ":"]
    + "abcdefghijklmnopqrstuvwxyz0123456789".map(String.init)
    + "abcdefghijklmnopqrstuvwxyz0123456789".map { "##\($0)" }
    + ["shoe", "##s", "shop", "##ping", "uber", "中", "文", "the", "return"]

  /// Name → shape and numbers as the file holds them.
  public private(set) var tensors: [String: (shape: [Int], values: [Float])] = [:]

  /// - Parameter change: What is not as usual.
  public init(_ change: (inout TinyModel) -> Void = { _ in }) {
    change(&self)
    var random = SeededGenerator(seed: seed)
    func add(_ name: String, _ shape: [Int], around centre: Float = 0) {
      let count = shape.reduce(1, *)
      tensors[name] = (
        shape, (0..<count).map { _ in stored(centre + 0.35 * random.gaussian()) }
      )
    }
    add("embeddings.word_embeddings.weight", [Self.vocabulary.count, hidden])
    add("embeddings.position_embeddings.weight", [positions, hidden])
    add("embeddings.token_type_embeddings.weight", [2, hidden])
    add("embeddings.LayerNorm.weight", [hidden], around: 1)
    add("embeddings.LayerNorm.bias", [hidden])
    for layer in 0..<layers {
      let name = "encoder.layer.\(layer)."
      for part in ["query", "key", "value"] {
        add(name + "attention.self.\(part).weight", [hidden, hidden])
        add(name + "attention.self.\(part).bias", [hidden])
      }
      for (part, outputs, inputs) in [
        ("attention.output", hidden, hidden), ("intermediate", intermediate, hidden),
        ("output", hidden, intermediate),
      ] {
        add(name + part + ".dense.weight", [outputs, inputs])
        add(name + part + ".dense.bias", [outputs])
        guard part != "intermediate" else { continue }
        add(name + part + ".LayerNorm.weight", [hidden], around: 1)
        add(name + part + ".LayerNorm.bias", [hidden])
      }
    }
  }

  /// A value as the element type holds it.
  private func stored(_ value: Float) -> Float {
    switch element {
    case .float32: value
    case .float16: Float(Float16(value))
    case .bfloat16: Float(bitPattern: value.bitPattern & 0xFFFF_0000)
    }
  }

  /// Puts one number in place of another.
  public mutating func set(_ name: String, at index: Int, to value: Float) {
    tensors[name]?.values[index] = value
  }

  // MARK: The directory

  /// Writes the model's files into `directory`, which must exist.
  public func write(to directory: String, changing: (inout [String: String]) -> Void = { _ in })
    throws
  {
    var files = [
      "config.json": """
      {"architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu",
       "hidden_size": \(hidden), "num_hidden_layers": \(layers), "num_attention_heads": \(heads),
       "intermediate_size": \(intermediate), "max_position_embeddings": \(positions),
       "type_vocab_size": 2, "vocab_size": \(Self.vocabulary.count), "layer_norm_eps": 1e-12}
      """,
      "modules.json": """
      [{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
       {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
       {"idx": 2, "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
      """,
      "1_Pooling/config.json": """
      {"word_embedding_dimension": \(hidden), "pooling_mode_cls_token": \(poolsFirst),
       "pooling_mode_mean_tokens": \(!poolsFirst)}
      """,
      "sentence_bert_config.json": #"{"max_seq_length": \#(tokenLimit), "do_lower_case": false}"#,
      "config_sentence_transformers.json": JSON.object([
        (
          "prompts",
          .object(prompts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
        )
      ]).description,
      "vocab.txt": Self.vocabulary.joined(separator: "\n") + "\n",
    ]
    changing(&files)
    try FileSystem.createDirectories(directory + "/1_Pooling")
    for (name, text) in files {
      try FileSystem.replace(directory + "/" + name, with: Array(text.utf8))
    }
    try FileSystem.replace(directory + "/model.safetensors", with: safetensors())
  }

  /// The weights as a file.
  public func safetensors() -> [UInt8] {
    var header: [(key: String, value: JSON)] = [
      ("__metadata__", .object([("format", .string("pt"))]))
    ]
    var data: [UInt8] = []
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let start = data.count
      for value in tensor.values {
        switch element {
        case .float32: withUnsafeBytes(of: value) { data.append(contentsOf: $0) }
        case .float16: withUnsafeBytes(of: Float16(value)) { data.append(contentsOf: $0) }
        case .bfloat16:
          withUnsafeBytes(of: UInt16(value.bitPattern >> 16)) { data.append(contentsOf: $0) }
        }
      }
      header.append(
        (
          prefix + name,
          .object([
            ("dtype", .string(element.rawValue)),
            ("shape", .array(tensor.shape.map { .integer($0) })),
            ("data_offsets", .array([.integer(start), .integer(data.count)])),
          ])
        ))
    }
    return Self.file(header: JSON.object(header).description, data: data)
  }

  /// A safetensors file of any header.
  public static func file(header: String, data: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(UInt64(header.utf8.count))
    return writer.bytes + Array(header.utf8) + data
  }
}

/// Directories of one folder, which is removed with the tests: a folder's keeper costs far more
/// than a directory.
public enum Scratch {
  nonisolated(unsafe) private static let folder = Result { try TestFolder() }

  /// The path of a new directory.
  public static func directory() throws -> String {
    let path = try folder.get().path + "/" + "\(UUID.random())"
    try FileSystem.createDirectories(path)
    return path
  }
}

extension SeededGenerator {
  /// Within 0..<1.
  public mutating func unit() -> Float { Float(next() >> 40) / Float(1 << 24) }

  /// About normal: mean 0, deviation 1.
  public mutating func gaussian() -> Float { (0..<12).reduce(-6) { sum, _ in sum + unit() } }
}
