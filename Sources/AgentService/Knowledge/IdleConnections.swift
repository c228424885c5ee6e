import Platform

/// Connections that nobody uses, by the business they are bound to. Pure: it opens and closes none.
struct IdleConnections<Connection: Sendable>: Sendable {
  private let limit: Int
  /// The one that has been idle longest first.
  private var waiting: [(business: UUID, connection: Connection)] = []

  /// - Parameter limit: How many are kept, of all businesses together; 0 or more.
  init(limit: Int) { self.limit = max(0, limit) }

  /// How many wait.
  var count: Int { waiting.count }

  /// Takes the business's connection that was used last; nil where it has none.
  mutating func take(_ business: UUID) -> Connection? {
    guard let place = waiting.lastIndex(where: { $0.business == business }) else { return nil }
    return waiting.remove(at: place).connection
  }

  /// Keeps a connection for later.
  ///
  /// - Returns: What there is no room for, the one that has been idle longest; let it go.
  mutating func keep(_ connection: Connection, of business: UUID) -> Connection? {
    waiting.append((business, connection))
    return waiting.count > limit ? waiting.removeFirst().connection : nil
  }

  /// Forgets the business's connections.
  ///
  /// - Returns: What they were; let them go.
  mutating func forget(_ business: UUID) -> [Connection] {
    let dropped = waiting.filter { $0.business == business }
    waiting.removeAll { $0.business == business }
    return dropped.map(\.connection)
  }
}
