import CommandInterface
import Platform
import RPC

/// What the service counts of names and spelling.
enum WordStatsOutput {
  /// The members `spelling` and `words`, where there are any.
  static func json(_ reply: StatsReply, _ writer: inout JSONWriter) {
    if let spelling = reply.spelling {
      writer.key("spelling")
      writer.beginObject()
      for (key, value) in [
        ("accepted", spelling.accepted), ("rejected", spelling.rejected),
        ("changed", spelling.changed),
      ] {
        writer.key(key)
        writer.integer(value)
      }
      for (key, value) in [
        ("accuracy", spelling.accuracy), ("calibration_error", spelling.calibrationError),
      ] {
        writer.key(key)
        if let value { writer.doubleOrNull(value) } else { writer.null() }
      }
      writer.endObject()
    }
    guard let words = reply.words else { return }
    writer.key("words")
    writer.beginObject()
    for (key, value) in [
      ("catalogues", words.catalogues), ("vocabularies", words.vocabularies),
      ("bytes", words.bytes), ("evicted", words.evicted),
    ] {
      writer.key(key)
      writer.integer(value)
    }
    writer.endObject()
  }

  static func lines(_ reply: StatsReply) -> [String] {
    var lines: [String] = []
    if let words = reply.words, words.catalogues + words.vocabularies > 0 {
      lines.append(
        "words  \(Quantity.noun(words.catalogues, "catalogue")) and "
          + "\(Quantity.count(words.vocabularies)) of spelling in memory, "
          + Quantity.bytes(words.bytes))
    }
    if let spelling = reply.spelling, let accuracy = spelling.accuracy {
      let count = spelling.accepted + spelling.rejected + spelling.changed
      var line =
        "spelling  \(Quantity.fixed(accuracy * 100, 1)) % right of "
        + Quantity.noun(count, "correction")
      if let error = spelling.calibrationError {
        line += ", confidence off by \(Quantity.fixed(error, 2))"
      }
      lines.append(line)
    }
    return lines
  }
}
