import Platform
import Postgres

extension ChangeFeed {
  /// Every collection that holds living entries.
  ///
  /// PostgreSQL has no skip scan: step from one (business, collection) to the next by hand, and in
  /// tables of one collection from one business to the next.
  static let collectionsStatement =
    entryCollections
    + EntryTable.catalogue.map { " union all (\(businesses(in: $0)))" }.joined()

  private static func businesses(in table: EntryTable) -> String {
    """
    with recursive walk(business_id) as (
      (select business_id from \(table.name) order by business_id limit 1)
      union all
      select next.business_id from walk cross join lateral (
        select e.business_id from \(table.name) e where e.business_id > walk.business_id
        order by e.business_id limit 1) next)
    select business_id, '\(table.collection ?? "")' from walk w where exists (
      select from \(table.name) e where e.business_id = w.business_id and e.deleted_at is null)
    """
  }

  private static let entryCollections = """
    (with recursive walk(collection, business_id) as (
      (select collection, business_id from knowledge_entries
        order by collection, business_id limit 1)
      union all
      select next.collection, next.business_id from walk cross join lateral (
        select e.collection, e.business_id from knowledge_entries e
        where (e.collection, e.business_id) > (walk.collection, walk.business_id)
        order by e.collection, e.business_id limit 1) next)
    select business_id, collection from walk w where exists (
      select from knowledge_entries e where e.business_id = w.business_id
        and e.collection = w.collection and e.deleted_at is null))
    """

  /// The collections that hold living entries, for a node that wants to know what its files lack.
  ///
  /// - Throws: ``TruthError``: `.standby` or `.postgres`.
  /// - Complexity: A few index probes for each collection, however many entries there are.
  public func collections() throws(TruthError) -> [FeedScope] {
    let session = try connected()
    return try guarded { () throws(PostgresError) in
      let rows = try session.writer.query(Self.collectionsStatement)
      return try (0..<rows.count).map { (row) throws(PostgresError) in
        FeedScope(business: try rows.value(row, 0), collection: try rows.value(row, 1))
      }
    }
  }

  /// Whether a part of the truth holds any living entry.
  ///
  /// - Throws: ``TruthError``: `.standby` or `.postgres`.
  /// - Complexity: The first living entry ends it; those deleted softly before it are read.
  public func hasEntries(in scope: FeedScope) throws(TruthError) -> Bool {
    let session = try connected()
    return try guarded { () throws(PostgresError) in
      try session.writer.query(
        """
        select exists (select from knowledge_rows() where deleted_at is null
          and ($1::uuid is null or business_id = $1) and ($2::text is null or collection = $2))
        """, [.optional(scope.business), .optional(scope.collection)]
      ).value(0, 0, as: Bool.self)
    }
  }

  /// What one collection lacks of a model's vectors.
  public struct Unembedded: Equatable, Sendable {
    /// The tenant.
    public var business: UUID
    /// The set of entries.
    public var collection: String
    /// Some of the living entries whose present text has no vector, or all of them.
    public var entries: [UUID]
    /// How many there are.
    public var count: Int
  }

  /// What each collection lacks of a model's vectors; those that lack none are left out.
  ///
  /// - Parameters:
  ///   - model: As ``EmbeddingRow/model`` names it.
  ///   - limit: Entries to name of each collection at most.
  /// - Throws: ``TruthError``: `.standby` or `.postgres`.
  /// - Complexity: O(living entries), an index probe each.
  public func unembedded(model: String, limit: Int) throws(TruthError) -> [Unembedded] {
    let session = try connected()
    return try guarded { () throws(PostgresError) in
      let rows = try session.writer.query(
        """
        select e.business_id, e.collection, count(*), (array_agg(e.entry_id::text))[1:$2]
        from knowledge_rows() e
        where e.deleted_at is null and not \(EntryStore.isEmbedded(model: "$1"))
        group by e.business_id, e.collection
        """, [.text(model), .int8(Int64(limit))])
      return try (0..<rows.count).map { (row) throws(PostgresError) in
        Unembedded(
          business: try rows.value(row, 0), collection: try rows.value(row, 1),
          entries: try rows.value(row, 3, as: [String].self).compactMap { UUID($0) },
          count: Int(try rows.value(row, 2, as: Int64.self)))
      }
    }
  }
}
