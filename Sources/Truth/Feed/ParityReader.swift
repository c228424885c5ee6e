import Platform
import Postgres
import Synchronization

/// Reads what parity compares of the truth, on a connection of its own, as of the snapshot of a
/// step of the feed. What differs it notes for the feed to bring again.
///
/// Any thread may call anything; calls take turns.
public final class ParityReader: Sendable {
  /// A collection of the truth, and how its rows are divided.
  public struct Part: Hashable, Sendable {
    /// The tenant.
    public let business: UUID
    /// The collection's name.
    public let collection: String
    /// How many buckets its rows are divided into, less one; the number is a power of two.
    public let mask: UInt32

    /// Makes a part.
    public init(business: UUID, collection: String, mask: UInt32 = 0) {
      self.business = business
      self.collection = collection
      self.mask = mask
    }
  }

  /// What a bucket holds.
  public struct Sum: Equatable, Sendable {
    /// Living rows.
    public let count: Int
    /// The sum of their hashes modulo 2⁶⁴.
    public let sum: UInt64
  }

  /// A row without its contents.
  public struct Row: Equatable, Sendable {
    /// The entry's id.
    public let entryID: UUID
    /// `version`.
    public let version: UInt64
    /// `knowledge_row_stamp`.
    public let stamp: UInt64
    /// Whether there is a vector of the asked model for the row's present text.
    public let hasVector: Bool
  }

  /// An entry that differs.
  public struct Note: Hashable, Sendable {
    let business: UUID
    let collection: String
    let entryID: UUID

    /// Makes a note.
    public init(business: UUID, collection: String, entryID: UUID) {
      self.business = business
      self.collection = collection
      self.entryID = entryID
    }
  }

  private let connection: Mutex<PostgresConnection>

  /// - Parameter connectionInfo: Of a login role that may act as ``Roles/feed``; never logged.
  /// - Throws: ``TruthError/postgres(_:)``.
  public init(connectionInfo: String) throws(TruthError) {
    do throws(PostgresError) {
      var connection = try PostgresConnection(
        connectionInfo: connectionInfo, applicationName: "knowledge parity",
        timeoutMilliseconds: 5_000)
      connection.statementTimeoutMilliseconds = 600_000
      // No transaction stays open over a pause of the process that no timeout ends.
      try connection.run(
        script: """
          set role \(Roles.feed); set timezone = 'UTC'; set jit = off;
          set synchronous_commit = on; set max_parallel_workers_per_gather = 0;
          set work_mem = '64MB'; set cursor_tuple_fraction = 1.0; set client_min_messages = warning;
          """)
      self.connection = Mutex(connection)
    } catch { throw .postgres(error) }
  }

  private func using<Value: Sendable>(
    _ body: (inout PostgresConnection) throws(PostgresError) -> Value
  ) throws(TruthError) -> Value {
    do throws(PostgresError) {
      return try connection.withLock { (connection) throws(PostgresError) in
        try body(&connection)
      }
    } catch { throw .postgres(error) }
  }

  /// The server's hash of an id: whoever compares makes sure that it is the one it computes itself.
  ///
  /// - Throws: ``TruthError/postgres(_:)``.
  public func hash(of id: UUID, seed: UInt64) throws(TruthError) -> UInt64 {
    try using { (connection) throws(PostgresError) in
      UInt64(
        bitPattern: try connection.query(
          "select uuid_hash_extended($1, $2)", [.uuid(id), .int8(Int64(bitPattern: seed))]
        ).value(0, 0, as: Int64.self))
    }
  }

  // MARK: Comparing

  /// Sees from now on what the exported snapshot sees, until ``release()``.
  ///
  /// - Parameter snapshot: What `pg_export_snapshot` gave, of a transaction that is still open.
  /// - Throws: ``TruthError/postgres(_:)``.
  public func adopt(_ snapshot: String) throws(TruthError) {
    try using { (connection) throws(PostgresError) in
      connection.rollback()
      try connection.run(
        script: """
          begin isolation level repeatable read read only;
          set transaction snapshot '\(snapshot.filter { $0.isHexDigit || $0 == "-" })'
          """)
    }
  }

  /// Lets the snapshot go.
  public func release() {
    connection.withLock { $0.rollback() }
  }

  /// The collections of a scope that have living rows, in no order.
  ///
  /// - Throws: ``TruthError/postgres(_:)``.
  /// - Complexity: For everything, a few index probes for each collection, however many rows there
  ///   are; for a business, O(its rows), contents left out.
  public func collections(in scope: FeedScope) throws(TruthError) -> [Part] {
    try using { (connection) throws(PostgresError) in
      if let business = scope.business, let collection = scope.collection {
        return [Part(business: business, collection: collection)]
      }
      let rows: PostgresRows
      if let business = scope.business {
        rows = try connection.query(
          """
          select distinct business_id, collection from knowledge_rows()
          where business_id = $1 and deleted_at is null
          """, [.uuid(business)])
      } else {
        rows = try connection.query(ChangeFeed.collectionsStatement)
      }
      return try (0..<rows.count).map { (row) throws(PostgresError) in
        Part(business: try rows.value(row, 0), collection: try rows.value(row, 1))
      }
    }
  }

  /// The sums of each part's buckets, an array as long as it has buckets, in the order of `parts`.
  ///
  /// - Throws: ``TruthError/postgres(_:)``.
  /// - Complexity: Reads the rows of the parts, contents included: about 5 µs a row.
  public func sums(of parts: [Part]) throws(TruthError) -> [[Sum]] {
    try using { (connection) throws(PostgresError) in
      let rows = try connection.query(
        """
        select w.place, uuid_hash_extended(e.entry_id, 0) & w.mask, count(*),
          sum(uuid_hash_extended(e.entry_id, knowledge_row_stamp(e) # e.version))::text
        from unnest($1::uuid[], $2::text[], $3::integer[]) with ordinality
          as w (business_id, collection, mask, place)
        join knowledge_rows() e on e.business_id = w.business_id
          and e.collection = w.collection and e.deleted_at is null
        group by 1, 2
        """,
        [
          .uuidArray(parts.map(\.business)), .textArray(parts.map(\.collection)),
          .int4Array(parts.map { Int32(bitPattern: $0.mask) }),
        ])
      var sums = parts.map { part in
        [Sum](repeating: Sum(count: 0, sum: 0), count: Int(part.mask) + 1)
      }
      for row in 0..<rows.count {
        let place = Int(try rows.value(row, 0, as: Int64.self)) - 1
        let bucket = Int(try rows.value(row, 1, as: Int64.self))
        sums[place][bucket] = Sum(
          count: Int(try rows.value(row, 2, as: Int64.self)),
          sum: Self.modulo(try rows.value(row, 3, as: String.self)))
      }
      return sums
    }
  }

  /// A whole number of any length modulo 2⁶⁴.
  static func modulo(_ text: String) -> UInt64 {
    var value: UInt64 = 0
    for byte in text.utf8 where byte != UInt8(ascii: "-") {
      value = value &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
    }
    return text.utf8.first == UInt8(ascii: "-") ? 0 &- value : value
  }

  /// Rows handed over at a time.
  private static let batchCount = 10_000

  /// Hands over the living rows of some buckets of a part, in no order.
  ///
  /// - Parameters:
  ///   - part: Which.
  ///   - buckets: Of its buckets.
  ///   - model: Whose vectors ``Row/hasVector`` asks about; nil says true of all rows.
  ///   - receive: Takes up to 10,000 rows.
  /// - Throws: ``TruthError/postgres(_:)``.
  /// - Complexity: Reads the ids of all the part's rows, and the contents of those in the buckets.
  public func forEachRow(
    of part: Part, in buckets: [Int], model: String?, _ receive: ([Row]) -> Void
  ) throws(TruthError) {
    try using { (connection) throws(PostgresError) in
      try connection.query(
        """
        declare parity no scroll cursor for
        select e.entry_id, e.version, knowledge_row_stamp(e),
          $5::text is null or \(EntryStore.isEmbedded(model: "$5"))
        from knowledge_rows() e where e.business_id = $1 and e.collection = $2
          and e.deleted_at is null and (uuid_hash_extended(e.entry_id, 0) & $3)::integer = any($4)
        """,
        [
          .uuid(part.business), .text(part.collection), .int8(Int64(part.mask)),
          .int4Array(buckets.map { Int32($0) }), .optional(model),
        ])
      while true {
        let rows = try connection.query("fetch \(Self.batchCount) from parity")
        var batch: [Row] = []
        batch.reserveCapacity(rows.count)
        for row in 0..<rows.count {
          batch.append(
            Row(
              entryID: try rows.value(row, 0),
              version: UInt64(bitPattern: try rows.value(row, 1, as: Int64.self)),
              stamp: UInt64(bitPattern: try rows.value(row, 2, as: Int64.self)),
              hasVector: try rows.value(row, 3)))
        }
        receive(batch)
        if rows.count < Self.batchCount { break }
      }
      try connection.query("close parity")
    }
  }

  // MARK: Repairing

  /// Notes entries, as their change would: every node's feed brings their present rows again.
  ///
  /// Call it after ``release()``.
  /// - Returns: The transaction: once a position sees it, the files hold those rows.
  /// - Throws: ``TruthError/postgres(_:)``.
  public func note(_ notes: [Note]) throws(TruthError) -> UInt64 {
    try using { (connection) throws(PostgresError) in
      let rows = try connection.query(
        """
        with noted as (
          insert into knowledge_changes (business_id, collection, entry_id)
          select * from unnest($1::uuid[], $2::text[], $3::uuid[]) returning 1)
        select pg_current_xact_id() from noted limit 1
        """,
        [
          .uuidArray(notes.map(\.business)), .textArray(notes.map(\.collection)),
          .uuidArray(notes.map(\.entryID)),
        ])
      guard rows.count == 1 else {
        throw PostgresError(.unexpectedReply, "knowledge_changes takes no notes")
      }
      return try rows.value(0, 0)
    }
  }
}
