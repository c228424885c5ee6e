import Platform

/// One row of the input, as it stood there.
public struct SourceRow: Sendable {
  /// 1-based line of the input on which the row begins.
  public let line: Int
  /// Where the row begins, in bytes of the input after decompression and conversion to UTF-8.
  public let byteOffset: Int
  /// Where the row ends, its line end included (of CRLF perhaps only the first byte), counted
  /// likewise.
  public let endByteOffset: Int
  /// Columns or members in the order of the input. Cells of CSV are strings.
  public private(set) var fields: [(name: String, value: JSON)]
  /// Whether the values are text cells (CSV), whose types may be inferred.
  public let isText: Bool
  /// The row's original text in UTF-8, without its line end; cut where ``isRawCut`` says so.
  public let raw: [UInt8]
  /// Whether ``raw`` is only the beginning.
  public let isRawCut: Bool

  /// The value of a field; `nil` when the row has none of that name.
  public subscript(name: String) -> JSON? {
    fields.first { ByteText($0.name) == ByteText(name) }?.value
  }

  /// A hash of the row's text, to recognise it in a later run.
  public var fingerprint: UInt64 { rowFingerprint(raw) }

  /// The row without its values: what is left to tell of it once it is mapped.
  public var withoutFields: SourceRow {
    var row = self
    row.fields = []
    return row
  }

  /// The row as a rejected one, for faults found after reading (mapping, a server's refusal).
  public func rejected(column: String? = nil, _ reason: BadRow.Reason) -> BadRow {
    BadRow(
      line: line, column: column, byteOffset: byteOffset, endByteOffset: endByteOffset,
      reason: reason, raw: raw, isRawCut: isRawCut)
  }
}

/// FNV-1a of 64 bits.
private func rowFingerprint(_ raw: [UInt8]) -> UInt64 {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for byte in raw { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
  return hash
}

/// A row that cannot be imported; reading goes on with the next one.
public struct BadRow: Error, Sendable, Equatable {
  /// 1-based line: of the row's beginning in CSV, of the fault in JSON.
  public let line: Int
  /// The column or member concerned, where the fault lies in one.
  public let column: String?
  /// The place of the fault where it is known, else of the row, in bytes of the input after
  /// decompression and conversion to UTF-8.
  public let byteOffset: Int
  /// Where the row ends, counted likewise.
  public let endByteOffset: Int
  /// What is wrong.
  public let reason: Reason
  /// The row's original text; cut where ``isRawCut`` says so. It may not be UTF-8.
  public let raw: [UInt8]
  /// Whether ``raw`` is only the beginning.
  public let isRawCut: Bool

  /// Makes a bad row of its parts.
  public init(
    line: Int, column: String?, byteOffset: Int, endByteOffset: Int, reason: Reason, raw: [UInt8],
    isRawCut: Bool
  ) {
    self.line = line
    self.column = column
    self.byteOffset = byteOffset
    self.endByteOffset = endByteOffset
    self.reason = reason
    self.raw = raw
    self.isRawCut = isRawCut
  }

  /// A hash of the row's text, equal to that of the ``SourceRow`` it was.
  public var fingerprint: UInt64 { rowFingerprint(raw) }

  /// What can be wrong with a row.
  public enum Reason: Sendable, Equatable {
    /// More or fewer cells than the header has.
    case columnCount(expected: Int, actual: Int)
    /// More columns than the limit.
    case tooManyColumns(limit: Int)
    /// A field of more bytes than the limit.
    case fieldTooLarge(limit: Int)
    /// A row of more bytes than the limit.
    case rowTooLarge(limit: Int)
    /// Bytes that are no text in the input's encoding.
    case invalidText(TextEncoding)
    /// U+0000, which the database cannot store.
    case nulCharacter
    /// A quote that is never closed.
    case unterminatedQuote
    /// Text between a closing quote and the next delimiter.
    case textAfterQuote
    /// Text that is not JSON; the column is counted in characters from the line's start.
    case json(JSONError.Reason, textColumn: Int)
    /// A JSON value that is no object.
    case notAnObject(kind: String)
    /// Nothing between two commas of the array, or after the last.
    case missingElement
    /// The array is not closed.
    case arrayNotClosed
    /// Something follows the array.
    case afterArray
    /// Fields whose values do not fit the entry.
    case fields([FieldFault])
    /// The service refused the row.
    case refused(String)
  }
}

/// A value that does not fit the entry's field it is mapped to.
public struct FieldFault: Sendable, Equatable {
  /// The column's name in the input; empty where the fault is that no column gave the field.
  public let column: String
  /// The field of the entry, by its name.
  public let field: String
  /// What is wrong, in words.
  public let problem: String

  /// What is wrong and, where others are too, in which column; the field where the column's name
  /// does not tell it; the fault of a flag names its field itself.
  func description(isAlone: Bool) -> String {
    let isNamed =
      column.isEmpty || EntryField(named: column)?.rawValue == field
      || CatalogueField(named: column)?.rawValue == field || field == EntryField.isActive.rawValue
    let text = isNamed ? problem : "\(problem) (it gives the \(field))"
    return isAlone || column.isEmpty ? text : "column \"\(column)\": \(text)"
  }
}

/// What ``RowReader/next()`` found.
public enum RowOutcome: Sendable {
  /// A row.
  case row(SourceRow)
  /// A row that cannot be imported.
  case bad(BadRow)
}

/// How large the parts of an input may be. What exceeds a limit is a bad row, read past in
/// constant memory.
public struct RowLimits: Sendable {
  /// Bytes of one field.
  public var fieldByteCount = 1 << 20
  /// Bytes of one row.
  public var rowByteCount = 16 << 20
  /// Columns of the header or members of an object.
  public var columnCount = 1_024
  /// Bytes of a row's original text that are kept for the reject file.
  public var rawByteCount = 64 << 10

  /// The standard limits.
  public init() {}
}

extension BadRow.Reason: CustomStringConvertible {
  /// The reason in words.
  public var description: String {
    switch self {
    case .columnCount(let expected, let actual):
      "\(actual) columns, and the header has \(expected); check its quotes, and --delimiter"
    case .tooManyColumns(let limit): "more than \(limit) columns"
    case .fieldTooLarge(let limit): "a field larger than \(limit) bytes; divide it over rows"
    case .rowTooLarge(let limit): "a row larger than \(limit) bytes; divide it into several"
    case .invalidText(.utf8):
      "bytes that are not utf-8; if all of the file is so, name its encoding with --encoding"
    case .invalidText(let encoding): "bytes that are not \(encoding.rawValue)"
    case .nulCharacter: "the character U+0000, which cannot be stored; remove it"
    case .unterminatedQuote: "a quote that is never closed; all that follows belongs to it"
    case .textAfterQuote: "text after a closing quote; double the quotes inside a quoted field"
    case .json(let reason, let column): "column \(column): \(reason)"
    case .notAnObject(let kind): "a JSON \(kind), where an object is expected"
    case .missingElement: "no value between two commas or after the last"
    case .arrayNotClosed: "the input ends before the array's ']'"
    case .afterArray: "something follows the array's ']'"
    case .fields(let faults):
      faults.map { $0.description(isAlone: faults.count == 1) }.joined(separator: "; ")
    case .refused(let detail): detail
    }
  }
}

extension BadRow: CustomStringConvertible {
  /// Line, column and reason, without the row's text.
  public var description: String {
    var place = column.map { ", column \"\($0)\"" } ?? ""
    if case .fields(let faults) = reason, faults.count > 1 { place = "" }
    return "line \(line)\(place) (byte \(byteOffset)): \(reason)"
  }
}
