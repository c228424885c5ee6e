import HTTP
import Platform

/// The bodies of `/embeddings`: what is asked, and what an answer must hold.
struct EmbeddingsMessages: Sendable {
  let model: RemoteModel

  /// Why an answer with status 200 cannot be used.
  enum Fault: Error, Equatable {
    /// It is no such answer at all; another attempt may bring one.
    case garbled(String)
    /// It is one, of another count or shape than was asked for; so is every other one.
    case mismatch(String)
    /// The vector of a text is of no use.
    case vector(String)
  }

  /// The body of a request.
  func body(_ texts: some Sequence<PreparedText>) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("model")
    writer.string(model.name)
    writer.key("input")
    writer.beginArray()
    for text in texts { writer.string(text.text) }
    writer.endArray()
    writer.key("encoding_format")
    writer.string(model.encoding.rawValue)
    if model.asksForDimension {
      writer.key("dimensions")
      writer.integer(model.dimension)
    }
    writer.endObject()
    return writer.bytes
  }

  /// The largest body that an answer of `count` vectors may have: 32 bytes a float, and room for
  /// what stands around them.
  func replyByteLimit(count: Int) -> Int { count * (model.dimension * 32 + 256) + (64 << 10) }

  /// Reads an answer.
  ///
  /// - Parameter count: How many texts were sent.
  /// - Returns: `[count * dimension]` in the order of the texts, of unit length, and the tokens
  ///   that the provider counted.
  func vectors(
    _ body: [UInt8], count: Int
  ) throws(Fault) -> (rows: [Float], tokens: UInt64?) {
    let json: JSON
    do throws(JSONError) {
      json = try JSON.parse(body, limits: JSONLimits(depth: 8, byteCount: body.count))
    } catch { throw .garbled("the answer is no JSON: \(error)") }
    guard let data = json["data"]?.array else {
      throw .garbled("the answer has no array \"data\"")
    }
    guard data.count == count else {
      throw .mismatch("\(count) texts were sent and \(data.count) vectors came")
    }
    let dimension = model.dimension
    var rows = [Float](repeating: 0, count: count * dimension)
    var isFilled = [Bool](repeating: false, count: count)
    for (position, element) in data.enumerated() {
      // The order is that of "index"; without it, that of the texts.
      let index = element["index"].map { $0.int ?? -1 } ?? position
      guard isFilled.indices.contains(index), !isFilled[index] else {
        throw .mismatch("data[\(position)].index is out of range or stands twice")
      }
      isFilled[index] = true
      guard let value = element["embedding"] else {
        throw .mismatch("data[\(position)] has no \"embedding\"")
      }
      let floats = try Self.floats(value, position)
      guard floats.count == dimension else {
        throw .mismatch(
          "data[\(position)] has \(floats.count) floats and the model is set to \(dimension)")
      }
      guard let unit = Self.unit(floats) else {
        throw .vector("data[\(position)] is zero or holds a NaN or an infinity")
      }
      rows.replaceSubrange(index * dimension..<(index + 1) * dimension, with: unit)
    }
    let usage = json["usage"]
    let tokens = (usage?["total_tokens"] ?? usage?["prompt_tokens"])?.int
    return (rows, tokens.flatMap { $0 > 0 ? UInt64($0) : nil })
  }

  /// Both forms, whichever was asked for.
  private static func floats(_ value: JSON, _ position: Int) throws(Fault) -> [Float] {
    if let text = value.string {
      guard let bytes = Base64.decode(text), bytes.count % 4 == 0 else {
        throw .mismatch("data[\(position)].embedding is no base64 of 32-bit floats")
      }
      var reader = ByteReader(bytes)
      var floats: [Float] = []
      floats.reserveCapacity(bytes.count / 4)
      while let float = reader.float() { floats.append(float) }
      return floats
    }
    guard let elements = value.array else {
      throw .mismatch("data[\(position)].embedding is neither an array nor base64")
    }
    // What is no number, such as the null that some servers write for NaN, is as bad as NaN.
    return elements.map { $0.numberText.flatMap { Float($0) } ?? .nan }
  }

  /// The vector at length 1; nil where it has no direction.
  private static func unit(_ floats: [Float]) -> [Float]? {
    var sum = 0.0
    for float in floats { sum += Double(float) * Double(float) }
    guard sum.isFinite, sum > 0 else { return nil }
    let scale = 1 / sum.squareRoot()
    guard scale.isFinite else { return nil }
    return floats.map { Float(Double($0) * scale) }
  }

  /// What the provider says of a refusal.
  struct Refusal {
    /// `error.code`, else `error.type`; empty where there is none.
    let code: String
    /// `error.message`, cut and cleaned; empty where there is none.
    let message: String
  }

  /// Reads the body of an answer that is a refusal; whatever it is.
  func refusal(_ body: [UInt8]) -> Refusal {
    guard let json = try? JSON.parse(body, limits: JSONLimits(depth: 16, byteCount: 64 << 10))
    else { return Refusal(code: "", message: "") }
    let error = json["error"]
    let code = error?["code"]?.string ?? error?["type"]?.string ?? ""
    let message = error?["message"]?.string ?? error?.string ?? json["message"]?.string ?? ""
    return Refusal(code: cleaned(code, limit: 60), message: cleaned(message, limit: 200))
  }

  /// One line without control characters, and without the key should a provider repeat it.
  private func cleaned(_ text: String, limit: Int) -> String {
    let text = model.apiKey?.redacted(from: text) ?? text
    let line = text.map { $0.isNewline || ($0.asciiValue ?? 32) < 32 ? " " : $0 }
    return line.count > limit ? String(line.prefix(limit - 1)) + "…" : String(line)
  }
}
