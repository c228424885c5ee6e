import Platform

/// What an OpenAI-compatible server of embeddings answers, by a rule that tests can compute: the
/// body of ``LocalHTTPServer`` where it does not misbehave.
public enum EmbeddingProvider {
  /// An answer.
  public typealias Response = LocalHTTPServer.Response

  /// What the provider makes of a text, before it is brought to unit length.
  public static func vector(_ text: String, dimension: Int = 4) -> [Float] {
    var generator = SeededGenerator(seed: text.utf8.reduce(5) { $0 &* 31 &+ UInt64($1) })
    return (0..<dimension).map { _ in Float.random(in: -3...3, using: &generator) }
  }

  /// The texts that a request asks for.
  public static func texts(_ request: LocalHTTPServer.Request) -> [String] {
    (request.json["input"]?.array ?? []).compactMap(\.string)
  }

  /// An answer as providers give it, in the form that was asked for.
  public static func answer(
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

  /// Bytes as text.
  public static func base64(_ bytes: [UInt8]) -> String {
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
