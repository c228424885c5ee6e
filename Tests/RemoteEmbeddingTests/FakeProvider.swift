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
    model.apiKey = try APIKey("sk-secret")
    model.prices = try ModelPrices(parsing: "tiny 0.5 4")
    change(&model)
    return model
  }

  func embedder(_ change: (inout RemoteModel) -> Void = { _ in }) throws -> RemoteEmbedder {
    try RemoteEmbedder(try model(change), clock: clock.clock)
  }

  /// What the provider makes of a text, before it is brought to unit length.
  static func vector(_ text: String, dimension: Int = 4) -> [Float] {
    var generator = SeededGenerator(seed: text.utf8.reduce(5) { $0 &* 31 &+ UInt64($1) })
    return (0..<dimension).map { _ in Float.random(in: -3...3, using: &generator) }
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
    (request.json["input"]?.array ?? []).compactMap(\.string)
  }

  /// An answer as providers give it, in the form that was asked for.
  static func answer(
    _ request: LocalHTTPServer.Request, dimension: Int = 4,
    rows: ([[Float]]) -> [[Float]] = { $0 }, order: ([Int]) -> [Int] = { $0 },
    hasIndex: Bool = true, encoding: String? = nil
  ) -> Response {
    let encoding = encoding ?? request.json["encoding_format"]?.string
    let texts = texts(request)
    let size = request.json["dimensions"]?.int ?? dimension
    let vectors = rows(texts.map { vector($0, dimension: size) })
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("data")
    writer.beginArray()
    for index in order(Array(vectors.indices)) {
      writer.beginObject()
      if hasIndex {
        writer.key("index")
        writer.integer(index)
      }
      writer.key("embedding")
      if encoding == "base64" {
        var bytes = ByteWriter()
        for float in vectors[index] { bytes.append(float) }
        writer.string(base64(bytes.bytes))
      } else {
        writer.beginArray()
        for float in vectors[index] { writer.floatOrNull(float) }
        writer.endArray()
      }
      writer.endObject()
    }
    writer.endArray()
    writer.key("usage")
    writer.beginObject()
    writer.key("total_tokens")
    writer.integer(texts.count * 7)
    writer.endObject()
    writer.endObject()
    var response = Response(200, "", headers: [("Content-Type", "application/json")])
    response.body = writer.bytes
    return response
  }

  static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
      for place in 0..<4 {
        text.append(
          place <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)] : 0x3D)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

/// Time that passes only while somebody pauses. Chance is always the upper bound.
final class FakeClock: Sendable {
  private let state = Mutex<(now: Int, pauses: [Int])>((1_000_000, []))

  /// How long was paused each time, in milliseconds.
  var pauses: [Int] { state.withLock { $0.pauses } }

  var clock: HTTPClock {
    HTTPClock(
      nowMilliseconds: { self.state.withLock { $0.now } },
      wallSeconds: { 784_111_740 },  // Sun, 06 Nov 1994 08:49:00 GMT
      pause: { milliseconds, _ in
        self.state.withLock {
          $0.now += milliseconds
          $0.pauses.append(milliseconds)
        }
      },
      random: { $0.upperBound })
  }
}
