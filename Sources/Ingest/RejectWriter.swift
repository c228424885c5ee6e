import Glibc
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

  /// The names of the columns, or of the members.
  static let columns = ["line", "column", "byte_offset", "reason", "original"]
  private static let bufferByteCount = 64 << 10

  /// Where the rows go.
  public let path: String
  private let format: Format
  private var file: File?
  private var buffer: [UInt8] = []
  private let continuedAt: Int?
  private var isDirty = false
  /// Rows written by this value.
  public private(set) var count = 0
  /// Bytes of the file so far, those of an earlier run and those not flushed yet included; 0 while
  /// no row has come.
  public private(set) var byteCount = 0

  /// - Parameters:
  ///   - path: The file; nothing happens to it yet.
  ///   - format: How it is written; `nil` goes by the path's ending.
  ///   - continuedAt: In a resumed import the ``ImportCheckpoint/rejectByteCount``: so much of an
  ///     earlier run's file stays. What it wrote after its checkpoint is read again, and goes.
  public init(path: String, format: Format? = nil, continuedAt: Int? = nil) {
    self.path = path
    self.format = format ?? Format(path: path)
    self.continuedAt = continuedAt
    byteCount = continuedAt ?? 0
  }

  /// Adds a row.
  ///
  /// - Throws: ``IngestError/system(_:)``.
  public mutating func write(_ row: BadRow) throws(IngestError) {
    if file == nil { try open() }
    count += 1
    let original = String(decoding: row.raw, as: UTF8.self) + (row.isRawCut ? "…" : "")
    let before = buffer.count
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
    byteCount += buffer.count - before
    if buffer.count >= Self.bufferByteCount { try writeBuffer() }
  }

  /// Makes the rows so far durable: call it before a journal says that they are dealt with.
  ///
  /// - Throws: ``IngestError/system(_:)``.
  public mutating func flush() throws(IngestError) {
    try writeBuffer()
    guard isDirty else { return }
    do { try file?.sync() } catch { throw IngestError(error) }
    isDirty = false
  }

  /// Makes the rest durable; without rows, removes an earlier run's file, or in a resumed import
  /// what that run wrote after its checkpoint.
  ///
  /// - Throws: ``IngestError/system(_:)``.
  public mutating func finish() throws(IngestError) {
    if file == nil {
      do {
        if (continuedAt ?? 0) == 0 { return try FileSystem.remove(path) }
        guard FileSystem.exists(path) else { return }
      } catch { throw IngestError(error) }
      try open()
      isDirty = true
    }
    try flush()
  }

  private mutating func writeBuffer() throws(IngestError) {
    guard !buffer.isEmpty else { return }
    do { try file?.write(buffer) } catch { throw IngestError(error) }
    buffer.removeAll(keepingCapacity: true)
    isDirty = true
  }

  private mutating func open() throws(IngestError) {
    do {
      let kept = continuedAt ?? 0
      if kept == 0 { try FileSystem.remove(path) }
      let opened = try File(path: path, mode: .append)
      if try opened.byteCount() > kept {
        try SystemError.check("ftruncate", path) { ftruncate(opened.descriptor, off_t(kept)) }
      }
      byteCount = try opened.byteCount()
      file = consume opened
      if byteCount == 0, case .csv = format {
        buffer.append(contentsOf: (Self.columns.joined(separator: ",") + "\n").utf8)
        byteCount = buffer.count
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
