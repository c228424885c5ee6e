import Foundation
import Platform
import TestSupport
import Testing

@testable import Embedding

/// Model directories that are wrong somewhere: the error names the file and the field, and nothing
/// traps.
@Suite struct ModelFilesTests {
  private static let tiny = TinyModel()

  /// The error of loading what `change` makes of a good directory.
  private func refusal(
    _ tiny: TinyModel = Self.tiny, files: (inout [String: String]) -> Void = { _ in },
    after change: (String) throws -> Void = { _ in }
  ) throws -> (path: String, detail: String) {
    let folder = try Scratch.directory()
    try tiny.write(to: folder, changing: files)
    try change(folder)
    do {
      _ = try LocalModel(directory: folder)
    } catch EmbeddingError.cannotLoad(let path, let detail) {
      return (String(path.dropFirst(folder.count)), detail)
    }
    throw TestSupportError("it loaded")
  }

  /// Checks that the error names this file and says this.
  private func expect(
    _ file: String, _ words: String..., of refusal: (path: String, detail: String),
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(refusal.path == file, sourceLocation: sourceLocation)
    for word in words {
      #expect(
        refusal.detail.contains(word), "\(refusal.detail) lacks \(word)",
        sourceLocation: sourceLocation)
    }
  }

  @Test func `a good directory loads, also without what may be missing`() throws {
    let folder = try Scratch.directory()
    try Self.tiny.write(to: folder)
    let whole = try LocalModel(directory: folder)
    for name in ["modules.json", "sentence_bert_config.json", "config_sentence_transformers.json"] {
      try FileSystem.remove(folder + "/" + name)
    }
    let plain = try LocalModel(directory: folder)
    #expect(whole.tokenLimit == 20 && plain.tokenLimit == 24)
    #expect(try plain.embed(["shoes"], as: .query) == whole.embed(["shoes"], as: .query))
  }

  @Test(arguments: ["config.json", "model.safetensors", "vocab.txt", "1_Pooling/config.json"])
  func `a missing file is named`(_ name: String) throws {
    expect(
      "/" + name, "No such file",
      of: try refusal(after: { try FileSystem.remove($0 + "/" + name) }))
    expect(
      "/" + name, of: try refusal(after: { try FileSystem.replace($0 + "/" + name, with: []) }))
  }

  @Test func `a directory that is none is named`() throws {
    #expect(throws: EmbeddingError.self) { try LocalModel(directory: "/nowhere/at/all") }
  }

  // MARK: config.json and its companions

  static let wrongFields: [(file: String, from: String, to: String, says: String)] = [
    ("config.json", "\"BertModel\"", "\"GPT2Model\"", "architectures"),
    ("config.json", "\"bert\"", "\"xlm-roberta\"", "model_type"),
    ("config.json", "\"gelu\"", "\"relu\"", "hidden_act"),
    ("config.json", "\"hidden_size\": 32", "\"hidden_size\": 0", "hidden_size"),
    ("config.json", "\"hidden_size\": 32", "\"hidden_size\": \"32\"", "hidden_size"),
    ("config.json", "\"hidden_size\": 32,", "", "hidden_size is missing"),
    ("config.json", "_heads\": 2", "_heads\": 5", "num_attention_heads"),
    ("config.json", "_layers\": 2", "_layers\": 99999999999", "num_hidden_layers"),
    ("config.json", "\"vocab_size\": 92", "\"vocab_size\": 50", "vocab_size"),
    ("config.json", "1e-12", "-1", "layer_norm_eps"),
    ("config.json", "_layers\": 2", "_layers\": 1", "num_hidden_layers is 1"),
    ("1_Pooling/config.json", "dimension\": 32", "dimension\": 64", "word_embedding_dimension"),
    ("1_Pooling/config.json", "mean_tokens\": true", "mean_tokens\": false", "pooling_mode"),
    ("config.json", "{", "[", "line 1"),
    ("modules.json", "models.Normalize", "models.Dense", "[2].type"),
    ("modules.json", "1_Pooling", "../elsewhere", "[1]"),
    ("modules.json", "[{", "{", "line"),
    ("1_Pooling/config.json", "mean_tokens", "max_tokens", "pooling_mode"),
    ("1_Pooling/config.json", "{", "{\"include_prompt\": false, ", "include_prompt"),
    ("sentence_bert_config.json", "20", "\"many\"", "max_seq_length"),
    ("sentence_bert_config.json", "20", "1", "max_seq_length"),
    (
      "config_sentence_transformers.json", "{\"prompts\":{}}", "{\"prompts\":{\"query\":1}}",
      "query"
    ),
  ]

  @Test(arguments: wrongFields) func `a wrong field is named`(
    _ wrong: (file: String, from: String, to: String, says: String)
  ) throws {
    let refusal = try refusal(files: { files in
      let text = files[wrong.file] ?? ""
      #expect(text.contains(wrong.from))
      files[wrong.file] = text.replacingOccurrences(of: wrong.from, with: wrong.to)
    })
    expect("/" + wrong.file, wrong.says, of: refusal)
  }

  // MARK: vocabularies

  @Test func `a vocabulary that does not fit is named`() throws {
    expect(
      "/config.json", "vocab_size is 92", "token 93",
      of: try refusal(files: { $0["vocab.txt"]! += "more\neven\n" }))
    expect(
      "/vocab.txt", "cls_token", "[CLS]",
      of: try refusal(files: {
        $0["vocab.txt"] = $0["vocab.txt"]!.replacingOccurrences(of: "[CLS]", with: "[cls]")
      }))
    expect(
      "/vocab.txt", "line 3", "NUL",
      of: try refusal(files: {
        $0["vocab.txt"] = $0["vocab.txt"]!.replacingOccurrences(of: "[CLS]", with: "\0")
      }))
    expect(
      "/vocab.txt", "line 2", "UTF-8",
      of: try refusal(after: {
        try FileSystem.replace($0 + "/vocab.txt", with: Array("a\n".utf8) + [0xC3, 0x28, 0x0A])
      }))
    expect(
      "/tokenizer.json", "UTF-8",
      of: try refusal(after: {
        try FileSystem.replace($0 + "/tokenizer.json", with: Array("{\"a".utf8) + [0xFF, 0x22])
      }))
  }

  static let wrongTokenizers: [(json: String, says: String)] = [
    ("{}", "model is missing"),
    (#"{"model": {"type": "BPE"}}"#, "model.type"),
    (#"{"model": {"type": "WordPiece"}}"#, "model.vocab"),
    (#"{"model": {"vocab": {"a": -1}}}"#, "model.vocab"),
    (#"{"model": {"vocab": {"a": 1}}}"#, "model.unk_token"),
    (
      #"{"model": {"vocab": {"[UNK]": 1}, "max_input_chars_per_word": 0}}"#,
      "max_input_chars_per_word"
    ),
    (
      #"{"model": {"vocab": {"[UNK]": 1}}, "pre_tokenizer": {"type": "ByteLevel"}}"#,
      "pre_tokenizer.type"
    ),
    (#"{"model": {"vocab": {"[UNK]": 1}}}"#, "post_processor"),
    (
      #"{"model": {"vocab": {"[UNK]": 1}}, "post_processor": {"type": "BertProcessing"}}"#,
      "post_processor.cls"
    ),
    (
      #"{"model": {"vocab": {"[UNK]": 1}}, "post_processor": {"type": "TemplateProcessing"}}"#,
      "post_processor.single"
    ),
    (
      #"""
      {"model": {"vocab": {"[UNK]": 1}}, "normalizer": {"type": "NFC"}, "post_processor":
       {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A"}}]}}
      """#, "normalizer.type"
    ),
    (
      #"""
      {"model": {"vocab": {"[UNK]": 1}}, "normalizer": {"type": "BertNormalizer"},
       "added_tokens": [{"id": 1, "content": "x", "normalized": true}], "post_processor":
       {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A"}}]}}
      """#, "added_tokens[0].normalized"
    ),
  ]

  @Test(arguments: wrongTokenizers) func `a wrong tokenizer is named`(
    _ wrong: (json: String, says: String)
  ) throws {
    let refusal = try refusal(files: { $0["tokenizer.json"] = wrong.json })
    expect("/tokenizer.json", wrong.says, of: refusal)
  }

  @Test func `a vocabulary that was cut is refused`() throws {
    let cut = TinyModel.vocabulary.prefix(60)
    expect(
      "/vocab.txt", "60 tokens", "vocab_size in config.json is 92",
      of: try refusal(files: { $0["vocab.txt"] = cut.joined(separator: "\n") + "\n" }))
    func json(_ count: Int) -> String {
      // The last tokens are there: numbers alone do not tell.
      let kept = TinyModel.vocabulary.enumerated().filter { $0.offset < count || $0.offset > 90 }
      let members = kept.map { ("\($0.element)", JSON.integer($0.offset)) }
      return JSON.object([
        ("model", .object([("type", .string("WordPiece")), ("vocab", .object(members))])),
        ("normalizer", .object([("type", .string("BertNormalizer"))])),
        (
          "post_processor",
          .object([
            ("type", .string("BertProcessing")),
            ("cls", .array([.string("[CLS]"), .integer(2)])),
            ("sep", .array([.string("[SEP]"), .integer(3)])),
          ])
        ),
      ]).description
    }
    expect(
      "/tokenizer.json", "model.vocab has 41 tokens", "is 92",
      of: try refusal(files: { $0["tokenizer.json"] = json(40) }))
    let folder = try Scratch.directory()
    try Self.tiny.write(to: folder) { $0["tokenizer.json"] = json(92) }
    _ = try LocalModel(directory: folder)
  }

  // MARK: What is no plain file

  @Test(arguments: ["config.json", "vocab.txt", "model.safetensors", "1_Pooling/config.json"])
  func `a pipe is refused at once`(_ name: String) throws {
    let refusal = try refusal(after: {
      try FileSystem.remove($0 + "/" + name)
      #expect(mkfifo($0 + "/" + name, 0o600) == 0)
    })
    expect("/" + name, "no plain file", of: refusal)
  }

  @Test func `a pipe beside the tokenizer holds nothing up, and links are followed`() throws {
    let (folder, store) = (try Scratch.directory(), try Scratch.directory())
    try Self.tiny.write(to: store)
    try FileSystem.createDirectories(folder + "/1_Pooling")
    for name in ["config.json", "model.safetensors", "vocab.txt", "1_Pooling/config.json"] {
      #expect(symlink(store + "/" + name, folder + "/" + name) == 0)
    }
    #expect(mkfifo(folder + "/tokenizer_config.json", 0o600) == 0)
    #expect(throws: EmbeddingError.self) { try LocalModel(directory: folder) }
    try FileSystem.remove(folder + "/tokenizer_config.json")
    let linked = try LocalModel(directory: folder)
    #expect(try linked.embed(["shoes"], as: .query).count == 32)
  }

  // MARK: model.safetensors

  @Test func `a file cut anywhere is refused`() throws {
    let whole = Self.tiny.safetensors()
    for count in [1, 7, 8, 100, 4000, whole.count / 2, whole.count - 1] {
      let refusal = try refusal(after: {
        try FileSystem.replace($0 + "/model.safetensors", with: Array(whole.prefix(count)))
      })
      expect("/model.safetensors", of: refusal)
      if count > 8000 { #expect(refusal.detail.contains("cut short")) }
    }
  }

  static let wrongHeaders: [(header: String, says: String)] = [
    ("", "header"), ("[]", "no JSON object"), ("{", "header"), ("{\"a\": 1}", "tensor a lacks"),
    (#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0]}}"#, "data_offsets"),
    (#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]}}"#, "data_offsets"),
    (#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}}"#, "data_offsets"),
    (#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}"#, "takes 8 bytes"),
    (#"{"a": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}}"#, "shape"),
    (#"{"a": {"dtype": "F32", "shape": [2.5], "data_offsets": [0, 8]}}"#, "shape"),
    (
      #"{"a": {"dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 8]}}"#,
      "too large"
    ),
    (#"{"a": {"dtype": "F32", "shape": [9], "data_offsets": [0, 36]}}"#, "cut short"),
    (
      #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 9223372036854775807]}}"#,
      "cut short"
    ),
    (#"{"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}"#, "is missing"),
    (#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}"#, "8 bytes follow"),
    (#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [8, 16]}}"#, "begin at 8"),
    (
      #"""
      {"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 12]},
       "b": {"dtype": "F32", "shape": [2], "data_offsets": [8, 16]}}
      """#, "tensor b: data_offsets begin at 8"
    ),
  ]

  @Test(arguments: wrongHeaders) func `a wrong header is refused`(
    _ wrong: (header: String, says: String)
  ) throws {
    let refusal = try refusal(after: {
      try FileSystem.replace(
        $0 + "/model.safetensors",
        with: TinyModel.file(header: wrong.header, data: [UInt8](repeating: 0, count: 16)))
    })
    expect("/model.safetensors", wrong.says, of: refusal)
  }

  @Test func `a header length past the end is refused`() throws {
    for length in [UInt64.max, 1 << 40, 9] {
      var writer = ByteWriter()
      writer.append(length)
      let refusal = try refusal(after: { [bytes = writer.bytes] in
        try FileSystem.replace($0 + "/model.safetensors", with: bytes + Array("{}".utf8))
      })
      expect("/model.safetensors", "header length", of: refusal)
    }
  }

  @Test func `tensors that do not fit the configuration are named`() throws {
    expect(
      "/model.safetensors", "encoder.layer.2.", "missing",
      of: try refusal(files: {
        $0["config.json"]!.replace("_layers\": 2", with: "_layers\": 3")
      }))
    expect(
      "/model.safetensors", "intermediate.dense.weight", "[64, 32]", "[128, 32]",
      of: try refusal(files: {
        $0["config.json"]!.replace("\"intermediate_size\": 64", with: "\"intermediate_size\": 128")
      }))
    var tiny = Self.tiny
    tiny.set("encoder.layer.1.output.dense.bias", at: 3, to: .nan)
    expect(
      "/model.safetensors", "encoder.layer.1.output.dense.bias", "finite", of: try refusal(tiny))
  }

  @Test func `numbers of another type are refused`() throws {
    let text = String(decoding: Self.tiny.safetensors().dropFirst(8), as: Unicode.ASCII.self)
    let header = String(text.prefix { $0 != "\0" && $0.isASCII })
    // The same header with one tensor of whole numbers in place of floats.
    let range = try #require(header.range(of: "embeddings.LayerNorm.bias\":{\"dtype\":\"F32\""))
    let refusal = try refusal(after: {
      var bytes = Self.tiny.safetensors()
      let place = 8 + header.utf8.distance(from: header.startIndex, to: range.upperBound) - 4
      bytes.replaceSubrange(place..<place + 3, with: Array("I32".utf8))
      try FileSystem.replace($0 + "/model.safetensors", with: bytes)
    })
    expect("/model.safetensors", "embeddings.LayerNorm.bias", "I32", of: refusal)
  }

  @Test func `any damage to a header gives an error or a model, never a trap`() throws {
    let folder = try Scratch.directory()
    try Self.tiny.write(to: folder)
    let whole = Self.tiny.safetensors()
    let headerEnd = 8 + Int(whole[0]) + Int(whole[1]) << 8
    var random = SeededGenerator(seed: 5)
    var refused = 0
    for _ in 0..<100 {
      var bytes = whole
      for _ in 0...random.next() % 3 {
        bytes[Int(random.next() % UInt64(headerEnd))] = UInt8(truncatingIfNeeded: random.next())
      }
      try FileSystem.replace(folder + "/model.safetensors", with: bytes)
      do { _ = try LocalModel(directory: folder) } catch { refused += 1 }
    }
    #expect(refused > 60)
  }
}
