import CommandInterface
import Ingest
import Platform

/// One input of an import, opened and looked at.
///
/// `@unchecked Sendable`: the reader belongs to the thread that calls ``nextBatch()``, and only
/// one does at a time; all else is constant.
final class ImportSource: @unchecked Sendable {
  /// The path as it was given; `-` is standard input.
  let path: String
  /// Bytes of the source as it lies there; nil for a pipe.
  let byteCount: Int?
  /// Format, encoding and columns.
  let detected: DetectedInput
  private let reader: RowReader
  private var mapper: EntryMapper
  private var builder: BatchBuilder
  private let options: ImportOptions
  private var repeated = RepeatedIDs()
  /// Rows read before any had a title or content, and the members of the first of them.
  private var textless: (count: Int, members: [String]) = (0, [])
  private static let textlessRowLimit = 100

  /// The path, or `standard input`.
  var name: String { Self.name(of: path) }

  static func name(of path: String) -> String { path == "-" ? "standard input" : path }

  /// Opens the input, finds out its format and checks the map against its columns.
  init(path: String, options: ImportOptions) throws(CommandError) {
    self.path = path
    self.options = options
    do throws(IngestError) {
      let file = try FileSource(path: path)
      byteCount = file.byteCount
      reader = try RowReader(file, options: options.read)
      detected = reader.detected
      if let columns = detected.columns { try options.map.check(against: columns) }
    } catch { throw Self.translated(error, path: path) }
    mapper = EntryMapper(map: options.map)
    builder = BatchBuilder(
      rowLimit: options.batchRowLimit, byteLimit: options.batchByteLimit)
  }

  /// Reads past what an earlier import has dealt with.
  func skip(past checkpoint: ImportCheckpoint) throws(CommandError) {
    do throws(IngestError) {
      try reader.skip(past: checkpoint)
    } catch { throw Self.translated(error, path: path) }
    // The rows before it were judged by the run that read them.
    mayLackText = false
  }

  private var mayLackText = true

  /// Why the input cannot be read any further, kept until the rows before it are handed out.
  private var readFailure: CommandError?

  private var carried: (row: SourceRow, entry: MappedEntry)?

  /// The next rows; nil at the end.
  func nextBatch() throws(CommandError) -> PreparedBatch? {
    if let readFailure { throw readFailure }
    if let (row, entry) = carried {
      carried = nil
      add(entry, of: row)
    }
    while !builder.isComplete {
      let outcome: RowOutcome?
      do throws(IngestError) {
        outcome = try reader.next()
      } catch {
        let failure = Self.translated(error, path: path)
        if builder.isEmpty { throw failure }
        readFailure = failure
        return builder.take(inputBytesRead: reader.inputBytesRead)
      }
      guard let outcome else {
        if textless.count > 0 { throw lackOfText() }
        return builder.isEmpty ? nil : builder.take(inputBytesRead: reader.inputBytesRead)
      }
      switch outcome {
      case .bad(let bad): builder.add(bad)
      case .row(let row):
        do throws(BadRow) {
          defer { notice(row) }
          let entry = try mapper.entry(from: row)
          guard !builder.overflows(with: entry.approximateByteCount) else {
            carried = (row, entry)
            return builder.take(inputBytesRead: reader.inputBytesRead)
          }
          add(entry, of: row)
        } catch { builder.add(error) }
        if textless.count >= Self.textlessRowLimit { throw lackOfText() }
      }
    }
    return builder.take(inputBytesRead: reader.inputBytesRead)
  }

  /// Counts rows that have no member for a title or content, while none has had one.
  private func notice(_ row: SourceRow) {
    guard mayLackText else { return }
    if mapper.hasSeenText {
      mayLackText = false
      textless = (0, [])
    } else {
      if textless.count == 0 { textless.members = row.fields.map(\.name) }
      textless.count += 1
    }
  }

  private func lackOfText() -> CommandError {
    do throws(IngestError) {
      try options.map.check(against: textless.members)
      return Self.translated(.noTextColumn(available: textless.members), path: path)
    } catch .rejectFile {
      return Self.translated(.rejectFile, path: path)
    } catch {
      return Self.translated(.noTextColumn(available: textless.members), path: path)
    }
  }

  private func add(_ entry: MappedEntry, of row: SourceRow) {
    if let found = repeated.note(entry, line: row.line) { builder.add(found) }
    builder.add(
      entry.message(collection: options.collection), of: row,
      byteCount: entry.approximateByteCount)
  }

  /// What to tell of an input that cannot be read.
  static func translated(_ error: IngestError, path: String) -> CommandError {
    switch error {
    case .system(let system) where system.isMissing:
      CommandError(
        .usage, "there is no file \(quoted(path))", remedy: "check its path; - is standard input")
    case .system(let system) where system.isDirectory:
      CommandError(
        .usage, "\(quoted(path)) is a directory",
        remedy: "name the files in it, as in DIRECTORY/*.csv")
    case .system, .badJournal, .journalMismatch: CommandError(.failed, "\(error)")
    case .compressed, .cutOff:
      CommandError(.failed, "\(quoted(name(of: path))) cannot be read: \(error)")
    default:
      CommandError(
        .usage, DisplayText.cleaned("\(quoted(name(of: path))) cannot be imported: \(error)"))
    }
  }
}
