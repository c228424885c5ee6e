import Foundation
import Platform
import TestSupport
import Testing

@testable import Embedding

/// Models whose files are in order and whose vectors are not, and files that change under a model.
@Suite struct UnusableModelTests {
  private static let last = "encoder.layer.1.output.LayerNorm."

  private static func model(_ change: (inout TinyModel) -> Void) throws -> String {
    var tiny = TinyModel()
    change(&tiny)
    let folder = try Scratch.directory()
    try tiny.write(to: folder)
    return folder
  }

  private static func fill(_ tiny: inout TinyModel, _ names: [String], _ value: Float) {
    for name in names {
      for place in 0..<tiny.tensors[name]!.values.count { tiny.set(name, at: place, to: value) }
    }
  }

  @Test(arguments: ModelPrecision.allCases)
  func `a model that cannot embed is refused by its directory`(_ precision: ModelPrecision) throws {
    let wrong: [(says: String, change: (inout TinyModel) -> Void)] = [
      ("NaN", { Self.fill(&$0, ["encoder.layer.0.intermediate.dense.weight"], 3e38) }),
      ("zero", { Self.fill(&$0, [Self.last + "weight", Self.last + "bias"], 0) }),
      ("zero", { Self.fill(&$0, Array($0.tensors.keys), 0) }),
      (
        "the same vector",
        {
          Self.fill(&$0, [Self.last + "weight"], 0)
          Self.fill(&$0, [Self.last + "bias"], 1)
        }
      ),
    ]
    for (says, change) in wrong {
      let folder = try Self.model(change)
      let error = #expect(throws: EmbeddingError.self) {
        try LocalModel(directory: folder, precision: precision)
      }
      guard case .cannotLoad(folder, let detail) = error else {
        Issue.record("\(says): \(String(describing: error))")
        continue
      }
      #expect(detail.contains(says), "\(detail)")
    }
  }

  @Test func `a vector that is none is an error of the call`() throws {
    let folder = try Self.model { tiny in
      // Of one word only: the trial's texts do not hold it.
      let word = TinyModel.vocabulary.firstIndex(of: "中")!
      for column in 0..<tiny.hidden {
        tiny.set("embeddings.word_embeddings.weight", at: word * tiny.hidden + column, to: 3e38)
      }
    }
    let model = try LocalModel(directory: folder, precision: .fp32)
    #expect(try model.embed(["shoes"], as: .passage).count == 32)
    let error = #expect(throws: EmbeddingError.self) {
      try model.embed(["shoes", "中"], as: .passage)
    }
    guard case .noVector(_, let detail) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(detail.contains("text 2 of 2"), "\(detail)")
  }

  @Test(arguments: ModelPrecision.allCases)
  func `a file that is cut or overwritten changes no loaded model`(
    _ precision: ModelPrecision
  ) throws {
    let folder = try Self.model { _ in }
    let model = try LocalModel(directory: folder, precision: precision)
    let texts = ["shoes", "the shopping", "return 42", "uber 中文"]
    let before = try model.embed(texts, as: .passage)
    let path = folder + "/model.safetensors"
    let byteCount = try FileSystem.byteCount(of: path)
    let file = try File(path: path, mode: .readWrite)
    try file.write([UInt8](repeating: 0x41, count: byteCount), at: 0)
    #expect(try model.embed(texts, as: .passage) == before)
    try file.truncate(to: 1000)
    #expect(try model.embed(texts, as: .passage) == before)
  }

  @Test func `a file that is cut while it loads is an error`() throws {
    for precision in ModelPrecision.allCases {
      let folder = try Self.model { _ in }
      let path = folder + "/model.safetensors"
      let error = #expect(throws: EmbeddingError.self) {
        try LocalModel(
          directory: folder, name: nil, precision: precision, threadCount: 1, kernels: Kernels(),
          wrapping: { encoder in
            try? File(path: path, mode: .readWrite).truncate(to: 1000)
            return encoder
          })
      }
      #expect(
        error
          == .cannotLoad(path: path, detail: "the file changed, or could not be read to its end")
      )
    }
  }
}
