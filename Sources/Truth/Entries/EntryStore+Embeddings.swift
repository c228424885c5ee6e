import Platform
import Postgres

/// An entry whose present text has no vector of some model.
public struct UnembeddedEntry: Equatable, Sendable {
  /// The entry's id.
  public var entryID: UUID
  /// Where it stands.
  public var collection: String
  /// May be empty.
  public var title: String
  /// Words that it should be found by.
  public var keywords: [String]
  /// May be empty.
  public var content: String
  /// What the vector is to be stored with.
  public var contentHash: [UInt8]
}

extension EntryStore {
  /// Living entries of a business whose present text has no vector of `model`, in the order of ids.
  ///
  /// - Parameters:
  ///   - model: As ``EmbeddingRow/model`` names it.
  ///   - business: The tenant.
  ///   - ids: Only these; nil looks at all.
  ///   - last: Begins after this id; nil begins with the first.
  ///   - limit: Entries to return at most, 1 or more.
  /// - Throws: ``TruthError``.
  /// - Complexity: O(entries looked at): those with a vector cost a look into an index each.
  public func unembedded(
    model: String, business: UUID, ids: [UUID]? = nil, after last: UUID? = nil, limit: Int
  ) throws(TruthError) -> [UnembeddedEntry] {
    try transaction(for: business) { (connection) throws(TruthError) in
      try wrap { () throws(PostgresError) in
        let rows = try connection.prepared(
          """
          select e.entry_id, e.collection, e.title, e.keywords, e.content, e.content_hash
          from knowledge_entries e
          where \(Self.isUnembedded) \(ids == nil ? "" : "and e.entry_id = any($5)")
            and ($3::uuid is null or e.entry_id > $3)
          order by e.entry_id limit $4
          """,
          [.uuid(business), .text(model), .optional(last), .int8(Int64(max(1, limit)))]
            + (ids.map { [.uuidArray($0)] } ?? []))
        return try (0..<rows.count).map { (row) throws(PostgresError) in
          UnembeddedEntry(
            entryID: try rows.value(row, 0), collection: try rows.value(row, 1),
            title: try rows.value(row, 2), keywords: try rows.value(row, 3),
            content: try rows.value(row, 4), contentHash: try rows.value(row, 5))
        }
      }
    }
  }

  /// How many entries of each collection ``unembedded(model:business:ids:after:limit:)`` would
  /// find; collections with none are left out.
  ///
  /// - Throws: ``TruthError``.
  /// - Complexity: O(entries of the business).
  public func unembeddedCounts(
    model: String, business: UUID
  ) throws(TruthError) -> [String: Int] {
    try transaction(for: business) { (connection) throws(TruthError) in
      try wrap { () throws(PostgresError) in
        let rows = try connection.prepared(
          """
          select e.collection, count(*) from knowledge_entries e where \(Self.isUnembedded)
          group by e.collection
          """, [.uuid(business), .text(model)])
        var counts: [String: Int] = [:]
        for row in 0..<rows.count {
          counts[try rows.value(row, 0)] = Int(try rows.value(row, 1, as: Int64.self))
        }
        return counts
      }
    }
  }

  /// `$1` the business, `$2` the model.
  private static let isUnembedded = """
    e.business_id = $1 and e.deleted_at is null and not exists (
      select from knowledge_embeddings k
      where k.business_id = e.business_id and k.entry_id = e.entry_id and k.model = $2
        and k.chunk = 0 and k.content_hash = e.content_hash)
    """

  /// Stores vectors of entries, replacing those of the same entry, model and chunk. A vector whose
  /// entry has gone or has another content by now is left out.
  ///
  /// - Returns: How many were stored, and the transaction's id where any was.
  /// - Throws: ``TruthError``.
  @discardableResult
  public func storeEmbeddings(
    _ embeddings: [EmbeddingRow], business: UUID
  ) throws(TruthError) -> (storedCount: Int, transactionID: UInt64?) {
    if embeddings.isEmpty { return (0, nil) }
    return try transaction(for: business) { (connection) throws(TruthError) in
      try wrap { () throws(PostgresError) in
        let statements = embeddings.map { row in
          PostgresConnection.Statement(
            """
            insert into knowledge_embeddings as k
              (business_id, entry_id, chunk, model, content_hash, vector)
            select $1, e.entry_id, $3, $4, $5, $6 from knowledge_entries e
            where e.business_id = $1 and e.entry_id = $2 and e.content_hash = $5
            on conflict (business_id, entry_id, model, chunk) do update
              set content_hash = excluded.content_hash, vector = excluded.vector,
                created_at = now()
              where (k.content_hash, k.vector) is distinct from
                (excluded.content_hash, excluded.vector)
            """,
            [
              .uuid(business), .uuid(row.entryID), .int4(row.chunk), .text(row.model),
              .bytes(row.contentHash), .float4Array(row.vector),
            ])
        }
        let stored = try connection.pipeline(statements).reduce(0) { $0 + $1.affectedCount }
        return (stored, try transactionID(&connection))
      }
    }
  }
}
