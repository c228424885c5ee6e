import Platform

/// Why an import cannot go on; a fault of a single row is a ``BadRow`` instead.
public enum IngestError: Error, Equatable, Sendable {
  /// The operating system refused to read or write.
  case system(SystemError)
  /// The compressed input is damaged; rows before the place were delivered.
  case compressed(CompressionError)
  /// The input ends inside a quoted field, line, element or array; rows before it were delivered.
  case cutOff(line: Int, reason: BadRow.Reason)
  /// The input has no bytes, or nothing but white space.
  case emptyInput
  /// The input seems to be UTF-16 without a byte order mark.
  case looksLikeUTF16(encoding: TextEncoding)
  /// A byte order mark of another encoding than the one asked for.
  case encodingContradiction(asked: TextEncoding, marked: TextEncoding)
  /// A byte order mark of an encoding that is not read.
  case unsupportedEncoding(String)
  /// The input is of a format that is not read.
  case foreignFormat(ForeignFormat)
  /// The first record cannot serve as the header.
  case badHeader(reason: BadRow.Reason)
  /// Two columns have the same name.
  case duplicateColumn(name: String, first: Int, second: Int)
  /// A JSON array was asked for, and the input begins otherwise.
  case notAJSONArray(byte: UInt8)
  /// A `--map` or `--key` argument or file that cannot be understood.
  case badColumnMap(detail: String)
  /// A column of `--map` or `--key` that the file does not have.
  case unknownColumn(name: String, available: [String])
  /// No column or member fills the title or the content, so that no row could be imported.
  case noTextColumn(available: [String])
  /// The input is what an import wrote of the rows that it rejected.
  case rejectFile
  /// An error budget that is neither a count nor a percentage.
  case badErrorBudget(String)
  /// The journal does not fit the input: it was made for another file or other options.
  case journalMismatch(line: Int, byteOffset: Int)
  /// The journal file is damaged.
  case badJournal(path: String, detail: String)

  /// Translates what the platform throws.
  init(_ error: SystemError) { self = .system(error) }
}

extension IngestError: CustomStringConvertible {
  /// The error in words, with what to do next.
  public var description: String {
    switch self {
    case .system(let error): error.description
    case .compressed(let error): "\(error); fetch the file again"
    case .cutOff(let line, let reason):
      "the end of the input is missing or damaged: line \(line): \(reason); mend the line or fetch "
        + "the file again"
    case .emptyInput: "the input is empty; there is nothing to import"
    case .looksLikeUTF16(let encoding):
      "the input looks like UTF-16; give --encoding \(encoding.rawValue)"
    case .encodingContradiction(let asked, let marked):
      "the input begins with the byte order mark of \(marked.rawValue), and --encoding says "
        + "\(asked.rawValue); leave --encoding out"
    case .unsupportedEncoding(let name):
      "the input is \(name), which is not read; convert it to UTF-8 first"
    case .foreignFormat(let format): "the input is \(format.name); \(format.remedy)"
    case .badHeader(let reason): "the header (line 1) cannot be used: \(reason)"
    case .duplicateColumn(let name, let first, let second):
      "columns \(first) and \(second) are both named \"\(name)\"; rename one of them"
    case .notAJSONArray(let byte):
      "a JSON array begins with '[', and this input with byte 0x\(String(byte, radix: 16)); "
        + "give --format jsonl or csv"
    case .badColumnMap(let detail): "cannot use the column map: \(detail)"
    case .unknownColumn(let name, let available):
      "the file has no column \"\(name)\"; it has: \(available.joined(separator: ", "))"
    case .noTextColumn(let available): Self.noText(available)
    case .rejectFile:
      "it is a file of rejected rows; mend the rows in the file that they came from, and import "
        + "that again"
    case .badErrorBudget(let text):
      "\"\(text)\" is no error budget; give a count such as 100 or a percentage such as 5%"
    case .journalMismatch(let line, let byteOffset):
      "the journal's last row (line \(line), byte \(byteOffset)) is not in this input; "
        + "start again without --resume"
    case .badJournal(let path, let detail):
      "the journal \(path) is damaged (\(detail)); remove it and start again without --resume"
    }
  }

  /// Names at most so many columns.
  private static let shownColumns = 20

  private static func noText(_ columns: [String]) -> String {
    let shown = columns.prefix(shownColumns).joined(separator: ", ")
    let more = columns.count > shownColumns ? ", …" : ""
    // What the names do not tell is likely to be the text; mostly, a key stands before it.
    let unknown = columns.filter { name in
      EntryField.bySynonym[EntryField.plain(name)] == nil
        && !name.contains { ",=\"\\$`".contains($0) }
    }
    let texts = unknown.count > 2 ? unknown.dropFirst() : unknown[...]
    let example =
      texts.count > 1
      ? zip(texts, ["title", "content"]).map { "\($0)=\($1)" }.joined(separator: ",")
      : "\(texts.first ?? "COLUMN")=content"
    return "no column is known as title or content; it has: \(shown)\(more). "
      + "Say which they are, as in --map \"\(example)\""
  }
}
