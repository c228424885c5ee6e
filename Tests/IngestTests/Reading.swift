import Ingest
import Platform

/// Everything that reading an input gives, in a form that can be compared.
enum Found: Equatable, CustomStringConvertible {
  case row(line: Int, start: Int, end: Int, cells: [String])
  case bad(BadRow)
  case stopped(IngestError)

  var description: String {
    switch self {
    case .row(let line, let start, let end, let cells): "row \(line) [\(start)..<\(end)] \(cells)"
    case .bad(let row): "bad \(row) raw \(String(decoding: row.raw, as: UTF8.self))"
    case .stopped(let error): "stopped: \(error)"
    }
  }

  /// `name=value` of a row's fields; nil for anything else.
  var cells: [String]? { if case .row(_, _, _, let cells) = self { cells } else { nil } }
  var bad: BadRow? { if case .bad(let row) = self { row } else { nil } }
}

func read(
  _ bytes: [UInt8], options: ReadOptions = ReadOptions(), piece: Int = .max
) -> [Found] {
  var found: [Found] = []
  do throws(IngestError) {
    let reader = try RowReader(
      MemorySource(bytes, pieceByteCount: piece), options: options)
    while let outcome = try reader.next() {
      switch outcome {
      case .row(let row):
        found.append(
          .row(
            line: row.line, start: row.byteOffset, end: row.endByteOffset,
            cells: row.fields.map { "\($0.name)=\($0.value.string ?? $0.value.description)" }))
      case .bad(let row): found.append(.bad(row))
      }
    }
  } catch {
    found.append(.stopped(error))
  }
  return found
}

func read(_ text: String, options: ReadOptions = ReadOptions(), piece: Int = .max) -> [Found] {
  read(Array(text.utf8), options: options, piece: piece)
}

func forced(_ format: ReadOptions.Format) -> ReadOptions {
  var options = ReadOptions()
  options.format = format
  return options
}
