import CommandInterface
import Platform
import RPC

/// A corrected text, for machines and for people.
enum SpellOutput {
  /// One object with `text`, `changes`, `questions`, the language, and how old the words are.
  static func json(_ reply: SpellReply) -> JSONWriter {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("text")
    writer.string(reply.text)
    for (key, corrections) in [("changes", reply.changes), ("questions", reply.questions)] {
      writer.key(key)
      writer.beginArray()
      for correction in corrections { json(correction, &writer) }
      writer.endArray()
    }
    writer.key("language")
    writer.string(reply.language)
    writer.key("has_word_list")
    writer.bool(reply.hasWordList)
    AnswerOutput.date(reply, into: &writer)
    for (key, value) in [("words", UInt64(reply.words)), ("vocabulary", reply.vocabulary)] {
      writer.key(key)
      writer.integer(value)
    }
    writer.endObject()
    return writer
  }

  private static func json(_ correction: SpellingCorrection, _ writer: inout JSONWriter) {
    writer.beginObject()
    for (key, value) in [
      ("kind", name(correction.kind)), ("original", correction.original),
      ("replacement", correction.replacement),
    ] {
      writer.key(key)
      writer.string(value)
    }
    writer.key("start")
    writer.integer(correction.start)
    writer.key("end")
    writer.integer(correction.end)
    writer.key("confidence")
    writer.doubleOrNull(correction.confidence)
    writer.key("alternatives")
    writer.beginArray()
    for alternative in correction.alternatives {
      writer.beginObject()
      writer.key("text")
      writer.string(alternative.text)
      writer.key("share")
      writer.doubleOrNull(alternative.share)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }

  private static func name(_ kind: SpellingKind) -> String {
    switch kind {
    case .respelled: "respelled"
    case .split: "split"
    case .joined: "joined"
    default: "unknown"
    }
  }

  /// The text, then a line for each change and each question.
  static func lines(_ reply: SpellReply, columns: Int, style: Style) -> [String] {
    let width = min(columns, 120)
    var lines = reply.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map { DisplayText.cleaned(String($0)) }
    for change in reply.changes { lines.append(style.good("  " + line(change, to: width - 2))) }
    for question in reply.questions {
      lines.append(style.warning("  ask: " + line(question, to: width - 7)))
    }
    let parts = [
      "\(Quantity.noun(UInt64(reply.words), "word")) in \(reply.language)"
        + (reply.hasWordList ? "" : ", which has no word list"),
      "\(Quantity.noun(reply.vocabulary, "word")) of the business",
      Quantity.duration(nanoseconds: reply.tookMicroseconds &* 1000),
    ]
    let summary = DisplayText.cleaned(
      (parts + AnswerOutput.age(reply)).joined(separator: " · "))
    lines.append(style.faint(DisplayText.cut(summary, to: width)))
    return lines
  }

  /// `ordr → order (0.93), or odor, odour`.
  private static func line(_ correction: SpellingCorrection, to width: Int) -> String {
    var text = "\(correction.original) → \(correction.replacement)"
    text += " (\(Quantity.fixed(correction.confidence, 2)))"
    if !correction.alternatives.isEmpty {
      text += ", or " + correction.alternatives.map(\.text).joined(separator: ", ")
    }
    return DisplayText.cut(DisplayText.cleaned(text), to: width)
  }
}
