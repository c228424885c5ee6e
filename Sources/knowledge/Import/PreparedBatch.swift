import Ingest
import RPC

/// Some rows of the input in their order: what will be sent, and what never could be.
struct PreparedBatch: Sendable {
  /// Rising from 1 within an import.
  let sequence: UInt64
  /// What to send; may be empty where every row was bad.
  let entries: [Entry]
  /// The row of each entry, without its values.
  let rows: [SourceRow]
  /// Rows that could not be read or mapped.
  let badRows: [BadRow]
  /// Rows that stand for the same entry as an earlier one; they are among ``rows`` too.
  var repeats: [RepeatedIDs.Repeat] = []
  /// About how much text it holds.
  let byteCount: Int
  /// Bytes of the source that were read when the batch was complete.
  let inputBytesRead: Int

  /// Rows of the input that the batch stands for.
  var rowCount: Int { entries.count + badRows.count }
}

/// Gathers rows into batches.
struct BatchBuilder {
  /// Most rows of a batch.
  let rowLimit: Int
  /// Bytes of text from which a batch is complete.
  let byteLimit: Int
  private var entries: [Entry] = []
  private var rows: [SourceRow] = []
  private var badRows: [BadRow] = []
  private var repeats: [RepeatedIDs.Repeat] = []
  private var byteCount = 0
  private var nextSequence: UInt64 = 1

  init(rowLimit: Int, byteLimit: Int) {
    self.rowLimit = rowLimit
    self.byteLimit = byteLimit
  }

  /// Whether nothing is gathered.
  var isEmpty: Bool { rows.isEmpty && badRows.isEmpty }

  /// Whether the batch should be taken now.
  var isComplete: Bool { rows.count + badRows.count >= rowLimit || byteCount >= byteLimit }

  /// Whether a row of `byteCount` bytes belongs into the next batch, since this one would grow
  /// beyond its limit.
  func overflows(with byteCount: Int) -> Bool {
    !rows.isEmpty && self.byteCount + byteCount > byteLimit
  }

  mutating func add(_ entry: Entry, of row: SourceRow, byteCount: Int) {
    entries.append(entry)
    rows.append(row.withoutFields)
    self.byteCount += byteCount
  }

  mutating func add(_ found: RepeatedIDs.Repeat) { repeats.append(found) }

  mutating func add(_ bad: BadRow) {
    badRows.append(bad)
    byteCount += bad.raw.count
  }

  /// Gives out what is gathered and begins anew.
  mutating func take(inputBytesRead: Int) -> PreparedBatch {
    defer {
      entries.removeAll(keepingCapacity: true)
      rows.removeAll(keepingCapacity: true)
      badRows.removeAll()
      repeats.removeAll()
      byteCount = 0
      nextSequence += 1
    }
    return PreparedBatch(
      sequence: nextSequence, entries: entries, rows: rows, badRows: badRows,
      repeats: repeats, byteCount: byteCount, inputBytesRead: inputBytesRead)
  }
}

extension MappedEntry {
  /// The message for a collection.
  func message(collection: String) -> Entry {
    var entry = Entry()
    entry.externalID = externalID ?? ""
    entry.collection = collection
    entry.entryType = entryType
    entry.title = title
    entry.content = content
    entry.metadataJSON = String(decoding: metadataJSON, as: UTF8.self)
    entry.keywords = keywords
    entry.tags = tags
    entry.category = category
    entry.priority = priority
    entry.language = language
    entry.isActive = isActive
    return entry
  }

  /// About how many bytes the message takes: its texts and ten for each field.
  var approximateByteCount: Int {
    let words = (keywords + tags).reduce(0) { $0 + $1.utf8.count + 3 }
    return (externalID ?? "").utf8.count + entryType.utf8.count + title.utf8.count
      + content.utf8.count + metadataJSON.count + category.utf8.count + language.utf8.count
      + words + 110
  }
}
