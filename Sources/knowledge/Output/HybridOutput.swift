import CommandInterface
import Platform
import RPC

/// The answer of a search by words, or by words and meaning, for machines and for people.
enum HybridOutput {
  /// Bytes of the content that are shown before the first word of the query.
  private static let contextByteCount = 60

  /// One object with `hits`, `exact`, `position`, `took_us`, `stale_ms` and others.
  static func json(_ reply: HybridReply) -> JSONWriter {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("hits")
    writer.beginArray()
    for hit in reply.hits { member(hit, into: &writer) }
    writer.endArray()
    writer.key("nothing_relevant")
    writer.bool(reply.nothingRelevant)
    writer.key("relevance_threshold")
    writer.doubleOrNull(reply.relevanceThreshold)
    AnswerOutput.searchMembers(reply, into: &writer)
    writer.endObject()
    return writer
  }

  private static func member(_ hit: HybridHit, into writer: inout JSONWriter) {
    writer.beginObject()
    for (name, value) in [
      ("score", hit.score), ("relevance", hit.relevance), ("text_score", hit.textScore),
      ("text_share", hit.textShare), ("text_coverage", hit.textCoverage),
    ] {
      writer.key(name)
      writer.doubleOrNull(value)
    }
    writer.key("text_rank")
    writer.integer(hit.textRank)
    if let score = hit.vectorScore, let share = hit.vectorShare {
      writer.key("vector_score")
      writer.doubleOrNull(score)
      writer.key("vector_share")
      writer.doubleOrNull(share)
      writer.key("vector_rank")
      writer.integer(hit.vectorRank)
    }
    EntryJSON.members(hit.entry ?? Entry(), into: &writer)
    AnswerOutput.chunk(hit.chunk, hit.spanStart, hit.spanEnd, into: &writer)
    writer.key("highlights")
    writer.beginArray()
    for place in hit.highlights {
      writer.beginObject()
      writer.key("field")
      writer.string(place.field)
      if place.field == "keywords" {
        writer.key("keyword")
        writer.integer(place.keyword)
      }
      writer.key("start")
      writer.integer(place.start)
      writer.key("end")
      writer.integer(place.end)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }

  /// Rank, score and title, then the content around the words, and what made the score.
  static func lines(_ reply: HybridReply, columns: Int, style: Style) -> [String] {
    let width = min(columns, 120)
    var lines: [String] = []
    for (index, hit) in reply.hits.enumerated() {
      lines += AnswerOutput.card(
        hit.entry ?? Entry(), rank: index + 1, of: reply.hits.count, score: hit.score,
        scoreWidth: 7, passage: passage(hit),
        notes: [verdict(hit, reply.relevanceThreshold), parts(hit)], width: width, style: style)
    }
    if reply.nothingRelevant && !reply.hits.isEmpty {
      let remark =
        "nothing relevant: no entry reaches \(Quantity.fixed(reply.relevanceThreshold, 2))"
      lines.append(style.bold(DisplayText.cut(remark, to: width)))
    }
    let summary = AnswerOutput.summary(reply, hitCount: reply.hits.count)
    lines.append(style.faint(DisplayText.cut(summary, to: width)))
    return lines
  }

  /// `relevant 0.93`, or `not relevant enough 0.31`.
  private static func verdict(_ hit: HybridHit, _ threshold: Double) -> String {
    (hit.relevance >= threshold ? "relevant " : "not relevant enough ")
      + Quantity.fixed(hit.relevance, 2)
  }

  /// The content from a little before the first word of the query on.
  private static func passage(_ hit: HybridHit) -> String {
    guard let entry = hit.entry else { return "" }
    let bytes = entry.content.utf8
    let first = hit.highlights.first { $0.field == "content" }.map { Int($0.start) } ?? 0
    let offset = max(0, min(first, bytes.count) - contextByteCount)
    if offset == 0 && entry.title.isEmpty { return "" }
    // A passage begins with a whole word, or at least with a whole character.
    let scalars = entry.content.unicodeScalars
    var start = bytes.index(bytes.startIndex, offsetBy: offset)
    if offset > 0 {
      start = scalars.index(before: scalars.index(after: start))
      let window = scalars[start...].prefix(contextByteCount)
      if let blank = window.firstIndex(where: \.properties.isWhitespace) { start = blank }
    }
    return (offset > 0 ? "… " : "") + String(entry.content[start...].prefix(1000))
  }

  /// `words 8.31 (1st by words): return, shoes · meaning 0.7312 (4th)`.
  private static func parts(_ hit: HybridHit) -> String {
    var parts: [String] = []
    func place(_ rank: UInt32) -> String { rank > 0 ? "#\(rank)" : "not among the first" }
    if hit.textScore > 0 {
      let words = matched(hit).joined(separator: ", ")
      parts.append("words \(Quantity.fixed(hit.textScore, 2)) (\(place(hit.textRank))): \(words)")
    } else {
      parts.append("no words")
    }
    if let score = hit.vectorScore {
      parts.append("meaning \(Quantity.fixed(score, 4)) (\(place(hit.vectorRank)))")
    }
    return DisplayText.cleaned(parts.joined(separator: " · "))
  }

  /// The different words of the entry that are the query's, as they stand there.
  private static func matched(_ hit: HybridHit) -> [String] {
    guard let entry = hit.entry else { return [] }
    var words: [String] = []
    let texts = entry.keywords + entry.tags
    for place in hit.highlights where words.count < 12 {
      let text =
        switch place.field {
        case "title": entry.title
        case "keywords": Int(place.keyword) < texts.count ? texts[Int(place.keyword)] : ""
        case "external_id": entry.externalID
        default: entry.content
        }
      let bytes = text.utf8
      let (start, end) = (Int(place.start), Int(place.end))
      guard start < end, end <= bytes.count else { continue }
      let first = bytes.index(bytes.startIndex, offsetBy: start)
      let part = bytes[first..<bytes.index(first, offsetBy: end - start)]
      let word = String(decoding: part, as: UTF8.self)
      if !words.contains(word) { words.append(word) }
    }
    return words
  }
}
