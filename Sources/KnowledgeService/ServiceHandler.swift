import KnowledgeStore
import Platform
import RPC

/// Which method does what: decodes the request, sends it the right way, answers.
///
/// Short work is answered on the loop thread that read the frame. Long work, and whatever waits for
/// the database or a peer, goes to `pools`; what waits for a transaction to become visible goes on
/// when the applier says so.
final class ServiceHandler: RequestHandler {
  private let core: KnowledgeCore
  private let operations: Operations
  private let pools: ServicePools
  private let turns = MaintenanceTurns()

  init(core: KnowledgeCore, operations: Operations, pools: ServicePools) {
    self.core = core
    self.operations = operations
    self.pools = pools
  }

  func handle(_ exchange: Exchange, _ message: RawSpan) {
    do throws(ProtoError) {
      switch exchange.method {
      case .ping:
        let request = try PingRequest(decoding: message)
        exchange.reply(PingReply(payload: request.payload))
      case .describe:
        exchange.reply(
          DescribeReply(schema: knowledgeSchemaText, version: KnowledgeNode.version))
      case .health: exchange.reply(operations.health(for: exchange.principal))
      case .search: search(exchange, try RPC.SearchRequest(decoding: message))
      case .searchBatch: searchBatch(exchange, try SearchBatchRequest(decoding: message))
      case .get: get(exchange, try GetRequest(decoding: message))
      case .upsert:
        let request = try UpsertRequest(decoding: message)
        work(exchange, on: pools.writes) { [core] () throws(RPCRefusal) in
          try core.upsert(request, for: exchange.principal)
        }
      case .delete:
        let request = try DeleteRequest(decoding: message)
        work(exchange, on: pools.writes) { [core] () throws(RPCRefusal) in
          try core.delete(request, for: exchange.principal)
        }
      case .bulkImport:
        let request = try ImportRequest(decoding: message)
        queue(exchange, on: pools.imports) { [core] () throws(RPCRefusal) in
          try core.bulkImport(request, exchange)
        }
      case .export:
        let request = try ExportRequest(decoding: message)
        queue(exchange, on: pools.exports) { [core] () throws(RPCRefusal) in
          try core.export(request, exchange)
        }
      case .collections:
        work(exchange, on: pools.searches) { [core] () throws(RPCRefusal) in
          try core.collections(for: exchange.principal)
        }
      case .stats:
        work(exchange, on: pools.searches) { [operations] () throws(RPCRefusal) in
          try operations.stats(for: exchange.principal)
        }
      case .verify:
        let request = try VerifyRequest(decoding: message)
        work(exchange, on: pools.maintenance) { [operations, turns] () throws(RPCRefusal) in
          try turns.take(exchange.principal) { () throws(RPCRefusal) in
            try operations.verify(
              request, for: exchange.principal, isStopped: { exchange.isStopped })
          }
        }
      case .rebuild:
        let request = try RebuildRequest(decoding: message)
        work(exchange, on: pools.maintenance) { [operations, turns] () throws(RPCRefusal) in
          try turns.take(exchange.principal) { () throws(RPCRefusal) in
            try operations.rebuild(request, for: exchange.principal)
          }
        }
      case .snapshot:
        let request = try SnapshotRequest(decoding: message)
        work(exchange, on: pools.maintenance) { [operations] () throws(RPCRefusal) in
          try operations.snapshot(request, for: exchange.principal)
        }
      case .changeModel:
        work(exchange, on: pools.maintenance) { [operations, turns] () throws(RPCRefusal) in
          try turns.take(exchange.principal) { () throws(RPCRefusal) in
            try operations.changeModel(for: exchange.principal)
          }
        }
      case .businessCreate:
        let request = try BusinessCreateRequest(decoding: message)
        work(exchange, on: pools.writes) { [operations] () throws(RPCRefusal) in
          try operations.createBusiness(request, for: exchange.principal)
        }
      case .businessList:
        work(exchange, on: pools.writes) { [operations] () throws(RPCRefusal) in
          try operations.listBusinesses(for: exchange.principal)
        }
      default:
        exchange.fail(
          RPCRefusal(
            .unimplemented, "this service does not know method \(exchange.method)",
            remediation: "see knowledge describe for what it knows"))
      }
    } catch { exchange.fail(error) }
  }

  // MARK: Ways of running

  /// Runs on a pool's thread and answers with what comes back.
  private func work<Reply: ProtoEncodable>(
    _ exchange: Exchange, on pool: WorkerPool<UUID?>,
    _ body: @escaping @Sendable () throws(RPCRefusal) -> Reply
  ) {
    queue(exchange, on: pool) { () throws(RPCRefusal) in exchange.reply(try body()) }
  }

  /// Runs on a pool's thread; `body` answers by itself unless it throws.
  private func queue(
    _ exchange: Exchange, on pool: WorkerPool<UUID?>,
    _ body: @escaping @Sendable () throws(RPCRefusal) -> Void
  ) {
    let admission = pool.submit(for: exchange.principal.business) {
      guard !exchange.isStopped else { return }
      do throws(RPCRefusal) { try body() } catch { exchange.fail(error) }
    }
    if let refusal = RPCRefusal(admission, pool, share: "business") { exchange.fail(refusal) }
  }

  /// Answers once the demand is met or the time is up: at once in the usual case, on this thread
  /// unless `isLong`; on a worker where it had to wait.
  ///
  /// - Parameters:
  ///   - position: What the answer must reflect besides `minXID`, if anything.
  ///   - elsewhere: The pool to leave for; that of searches unless told otherwise.
  private func read<Reply: ProtoEncodable>(
    _ exchange: Exchange, minXID: UInt64, _ position: RPC.Position?, waitMilliseconds: UInt32,
    isLong: () -> Bool, elsewhere: WorkerPool<UUID?>? = nil,
    _ body: @escaping @Sendable (_ turn: ReadTurn) throws(RPCRefusal) -> Reply
  ) {
    let pool = elsewhere ?? pools.searches
    var turn = ReadTurn(isStopped: { exchange.isStopped })
    do throws(RPCRefusal) {
      turn.demand = try ReadDemand(transaction: minXID, position: position)
    } catch { return exchange.fail(error) }
    let most = min(Int(waitMilliseconds), core.limits.waitMilliseconds)
    let wait = min(most, exchange.remainingMilliseconds ?? most)
    let isMet = core.freshness.whenMet(turn.demand, timeoutMilliseconds: wait) {
      [self, turn] isMet in
      var turn = turn
      turn.isStale = !isMet
      work(exchange, on: pool) { [turn] () throws(RPCRefusal) in try body(turn) }
    }
    guard let isMet else { return }
    turn.isStale = !isMet
    if isLong() {
      return work(exchange, on: pool) { [turn] () throws(RPCRefusal) in try body(turn) }
    }
    turn.mayBlock = false
    do throws(RPCRefusal) { exchange.reply(try body(turn)) } catch { exchange.fail(error) }
  }

  // MARK: Reads

  private func search(_ exchange: Exchange, _ request: RPC.SearchRequest) {
    read(
      exchange, minXID: request.minXID, request.minPosition,
      waitMilliseconds: request.waitMilliseconds,
      isLong: { core.isLong(request, for: exchange.principal) }
    ) { [core] (turn) throws(RPCRefusal) in
      try core.search(request, for: exchange.principal, turn)
    }
  }

  private func searchBatch(_ exchange: Exchange, _ request: SearchBatchRequest) {
    read(
      exchange, minXID: request.minXID, request.minPosition,
      waitMilliseconds: request.waitMilliseconds,
      isLong: { core.isLong(request, for: exchange.principal) }
    ) { [core] (turn) throws(RPCRefusal) in
      try core.searchBatch(request, for: exchange.principal, turn)
    }
  }

  private func get(_ exchange: Exchange, _ request: GetRequest) {
    read(
      exchange, minXID: request.minXID, request.minPosition,
      waitMilliseconds: request.waitMilliseconds,
      isLong: { core.isLong(request, for: exchange.principal) },
      elsewhere: core.readsTruth(request, for: exchange.principal) ? pools.writes : nil
    ) { [core] (turn) throws(RPCRefusal) in
      try core.get(request, for: exchange.principal, turn)
    }
  }
}
