import Glibc
import Platform
import Synchronization
import Testing
import TestSupport

@testable import Postgres

@Suite struct PostgresPoolTests {
  @Test func `connections are shared, bounded and configured`() throws {
    let database = try TestCluster.database()
    var configuration = PostgresPool.Configuration(connectionInfo: database.connectionInfo)
    configuration.connectionLimit = 3
    configuration.configure = { (connection) throws(PostgresError) in
      try connection.query("set app.marker = 'configured'")
    }
    let pool = PostgresPool(configuration)
    let failures = Mutex<[String]>([])
    let threads = (0..<12).map { number in
      Thread.spawn(name: "lend-\(number)") {
        for _ in 0..<20 {
          do throws(PostgresError) {
            let marker = try pool.lend { (connection) throws(PostgresError) in
              try connection.query("select current_setting('app.marker')")
                .value(0, 0, as: String.self)
            }
            if marker != "configured" { failures.withLock { $0.append(marker) } }
          } catch { failures.withLock { $0.append("\(error)") } }
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(failures.withLock { $0 } == [])
    #expect(pool.connectionCounts.opened <= 3)
    #expect(pool.connectionCounts.idle == pool.connectionCounts.opened)
    pool.close()
    #expect(pool.connectionCounts.opened == 0)
    let error = #expect(throws: PostgresError.self) {
      try pool.lend { (_) throws(PostgresError) in }
    }
    #expect(error?.code == .poolClosed)
  }

  @Test func `waiting for a lent connection ends at its deadline`() throws {
    let database = try TestCluster.database()
    var configuration = PostgresPool.Configuration(connectionInfo: database.connectionInfo)
    configuration.connectionLimit = 1
    let pool = PostgresPool(configuration)
    let error = #expect(throws: PostgresError.self) {
      try pool.lend { (_) throws(PostgresError) in
        try pool.lend(waitMilliseconds: 100) { (_) throws(PostgresError) in }
      }
    }
    #expect(error?.code == .poolExhausted)
  }

  @Test func `a transaction left open is undone before the next loan`() throws {
    let database = try TestCluster.database()
    var configuration = PostgresPool.Configuration(connectionInfo: database.connectionInfo)
    configuration.connectionLimit = 1
    let pool = PostgresPool(configuration)
    try pool.lend { (connection) throws(PostgresError) in
      try connection.query("create table t (n int)")
      try connection.query("begin")
      try connection.query("insert into t values (1)")
    }
    let count = try pool.lend { (connection) throws(PostgresError) in
      try connection.query("select count(*) from t").value(0, 0, as: Int.self)
    }
    #expect(count == 0)
  }

  @Test func `the pool outlives the server, and spaces its attempts`() throws {
    let cluster = try TestCluster.start("pool", settings: [("fsync", "off")])
    var configuration = PostgresPool.Configuration(connectionInfo: cluster.connectionInfo)
    configuration.connectionLimit = 2
    configuration.firstBackoffMilliseconds = 20
    configuration.backoffLimitMilliseconds = 200
    let pool = PostgresPool(configuration)
    _ = try pool.lend { (connection) throws(PostgresError) in try connection.query("select 1") }
    try cluster.stop(mode: .immediate)
    let start = Clock.monotonicNanoseconds
    let error = #expect(throws: PostgresError.self) {
      try pool.lend(waitMilliseconds: 500) { (connection) throws(PostgresError) in
        try connection.query("select 1")
      }
    }
    #expect(error?.isOutage == true)
    #expect(Clock.monotonicNanoseconds - start < 5_000_000_000)
    let thread = Thread.spawn(name: "start") {
      Thread.sleep(milliseconds: 300)
      try! cluster.ensureRunning()
    }
    // Somebody who waits long enough gets through by himself once the server is back.
    let one = try pool.lend(waitMilliseconds: 30_000) { (connection) throws(PostgresError) in
      try connection.query("select 1").value(0, 0, as: Int.self)
    }
    thread.join()
    #expect(one == 1)
    pool.close()
    try cluster.stop(mode: .immediate)
  }
}
