import CTransformerKernels
import Foundation
import Platform
import TestSupport
import Testing

@testable import Embedding

/// Local models against a plain double-precision computation of the same random weights.
@Suite struct LocalModelTests {
  static let texts = [
    "", "a", "shoes", "shopping the shoe shop", "return, the shoes!", "Über uns", "中文 shoes",
    "the return of the shoes, the shop . and 42 more words than there is room for in it",
  ]

  /// Levels and kernels, with how far the worst cosine may be from 1: what rounding weights and
  /// activations to 8 or 16 bits costs on random weights, three times what was seen.
  static let ways: [(ModelPrecision, tk_level, Double)] = [
    (.fp32, TK_PORTABLE, 1e-11), (.fp32, TK_AVX2, 1e-11), (.fp32, TK_AVX512, 1e-11),
    (.bf16, TK_PORTABLE, 2e-4), (.bf16, TK_AVX2, 2e-4), (.bf16, TK_AVX512, 2e-4),
    (.int8, TK_PORTABLE, 1.5e-3), (.int8, TK_AVX2, 1.5e-3), (.int8, TK_AVX512, 1.5e-3),
  ]

  private func load(
    _ tiny: TinyModel, _ folder: String, _ precision: ModelPrecision, _ level: tk_level,
    threads: Int = 1
  ) throws -> LocalModel {
    try tiny.write(to: folder)
    return try LocalModel(
      directory: folder, name: "tiny", precision: precision, threadCount: threads,
      kernels: Kernels(level), packsAlways: true)
  }

  /// A model with what a plain computation gives for every text; slow, so made once.
  private struct Expected {
    let tiny: TinyModel
    let vectors: [[Double]]

    init(_ change: (inout TinyModel) -> Void = { _ in }) throws {
      tiny = TinyModel(change)
      let folder = try Scratch.directory()
      try tiny.write(to: folder)
      let model = try LocalModel(directory: folder, precision: .fp32)
      vectors = LocalModelTests.texts.map { [tiny] in tiny.vector(model.tokens(of: $0)) }
    }
  }

  private static let plain = Result { try Expected() }
  private static let other = Result {
    try Expected {
      $0.hidden = 96
      $0.heads = 2
      $0.layers = 3
      $0.intermediate = 160
      $0.poolsFirst = true
      $0.seed = 7
    }
  }

  private func check(
    _ expected: Expected, _ way: (ModelPrecision, tk_level, Double),
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let folder = try Scratch.directory()
    let model = try load(expected.tiny, folder, way.0, way.1)
    let rows = try model.embed(Self.texts, as: .passage)
    let dimension = expected.tiny.hidden
    try #require(rows.count == Self.texts.count * dimension)
    for (index, text) in Self.texts.enumerated() {
      let row = rows[index * dimension..<(index + 1) * dimension]
      let distance = 1 - cosine(expected.vectors[index], row)
      #expect(distance < way.2, "\(way) \(text): \(distance)", sourceLocation: sourceLocation)
      let length = row.reduce(0) { $0 + $1 * $1 }
      #expect(abs(length - 1) < 1e-5, sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: ways) func `vectors are those of a plain computation`(
    _ way: (ModelPrecision, tk_level, Double)
  ) throws {
    try check(Self.plain.get(), way)
  }

  @Test(arguments: ways) func `other sizes and the first token as the text's vector`(
    _ way: (ModelPrecision, tk_level, Double)
  ) throws {
    try check(Self.other.get(), way)
  }

  @Test(arguments: [(24, 3), (30, 5), (32, 4)])
  func `sizes that cannot be cut into panels run on BLAS`(_ size: (Int, Int)) throws {
    let expected = try Expected {
      ($0.hidden, $0.heads, $0.intermediate) = (size.0, size.1, 50)
    }
    try check(expected, (.bf16, TK_AVX512, 1e-11))
    let folder = try Scratch.directory()
    #expect(try load(expected.tiny, folder, .int8, TK_AVX512).kernels == "blas-f32")
  }

  @Test func `kernels are what the processor has`() throws {
    let folder = try Scratch.directory()
    try Self.plain.get().tiny.write(to: folder)
    func kernels(_ precision: ModelPrecision, _ level: tk_level) throws -> String {
      try LocalModel(
        directory: folder, name: nil, precision: precision, threadCount: 1, kernels: Kernels(level)
      ).kernels
    }
    #expect(try kernels(.bf16, TK_PORTABLE) == "blas-f32")
    #expect(try kernels(.fp32, TK_AVX512) == "blas-f32")
    guard tk_supported_level() == TK_AVX512 else { return }
    #expect(try kernels(.bf16, TK_AVX512) == "avx512-bf16-vnni")
    #expect(try kernels(.int8, TK_AVX2) == "avx2-bf16")
  }

  @Test(arguments: [TinyModel.Element.float16, .bfloat16])
  func `weights in 16 bits and names with a prefix are read`(_ element: TinyModel.Element) throws {
    let expected = try Expected {
      $0.element = element
      $0.prefix = "bert."
    }
    try check(expected, (.fp32, TK_AVX512, 1e-11))
  }

  @Test(arguments: ways) func `a text's vector does not depend on what it comes with`(
    _ way: (ModelPrecision, tk_level, Double)
  ) throws {
    let folder = try Scratch.directory()
    let model = try load(TinyModel(), folder, way.0, way.1, threads: 3)
    // Enough for several batches and threads.
    let many = (0..<300).map { index in
      "\(Self.texts[index % Self.texts.count]) \(index % 50)"
    }
    let together = try model.embed(many, as: .passage)
    for index in stride(from: 0, to: many.count, by: 7) {
      let alone = try model.embed([many[index]], as: .passage)
      let row = together[index * 32..<(index + 1) * 32]
      // BLAS may add in another order for another count of rows.
      #expect(cosine(alone.map(Double.init), row) > 1 - 1e-9)
      if way.0 != .fp32 { #expect(Array(row) == alone) }
    }
    #expect(try model.embed([], as: .query) == [])
  }

  @Test func `threads may embed at once`() throws {
    let folder = try Scratch.directory()
    let model = try load(TinyModel(), folder, .bf16, TK_AVX512, threads: 2)
    let expected = try model.embed(Self.texts, as: .query)
    let wrong = Condition(0)
    let threads = (0..<4).map { _ in
      Thread.spawn(name: "embed-test") {
        for _ in 0..<20 where (try? model.embed(Self.texts, as: .query)) != expected {
          wrong.withLock { $0 += 1 }
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(wrong.withLock { $0 } == 0)
  }

  @Test func `queries and passages get the directory's prompts`() throws {
    let folder = try Scratch.directory()
    let tiny = TinyModel { $0.prompts = ["query": "query: ", "document": "passage: "] }
    let model = try load(tiny, folder, .fp32, TK_PORTABLE)
    #expect(model.prompts == ("query: ", "passage: "))
    for (role, prompt) in [(EmbeddingRole.query, "query: "), (.passage, "passage: ")] {
      let expected = tiny.vector(model.tokens(of: prompt + "shoes"))
      #expect(1 - cosine(expected, try model.embed(["shoes"], as: role)) < 1e-9)
    }
    #expect(try model.embed(["shoes"], as: .query) != model.embed(["shoes"], as: .passage))
  }

  @Test func `families are known by name`() {
    #expect(ModelPrompts.family("e5-small-v2")?.passage == "passage: ")
    #expect(ModelPrompts.family("intfloat/multilingual-e5-base")?.query == "query: ")
    #expect(
      ModelPrompts.family("bge-small-en-v1.5")
        == ModelPrompts(
          query: "Represent this sentence for searching relevant passages: ", passage: ""))
    #expect(ModelPrompts.family("bge-base-zh-v1.5")?.query.isEmpty == false)
    #expect(ModelPrompts.family("all-MiniLM-L6-v2") == nil)
    #expect(ModelPrompts.family("gte-small") == nil)
    #expect(ModelPrompts.family("core512-entry") == nil)
  }

  @Test func `the space is the weights, the settings and the precision`() throws {
    let folder = try Scratch.directory()
    func model(_ tiny: TinyModel, _ precision: ModelPrecision) throws -> EmbeddingModel {
      try load(tiny, folder, precision, TK_AVX512).model
    }
    let first = try model(TinyModel(), .bf16)
    #expect(first.name == "tiny:bf16")
    #expect(first.dimension == 32)
    #expect(try model(TinyModel(), .bf16) == first)
    let others = [
      try model(TinyModel(), .int8), try model(TinyModel { $0.seed = 2 }, .bf16),
      try model(TinyModel { $0.poolsFirst = true }, .bf16),
      try model(TinyModel { $0.tokenLimit = 19 }, .bf16),
      try model(TinyModel { $0.prompts = ["query": "q"] }, .bf16),
    ]
    #expect(Set(others.map(\.fingerprint) + [first.fingerprint]).count == 6)
    // The same weights behind another vocabulary.
    var words = TinyModel.vocabulary
    words.swapAt(words.count - 1, words.count - 2)
    try TinyModel().write(to: folder) { $0["vocab.txt"] = words.joined(separator: "\n") + "\n" }
    let another = try LocalModel(directory: folder, name: "tiny", precision: .bf16, threadCount: 1)
    #expect(another.model.fingerprint != first.fingerprint)
  }
}
