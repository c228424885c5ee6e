import CEpollEcho
import Glibc
import Platform
import RPC
import Synchronization

/// A C call that failed.
struct CallFailed: Error, CustomStringConvertible {
  let description: String
  init(_ call: String) { description = "\(call): errno \(errno)" }
}

/// Runs each load on the bare server and on ours, by turns, so that both meet the same machine.
struct Benchmark {
  let count: Int
  let repeats: Int
  /// Name of the only server to run, as when profiling it; nil runs all.
  let only: String?

  /// One request's bytes and its reply's size.
  struct Load {
    let name: String
    let request: [UInt8]
    let replyByteCount: Int
  }

  func run() throws -> [Row] {
    let service = EchoService()
    let payload = [UInt8](repeating: 7, count: 1_600)
    let search = SearchRequest(
      query: .vector(FloatVector(values: (0..<384).map { Float($0) / 384 })), k: 10)
    let searchReply = { () -> SearchReply in
      var reply = service.reply
      reply.rowsConsidered = 10
      return reply
    }()
    let loads = [
      Load(
        name: "echo", request: Self.frame(.ping, PingRequest(payload: payload)),
        replyByteCount: 20 + PingReply(payload: payload).encoded().count),
      Load(
        name: "search", request: Self.frame(.search, search),
        replyByteCount: 20 + searchReply.encoded().count),
    ]
    var rows: [Row] = []
    for load in loads {
      for placement in Placement.allCases {
        for connections in [1, 4] {
          rows += try compare(load, placement, connections, service)
        }
      }
    }
    return rows
  }

  /// The bare server, ours without and with looking for events, and ours with its own client.
  private func compare(
    _ load: Load, _ placement: Placement, _ connections: Int, _ service: EchoService
  ) throws -> [Row] {
    var best: [String: (LatencyHistogram, Double)] = [:]
    func note(
      _ name: String, _ run: @autoclosure () throws -> (LatencyHistogram, Double)
    ) rethrows {
      guard only == nil || only == name else { return }
      let result = try run()
      if let known = best[name], known.0.percentile(0.5) <= result.0.percentile(0.5) { return }
      best[name] = result
    }
    for _ in 0..<repeats {
      try note("C epoll", try bare(load, placement, connections))
      try note("RPC, spin 0", try ours(load, placement, connections, service, spin: 0))
      try note("RPC", try ours(load, placement, connections, service, spin: 50))
      if connections == 1 {
        try note("RPC + client", try withClient(load, placement, service))
      }
    }
    return ["C epoll", "RPC, spin 0", "RPC", "RPC + client"].compactMap { name in
      best[name].map {
        Row(
          load: load.name, server: name, placement: placement, connections: connections,
          times: $0.0, requestsPerSecond: $0.1)
      }
    }
  }

  // MARK: Servers

  private func bare(
    _ load: Load, _ placement: Placement, _ connections: Int
  ) throws -> (LatencyHistogram, Double) {
    let path = "/tmp/rpc-bench-\(UUID.random()).sock"
    let stop = ce_make_stop()
    defer { close(stop) }
    let replyByteCount = load.replyByteCount
    let server = Thread.spawn(name: "bare-echo") {
      _ = ce_pin(placement.server)
      var ready: Int32 = 0
      if unsafe ce_serve(path, replyByteCount, &ready, stop) != 0 { print(CallFailed("ce_serve")) }
    }
    defer {
      ce_stop(stop)
      server.join()
    }
    return try drive(load, placement, path, connections, greeting: nil)
  }

  private func ours(
    _ load: Load, _ placement: Placement, _ connections: Int, _ service: EchoService, spin: Int
  ) throws -> (LatencyHistogram, Double) {
    try serving(placement, service, spin: spin) { path in
      try drive(load, placement, path, connections, greeting: Self.hello())
    }
  }

  private func withClient(
    _ load: Load, _ placement: Placement, _ service: EchoService
  ) throws -> (LatencyHistogram, Double) {
    try serving(placement, service, spin: 50) { path in
      _ = ce_pin(placement.client)
      defer { _ = ce_pin(-1) }
      let client = try RPCClient(.unix(path: path))
      let payload = [UInt8](repeating: 7, count: 1_600)
      let request = SearchRequest(
        query: .vector(FloatVector(values: (0..<384).map { Float($0) / 384 })), k: 10)
      var times = LatencyHistogram()
      let begin = Clock.monotonicNanoseconds
      for index in 0..<count + count / 10 {
        let start = Clock.monotonicNanoseconds
        if load.name == "echo" {
          _ = try client.ping(PingRequest(payload: payload))
        } else {
          _ = try client.search(request)
        }
        if index >= count / 10 { times.record(Clock.monotonicNanoseconds - start) }
      }
      let seconds = Double(Clock.monotonicNanoseconds - begin) / 1e9
      return (times, Double(count + count / 10) / seconds)
    }
  }

  private func serving<Value>(
    _ placement: Placement, _ service: EchoService, spin: Int, _ body: (String) throws -> Value
  ) throws -> Value {
    var configuration = RPCServerConfiguration()
    let path = "/tmp/rpc-bench-\(UUID.random()).sock"
    configuration.unixPath = path
    configuration.threadCount = 1
    configuration.spinMicroseconds = spin
    // Loop threads inherit the processors of the thread that starts them.
    _ = ce_pin(placement.server)
    let server = try RPCServer(configuration, authenticator: OpenDoor(), handler: service)
    _ = ce_pin(-1)
    defer { server.shutdown(graceMilliseconds: 0) }
    return try body(path)
  }

  // MARK: Client

  /// Drives the server at `path` with one C client a connection, each on a thread of its own.
  private func drive(
    _ load: Load, _ placement: Placement, _ path: String, _ connections: Int, greeting: [UInt8]?
  ) throws -> (LatencyHistogram, Double) {
    let each = count / connections
    let results = Mutex<(times: LatencyHistogram, failure: CallFailed?)>((LatencyHistogram(), nil))
    let begin = Mutex(UInt64.max)
    let threads = (0..<connections).map { _ in
      Thread.spawn(name: "bench-client") {
        _ = ce_pin(placement.client)
        do throws(CallFailed) {
          let socket = try Self.connect(path)
          defer { close(socket) }
          if let greeting {
            var reply = [UInt8](repeating: 0, count: 4_096)
            guard unsafe ce_exchange(socket, greeting, greeting.count, &reply, reply.count) > 0
            else { throw CallFailed("hello") }
          }
          // Caches, branch predictors and the spin policy settle first.
          _ = try Self.measure(load, socket, each / 10)
          begin.withLock { $0 = min($0, Clock.monotonicNanoseconds) }
          let times = try Self.measure(load, socket, each)
          results.withLock { for time in times { $0.times.record(time) } }
        } catch { results.withLock { $0.failure = error } }
      }
    }
    for thread in threads { thread.join() }
    let seconds = Double(Clock.monotonicNanoseconds - begin.withLock { $0 }) / 1e9
    let (times, failure) = results.withLock { $0 }
    if let failure { throw failure }
    return (times, Double(each * connections) / seconds)
  }

  private static func connect(_ path: String) throws(CallFailed) -> Int32 {
    for _ in 0..<1_000 {
      let socket = unsafe ce_connect(path)
      if socket >= 0 { return socket }
      Thread.sleep(milliseconds: 1)
    }
    throw CallFailed("connect")
  }

  private static func measure(
    _ load: Load, _ socket: Int32, _ count: Int
  ) throws(CallFailed) -> [UInt64] {
    var times = [UInt64](repeating: 0, count: count)
    let code = unsafe ce_drive(
      socket, load.request, load.request.count, load.replyByteCount, count, &times)
    guard code == 0 else { throw CallFailed("exchange") }
    return times
  }

  // MARK: Frames, as any client of WIRE.md would write them

  private static func frame<Message: ProtoMessage>(
    _ method: Method, _ message: Message
  ) -> [UInt8] {
    frame(kind: 2, method: UInt16(method.rawValue), id: 1, message.encoded())
  }

  private static func hello() -> [UInt8] {
    let message = HelloRequest(
      magic: Array("KNW1".utf8), versionLowest: 1, versionHighest: 1, client: "bench")
    return frame(kind: 1, method: 0, id: 0, message.encoded())
  }

  private static func frame(kind: UInt8, method: UInt16, id: UInt32, _ message: [UInt8]) -> [UInt8]
  {
    var writer = ByteWriter()
    writer.append(UInt32(16 + message.count))
    writer.append(1 as UInt8)
    writer.append(kind)
    writer.append(method)
    writer.append(id)
    writer.append(0 as UInt32)
    writer.append(0 as UInt32)
    writer.append(message)
    return writer.bytes
  }
}
