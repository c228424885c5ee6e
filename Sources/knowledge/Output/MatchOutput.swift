import CommandInterface
import Platform
import RPC

/// What a customer's words may mean, for machines and for people.
enum MatchOutput {
  // MARK: JSON

  /// One object with `verdict`, `candidates`, `question` where there is one, and how old it is.
  static func json(_ reply: MatchReply) -> JSONWriter {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("verdict")
    writer.string(name(reply.verdict))
    writer.key("candidates")
    writer.beginArray()
    for candidate in reply.candidates { json(candidate, &writer) }
    writer.endArray()
    if let question = reply.question {
      writer.key("question")
      json(question, &writer)
    }
    AnswerOutput.members(reply, into: &writer)
    writer.key("items")
    writer.integer(reply.items)
    writer.endObject()
    return writer
  }

  private static func json(_ candidate: MatchCandidate, _ writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("confidence")
    writer.doubleOrNull(candidate.confidence)
    writer.key("matched")
    writer.string(candidate.name)
    EntryJSON.members(candidate.entry ?? Entry(), into: &writer)
    writer.key("parts")
    writer.beginObject()
    let parts = candidate.parts ?? MatchParts()
    for (key, value) in [
      ("edit", parts.edit), ("token_set", parts.tokenSet), ("token_sort", parts.tokenSort),
      ("ngram", parts.ngram), ("prefix", parts.prefix), ("initialism", parts.initialism),
      ("alias", parts.alias), ("code", parts.code),
    ] {
      writer.key(key)
      writer.doubleOrNull(value)
    }
    writer.key("semantic")
    if let semantic = parts.semantic { writer.doubleOrNull(semantic) } else { writer.null() }
    writer.endObject()
    writer.key("edits")
    writer.beginArray()
    for edit in candidate.edits {
      writer.beginObject()
      writer.key("kind")
      writer.string(name(edit.kind))
      writer.key("class")
      writer.string(name(edit.wordClass))
      for (key, value) in [
        ("query_start", edit.queryStart), ("query_end", edit.queryEnd),
        ("name_start", edit.nameStart), ("name_end", edit.nameEnd), ("distance", edit.distance),
      ] {
        writer.key(key)
        writer.integer(value)
      }
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }

  private static func json(_ question: MatchQuestion, _ writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("reason")
    writer.string(name(question.reason))
    writer.key("code")
    if question.code.isEmpty { writer.null() } else { writer.string(question.code) }
    writer.key("options")
    writer.beginArray()
    for option in question.options {
      writer.beginObject()
      for (key, value) in [
        ("id", EntryJSON.identity(option.id)), ("collection", option.collection),
        ("label", option.label),
      ] {
        writer.key(key)
        writer.string(value)
      }
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }

  private static func name(_ verdict: MatchVerdict) -> String {
    switch verdict {
    case .match: "match"
    case .ambiguous: "ambiguous"
    case .none: "none"
    default: "unknown"
    }
  }

  private static func name(_ reason: MatchReason) -> String {
    switch reason {
    case .code: "code"
    case .similar: "similar"
    case .unsure: "unsure"
    default: "unknown"
    }
  }

  private static func name(_ kind: MatchEditKind) -> String {
    switch kind {
    case .keep: "keep"
    case .replace: "replace"
    case .insert: "insert"
    case .delete: "delete"
    default: "unknown"
    }
  }

  private static func name(_ wordClass: WordClass) -> String {
    switch wordClass {
    case .word: "word"
    case .number: "number"
    case .unit: "unit"
    case .code: "code"
    case .size: "size"
    default: "unknown"
    }
  }

  // MARK: Lines

  /// Rank, confidence and name of each candidate, what it is, and how the words became it.
  static func lines(
    _ reply: MatchReply, query: String, columns: Int, style: Style
  ) -> [String] {
    let width = min(columns, 120)
    let rankWidth = String(reply.candidates.count).count
    let indent = rankWidth + 2 + 4 + 2
    let space = String(repeating: " ", count: indent)
    var lines: [String] = []
    for (index, candidate) in reply.candidates.enumerated() {
      let entry = candidate.entry ?? Entry()
      let rank = DisplayText.padded(String(index + 1), to: rankWidth, right: true)
      let confidence = DisplayText.padded(
        Quantity.fixed(candidate.confidence, 2), to: 4, right: true)
      let title = DisplayText.cut(AnswerOutput.title(of: entry), to: width - indent)
      lines.append("\(rank)  \(style.good(confidence))  \(style.bold(title))")
      lines.append(space + style.faint(DisplayText.cut(facts(candidate), to: width - indent)))
      let steps = steps(candidate, query: query)
      if !steps.isEmpty { lines.append(space + DisplayText.cut(steps, to: width - indent)) }
    }
    for line in DisplayText.wrapped(verdict(reply), to: width) {
      lines.append(reply.verdict == .match ? line : style.warning(line))
    }
    lines.append(style.faint(DisplayText.cut(summary(reply), to: width)))
    return lines
  }

  /// `products · BT-101 · EUR 219.0 · 34 in stock · also called wide boot`.
  private static func facts(_ candidate: MatchCandidate) -> String {
    let entry = candidate.entry ?? Entry()
    let metadata = EntryJSON.metadata(entry)
    var parts = [
      entry.collection,
      entry.externalID.isEmpty ? EntryJSON.identity(entry.id) : entry.externalID,
    ]
    if let price = metadata["price"]?.numberText {
      parts.append(
        [metadata["currency"]?.string ?? "", price].filter { !$0.isEmpty }
          .joined(separator: " "))
    }
    if let stock = metadata["stock"]?.int { parts.append("\(stock) in stock") }
    if let minutes = metadata["duration_minutes"]?.int { parts.append("\(minutes) min") }
    if metadata["available"]?.bool == false { parts.append("not available") }
    if entry.isActive == false { parts.append("inactive") }
    if candidate.parts?.alias == 1 { parts.append("also called \(candidate.name)") }
    return DisplayText.cleaned(parts.joined(separator: " · "))
  }

  /// `kilbrd → Kilbride, + GTX, − old`; empty where every word is the same.
  private static func steps(_ candidate: MatchCandidate, query: String) -> String {
    func text(_ whole: String, _ start: UInt32, _ end: UInt32) -> String {
      let bytes = Array(whole.utf8)
      guard start <= end, end <= bytes.count else { return "?" }
      return String(decoding: bytes[Int(start)..<Int(end)], as: UTF8.self)
    }
    let steps = candidate.edits.compactMap { edit -> String? in
      let asked = text(query, edit.queryStart, edit.queryEnd)
      let named = text(candidate.name, edit.nameStart, edit.nameEnd)
      return switch edit.kind {
      case .replace: "\(asked) → \(named)"
      case .insert: "+ \(named)"
      case .delete: "− \(asked)"
      default: nil
      }
    }
    return DisplayText.cleaned(steps.joined(separator: ", "))
  }

  private static func verdict(_ reply: MatchReply) -> String {
    guard let question = reply.question, reply.verdict == .ambiguous else {
      return reply.verdict == .match ? "this one is meant" : "nothing like it"
    }
    let labels = question.options.map(\.label).formattedAlternatives
    let reason =
      switch question.reason {
      case .code: "there is no \(question.code); ask"
      case .similar: "several fit; ask"
      default: "not sure enough; ask"
      }
    return DisplayText.cleaned("\(reason): \(labels)?")
  }

  private static func summary(_ reply: MatchReply) -> String {
    let parts = [
      reply.items == 0
        ? "no products or services to look at: import --collection products brings some"
        : Quantity.noun(reply.items, "name") + " looked at",
      Quantity.duration(nanoseconds: reply.tookMicroseconds &* 1000),
    ]
    return (parts + AnswerOutput.state(reply)).joined(separator: " · ")
  }
}
