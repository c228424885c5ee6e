import Platform
import Postgres

/// A collection's embedding space, as the truth records it.
public struct CollectionRecord: Equatable, Sendable {
  /// Its name within the business.
  public var name: String
  /// The model that makes its vectors.
  public var model: String
  /// Elements of a vector.
  public var dimension: Int
  /// The language of texts that name none.
  public var language: String

  /// Makes a record.
  public init(name: String, model: String, dimension: Int, language: String = "en") {
    self.name = name
    self.model = model
    self.dimension = dimension
    self.language = language
  }
}

extension EntryStore {
  /// Records a collection where it is new; one that exists stays as it is.
  ///
  /// - Returns: What is recorded now: compare model and dimension with your own.
  /// - Throws: ``TruthError``: `.unknownBusiness`, `.invalid` or `.postgres`.
  public func ensureCollection(
    _ record: CollectionRecord, business: UUID
  ) throws(TruthError) -> CollectionRecord {
    try Self.check(collection: record.name)
    do throws(TruthError) {
      return try transaction(for: business) { (connection) throws(TruthError) in
        try wrap { () throws(PostgresError) in
          try connection.prepared(
            """
            insert into knowledge_collections (business_id, collection, model, dimension, language)
            values ($1, $2, $3, $4, $5) on conflict do nothing
            """,
            [
              .uuid(business), .text(record.name), .text(record.model),
              .int4(Int32(clamping: record.dimension)), .text(record.language),
            ])
          return try Self.collections(&connection, business, record.name)[0]
        }
      }
    } catch {
      if case .postgres(let refusal) = error, refusal.code == .foreignKeyViolation {
        throw .unknownBusiness(business.description)
      }
      throw error
    }
  }

  /// Moves a collection to another model; nodes then read all of it again.
  ///
  /// - Returns: Whether the collection exists.
  /// - Throws: ``TruthError``.
  @discardableResult
  public func changeModel(
    of collection: String, business: UUID, to model: String, dimension: Int
  ) throws(TruthError) -> Bool {
    try transaction(for: business) { (connection) throws(TruthError) in
      try wrap { () throws(PostgresError) in
        try connection.prepared(
          """
          update knowledge_collections set model = $3, dimension = $4, updated_at = now()
          where business_id = $1 and collection = $2
          """,
          [
            .uuid(business), .text(collection), .text(model),
            .int4(Int32(clamping: dimension)),
          ]
        ).affectedCount > 0
      }
    }
  }

  /// A business's collections by name, in byte order.
  ///
  /// - Parameters:
  ///   - business: The tenant.
  ///   - name: Only this one; nil gives all.
  /// - Throws: ``TruthError``.
  public func collections(
    business: UUID, named name: String? = nil
  ) throws(TruthError) -> [CollectionRecord] {
    try transaction(for: business) { (connection) throws(TruthError) in
      try wrap { () throws(PostgresError) in try Self.collections(&connection, business, name) }
    }
  }

  private static func collections(
    _ connection: inout PostgresConnection, _ business: UUID, _ name: String?
  ) throws(PostgresError) -> [CollectionRecord] {
    let rows = try connection.prepared(
      """
      select collection, model, dimension, language from knowledge_collections
      where business_id = $1 and ($2::text is null or collection = $2)
      order by collection collate "C"
      """, [.uuid(business), .optional(name)])
    return try (0..<rows.count).map { (row) throws(PostgresError) in
      CollectionRecord(
        name: try rows.value(row, 0), model: try rows.value(row, 1),
        dimension: Int(try rows.value(row, 2, as: Int32.self)), language: try rows.value(row, 3))
    }
  }
}
