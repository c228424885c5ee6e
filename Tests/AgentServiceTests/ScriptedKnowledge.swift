import Platform
import RPC
import Synchronization

/// A knowledge service that answers what a test wrote down, on a socket of its own.
final class ScriptedKnowledge: RequestHandler, Authenticator {
  /// What is answered to each method, by the business that asks.
  typealias Script = @Sendable (UUID, [UInt8], Exchange) -> Void

  let path = "/tmp/knowledge-agent-\(UUID.random()).sock"
  /// Hellos that were let in.
  let helloCount = Atomic(0)
  /// Whether hellos get no answer.
  let ignoresHellos = Atomic(false)
  /// Whom every connection is bound to instead of whom it asked for.
  let imposed = Mutex<UUID?>(nil)
  private let script: Script
  private let server = Mutex<RPCServer?>(nil)

  init(_ script: @escaping Script) throws {
    self.script = script
    try start()
  }

  deinit { stop() }

  var address: RPCAddress { .unix(path: path) }

  func start() throws {
    var configuration = RPCServerConfiguration()
    configuration.unixPath = path
    configuration.threadCount = 1
    // The server holds what answers, and that must not hold the server for ever.
    let made = try RPCServer(
      configuration, authenticator: Reference(self), handler: Reference(self))
    server.withLock { $0 = made }
  }

  func stop() {
    let running = server.withLock { server in
      defer { server = nil }
      return server
    }
    running?.shutdown(graceMilliseconds: 100)
  }

  func handle(_ exchange: Exchange, _ message: RawSpan) {
    let bytes = unsafe message.withUnsafeBytes { unsafe [UInt8]($0) }
    script(exchange.principal.business ?? .zero, bytes, exchange)
  }

  func authenticate(
    _ hello: HelloRequest, _ peer: Peer,
    _ decide: @escaping @Sendable (Result<Principal, RPCRefusal>) -> Void
  ) {
    if ignoresHellos.load(ordering: .relaxed) { return }
    guard let business = imposed.withLock({ $0 }) ?? UUID(hello.business) else {
      return decide(
        .failure(RPCRefusal(.notFound, "there is no such business", remediation: "Create it.")))
    }
    helloCount.wrappingAdd(1, ordering: .relaxed)
    decide(.success(.operator(for: business)))
  }

  private final class Reference: RequestHandler, Authenticator {
    private let owner: Weak
    init(_ owner: ScriptedKnowledge) { self.owner = Weak(owner) }

    func handle(_ exchange: Exchange, _ message: RawSpan) {
      owner.value?.handle(exchange, message)
    }

    func authenticate(
      _ hello: HelloRequest, _ peer: Peer,
      _ decide: @escaping @Sendable (Result<Principal, RPCRefusal>) -> Void
    ) { owner.value?.authenticate(hello, peer, decide) }
  }

  /// `@unchecked Sendable`: written once.
  private final class Weak: @unchecked Sendable {
    weak var value: ScriptedKnowledge?
    init(_ value: ScriptedKnowledge) { self.value = value }
  }
}
