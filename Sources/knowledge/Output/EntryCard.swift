import CommandInterface
import Platform
import RPC

/// One entry in full, for a person: a name and a value a line, then the content.
enum EntryCard {
  static func lines(_ entry: Entry, columns: Int, style: Style) -> [String] {
    let width = min(columns, 120)
    var lines = DisplayText.wrapped(AnswerOutput.title(of: entry), to: width).map(style.bold)
    let facts: [(String, String)] = [
      ("id", EntryJSON.identity(entry.id)), ("external id", entry.externalID),
      ("collection", entry.collection), ("type", entry.entryType), ("category", entry.category),
      ("keywords", entry.keywords.joined(separator: ", ")),
      ("tags", entry.tags.joined(separator: ", ")), ("language", entry.language),
      ("priority", entry.priority == 0 ? "" : String(entry.priority)),
      ("active", entry.isActive == false ? "no" : ""),
      ("metadata", entry.metadataJSON == "{}" ? "" : entry.metadataJSON),
      ("version", String(entry.version)), ("created", moment(entry.createdAt)),
      ("changed", moment(entry.updatedAt)),
    ]
    let indent = 13
    let space = String(repeating: " ", count: indent)
    for (name, value) in facts where !value.isEmpty {
      let wrapped = DisplayText.wrapped(DisplayText.cleaned(value), to: width - indent)
      for (index, line) in wrapped.enumerated() {
        let label = style.faint(DisplayText.padded(name, to: indent))
        lines.append((index == 0 ? label : space) + line)
      }
    }
    guard !entry.title.isEmpty, !entry.content.isEmpty else { return lines }
    lines.append("")
    for paragraph in entry.content.split(whereSeparator: \.isNewline) {
      lines += DisplayText.wrapped(DisplayText.cleaned(String(paragraph)), to: width)
    }
    return lines
  }

  private static func moment(_ micros: Int64) -> String {
    micros == 0 ? "" : Clock.iso8601(microseconds: micros)
  }
}
