import Embedding
import KnowledgeStore
import Platform
import RPC
import Synchronization
import Truth

/// Health, Stats, Verify, Rebuild and the business methods: what an operator asks.
final class Operations: Sendable {
  let core: KnowledgeCore
  let applier: Applier
  private let scrub: Scrub
  private let parity: Parity
  private let server = Mutex<(@Sendable () -> RPCStats)?>(nil)
  let loadModel: (@Sendable () throws(KnowledgeNode.ModelUnavailable) -> any Embedder)?

  init(
    core: KnowledgeCore, applier: Applier, scrub: Scrub, parity: Parity,
    loadModel: (@Sendable () throws(KnowledgeNode.ModelUnavailable) -> any Embedder)? = nil
  ) {
    self.loadModel = loadModel
    self.core = core
    self.applier = applier
    self.scrub = scrub
    self.parity = parity
  }

  /// Says where the server's own counters are, once it runs.
  func serverStatistics(_ read: @escaping @Sendable () -> RPCStats) {
    server.withLock { $0 = read }
  }

  // MARK: Health and statistics

  /// Reasons of one kind that are listed; there may be thousands.
  private static let reasonLimit = 20

  /// Whether searches and writes work, with a reason for each thing that does not.
  ///
  /// A business sees its own collections, and no inner reasons: those may name others' files.
  func health(for principal: Principal) -> HealthReply {
    var reply = HealthReply()
    reply.version = KnowledgeNode.version
    func add(_ what: String, _ inner: String?) {
      reply.reasons.append(
        what + (principal.isOperator ? inner.map { ": \($0)" } ?? "" : ""))
    }
    func concerns(_ key: CollectionKey) -> Bool {
      principal.isOperator || key.owner == principal.business
    }
    let moment = core.freshness.moment
    if let trouble = moment.trouble {
      switch trouble.cause {
      case _ where trouble.isDiskFull:
        add("the database has stopped, because its disk is full: make room on it", trouble.reason)
      case .files: add("the files do not follow the database", trouble.reason)
      case .model: add("the model does not embed", trouble.reason)
      default: add("the database cannot be read", trouble.reason)
      }
    }
    if moment.position == nil { add("the files are being brought up to date", nil) }
    if core.isDatabaseDiskFull {
      add("the database's disk is full: the last write failed", nil)
    }
    let status = applier.status
    if let failure = status.commitFailure { add("the files could not be committed", failure) }
    if let trouble = applier.backlog?.status.trouble {
      add("entries are not embedded, and are not found until they are", trouble)
    }
    // One that is filled while an earlier model's answers in full lacks nothing that anybody sees.
    let repairs = core.store.pendingRepairs.map(\.key).filter {
      $0.map { concerns($0) && !applier.isFilling($0) } ?? true
    }
    for key in repairs.prefix(Self.reasonLimit) {
      let what = key.map { "collection \($0)" } ?? "every collection"
      add("\(what) is being read again from the database; rows may be missing", nil)
    }
    for (key, reason) in status.stalled.filter({ concerns($0.key) }).prefix(Self.reasonLimit) {
      add("collection \(key) misses rows that its files refuse; it is tried again", reason)
    }
    let refused = status.refused.filter { concerns($0.key.collection) }
    for (entry, reason) in refused.prefix(Self.reasonLimit) {
      add("entry \(entry.entry) of \(entry.collection) cannot be served: \(reason)", nil)
    }
    for collection in core.store.statistics.open where concerns(collection.key) {
      if let parked = collection.parked {
        add("collection \(collection.key) cannot write its files", "\(parked)")
      }
      if let failure = collection.failure {
        add("collection \(collection.key) is out of service", "\(failure)")
      }
    }
    let differing = parity.counts.unrepairedCount
    if differing > 0 && principal.isOperator {
      add(
        "\(differing) entries differ from the database, and bringing them again did not help", nil)
    }
    reply.status = reply.reasons.isEmpty ? .ok : .degraded
    return reply
  }

  /// Counts and sizes: of the caller's business, of all for an operator without one.
  func stats(for principal: Principal) throws(RPCRefusal) -> StatsReply {
    if principal.business == nil && !principal.isOperator { throw .noBusiness }
    var reply = StatsReply()
    do throws(StoreError) {
      for key in try core.store.collectionKeys() {
        guard principal.business == nil || key.owner == principal.business else { continue }
        let found: CollectionStatistics?
        do throws(StoreError) { found = try core.store.statistics(of: key) } catch {
          guard error.isOfOneCollection else { throw error }
          // One whose files refuse must not hide all others.
          var message = CollectionStats()
          message.businessID = key.owner.bytes
          message.name = key.name
          message.incomplete = true
          reply.collections.append(message)
          continue
        }
        guard let figures = found else { continue }
        var message = CollectionStats()
        message.businessID = key.owner.bytes
        message.name = key.name
        message.entries = UInt64(figures.entryCount)
        message.vectors = UInt64(figures.vectorCount)
        message.fileBytes = UInt64(figures.segmentByteCount)
        message.memoryBytes = UInt64(figures.deltaByteCount)
        message.deltaRows = UInt64(figures.deltaRowCount)
        message.segments = UInt64(figures.segmentCount)
        message.tombstones = UInt64(
          max(0, figures.segmentRowCount + figures.deltaRowCount - figures.vectorCount))
        message.model = figures.configuration.model
        message.dimension = UInt32(figures.configuration.dimension)
        message.checksum = figures.checksum
        message.incomplete = figures.isIncomplete
        reply.collections.append(message)
      }
    } catch { throw RPCRefusal(error) }
    reply.feed = feed(for: principal)
    reply.embedding = embedding(for: principal)
    reply.spelling = principal.business.flatMap { core.spellingStatistics(of: $0) }
    if principal.isOperator {
      reply.rpc = server.withLock { $0 }?()
      let counts = scrub.counts
      reply.scrub = ScrubStats(
        bytes: counts.byteCount, damaged: counts.damagedCount, rounds: counts.roundCount)
      reply.parity = ParityStats(parity.counts)
      reply.store = StoreStats(core.store.statistics)
      reply.words = core.words.statistics
    }
    reply.residentBytes = Resources.residentByteCount
    reply.uptimeMilliseconds = (Clock.monotonicNanoseconds - core.startedNanoseconds) / 1_000_000
    reply.version = KnowledgeNode.version
    return reply
  }

  private func feed(for principal: Principal) -> FeedStats {
    let moment = core.freshness.moment
    let status = applier.status
    var feed = FeedStats()
    feed.lagMilliseconds = moment.staleMilliseconds()
    feed.position = moment.message
    feed.truthConnected = moment.trouble?.cause != .database && moment.position != nil
    let areFilesWell = status.commitFailure == nil && status.stalled.isEmpty
    feed.cause = moment.trouble?.cause ?? (areFilesWell ? .unspecified : .files)
    feed.applied = applier.appliedCount
    feed.parked = UInt64(
      status.refused.keys.count {
        principal.isOperator || $0.collection.owner == principal.business
      })
    feed.repairs = UInt64(
      core.store.pendingRepairs.count {
        principal.isOperator || $0.key == nil || $0.key?.owner == principal.business
      })
    feed.repaired = status.repairedCount
    feed.commitFailures = status.commitFailureCount
    if principal.isOperator {
      feed.lastError =
        moment.trouble?.reason ?? status.commitFailure ?? status.stalled.values.first ?? ""
    }
    return feed
  }

  // MARK: Verification

  /// Reads every byte of every file, and compares with the truth where that is asked for.
  ///
  /// Reading concerns all files, since damage knows no tenants; only the operator may ask for it,
  /// and a business compares and repairs its own collections.
  func verify(
    _ request: VerifyRequest, for principal: Principal,
    isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws(RPCRefusal) -> VerifyReply {
    try checkScope(of: request.collection, principal)
    let began = Clock.monotonicNanoseconds
    var reply = VerifyReply()
    if principal.isOperator && !request.parity {
      let report: VerifyReport
      do { report = try core.store.verify(quarantine: request.repair) } catch {
        throw RPCRefusal(error)
      }
      reply.filesChecked = UInt64(report.fileCount)
      reply.bytesChecked = UInt64(report.byteCount)
      reply.faults = report.faults.map { fault in
        Fault(
          file: relative(fault.path), offset: UInt64(max(0, fault.byteOffset)), what: fault.reason)
      }
      if request.repair { reply.quarantined = report.damaged.map(\.description) }
    } else if principal.business == nil && !principal.isOperator {
      throw .noBusiness
    }
    if request.compareTruth || request.repair || request.parity {
      let scope = FeedScope(
        business: principal.business,
        collection: request.collection.isEmpty ? nil : request.collection)
      let outcome = try parity.check(scope, repairs: request.repair, isStopped: isStopped)
      reply.fill(outcome)
    }
    reply.tookMicroseconds = (Clock.monotonicNanoseconds - began) / 1000
    return reply
  }

  /// A collection is one business's: without one, the name would concern everybody's.
  private func checkScope(of collection: String, _ principal: Principal) throws(RPCRefusal) {
    guard principal.business == nil, !collection.isEmpty else { return }
    throw .invalid(
      "collection", "names a collection, but no business",
      remediation: "name the business as well (--business NAME), or leave the collection out")
  }

  private func relative(_ path: String) -> String {
    let root = core.store.directory + "/"
    return path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
  }

  /// Throws away the files of a collection, or of all the caller's, and makes them again.
  func rebuild(
    _ request: RebuildRequest, for principal: Principal
  ) throws(RPCRefusal) -> RebuildReply {
    if principal.business == nil && !principal.isOperator { throw .noBusiness }
    try checkScope(of: request.collection, principal)
    let began = Clock.monotonicNanoseconds
    var reply = RebuildReply()
    reply.rows = UInt64(
      try applier.rebuild(
        FeedScope(
          business: principal.business,
          collection: request.collection.isEmpty ? nil : request.collection)))
    reply.tookMicroseconds = (Clock.monotonicNanoseconds - began) / 1000
    return reply
  }

  // MARK: Businesses

  /// Creates a business with a key, which is shown this once.
  func createBusiness(
    _ request: BusinessCreateRequest, for principal: Principal
  ) throws(RPCRefusal) -> BusinessCreateReply {
    guard principal.isOperator else { throw .operatorOnly }
    do throws(TruthError) {
      let created = try core.entries.createBusiness(
        named: request.name, description: request.description, keyLabel: "first")
      return BusinessCreateReply(
        businessID: created.business.businessID.bytes, apiKey: created.key.secret)
    } catch {
      if case .invalid(_, let reason) = error, reason.hasSuffix("exists already") {
        throw RPCRefusal(
          .alreadyExists, reason, remediation: "choose another name, or use the business as it is")
      }
      throw RPCRefusal(error)
    }
  }

  /// All businesses by name, with the entries that the files hold.
  func listBusinesses(for principal: Principal) throws(RPCRefusal) -> BusinessListReply {
    guard principal.isOperator else { throw .operatorOnly }
    var counts: [UUID: UInt64] = [:]
    do {
      for key in try core.store.collectionKeys() {
        // One whose files refuse must not hide all others.
        guard core.models.servingKey(key.name, of: key.owner, in: core.store) == key,
          let figures = (try? core.store.statistics(of: key)) ?? nil
        else { continue }
        counts[key.owner, default: 0] += UInt64(figures.entryCount)
      }
    } catch { throw RPCRefusal(error) }
    do throws(TruthError) {
      var reply = BusinessListReply()
      for record in try core.entries.businesses() {
        reply.businesses.append(
          Business(
            businessID: record.businessID.bytes, name: record.name,
            description: record.description, createdAt: record.createdAt,
            entries: counts[record.businessID] ?? 0))
      }
      return reply
    } catch { throw RPCRefusal(error) }
  }
}
