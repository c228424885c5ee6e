/// What a model wants to read before a text, by what the text stands for.
struct ModelPrompts: Equatable, Sendable {
  let query: String
  let passage: String

  init(query: String, passage: String) {
    self.query = query
    self.passage = passage
  }

  /// The directory's own prompts (`config_sentence_transformers.json`), else those that the
  /// model's family was trained with, known by its name.
  ///
  /// - Throws: ``EmbeddingError/cannotLoad(path:detail:)``.
  init(_ directory: String, _ config: ModelFile) throws(EmbeddingError) {
    let file = try ModelFile(directory, "config_sentence_transformers.json", required: false)
    let own = try file.flatMap(Self.own) ?? ModelPrompts(query: "", passage: "")
    // Some directories hold empty prompts for a family that has them.
    guard own.query.isEmpty && own.passage.isEmpty else {
      self = own
      return
    }
    let names = [
      directory.split(separator: "/").last.map(String.init) ?? "",
      config.text("_name_or_path") ?? "",
    ]
    self = names.lazy.compactMap(Self.family).first ?? own
  }

  private static func own(_ file: ModelFile) throws(EmbeddingError) -> ModelPrompts? {
    guard let prompts = file.json["prompts"], let members = prompts.object else { return nil }
    for (name, value) in members where value.string.map({ $0.utf8.count > 1000 }) ?? true {
      throw file.refuse("prompts.\(name)", "is no text of at most 1000 bytes")
    }
    let usual = file.text("default_prompt_name").flatMap { prompts[$0]?.string } ?? ""
    let passages = ["document", "passage", "corpus"].compactMap { prompts[$0]?.string }
    return ModelPrompts(
      query: prompts["query"]?.string ?? usual, passage: passages.first ?? usual)
  }

  /// The prompts of a model family, by its model cards; nil for names that are not in the table.
  static func family(_ name: String) -> ModelPrompts? {
    let name = name.lowercased()
    func has(_ part: String) -> Bool {
      // Whole words only: "e5" is no part of "e512".
      name.split { !$0.isLetter && !$0.isNumber }.contains { $0 == part }
    }
    if has("e5") { return ModelPrompts(query: "query: ", passage: "passage: ") }
    if has("bge") && has("zh") { return ModelPrompts(query: "为这个句子生成表示以用于检索相关文章：", passage: "") }
    if has("bge") && has("en") {
      return ModelPrompts(
        query: "Represent this sentence for searching relevant passages: ", passage: "")
    }
    return nil
  }
}
