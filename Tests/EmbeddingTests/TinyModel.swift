import Foundation
import Platform
import TestSupport

/// A random BERT that is small enough to compute by hand: its directory, and what it gives.
struct TinyModel {
  /// How the file stores numbers.
  enum Element: String {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
  }

  var hidden = 32
  var heads = 2
  var layers = 2
  var intermediate = 64
  var positions = 24
  var tokenLimit = 20
  var element = Element.float32
  /// What stands before the names of tensors.
  var prefix = ""
  var poolsFirst = false
  var prompts: [String: String] = [:]
  var seed: UInt64 = 1

  static let vocabulary =
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "!", ",", ".", "query", "passage", ":"]
    + "abcdefghijklmnopqrstuvwxyz0123456789".map(String.init)
    + "abcdefghijklmnopqrstuvwxyz0123456789".map { "##\($0)" }
    + ["shoe", "##s", "shop", "##ping", "uber", "中", "文", "the", "return"]

  /// Name → shape and numbers as the file holds them.
  private(set) var tensors: [String: (shape: [Int], values: [Float])] = [:]

  init(_ change: (inout TinyModel) -> Void = { _ in }) {
    change(&self)
    var random = SplitMix(state: seed)
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
  mutating func set(_ name: String, at index: Int, to value: Float) {
    tensors[name]?.values[index] = value
  }

  // MARK: The directory

  /// Writes the model's files into `directory`, which must exist.
  func write(to directory: String, changing: (inout [String: String]) -> Void = { _ in }) throws {
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
      try Data(text.utf8).write(to: URL(fileURLWithPath: directory + "/" + name))
    }
    try Data(safetensors()).write(to: URL(fileURLWithPath: directory + "/model.safetensors"))
  }

  /// The weights as a file.
  func safetensors() -> [UInt8] {
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
  static func file(header: String, data: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(UInt64(header.utf8.count))
    return writer.bytes + Array(header.utf8) + data
  }

  // MARK: What it gives

  /// The unit vector of a text's tokens, in double precision and in the plainest way.
  func vector(_ ids: [Int32]) -> [Double] {
    func weights(_ name: String) -> [Double] { tensors[name]!.values.map(Double.init) }
    func linear(_ rows: [[Double]], _ name: String) -> [[Double]] {
      let (matrix, bias) = (weights(name + ".weight"), weights(name + ".bias"))
      return rows.map { row in
        var sums = bias
        var place = 0
        for output in sums.indices {
          for value in row {
            sums[output] += value * matrix[place]
            place += 1
          }
        }
        return sums
      }
    }
    func norm(_ rows: [[Double]], _ name: String) -> [[Double]] {
      let (gamma, beta) = (weights(name + ".weight"), weights(name + ".bias"))
      return rows.map { row in
        let mean = row.reduce(0, +) / Double(row.count)
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
        return row.indices.map {
          (row[$0] - mean) / (variance + 1e-12).squareRoot() * gamma[$0] + beta[$0]
        }
      }
    }
    func sum(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
      zip(a, b).map { zip($0, $1).map(+) }
    }
    let (words, places) = (
      weights("embeddings.word_embeddings.weight"), weights("embeddings.position_embeddings.weight")
    )
    let types = weights("embeddings.token_type_embeddings.weight")
    var state = ids.enumerated().map { place, id in
      (0..<hidden).map { words[Int(id) * hidden + $0] + places[place * hidden + $0] + types[$0] }
    }
    state = norm(state, "embeddings.LayerNorm")
    for layer in 0..<layers {
      let name = "encoder.layer.\(layer)."
      let query = linear(state, name + "attention.self.query")
      let key = linear(state, name + "attention.self.key")
      let value = linear(state, name + "attention.self.value")
      let width = hidden / heads
      var context = state.map { _ in [Double](repeating: 0, count: hidden) }
      for head in 0..<heads {
        let columns = head * width..<(head + 1) * width
        for row in state.indices {
          let scores = state.indices.map { other in
            columns.reduce(0) { $0 + query[row][$1] * key[other][$1] } / Double(width).squareRoot()
          }
          let shares = scores.map { exp($0 - scores.max()!) }
          for column in columns {
            context[row][column] =
              shares.indices.reduce(0) { $0 + shares[$1] * value[$1][column] }
              / shares.reduce(0, +)
          }
        }
      }
      let output = linear(context, name + "attention.output.dense")
      state = norm(sum(state, output), name + "attention.output.LayerNorm")
      let inner = linear(state, name + "intermediate.dense").map {
        $0.map { $0 * (1 + erf($0 / 2.0.squareRoot())) / 2 }
      }
      state = norm(sum(state, linear(inner, name + "output.dense")), name + "output.LayerNorm")
    }
    let rows = poolsFirst ? [state[0]] : state
    let total = (0..<hidden).map { column in rows.reduce(0) { $0 + $1[column] } }
    let length = total.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return total.map { $0 / length }
  }
}

/// Directories of one folder, which is removed with the tests: a folder's keeper costs far more
/// than a directory.
enum Scratch {
  nonisolated(unsafe) private static let folder = Result { try TestFolder() }

  /// The path of a new directory.
  static func directory() throws -> String {
    let path = try folder.get().path + "/" + "\(UUID.random())"
    try FileSystem.createDirectories(path)
    return path
  }
}

/// A small generator with a fixed sequence.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// Within 0..<1.
  mutating func unit() -> Float { Float(next() >> 40) / Float(1 << 24) }

  /// About normal: mean 0, deviation 1.
  mutating func gaussian() -> Float { (0..<12).reduce(-6) { sum, _ in sum + unit() } }
}

/// The cosine of two vectors.
func cosine(_ a: some Collection<Double>, _ b: some Collection<Float>) -> Double {
  let product = zip(a, b).reduce(0) { $0 + $1.0 * Double($1.1) }
  let lengths = a.reduce(0) { $0 + $1 * $1 } * b.reduce(0) { $0 + Double($1) * Double($1) }
  return product / lengths.squareRoot()
}
