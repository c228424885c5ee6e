import Platform
import Postgres

/// One numbered step of the schema; the SQL stands in `Migrations/`.
struct Migration: Sendable {
  /// From 1, without gaps.
  let number: Int
  /// The file's name without its number and ending.
  let name: String
  /// Statements in which `@schema@` stands for the schema that is filled.
  let sql: String

  /// SHA-256 of ``sql``.
  var checksum: [UInt8] { SHA256.hash(Array(sql.utf8)) }
}

/// Brings a database to the schema that this program knows.
public enum Migrator {
  /// What ``apply(to:)`` did.
  public struct Report: Equatable, Sendable {
    /// `0002_knowledge` and so on, in the order they were applied now; empty where nothing was new.
    public var applied: [String]
    /// The schema's version afterwards.
    public var version: Int
  }

  /// The schema version that this program needs.
  public static var version: Int { Migration.all.count }

  /// Held while migrating: ASCII "knowmigr". One migrator a database at a time.
  private static let lock: Int64 = 0x6B6E_6F77_6D69_6772

  /// Applies what is missing, each migration in a transaction of its own. Safe to run again, and
  /// from several processes at once.
  ///
  /// - Parameter connection: Logged in as the role that is to own the schema.
  /// - Throws: ``TruthError``: `.schemaTooNew`, `.migrationChanged`, `.rightMissing`,
  ///   `.unsuitableServer`, `.standby` or `.postgres`; what was applied before stays.
  @discardableResult
  public static func apply(
    to connection: inout PostgresConnection
  ) throws(TruthError) -> Report {
    try apply(Migration.all, to: &connection)
  }

  static func apply(
    _ migrations: [Migration], to connection: inout PostgresConnection
  ) throws(TruthError) -> Report {
    let timeout = connection.statementTimeoutMilliseconds
    connection.statementTimeoutMilliseconds = nil
    defer { connection.statementTimeoutMilliseconds = timeout }
    do throws(PostgresError) {
      try connection.query("select pg_advisory_lock($1)", [.int8(lock)])
    } catch { throw .postgres(error) }
    defer { _ = try? connection.query("select pg_advisory_unlock($1)", [.int8(lock)]) }

    var applied = try appliedMigrations(&connection)
    try compare(applied, with: migrations)
    var report = Report(applied: [], version: applied.count)
    let missing = migrations.dropFirst(applied.count)
    if missing.isEmpty { return report }
    let schema = try Preflight.check(&connection)
    for migration in missing {
      try connection.transaction { (connection) throws(TruthError) in
        do throws(PostgresError) {
          try connection.run(script: table)
          try connection.run(script: text(of: migration, schema: schema))
          try connection.query(
            "insert into knowledge_migrations (number, name, checksum) values ($1, $2, $3)",
            [.int4(Int32(migration.number)), .text(migration.name), .bytes(migration.checksum)])
        } catch { throw .postgres(error) }
      }
      applied.append((migration.name, migration.checksum))
      let digits = String(migration.number)
      let number = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      report.applied.append("\(number)_\(migration.name)")
    }
    report.version = applied.count
    return report
  }

  /// Refuses a database that is not at exactly ``version``.
  ///
  /// - Throws: ``TruthError``: `.schemaTooOld`, `.schemaTooNew`, `.migrationChanged` or
  ///   `.postgres`.
  public static func check(_ connection: inout PostgresConnection) throws(TruthError) {
    let applied = try appliedMigrations(&connection)
    try compare(applied, with: Migration.all)
    if applied.count < version { throw .schemaTooOld(found: applied.count, needed: version) }
  }

  private static let table = """
    create table if not exists knowledge_migrations (
      number integer primary key, name text not null, checksum bytea not null,
      applied_at timestamptz not null default now())
    """

  /// Names and checksums of what has been applied, in order.
  private static func appliedMigrations(
    _ connection: inout PostgresConnection
  ) throws(TruthError) -> [(name: String, checksum: [UInt8])] {
    do throws(PostgresError) {
      let found = try connection.query("select to_regclass('knowledge_migrations') is not null")
      guard try found.value(0, 0, as: Bool.self) else { return [] }
      let rows = try connection.query(
        "select name, checksum from knowledge_migrations order by number")
      var applied: [(name: String, checksum: [UInt8])] = []
      for row in 0..<rows.count {
        applied.append((try rows.value(row, 0), try rows.value(row, 1)))
      }
      return applied
    } catch { throw .postgres(error) }
  }

  private static func compare(
    _ applied: [(name: String, checksum: [UInt8])], with known: [Migration]
  ) throws(TruthError) {
    guard applied.count <= known.count else {
      throw .schemaTooNew(found: applied.count, known: known.count)
    }
    for (found, migration) in zip(applied, known) where found.checksum != migration.checksum {
      throw .migrationChanged(number: migration.number, name: migration.name)
    }
  }

  /// The migration's statements for one schema.
  private static func text(of migration: Migration, schema: String) -> String {
    var text = ""
    var rest = migration.sql[...]
    while let range = rest.firstRange(of: "@schema@") {
      text += rest[..<range.lowerBound] + schema
      rest = rest[range.upperBound...]
    }
    return text + rest
  }
}
