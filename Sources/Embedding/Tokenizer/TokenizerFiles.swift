import Platform

/// Reads the tokenizer of a model directory: `tokenizer.json`, else `vocab.txt`.
enum TokenizerFiles {
  /// - Parameter vocabularySize: Rows of the table of token vectors, as `config.json` says; 0 where
  ///   there is none.
  /// - Throws: ``EmbeddingError/cannotLoad(path:detail:)`` naming the file and the field.
  static func load(
    _ directory: String, vocabularySize: Int = 0
  ) throws(EmbeddingError) -> WordPieceTokenizer {
    let settings = try ModelFile(directory, "tokenizer_config.json", required: false)
    if let file = try ModelFile(directory, "tokenizer.json", required: false) {
      let tokenizer = try tokenizer(file)
      try check(tokenizer, vocabularySize, file, field: "model.vocab")
      return tokenizer
    }
    let path = directory + "/vocab.txt"
    let tokenizer = try tokenizer(vocabulary: path, settings)
    try check(tokenizer, vocabularySize, ModelFile(path: path, json: .null), field: "the file")
    return tokenizer
  }

  /// Rows of the table beyond the vocabulary, where its size was rounded up for speed.
  private static let paddingLimit = 127

  /// A vocabulary that was cut reads most words as unknown: every row of the table must have its
  /// token, but for those that fill it up to a multiple of 8.
  private static func check(
    _ tokenizer: WordPieceTokenizer, _ size: Int, _ file: ModelFile, field: String
  ) throws(EmbeddingError) {
    let vocabulary = tokenizer.vocabulary
    let added = Set(tokenizer.specials.map(\.id).filter { !vocabulary.holds($0) })
    let count = vocabulary.pieceCount + added.count
    let last = max(vocabulary.largestID, tokenizer.specials.map(\.id).max() ?? 0)
    let filled = size - (size.isMultiple(of: 8) ? paddingLimit : 0)
    // A piece that stands in a vocabulary twice is there once only: a few numbers may lack theirs.
    guard Int(last) + 1 < filled || count + (size + 99) / 100 < filled else { return }
    throw file.refuse(
      field,
      "has \(count) tokens, but vocab_size in config.json is \(size): it is cut short, or another "
        + "model's")
  }

  // MARK: tokenizer.json

  private static func tokenizer(_ file: ModelFile) throws(EmbeddingError) -> WordPieceTokenizer {
    let model = try file.object("model")
    if let type = model["type"]?.string, type != "WordPiece" {
      throw file.refuse("model.type", "is \(type); only WordPiece can be read")
    }
    guard let entries = model["vocab"]?.object else {
      throw file.refuse("model.vocab", "is missing or no object")
    }
    var pieces: [(text: String, id: Int32)] = []
    pieces.reserveCapacity(entries.count)
    for (text, value) in entries {
      guard let id = value.int, (0..<ModelLimits.vocabulary).contains(id) else {
        throw file.refuse("model.vocab", "\"\(text.prefix(40))\" has no number within its range")
      }
      pieces.append((text, Int32(id)))
    }
    let vocabulary = Vocabulary(
      pieces, prefix: model["continuing_subword_prefix"]?.string ?? "##")
    let unknown = try file.id(
      of: model["unk_token"]?.string ?? "[UNK]", "model.unk_token", vocabulary)
    let wordLimit = model["max_input_chars_per_word"]?.int ?? 100
    guard (1...10_000).contains(wordLimit) else {
      throw file.refuse("model.max_input_chars_per_word", "is not within 1...10000")
    }
    if let type = file.json["pre_tokenizer"]?["type"]?.string, type != "BertPreTokenizer" {
      throw file.refuse("pre_tokenizer.type", "is \(type); only BertPreTokenizer can be read")
    }
    let (prefix, suffix) = try template(file, vocabulary)
    return WordPieceTokenizer(
      vocabulary: vocabulary, normalizer: ScalarNormalizer(try normalizer(file)), unknown: unknown,
      wordLimit: wordLimit, specials: try specials(file), prefix: prefix, suffix: suffix)
  }

  private static func normalizer(_ file: ModelFile) throws(EmbeddingError) -> NormalizerSettings {
    let json = try file.object("normalizer")
    guard let type = json["type"]?.string, type == "BertNormalizer" else {
      throw file.refuse("normalizer.type", "is no BertNormalizer; no other can be read")
    }
    let lowers = json["lowercase"]?.bool ?? true
    return NormalizerSettings(
      cleansText: json["clean_text"]?.bool ?? true,
      separatesIdeographs: json["handle_chinese_chars"]?.bool ?? true,
      stripsAccents: json["strip_accents"]?.bool ?? lowers, lowersCase: lowers)
  }

  private static func specials(
    _ file: ModelFile
  ) throws(EmbeddingError) -> [WordPieceTokenizer.SpecialToken] {
    var found: [WordPieceTokenizer.SpecialToken] = []
    for (index, token) in (file.json["added_tokens"]?.array ?? []).enumerated() {
      let field = "added_tokens[\(index)]"
      guard let text = token["content"]?.string, !text.isEmpty, let id = token["id"]?.int,
        (0..<ModelLimits.vocabulary).contains(id)
      else { throw file.refuse(field, "has no content or no id within its range") }
      for flag in ["single_word", "lstrip", "rstrip", "normalized"]
      where token[flag]?.bool == true {
        throw file.refuse("\(field).\(flag)", "is true, which is not supported")
      }
      found.append(WordPieceTokenizer.SpecialToken(text: Array(text.utf8), id: Int32(id)))
    }
    return found
  }

  /// The tokens around a single text: `TemplateProcessing`, or `BertProcessing` of older files.
  private static func template(
    _ file: ModelFile, _ vocabulary: Vocabulary
  ) throws(EmbeddingError) -> ([Int32], [Int32]) {
    let json = try file.object("post_processor")
    switch json["type"]?.string {
    case "BertProcessing":
      var ends: [Int32] = []
      for key in ["cls", "sep"] {
        guard let id = json[key]?[1]?.int, (0..<ModelLimits.vocabulary).contains(id) else {
          throw file.refuse("post_processor.\(key)", "has no number within its range")
        }
        ends.append(Int32(id))
      }
      return ([ends[0]], [ends[1]])
    case "TemplateProcessing":
      var parts: [[Int32]] = [[]]
      for part in json["single"]?.array ?? [] {
        if part["Sequence"] != nil {
          parts.append([])
        } else if let name = part["SpecialToken"]?["id"]?.string {
          for id in json["special_tokens"]?[name]?["ids"]?.array ?? [] {
            guard let id = id.int, (0..<ModelLimits.vocabulary).contains(id) else {
              throw file.refuse("post_processor.special_tokens.\(name)", "has no valid ids")
            }
            parts[parts.count - 1].append(Int32(id))
          }
        }
      }
      guard parts.count == 2, parts[0].count + parts[1].count <= 8 else {
        throw file.refuse("post_processor.single", "does not hold one text and a few tokens")
      }
      return (parts[0], parts[1])
    default:
      throw file.refuse("post_processor.type", "is neither TemplateProcessing nor BertProcessing")
    }
  }

  // MARK: vocab.txt

  private static func tokenizer(
    vocabulary path: String, _ settings: ModelFile?
  ) throws(EmbeddingError) -> WordPieceTokenizer {
    let file = ModelFile(path: path, json: settings?.json ?? .object([]))
    let bytes = try ModelFile.bytes(path)
    var pieces: [(text: String, id: Int32)] = []
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let line = line.last == 0x0D ? line.dropLast() : line
      let field = "line \(pieces.count + 1)"
      guard !line.contains(0) else { throw file.refuse(field, "holds a NUL byte") }
      guard let text = unsafe String(checkedUTF8: Array(line).span.bytes) else {
        throw file.refuse(field, "is not UTF-8")
      }
      pieces.append((text, Int32(pieces.count)))
    }
    if pieces.last?.text.isEmpty == true { pieces.removeLast() }
    guard (1...ModelLimits.vocabulary).contains(pieces.count) else {
      throw file.refuse("lines", "\(pieces.count) are not within 1...\(ModelLimits.vocabulary)")
    }
    let vocabulary = Vocabulary(pieces, prefix: "##")
    let json = file.json
    let lowers = json["do_lower_case"]?.bool ?? true
    func name(_ key: String, _ usual: String) -> String {
      json[key]?.string ?? json[key]?["content"]?.string ?? usual
    }
    var specials: [WordPieceTokenizer.SpecialToken] = []
    var ids: [String: Int32] = [:]
    for (key, usual) in [
      ("unk_token", "[UNK]"), ("cls_token", "[CLS]"), ("sep_token", "[SEP]"),
      ("pad_token", "[PAD]"), ("mask_token", "[MASK]"),
    ] {
      let text = name(key, usual)
      guard let id = vocabulary.id(of: text) else {
        if key == "pad_token" || key == "mask_token" { continue }
        throw file.refuse(key, "\"\(text)\" is not among the lines")
      }
      ids[key] = id
      specials.append(WordPieceTokenizer.SpecialToken(text: Array(text.utf8), id: id))
    }
    return WordPieceTokenizer(
      vocabulary: vocabulary,
      normalizer: ScalarNormalizer(
        NormalizerSettings(
          cleansText: true, separatesIdeographs: json["tokenize_chinese_chars"]?.bool ?? true,
          stripsAccents: json["strip_accents"]?.bool ?? lowers, lowersCase: lowers)),
      unknown: ids["unk_token"] ?? 0, wordLimit: 100,
      specials: specials,
      prefix: [ids["cls_token"] ?? 0], suffix: [ids["sep_token"] ?? 0])
  }
}

extension ModelFile {
  /// The number of a token that the vocabulary must hold.
  fileprivate func id(
    of text: String, _ field: String, _ vocabulary: Vocabulary
  ) throws(EmbeddingError) -> Int32 {
    guard let id = vocabulary.id(of: text) else {
      throw refuse(field, "\"\(text)\" is not in the vocabulary")
    }
    return id
  }
}
