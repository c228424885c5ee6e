import CEpollEcho
import Platform
import RPC

/// Runs each load on the bare server and on ours, by turns, so that both meet the same machine.
struct Benchmark {
  let count: Int
  let repeats: Int
  /// Name of the only server to run, as when profiling it; nil runs all.
  let only: String?
  let placements: [Placement]

  private var driver: Driver { Driver(count: count) }

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
      Driver.Load(
        name: "echo", request: Driver.frame(.ping, PingRequest(payload: payload)),
        replyByteCount: 20 + PingReply(payload: payload).encoded().count),
      Driver.Load(
        name: "search", request: Driver.frame(.search, search),
        replyByteCount: 20 + searchReply.encoded().count),
    ]
    var rows: [Row] = []
    for load in loads {
      for placement in placements {
        for connections in [1, 4] {
          rows += try compare(load, placement, connections, service)
        }
      }
    }
    return rows
  }

  /// The bare server, ours without and with looking for events, and ours with its own client.
  private func compare(
    _ load: Driver.Load, _ placement: Placement, _ connections: Int, _ service: EchoService
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
      try note("C epoll", try driver.bare(load, placement, connections))
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

  private func ours(
    _ load: Driver.Load, _ placement: Placement, _ connections: Int, _ service: EchoService,
    spin: Int
  ) throws -> (LatencyHistogram, Double) {
    try serving(placement, service, spin: spin) { path in
      try driver.drive(load, placement, path, connections, greeting: Driver.hello())
    }
  }

  private func withClient(
    _ load: Driver.Load, _ placement: Placement, _ service: EchoService
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
}
