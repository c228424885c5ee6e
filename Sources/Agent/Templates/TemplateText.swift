/// A prompt with variables in it, read once and filled in as often as wanted.
///
/// - `{user_name}` and `{{user_name}}` are the same variable. Letters of either case, spaces and
///   hyphens count alike: `{Stage List}` is `{stage_list}`.
/// - `{user.first_name}` and `{extracted_data.items.0.name}` are paths into a value: names of
///   members, and places in lists from 0.
/// - `{user_name|there}` has a text for when there is no value; `{summary|}` is empty then.
/// - Braces around anything else are text: `{"a": 1}`, `{ }`, `{1}`, and whatever is longer than
///   ``nameLimit`` or spans lines.
/// - `\{` is a brace that is text, whatever follows it.
///
/// What is filled in is never read again: braces in a customer's words stay what they are.
public struct TemplateText: Sendable, Equatable {
  /// The most bytes of a text.
  public static let byteLimit = 256 << 10
  /// The most variables of a text, each counted as often as it stands there.
  public static let variableLimit = 1_000
  /// The most scalars of a variable with its path; longer ones are text.
  public static let nameLimit = 128
  /// The most bytes of a text that is filled in.
  public static let renderedByteLimit = 4 << 20

  /// A variable where it stands.
  struct Variable: Sendable, Equatable {
    /// The name before the first dot, normalised.
    var head: String
    /// What follows it, as it was written.
    var path: [String]
    /// The text for when there is no value; nil where none is given.
    var fallback: String?
    /// The whole name as it was written.
    var written: String
    var line: Int
    var column: Int

    /// The whole name, normalised.
    var name: String { ([head] + path).joined(separator: ".") }
  }

  enum Piece: Sendable, Equatable {
    case text(String)
    case variable(Variable)
  }

  let pieces: [Piece]

  /// Reads a text.
  ///
  /// - Parameter source: At most ``byteLimit`` bytes with ``variableLimit`` variables.
  /// - Throws: ``TemplateError`` where it is larger. Whether the variables are known is asked by
  ///   ``check(defaults:)`` and ``render(_:)``.
  /// - Complexity: O(bytes), whatever they are.
  public init(_ source: String) throws(TemplateError) {
    guard source.utf8.count <= Self.byteLimit else {
      throw TemplateError(
        reason: .tooLarge(byteCount: source.utf8.count, limit: Self.byteLimit), variable: "",
        line: 1, column: 1)
    }
    var reader = TemplateReader(source)
    pieces = try reader.pieces()
  }

  /// The variables' names with their paths, normalised, each once, in the order of the text.
  public var variables: [String] {
    var seen: Set<String> = []
    return occurrences.map(\.name).filter { seen.insert($0).inserted }
  }

  var occurrences: [Variable] {
    pieces.compactMap { if case .variable(let variable) = $0 { variable } else { nil } }
  }

  /// Checks without any value that every variable is known.
  ///
  /// - Parameter defaults: The template's own (``Template/defaultVariables``).
  /// - Throws: ``TemplateError`` for the first that is not.
  public func check(defaults: [String: String] = [:]) throws(TemplateError) {
    let values = TemplateValues(defaults: defaults)
    for variable in occurrences { try values.check(variable) }
  }

  /// Fills in the variables.
  ///
  /// - Parameters:
  ///   - values: What the variables stand for.
  ///   - escaping: What is done to each before it is put in, such as percent-encoding for an
  ///     address; the text between them stays as it is.
  /// - Returns: The text, where a variable stands for its value, else for its own fall-back text,
  ///   else for the template's default, else for nothing.
  /// - Throws: ``TemplateError`` for a variable that is not known, and where the result is longer
  ///   than ``renderedByteLimit``.
  /// - Complexity: O(bytes of the result).
  public func render(
    _ values: TemplateValues, escaping: (String) -> String = { $0 }
  ) throws(TemplateError) -> String {
    var result = ""
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .variable(let variable):
        result += escaping(try values.text(of: variable))
        guard result.utf8.count <= Self.renderedByteLimit else {
          throw TemplateError(
            reason: .tooLong(limit: Self.renderedByteLimit), variable: variable.written,
            line: variable.line, column: variable.column)
        }
      }
    }
    return result
  }

  /// A name as the registry has it: small letters (ASCII), and underscores for spaces and hyphens.
  static func normalized(_ name: some StringProtocol) -> String {
    var result = ""
    var isOpen = false
    for scalar in name.unicodeScalars {
      if scalar == " " || scalar == "-" || scalar == "_" {
        // A leading underscore is a part of the name, runs of the rest are one.
        if result.isEmpty, scalar == "_" { result += "_" } else { isOpen = !result.isEmpty }
        continue
      }
      if isOpen, !result.hasSuffix("_") { result += "_" }
      isOpen = false
      if ("A"..."Z").contains(scalar) {
        result.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value) + 32))
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
