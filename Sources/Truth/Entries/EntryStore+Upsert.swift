import Platform
import Postgres

extension EntryStore {
  /// What to do with an entry that exists already. One that was deleted softly exists: only
  /// ``update`` brings it back, so that importing a file again never undoes a deletion by the way.
  public enum OnConflict: Sendable {
    /// Bring it to the new values, where any differs.
    case update
    /// Leave it as it is.
    case skip
    /// Reject the new row; the others go on.
    case fail
  }

  /// What became of one row of a batch.
  public enum Outcome: Equatable, Sendable {
    /// A new entry.
    case inserted(UUID)
    /// The entry has new values; also one that had been deleted softly and lives again.
    case updated(UUID)
    /// The entry had these values already; nothing was written.
    case unchanged(UUID)
    /// The entry exists, alive or deleted softly, and ``OnConflict/skip`` was asked for.
    case skipped(UUID, isDeleted: Bool)
    /// A later row of the same batch, at this place, has the same identity; that one counts.
    case superseded(by: Int)
    /// The row was not taken.
    case rejected(field: String, reason: String)

    /// The entry's id, where there is one.
    public var entryID: UUID? {
      switch self {
      case .inserted(let id), .updated(let id), .unchanged(let id), .skipped(let id, _): id
      case .superseded, .rejected: nil
      }
    }
  }

  /// What ``upsert(_:business:collection:onConflict:)`` did.
  public struct UpsertResult: Equatable, Sendable {
    /// One for each row, in order.
    public var outcomes: [Outcome]
    /// The transaction's id; nil where nothing changed.
    public var transactionID: UInt64?
  }

  /// Writes a batch of entries in one transaction, acknowledged when it returns.
  ///
  /// - Parameters:
  ///   - drafts: At most ``EntryLimits/batchCount``. Each is checked; a bad one is rejected alone.
  ///     Of several with one identity the last counts.
  ///   - business: Must exist.
  ///   - collection: The set they belong to.
  ///   - onConflict: What to do with those that exist.
  /// - Returns: An outcome for each, in order, and the transaction's id.
  /// - Throws: ``TruthError``: `.invalid` for the collection's name or too large a batch,
  ///   `.unknownBusiness`, or `.postgres`; then nothing was written, unless its code is
  ///   `.commitOutcomeUnknown`.
  /// - Complexity: One COPY, one INSERT and at most one SELECT; README has the rate.
  public func upsert(
    _ drafts: [EntryDraft], business: UUID, collection: String, onConflict: OnConflict = .update
  ) throws(TruthError) -> UpsertResult {
    try Self.check(collection: collection)
    guard drafts.count <= EntryLimits.batchCount else {
      throw .invalid(
        field: "entries", reason: "\(drafts.count) in a batch, more than \(EntryLimits.batchCount)")
    }
    let batch = UpsertBatch(drafts, business: business, collection: collection)
    if batch.staged.isEmpty { return UpsertResult(outcomes: batch.outcomes(), transactionID: nil) }
    var attempts = 3
    while true {
      attempts -= 1
      do throws(TruthError) {
        return try attempt(batch, onConflict)
      } catch {
        switch error {
        // Somebody else inserted the same external id, or a deadlock: the second look finds it.
        case .postgres(let refusal)
        where attempts > 0 && (refusal.isRetryable || refusal.code == .uniqueViolation):
          continue
        case .postgres(let refusal) where refusal.code == .foreignKeyViolation:
          throw .unknownBusiness(business.description)
        default: throw error
        }
      }
    }
  }

  static func check(collection: String) throws(TruthError) {
    let limit = EntryLimits.collectionByteCount
    let isNamed = (1...limit).contains(collection.utf8.count)
    guard isNamed, collection.utf8.allSatisfy(Self.isAllowedInName) else {
      throw .invalid(field: "collection", reason: "needs 1 to \(limit) of a-z 0-9 _ -")
    }
  }

  private static func isAllowedInName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private func attempt(
    _ batch: UpsertBatch, _ onConflict: OnConflict
  ) throws(TruthError) -> UpsertResult {
    try transaction(for: batch.business) { (connection) throws(TruthError) in
      try wrap { () throws(PostgresError) in
        try connection.copyIn(Self.stagingCopy) { (writer) throws(PostgresError) in
          try batch.write(to: &writer)
        }
        var batch = batch
        let parameters: [PostgresValue] = [.uuid(batch.business), .text(batch.collection)]
        let table = EntryTable.holding(batch.collection)
        let written = try connection.prepared(
          onConflict == .update
            ? Self.updatingInsert(into: table) : Self.keepingInsert(into: table), parameters)
        for row in 0..<written.count {
          batch.noteWritten(
            try written.value(row, 0), isNew: try written.value(row, 1))
        }
        let open = batch.unresolved
        if !open.isEmpty {
          let found = try connection.prepared(
            Self.lookUp(in: table), parameters + [.int4(Int32(open[0]))])
          for row in 0..<found.count {
            // NULL: the entry has gone since.
            guard let isSame = try found.optional(row, 2, as: Bool.self) else { continue }
            batch.noteExisting(
              ordinal: Int(try found.value(row, 0, as: Int32.self)), try found.value(row, 1),
              isSame: isSame, isDeleted: try found.optional(row, 3) ?? false, onConflict)
          }
        }
        // Staging alone has given the transaction an id; it means something only with a change.
        return UpsertResult(
          outcomes: batch.outcomes(),
          transactionID: batch.hasWritten ? try transactionID(&connection) : nil)
      }
    }
  }

  // MARK: Statements

  private static let stagedColumns = """
    external_id, entry_type, title, content, metadata, keywords, tags, category, priority, \
    language, is_active
    """

  /// Made once a connection; emptied by the server at the end of each transaction.
  static let stagingTable = """
    create temporary table if not exists knowledge_staging (
      ordinal integer not null, entry_id uuid not null, is_given boolean not null,
      external_id text, entry_type text not null, title text not null, content text not null,
      metadata jsonb not null, keywords text[] not null, tags text[] not null,
      category text not null, priority integer not null, language text not null,
      is_active boolean not null
    ) on commit delete rows
    """

  private static let stagingCopy = """
    copy pg_temp.knowledge_staging (ordinal, entry_id, is_given, \(stagedColumns)) \
    from stdin (format binary)
    """

  /// The entry that has the row's external id. A subquery and not a join: whatever the planner
  /// believes of the two tables' sizes, it looks each row up by all columns of the index.
  private static func known(in table: EntryTable) -> String {
    """
    (select k.\(table.id) from \(table.name) k
      where k.business_id = $1 and \(table.isCollection("k.")) and k.external_id = s.external_id)
    """
  }

  /// An external id that exists keeps its entry id. Sorted, so that two importers of the same rows
  /// lock them in the same order.
  static func insert(into table: EntryTable) -> String {
    let collection = table.collection == nil ? ("collection, ", "$2, ") : ("", "")
    let names = table.columns.map(\.name).joined(separator: ", ")
    let staged = table.columns.map(\.staged).joined(separator: ", ")
    return """
      insert into \(table.name) as e
        (business_id, \(collection.0)\(table.id), external_id, \(names))
      select $1, \(collection.1)s.identity, s.external_id, \(staged)
      from (
        select s.*, coalesce(\(known(in: table)), s.entry_id) as identity
        from pg_temp.knowledge_staging s
        offset 0) s
      order by s.identity
      """
  }

  /// Brings entries that exist to the new values, where any differs.
  static func updatingInsert(into table: EntryTable) -> String {
    func columns(_ prefix: String) -> String {
      table.columns.map { prefix + $0.name }.joined(separator: ", ")
    }
    let assignments = table.columns.map { "\($0.name) = excluded.\($0.name)" }
    return insert(into: table) + """
       on conflict (business_id, \(table.id)) do update set
        external_id = coalesce(excluded.external_id, e.external_id),
        \(assignments.joined(separator: ", ")), deleted_at = null
      where \(table.collection == nil ? "e.collection = excluded.collection" : "true")
        and (excluded.external_id is null or e.external_id is null
          or e.external_id = excluded.external_id)
        and (e.deleted_at is not null
        or (\(columns("e."))) is distinct from (\(columns("excluded.")))
        or excluded.external_id is distinct from coalesce(e.external_id, excluded.external_id)
        or (e.external_id is null and excluded.external_id is not null))
      returning e.\(table.id), e.xmax = 0
      """
  }

  /// Nothing that exists is written over.
  static func keepingInsert(into table: EntryTable) -> String {
    insert(into: table) + """
       on conflict (business_id, \(table.id)) do nothing returning e.\(table.id), e.xmax = 0
      """
  }

  /// The entries that rows met which were not written: by external id, else by id. The third column
  /// says whether it is the same entry, or another one that has the id; the fourth, whether it was
  /// deleted softly.
  static func lookUp(in table: EntryTable) -> String {
    """
    select s.ordinal, s.found_id,
      s.known_id is not null or (s.external_id is null and (
        select \(table.isCollection("k.")) from \(table.name) k
        where k.business_id = $1 and k.\(table.id) = s.entry_id)),
      (select k.deleted_at is not null from \(table.name) k
        where k.business_id = $1 and k.\(table.id) = s.found_id)
    from (
      select s.*, coalesce(s.known_id, s.entry_id) as found_id from (
        select s.ordinal, s.entry_id, s.external_id, \(known(in: table)) as known_id
        from pg_temp.knowledge_staging s
        where s.ordinal >= $3 offset 0) s
      offset 0) s
    """
  }
}
