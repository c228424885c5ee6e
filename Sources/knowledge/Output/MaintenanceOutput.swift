import CommandInterface
import Platform
import RPC

/// What `verify` found, for machines and for people.
enum MaintenanceOutput {
  /// Whether nothing is wrong any more.
  static func isClean(_ reply: VerifyReply, repairing: Bool) -> Bool {
    if reply.faults.isEmpty && reply.truthDifferences == 0 { return true }
    guard repairing, reply.repaired >= reply.truthDifferences else { return false }
    // What was set aside has been made again, unless it says that this goes on; a graph was removed
    // and is made anew beside its segment.
    let isMended = reply.faults.allSatisfy { fault in
      fault.file.hasSuffix(".kgraph")
        || reply.quarantined.contains { fault.file.hasPrefix($0 + "/") }
    }
    return isMended && (reply.faults.isEmpty || reply.collectionsIncomplete == 0)
  }

  static func json(_ reply: VerifyReply) -> JSONWriter {
    var writer = JSONWriter()
    writer.beginObject()
    for (key, value) in [
      ("files_checked", reply.filesChecked), ("bytes_checked", reply.bytesChecked),
      ("rows_compared", reply.rowsCompared), ("truth_differences", reply.truthDifferences),
      ("repaired", reply.repaired), ("collections_compared", reply.collectionsCompared),
      ("collections_incomplete", reply.collectionsIncomplete),
      ("buckets_compared", reply.bucketsCompared), ("buckets_different", reply.bucketsDifferent),
      ("rows_waiting", reply.rowsWaiting), ("took_us", reply.tookMicroseconds),
    ] {
      writer.key(key)
      writer.integer(value)
    }
    writer.key("faults")
    writer.beginArray()
    for fault in reply.faults {
      writer.beginObject()
      writer.key("file")
      writer.string(fault.file)
      writer.key("offset")
      writer.integer(fault.offset)
      writer.key("what")
      writer.string(fault.what)
      writer.endObject()
    }
    writer.endArray()
    writer.key("quarantined")
    writer.beginArray()
    for file in reply.quarantined { writer.string(file) }
    writer.endArray()
    writer.key("differences")
    writer.beginArray()
    for difference in reply.differences {
      writer.beginObject()
      writer.key("business_id")
      writer.string(EntryJSON.identity(difference.businessID))
      writer.key("collection")
      writer.string(difference.collection)
      writer.key("id")
      writer.string(EntryJSON.identity(difference.entryID))
      writer.key("kind")
      writer.string(name(difference.kind))
      writer.endObject()
    }
    writer.endArray()
    EntryJSON.position(reply.position, into: &writer)
    writer.endObject()
    return writer
  }

  /// Differences that a person is shown.
  private static let shownDifferences = 10

  /// `missing` for `DIFFERENCE_KIND_MISSING`.
  private static func name(_ kind: DifferenceKind) -> String {
    switch kind {
    case .missing: "missing"
    case .extra: "extra"
    default: "different"
    }
  }

  /// Why there may be entries and no file.
  static let noFiles =
    "no files yet: new entries stand in memory until enough have gathered, and in Postgres"

  static func lines(_ reply: VerifyReply, _ request: VerifyRequest, style: Style) -> [String] {
    let took = Quantity.duration(nanoseconds: reply.tookMicroseconds &* 1000)
    var lines: [String] = []
    if !request.parity {
      lines.append(
        "\(Quantity.noun(reply.filesChecked, "file")), \(Quantity.bytes(reply.bytesChecked)) "
          + "checked in \(took)")
      if reply.filesChecked == 0 { lines.append(noFiles) }
    }
    if request.compareTruth {
      lines.append(
        "\(Quantity.noun(reply.rowsCompared, "row")) of "
          + "\(Quantity.noun(reply.collectionsCompared, "collection")) compared with Postgres"
          + (request.parity ? " in \(took)" : ""))
    }
    if reply.rowsWaiting > 0 {
      lines.append(
        "\(Quantity.noun(reply.rowsWaiting, "row")) not in the files yet; knowledge stats and "
          + "knowledge health say why")
    }
    if reply.collectionsIncomplete > 0 {
      lines.append(
        style.warning("left out") + "  "
          + "\(Quantity.noun(reply.collectionsIncomplete, "collection")) being made again")
    }
    for fault in reply.faults {
      lines.append(
        style.bad("fault") + "  \(DisplayText.cleaned(fault.file)) at byte "
          + "\(Quantity.count(fault.offset)): \(DisplayText.cleaned(fault.what))")
    }
    for file in reply.quarantined {
      lines.append(style.warning("set aside") + "  \(DisplayText.cleaned(file))")
    }
    if reply.truthDifferences > 0 {
      lines.append(
        style.bad("differs") + "  \(Quantity.noun(reply.truthDifferences, "row"))"
          + " from Postgres")
      for difference in reply.differences.prefix(shownDifferences) {
        lines.append(
          "  \(name(difference.kind))  \(EntryJSON.identity(difference.entryID)) of "
            + DisplayText.cleaned(difference.collection))
      }
      if reply.truthDifferences > UInt64(shownDifferences) { lines.append("  …") }
    }
    if reply.repaired > 0 { lines.append("\(Quantity.count(reply.repaired)) repaired") }
    if isClean(reply, repairing: request.repair) {
      lines.append(style.good("ok"))
    } else if !request.repair {
      lines.append("repair it with: knowledge verify --repair")
    }
    return lines
  }
}
