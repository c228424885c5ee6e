import Foundation
import Platform
import TestSupport
import Testing

@testable import Embedding

/// all-MiniLM-L6-v2 against what sentence-transformers gives for 50 texts; `.ci/model` fetches it.
@Suite(.enabled(if: Built.model != nil, "no embedding model: run .ci/model"))
struct ReferenceModelTests {
  private struct Golden {
    let text: String
    let ids: [Int32]
    let vector: [Double]
  }

  private static func golden() throws -> [Golden] {
    let path = Built.package + "/Tests/EmbeddingTests/Golden/minilm.jsonl"
    return try FileSystem.readAll(path).split(separator: 0x0A).map { line in
      let json = try JSON.parse(Array(line))
      return Golden(
        text: try #require(json["text"]?.string),
        ids: try #require(json["ids"]?.array).compactMap { $0.int.map(Int32.init) },
        vector: try #require(json["vector"]?.array).compactMap(\.double))
    }
  }

  private func load(_ precision: ModelPrecision) throws -> LocalModel {
    try LocalModel(directory: try #require(Built.model), precision: precision)
  }

  @Test func `the ids are the reference's`() throws {
    let model = try load(.bf16)
    let golden = try Self.golden()
    #expect(golden.count == 50)
    for one in golden { #expect(model.tokens(of: one.text) == one.ids, "\(one.text.prefix(80))") }
  }

  @Test func `vocab.txt gives the same ids as tokenizer.json`() throws {
    let folder = try Scratch.directory()
    let source = try #require(Built.model)
    for name in ["vocab.txt", "tokenizer_config.json"] {
      try FileSystem.replace(
        folder + "/" + name, with: FileSystem.readAll(source + "/" + name))
    }
    let tokenizer = try TokenizerFiles.load(folder)
    for one in try Self.golden() { #expect(tokenizer.encode(one.text, limit: 256) == one.ids) }
  }

  /// The least cosine of any text: the reference itself is only as exact as its five digits.
  @Test(arguments: [(ModelPrecision.fp32, 0.999_999), (.bf16, 0.9995), (.int8, 0.98)])
  func `the vectors are the reference's`(_ way: (ModelPrecision, Double)) throws {
    let model = try load(way.0)
    let golden = try Self.golden()
    let rows = try model.embed(golden.map(\.text), as: .query)
    #expect(model.model.dimension == 384)
    for (index, one) in golden.enumerated() {
      try #require(one.vector.count == 384)
      let close = cosine(one.vector, rows[index * 384..<(index + 1) * 384])
      #expect(close > way.1, "\(one.text.prefix(80)): \(close)")
    }
  }
}
