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
  private let join: SearchJoin

  init(core: KnowledgeCore, operations: Operations, pools: ServicePools) {
    self.core = core
    self.operations = operations
    self.pools = pools
    join = SearchJoin(threadCount: pools.searches.share)
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
      case .hybrid: hybrid(exchange, try RPC.HybridRequest(decoding: message))
      case .get: get(exchange, try GetRequest(decoding: message))
      case .match: match(exchange, try MatchRequest(decoding: message))
      case .spell: spell(exchange, try SpellRequest(decoding: message))
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
      case .spellFeedback:
        let request = try SpellFeedbackRequest(decoding: message)
        work(exchange, on: pools.writes) { [core] () throws(RPCRefusal) in
          try core.record(request, for: exchange.principal)
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
        // A business's own ask the database, and must not hold up searches where that hangs.
        let pool = exchange.principal.business == nil ? pools.searches : pools.writes
        work(exchange, on: pool) { [operations] () throws(RPCRefusal) in
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

  /// A read, without what it would have to capture: most are answered at once.
  private typealias Read<Request, Reply> =
    @Sendable (KnowledgeCore, Request, Principal, ReadTurn) throws(RPCRefusal) -> Reply

  /// Answers once the demand is met or the time is up: at once in the usual case, on this thread
  /// unless `isLong`; on a worker where it had to wait.
  ///
  /// - Parameters:
  ///   - position: What the answer must reflect besides `minXID`, if anything.
  ///   - elsewhere: The pool to leave for; that of searches unless told otherwise.
  ///   - inlineMicroseconds: How long it may take on this thread; what takes longer begins anew on
  ///     a worker. nil where `isLong` knows.
  private func read<Request: Sendable, Reply: ProtoEncodable>(
    _ exchange: Exchange, _ request: Request, minXID: UInt64, _ position: RPC.Position?,
    waitMilliseconds: UInt32, isLong: (inout Collection?) -> Bool,
    elsewhere: WorkerPool<UUID?>? = nil, inlineMicroseconds: Int? = nil,
    _ body: @escaping Read<Request, Reply>
  ) {
    // Nobody can stop what runs here: that would be told on this thread.
    var here = ReadTurn(mayBlock: false)
    if let inlineMicroseconds {
      let end = Clock.monotonicNanoseconds + 1000 * UInt64(inlineMicroseconds)
      here.isStopped = { Clock.monotonicNanoseconds >= end }
    }
    let pool = elsewhere ?? pools.searches
    let isFree = minXID == 0 && position == nil
    if isFree, !isLong(&here.collection) { return answer(exchange, request, here, pool, body) }
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
      answerLater(exchange, request, turn, on: pool, body)
    }
    guard let isMet else { return }
    turn.isStale = !isMet
    if isFree || isLong(&here.collection) {
      return answerLater(exchange, request, turn, on: pool, body)
    }
    here.demand = turn.demand
    here.isStale = turn.isStale
    answer(exchange, request, here, pool, body)
  }

  private func answer<Request: Sendable, Reply: ProtoEncodable>(
    _ exchange: Exchange, _ request: Request, _ turn: ReadTurn, _ pool: WorkerPool<UUID?>,
    _ body: @escaping Read<Request, Reply>
  ) {
    do throws(RPCRefusal) {
      exchange.reply(try body(core, request, exchange.principal, turn))
    } catch {
      // `.stopped` is that its time here is up.
      guard error == .stopped else { return exchange.fail(error) }
      var later = turn
      later.collection = nil
      later.mayBlock = true
      later.isStopped = { exchange.isStopped }
      answerLater(exchange, request, later, on: pool, body)
    }
  }

  private func answerLater<Request: Sendable, Reply: ProtoEncodable>(
    _ exchange: Exchange, _ request: Request, _ turn: ReadTurn, on pool: WorkerPool<UUID?>,
    _ body: @escaping Read<Request, Reply>
  ) {
    work(exchange, on: pool) { [core] () throws(RPCRefusal) in
      try body(core, request, exchange.principal, turn)
    }
  }

  // MARK: Reads

  private func search(_ exchange: Exchange, _ request: RPC.SearchRequest) {
    if let key = SearchJoin.Key(request, exchange.principal) {
      var found: Collection?
      if core.isLong(request, for: exchange.principal, &found) {
        return joined(exchange, request, key)
      }
    }
    read(
      exchange, request, minXID: request.minXID, request.minPosition,
      waitMilliseconds: request.waitMilliseconds,
      isLong: { core.isLong(request, for: exchange.principal, &$0) }
    ) { (core, request, principal, turn) throws(RPCRefusal) in
      try core.search(request, for: principal, turn)
    }
  }

  /// Answers on a pool's thread, together with others that wait for the same.
  private func joined(_ exchange: Exchange, _ request: RPC.SearchRequest, _ key: SearchJoin.Key) {
    join.add((exchange, request), key)
    let pool = pools.searches
    let admission = pool.submit(for: exchange.principal.business) { [core, join] in
      core.search(join.take(key))
    }
    if let refusal = RPCRefusal(admission, pool, share: "business"), join.remove(exchange, key) {
      exchange.fail(refusal)
    }
  }

  private func searchBatch(_ exchange: Exchange, _ request: SearchBatchRequest) {
    read(
      exchange, request, minXID: request.minXID, request.minPosition,
      waitMilliseconds: request.waitMilliseconds,
      isLong: { core.isLong(request, for: exchange.principal, &$0) }
    ) { (core, request, principal, turn) throws(RPCRefusal) in
      try core.searchBatch(request, for: principal, turn)
    }
  }

  /// Never on a loop thread: names that have changed since are looked at first.
  private func match(_ exchange: Exchange, _ request: MatchRequest) {
    read(
      exchange, request, minXID: request.minXID, request.minPosition,
      waitMilliseconds: request.waitMilliseconds, isLong: { _ in true }
    ) { (core, request, principal, turn) throws(RPCRefusal) in
      try core.match(request, for: principal, turn)
    }
  }

  /// As ``match(_:_:)``; one that asks the database must not hold up searches where that hangs.
  private func spell(_ exchange: Exchange, _ request: SpellRequest) {
    let rejectionTurn = core.rejectionTurn(for: exchange.principal)
    read(
      exchange, request, minXID: request.minXID, request.minPosition,
      waitMilliseconds: request.waitMilliseconds, isLong: { _ in true },
      elsewhere: rejectionTurn == nil ? nil : pools.writes
    ) { (core, request, principal, turn) throws(RPCRefusal) in
      try core.spell(request, for: principal, turn, rejectionTurn: rejectionTurn)
    }
  }

  private func hybrid(_ exchange: Exchange, _ request: RPC.HybridRequest) {
    read(
      exchange, request, minXID: request.minXID, request.minPosition,
      waitMilliseconds: request.waitMilliseconds,
      isLong: { core.isLong(request, for: exchange.principal, &$0) },
      inlineMicroseconds: core.limits.inlineMicroseconds
    ) { (core, request, principal, turn) throws(RPCRefusal) in
      try core.hybrid(request, for: principal, turn)
    }
  }

  private func get(_ exchange: Exchange, _ request: GetRequest) {
    read(
      exchange, request, minXID: request.minXID, request.minPosition,
      waitMilliseconds: request.waitMilliseconds,
      isLong: { _ in core.isLong(request, for: exchange.principal) },
      elsewhere: core.readsTruth(request, for: exchange.principal) ? pools.writes : nil
    ) { (core, request, principal, turn) throws(RPCRefusal) in
      try core.get(request, for: principal, turn)
    }
  }
}
