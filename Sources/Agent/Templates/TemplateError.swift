/// Why a prompt cannot be used, with the variable and its place.
public struct TemplateError: Error, Sendable, Equatable {
  /// What is wrong.
  public enum Reason: Sendable, Equatable {
    /// The text has too many bytes.
    case tooLarge(byteCount: Int, limit: Int)
    /// The text has too many variables.
    case tooManyVariables(limit: Int)
    /// Filled in, the text would have too many bytes.
    case tooLong(limit: Int)
    /// No provider, default or fall-back text knows the variable; the known name nearest to it.
    case unknownVariable(nearest: String?)
    /// The variable is known and has no such part; the known path nearest to it.
    case unknownField(nearest: String?)
  }

  /// What is wrong.
  public let reason: Reason
  /// The variable as it was written, without braces; empty where the error is about the whole text.
  public let variable: String
  /// The line of its opening brace, from 1.
  public let line: Int
  /// The column of its opening brace within the line, from 1, in Unicode scalars.
  public let column: Int

  /// - Parameters: As the properties say.
  public init(reason: Reason, variable: String, line: Int, column: Int) {
    self.reason = reason
    self.variable = variable
    self.line = line
    self.column = column
  }
}

extension TemplateError: CustomStringConvertible {
  /// The place, the variable, and what to do about it.
  public var description: String {
    switch reason {
    case .tooLarge(let byteCount, let limit):
      return "the template has \(byteCount) bytes, more than the limit of \(limit): shorten it"
    case .tooManyVariables(let limit):
      return "line \(line), column \(column): more than \(limit) variables: split the template"
    case .tooLong(let limit):
      return "line \(line), column \(column): with {\(variable)} the prompt has more than \(limit)"
        + " bytes: use the variable less often"
    case .unknownVariable(let nearest):
      return "line \(line), column \(column): unknown variable {\(variable)}; "
        + (nearest.map { "did you mean {\($0)}?" }
          ?? "use a known one, give it a default or a fall-back text as in {\(variable)|text}, or"
          + " write \\{ for a brace that is text")
    case .unknownField(let nearest):
      return "line \(line), column \(column): {\(variable)} has no such part; "
        + (nearest.map { "did you mean {\($0)}?" } ?? "use the variable without a path")
    }
  }
}
