import Embedding
import HTTP
import Platform
import Synchronization
import TestSupport

@testable import RemoteEmbedding

/// A provider on this machine: it embeds by a rule that tests can compute, and fails as told.
final class FakeProvider: Sendable {
  typealias Response = LocalHTTPServer.Response

  let server: LocalHTTPServer
  let clock = FakeClock()

  /// - Parameter misbehave: Looks at each request first; nil lets it be answered well.
  init(
    dimension: Int = 4,
    _ misbehave: @escaping @Sendable (LocalHTTPServer.Request) -> Response? = { _ in nil }
  ) throws {
    server = try LocalHTTPServer { request in
      misbehave(request) ?? Self.answer(request, dimension: dimension)
    }
  }

  /// The model as the tests use it: four floats, small batches, six attempts.
  func model(_ change: (inout RemoteModel) -> Void = { _ in }) throws -> RemoteModel {
    var model = try RemoteModel(baseURL: server.url + "/v1/", name: "tiny", dimension: 4)
    model.apiKey = try HTTPSecret("sk-secret")
    model.prices = try ModelPrices(parsing: "tiny 0.5 4")
    change(&model)
    return model
  }

  func embedder(_ change: (inout RemoteModel) -> Void = { _ in }) throws -> RemoteEmbedder {
    try RemoteEmbedder(try model(change), clock: clock.clock)
  }

  /// What the provider makes of a text, before it is brought to unit length.
  static func vector(_ text: String, dimension: Int = 4) -> [Float] {
    EmbeddingProvider.vector(text, dimension: dimension)
  }

  /// What the embedder should make of it.
  static func unit(_ text: String) -> [Float] {
    let vector = vector(text)
    let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    return vector.map { Float(Double($0) / length) }
  }

  static func units(_ texts: [String]) -> [Float] { texts.flatMap(unit) }

  /// The texts that a request asks for.
  static func texts(_ request: LocalHTTPServer.Request) -> [String] {
    EmbeddingProvider.texts(request)
  }

  /// An answer as providers give it, in the form that was asked for.
  static func answer(
    _ request: LocalHTTPServer.Request, dimension: Int = 4,
    rows: ([[Float]]) -> [[Float]] = { $0 }, order: ([Int]) -> [Int] = { $0 },
    hasIndex: Bool = true, encoding: String? = nil
  ) -> Response {
    EmbeddingProvider.answer(
      request, dimension: dimension, rows: rows, order: order, hasIndex: hasIndex,
      encoding: encoding)
  }
}
