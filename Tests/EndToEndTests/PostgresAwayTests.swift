import Glibc
import Platform
import RPC
import Synchronization
import TestSupport
import Testing
import Truth

extension EndToEndFaults {
  /// T11 and T13: the database goes away, comes back, or comes back older.
  @Suite struct PostgresAwayTests {
    @Test func `searches go on without Postgres, writes say why not, and all catches up`() throws {
      let folder = try TestFolder()
      defer { folder.close() }
      let cluster = try PrivateCluster.start(.init(directory: folder.path + "/pg"))
      try KnowledgeServer.serving(database: cluster.connectionInfo) { server in
        let business = try server.createBusiness("away")
        var writer = BulkWriter(connection: try server.connect(business))
        try writer.write(3000)
        let oracle = TruthOracle(server)
        try oracle.expectEqual(writer.connection, business: business.id, "before")

        let rows = Built.long ? 200_000 : 40_000
        let file = try server.file("rows.jsonl", Array(Self.lines(rows).utf8))
        let arguments = ["import", file, "--business", "away", "--retry", "120", "--json"]
        let importing = try server.begin(arguments)
        let searcher = Searcher(socket: server.socket, key: business.key)
        let searching = Thread.spawn(name: "searcher") { searcher.run() }
        for cycle in 1...(Built.long ? 25 : 2) {
          Thread.sleep(milliseconds: 300 + 150 * cycle % 1000)
          cluster.killAll()
          try expectClearErrors(server, business)
          try cluster.ensureRunning()
          let back = waited(upToSeconds: 20) { (try? server.troubles())?.isEmpty == true }
          try #require(back != nil, "\(server.story)")
          try #require(back! < 10, "reconnected only after \(back!) s")
        }
        var outcome = importing.wait(timeoutSeconds: 300)
        if outcome.status == 4 { outcome = try server.run(arguments + ["--resume"]) }
        #expect(outcome.status == 0, "\(outcome)")
        searcher.stop()
        searching.join()
        #expect(searcher.failures == [], "of \(searcher.count) searches")
        #expect(searcher.count > 20)
        #expect(searcher.stalest > 100, "no answer said how stale it is")
        try oracle.expectEqual(
          writer.connection, business: business.id, timeoutSeconds: 60, "after it came back")
        let truth = try oracle.rows(business: business.id)
        #expect(truth.count == rows + 3000)
        try TruthOracle.expectExactAnswers(writer.connection, count: 20, seed: 3)
      }
      try cluster.stop(mode: .immediate)
    }

    @Test func `a private cluster that somebody killed is started again`() throws {
      try KnowledgeServer.serving { server in
        let business = try server.createBusiness("killed")
        var writer = BulkWriter(connection: try server.connect(business))
        try writer.write(1000)
        let cluster = try PrivateCluster.at(.init(directory: server.data + "/postgres"))
        cluster.killAll()
        let back = waited(upToSeconds: 30) {
          do { try writer.write(1) } catch { return false }
          return true
        }
        try #require(back != nil, "no write for 30 s:\n\(server.logEnd())")
        try TruthOracle(server).expectEqual(
          try server.connect(business), business: business.id, "after the cluster's restart")
      }
    }

    @Test func `a service that is killed leaves a cluster that the next one adopts`() throws {
      try KnowledgeServer.serving { server in
        let business = try server.createBusiness("adopted")
        var writer = BulkWriter(connection: try server.connect(business))
        try writer.write(10)
        let cluster = try PrivateCluster.at(.init(directory: server.data + "/postgres"))
        let before = try #require(cluster.processID)
        server.kill()
        try server.start()
        #expect(cluster.processID == before)
        #expect(server.stop() == 0)
        #expect(cluster.processID == nil, "a clean stop leaves Postgres running")
      }
    }

    @Test(arguments: [true, false]) func `a database restored to its past is noticed`(
      _ serviceRuns: Bool
    ) throws {
      let folder = try TestFolder()
      defer { folder.close() }
      let cluster = try PrivateCluster.start(.init(directory: folder.path + "/pg"))
      let data = folder.path + "/pg/data"
      try KnowledgeServer.serving(database: cluster.connectionInfo) { server in
        let business = try server.createBusiness("past")
        let oracle = TruthOracle(server)
        var writer = BulkWriter(connection: try server.connect(business))
        try writer.write(3000)
        try oracle.expectEqual(writer.connection, business: business.id, "before")
        // A copy of the cluster, then a future that the copy does not know.
        try cluster.stop()
        try copy(data, folder.path + "/past")
        try cluster.ensureRunning()
        try acceptsWrites(server, business)
        let copied = writer.next
        try writer.write(5000)
        try writer.delete(40)
        var first = Entry()
        first.externalID = "row-0"
        first.content = "changed in a future that will not have been"
        _ = try writer.connection.call(
          .upsert, UpsertRequest(entries: [first]), for: UpsertReply.self)
        try oracle.expectEqual(writer.connection, business: business.id, "in the future")

        if !serviceRuns { #expect(server.stop() == 0) }
        try cluster.stop()
        try FileSystem.removeTree(data)
        try FileSystem.rename(folder.path + "/past", to: data)
        try cluster.ensureRunning()
        if !serviceRuns { try server.start() }
        try acceptsWrites(server, business)
        let connection = try server.connect(business)
        // New rows take the places of lost ones: the same xids, the same versions.
        writer = BulkWriter(connection: connection, first: copied + 1000)
        try writer.write(500)
        try oracle.expectEqual(
          connection, business: business.id, timeoutSeconds: 60, "back in the past")
        #expect(try oracle.rows(business: business.id).count == 3500)
        try TruthOracle.expectExactAnswers(connection, count: 20, seed: 5)
      }
      try cluster.stop(mode: .immediate)
    }

    /// Waits until a write is taken again. A refusal says that nothing was written.
    private func acceptsWrites(_ server: KnowledgeServer, _ business: TestBusiness) throws {
      var entry = Entry()
      entry.externalID = "row-0"
      entry.content = "written again"
      let back = try waited(upToSeconds: 20) {
        do {
          let connection = try server.connect(business)
          _ = try connection.call(.upsert, UpsertRequest(entries: [entry]), for: UpsertReply.self)
          return true
        } catch let failure as WireConnection.Failure where failure.code == .unavailable {
          return false
        }
      }
      try #require(back != nil, "\(server.story)")
    }

    private func copy(_ from: String, _ to: String) throws {
      let outcome = try Program.run("/bin/cp", ["-a", from, to])
      try #require(outcome.status == 0, "\(outcome)")
    }

    /// Without Postgres: an answer from the files that says how old it may be, and refusals in
    /// time.
    private func expectClearErrors(_ server: KnowledgeServer, _ business: TestBusiness) throws {
      let connection = try server.connect(business)
      var request = SearchRequest()
      request.query = .text("parcel number 100")
      let reply = try connection.call(.search, request, for: SearchReply.self)
      #expect(reply.hits.count == 10)
      #expect(throws: WireConnection.Failure.self) {
        var entry = Entry()
        entry.externalID = "while-away"
        entry.content = "never acknowledged"
        do {
          _ = try connection.call(
            .upsert, UpsertRequest(entries: [entry]), for: UpsertReply.self,
            deadlineMilliseconds: 15_000)
        } catch let failure as WireConnection.Failure {
          #expect(failure.code == .unavailable, "\(failure)")
          throw failure
        }
      }
      let deleted = try server.run(["delete", "row-1", "--business", business.name])
      #expect(deleted.status == 4, "\(deleted)")
      #expect(!deleted.errorText.isEmpty)
      let health = try server.run(["health"])
      #expect(health.status == 1, "\(health)")
      #expect(health.text.contains("database"), "\(health)")
    }

    private static func lines(_ count: Int) -> String {
      var text = ""
      for number in 0..<count {
        text += #"{"external_id":"file-\#(number)","title":"order \#(number)","#
        text += #""content":"order \#(number) left on day \#(number % 365)"}"# + "\n"
      }
      return text
    }
  }
}

/// A client that searches without pause.
///
/// `@unchecked Sendable`: `run` is called on one thread; the results are read after it was joined.
private final class Searcher: @unchecked Sendable {
  private(set) var count = 0
  private(set) var failures: [String] = []
  private(set) var stalest: UInt64 = 0
  private let socket: String
  private let key: String
  private let isStopped = Atomic<Bool>(false)

  init(socket: String, key: String) {
    self.socket = socket
    self.key = key
  }

  func stop() { isStopped.store(true, ordering: .relaxed) }

  func run() {
    do {
      let connection = try WireConnection(socket: socket, key: key)
      while !isStopped.load(ordering: .relaxed) {
        var request = SearchRequest()
        request.query = .text("parcel number \(count % 3000)")
        let reply = try connection.call(.search, request, for: SearchReply.self)
        if reply.hits.count != 10 { failures.append("\(reply.hits.count) hits") }
        stalest = max(stalest, reply.staleMilliseconds)
        count += 1
        Thread.sleep(milliseconds: 5)
      }
    } catch { failures.append("\(error)") }
  }
}

extension PrivateCluster {
  /// SIGKILL for the postmaster and every process of it, as a power cut of Postgres alone.
  func killAll() {
    guard let postmaster = processID else { return }
    var victims = [postmaster]
    for name in (try? FileSystem.list("/proc")) ?? [] {
      guard let pid = Int32(name),
        let stat = try? FileSystem.readAll("/proc/\(pid)/stat", limit: 4096)
      else { continue }
      // pid (name) state parent: the name may hold anything, so read from its last parenthesis.
      let text = String(decoding: stat, as: UTF8.self)
      let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
      if fields.count > 2, Int32(fields[2]) == postmaster { victims.append(pid) }
    }
    for pid in victims { kill(pid, SIGKILL) }
    _ = waited(upToSeconds: 5) { victims.allSatisfy { kill($0, 0) != 0 } }
  }
}
