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
  ///   - limit: Entries to return at most, 1 or more; those that share the last one's id come, too,
  ///     so that fewer than `limit` are the last.
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
          from knowledge_rows() e
          where \(Self.isUnembedded) \(ids == nil ? "" : "and e.entry_id = any($5)")
            and ($3::uuid is null or e.entry_id > $3)
          order by e.entry_id fetch first ($4) rows with ties
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
          select e.collection, count(*) from knowledge_rows() e where \(Self.isUnembedded)
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
    e.business_id = $1 and e.deleted_at is null and not \(isEmbedded(model: "$2"))
    """

  /// Whether the entry `e` has all vectors of a model for its present text. All of its chunks are
  /// stored in one transaction, but anybody may delete some of them.
  ///
  /// - Parameter model: The parameter that names it.
  static func isEmbedded(model: String) -> String {
    """
    exists (
      select from knowledge_embeddings k
      where k.business_id = e.business_id and k.entry_id = e.entry_id and k.model = \(model)
        and k.source = \(EntryTable.source(of: "e.collection"))
        and k.chunk = 0 and k.content_hash = e.content_hash
        and (k.chunk_count = 1 or k.chunk_count = (
          select count(*) from knowledge_embeddings p
          where p.business_id = k.business_id and p.entry_id = k.entry_id and p.model = k.model
            and p.source = k.source and p.chunk < k.chunk_count
            and p.content_hash = k.content_hash)))
    """
  }

  /// Stores vectors of entries, replacing those of the same entry, model and chunk, and removing
  /// chunks that the entry no longer has. A vector whose entry has gone or has another content by
  /// now is left out; one of a text that several rows of this id have is stored for each of them.
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
              (business_id, entry_id, chunk, model, content_hash, vector, chunk_count,
                span_start, span_end, source)
            select $1, e.entry_id, $3, $4, $5, $6, $7, $8, $9,
              \(EntryTable.source(of: "e.collection"))
            from knowledge_rows() e
            where e.business_id = $1 and e.entry_id = $2 and e.content_hash = $5
            on conflict (business_id, entry_id, model, chunk, source) do update
              set content_hash = excluded.content_hash, vector = excluded.vector,
                chunk_count = excluded.chunk_count, span_start = excluded.span_start,
                span_end = excluded.span_end, created_at = now()
              where (k.content_hash, k.vector, k.chunk_count, k.span_start, k.span_end)
                is distinct from (excluded.content_hash, excluded.vector, excluded.chunk_count,
                  excluded.span_start, excluded.span_end)
            """,
            [
              .uuid(business), .uuid(row.entryID), .int4(row.chunk), .text(row.model),
              .bytes(row.contentHash), .float4Array(row.vector), .int4(row.chunkCount),
              .int4(Int32(clamping: row.span.lowerBound)),
              .int4(Int32(clamping: row.span.upperBound)),
            ])
        }
        let stored = try connection.pipeline(statements).reduce(0) { $0 + $1.affectedCount }
        try connection.prepared(
          """
          delete from knowledge_embeddings k using knowledge_embeddings z
          where k.business_id = $1 and k.entry_id = any($2) and k.model = any($3) and k.chunk > 0
            and z.business_id = k.business_id and z.entry_id = k.entry_id and z.model = k.model
            and z.source = k.source and z.chunk = 0 and k.chunk >= z.chunk_count
          """,
          [
            .uuid(business), .uuidArray(Array(Set(embeddings.map(\.entryID)))),
            .textArray(Array(Set(embeddings.map(\.model)))),
          ])
        return (stored, try transactionID(&connection))
      }
    }
  }
}
