import Platform

/// What a BERT encoder is made of.
struct EncoderShape: Equatable, Sendable {
  let layers: Int
  /// Floats of a token.
  let hidden: Int
  let heads: Int
  /// Floats between the two halves of the feed-forward part.
  let intermediate: Int
  let vocabulary: Int
  let positions: Int
  /// Rows of the token type table; the first is used.
  let types: Int
  let epsilon: Float

  /// Floats of a head.
  var width: Int { hidden / heads }
}

/// How the tokens of a text become one vector.
enum Pooling: Equatable, Sendable {
  /// The mean of all tokens.
  case mean
  /// The first token.
  case first
}

/// The settings of a sentence-transformers directory, checked.
///
/// Read are `config.json`, and where they are there `modules.json`, the pooling module's
/// `config.json`, `sentence_bert_config.json` and `config_sentence_transformers.json`.
struct ModelDirectory: Sendable {
  let path: String
  let shape: EncoderShape
  let pooling: Pooling
  /// Tokens of a text that are read, special ones included.
  let tokenLimit: Int
  /// Whether texts are made lower case whatever the tokenizer says.
  let lowersCase: Bool
  let prompts: ModelPrompts
  /// Where the transformer's own files stand.
  let transformer: String

  /// - Throws: ``EmbeddingError/cannotLoad(path:detail:)`` naming the file and the field.
  init(_ path: String) throws(EmbeddingError) {
    self.path = path
    guard FileSystem.isDirectory(path) else {
      throw .cannotLoad(path: path, detail: "there is no such directory")
    }
    let modules = try Self.modules(path)
    transformer = modules.transformer
    guard let config = try ModelFile(transformer, "config.json", required: true) else {
      throw .cannotLoad(path: path, detail: "config.json is missing")
    }
    shape = try Self.shape(config)
    pooling =
      try modules.pooling.map { [shape] (folder) throws(EmbeddingError) in
        try Self.pooling(folder, dimension: shape.hidden)
      } ?? .mean
    let settings = try ModelFile(transformer, "sentence_bert_config.json", required: false)
    lowersCase = settings?.json["do_lower_case"]?.bool ?? false
    tokenLimit = try Self.tokenLimit(transformer, settings, shape)
    prompts = try ModelPrompts(path, config)
  }

  private struct Modules {
    var transformer: String
    /// Directory of the pooling module, where there is one.
    var pooling: String?
  }

  /// A plain transformer without `modules.json` is pooled by the mean, as the reference does.
  private static func modules(_ path: String) throws(EmbeddingError) -> Modules {
    var found = Modules(transformer: path, pooling: nil)
    let file = path + "/modules.json"
    guard FileSystem.exists(file) else { return found }
    guard let list = try ModelFile.parse(file).array else {
      throw .cannotLoad(path: file, detail: "the file is no JSON array")
    }
    for (index, module) in list.enumerated() {
      guard let type = module["type"]?.string, let folder = module["path"]?.string,
        !folder.hasPrefix("/"), !folder.split(separator: "/").contains("..")
      else {
        throw .cannotLoad(path: file, detail: "[\(index)] has no type or no path within the model")
      }
      let place = folder.isEmpty ? path : path + "/" + folder
      switch type.split(separator: ".").last {
      case "Transformer": found.transformer = place
      case "Pooling": found.pooling = place
      case "Normalize": break
      default: throw .cannotLoad(path: file, detail: "[\(index)].type \(type) is not supported")
      }
    }
    return found
  }

  private static func shape(_ config: ModelFile) throws(EmbeddingError) -> EncoderShape {
    if let names = config.json["architectures"]?.array {
      let known = ["BertModel", "BertForMaskedLM", "BertForPreTraining"]
      guard names.contains(where: { known.contains($0.string ?? "") }) else {
        throw config.refuse("architectures", "\(names) is not supported; BertModel is")
      }
    }
    for (field, supported) in [
      ("model_type", "bert"), ("hidden_act", "gelu"), ("position_embedding_type", "absolute"),
    ] {
      if let value = config.text(field), value != supported {
        throw config.refuse(field, "\"\(value)\" is not supported; \"\(supported)\" is")
      }
    }
    let hidden = try config.integer("hidden_size", 1...ModelLimits.hidden)
    let heads = try config.integer("num_attention_heads", 1...hidden)
    guard hidden % heads == 0 else {
      throw config.refuse("num_attention_heads", "\(heads) does not divide hidden_size \(hidden)")
    }
    let epsilon = config.json["layer_norm_eps"]?.double ?? 1e-12
    guard epsilon >= 0, epsilon < 1 else {
      throw config.refuse("layer_norm_eps", "is not within 0..<1")
    }
    return EncoderShape(
      layers: try config.integer("num_hidden_layers", 1...ModelLimits.layers), hidden: hidden,
      heads: heads,
      intermediate: try config.integer("intermediate_size", 1...ModelLimits.intermediate),
      vocabulary: try config.integer("vocab_size", 1...ModelLimits.vocabulary),
      positions: try config.integer("max_position_embeddings", 2...ModelLimits.positions),
      types: config.json["type_vocab_size"] == nil
        ? 2 : try config.integer("type_vocab_size", 1...64),
      epsilon: Float(epsilon))
  }

  private static func pooling(
    _ folder: String, dimension: Int
  ) throws(EmbeddingError) -> Pooling {
    guard let file = try ModelFile(folder, "config.json", required: true) else { return .mean }
    if file.json["include_prompt"]?.bool == false {
      throw file.refuse("include_prompt", "false is not supported")
    }
    for field in ["word_embedding_dimension", "embedding_dimension"] {
      guard let value = file.json[field] else { continue }
      guard value.int == dimension else {
        throw file.refuse(field, "is \(value), but hidden_size in config.json is \(dimension)")
      }
    }
    // Newer files name the mode; older ones have a Boolean for each.
    var modes = file.text("pooling_mode").map { [$0] } ?? []
    if modes.isEmpty { modes = file.json["pooling_mode"]?.array?.compactMap(\.string) ?? [] }
    if modes.isEmpty {
      let older = [
        "cls_token": "cls", "mean_tokens": "mean", "max_tokens": "max",
        "mean_sqrt_len_tokens": "mean_sqrt_len_tokens", "weightedmean_tokens": "weightedmean",
        "lasttoken": "lasttoken",
      ]
      modes = older.filter { file.json["pooling_mode_" + $0.key]?.bool == true }.map(\.value)
    }
    switch modes {
    case ["mean"]: return .mean
    case []:
      throw file.refuse("pooling_mode", "is not set, as by \"pooling_mode_mean_tokens\": true")
    // The mean times the root of the length points the same way.
    case ["mean_sqrt_len_tokens"]: return .mean
    case ["cls"]: return .first
    default:
      throw file.refuse("pooling_mode", "\(modes.sorted()) is not supported; mean and cls are")
    }
  }

  private static func tokenLimit(
    _ path: String, _ settings: ModelFile?, _ shape: EncoderShape
  ) throws(EmbeddingError) -> Int {
    if let settings, let value = settings.json["max_seq_length"], !value.isNull {
      return min(try settings.integer("max_seq_length", 2...1 << 30), shape.positions)
    }
    // "No limit" is written as 1e30 by some.
    let tokenizer = try ModelFile(path, "tokenizer_config.json", required: false)
    let limit = tokenizer?.json["model_max_length"]?.double ?? Double(shape.positions)
    guard limit >= 2 else {
      throw .cannotLoad(
        path: path + "/tokenizer_config.json", detail: "model_max_length is less than 2")
    }
    return limit < Double(shape.positions) ? Int(limit) : shape.positions
  }
}
