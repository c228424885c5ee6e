import Platform
import Synchronization

/// Serves the binary RPC on a Unix socket, on TCP, or on both. proto-lite/WIRE.md.
///
///     let server = try RPCServer(configuration, authenticator: keys, handler: service)
///     defer { server.shutdown() }
public final class RPCServer: Sendable {
  /// Where the server listens on TCP; the port is the system's choice where 0 was asked for.
  public let tcpPort: UInt16?

  private let core: ServerCore
  private let loops: [EventLoop]
  private let threads: Mutex<[Thread]>

  /// The loops, once they exist: a loop is made with the way to choose among all.
  private final class Registry: Sendable {
    let loops = Mutex<[EventLoop]>([])

    func leastLoaded() -> EventLoop? {
      loops.withLock { loops in
        loops.min { $0.load.load(ordering: .relaxed) < $1.load.load(ordering: .relaxed) }
      }
    }
  }

  private let registry: Registry

  /// Starts listening and serving.
  ///
  /// - Throws: ``RPCError``: an address in use or unusable, or a system call that failed. Nothing
  ///   is left running then.
  public init(
    _ configuration: RPCServerConfiguration, authenticator: any Authenticator,
    handler: any RequestHandler
  ) throws(RPCError) {
    precondition(configuration.threadCount > 0, "threadCount must be positive")
    core = try ServerCore(configuration, authenticator: authenticator, handler: handler)
    let unix = try configuration.unixPath.map { path throws(RPCError) in
      try Listener(unixPath: path, mode: configuration.unixMode)
    }
    var tcp: [Listener] = []
    var port: UInt16?
    if let address = configuration.tcp {
      for _ in 0..<configuration.threadCount {
        let bound = try Socket.listen(
          host: address.host, port: port ?? address.port, isFirst: port == nil)
        tcp.append(Listener(tcp: bound.socket))
        port = bound.port
      }
    }
    tcpPort = port
    let registry = Registry()
    self.registry = registry
    var loops: [EventLoop] = []
    for _ in 0..<configuration.threadCount {
      loops.append(try EventLoop(core: core) { registry.leastLoaded() })
    }
    self.loops = loops
    registry.loops.withLock { $0 = loops }
    threads = Mutex(loops.enumerated().map { $1.start(name: "rpc-loop-\($0)") })
    for (loop, listener) in zip(loops, tcp) { loop.post(.listen(listener)) }
    if let unix { loops[0].post(.listen(unix)) }
  }

  deinit { shutdown(graceMilliseconds: 0) }

  /// What the server has done since it started, and its open connections.
  public var statistics: RPCStats {
    ServerCounters.sum(loops.map(\.counters), open: core.ledger.total)
  }

  /// Who has open connections that were let in with a credential, each once.
  public var credentialed: [Principal] { core.ledger.credentialed }

  /// Ends the connections of everybody for whom `matches` holds, what is open on them included;
  /// their peers are told why. Connections that are being let in meanwhile are not among them.
  public func endConnections(
    of matches: @escaping @Sendable (Principal) -> Bool, _ reason: RPCRefusal
  ) {
    for loop in loops { loop.post(.end(matches, reason.reply)) }
  }

  /// Deadlines that the loops remember, for tests at rest.
  var deadlineCount: Int { loops.reduce(0) { $0 + $1.deadlines.count } }

  /// Stops accepting, refuses new requests, lets open ones finish, then closes.
  ///
  /// - Parameter graceMilliseconds: How long open requests may take; then they are cut off.
  public func shutdown(graceMilliseconds: Int = 10_000) {
    let threads = threads.withLock { threads in
      defer { threads = [] }
      return threads
    }
    guard !threads.isEmpty else { return }
    for loop in loops { loop.post(.drain) }
    let loops = loops
    let isDone = Condition(false)
    let cutOff = Thread.spawn(name: "rpc-shutdown") {
      if isDone.wait(timeoutMilliseconds: graceMilliseconds, until: { $0 ? true : nil }) == nil {
        for loop in loops { loop.post(.stop) }
      }
    }
    for thread in threads { thread.join() }
    isDone.withLock { $0 = true }
    cutOff.join()
    registry.loops.withLock { $0 = [] }
  }
}
