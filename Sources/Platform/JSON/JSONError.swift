/// Why bytes are not the JSON that was asked for, and where.
public struct JSONError: Error, Equatable, Sendable {
  /// What is wrong at the place.
  public enum Reason: Equatable, Sendable {
    /// The input ended inside a value; the text says what should have come.
    case unexpectedEnd(expected: String)
    /// A byte that cannot stand here; the text says what could.
    case unexpectedByte(UInt8, expected: String)
    /// A raw control character (below 0x20) inside a string; it must be escaped.
    case controlCharacter(UInt8)
    /// A backslash followed by something that is no escape.
    case invalidEscape
    /// A `\u` escape of half a surrogate pair.
    case loneSurrogate
    /// Bytes that are not UTF-8.
    case invalidUTF8
    /// A number that breaks the grammar: leading zero, missing digits.
    case invalidNumber
    /// Arrays and objects nested deeper than the limit.
    case tooDeep(limit: Int)
    /// More bytes than the limit.
    case tooLarge(byteCount: Int, limit: Int)
    /// Something follows the value.
    case trailingBytes
    /// NaN or infinity, which JSON cannot say (writers only).
    case notFinite
  }

  /// What is wrong.
  public let reason: Reason
  /// Bytes before the place, from the start of the parsed input.
  public let byteOffset: Int
  /// 1-based line of the place; lines end at LF.
  public let line: Int
  /// 1-based column of the place within its line, in Unicode scalars.
  public let column: Int

  /// Makes an error for a place counted by the caller.
  public init(reason: Reason, byteOffset: Int, line: Int, column: Int) {
    self.reason = reason
    self.byteOffset = byteOffset
    self.line = line
    self.column = column
  }
}

extension JSONError: CustomStringConvertible {
  /// The place and the reason, without any of the input's text beyond the offending byte.
  public var description: String {
    "line \(line), column \(column) (byte \(byteOffset)): \(reason)"
  }
}

extension JSONError.Reason: CustomStringConvertible {
  /// The reason in words.
  public var description: String {
    switch self {
    case .unexpectedEnd(let expected): "the JSON ends here; expected \(expected)"
    case .unexpectedByte(let byte, let expected):
      "unexpected \(Self.name(of: byte)); expected \(expected)"
    case .controlCharacter(let byte):
      "control character \(Self.name(of: byte)) in a string; escape it"
    case .invalidEscape: "invalid escape in a string"
    case .loneSurrogate: "half of a surrogate pair in a \\u escape"
    case .invalidUTF8: "the bytes are not UTF-8"
    case .invalidNumber: "invalid number"
    case .tooDeep(let limit): "nested deeper than \(limit) levels"
    case .tooLarge(let byteCount, let limit):
      "\(byteCount) bytes are more than the limit of \(limit)"
    case .trailingBytes: "something follows the JSON value"
    case .notFinite: "JSON has no NaN or infinity"
    }
  }

  private static func name(of byte: UInt8) -> String {
    if (0x21...0x7E).contains(byte) { return "'\(Character(Unicode.Scalar(byte)))'" }
    let hexadecimal = String(byte, radix: 16, uppercase: true)
    return "byte 0x" + (hexadecimal.count == 1 ? "0" : "") + hexadecimal
  }
}

/// What a parse may cost before it is refused.
public struct JSONLimits: Sendable {
  /// Arrays and objects inside each other, at most 512 so that recursion stays within a small
  /// stack.
  public let depth: Int
  /// Bytes of the whole input.
  public let byteCount: Int

  /// - Precondition: `depth` is within 0...512 and `byteCount` is not negative.
  public init(depth: Int = 64, byteCount: Int = 1 << 30) {
    precondition((0...512).contains(depth), "depth must be within 0...512")
    precondition(byteCount >= 0, "byteCount must not be negative")
    self.depth = depth
    self.byteCount = byteCount
  }
}
