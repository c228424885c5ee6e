import Platform
import RPC

/// The threads that do what loop threads do not. No business can hold all of a pool, and no pool
/// waits for another: searches go on while writes wait for the database, keys are checked while
/// everything else is full.
struct ServicePools: Sendable {
  /// Long searches, and what reads files.
  let searches: WorkerPool<UUID?>
  /// What is one transaction of the truth.
  let writes: WorkerPool<UUID?>
  /// Imports wait for their peers; each holds a thread for as long as it lasts.
  let imports: WorkerPool<UUID?>
  /// The same for exports.
  let exports: WorkerPool<UUID?>
  /// Verification and rebuilding.
  let maintenance: WorkerPool<UUID?>
  /// Checks of keys.
  let keys: WorkerPool<String>

  init(_ limits: ServiceLimits) {
    func pool<Owner>(_ name: String, _ limits: ServiceLimits.Pool) -> WorkerPool<Owner> {
      WorkerPool(
        name: name, threadCount: limits.threads, share: limits.share,
        shareQueueLimit: limits.shareWaiting, queueLimit: limits.waiting)
    }
    searches = pool("searches", limits.searches)
    writes = pool("writes", limits.writes)
    imports = pool("imports", limits.imports)
    exports = pool("exports", limits.exports)
    maintenance = pool("maintenance", limits.maintenance)
    keys = pool("keys", limits.keys)
  }

  /// Runs what is queued and returns when all threads have ended.
  func shutdown() {
    for pool in [searches, writes, imports, exports, maintenance] { pool.shutdown() }
    keys.shutdown()
  }
}

extension RPCRefusal {
  /// Why a pool did not take a job; nil where it did.
  ///
  /// - Parameter share: What a job's owner is to the pool.
  init?<Owner>(_ admission: WorkerPool<Owner>.Admission, _ pool: WorkerPool<Owner>, share: String) {
    func full(_ limit: String, _ value: Int, _ message: String) -> RPCRefusal {
      RPCRefusal(
        .resourceExhausted, message, remediation: "wait for some to end, then try again",
        details: ["limit": limit, "value": "\(value)", "retry_ms": "1000"])
    }
    switch admission {
    case .accepted: return nil
    case .shareIsFull:
      let value = pool.share + pool.shareQueueLimit
      self = full(
        "\(pool.name)_per_\(share)", value,
        "the \(share) has \(value) \(pool.name) running and waiting, which is the limit")
    case .isFull:
      self = full(
        pool.name, pool.queueLimit, "the service has \(pool.queueLimit) \(pool.name) waiting")
    case .isClosed:
      self.init(
        .shuttingDown, "the service is stopping", remediation: "connect again in a moment")
    }
  }
}
