import Platform
import TestSupport

/// The files of a model so small that tests can send it a hundred times; it is whole, not trained.
enum TinyModel {
  /// Path within the model → bytes.
  static func files(layers: Int = 2, weights: Int = 5000) -> [String: [UInt8]] {
    let config = """
      {"architectures":["BertModel"],"model_type":"bert","num_hidden_layers":\(layers),\
      "hidden_size":8,"num_attention_heads":2,"vocab_size":5,"max_position_embeddings":64}
      """
    let modules = """
      [{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},
       {"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},
       {"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}]
      """
    return [
      "config.json": Array(config.utf8), "modules.json": Array(modules.utf8),
      "1_Pooling/config.json": Array(#"{"pooling_mode_mean_tokens":true}"#.utf8),
      "sentence_bert_config.json": Array(#"{"max_seq_length":32}"#.utf8),
      "vocab.txt": Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n".utf8),
      "model.safetensors": safetensors(count: weights),
    ]
  }

  /// One tensor of `count` floats.
  static func safetensors(count: Int) -> [UInt8] {
    let head = Array(
      """
      {"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[\(count)],\
      "data_offsets":[0,\(4 * count)]}}
      """.utf8)
    var writer = ByteWriter()
    writer.append(UInt64(head.count))
    writer.append(head)
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<count { writer.append(UInt32.random(in: 0...UInt32.max, using: &generator)) }
    return writer.bytes
  }

  /// Writes the files below a folder.
  static func write(_ files: [String: [UInt8]], to directory: String) throws {
    for (path, bytes) in files {
      let target = directory + "/" + path
      try FileSystem.createDirectories(FileSystem.directory(of: target))
      try FileSystem.replace(target, with: bytes)
    }
  }

  /// An archive of the files, made by Python, with others beside them.
  static func archive(_ files: [String: [UInt8]], in folder: TestFolder, ending: String) throws
    -> [UInt8]
  {
    let source = folder.path + "/source-\(UUID.random())"
    try write(files, to: source + "/pkg/model")
    try write(["pkg/__init__.py": Array("pass".utf8)], to: source)
    let script = """
      import sys, os, tarfile, zipfile
      source, target = sys.argv[1:]
      if target.endswith('.tar.gz'):
        with tarfile.open(target, 'w:gz', format=tarfile.USTAR_FORMAT) as out: out.add(source, '.')
      else:
        with zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED) as out:
          for root, _, names in os.walk(source):
            for name in names:
              path = os.path.join(root, name)
              kind = zipfile.ZIP_STORED if name == 'vocab.txt' else zipfile.ZIP_DEFLATED
              out.write(path, os.path.relpath(path, source), kind)
      """
    let target = source + ending
    let made = try Program.run("/usr/bin/env", ["python3", "-c", script, source, target])
    guard made.status == 0 else { throw TestSupportError("python3: \(made)") }
    return try FileSystem.readAll(target)
  }

  /// What stands below a directory, but for the note of its origin.
  static func read(_ directory: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in try FileSystem.list(directory) where name != "fetched.json" {
      let path = directory + "/" + name
      if FileSystem.isDirectory(path) {
        for inner in try FileSystem.list(path) {
          files["\(name)/\(inner)"] = try FileSystem.readAll("\(path)/\(inner)")
        }
      } else {
        files[name] = try FileSystem.readAll(path)
      }
    }
    return files
  }
}
