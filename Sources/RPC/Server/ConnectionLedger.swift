import Platform
import Synchronization

/// Counts connections against the limits that span loop threads.
final class ConnectionLedger: Sendable {
  private struct Counts {
    var total = 0
    var byAddress: [String: Int] = [:]
    var byBusiness: [UUID: Int] = [:]
  }

  private let limits: RPCLimits
  private let counts = Mutex(Counts())

  init(limits: RPCLimits) { self.limits = limits }

  /// Connections admitted and not released.
  var total: Int { counts.withLock { $0.total } }

  /// Counts a new connection, or says why it may not be.
  func admit(_ peer: Peer) -> ErrorReply? {
    counts.withLock { counts in
      guard counts.total < limits.connections else {
        return .limitReached(
          "connections", limits.connections, "the server has \(counts.total) connections",
          "Try again later, or raise the limit.")
      }
      if case .tcp(let address) = peer {
        let count = counts.byAddress[address, default: 0]
        guard count < limits.connectionsPerAddress else {
          return .limitReached(
            "connections_per_address", limits.connectionsPerAddress,
            "\(address) has \(count) connections",
            "Use fewer connections with several requests each, or raise the limit.")
        }
        counts.byAddress[address] = count + 1
      }
      counts.total += 1
      return nil
    }
  }

  /// Binds a counted connection to its business, or says why it may not be.
  func bind(_ business: UUID) -> ErrorReply? {
    counts.withLock { counts in
      let count = counts.byBusiness[business, default: 0]
      guard count < limits.connectionsPerBusiness else {
        return .limitReached(
          "connections_per_business", limits.connectionsPerBusiness,
          "the business has \(count) connections",
          "Use fewer connections with several requests each, or raise the limit.")
      }
      counts.byBusiness[business] = count + 1
      return nil
    }
  }

  /// Takes back what ``admit(_:)`` and ``bind(_:)`` counted.
  func release(_ peer: Peer, business: UUID?) {
    counts.withLock { counts in
      counts.total -= 1
      if case .tcp(let address) = peer { Self.decrement(&counts.byAddress, address) }
      if let business { Self.decrement(&counts.byBusiness, business) }
    }
  }

  private static func decrement<Key>(_ table: inout [Key: Int], _ key: Key) {
    let count = table[key, default: 0] - 1
    table[key] = count > 0 ? count : nil
  }
}
