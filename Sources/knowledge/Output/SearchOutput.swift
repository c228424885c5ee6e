import CommandInterface
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
      AnswerOutput.chunk(hit.chunk, hit.spanStart, hit.spanEnd, into: &writer)
      writer.endObject()
    }
    writer.endArray()
    AnswerOutput.searchMembers(reply, into: &writer)
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
    var lines: [String] = []
    for (index, hit) in reply.hits.enumerated() {
      lines += AnswerOutput.card(
        hit.entry ?? Entry(), rank: index + 1, of: reply.hits.count, score: hit.score,
        scoreWidth: 6, passage: snippet(hit), width: width, style: style)
    }
    let summary = AnswerOutput.summary(reply, hitCount: reply.hits.count)
    lines.append(style.faint(DisplayText.cut(summary, to: width)))
    return lines + reply.parts.map { style.faint(line($0)) }
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
}
