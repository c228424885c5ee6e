import Platform
import Synchronization

/// What one business has under way on all its connections.
final class BusinessLoad: Sendable {
  /// Requests that wait for an answer from another thread.
  let open = Atomic(0)
  let buffered: BufferedBytes
  let unsent: BufferedBytes

  init(_ limits: RPCLimits, _ ledger: ConnectionLedger) {
    buffered = BufferedBytes(
      "buffered_bytes_per_business", limit: limits.bufferedByteCountPerBusiness,
      within: ledger.buffered)
    unsent = BufferedBytes(
      "unsent_bytes_per_business", limit: limits.unsentByteCountPerBusiness, within: ledger.unsent)
  }
}

/// Counts connections against the limits that span loop threads.
final class ConnectionLedger: Sendable {
  private struct Counts {
    var total = 0
    var byAddress: [String: Int] = [:]
    var byBusiness: [UUID: Business] = [:]
    var byPrincipal: [Principal: Int] = [:]
  }

  private struct Business {
    var connections = 0
    let load: BusinessLoad
  }

  private let limits: RPCLimits
  private let counts = Mutex(Counts())

  /// Bytes received that no handler has taken.
  let buffered: BufferedBytes
  /// Bytes of answers that wait to be sent.
  let unsent: BufferedBytes

  init(limits: RPCLimits) {
    self.limits = limits
    buffered = BufferedBytes("buffered_bytes_total", limit: limits.bufferedByteCountTotal)
    unsent = BufferedBytes("unsent_bytes_total", limit: limits.unsentByteCountTotal)
  }

  /// Connections admitted and not released.
  var total: Int { counts.withLock { $0.total } }

  /// Who has connections that were admitted with a credential, each once.
  var credentialed: [Principal] {
    counts.withLock { counts in counts.byPrincipal.keys.filter { $0.credential != nil } }
  }

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

  /// Binds a counted connection to who it is, or says why it may not be.
  ///
  /// - Returns: The load of its business, nil for an operator without one.
  func bind(_ principal: Principal) throws(RPCRefusal) -> BusinessLoad? {
    try counts.withLock { (counts) throws(RPCRefusal) in
      guard let business = principal.business else {
        counts.byPrincipal[principal, default: 0] += 1
        return nil
      }
      var entry = counts.byBusiness[business] ?? Business(load: BusinessLoad(limits, self))
      guard entry.connections < limits.connectionsPerBusiness else {
        throw RPCRefusal(
          .limitReached(
            "connections_per_business", limits.connectionsPerBusiness,
            "the business has \(entry.connections) connections",
            "Use fewer connections with several requests each, or raise the limit."))
      }
      entry.connections += 1
      counts.byBusiness[business] = entry
      counts.byPrincipal[principal, default: 0] += 1
      return entry.load
    }
  }

  /// Takes back what ``admit(_:)`` and ``bind(_:)`` counted.
  func release(_ peer: Peer, _ principal: Principal?) {
    counts.withLock { counts in
      counts.total -= 1
      if case .tcp(let address) = peer { Self.decrement(&counts.byAddress, address) }
      guard let principal else { return }
      Self.decrement(&counts.byPrincipal, principal)
      guard let business = principal.business, var entry = counts.byBusiness[business] else {
        return
      }
      entry.connections -= 1
      counts.byBusiness[business] = entry.connections > 0 ? entry : nil
    }
  }

  private static func decrement<Key>(_ table: inout [Key: Int], _ key: Key) {
    let count = table[key, default: 0] - 1
    table[key] = count > 0 ? count : nil
  }
}
