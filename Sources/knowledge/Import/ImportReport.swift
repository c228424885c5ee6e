import CommandInterface
import Ingest
import Platform
import RPC

/// What an import did, for machines and for people.
struct ImportReport: Sendable {
  /// One input.
  struct File: Sendable {
    var path: String
    var detected: DetectedInput?
    var counts = ImportCounts()
    var batchCount = 0
    var resentCount = 0
    var lastXID: UInt64 = 0
    /// Rows that stand for the same entry as an earlier row of the file.
    var repeatedCount = 0
    /// How long each stage was at work, in the order of ``ImportStage/allCases``.
    var busyMicroseconds: [UInt64] = []
    /// nil where no row was rejected.
    var rejectPath: String?
    /// Where an interrupted import was taken up.
    var resumed: ImportCheckpoint?

    var rowCount: UInt64 { ImportReport.rows(counts) }
  }

  var files: [File] = []
  var isDryRun = false
  var elapsedNanoseconds: UInt64 = 0
  /// How long it took until a search sees the last row; nil where nobody waited or it did not.
  var searchableNanoseconds: UInt64?
  /// Entries whose vector the service was still making when the wait ended, and what hinders it.
  var pendingEmbeddings = 0
  var embeddingTrouble = ""
  /// Why it ended early, in one word; nil where it did not.
  var stopped: String?
  var exit = ExitCode.ok

  var counts: ImportCounts {
    files.reduce(into: ImportCounts()) { sum, file in
      sum.inserted += file.counts.inserted
      sum.updated += file.counts.updated
      sum.unchanged += file.counts.unchanged
      sum.skipped += file.counts.skipped
      sum.rejected += file.counts.rejected
    }
  }

  var lastXID: UInt64 { files.map(\.lastXID).max() ?? 0 }

  var rowsPerSecond: Double {
    elapsedNanoseconds == 0
      ? 0 : Double(Self.rows(counts)) * 1e9 / Double(elapsedNanoseconds)
  }

  static func rows(_ counts: ImportCounts) -> UInt64 {
    counts.inserted + counts.updated + counts.unchanged + counts.skipped + counts.rejected
  }

  // MARK: For machines

  func json() -> JSONWriter {
    var writer = JSONWriter()
    writer.beginObject()
    Self.counts(counts, isDryRun, &writer)
    writer.key("files")
    writer.beginArray()
    for file in files { Self.json(file, isDryRun, &writer) }
    writer.endArray()
    writer.key("dry_run")
    writer.bool(isDryRun)
    writer.key("xid")
    if lastXID == 0 { writer.null() } else { writer.string(String(lastXID)) }
    writer.key("searchable")
    // Where nothing was written, nothing was waited for.
    if lastXID == 0 { writer.null() } else { writer.bool(searchableNanoseconds != nil) }
    writer.key("searchable_after_ms")
    if let searchableNanoseconds {
      writer.integer(searchableNanoseconds / 1_000_000)
    } else {
      writer.null()
    }
    // How long each stage was at work; they work at the same time.
    writer.key("busy_ms")
    writer.beginObject()
    for (index, stage) in ImportStage.allCases.enumerated() {
      writer.key(stage.rawValue)
      let busy = files.filter { !$0.busyMicroseconds.isEmpty }.map { $0.busyMicroseconds[index] }
      writer.integer(busy.reduce(0, +) / 1000)
    }
    writer.endObject()
    writer.key("pending_embeddings")
    writer.integer(pendingEmbeddings)
    writer.key("elapsed_ms")
    writer.integer(elapsedNanoseconds / 1_000_000)
    writer.key("rows_per_second")
    writer.integer(Int(rowsPerSecond))
    writer.key("stopped")
    if let stopped { writer.string(stopped) } else { writer.null() }
    writer.key("exit_code")
    writer.integer(exit.rawValue)
    writer.endObject()
    return writer
  }

  /// `rows` is the sum of the others; a dry run knows only which rows are valid.
  private static func counts(_ counts: ImportCounts, _ isDryRun: Bool, _ writer: inout JSONWriter) {
    writer.key("rows")
    writer.integer(rows(counts))
    let parts =
      isDryRun
      ? [("valid", counts.skipped), ("rejected", counts.rejected)]
      : [
        ("inserted", counts.inserted), ("updated", counts.updated),
        ("unchanged", counts.unchanged), ("skipped", counts.skipped),
        ("rejected", counts.rejected),
      ]
    for (key, value) in parts {
      writer.key(key)
      writer.integer(value)
    }
  }

  private static func json(_ file: File, _ isDryRun: Bool, _ writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("file")
    writer.string(file.path)
    if let detected = file.detected {
      writer.key("format")
      writer.string(detected.format.name)
      writer.key("encoding")
      writer.string(detected.encoding.rawValue)
      writer.key("byte_order_mark")
      writer.bool(detected.hadByteOrderMark)
      writer.key("gzip")
      writer.bool(detected.isGzip)
    }
    counts(file.counts, isDryRun, &writer)
    writer.key("repeated")
    writer.integer(file.repeatedCount)
    writer.key("batches")
    writer.integer(file.batchCount)
    writer.key("resent_batches")
    writer.integer(file.resentCount)
    writer.key("reject_file")
    if let path = file.rejectPath { writer.string(path) } else { writer.null() }
    writer.key("resumed_after_line")
    if let resumed = file.resumed { writer.integer(resumed.line) } else { writer.null() }
    writer.endObject()
  }

  // MARK: For people

  func lines(style: Style) -> [String] {
    let counts = counts
    let total = Self.rows(counts)
    var parts: [String]
    if isDryRun {
      parts = ["\(Quantity.count(counts.skipped)) valid"]
    } else {
      parts = [
        (counts.inserted, "inserted"), (counts.updated, "updated"),
        (counts.unchanged, "unchanged"), (counts.skipped, "skipped"),
      ].filter { $0.0 > 0 }.map { "\(Quantity.count($0.0)) \($0.1)" }
    }
    if counts.rejected > 0 {
      parts.append(style.bad("\(Quantity.count(counts.rejected)) rejected"))
    }
    let time =
      "\(Quantity.duration(nanoseconds: elapsedNanoseconds)) "
      + "(\(Quantity.count(Int(rowsPerSecond))) rows/s)"
    var lines = [
      "\(Quantity.noun(total, "row"))"
        + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", ")) + "; \(time)"
    ]
    let repeated = files.reduce(0) { $0 + $1.repeatedCount }
    if repeated > 0 {
      lines.append(
        repeated == 1
          ? "1 row stands for the same entry as an earlier one"
          : "\(Quantity.count(repeated)) rows stand for the same entries as earlier ones")
    }
    for file in files where file.rejectPath != nil {
      lines.append("rejected rows with reasons: \(shellQuoted(file.rejectPath ?? ""))")
    }
    if isDryRun {
      lines.append("nothing was sent: this was a dry run")
    } else if pendingEmbeddings > 0 {
      lines.append(
        "every row is in Postgres; \(Quantity.count(pendingEmbeddings)) "
          + "\(pendingEmbeddings == 1 ? "entry is" : "entries are") not embedded yet, "
          + "and not found until then"
          + (embeddingTrouble.isEmpty ? "" : " (\(DisplayText.cleaned(embeddingTrouble)))")
          + "; knowledge stats shows how far it is")
    } else if let searchableNanoseconds {
      lines.append(
        "every row is searchable, "
          + "\(Quantity.duration(nanoseconds: searchableNanoseconds)) after the last was written")
    }
    return lines
  }
}
