import Platform
import RPC

/// Notices an import that keeps its slot by bringing next to nothing.
///
/// Only time that the service waits for the client counts: a slow database is not its fault.
struct ImportPace {
  private let limits: ServiceLimits
  private var waitedNanoseconds: UInt64 = 0
  private var byteCount = 0

  init(_ limits: ServiceLimits) { self.limits = limits }

  /// Waits for what `next` gives, and measures it.
  mutating func measured(_ next: () -> StreamEvent) -> StreamEvent {
    let began = Clock.monotonicNanoseconds
    let event = next()
    add(event, waitedNanoseconds: Clock.monotonicNanoseconds - began)
    return event
  }

  mutating func add(_ event: StreamEvent, waitedNanoseconds: UInt64) {
    self.waitedNanoseconds += waitedNanoseconds
    if case .item(let bytes) = event { byteCount += bytes.count }
  }

  /// Begins a new measurement each time the client was waited for as long as it may be silent.
  ///
  /// - Throws: A refusal where it brought less than the floor meanwhile.
  mutating func check() throws(RPCRefusal) {
    guard waitedNanoseconds >= UInt64(limits.importIdleMilliseconds) * 1_000_000 else { return }
    defer { (waitedNanoseconds, byteCount) = (0, 0) }
    guard byteCount < limits.importFloorByteCount else { return }
    throw RPCRefusal(
      .timedOut,
      "the import brought \(byteCount) bytes in \(waitedNanoseconds / 1_000_000_000) s; the least "
        + "is \(limits.importFloorByteCount)",
      remediation: "gather more rows before a batch is sent, or write single rows with Upsert; "
        + "what was acknowledged is stored",
      details: ["limit": "import_floor_bytes", "value": "\(limits.importFloorByteCount)"])
  }
}
