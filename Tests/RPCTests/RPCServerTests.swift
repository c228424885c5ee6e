import Glibc
import Platform
import Testing

@testable import RPC

@Suite struct RPCServerTests {
  @Test func `a call is answered inline`() throws {
    let server = try TestServer()
    let client = try server.client()
    #expect(try client.ping(PingRequest(payload: [1, 2, 3])).payload == [1, 2, 3])
    #expect(client.hello.isOperator && client.hello.requestsInFlight == 64)
  }

  @Test func `late answers come out of order and find their calls`() throws {
    let server = try TestServer()
    let client = try server.client()
    let slow: RPCClient.PendingCall<SearchReply> = try client.begin(
      .search, SearchRequest(k: 1, waitMilliseconds: 150))
    let fast: RPCClient.PendingCall<SearchReply> = try client.begin(.search, SearchRequest(k: 2))
    let start = Clock.monotonicNanoseconds
    #expect(try client.finish(fast).rowsConsidered == 2)
    #expect(Clock.monotonicNanoseconds - start < 140_000_000)
    #expect(try client.finish(slow).rowsConsidered == 1)
  }

  @Test func `a connection is bound to what its key says`() throws {
    let server = try TestServer()
    let business = try server.client("later")
    #expect(business.hello.businessID == TestAuthenticator.business.bytes)
    #expect(
      try business.collections().collections[0].name == TestAuthenticator.business.description)
    #expect(throws: RPCError.self) { try server.client("wrong") }
    do {
      _ = try server.client("wrong")
    } catch let error as RPCError {
      #expect(error.code == .unauthenticated && "\(error)".contains("Create one."))
    }
  }

  @Test func `a refusal and a dropped request are typed errors`() throws {
    let server = try TestServer()
    let client = try server.client()
    #expect { try client.health() } throws: { ($0 as? RPCError)?.code == .unavailable }
    #expect { try client.delete() } throws: { ($0 as? RPCError)?.code == .internal }
    #expect {
      let _: PingReply = try client.call(Method(rawValue: 999), PingRequest())
    } throws: {
      ($0 as? RPCError)?.code == .unimplemented
    }
    // The connection goes on.
    #expect(try client.ping().payload == [])
  }

  @Test func `a bulk import is acknowledged while it is sent`() throws {
    let server = try TestServer { $0.limits.streamWindow = 64 << 10 }
    let client = try server.client("business")
    let stream = try client.bulkImport(ImportRequest())
    let entry = Entry(externalID: "e", content: String(repeating: "z", count: 1_000))
    var acks: [ImportAck] = []
    for sequence in 1...200 {
      acks += try stream.send(
        ImportBatch(sequence: UInt64(sequence), entries: Array(repeating: entry, count: 50)))
    }
    #expect(!acks.isEmpty, "with a window of one batch, most are acknowledged on the way")
    let (rest, summary) = try stream.finish()
    #expect((acks + rest).map(\.sequence) == Array(1...200))
    #expect(summary.counts?.inserted == 10_000 && summary.batches == 200)
  }

  @Test func `an export larger than every buffer arrives whole`() throws {
    let server = try TestServer()
    let client = try server.client { $0.streamWindow = 32 << 10 }
    let stream = try client.export(
      ExportRequest(filter: Filter(priorityLowest: 500, priorityHighest: 10_000)))
    var ids: [String] = []
    while let entries = try stream.next() { ids += entries.map(\.externalID) }
    #expect(ids == (0..<500).map(String.init))
    #expect(stream.summary?.entries == 500)
  }

  @Test func `calls go on while a stream is open`() throws {
    let server = try TestServer()
    let client = try server.client()
    let stream = try client.export(
      ExportRequest(filter: Filter(priorityLowest: 100, priorityHighest: 50_000)))
    #expect(try stream.next()?.count == 1)
    #expect(try client.ping(PingRequest(payload: [7])).payload == [7])
    var count = 1
    while try stream.next() != nil { count += 1 }
    #expect(count == 100)
  }

  @Test func `a deadline is travelled, kept and answered`() throws {
    let server = try TestServer()
    let client = try server.client()
    let remaining = try client.search(SearchRequest(), deadlineMilliseconds: 5_000)
      .tookMicroseconds
    #expect((3_000...5_000).contains(remaining))
    let start = Clock.monotonicNanoseconds
    #expect { try client.verify(VerifyRequest(), deadlineMilliseconds: 50) } throws: {
      ($0 as? RPCError)?.code == .deadlineExceeded
    }
    #expect((40_000_000...900_000_000).contains(Clock.monotonicNanoseconds - start))
    #expect(server.service.stopCount.load(ordering: .relaxed) == 1, "the handler is told")
    #expect(try client.ping().payload == [])
  }

  @Test func `a cancel is answered and seen by the handler`() throws {
    let server = try TestServer()
    let client = try server.client()
    let call: RPCClient.PendingCall<VerifyReply> = try client.begin(.verify, VerifyRequest())
    #expect(eventually { server.service.held.withLock { $0.count } == 1 })
    try client.cancel(call)
    #expect { try client.finish(call) } throws: { ($0 as? RPCError)?.code == .cancelled }
    #expect(server.service.held.withLock { $0[0].isStopped })
  }

  @Test func `a client that goes away stops its requests`() throws {
    let server = try TestServer()
    do {
      let client = try server.client()
      let _: RPCClient.PendingCall<VerifyReply> = try client.begin(.verify, VerifyRequest())
      _ = try client.bulkImport(ImportRequest())
    }
    #expect(eventually { server.service.stopCount.load(ordering: .relaxed) == 1 })
    #expect(eventually { server.server.statistics.connectionsOpen == 0 })
  }

  @Test func `shutting down finishes what is open and refuses what is new`() throws {
    let server = try TestServer()
    let client = try server.client()
    let slow: RPCClient.PendingCall<SearchReply> = try client.begin(
      .search, SearchRequest(k: 9, waitMilliseconds: 300))
    let idle = try server.client()
    Thread.sleep(milliseconds: 50)
    let rpc = server.server
    let stopping = Thread.spawn(name: "stop") { rpc.shutdown() }
    #expect(eventually { !FileSystem.exists(server.path) })
    #expect { try idle.ping() } throws: { ($0 as? RPCError)?.code == .shuttingDown }
    #expect { try client.ping() } throws: { ($0 as? RPCError)?.code == .shuttingDown }
    #expect(try client.finish(slow).rowsConsidered == 9)
    stopping.join()
    #expect(throws: RPCError.self) { try server.client() }
  }

  @Test func `TCP on several loops serves many connections`() throws {
    let server = try TestServer {
      $0.tcp = ("127.0.0.1", 0)
      $0.threadCount = 3
    }
    let port = try #require(server.server.tcpPort)
    var options = RPCClient.Options()
    options.apiKey = "business"
    let clients = try (0..<40).map { _ in
      try RPCClient(.tcp(host: "127.0.0.1", port: port), options: options)
    }
    for client in clients { #expect(try client.ping(PingRequest(payload: [4])).payload == [4]) }
    #expect(server.server.statistics.connectionsOpen == 40)
    options.apiKey = ""
    #expect { try RPCClient(.tcp(host: "localhost", port: port), options: options) } throws: {
      ($0 as? RPCError)?.code == .unauthenticated
    }
  }

  @Test func `a stale socket file is replaced and a live one is not`() throws {
    let path = "/tmp/knowledge-rpc-\(UUID.random()).sock"
    let stale = try Socket.listen(path: path, mode: 0o600)
    close(stale)
    let server = try TestServer { $0.unixPath = path }
    var status = stat()
    #expect(lstat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(throws: RPCError.addressInUse(path)) {
      _ = try TestServer { $0.unixPath = path }
    }
    #expect(try RPCClient(.unix(path: path)).ping().payload == [])
    _ = server
  }

  @Test func `a TCP port that another server has is refused`() throws {
    let server = try TestServer { $0.tcp = ("127.0.0.1", 0) }
    let port = try #require(server.server.tcpPort)
    #expect(throws: RPCError.addressInUse("127.0.0.1:\(port)")) {
      _ = try TestServer { $0.tcp = ("127.0.0.1", port) }
    }
  }

  @Test func `a path that is too long or not a socket is refused with its reason`() throws {
    let long = "/tmp/" + String(repeating: "x", count: 110)
    #expect(throws: RPCError.self) { _ = try TestServer { $0.unixPath = long } }
    let file = "/tmp/knowledge-rpc-\(UUID.random()).txt"
    try FileSystem.replace(file, with: [1])
    defer { try? FileSystem.remove(file) }
    #expect(throws: RPCError.self) { _ = try TestServer { $0.unixPath = file } }
    #expect(FileSystem.exists(file))
  }

  @Test func `statistics count what was done`() throws {
    let server = try TestServer()
    let client = try server.client()
    for _ in 0..<10 { _ = try client.ping() }
    _ = try? client.health()
    let stats = server.server.statistics
    let ping = try #require(stats.methods.first { $0.method == .ping })
    #expect(ping.requests == 10 && ping.errors == 0 && stats.errors == 1)
    #expect(stats.connectionsAccepted == 1 && stats.bytesIn > 200 && stats.bytesOut > 200)
  }
}
