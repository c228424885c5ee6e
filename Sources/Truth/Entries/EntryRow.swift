import Platform
import Postgres

/// A row of `knowledge_entries`, all of it.
public struct EntryRow: Equatable, Sendable {
  /// The tenant.
  public var businessID: UUID
  /// The entry's id. Within the business it is unique among products, among services, and among
  /// the entries of all other collections together.
  public var entryID: UUID
  /// The searchable set it belongs to.
  public var collection: String
  /// The owner's own identity of it, if there is one.
  public var externalID: String?
  /// For example `faq`.
  public var entryType: String
  /// May be empty.
  public var title: String
  /// May be empty.
  public var content: String
  /// The text of a JSON object, as Postgres prints it.
  public var metadata: String
  /// Words that it should be found by.
  public var keywords: [String]
  /// Labels for filters.
  public var tags: [String]
  /// May be empty.
  public var category: String
  /// Greater is more important.
  public var priority: Int32
  /// BCP 47; may be empty.
  public var language: String
  /// Whether searches find it.
  public var isActive: Bool
  /// When it was deleted softly, in microseconds since 1970; nil while it lives.
  public var deletedAt: Int64?
  /// From a sequence; larger on every change.
  public var version: UInt64
  /// SHA-256 over title, keywords and content: all that an embedding is made of.
  public var contentHash: [UInt8]
  /// Microseconds since 1970.
  public var createdAt: Int64
  /// Microseconds since 1970.
  public var updatedAt: Int64
  /// 64 bits over every column that can be searched or shown (`knowledge_row_stamp`).
  public var stamp: UInt64

  /// The columns that ``init(_:_:at:)`` reads, of a table called `e`.
  static let columns = columns { column, _ in column }

  /// The same, with the long ones empty where `size` is more than `limit` bytes.
  static func columns(upTo limit: Int, size: String) -> String {
    columns { "case when \(size) <= \(limit) then \($0) else \($1) end" }
  }

  private static func columns(long: (String, String) -> String) -> String {
    """
    e.business_id, e.entry_id, e.collection, e.external_id, e.entry_type, e.title, \
    \(long("e.content", "''")), \(long("e.metadata", "'{}'::jsonb")), \
    \(long("e.keywords", "'{}'::text[]")), \(long("e.tags", "'{}'::text[]")), \
    e.category, e.priority, e.language, e.is_active, \
    e.deleted_at, e.version, e.content_hash, e.created_at, e.updated_at, knowledge_row_stamp(e)
    """
  }
  /// How many those are.
  static let columnCount = 20

  /// - Parameters:
  ///   - rows: A reply that holds ``columns``.
  ///   - row: 0-based.
  ///   - first: The column where they begin.
  init(_ rows: PostgresRows, _ row: Int, at first: Int = 0) throws(PostgresError) {
    businessID = try rows.value(row, first)
    entryID = try rows.value(row, first + 1)
    collection = try rows.value(row, first + 2)
    externalID = try rows.optional(row, first + 3)
    entryType = try rows.value(row, first + 4)
    title = try rows.value(row, first + 5)
    content = try rows.value(row, first + 6)
    metadata = try rows.value(row, first + 7)
    keywords = try rows.value(row, first + 8)
    tags = try rows.value(row, first + 9)
    category = try rows.value(row, first + 10)
    priority = try rows.value(row, first + 11)
    language = try rows.value(row, first + 12)
    isActive = try rows.value(row, first + 13)
    deletedAt = try rows.optional(row, first + 14, as: PostgresTimestamp.self)?.unixMicroseconds
    version = UInt64(bitPattern: try rows.value(row, first + 15, as: Int64.self))
    contentHash = try rows.value(row, first + 16)
    createdAt = try rows.value(row, first + 17, as: PostgresTimestamp.self).unixMicroseconds
    updatedAt = try rows.value(row, first + 18, as: PostgresTimestamp.self).unixMicroseconds
    stamp = UInt64(bitPattern: try rows.value(row, first + 19, as: Int64.self))
  }
}

/// A row of `knowledge_embeddings`: the vector of one chunk of an entry.
public struct EmbeddingRow: Equatable, Sendable {
  /// The entry's id.
  public var entryID: UUID
  /// From 0 within the entry.
  public var chunk: Int32
  /// How many chunks the entry has; with less of one model and content hash the set is not whole.
  public var chunkCount: Int32
  /// Bytes of the content that the vector stands for; empty where it stands for all of it.
  public var span: Range<Int>
  /// The model's name.
  public var model: String
  /// The entry's content hash when the vector was made.
  public var contentHash: [UInt8]
  /// Unit length.
  public var vector: [Float]

  /// Makes a row.
  public init(
    entryID: UUID, chunk: Int32 = 0, chunkCount: Int32 = 1, span: Range<Int> = 0..<0,
    model: String, contentHash: [UInt8], vector: [Float]
  ) {
    self.entryID = entryID
    self.chunk = chunk
    self.chunkCount = chunkCount
    self.span = span
    self.model = model
    self.contentHash = contentHash
    self.vector = vector
  }
}
