import Platform

/// Which transactions a moment saw: Postgres's `pg_snapshot`.
///
/// A transaction is seen when its id is below `xmax` and not among those that were still running.
public struct TransactionSnapshot: Hashable, Sendable {
  /// All below it had ended.
  public let xmin: UInt64
  /// All from it on had not begun.
  public let xmax: UInt64
  /// Those in between that were still running, ascending.
  public let running: [UInt64]

  /// - Parameters:
  ///   - xmin: All below it had ended.
  ///   - xmax: All from it on had not begun; at least `xmin`.
  ///   - running: Ascending, in `xmin..<xmax`.
  /// - Returns: nil where the numbers contradict each other.
  public init?(xmin: UInt64, xmax: UInt64, running: [UInt64]) {
    guard xmin > 0, xmin <= xmax else { return nil }
    var previous = xmin &- 1
    for id in running {
      guard id > previous, id < xmax else { return nil }
      previous = id
    }
    self.xmin = xmin
    self.xmax = xmax
    self.running = running
  }

  /// - Parameter text: `xmin:xmax:id,id,…`, as `pg_snapshot` prints; nil where it is not that.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let xmin = UInt64(parts[0]), let xmax = UInt64(parts[1]) else {
      return nil
    }
    var running: [UInt64] = []
    for part in parts[2].split(separator: ",", omittingEmptySubsequences: true) {
      guard let id = UInt64(part) else { return nil }
      running.append(id)
    }
    self.init(xmin: xmin, xmax: xmax, running: running)
  }

  /// As `pg_snapshot` prints.
  public var text: String {
    "\(xmin):\(xmax):" + running.map(String.init).joined(separator: ",")
  }

  /// Whether the transaction had ended: committed or aborted.
  ///
  /// - Complexity: O(log of the running ones).
  public func sees(_ transaction: UInt64) -> Bool {
    if transaction < xmin { return true }
    if transaction >= xmax { return false }
    var low = 0
    var high = running.count
    while low < high {
      let middle = (low + high) / 2
      if running[middle] < transaction { low = middle + 1 } else { high = middle }
    }
    return low == running.count || running[low] != transaction
  }

  /// Whether everything that `other` saw was seen here too.
  public func includes(_ other: TransactionSnapshot) -> Bool {
    xmax >= other.xmax && running.allSatisfy { !other.sees($0) }
  }
}

/// A place in the change feed: which transactions the files reflect, and of which history.
///
/// Transaction ids repeat after a crash that lost transactions, and a restored copy of a database
/// keeps its identifier; the token tells both: the database holds it only if its history contains
/// the step that made this position.
public struct Position: Hashable, Sendable {
  /// The transactions that are reflected.
  public let snapshot: TransactionSnapshot
  /// What the step that made the position wrote into the node's row.
  public let token: UUID
  /// `system_identifier` of the cluster (`pg_control_system()`).
  public let systemIdentifier: UInt64
  /// The database's OID within the cluster.
  public let database: UInt32

  /// - Parameters:
  ///   - snapshot: The transactions that are reflected.
  ///   - token: What the step wrote into the node's row.
  ///   - systemIdentifier: Of the cluster.
  ///   - database: The database's OID.
  public init(
    snapshot: TransactionSnapshot, token: UUID, systemIdentifier: UInt64, database: UInt32
  ) {
    self.snapshot = snapshot
    self.token = token
    self.systemIdentifier = systemIdentifier
    self.database = database
  }

  /// Whether the files reflect this transaction, or it came to nothing.
  public func sees(_ transaction: UInt64) -> Bool { snapshot.sees(transaction) }

  /// Bytes to keep: version 1, database, system identifier, token, xmin, xmax, count, ids; all
  /// little-endian but the token.
  public var bytes: [UInt8] {
    var writer = ByteWriter(capacity: 56 + 8 * snapshot.running.count)
    writer.append(Self.formatVersion)
    writer.append(database)
    writer.append(systemIdentifier)
    writer.append(token)
    writer.append(snapshot.xmin)
    writer.append(snapshot.xmax)
    writer.append(UInt32(snapshot.running.count))
    for id in snapshot.running { writer.append(id) }
    return writer.bytes
  }

  /// - Parameter bytes: What ``bytes`` gave; nil where they are anything else.
  public init?(bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard reader.u32() == Self.formatVersion, let database = reader.u32(),
      let systemIdentifier = reader.u64(), let token = reader.uuid(), let xmin = reader.u64(),
      let xmax = reader.u64(), let count = reader.u32(), reader.remaining == Int(count) * 8
    else { return nil }
    var running: [UInt64] = []
    for _ in 0..<count {
      guard let id = reader.u64() else { return nil }
      running.append(id)
    }
    guard let snapshot = TransactionSnapshot(xmin: xmin, xmax: xmax, running: running) else {
      return nil
    }
    self.init(
      snapshot: snapshot, token: token, systemIdentifier: systemIdentifier, database: database)
  }

  private static let formatVersion: UInt32 = 1
}

extension Position: CustomStringConvertible {
  /// `xmin:xmax:ids@system/database#token`, short enough for a log line where few transactions run.
  public var description: String {
    "\(snapshot.text)@\(systemIdentifier)/\(database)#\(token)"
  }
}
