import Platform
import RPC

/// A search's answer, for machines and for people.
enum SearchOutput {
  /// One object with `hits`, `exact`, `position`, `took_us`, `stale_ms` and others; `parts` where
  /// they were asked for.
  static func json(_ reply: SearchReply) -> JSONWriter {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("hits")
    writer.beginArray()
    for hit in reply.hits {
      writer.beginObject()
      writer.key("score")
      writer.doubleOrNull(hit.score)
      EntryJSON.members(hit.entry ?? Entry(), into: &writer)
      writer.key("chunk")
      writer.integer(hit.chunk)
      if hit.spanEnd > 0 {
        writer.key("span")
        writer.beginArray()
        writer.integer(hit.spanStart)
        writer.integer(hit.spanEnd)
        writer.endArray()
      }
      writer.endObject()
    }
    writer.endArray()
    writer.key("exact")
    writer.bool(reply.exact)
    EntryJSON.position(reply.position, into: &writer)
    writer.key("took_us")
    writer.integer(reply.tookMicroseconds)
    writer.key("stale_ms")
    writer.integer(reply.staleMilliseconds)
    writer.key("is_stale")
    writer.bool(reply.isStale)
    writer.key("incomplete")
    writer.bool(reply.incomplete)
    writer.key("pending_embeddings")
    writer.integer(Int(clamping: reply.pendingEmbeddings))
    writer.key("rows_considered")
    writer.integer(reply.rowsConsidered)
    writer.key("recall_target")
    writer.doubleOrNull(reply.recallTarget)
    if !reply.parts.isEmpty { parts(reply.parts, into: &writer) }
    writer.endObject()
    return writer
  }

  private static func parts(_ parts: [SearchPart], into writer: inout JSONWriter) {
    writer.key("parts")
    writer.beginArray()
    for part in parts {
      writer.beginObject()
      for (name, value) in [
        ("segment", part.segment), ("rows", part.rows), ("admitted_rows", part.admittedRows),
        ("sign_rows", part.signRows), ("code_rows", part.codeRows),
      ] {
        writer.key(name)
        writer.integer(Int(clamping: value))
      }
      for (name, value) in [("way", part.way), ("reason", part.reason)] {
        writer.key(name)
        writer.string(value)
      }
      writer.endObject()
    }
    writer.endArray()
  }

  /// Rank, score and title, then the content in at most three lines and what names the entry.
  static func lines(_ reply: SearchReply, columns: Int, style: Style) -> [String] {
    let width = min(columns, 120)
    let rankWidth = String(reply.hits.count).count
    let indent = rankWidth + 2 + 6 + 2
    let space = String(repeating: " ", count: indent)
    var lines: [String] = []
    for (index, hit) in reply.hits.enumerated() {
      let entry = hit.entry ?? Entry()
      let rank = DisplayText.padded(String(index + 1), to: rankWidth, right: true)
      let score = DisplayText.padded(Quantity.fixed(hit.score, 4), to: 6, right: true)
      let name = DisplayText.cut(title(of: entry), to: width - indent)
      lines.append("\(rank)  \(style.good(score))  \(style.bold(name))")
      let content = DisplayText.wrapped(DisplayText.cleaned(snippet(hit)), to: width - indent)
      for (number, line) in content.prefix(3).enumerated() {
        let isCut = number == 2 && content.count > 3
        lines.append(space + (isCut ? DisplayText.cut(line + " …", to: width - indent) : line))
      }
      lines.append(space + style.faint(DisplayText.cut(facts(of: entry), to: width - indent)))
    }
    lines.append(style.faint(DisplayText.cut(summary(reply), to: width)))
    return lines + reply.parts.map { style.faint(line($0)) }
  }

  /// What stands for an entry on one line: its title, else how its content begins.
  static func title(of entry: Entry) -> String {
    DisplayText.cleaned(entry.title.isEmpty ? String(entry.content.prefix(200)) : entry.title)
  }

  /// The passage that matched, or how the content begins where it has only one.
  private static func snippet(_ hit: Hit) -> String {
    guard let entry = hit.entry, !entry.title.isEmpty || hit.spanStart > 0 else { return "" }
    let bytes = entry.content.utf8
    let (start, end) = (Int(hit.spanStart), Int(hit.spanEnd))
    guard start < end, end <= bytes.count else { return String(entry.content.prefix(1000)) }
    // A span that begins or ends within a character is shown with the whole of it.
    let scalars = entry.content.unicodeScalars
    let first = scalars.index(
      before: scalars.index(after: bytes.index(bytes.startIndex, offsetBy: start)))
    let last = bytes.index(bytes.startIndex, offsetBy: end)
    let passage = entry.content[first..<last].prefix(1000)
    return (start > 0 ? "… " : "") + passage + (end < bytes.count ? " …" : "")
  }

  static func facts(of entry: Entry) -> String {
    let parts =
      [entry.entryType, entry.category, entry.language].filter { !$0.isEmpty }
      + [entry.externalID.isEmpty ? EntryJSON.identity(entry.id) : entry.externalID]
      + (entry.isActive == false ? ["inactive"] : [])
    return DisplayText.cleaned(parts.joined(separator: " · "))
  }

  /// Where, how and why: `segment 3: signs (…) · 9,000 of 10,000 rows · 120 refined`.
  private static func line(_ part: SearchPart) -> String {
    var parts = [
      part.segment == 0 ? "memory" : "segment \(part.segment)",
      "\(part.way): \(part.reason)",
      "\(Quantity.count(part.admittedRows)) of \(Quantity.count(part.rows)) rows",
    ]
    if part.signRows > 0 { parts.append("\(Quantity.count(part.codeRows)) refined") }
    return DisplayText.cleaned(parts.joined(separator: " · "))
  }

  /// What to say of an answer that does not hold the transaction it was to hold.
  static let staleRemark =
    "stale: what --min-xid or --min-position names is not in this answer; compare it with what the "
    + "write or the earlier answer reported, or wait longer with --timeout"

  /// What an answer that is not exact promises: rows may be missing for other reasons, said beside.
  private static func promise(_ reply: SearchReply) -> String {
    reply.recallTarget > 0 && reply.recallTarget < 1
      ? "recall \(Quantity.fixed(reply.recallTarget, 3))" : "approximate"
  }

  private static func summary(_ reply: SearchReply) -> String {
    var parts = [
      reply.hits.isEmpty ? "nothing found" : Quantity.noun(reply.hits.count, "hit"),
      reply.exact ? "exact" : promise(reply),
      "\(Quantity.count(reply.rowsConsidered)) rows considered",
      Quantity.duration(nanoseconds: reply.tookMicroseconds &* 1000),
    ]
    if reply.pendingEmbeddings > 0 {
      parts.append("\(Quantity.count(reply.pendingEmbeddings)) still to be embedded")
    }
    if reply.incomplete { parts.append("INCOMPLETE: being read again from the database") }
    if reply.isStale {
      parts.append("STALE")
    } else if reply.staleMilliseconds > 2000 {
      parts.append("as of \(Quantity.duration(milliseconds: reply.staleMilliseconds)) ago")
    }
    return parts.joined(separator: " · ")
  }
}
