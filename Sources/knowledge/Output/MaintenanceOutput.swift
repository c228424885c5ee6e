import Platform
import RPC

/// What `verify` found, for machines and for people.
enum MaintenanceOutput {
  /// Whether nothing is wrong any more.
  static func isClean(_ reply: VerifyReply, repairing: Bool) -> Bool {
    let wrong = UInt64(reply.faults.count) + reply.truthDifferences
    return wrong == 0 || repairing && reply.repaired >= wrong
  }

  static func json(_ reply: VerifyReply) -> JSONWriter {
    var writer = JSONWriter()
    writer.beginObject()
    for (key, value) in [
      ("files_checked", reply.filesChecked), ("bytes_checked", reply.bytesChecked),
      ("rows_compared", reply.rowsCompared), ("truth_differences", reply.truthDifferences),
      ("repaired", reply.repaired), ("took_us", reply.tookMicroseconds),
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
    writer.endObject()
    return writer
  }

  /// Why there may be entries and no file.
  static let noFiles =
    "no files yet: new entries stand in memory until enough have gathered, and in Postgres"

  static func lines(_ reply: VerifyReply, _ request: VerifyRequest, style: Style) -> [String] {
    var lines = [
      "\(Quantity.noun(reply.filesChecked, "file")), \(Quantity.bytes(reply.bytesChecked)) checked in "
        + Quantity.duration(nanoseconds: reply.tookMicroseconds &* 1000)
    ]
    if reply.filesChecked == 0 { lines.append(noFiles) }
    if request.compareTruth {
      lines.append("\(Quantity.noun(reply.rowsCompared, "row")) compared with Postgres")
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
