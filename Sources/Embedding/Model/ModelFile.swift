import Platform

/// Beyond these a model's files are refused: their numbers size what is allocated.
enum ModelLimits {
  static let vocabulary = 1 << 20
  static let layers = 128
  static let hidden = 4096
  static let intermediate = 32_768
  static let positions = 8192
}

/// One JSON file of a model directory, with the errors that its reader gives.
struct ModelFile: Sendable {
  let path: String
  let json: JSON

  init(path: String, json: JSON) {
    self.path = path
    self.json = json
  }

  /// Reads `directory/name`; nil where it may be missing and is.
  ///
  /// - Throws: ``EmbeddingError/cannotLoad(path:detail:)`` where it cannot be read or is no JSON
  ///   object.
  init?(_ directory: String, _ name: String, required: Bool) throws(EmbeddingError) {
    path = directory + "/" + name
    if !required && !FileSystem.exists(path) { return nil }
    json = try Self.parse(path)
    guard json.object != nil else {
      throw EmbeddingError.cannotLoad(path: path, detail: "the file is no JSON object")
    }
  }

  /// The file at `path` as JSON of any kind.
  static func parse(_ path: String) throws(EmbeddingError) -> JSON {
    let bytes = try bytes(path)
    do { return try JSON.parse(bytes) } catch {
      throw EmbeddingError.cannotLoad(path: path, detail: "\(error)")
    }
  }

  /// The bytes of the file at `path`, 64 MiB at most.
  static func bytes(_ path: String) throws(EmbeddingError) -> [UInt8] {
    try checkPlain(path)
    do { return try FileSystem.readAll(path) } catch {
      throw EmbeddingError.cannotLoad(path: path, detail: "\(error.reason)")
    }
  }

  /// Refuses what is there and no plain file, links followed: opening a pipe would wait for ever.
  static func checkPlain(_ path: String) throws(EmbeddingError) {
    if FileSystem.exists(path) && !FileSystem.isPlainFile(path, followingLinks: true) {
      throw .cannotLoad(path: path, detail: "it is no plain file")
    }
  }

  /// An error that names this file and one of its fields.
  func refuse(_ field: String, _ detail: String) -> EmbeddingError {
    .cannotLoad(path: path, detail: "\(field) \(detail)")
  }

  /// The object in a field.
  func object(_ field: String) throws(EmbeddingError) -> JSON {
    guard let value = json[field], value.object != nil else {
      throw refuse(field, "is missing or no object")
    }
    return value
  }

  /// The whole number in a field, within a range.
  func integer(_ field: String, _ range: ClosedRange<Int>) throws(EmbeddingError) -> Int {
    guard let value = json[field] else { throw refuse(field, "is missing") }
    guard let number = value.int, range.contains(number) else {
      throw refuse(
        field,
        "is \(value.description.prefix(40)), not within \(range.lowerBound)...\(range.upperBound)")
    }
    return number
  }

  /// The text in a field, nil where it is missing.
  func text(_ field: String) -> String? { json[field]?.string }
}
