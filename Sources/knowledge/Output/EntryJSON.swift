import Platform
import RPC

/// Entries as JSON objects, the same in every command.
enum EntryJSON {
  /// Writes the members of an entry into an object that is open.
  static func members(_ entry: Entry, into writer: inout JSONWriter) {
    text("id", identity(entry.id), &writer)
    optional("external_id", entry.externalID, &writer)
    text("collection", entry.collection, &writer)
    optional("type", entry.entryType, &writer)
    text("title", entry.title, &writer)
    text("content", entry.content, &writer)
    optional("category", entry.category, &writer)
    list("keywords", entry.keywords, &writer)
    list("tags", entry.tags, &writer)
    writer.key("priority")
    writer.integer(entry.priority)
    optional("language", entry.language, &writer)
    writer.key("is_active")
    writer.bool(entry.isActive ?? true)
    writer.key("metadata")
    writer.json(metadata(entry))
    state(entry, &writer)
  }

  /// Writes, as one object, what only the service knows of an entry.
  static func system(_ entry: Entry, into writer: inout JSONWriter) {
    writer.beginObject()
    text("id", identity(entry.id), &writer)
    text("collection", entry.collection, &writer)
    state(entry, &writer)
    writer.endObject()
  }

  private static func state(_ entry: Entry, _ writer: inout JSONWriter) {
    writer.key("version")
    writer.integer(entry.version)
    moment("created_at", entry.createdAt, &writer)
    moment("updated_at", entry.updatedAt, &writer)
    if !entry.vector.isEmpty { vector(entry.vector, &writer) }
  }

  /// Writes a position under the key `position`.
  static func position(_ position: Position?, into writer: inout JSONWriter) {
    writer.key("position")
    guard let position else { return writer.null() }
    writer.beginObject()
    text("snapshot", position.snapshot, &writer)
    text("system_identifier", position.systemIdentifier, &writer)
    writer.key("sequence")
    writer.integer(position.sequence)
    writer.endObject()
  }

  /// A UUID's text; empty for bytes that are none.
  static func identity(_ bytes: [UInt8]) -> String { UUID(bytes: bytes)?.description ?? "" }

  /// The metadata as JSON; an empty object where there is none. Bytes that are not JSON, which the
  /// database never holds, are kept as a string.
  static func metadata(_ entry: Entry) -> JSON {
    guard !entry.metadataJSON.isEmpty else { return .object([]) }
    do { return try JSON.parse(entry.metadataJSON) } catch { return .string(entry.metadataJSON) }
  }

  private static func text(_ key: String, _ value: String, _ writer: inout JSONWriter) {
    writer.key(key)
    writer.string(value)
  }

  /// An empty text means none, and is null.
  private static func optional(_ key: String, _ value: String, _ writer: inout JSONWriter) {
    writer.key(key)
    if value.isEmpty { writer.null() } else { writer.string(value) }
  }

  private static func list(_ key: String, _ values: [String], _ writer: inout JSONWriter) {
    writer.key(key)
    writer.beginArray()
    for value in values { writer.string(value) }
    writer.endArray()
  }

  private static func moment(_ key: String, _ micros: Int64, _ writer: inout JSONWriter) {
    writer.key(key)
    if micros == 0 {
      writer.null()
    } else {
      writer.string(Clock.iso8601(microseconds: micros))
    }
  }

  private static func vector(_ values: [Float], _ writer: inout JSONWriter) {
    writer.key("vector")
    writer.beginArray()
    for value in values { writer.floatOrNull(value) }
    writer.endArray()
  }
}
