import Platform

/// What a model's directory says of itself, read without loading it.
public struct ModelDescription: Sendable, Equatable {
  /// `architectures` or `model_type` of `config.json`.
  public let architecture: String
  /// Layers of the encoder.
  public let layerCount: Int
  /// Floats of a vector.
  public let dimension: Int
  /// Attention heads of a layer.
  public let headCount: Int
  /// Entries of the vocabulary.
  public let vocabularyCount: Int
  /// Tokens of a text that are read.
  public let tokenLimit: Int
  /// Numbers in the weights.
  public let parameterCount: Int
  /// How the weights are stored, such as `F32`; several with commas.
  public let precision: String
  /// Bytes of all files.
  public let byteCount: Int

  /// Reads `config.json`, `sentence_bert_config.json` and the head of `model.safetensors`.
  ///
  /// - Throws: ``ModelFetchError`` naming the file and the field.
  public init(directory: String) throws(ModelFetchError) {
    let folder = try ModelLayout.transformerFolder(in: directory)
    let place = folder.isEmpty ? directory : directory + "/" + folder
    let path = place + "/config.json"
    guard FileSystem.isPlainFile(path, followingLinks: true) else {
      throw ModelFetchError(
        .damaged, "\(directory) is no model: it has no config.json",
        remedy: "fetch it again, or name the directory of a sentence-transformer")
    }
    let config = try ModelLayout.json(path)
    func integer(_ key: String) throws(ModelFetchError) -> Int {
      guard let value = config[key]?.int, (1...1 << 32).contains(value) else {
        throw ModelFetchError(
          .damaged, "\(path): \(key) is missing or no positive number",
          remedy: "fetch the model again, or another one")
      }
      return value
    }
    architecture =
      config["architectures"]?[0]?.string ?? config["model_type"]?.string ?? "unknown"
    layerCount = try integer("num_hidden_layers")
    dimension = try integer("hidden_size")
    headCount = try integer("num_attention_heads")
    vocabularyCount = try integer("vocab_size")
    let settings = place + "/sentence_bert_config.json"
    let limit =
      FileSystem.exists(settings) ? try ModelLayout.json(settings)["max_seq_length"]?.int : nil
    tokenLimit = if let limit { limit } else { try integer("max_position_embeddings") }
    guard ["vocab.txt", "tokenizer.json"].contains(where: { FileSystem.exists("\(place)/\($0)") })
    else {
      throw ModelFetchError(
        .damaged, "\(directory) has neither vocab.txt nor tokenizer.json",
        remedy: "fetch the model again, or another one")
    }
    let weights = try Self.weights(place + "/model.safetensors")
    parameterCount = weights.parameterCount
    precision = weights.precision
    byteCount = try ModelLayout.files(in: directory).reduce(0) { $0 + $1.byteCount }
  }

  /// Reads the head of a safetensors file and checks that the file is whole.
  private static func weights(
    _ path: String
  ) throws(ModelFetchError) -> (parameterCount: Int, precision: String) {
    func damaged(_ what: String) -> ModelFetchError {
      ModelFetchError(.damaged, "\(path) \(what)", remedy: "fetch the model again")
    }
    guard FileSystem.isPlainFile(path, followingLinks: true) else {
      throw damaged(FileSystem.isThere(path) ? "is no plain file" : "is missing")
    }
    let size = try system { () throws(SystemError) in try FileSystem.byteCount(of: path) }
    func read(_ count: Int, at offset: Int) throws(ModelFetchError) -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: count)
      let got = try system { () throws(SystemError) in
        try File(path: path, mode: .read).read(into: &bytes, at: offset)
      }
      guard got == count else { throw damaged("is cut short") }
      return bytes
    }
    var start = ByteReader(try read(8, at: 0))
    guard let length = start.u64(), length <= 100 << 20, Int(length) <= size - 8 else {
      throw damaged("is no safetensors file, or cut short")
    }
    let text = try read(Int(length), at: 8)
    let head: JSON
    do throws(JSONError) { head = try JSON.parse(text, limits: JSONLimits(depth: 8)) } catch {
      throw damaged("has a damaged head: \(error)")
    }
    var end = 0
    var parameters = 0
    var precisions: Set<String> = []
    for (name, tensor) in head.object ?? [] where name != "__metadata__" {
      guard let last = tensor["data_offsets"]?[1]?.int, last >= 0,
        let shape = tensor["shape"]?.array, let precision = tensor["dtype"]?.string
      else { throw damaged("does not describe its tensor \(name)") }
      end = max(end, last)
      var count = 1
      for size in shape {
        let (product, overflow) = count.multipliedReportingOverflow(by: size.int ?? -1)
        guard !overflow, product >= 0 else { throw damaged("has a wrong shape of \(name)") }
        count = product
      }
      parameters = min(parameters, .max / 2) + min(count, .max / 2)
      if precision.hasPrefix("F") || precision.hasPrefix("B") { precisions.insert(precision) }
    }
    guard end > 0, end == size - 8 - Int(length) else {
      throw damaged("has \(size) bytes, and its head describes \(end &+ 8 &+ Int(length))")
    }
    return (parameters, precisions.sorted().joined(separator: ", "))
  }
}

/// The files of a sentence-transformer.
enum ModelLayout {
  /// Files that belong to the transformer itself; where one of several will do, see the reader.
  static let transformerFiles = [
    "config.json", "tokenizer.json", "vocab.txt", "tokenizer_config.json",
    "special_tokens_map.json", "sentence_bert_config.json", "model.safetensors",
  ]
  /// Files of the directory around it.
  static let rootFiles = ["modules.json", "config_sentence_transformers.json", "README.md"]

  /// Whether a path within a model is one of a model's files, and leads nowhere else.
  static func isModelFile(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let last = parts.last, parts.allSatisfy(isSafe) else { return false }
    return transformerFiles.contains(String(last))
      || parts.count == 1 && rootFiles.contains(String(last))
  }

  static func isSafe(_ name: Substring) -> Bool {
    !name.isEmpty && name != "." && name != ".." && name.utf8.allSatisfy(ModelStore.isNameByte)
  }

  /// The folder of the transformer within the model's directory; empty where it is that itself.
  static func transformerFolder(in directory: String) throws(ModelFetchError) -> String {
    let modules = try folders(in: directory)
    return modules.first { $0.type == "Transformer" }?.folder ?? ""
  }

  /// The modules that `modules.json` names, empty where there is none.
  static func folders(
    in directory: String
  ) throws(ModelFetchError) -> [(type: String, folder: String)] {
    let path = directory + "/modules.json"
    guard FileSystem.exists(path) else { return [] }
    var folders: [(type: String, folder: String)] = []
    for module in try json(path).array ?? [] {
      let folder = module["path"]?.string ?? ""
      guard folder.isEmpty || isSafe(folder[...]), folders.count < 16 else {
        throw ModelFetchError(
          .damaged, "\(path) names a module outside of the model", remedy: "use another model")
      }
      let type = module["type"]?.string?.split(separator: ".").last.map(String.init) ?? ""
      folders.append((type, folder))
    }
    return folders
  }

  static func json(_ path: String) throws(ModelFetchError) -> JSON {
    // Opening a pipe would wait for ever.
    if FileSystem.exists(path) && !FileSystem.isPlainFile(path, followingLinks: true) {
      throw ModelFetchError(.damaged, "\(path) is no plain file", remedy: "fetch the model again")
    }
    let bytes = try system { () throws(SystemError) in
      try FileSystem.readAll(path, limit: 16 << 20)
    }
    do throws(JSONError) { return try JSON.parse(bytes) } catch {
      throw ModelFetchError(.damaged, "\(path) is damaged: \(error)", remedy: "fetch it again")
    }
  }

  /// All plain files of a model, with paths from its directory; links are followed.
  static func files(
    in directory: String
  ) throws(ModelFetchError) -> [(path: String, byteCount: Int)] {
    try system { () throws(SystemError) in
      var files: [(path: String, byteCount: Int)] = []
      for name in try FileSystem.list(directory) {
        let path = directory + "/" + name
        if FileSystem.isDirectory(path) {
          for inner in try FileSystem.list(path)
          where FileSystem.isPlainFile("\(path)/\(inner)", followingLinks: true) {
            files.append(("\(name)/\(inner)", try FileSystem.byteCount(of: "\(path)/\(inner)")))
          }
        } else if FileSystem.isPlainFile(path, followingLinks: true) {
          files.append((name, try FileSystem.byteCount(of: path)))
        }
      }
      return files
    }
  }
}
