import Platform
import TestSupport
import Testing

extension EndToEnd {
  /// Models that are wrong somewhere, as a user meets them: `knowledge model use` names the file
  /// and the field, and the service that runs goes on.
  @Suite struct BadModelTests {
    struct Wrong: Sendable {
      let name: String
      let file: String
      let says: [String]
      var element = TinyModel.Element.float32
      let damage: @Sendable (_ directory: String) throws -> Void
    }

    /// Puts `to` in place of `from` in a file.
    private static func edit(_ path: String, _ from: String, _ to: String) throws {
      let text = String(decoding: try FileSystem.readAll(path), as: UTF8.self)
      let parts = text.split(separator: from, omittingEmptySubsequences: false)
      try #require(parts.count > 1, "\(path) has no \(from)")
      try FileSystem.replace(path, with: Array(parts.joined(separator: to).utf8))
    }

    static let wrongs = [
      Wrong(name: "cut short", file: "model.safetensors", says: ["cut short"]) { directory in
        let path = directory + "/model.safetensors"
        let bytes = try FileSystem.readAll(path)
        try FileSystem.replace(path, with: Array(bytes.dropLast(100)))
      },
      Wrong(
        name: "wrong shape", file: "model.safetensors",
        says: ["intermediate.dense.weight", "shape", "[64, 32]", "[96, 32]"]
      ) { try edit($0 + "/config.json", "\"intermediate_size\": 64", "\"intermediate_size\": 96") },
      Wrong(
        name: "missing tensor", file: "model.safetensors", says: ["encoder.layer.2.", "missing"]
      ) { try edit($0 + "/config.json", "_layers\": 2", "_layers\": 3") },
      Wrong(
        name: "unknown architecture", file: "config.json", says: ["architectures", "BertModel"]
      ) { try edit($0 + "/config.json", "\"BertModel\"", "\"LlamaModel\"") },
      Wrong(
        name: "vocabulary that does not fit", file: "config.json", says: ["vocab_size", "token"]
      ) { directory in
        let path = directory + "/vocab.txt"
        try FileSystem.replace(path, with: try FileSystem.readAll(path) + Array("a\nb\n".utf8))
      },
      Wrong(name: "NUL", file: "vocab.txt", says: ["line 2", "NUL"]) {
        try edit($0 + "/vocab.txt", "[UNK]", "[U\0NK]")
      },
      Wrong(name: "invalid UTF-8", file: "vocab.txt", says: ["line 1", "UTF-8"]) { directory in
        let path = directory + "/vocab.txt"
        try FileSystem.replace(path, with: [0xC3, 0x28] + (try FileSystem.readAll(path)))
      },
    ]

    @Test func `each fault is named, nothing changes, and the service goes on`() throws {
      let server = try KnowledgeServer()
      defer { server.close() }
      try server.start()
      _ = try server.createBusiness("shop")
      let file = try server.file("rows.jsonl", Array(#"{"id":"1","content":"red shoes"}"#.utf8))
      _ = try server.json(["import", file, "--business", "shop"])
      let before = try server.json(["stats"])["embedding"]?["model"]
      for wrong in Self.wrongs {
        let directory = try server.file("models") + "/" + wrong.name
        try FileSystem.createDirectories(directory)
        try TinyModel().write(to: directory)
        try wrong.damage(directory)
        let outcome = try server.run(["model", "use", directory])
        #expect(outcome.status == 6, "\(wrong.name): \(outcome)")
        for word in [directory + "/" + wrong.file] + wrong.says {
          #expect(outcome.errorText.contains(word), "\(wrong.name): \(outcome.errorText)")
        }
        #expect(!FileSystem.exists(server.data + "/models/current"))
        let found = try server.json(["search", "red shoes", "--business", "shop"])
        #expect(found["hits"]?.array?.count == 1, "\(wrong.name)")
      }
      #expect(try server.json(["stats"])["embedding"]?["model"] == before)

      // A model that is damaged after it was chosen: the service says so when asked, and goes on.
      let directory = try server.file("models") + "/good"
      try FileSystem.createDirectories(directory)
      try TinyModel().write(to: directory)
      let used = try server.run(["model", "use", directory])
      #expect(used.status == 0, "\(used)")
      let changed = try waited(upToSeconds: 60) {
        let stats = try server.json(["stats"])
        return stats["embedding"]?["dimension"]?.int == 32
          && stats["collections"]?.array?.map { $0["dimension"]?.int } == [32]
      }
      #expect(changed != nil, "\(server.story)")
      // The weights are in use: whoever damages them replaces the file.
      try FileSystem.replace(directory + "/model.safetensors", with: Array("nonsense".utf8))
      let found = try server.json(["search", "red shoes", "--business", "shop"])
      #expect(found["hits"]?.array?.count == 1)
      #expect(try server.run(["model", "use", directory]).status == 6)

      let texts = try server.run(
        ["embed", "-", "--model", "built-in"],
        input: .bytes(Array("good\nb\u{0}d\n".utf8) + [0xFF, 10]))
      #expect(texts.status == 2 && texts.errorText.contains("line 3"), "\(texts)")
    }
  }
}
