import Ingest
import Platform
import RPC

/// Writes entries so that `knowledge import` reads them back as they were: the columns are the
/// fields that an import knows, and nothing else.
struct ExportFormat: Sendable {
  enum Kind: String, Sendable, CaseIterable {
    case jsonl
    case csv
  }

  let kind: Kind
  /// Whether everything known of an entry is written (JSON Lines only): what only the service
  /// knows stands in one member, which an import leaves out.
  let isFull: Bool

  /// What stands before the first entry.
  var header: [UInt8] {
    kind == .csv
      ? Array((EntryField.allCases.map(\.rawValue).joined(separator: ",") + "\n").utf8) : []
  }

  /// Appends an entry as a line (in CSV, a field may go on over several).
  func append(_ entry: Entry, to bytes: inout [UInt8]) {
    guard kind == .jsonl else {
      for (index, field) in EntryField.allCases.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.cell(Self.text(of: field, in: entry), to: &bytes)
      }
      return bytes.append(0x0A)
    }
    var writer = JSONWriter(capacity: 512)
    writer.beginObject()
    for field in EntryField.allCases { Self.member(field, of: entry, &writer) }
    if isFull {
      writer.key(EntryField.systemMember)
      EntryJSON.system(entry, into: &writer)
    }
    writer.endObject()
    bytes += writer.bytes
    bytes.append(0x0A)
  }

  /// A member of the object; what says nothing is left out.
  private static func member(_ field: EntryField, of entry: Entry, _ writer: inout JSONWriter) {
    let key = field.rawValue
    switch field {
    case .metadata:
      let metadata = EntryJSON.metadata(entry)
      guard metadata.object?.isEmpty != true else { return }
      writer.key(key)
      writer.json(metadata)
    case .keywords, .tags:
      let words = field == .tags ? entry.tags : entry.keywords
      guard !words.isEmpty else { return }
      writer.key(key)
      writer.beginArray()
      for word in words { writer.string(word) }
      writer.endArray()
    case .priority:
      guard entry.priority != 0 else { return }
      writer.key(key)
      writer.integer(entry.priority)
    case .isActive:
      guard entry.isActive == false else { return }
      writer.key(key)
      writer.bool(false)
    default:
      let text = text(of: field, in: entry)
      guard !text.isEmpty else { return }
      writer.key(key)
      writer.string(text)
    }
  }

  /// The field as the text of a cell; lists and objects as JSON, which an import understands.
  private static func text(of field: EntryField, in entry: Entry) -> String {
    switch field {
    case .externalID: entry.externalID
    case .entryType: entry.entryType
    case .title: entry.title
    case .content: entry.content
    case .metadata: entry.metadataJSON == "{}" ? "" : entry.metadataJSON
    case .keywords: list(entry.keywords)
    case .tags: list(entry.tags)
    case .category: entry.category
    case .priority: entry.priority == 0 ? "" : String(entry.priority)
    case .language: entry.language
    case .isActive: entry.isActive == false ? "false" : ""
    }
  }

  private static func list(_ words: [String]) -> String {
    words.isEmpty ? "" : JSON.array(words.map(JSON.string)).description
  }

  /// A cell of RFC 4180, in quotes where it needs them.
  private static func cell(_ text: String, to bytes: inout [UInt8]) {
    let needsQuotes = text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
    guard needsQuotes else {
      bytes += text.utf8
      return
    }
    bytes.append(0x22)
    for byte in text.utf8 {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    bytes.append(0x22)
  }
}
