import CommandInterface
import Platform

/// How far an import, an export or a download is, as a line of text.
struct TransferProgress: Sendable {
  /// What is done, for a line in a log.
  var verb = "import"
  /// The file's name, `standard input`, or the collection.
  var name: String
  /// Rows accounted for.
  var rowCount: UInt64
  var rejectedCount: UInt64
  /// Bytes of the source that are accounted for.
  var inputBytes: Int
  /// All bytes of the source; nil for a pipe.
  var inputByteCount: Int?
  /// Since the work began.
  var elapsedSeconds: Double
  /// What the work waits for, such as a connection; empty while it goes on.
  var remark = ""
  /// The part of about the last second in which each stage of the work was busy, 0...1, by name.
  var busy: [(stage: String, share: Double)] = []
  /// The stage that the others wait for; nil where that is not known.
  var bottleneck: String?

  /// For a download, whose figures are bytes: those that were there before; nil for rows.
  var downloadedBefore: Int?

  /// 0...1, nil where the size is unknown.
  var share: Double? {
    guard let inputByteCount else { return nil }
    guard inputByteCount > 0 else { return 1 }
    return min(1, max(0, Double(inputBytes) / Double(inputByteCount)))
  }

  private var rowsPerSecond: Double {
    elapsedSeconds > 0.05 ? Double(rowCount) / elapsedSeconds : 0
  }

  /// By the bytes done so far; nil before anything is known.
  private var secondsLeft: Double? {
    guard let share, share > 0.001, elapsedSeconds > 0.5 else { return nil }
    if let downloadedBefore, let inputByteCount {
      let come = inputBytes - downloadedBefore
      guard come > 0 else { return nil }
      return elapsedSeconds / Double(come) * Double(max(0, inputByteCount - inputBytes))
    }
    return elapsedSeconds / share - elapsedSeconds
  }

  /// A bar and figures in at most `columns` columns; what matters least gives way first.
  func bar(columns: Int, style: Style) -> String {
    var parts = figures()
    var nameWidth = min(DisplayText.width(name), 30)
    var barWidth = share == nil ? 0 : 24
    func needed() -> Int {
      nameWidth + (barWidth > 0 ? barWidth + 2 : 0)
        + parts.reduce(0) { $0 + 2 + DisplayText.width($1) }
    }
    while needed() > columns, barWidth > 10 { barWidth -= 1 }
    while needed() > columns, nameWidth > 8 { nameWidth -= 1 }
    while needed() > columns, parts.count > 1 { parts.remove(at: parts.count - 1) }
    if needed() > columns { barWidth = 0 }
    var pieces = [DisplayText.cut(DisplayText.cleaned(name), to: max(1, nameWidth))]
    if barWidth > 0, let share {
      let filled = Int((share * Double(barWidth)).rounded(.down))
      pieces.append(
        style.good(String(repeating: "█", count: filled))
          + style.faint(String(repeating: "░", count: barWidth - filled)))
    }
    return (pieces + parts).joined(separator: "  ")
  }

  /// One plain line for a log.
  func line() -> String {
    "\(verb) \(DisplayText.cleaned(name)): " + figures().joined(separator: ", ")
  }

  /// One JSON object, `{"progress": …}`.
  func json() -> JSONWriter {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("progress")
    writer.beginObject()
    writer.key("name")
    writer.string(name)
    writer.key("rows")
    writer.integer(rowCount)
    writer.key("rejected")
    writer.integer(rejectedCount)
    writer.key("bytes")
    writer.integer(inputBytes)
    writer.key("total_bytes")
    if let inputByteCount { writer.integer(inputByteCount) } else { writer.null() }
    writer.key("elapsed_ms")
    writer.integer(Int(elapsedSeconds * 1000))
    writer.key("rows_per_second")
    writer.integer(Int(rowsPerSecond))
    writer.key("waiting_for")
    if remark.isEmpty { writer.null() } else { writer.string(remark) }
    writer.key("bottleneck")
    if let bottleneck { writer.string(bottleneck) } else { writer.null() }
    writer.key("busy_percent")
    writer.beginObject()
    for (stage, share) in busy {
      writer.key(stage)
      writer.integer(Int((share * 100).rounded()))
    }
    writer.endObject()
    writer.endObject()
    writer.endObject()
    return writer
  }

  /// Most important first.
  private func figures() -> [String] {
    var parts: [String] = []
    if !remark.isEmpty { parts.append(remark) }
    if let share { parts.append("\(Int((share * 100).rounded(.down)))%") }
    if let downloadedBefore {
      let of = inputByteCount.map { " of \(Quantity.bytes($0))" } ?? ""
      parts.append(Quantity.bytes(inputBytes) + of)
      if elapsedSeconds > 0.05 {
        let rate = Double(max(0, inputBytes - downloadedBefore)) / elapsedSeconds
        parts.append("\(Quantity.bytes(Int(rate)))/s")
      }
    } else {
      parts.append(Quantity.noun(rowCount, "row"))
      if rejectedCount > 0 { parts.append("\(Quantity.count(rejectedCount)) rejected") }
      parts.append("\(Quantity.count(Int(rowsPerSecond)))/s")
    }
    if let bottleneck, let share = busy.first(where: { $0.stage == bottleneck })?.share {
      parts.append("bottleneck \(bottleneck), \(Int((share * 100).rounded()))% busy")
    }
    if let secondsLeft { parts.append("\(Quantity.clock(seconds: secondsLeft)) left") }
    return parts
  }
}
