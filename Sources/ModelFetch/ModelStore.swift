import Platform

/// The models of a data directory: `<data>/models/<name>/`, each a sentence-transformer.
///
/// `current` beside them names what the service uses (``ModelChoice``), a line each: the present
/// choice first, then earlier ones, whose vectors collections may have until they have new ones.
/// Names that begin with a full stop are unfinished work. A model appears under its name only when
/// it is whole.
public struct ModelStore: Sendable {
  /// What `fetched.json` in a model's directory says.
  public struct Origin: Sendable, Equatable {
    /// The URL or repository, without secrets.
    public let source: String
    /// Of a hub: the commit, where the hub named it.
    public let revision: String?
    /// When, as `2026-01-31T12:00:00.000000Z`.
    public let fetchedAt: String
  }

  /// A model that stands there.
  public struct Model: Sendable {
    /// Its directory's name.
    public let name: String
    /// Its directory.
    public let path: String
    /// What it is, or why that cannot be said.
    public let description: Result<ModelDescription, ModelFetchError>
    /// Where it came from; nil where nobody wrote that down.
    public let origin: Origin?
    /// Whether the service uses it.
    public let isCurrent: Bool
  }

  /// `<data>/models`.
  public let directory: String

  /// - Parameter dataDirectory: The service's data directory; it need not exist.
  public init(dataDirectory: String) { directory = dataDirectory + "/models" }

  /// Where a model stands, or would.
  public func path(of name: String) -> String { directory + "/" + name }

  /// Earlier choices that are remembered.
  private static let earlierLimit = 3

  /// What the service is to use, then what it used before, newest first; empty where nobody chose.
  ///
  /// - Throws: ``ModelFetchError`` where the file cannot be read.
  public func choices() throws(ModelFetchError) -> [ModelChoice] {
    let path = directory + "/current"
    guard FileSystem.exists(path) else { return [] }
    let bytes = try system { () throws(SystemError) in try FileSystem.readAll(path, limit: 65_536) }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      .compactMap { ModelChoice(line: $0) }
  }

  /// Makes `choice` what the service is to use from its next start on.
  ///
  /// - Throws: ``ModelFetchError`` where it cannot be written.
  public func choose(_ choice: ModelChoice) throws(ModelFetchError) {
    // Where nobody had chosen, the built-in model was used, which every service has.
    let earlier = try choices().filter { $0 != choice }.prefix(Self.earlierLimit)
    let text = ([choice] + earlier).map { $0.line + "\n" }.joined()
    try system { () throws(SystemError) in
      try FileSystem.createDirectories(directory)
      try FileSystem.replace(directory + "/current", with: Array(text.utf8))
    }
  }

  /// All models, by name.
  ///
  /// - Throws: ``ModelFetchError`` where the directory cannot be read; one damaged model is listed.
  public func list() throws(ModelFetchError) -> [Model] {
    guard FileSystem.isDirectory(directory) else { return [] }
    let names = try system { () throws(SystemError) in try FileSystem.list(directory) }
    var models: [Model] = []
    for name in names where !name.hasPrefix(".") && FileSystem.isDirectory(path(of: name)) {
      models.append(try model(name))
    }
    return models
  }

  /// One model.
  ///
  /// - Throws: ``ModelFetchError`` where it is not there.
  public func model(_ name: String) throws(ModelFetchError) -> Model {
    guard Self.isName(name), FileSystem.isDirectory(path(of: name)) else {
      throw ModelFetchError(
        .refused, "there is no model of that name in \(directory)",
        remedy: "see knowledge model list, or fetch it: knowledge model fetch NAME")
    }
    return Self.model(name, path(of: name), isCurrent: try choices().first?.word == name)
  }

  /// The model in any directory, which need not be a store's.
  ///
  /// - Throws: ``ModelFetchError`` where there is no such directory.
  public static func model(at path: String) throws(ModelFetchError) -> Model {
    guard FileSystem.isDirectory(path) else {
      throw ModelFetchError(.refused, "there is no directory \(path)", remedy: "check the path")
    }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return model(name, path, isCurrent: false)
  }

  private static func model(_ name: String, _ path: String, isCurrent: Bool) -> Model {
    let description: Result<ModelDescription, ModelFetchError>
    do throws(ModelFetchError) {
      description = .success(try ModelDescription(directory: path))
    } catch { description = .failure(error) }
    return Model(
      name: name, path: path, description: description, origin: origin(path), isCurrent: isCurrent)
  }

  /// What no model may be called, for it has a meaning of its own.
  static let reservedNames = [ModelChoice.builtIn, ModelChoice.remote, "current"]

  /// Whether a text may name a model: 1 to 64 letters, digits, `.`, `_` and `-`, no `.` first.
  public static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && !text.hasPrefix(".")
      && !reservedNames.contains(text)
      && text.utf8.allSatisfy(isNameByte)
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }

  // MARK: Where a model came from

  static let originName = "fetched.json"

  static func origin(_ path: String) -> Origin? {
    guard let json = try? ModelLayout.json(path + "/" + originName),
      let source = json["source"]?.string, let date = json["fetched_at"]?.string
    else { return nil }
    return Origin(source: source, revision: json["revision"]?.string, fetchedAt: date)
  }

  /// Writes where a model came from, and what its files were then.
  static func writeOrigin(
    _ path: String, source: String, revision: String?
  ) throws(ModelFetchError) {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("source")
    writer.string(source)
    if let revision {
      writer.key("revision")
      writer.string(revision)
    }
    writer.key("fetched_at")
    writer.string(Clock.iso8601(microseconds: Clock.wallMicroseconds))
    writer.key("files")
    writer.beginObject()
    for file in try ModelLayout.files(in: path) where file.path != originName {
      writer.key(file.path)
      writer.beginObject()
      writer.key("bytes")
      writer.integer(file.byteCount)
      writer.key("sha256")
      writer.string(hexadecimal(try FileDigest.sha256(path + "/" + file.path)))
      writer.endObject()
    }
    writer.endObject()
    writer.endObject()
    writer.endLine()
    try system { () throws(SystemError) in
      try FileSystem.replace(path + "/" + originName, with: writer.bytes)
    }
  }
}

/// A model that the service is to use.
public struct ModelChoice: Sendable, Equatable {
  /// A name in the store, an absolute path, or one of ``builtIn`` and ``remote``.
  public let word: String
  /// How exactly a local model computes; nil for the default.
  public let precision: String?

  /// The model that needs no files.
  public static let builtIn = "built-in"
  /// The model that the environment describes.
  public static let remote = "remote"

  /// - Parameters:
  ///   - word: A name in the store, an absolute path, or one of ``builtIn`` and ``remote``.
  ///   - precision: How exactly a local model computes; nil for the default.
  public init(word: String, precision: String? = nil) {
    self.word = word
    self.precision = precision
  }

  /// The word and, after a tab, the precision.
  init?(line: Substring) {
    let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
    guard let word = parts.first, !word.isEmpty, parts.count <= 2 else { return nil }
    self.init(word: String(word), precision: parts.count == 2 ? String(parts[1]) : nil)
  }

  var line: String { precision.map { word + "\t" + $0 } ?? word }
}
