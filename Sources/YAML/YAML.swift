import Platform

/// YAML documents as JSON values, and back.
///
/// Plain scalars mean what the core schema of YAML 1.2 says: `no`, `yes`, `on` and `off` are texts,
/// `0o17` and `0x1F` numbers. Left out is what JSON cannot say or a reader would stumble over: tags
/// beyond the core schema, keys that are no scalars, keys that occur twice, merge keys (`<<`),
/// `.inf` and `.nan`, and more than one document.
///
/// Source: YAML 1.2.2, chapter 10.3; the syntax is libyaml's, 1.1 with the JSON of 1.2.
public enum YAML {
  /// What a document may cost before it is refused.
  public enum Limit {
    /// Bytes of a document.
    public static let byteCount = 4 << 20
    /// Lists and mappings within each other.
    public static let depth = 64
    /// Values of a document, those of aliases counted as often as they stand for something.
    public static let nodeCount = 200_000
    /// Bytes of its texts, counted likewise.
    public static let textByteCount = 16 << 20
  }

  /// Reads a document.
  ///
  /// - Parameter bytes: UTF-8, at most ``Limit/byteCount``.
  /// - Returns: The value; `null` for an empty document. Numbers keep their text where JSON has it.
  /// - Throws: ``YAMLError`` with line and column.
  /// - Complexity: O(bytes, with aliases written out).
  ///
  /// JSON is YAML but for a few forms that libyaml does not take, such as halves of surrogate pairs
  /// in escapes; where it refuses a document that is JSON, that is what it is read as.
  public static func parse(_ bytes: [UInt8]) throws(YAMLError) -> JSON {
    guard bytes.count <= Limit.byteCount else {
      throw YAMLError(
        line: 1, column: 1,
        message: "\(bytes.count) bytes are more than the limit of \(Limit.byteCount)")
    }
    if let index = unsafe bytes.span.bytes.firstInvalidUTF8() {
      let before = bytes[..<index]
      let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      let column = String(decoding: before[lineStart...], as: UTF8.self).unicodeScalars.count + 1
      throw YAMLError(
        line: before.count { $0 == 0x0A } + 1, column: column,
        message: "byte \(index) is not UTF-8: save the file as UTF-8")
    }
    var reader = YAMLReader(bytes)
    do { return try reader.document() } catch {
      let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
      guard error.isOfSyntax, first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
        let json = try? JSON.parse(bytes, limits: JSONLimits(depth: Limit.depth))
      else { throw error }
      return json
    }
  }

  /// Writes a document that ``parse(_:)`` reads as the same value: block style, a member a line,
  /// texts of several lines as literal blocks, and quotes only where they are needed.
  ///
  /// - Parameter json: Any value with distinct keys, nested at most ``Limit/depth`` deep.
  /// - Complexity: O(bytes).
  public static func write(_ json: JSON) -> String {
    var writer = YAMLWriter()
    writer.document(json)
    return writer.text
  }
}

/// Why a text is not the YAML that was asked for, and where.
public struct YAMLError: Error, Sendable, Equatable, CustomStringConvertible {
  /// From 1.
  public let line: Int
  /// From 1, in Unicode scalars.
  public let column: Int
  /// What is wrong, and what to do.
  public let message: String
  /// Whether libyaml says so, and not what a value is to be here.
  let isOfSyntax: Bool

  init(line: Int, column: Int, message: String, isOfSyntax: Bool = false) {
    self.line = line
    self.column = column
    self.message = message
    self.isOfSyntax = isOfSyntax
  }

  /// The place and what is wrong.
  public var description: String { "line \(line), column \(column): \(message)" }
}
