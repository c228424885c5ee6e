import Platform
import Postgres

extension EntryStore {
  /// What ``delete(ids:externalIDs:business:collection:soft:)`` did.
  public struct DeleteResult: Equatable, Sendable {
    /// Entries deleted.
    public var deletedCount: Int
    /// Identities that named no living entry.
    public var missingCount: Int
    /// The transaction's id; nil where nothing changed.
    public var transactionID: UInt64?
  }

  /// Deletes entries of one collection by id and by external id.
  ///
  /// - Parameters:
  ///   - ids: Entry ids; unknown ones are counted, not refused.
  ///   - externalIDs: External ids.
  ///   - business: The tenant.
  ///   - collection: Where they are looked for.
  ///   - soft: Keeps the rows, marked with the time; an upsert of the same identity revives them.
  /// - Throws: ``TruthError``.
  public func delete(
    ids: [UUID] = [], externalIDs: [String] = [], business: UUID, collection: String,
    soft: Bool = false
  ) throws(TruthError) -> DeleteResult {
    try Self.check(collection: collection)
    // Text with NUL cannot be sent, nor stand in any row.
    let names = externalIDs.filter { !$0.utf8.contains(0) }
    return try transaction(for: business) { (connection) throws(TruthError) in
      try wrap { () throws(PostgresError) in
        let table = EntryTable.holding(collection)
        let which = """
          business_id = $1 and \(table.isCollection) and deleted_at is null
          and (\(table.id) = any($3) or external_id = any($4))
          returning \(table.id), external_id
          """
        let rows = try connection.prepared(
          soft
            ? "update \(table.name) set deleted_at = now() where \(which)"
            : "delete from \(table.name) where \(which)",
          [.uuid(business), .text(collection), .uuidArray(ids), .textArray(names)])
        var found: Set<UUID> = []
        var foundNames: Set<ByteText> = []
        for row in 0..<rows.count {
          found.insert(try rows.value(row, 0))
          if let name = try rows.optional(row, 1, as: String.self) {
            foundNames.insert(ByteText(name))
          }
        }
        let missing =
          ids.count { !found.contains($0) }
          + externalIDs.count { !foundNames.contains(ByteText($0)) }
        return DeleteResult(
          deletedCount: rows.count, missingCount: missing,
          transactionID: try transactionID(&connection))
      }
    }
  }

  /// Living entries of one collection by id and by external id; those that do not exist are left
  /// out. In the order of ids, then external ids, without repetition.
  ///
  /// - Throws: ``TruthError``.
  public func get(
    ids: [UUID] = [], externalIDs: [String] = [], business: UUID, collection: String
  ) throws(TruthError) -> [EntryRow] {
    try Self.check(collection: collection)
    let names = externalIDs.filter { !$0.utf8.contains(0) }
    let rows = try transaction(for: business) { (connection) throws(TruthError) in
      try wrap { () throws(PostgresError) in
        let rows = try connection.prepared(
          """
          select \(EntryRow.columns) from knowledge_rows() e
          where business_id = $1 and collection = $2 and deleted_at is null
            and (entry_id = any($3) or external_id = any($4))
          """, [.uuid(business), .text(collection), .uuidArray(ids), .textArray(names)])
        return try (0..<rows.count).map { (row) throws(PostgresError) in
          try EntryRow(rows, row)
        }
      }
    }
    var places: [UUID: Int] = [:]
    var namePlaces: [ByteText: Int] = [:]
    for (place, id) in ids.enumerated() where places[id] == nil { places[id] = place }
    for (place, name) in names.map(ByteText.init(_:)).enumerated() where namePlaces[name] == nil {
      namePlaces[name] = ids.count + place
    }
    func place(_ row: EntryRow) -> Int {
      places[row.entryID] ?? row.externalID.flatMap { namePlaces[ByteText($0)] } ?? Int.max
    }
    return rows.sorted { place($0) < place($1) }
  }

  /// Reads a collection's living entries in the order of their ids, in constant memory and from one
  /// snapshot.
  ///
  /// - Parameters:
  ///   - business: The tenant.
  ///   - collection: The set to read.
  ///   - batchCount: Rows handed over at a time, 1 or more.
  ///   - receive: Takes each batch; returns whether to go on.
  /// - Returns: Rows handed over.
  /// - Throws: ``TruthError``.
  @discardableResult
  public func export(
    business: UUID, collection: String, batchCount: Int = 1000,
    _ receive: ([EntryRow]) throws(TruthError) -> Bool
  ) throws(TruthError) -> Int {
    try Self.check(collection: collection)
    return try transaction(for: business, .repeatableReadOnly) { (connection) throws(TruthError) in
      try wrap { () throws(PostgresError) in
        try connection.query(
          """
          declare export no scroll cursor for select \(EntryRow.columns) from knowledge_rows() e
          where business_id = $1 and collection = $2 and deleted_at is null order by entry_id
          """, [.uuid(business), .text(collection)])
      }
      var count = 0
      while true {
        let batch = try wrap { () throws(PostgresError) in
          let rows = try connection.query("fetch \(max(1, batchCount)) from export")
          return try (0..<rows.count).map { (row) throws(PostgresError) in
            try EntryRow(rows, row)
          }
        }
        count += batch.count
        guard !batch.isEmpty, try receive(batch) else { return count }
      }
    }
  }

  /// Living entries of a collection.
  ///
  /// - Throws: ``TruthError``.
  /// - Complexity: O(entries): it counts rows.
  public func count(business: UUID, collection: String) throws(TruthError) -> Int {
    try transaction(for: business) { (connection) throws(TruthError) in
      try wrap { () throws(PostgresError) in
        try connection.prepared(
          """
          select count(*) from knowledge_rows()
          where business_id = $1 and collection = $2 and deleted_at is null
          """, [.uuid(business), .text(collection)]
        ).value(0, 0)
      }
    }
  }
}
