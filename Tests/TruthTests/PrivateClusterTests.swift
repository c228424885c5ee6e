import Glibc
import Platform
import Postgres
import Testing
import TestSupport

@testable import Truth

@Suite(.serialized) struct PrivateClusterTests {
  @Test func `a cluster is made with checksums, a private socket and no network`() throws {
    let cluster = TestCluster.shared
    var connection = try PostgresConnection(connectionInfo: cluster.connectionInfo)
    let rows = try connection.query(
      """
      select current_setting('data_checksums'), current_setting('listen_addresses'),
        current_setting('server_encoding'), current_user::text,
        current_setting('full_page_writes'), current_setting('synchronous_commit')
      """)
    let values = try (0..<6).map { try rows.value(0, $0, as: String.self) }
    #expect(values == ["on", "", "UTF8", "knowledge", "on", "on"])
    let socket = try FileSystem.permissions(of: cluster.directory + "/run")
    #expect(socket.mode & 0o777 == 0o700)
  }

  @Test func `a running cluster is adopted, a killed one recovers, a stopped one starts again`()
    throws
  {
    let cluster = try TestCluster.start("adopt")
    let first = try #require(cluster.processID)
    #expect(try cluster.ensureRunning() == false)
    #expect(try TestCluster.start("adopt").processID == first)

    var connection = try PostgresConnection(connectionInfo: cluster.connectionInfo)
    try connection.query("create table kept (n integer)")
    try connection.query("insert into kept values (42)")
    kill(first, SIGKILL)
    #expect(throws: PostgresError.self) {
      for _ in 0..<100 {
        try connection.query("select 1")
        Thread.sleep(milliseconds: 20)
      }
    }
    #expect((!connection.isUsable()) as Bool)
    let again = try TestCluster.start("adopt")
    #expect(again.processID != first)
    var second = try PostgresConnection(connectionInfo: again.connectionInfo)
    #expect(try second.query("select n from kept").value(0, 0, as: Int.self) == 42)

    try again.stop()
    #expect(again.processID == nil)
    #expect(!again.answers())
    try again.stop()
    #expect(try again.ensureRunning())
    #expect(again.answers())
    try again.stop(mode: .immediate)
  }

  @Test func `a half-made cluster is made again`() throws {
    let place = TestCluster.directory + "/half"
    try FileSystem.createDirectories(place + "/data.tmp/base")
    try FileSystem.replace(place + "/data.tmp/PG_VERSION", with: Array("15\n".utf8))
    let cluster = try TestCluster.start("half")
    #expect(cluster.answers())
    #expect(!FileSystem.exists(place + "/data.tmp"))
    try cluster.stop(mode: .immediate)
  }

  @Test func `a directory that Postgres may not enter is named`() throws {
    try #require(Subprocess.User.current.userID == 0)
    let closed = TestCluster.directory + "/closed"
    try FileSystem.createDirectories(closed + "/inner")
    try FileSystem.setMode(closed, to: 0o700)
    let error = #expect(throws: TruthError.self) {
      try TestCluster.start("closed/inner/postgres")
    }
    guard case .directoryNotSearchable(let path, let user) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path == closed)
    #expect(user == "postgres")
    #expect("\(error!)".contains("chmod o+x \(closed)"))
  }

  @Test func `a socket path that the kernel would cut is refused before anything is made`() {
    let name = String(repeating: "x", count: 100)
    let error = #expect(throws: TruthError.self) { try TestCluster.start(name) }
    guard case .socketPathTooLong(let path, let byteCount) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(byteCount == path.utf8.count && byteCount > 107)
    #expect(!FileSystem.exists(TestCluster.directory + "/" + name))
  }

  @Test func `missing programs are answered with the package to install`() {
    var configuration = PrivateCluster.Configuration(directory: TestCluster.directory + "/none")
    configuration.programDirectory = "/nonexistent"
    let error = #expect(throws: TruthError.self) { try PrivateCluster.start(configuration) }
    #expect("\(error!)".contains("apt-get install postgresql"))
  }

  @Test func `a damaged cluster says what the server said`() throws {
    let cluster = try TestCluster.start("damaged")
    try cluster.stop()
    try FileSystem.remove(cluster.dataDirectory + "/global/pg_control")
    let error = #expect(throws: TruthError.self) { try cluster.ensureRunning() }
    #expect("\(error!)".contains("pg_control"))
  }

  @Test func `what the log says of a stop is told until the server is ready again`() throws {
    let stop = """
      2026-11-21 10:00:00.000 UTC [7] LOG:  database system is ready to accept connections
      2026-11-21 10:00:01.000 UTC [8] PANIC:  could not write to file "pg_wal/xlogtemp.8": No space left on device
      2026-11-21 10:00:01.100 UTC [7] LOG:  server process (PID 8) was terminated by signal 6: Aborted

      """
    #expect(
      PrivateCluster.lastWords(in: stop)
        == "could not write to file \"pg_wal/xlogtemp.8\": No space left on device")
    let ready =
      "2026-11-21 10:01:00.000 UTC [7] LOG:  database system is ready to accept connections"
    #expect(PrivateCluster.lastWords(in: stop + ready) == nil)
    #expect(PrivateCluster.lastWords(in: "") == nil)
    let cluster = try TestCluster.start("words")
    #expect(cluster.lastWords == nil)
    try cluster.stop(mode: .immediate)
    #expect(cluster.lastWords == nil)
    // The newest file is the one that counts, whatever its name.
    try FileSystem.replace(cluster.logDirectory + "/postgres-Old.log", with: Array(stop.utf8))
    #expect(cluster.lastWords == nil)
    let late = stop.split(separator: "2026-11-21").joined(separator: "2999-11-21")
    try FileSystem.replace(
      cluster.logDirectory + "/postgres-New.log", with: Array("2999-11-21\(late)".utf8))
    #expect(cluster.lastWords?.hasSuffix("No space left on device") == true)
  }
}
