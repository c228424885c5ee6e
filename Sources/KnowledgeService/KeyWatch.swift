import Platform
import RPC
import Synchronization

/// Ends connections whose key was revoked: a thread that looks at all keys in use every
/// ``ServiceLimits/keyCheckMilliseconds``.
final class KeyWatch: Sendable {
  private let businesses: BusinessDirectory
  private let server: RPCServer
  private let pauseMilliseconds: Int
  private let isStopped = Condition(false)
  private let thread = Mutex<Thread?>(nil)

  init(_ businesses: BusinessDirectory, server: RPCServer, limits: ServiceLimits) {
    self.businesses = businesses
    self.server = server
    pauseMilliseconds = limits.keyCheckMilliseconds
  }

  /// Begins to look.
  func start() {
    thread.withLock { thread in
      thread = Thread.spawn(name: "key-watch", stackByteCount: 1 << 20) { self.run() }
    }
  }

  /// Stops looking; returns when the thread has ended.
  func stop() {
    isStopped.withLock { $0 = true }
    thread.withLock { $0 }?.join()
  }

  private func run() {
    while isStopped.wait(timeoutMilliseconds: pauseMilliseconds, until: { $0 ? true : nil }) == nil
    {
      look()
    }
  }

  private func look() {
    var bound: [UUID: UUID] = [:]
    for principal in server.credentialed {
      if let credential = principal.credential { bound[credential] = principal.business }
    }
    switch businesses.recheck(bound: bound) {
    case .revoked(let credentials):
      guard !credentials.isEmpty else { return }
      Log.info("keys were revoked", ["count": .integer(credentials.count)])
      server.endConnections(of: { $0.credential.map(credentials.contains) ?? false }, Self.revoked)
    case .unknown:
      guard !bound.isEmpty else { return }
      server.endConnections(of: { $0.credential != nil }, Self.unknown)
    }
  }

  private static let revoked = RPCRefusal(
    .unauthenticated, "the key of this connection was revoked",
    remediation: "connect with a key that is in force")

  private static let unknown = RPCRefusal(
    .unavailable, "the database has been away for too long to know whether the key is in force",
    remediation: "connect again when the database is back")
}
