import Embedding
import KnowledgeStore
import Platform
import RPC
import Truth

/// Why a step ended early: the three things that an applier works with, or its end.
enum ApplyError: TruthErrorCarrying {
  case truth(TruthError)
  case store(StoreError)
  case embedding(EmbeddingError)
  case stopped

  init(_ error: TruthError) { self = .truth(error) }

  /// What it concerns.
  var cause: TroubleCause {
    switch self {
    case .truth: .database
    case .store: .files
    case .embedding: .model
    case .stopped: .unspecified
    }
  }

  /// For the log, and for whoever asks how the service is.
  var reason: String {
    switch self {
    case .truth(let error): error.description
    case .store(let error): error.description
    case .embedding(let error): error.description
    case .stopped: "the service is stopping"
    }
  }
}

extension Applier {
  /// What the applier's thread alone knows.
  struct Follower {
    let feed: ChangeFeed
    /// What the store holds; nil before the first step.
    var position: Truth.Position?
    /// Whether the store has left the state that its files were opened in. What they hold is then
    /// no place to go on from: memory may hold rows of a future that the database has lost.
    var hasBegun = false
    /// Parts that must be read again as a whole. While there are any, nothing is committed: the
    /// files would claim a position that they do not have.
    var repairs: Set<FeedScope> = []
    /// Collections whose files refuse rows, to be read again later.
    var stalled: [CollectionKey: Stall] = [:]
    /// Collections that may have lost their last entry, to be removed where they have.
    var emptied: Set<CollectionKey> = []
    /// Whether what the truth holds was counted against what the store holds, on this connection.
    var isCounted = false
    /// Changes that came since the last commit, and when the position left it.
    var uncommittedCount = 0
    var movedSince: UInt64?
    /// Whether collections of earlier models may have a successor that is whole: looked at after
    /// the next commit, which makes it durable.
    var mayRetire = true
    /// Whether the last commit failed, and when it is tried again.
    var hasFailedCommit = false
    var nextCommit: UInt64 = 0
  }

  /// Pauses between attempts to reach the truth, in milliseconds: doubled up to the last.
  private static let backoffMilliseconds = 100...2_000

  /// The thread's body.
  func run() {
    var follower = Follower(feed: ChangeFeed(feedConfiguration()))
    var pause = Self.backoffMilliseconds.lowerBound
    while true {
      changeModel(&follower)
      do throws(ApplyError) {
        try stages.indexing.measure { () throws(ApplyError) in try advance(&follower) }
        pause = Self.backoffMilliseconds.lowerBound
        if !wait(milliseconds: pollMilliseconds) { break }
      } catch {
        if case .stopped = error { break }
        report(error, &follower)
        if !wait(milliseconds: pause) { break }
        pause = min(pause * 2, Self.backoffMilliseconds.upperBound)
        reviveCluster()
      }
    }
    commit(&follower)
    refuseJobsForGood()
    follower.feed.disconnect()
  }

  private func report(_ error: ApplyError, _ follower: inout Follower) {
    let trouble = trouble(of: error)
    if freshness.moment.trouble == nil {
      Log.warning("the files fall behind", ["reason": .string(trouble.reason)])
    }
    freshness.report(trouble)
    refuseJobs(Self.refusal(error))
    follower.feed.disconnect()
    follower.isCounted = false
    if case .truth(.positionLost(let reason)) = error {
      Log.warning("the position is lost", ["reason": .string(reason)])
      follower.position = nil
      freshness.forgetPosition()
    }
  }

  /// The error as it is told; where a cluster of ours is away, with what its log says of that.
  private func trouble(of error: ApplyError) -> Freshness.Trouble {
    var trouble = Freshness.Trouble(cause: error.cause, reason: error.reason)
    guard case .truth(let reason) = error, reason.isOutage, let cluster,
      let words = cluster.lastWords
    else { return trouble }
    trouble.reason += "; its log says: \(words)"
    if words.contains("No space left on device") {
      trouble.isDiskFull = true
      trouble.reason += "; make room on the disk that holds \(cluster.directory)"
    }
    return trouble
  }

  /// A killed private cluster is started again.
  private func reviveCluster() {
    guard let cluster, !isStopped else { return }
    do throws(TruthError) {
      if try cluster.ensureRunning() { Log.warning("the private cluster was started again") }
    } catch { Log.error("the private cluster does not start", ["error": .string("\(error)")]) }
  }

  // MARK: One round

  /// Brings the store to the truth as it is now, and does what operators have asked for.
  private func advance(_ follower: inout Follower) throws(ApplyError) {
    collectFindings(&follower)
    follower.repairs.formUnion(takeScans())
    retryStalled(&follower)
    if follower.position == nil { try begin(&follower) }
    if !follower.isCounted { try count(&follower) }
    try listPending(follower)
    try step(&follower, scanning: follower.repairs)
    try performJobs(&follower)
    try removeEmptied(&follower)
    commitIfDue(&follower)
  }

  /// Does what others have asked for. Whoever waits is answered, also where one job fails.
  private func performJobs(_ follower: inout Follower) throws(ApplyError) {
    var failure: ApplyError?
    for job in takeJobs() {
      if let failure {
        job.refuse(Self.refusal(failure))
        continue
      }
      do throws(ApplyError) { try job.run(self, &follower) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  static func refusal(_ error: ApplyError) -> RPCRefusal {
    RPCRefusal(.unavailable, error.reason, remediation: "try again in a moment")
  }

  /// Takes one step of the feed, with these parts read as a whole in the same snapshot.
  func step(
    _ follower: inout Follower, scanning scopes: Set<FeedScope>, force: Bool = false
  ) throws(ApplyError) {
    guard let position = follower.position else { return }
    let repairs = store.pendingRepairs
    let session = ApplySession(self, .repair)
    // Whatever fails below comes again; what it needs read as a whole must come again, too.
    defer { follower.repairs.formUnion(session.repairs) }
    let step = try follower.feed.step(
      from: position, scanning: Array(scopes), force: force || !scopes.isEmpty
    ) { (event) throws(ApplyError) in try session.receive(event) }
    follower.repairs.subtract(scopes)
    follower.emptied.formUnion(session.emptied)
    endRepairs(repairs, within: scopes.subtracting(session.repairs), of: session, &follower)
    noteStalled(session.stalled, within: scopes, &follower)
    if let step { adopt(step, session.appliedCount, &follower) }
    pending.reachedLists()
    freshness.advance(to: step?.position ?? position, changed: session.appliedCount > 0)
  }

  private func adopt(_ step: ChangeFeed.Step, _ changeCount: Int, _ follower: inout Follower) {
    follower.position = step.position
    noteApplied(changeCount)
    if follower.movedSince == nil { follower.movedSince = Clock.monotonicNanoseconds }
    // Also what the store had already: until it is committed, the database must keep its notes.
    follower.uncommittedCount += max(changeCount, step.changeCount)
  }

  /// Finds the place to go on from, or reads everything.
  private func begin(_ follower: inout Follower) throws(ApplyError) {
    do throws(TruthError) {
      try Migrator.check(connectionInfo: connectionInfo)
      // Only the newest: the files hold what it says, and no older position describes them.
      let describesStore =
        !follower.hasBegun && !store.recovery.isPositionLost
        && !store.pendingRepairs.contains { $0.key == nil }
      let kept = describesStore ? store.positions.newest : nil
      let positions = kept.flatMap { Truth.Position(bytes: $0) }.map { [$0] } ?? []
      switch try follower.feed.resume(from: positions) {
      case .resumed(let position):
        Log.info("following", ["position": .string("\(position)")])
        follower.position = position
        follower.hasBegun = true
        return
      case .lost(let reason): Log.info("reading everything", ["reason": .string(reason)])
      }
    } catch { throw .truth(error) }
    follower.hasBegun = true
    // Whatever the files hold, rows may be missing until the scan has ended.
    if !store.pendingRepairs.contains(where: { $0.key == nil }) { store.beginRepair(nil) }
    for model in models.all { pending.forget(space: model.space) }
    let repairs = store.pendingRepairs
    let session = ApplySession(self, .repair)
    let step = try follower.feed.rebuild { (event) throws(ApplyError) in
      try session.receive(event)
    }
    // Earlier models' collections answer until the background has filled these.
    for key in session.lackingKeys.union(session.unfitKeys) where hasPredecessor(key) {
      store.beginRepair(key)
      backlog?.lookThrough()
    }
    // What was found or begun anew meanwhile is another repair, and stays.
    for repair in repairs { end(repair, &follower) }
    noteStalled(session.stalled, within: [.everything], &follower)
    follower.repairs = session.repairs
    follower.emptied.formUnion(session.emptied)
    follower.isCounted = true
    adopt(step, session.appliedCount, &follower)
    freshness.advance(to: step.position, changed: true)
    commit(&follower)
  }

  // MARK: Repairs

  /// Collections that the store found damaged, or opened in an older state, are read again; also
  /// those that an earlier process had found and not read to the end.
  private func collectFindings(_ follower: inout Follower) {
    for case let key? in store.pendingRepairs.map(\.key)
    where !isFilling(key) && follower.stalled[key] == nil {
      follower.repairs.insert(FeedScope(business: key.owner, collection: key.name))
    }
  }

  /// Whether a collection of an earlier model answers for this one.
  private func hasPredecessor(_ key: CollectionKey) -> Bool {
    models.all.dropFirst().contains { store.contains($0.key(key.name, of: key.owner)) }
  }

  /// Tells the store that what was pending before a scan of these parts has been read again.
  private func endRepairs(
    _ pending: [PendingRepair], within scopes: some Sequence<FeedScope>,
    of session: ApplySession, _ follower: inout Follower
  ) {
    if pending.isEmpty { return }
    let (lacking, unfit) = (session.lackingKeys, session.unfitKeys)
    // There may be thousands of both.
    let scopes = Set(scopes)
    for repair in pending {
      guard let key = repair.key else { continue }
      if lacking.contains(key) && isFilling(key) {
        // A round behind what was noted as lacking says when it is whole.
        backlog?.lookThrough()
        continue
      }
      if unfit.contains(key) && isFilling(key) {
        Log.error(
          "a collection keeps its earlier model: most vectors of the next one cannot be used",
          ["collection": .string("\(key)"), "model": .string(models.target.model.name)])
        continue
      }
      let isWithin =
        scopes.contains(FeedScope(business: key.owner, collection: key.name))
        || scopes.contains(FeedScope(business: key.owner, collection: nil))
        || scopes.contains(.everything)
      if isWithin { end(repair, &follower) }
    }
  }

  private func end(_ repair: PendingRepair, _ follower: inout Follower) {
    store.repairEnded(repair)
    follower.mayRetire = models.all.count > 1
    note { $0.repairedCount += 1 }
  }

  /// Looks for collections whose files are gone, and has them read again.
  private func count(_ follower: inout Follower) throws(ApplyError) {
    let scopes: [FeedScope]
    do throws(TruthError) { scopes = try follower.feed.collections() } catch {
      throw .truth(error)
    }
    do throws(StoreError) {
      try noteEmptied(besides: scopes, &follower)
      for scope in scopes {
        guard let owner = scope.business, let name = scope.collection,
          CollectionKey.isValid(name: name)
        else { continue }
        let key = models.target.key(name, of: owner)
        // Their manifests are read, and none is opened: there may be thousands.
        if (try? store.statistics(of: key)) == nil { follower.repairs.insert(scope) }
      }
    } catch { throw .store(error) }
    for scope in follower.repairs {
      guard let owner = scope.business, let name = scope.collection else { continue }
      let key = models.target.key(name, of: owner)
      if !store.isIncomplete(key) { store.beginRepair(key) }
    }
    follower.isCounted = true
  }

  /// Writes every row of the scope again, in a step of its own.
  func rebuild(_ scope: FeedScope, _ follower: inout Follower) throws(ApplyError) -> Int {
    guard let position = follower.position else { return 0 }
    let pending = store.pendingRepairs
    let session = ApplySession(self, .rewrite)
    defer { follower.repairs.formUnion(session.repairs) }
    let step = try follower.feed.step(from: position, scanning: [scope], force: true) {
      (event) throws(ApplyError) in try session.receive(event)
    }
    follower.emptied.formUnion(session.emptied)
    noteStalled(session.stalled, within: [scope], &follower)
    if session.repairs.isEmpty {
      endRepairs(pending, within: [scope], of: session, &follower)
    }
    if let step { adopt(step, session.appliedCount, &follower) }
    freshness.advance(to: step?.position ?? position, changed: session.appliedCount > 0)
    do throws(StoreError) {
      for key in session.scannedKeys { try store.existing(key)?.compact() }
    } catch { throw .store(error) }
    if session.appliedCount > 0 { commit(&follower) }
    if let reason = session.stalled.values.first { throw .store(reason) }
    return session.scannedCount
  }

  // MARK: Commits

  private func commitIfDue(_ follower: inout Follower) {
    let now = Clock.monotonicNanoseconds
    guard let since = follower.movedSince, now >= follower.nextCommit else { return }
    var milliseconds = UInt64(commitMilliseconds) * (follower.uncommittedCount > 0 ? 1 : 10)
    // A change of the model is durable soon, and leaves no files behind.
    if follower.mayRetire && models.all.count > 1 { milliseconds = min(milliseconds, 1_000) }
    if follower.hasFailedCommit || follower.uncommittedCount >= Self.commitChangeCount
      || now - since >= milliseconds * 1_000_000
    {
      commit(&follower)
    }
  }

  /// Makes what is applied durable. A failure loses nothing but time: it is tried again, and after
  /// a restart the feed replays from the older position.
  func commit(_ follower: inout Follower) {
    // What was found damaged since the round began must be read again first.
    collectFindings(&follower)
    guard let position = follower.position, follower.repairs.isEmpty else { return }
    let kept = [store.positions.newest, store.positions.older]
      .compactMap { $0.flatMap { Truth.Position(bytes: $0) } }
    do {
      try follower.feed.pin(position, keeping: kept)
      try store.commit(position: position.bytes)
      let oldest = store.positions.older.flatMap { Truth.Position(bytes: $0) } ?? position
      try follower.feed.register(oldest: oldest)
      follower.uncommittedCount = 0
      follower.movedSince = nil
      follower.hasFailedCommit = false
      note { $0.commitFailure = nil }
      if follower.mayRetire {
        follower.mayRetire = false
        retire()
      }
    } catch {
      follower.hasFailedCommit = true
      follower.nextCommit = Clock.monotonicNanoseconds + 2_000_000_000
      note { status in
        status.commitFailure = "\(error)"
        status.commitFailureCount += 1
      }
      Log.error("the files could not be committed", ["reason": .string("\(error)")])
    }
  }
}
