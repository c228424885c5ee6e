import Platform

/// Writes bad rows to a file, with the place, the reason and the original text.
///
/// CSV has the columns `line`, `column`, `byte_offset`, `reason`, `original`; JSON Lines an object
/// with these members. Text that is not UTF-8 is written with U+FFFD for what cannot be read. The
/// file is made when the first row comes; an earlier file of the same name is replaced then, or
/// removed by ``finish()`` when there was none to write.
public struct RejectWriter: ~Copyable {
  /// How the file is written.
  public enum Format: Sendable {
    /// RFC 4180 with a header.
    case csv
    /// One object a line.
    case jsonLines

    /// JSON Lines for names that end in `.jsonl`, `.ndjson` or `.json`, else CSV.
    public init(path: String) {
      let name = path.lowercased()
      self = [".jsonl", ".ndjson", ".json"].contains { name.hasSuffix($0) } ? .jsonLines : .csv
    }
  }

  private static let bufferByteCount = 64 << 10

  /// Where the rows go.
  public let path: String
  private let format: Format
  private var file: File?
  private var buffer: [UInt8] = []
  private let isAppending: Bool
  /// Rows written.
  public private(set) var count = 0

  /// - Parameters:
  ///   - path: The file; nothing happens to it yet.
  ///   - format: How it is written; `nil` goes by the path's ending.
  ///   - appending: Whether rows of an earlier run stay (a resumed import).
  public init(path: String, format: Format? = nil, appending: Bool = false) {
    self.path = path
    self.format = format ?? Format(path: path)
    isAppending = appending
  }

  /// Adds a row.
  ///
  /// - Throws: ``IngestError/system(_:)``.
  public mutating func write(_ row: BadRow) throws(IngestError) {
    if file == nil { try open() }
    count += 1
    let original = String(decoding: row.raw, as: UTF8.self) + (row.isRawCut ? "…" : "")
    switch format {
    case .csv:
      let cells = [
        "\(row.line)", row.column ?? "", "\(row.byteOffset)", "\(row.reason)", original,
      ]
      buffer.append(contentsOf: cells.map(Self.cell).joined(separator: ",").utf8)
      buffer.append(0x0A)
    case .jsonLines:
      var writer = JSONWriter()
      writer.beginObject()
      writer.key("line")
      writer.integer(row.line)
      writer.key("column")
      if let column = row.column { writer.string(column) } else { writer.null() }
      writer.key("byte_offset")
      writer.integer(row.byteOffset)
      writer.key("reason")
      writer.string("\(row.reason)")
      writer.key("original")
      writer.string(original)
      writer.endObject()
      writer.endLine()
      buffer.append(contentsOf: writer.bytes)
    }
    if buffer.count >= Self.bufferByteCount { try flush() }
  }

  /// Hands what is written to the operating system: call it before rows are acknowledged in a
  /// journal.
  ///
  /// - Throws: ``IngestError/system(_:)``.
  public mutating func flush() throws(IngestError) {
    guard !buffer.isEmpty else { return }
    do { try file?.write(buffer) } catch { throw IngestError(error) }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes the rest and makes it durable; without rows, removes an earlier run's file.
  ///
  /// - Throws: ``IngestError/system(_:)``.
  public mutating func finish() throws(IngestError) {
    try flush()
    do {
      if file == nil {
        if !isAppending { try FileSystem.remove(path) }
      } else {
        try file?.sync()
      }
    } catch { throw IngestError(error) }
  }

  private mutating func open() throws(IngestError) {
    do {
      if !isAppending { try FileSystem.remove(path) }
      let opened = try File(path: path, mode: .append)
      let isNew = try opened.byteCount() == 0
      file = consume opened
      if isNew, case .csv = format {
        buffer.append(contentsOf: "line,column,byte_offset,reason,original\n".utf8)
      }
    } catch { throw IngestError(error) }
  }

  private static func cell(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
    guard needsQuotes else { return text }
    var bytes: [UInt8] = [0x22]
    for byte in text.utf8 {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    bytes.append(0x22)
    return String(decoding: bytes, as: UTF8.self)
  }
}
