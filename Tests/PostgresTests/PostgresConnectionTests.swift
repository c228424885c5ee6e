import Glibc
import Platform
import Testing
import TestSupport

@testable import Postgres

@Suite struct PostgresConnectionTests {
  @Test func `every parameter type comes back as it was sent`() throws {
    let database = try TestCluster.database()
    var connection = try database.connect()
    let id = UUID.random()
    let moment = PostgresTimestamp(unixMicroseconds: 1_732_000_000_123_456)
    for prepared in [false, true] {
      let sql = """
        select $1::bool, $2::int4, $3::int8, $4::float4, $5::float8, $6::text, $7::bytea, $8::uuid,
          $9::timestamptz, $10::text[], $11::jsonb, $12::xid8, $13::uuid[], $14::int4[],
          $15::float4[], $16::text, $17::xid8[]
        """
      let values: [PostgresValue] = [
        .boolean(true), .int4(-7), .int8(1 << 40), .float4(1.5), .float8(-2.25),
        .text("naïve 漢字 🙂"), .bytes([0, 255, 1]), .uuid(id), .timestamp(moment),
        .textArray(["a", "", "b,\"c\""]), .jsonb(#"{"k": [1, 2]}"#), .xid8(UInt64.max - 1),
        .uuidArray([id, .zero]), .int4Array([1, -1]), .float4Array([0.25, -8]), .null,
        .xid8Array([3, 9]),
      ]
      let rows =
        prepared ? try connection.prepared(sql, values) : try connection.query(sql, values)
      #expect(rows.count == 1 && rows.columnCount == 17)
      #expect(try rows.value(0, 0, as: Bool.self))
      #expect(try rows.value(0, 1, as: Int32.self) == -7)
      #expect(try rows.value(0, 2, as: Int64.self) == 1 << 40)
      #expect(try rows.value(0, 3, as: Float.self) == 1.5)
      #expect(try rows.value(0, 4, as: Double.self) == -2.25)
      #expect(try rows.value(0, 5, as: String.self) == "naïve 漢字 🙂")
      #expect(try rows.value(0, 6, as: [UInt8].self) == [0, 255, 1])
      #expect(try rows.value(0, 7, as: UUID.self) == id)
      #expect(try rows.value(0, 8, as: PostgresTimestamp.self) == moment)
      #expect(try rows.value(0, 9, as: [String].self) == ["a", "", "b,\"c\""])
      #expect(try rows.value(0, 10, as: String.self) == #"{"k": [1, 2]}"#)
      #expect(try rows.value(0, 11, as: UInt64.self) == UInt64.max - 1)
      #expect(try rows.value(0, 12, as: [UUID].self) == [id, .zero])
      #expect(try rows.value(0, 13, as: [Int32].self) == [1, -1])
      #expect(try rows.value(0, 14, as: [Float].self) == [0.25, -8])
      #expect(rows.isNull(0, 15))
      #expect(try rows.optional(0, 15, as: String.self) == nil)
      #expect(try rows.value(0, 16, as: [UInt64].self) == [3, 9])
    }
  }

  @Test func `a moment means the same to the server`() throws {
    let database = try TestCluster.database()
    var connection = try database.connect()
    let rows = try connection.query(
      "select $1::timestamptz = '2026-11-21T07:00:00.5Z', 'infinity'::timestamptz, now()",
      [.timestamp(PostgresTimestamp(unixMicroseconds: 1_795_244_400_500_000))])
    #expect(try rows.value(0, 0, as: Bool.self))
    #expect(try rows.value(0, 1, as: PostgresTimestamp.self).unixMicroseconds == Int64.max)
    let now = try rows.value(0, 2, as: PostgresTimestamp.self).unixMicroseconds
    #expect(abs(now - Clock.wallMicroseconds) < 60_000_000)
  }

  @Test func `a field of another type or NULL is an error, not a trap`() throws {
    let database = try TestCluster.database()
    var connection = try database.connect()
    let rows = try connection.query(
      "select 1::int4, null::text, 'x'::text, '{{1,2},{3,4}}'::int4[]")
    #expect(throws: PostgresError.self) { try rows.value(0, 0, as: String.self) }
    #expect(throws: PostgresError.self) { try rows.value(0, 1, as: String.self) }
    #expect(throws: PostgresError.self) { try rows.value(0, 2, as: Int64.self) }
    #expect(throws: PostgresError.self) { try rows.value(0, 2, as: UUID.self) }
    #expect(throws: PostgresError.self) { try rows.value(0, 3, as: [Int32].self) }
  }

  @Test func `refusals carry their kind, and the connection goes on`() throws {
    let database = try TestCluster.database()
    var connection = try database.connect()
    try connection.run(
      script: """
        create table parent (id int primary key check (id < 100));
        create table child (id int references parent);
        create role nobody_\(database.name);
        """)
    defer { _ = try? connection.query("drop role nobody_\(database.name)") }
    try connection.query("insert into parent values (1)")
    func code(_ sql: String) -> PostgresError.Code? {
      do throws(PostgresError) {
        try connection.query(sql)
        return nil
      } catch { return error.code }
    }
    #expect(code("insert into parent values (1)") == .uniqueViolation)
    #expect(code("insert into child values (2)") == .foreignKeyViolation)
    #expect(code("insert into parent values (100)") == .constraintViolation)
    #expect(code("select * from missing") == .undefinedObject)
    #expect(code("create table parent (n int)") == .duplicateObject)
    #expect(code("selec 1") == .server(sqlState: "42601"))
    #expect(code("select 1 / 0") == .server(sqlState: "22012"))
    try connection.query("set role nobody_\(database.name)")
    #expect(code("select * from parent") == .permissionDenied)
    try connection.query("reset role")
    #expect(try connection.query("select 1").value(0, 0, as: Int.self) == 1)
  }

  @Test func `a refusal's description does not quote rows`() throws {
    let database = try TestCluster.database()
    var connection = try database.connect()
    try connection.query("create table t (name text unique)")
    try connection.query("insert into t values ('canary-value')")
    let error = #expect(throws: PostgresError.self) {
      try connection.query("insert into t values ($1)", [.text("canary-value")])
    }
    #expect(!"\(error!)".contains("canary"))
  }

  @Test func `no connection, in each way that can fail`() throws {
    func failure(_ info: String, timeout: Int = 3000) -> PostgresError? {
      do throws(PostgresError) {
        _ = try PostgresConnection(connectionInfo: info, timeoutMilliseconds: timeout)
        return nil
      } catch { return error }
    }
    #expect(failure("host=/nonexistent user=x dbname=y")?.code == .connectionFailed)
    #expect(failure("host=127.0.0.1 port=1 user=x dbname=y")?.code == .connectionFailed)
    let missing = TestCluster.shared.connectionInfo(database: "missing")
    #expect(failure(missing)?.code == .connectionFailed)
    // An address that cannot be parsed is answered without quoting it.
    for bad in ["canary password", "postgresql://u:canary@h:port:9/x", "host='canary"] {
      let error = try #require(failure(bad))
      #expect(error.code == .connectionFailed)
      #expect(!error.debugDescription.contains("canary"))
    }
    // A listener that never answers.
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = bind(listener, pointer, length)
        _ = listen(listener, 1)
        _ = getsockname(listener, pointer, &length)
      }
      return UInt16(bigEndian: pointer.pointee.sin_port)
    }
    let start = Clock.monotonicNanoseconds
    #expect(failure("host=127.0.0.1 port=\(port) sslmode=disable", timeout: 300)?.code == .timedOut)
    #expect(Clock.monotonicNanoseconds - start < 3_000_000_000)
  }

  @Test func `a statement past its deadline is cancelled and the connection stays`() throws {
    let database = try TestCluster.database()
    var connection = try database.connect()
    connection.statementTimeoutMilliseconds = 200
    let error = #expect(throws: PostgresError.self) { try connection.query("select pg_sleep(30)") }
    #expect(error?.code == .timedOut)
    #expect((connection.isUsable()) as Bool)
    #expect(try connection.query("select 2").value(0, 0, as: Int.self) == 2)
  }

  @Test func `another thread cancels a statement`() throws {
    let database = try TestCluster.database()
    var connection = try database.connect()
    let canceller = connection.canceller()!
    let thread = Thread.spawn(name: "cancel") {
      Thread.sleep(milliseconds: 200)
      canceller.cancel()
    }
    let error = #expect(throws: PostgresError.self) { try connection.query("select pg_sleep(30)") }
    thread.join()
    #expect(error?.code == .cancelled)
    #expect(try connection.query("select 2").value(0, 0, as: Int.self) == 2)
  }

  @Test func `a killed session is noticed during a statement and at rest`() throws {
    let database = try TestCluster.database()
    var killer = try database.connect()
    for atRest in [true, false] {
      var connection = try database.connect()
      let process = try connection.query("select pg_backend_pid()").value(0, 0, as: Int.self)
      if atRest {
        try killer.query("select pg_terminate_backend($1::int)", [.int4(Int32(process))])
        for _ in 0..<100 where connection.isUsable() { Thread.sleep(milliseconds: 10) }
        #expect((!connection.isUsable()) as Bool)
      } else {
        let info = database.connectionInfo
        let thread = Thread.spawn(name: "kill") {
          Thread.sleep(milliseconds: 200)
          var killer = try! PostgresConnection(connectionInfo: info)
          try! killer.query("select pg_terminate_backend($1::int)", [.int4(Int32(process))])
        }
        let error = #expect(throws: PostgresError.self) {
          try connection.query("select pg_sleep(30)")
        }
        thread.join()
        #expect(error?.code == .connectionLost)
      }
      let later = #expect(throws: PostgresError.self) { try connection.query("select 1") }
      #expect(later?.code == .connectionLost)
    }
  }
}
