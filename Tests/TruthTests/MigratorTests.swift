import Glibc
import Platform
import Postgres
import Synchronization
import Testing
import TestSupport

@testable import Truth

@Suite(.serialized) struct MigratorTests {
  @Test func `the embedded migrations are the files`() throws {
    let folder = FileSystem.directory(of: #filePath) + "/../../Migrations"
    let files = try FileSystem.list(folder).filter { $0.hasSuffix(".sql") }
    #expect(files.count == Migration.all.count)
    for (index, file) in files.enumerated() where index < Migration.all.count {
      let migration = Migration.all[index]
      let text = String(decoding: try FileSystem.readAll(folder + "/" + file), as: UTF8.self)
      #expect(file.hasPrefix("000\(migration.number)_") && migration.number == index + 1)
      #expect(file == "000\(migration.number)_\(migration.name).sql")
      #expect(text == migration.sql + "\n", "run Migrations/embed")
      #expect(text.contains("-- Way back:"), "\(file) does not say how to go back")
    }
  }

  @Test func `migrating twice changes nothing the second time`() throws {
    let database = try TestCluster.database()
    var connection = try database.connect()
    let first = try Migrator.apply(to: &connection)
    #expect(first.applied.count == Migrator.version)
    #expect(first.applied.first == "0001_businesses")
    let second = try Migrator.apply(to: &connection)
    #expect(second == Migrator.Report(applied: [], version: Migrator.version))
    try Migrator.check(&connection)
    #expect(try Isolation.findings(&connection) == [])
  }

  @Test func `eight migrators at once apply each migration once`() throws {
    let database = try TestCluster.database()
    let applied = Mutex(0)
    let failures = Mutex<[String]>([])
    let threads = (0..<8).map { number in
      Thread.spawn(name: "migrate-\(number)") {
        do {
          var connection = try database.connect()
          let report = try Migrator.apply(to: &connection)
          applied.withLock { $0 += report.applied.count }
        } catch { failures.withLock { $0.append("\(error)") } }
      }
    }
    for thread in threads { thread.join() }
    #expect(failures.withLock { $0 } == [])
    #expect(applied.withLock { $0 } == Migrator.version)
  }

  @Test func `databases of one cluster can be migrated at once`() throws {
    let databases = try (0..<4).map { _ in try TestCluster.database() }
    let failures = Mutex<[String]>([])
    let threads = databases.map { database in
      Thread.spawn(name: "migrate") {
        do {
          var connection = try database.connect()
          try Migrator.apply(to: &connection)
        } catch { failures.withLock { $0.append("\(error)") } }
      }
    }
    for thread in threads { thread.join() }
    #expect(failures.withLock { $0 } == [])
  }

  @Test func `a newer schema, a changed migration and an older schema are refused`() throws {
    let database = try TestCluster.database()
    var connection = try database.connect()
    #expect(throws: TruthError.self) { try Migrator.check(&connection) }
    _ = try Migrator.apply(Array(Migration.all.dropLast()), to: &connection)
    let old = #expect(throws: TruthError.self) { try Migrator.check(&connection) }
    #expect("\(old!)".contains("run `knowledge migrate`"))
    try Migrator.apply(to: &connection)
    try connection.query(
      "insert into knowledge_migrations (number, name, checksum) values (99, 'later', '')")
    for attempt in [true, false] {
      let error = #expect(throws: TruthError.self) {
        if attempt { try Migrator.apply(to: &connection) } else { try Migrator.check(&connection) }
      }
      guard case .schemaTooNew(let found, let known) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(found == known + 1)
    }
    try connection.query("delete from knowledge_migrations where number = 99")
    try connection.query("update knowledge_migrations set checksum = '' where number = 2")
    let changed = #expect(throws: TruthError.self) { try Migrator.check(&connection) }
    guard case .migrationChanged(2, "knowledge") = changed else {
      Issue.record("\(String(describing: changed))")
      return
    }
  }

  @Test func `a failing migration leaves nothing behind and keeps the ones before it`() throws {
    let database = try TestCluster.database()
    var connection = try database.connect()
    let broken = Migration(
      number: Migrator.version + 1, name: "broken",
      sql: "create table half (n integer); select 1 / 0;")
    #expect(throws: TruthError.self) {
      try Migrator.apply(Migration.all + [broken], to: &connection)
    }
    try Migrator.check(&connection)
    #expect(try connection.query("select to_regclass('half') is null").value(0, 0, as: Bool.self))
  }

  @Test func `a role without rights is told what an administrator can run`() throws {
    let database = try TestCluster.database()
    var owner = try database.connect()
    let name = "plain_\(hexadecimal(SecureRandom.bytes(4)))"
    try owner.query("create role \(name) login")
    defer {
      _ = try? owner.run(script: "reassign owned by \(name) to knowledge; drop owned by \(name)")
      _ = try? owner.query("drop role \(name)")
    }
    var connection = try database.connect()
    try connection.query("set role \(name)")
    let noCreate = #expect(throws: TruthError.self) { try Migrator.apply(to: &connection) }
    #expect("\(noCreate!)".contains("grant create on schema"))

    try owner.query("grant create on schema public to \(name)")
    let noRoles = #expect(throws: TruthError.self) { try Migrator.apply(to: &connection) }
    #expect("\(noRoles!)".contains("grant knowledge_service to \"\(name)\""))

    // What the message says is enough: a plain role that has been granted them migrates.
    try Migrator.apply(to: &owner)  // The roles exist in any case.
    let second = try TestCluster.database()
    var administrator = try second.connect()
    try administrator.query("grant create on schema public to \(name)")
    for role in Roles.all { try administrator.query("grant \(role) to \(name)") }
    var plain = try second.connect()
    try plain.query("set role \(name)")
    try Migrator.apply(to: &plain)
    #expect(try Isolation.findings(&plain) == [])
    _ = try administrator.run(
      script: "reassign owned by \(name) to knowledge; drop owned by \(name)")
  }

  @Test func `a database in another encoding is refused in words`() throws {
    let name = "latin_\(hexadecimal(SecureRandom.bytes(4)))"
    var administrator = try PostgresConnection(
      connectionInfo: TestCluster.shared.connectionInfo)
    try administrator.query(
      "create database \(name) template template0 encoding 'LATIN1' locale 'C'")
    defer { _ = try? administrator.query("drop database \(name) with (force)") }
    var connection = try PostgresConnection(
      connectionInfo: TestCluster.shared.connectionInfo(database: name))
    let error = #expect(throws: TruthError.self) { try Migrator.apply(to: &connection) }
    #expect("\(error!)".contains("encoding 'UTF8'"))
  }
}
