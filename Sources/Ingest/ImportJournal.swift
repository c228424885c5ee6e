import Platform

/// How far an import has come: the last row that it has dealt with, acknowledged by the service or
/// written to the reject file.
public struct ImportCheckpoint: Sendable, Equatable {
  /// The row's line.
  public let line: Int
  /// Where the row ends, in bytes of the text.
  public let endByteOffset: Int
  /// The row's ``SourceRow/fingerprint``.
  public let rowFingerprint: UInt64
  /// Rows acknowledged so far, for the summary only: nothing is ever found by counting.
  public let acknowledged: Int
  /// Bad rows so far, for the summary and the error budget.
  public let rejected: Int
  /// ``RejectWriter/byteCount`` of the reject file with just these bad rows in it.
  public let rejectByteCount: Int

  /// The place after a row.
  public init(after row: SourceRow, acknowledged: Int, rejected: Int, rejectByteCount: Int) {
    self.init(
      line: row.line, endByteOffset: row.endByteOffset, rowFingerprint: row.fingerprint,
      acknowledged: acknowledged, rejected: rejected, rejectByteCount: rejectByteCount)
  }

  /// The place after a bad row.
  public init(after row: BadRow, acknowledged: Int, rejected: Int, rejectByteCount: Int) {
    self.init(
      line: row.line, endByteOffset: row.endByteOffset, rowFingerprint: row.fingerprint,
      acknowledged: acknowledged, rejected: rejected, rejectByteCount: rejectByteCount)
  }

  init(
    line: Int, endByteOffset: Int, rowFingerprint: UInt64, acknowledged: Int, rejected: Int,
    rejectByteCount: Int
  ) {
    self.line = line
    self.endByteOffset = endByteOffset
    self.rowFingerprint = rowFingerprint
    self.acknowledged = acknowledged
    self.rejected = rejected
    self.rejectByteCount = rejectByteCount
  }
}

/// Remembers on disk how far an import of one file has come, so that it can be resumed.
///
/// The file's name is a hash of the whole source and of where it goes, so that a changed file or
/// another target never finds the wrong journal. It is replaced atomically: after a crash the old
/// or the new state stands there.
public struct ImportJournal: Sendable {
  private static let version = 1

  /// The journal's file.
  public let path: String

  /// - Parameters:
  ///   - directory: Where journals stand; made when missing.
  ///   - key: From ``key(path:target:)``.
  public init(directory: String, key: String) { path = "\(directory)/\(key).json" }

  /// Names the import of one file to one target.
  ///
  /// - Parameters:
  ///   - path: A plain file; all of it is read and hashed, about 1 s a gigabyte.
  ///   - target: Where the rows go, and all options that change what a row becomes.
  /// - Throws: ``IngestError/system(_:)``.
  public static func key(path: String, target: [String]) throws(IngestError) -> String {
    let source = try FileSource(path: path)
    var digest = SHA256()
    var window: [UInt8] = []
    while try source.read(onto: &window, limit: 256 << 10) > 0 {
      unsafe digest.update(window.span.bytes)
      window.removeAll(keepingCapacity: true)
    }
    var writer = ByteWriter()
    writer.append(digest.finish())
    for part in target { writer.append(part) }
    return hexadecimal(SHA256.hash(writer.bytes))
  }

  /// The checkpoint of an interrupted import; `nil` when there is none.
  ///
  /// - Throws: ``IngestError/badJournal(path:detail:)`` or ``IngestError/system(_:)``.
  public func load() throws(IngestError) -> ImportCheckpoint? {
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.readAll(path, limit: 1 << 16)
    } catch {
      if error.isMissing { return nil }
      throw IngestError(error)
    }
    let value: JSON
    do {
      value = try JSON.parse(bytes)
    } catch { throw .badJournal(path: path, detail: error.description) }
    guard value["version"]?.int == Self.version else {
      throw .badJournal(path: path, detail: "not of version \(Self.version)")
    }
    guard let line = value["line"]?.int, let end = value["end_byte_offset"]?.int,
      let text = value["row_fingerprint"]?.string, let fingerprint = UInt64(text, radix: 16),
      let acknowledged = value["acknowledged"]?.int, let rejected = value["rejected"]?.int,
      let rejectByteCount = value["reject_byte_count"]?.int,
      line > 0, end >= 0, acknowledged >= 0, rejected >= 0, rejectByteCount >= 0
    else { throw .badJournal(path: path, detail: "members are missing or out of range") }
    return ImportCheckpoint(
      line: line, endByteOffset: end, rowFingerprint: fingerprint, acknowledged: acknowledged,
      rejected: rejected, rejectByteCount: rejectByteCount)
  }

  /// Makes the checkpoint durable.
  ///
  /// - Throws: ``IngestError/system(_:)``; the earlier checkpoint then stands.
  public func save(_ checkpoint: ImportCheckpoint) throws(IngestError) {
    var writer = JSONWriter()
    writer.beginObject()
    for (key, value) in [
      ("version", Self.version), ("line", checkpoint.line),
      ("end_byte_offset", checkpoint.endByteOffset), ("acknowledged", checkpoint.acknowledged),
      ("rejected", checkpoint.rejected), ("reject_byte_count", checkpoint.rejectByteCount),
    ] {
      writer.key(key)
      writer.integer(value)
    }
    writer.key("row_fingerprint")
    writer.string(String(checkpoint.rowFingerprint, radix: 16))
    writer.endObject()
    writer.endLine()
    do {
      try FileSystem.createDirectories(FileSystem.directory(of: path))
      try FileSystem.replace(path, with: writer.bytes)
    } catch { throw IngestError(error) }
  }

  /// Forgets the import: call it when all rows are acknowledged.
  ///
  /// - Throws: ``IngestError/system(_:)``.
  public func remove() throws(IngestError) {
    do { try FileSystem.remove(path) } catch { throw IngestError(error) }
  }
}
