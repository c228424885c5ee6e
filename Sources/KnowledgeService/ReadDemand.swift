import Platform
import RPC
import Truth

/// What an answer must reflect at least: a transaction, and what an earlier answer reflected.
struct ReadDemand: Sendable {
  /// Bytes of a snapshot's text: it lists running transactions, and there may be thousands.
  static let snapshotByteLimit = 64 << 10

  /// A transaction's number; 0 for none.
  var transaction: UInt64 = 0
  /// What an earlier answer saw; nil for nothing.
  private(set) var snapshot: TransactionSnapshot?
  private var systemIdentifier: UInt64?

  /// Nothing.
  init() {}

  /// - Parameters:
  ///   - transaction: 0 for none.
  ///   - position: Of an earlier answer; nil for none.
  /// - Throws: ``RPCRefusal`` where it is no position.
  init(transaction: UInt64, position: RPC.Position?) throws(RPCRefusal) {
    self.transaction = transaction
    guard let position else { return }
    guard position.snapshot.utf8.count <= Self.snapshotByteLimit else {
      throw .outOfRange(
        "min_position.snapshot", actual: position.snapshot.utf8.count,
        limit: Self.snapshotByteLimit, unit: "bytes")
    }
    guard let snapshot = TransactionSnapshot(position.snapshot) else {
      throw .invalid(
        "min_position.snapshot", "is not the text of a pg_snapshot",
        remediation: "send the position of an earlier answer as it came")
    }
    self.snapshot = snapshot
    if position.systemIdentifier.isEmpty { return }
    guard let system = UInt64(position.systemIdentifier) else {
      throw .invalid("min_position.system_identifier", "is not a number")
    }
    systemIdentifier = system
  }

  /// Whether nothing is demanded.
  var isNone: Bool { transaction == 0 && snapshot == nil }

  /// Whether files with this position reflect all of it.
  func isMet(by position: Truth.Position) -> Bool {
    if transaction != 0 && !position.sees(transaction) { return false }
    guard let snapshot else { return true }
    return isOfHistory(of: position) && position.snapshot.includes(snapshot)
  }

  /// Whether it can ever be met: another database's position never is.
  func isOfHistory(of position: Truth.Position) -> Bool {
    systemIdentifier == nil || systemIdentifier == position.systemIdentifier
  }

  /// Why a read that must not be stale is refused.
  var refusal: RPCRefusal {
    if snapshot == nil { return .stale(transaction) }
    return RPCRefusal(
      .stale, "what min_position reflects is not here yet",
      remediation: "ask again, or wait longer (wait_ms)",
      details: ["min_xid": "\(transaction)", "min_position": snapshot?.text ?? ""])
  }
}
