import Glibc
import Platform
import Testing
import TestSupport

@testable import Postgres

private struct Abandoned: PostgresErrorCarrying, Equatable {
  var error: PostgresError?
  init() {}
  init(_ error: PostgresError) { self.error = error }
}

@Suite struct PostgresStatementTests {
  @Test func `a transaction commits, and rolls back on any throw`() throws {
    let database = try TestCluster.database()
    var connection = try database.connect()
    try connection.query("create table t (n int unique)")
    try connection.transaction { (connection) throws(PostgresError) in
      try connection.query("insert into t values (1)")
    }
    let own = #expect(throws: Abandoned.self) {
      try connection.transaction { (connection) throws(Abandoned) in
        do throws(PostgresError) { try connection.query("insert into t values (2)") } catch {
          throw Abandoned(error)
        }
        throw Abandoned()
      }
    }
    #expect(own == Abandoned())
    #expect(throws: PostgresError.self) {
      try connection.transaction { (connection) throws(PostgresError) in
        try connection.query("insert into t values (3)")
        try connection.query("insert into t values (1)")
      }
    }
    // A refusal that the body swallowed still undoes it, and is not taken for a success.
    let swallowed = #expect(throws: PostgresError.self) {
      try connection.transaction { (connection) throws(PostgresError) in
        try connection.query("insert into t values (4)")
        _ = try? connection.query("insert into t values (1)")
      }
    }
    #expect(swallowed?.code == .server(sqlState: "25P02"))
    #expect((!connection.isInTransaction) as Bool)
    #expect(try connection.query("select sum(n) from t").value(0, 0, as: Int.self) == 1)
  }

  @Test func `a serialization failure is retried`() throws {
    let database = try TestCluster.database()
    var connection = try database.connect()
    var other = try database.connect()
    try connection.query("create table t (n int)")
    try connection.query("insert into t values (0)")
    var attempts = 0
    try connection.transaction(attempts: 3, .repeatableRead) { (connection) throws(PostgresError) in
      attempts += 1
      try connection.query("select n from t")
      if attempts == 1 { try other.query("update t set n = n + 10") }
      try connection.query("update t set n = n + 1")
    }
    #expect(attempts == 2)
    #expect(try connection.query("select n from t").value(0, 0, as: Int.self) == 11)
  }

  @Test func `a commit cut off is reported as unknown`() throws {
    let database = try TestCluster.database()
    var connection = try database.connect()
    var killer = try database.connect()
    try connection.run(
      script: """
        create table t (n int);
        create function slow() returns trigger language plpgsql as
          $$ begin perform pg_sleep(30); return null; end $$;
        create constraint trigger late after insert on t deferrable initially deferred
          for each row execute function slow();
        """)
    let process = try connection.query("select pg_backend_pid()").value(0, 0, as: Int32.self)
    let info = database.connectionInfo
    _ = try killer.query("select 1")
    let thread = Thread.spawn(name: "kill") {
      Thread.sleep(milliseconds: 300)
      var killer = try! PostgresConnection(connectionInfo: info)
      try! killer.query("select pg_terminate_backend($1)", [.int4(process)])
    }
    let error = #expect(throws: PostgresError.self) {
      try connection.transaction { (connection) throws(PostgresError) in
        try connection.query("insert into t values (1)")
      }
    }
    thread.join()
    #expect(error?.code == .commitOutcomeUnknown)
  }

  @Test func `COPY carries rows both ways`() throws {
    let database = try TestCluster.database()
    var connection = try database.connect()
    try connection.query("create table t (n int8, name text, data bytea, tags text[])")
    let count = 20_000
    let copied = try connection.copyIn("copy t from stdin (format binary)") {
      (writer) throws(PostgresError) in
      for number in 0..<count {
        try writer.beginRow(fieldCount: 4)
        writer.fields.append(Int64(number))
        writer.fields.append(number % 7 == 0 ? nil : "name \(number)" as String?)
        writer.fields.append([UInt8](repeating: UInt8(number % 256), count: number % 50))
        writer.fields.append(["t\(number % 3)"])
      }
    }
    #expect(copied == count)
    var seen = 0
    let read = try connection.copyOut("copy (select * from t order by n) to stdout (format binary)")
    { (row) throws(PostgresError) in
      let number = try row.next(Int64.self)!
      let name = try row.next(String.self)
      let data = try row.next([UInt8].self)!
      let tags = try row.next([String].self)!
      if number == Int64(seen), name == (number % 7 == 0 ? nil : "name \(number)"),
        data.count == Int(number % 50), tags == ["t\(number % 3)"], row.remaining == 0
      {
        seen += 1
      }
    }
    #expect(read == count && seen == count)
  }

  @Test func `a COPY that the caller, the server or the statement refuses leaves nothing`() throws {
    let database = try TestCluster.database()
    var connection = try database.connect()
    try connection.query("create table t (n int8 check (n < 1000))")
    #expect(throws: Abandoned.self) {
      try connection.copyIn("copy t from stdin (format binary)") { (writer) throws(Abandoned) in
        do throws(PostgresError) {
          try writer.beginRow(fieldCount: 1)
          writer.fields.append(Int64(1))
        } catch { throw Abandoned(error) }
        throw Abandoned()
      }
    }
    let refused = #expect(throws: PostgresError.self) {
      try connection.copyIn("copy t from stdin (format binary)") {
        (writer) throws(PostgresError) in
        for number in 0..<100_000 {
          try writer.beginRow(fieldCount: 1)
          writer.fields.append(Int64(number))
        }
      }
    }
    #expect(refused?.code == .constraintViolation)
    let wrong = #expect(throws: PostgresError.self) {
      try connection.copyIn("select 1") { (_) throws(PostgresError) in }
    }
    #expect(wrong?.code == .unexpectedReply)
    let missing = #expect(throws: PostgresError.self) {
      try connection.copyOut("copy missing to stdout (format binary)") {
        (_) throws(PostgresError) in
      }
    }
    #expect(missing?.code == .undefinedObject)
    #expect(throws: Abandoned.self) {
      try connection.copyOut(
        "copy (select generate_series(1, 1000000)) to stdout (format binary)"
      ) { (_) throws(Abandoned) in throw Abandoned() }
    }
    #expect(try connection.query("select count(*) from t").value(0, 0, as: Int.self) == 0)
  }

  @Test func `a pipeline answers in order, and stops at the first refusal`() throws {
    let database = try TestCluster.database()
    var connection = try database.connect()
    try connection.query("create table t (n int8 unique)")
    let statements = (0..<2000).map {
      PostgresConnection.Statement("insert into t values ($1) returning n", [.int8(Int64($0))])
    }
    let replies = try connection.pipeline(statements)
    #expect(replies.count == 2000)
    #expect(try replies[1234].value(0, 0, as: Int.self) == 1234)
    let error = #expect(throws: PostgresError.self) {
      try connection.pipeline([
        .init("insert into t values ($1) returning n", [.int8(5000)]),
        .init("insert into t values ($1) returning n", [.int8(7)]),
        .init("insert into t values ($1) returning n", [.int8(5001)]),
      ])
    }
    #expect(error?.code == .uniqueViolation)
    #expect(try connection.query("select count(*) from t").value(0, 0, as: Int.self) == 2000)
    // Replies larger than any socket buffer, while requests are still being sent.
    let large = (0..<50).map { _ in
      PostgresConnection.Statement(
        "select repeat('x', 1000000) || $1::text", [.text(String(repeating: "y", count: 100_000))])
    }
    #expect(try connection.pipeline(large).count == 50)
    #expect(try connection.pipeline([]).isEmpty)
  }
}
