import Embedding
import Platform
import Synchronization
import Truth

/// Whom the background tells of its work, on its thread.
protocol EmbeddingBacklogOwner: AnyObject, Sendable {
  /// Vectors were stored; of so many entries they lack the end of the content, which is too long.
  func embedded(cutCount: Int)
  /// The model refuses an entry's text.
  func refused(_ entry: UnembeddedEntry, of business: UUID, _ reason: String)
  /// All of a business was looked through: so many entries of each collection lack a vector still;
  /// collections that lack none are left out.
  func lookedThrough(_ business: UUID, lacking: [String: Int])
}

/// Makes the vectors that are worth keeping, in the background, and writes them to the truth; the
/// feed then brings them to the files, of this node and of every other.
///
/// What the applier met without a vector comes first. Behind it go rounds through the whole truth:
/// one at the start, one after whatever could not be noted, one a minute while texts are missing.
/// Nothing has to be remembered over a restart: the truth knows which texts lack a vector.
final class EmbeddingBacklog: Sendable {
  /// What an operator wants to know of it.
  struct Status: Sendable {
    /// Vectors made and stored since the start.
    var embeddedCount: UInt64 = 0
    /// Why it does not go on; nil while it does.
    var trouble: String?
    /// Whether every entry has been looked at since the start.
    var hasLooked = false
  }

  /// Texts to embed in one call: some tens of milliseconds of a local model, one request of a
  /// remote one. A search that comes meanwhile shares the processors with it.
  static let batchCount = 64
  /// Entries that are noted one by one; beyond it a round through the truth finds them.
  static let hotLimit = 50_000
  /// Entries of one business that are noted however many others' there are.
  static let hotShare = 1_000
  private static let backoffMilliseconds = 250...30_000
  private static let roundMilliseconds = 60_000

  private struct Signals {
    var hot: [UUID: [UUID]] = [:]
    /// The businesses of ``hot``, the next first.
    var turns: [UUID] = []
    var hotCount = 0
    var made: [UUID: [EmbeddingRow]] = [:]
    var needsRound = true
    /// Whether the last round left nothing.
    var mayRest = false
    var isStopped = false

    /// Takes a batch of one business's entries; businesses take turns.
    mutating func takeHot() -> (business: UUID, ids: [UUID])? {
      guard let business = turns.first, let ids = hot[business] else { return nil }
      turns.removeFirst()
      let taken = Array(ids.suffix(EmbeddingBacklog.batchCount))
      hot[business] = ids.count > taken.count ? ids.dropLast(taken.count) : nil
      if hot[business] != nil { turns.append(business) }
      hotCount -= taken.count
      return (business, taken)
    }
  }

  /// Texts that the model has refused: asking again would give the same, and may cost money.
  private struct Refused: Hashable {
    let entry: UUID
    let contentHash: [UInt8]
  }
  private static let refusedLimit = 10_000

  private let entries: EntryStore
  private let model: ServedModel
  private let busy: BusyTime
  private let refused = Mutex<Set<Refused>>([])
  /// Texts refused since the last round, by the reason.
  private let causes = Mutex<[String: Int]>([:])
  /// Why the database refused what was done for some business, since the last round began.
  private let refusal = Mutex<String?>(nil)
  private let owner = Mutex<(any EmbeddingBacklogOwner)?>(nil)
  private let signals = Condition(Signals())
  private let state = Mutex(Status())
  private let thread = Mutex<Thread?>(nil)

  /// - Parameters:
  ///   - entries: The truth.
  ///   - model: What makes the vectors.
  ///   - busy: Counts the time that making and storing them takes.
  init(entries: EntryStore, model: ServedModel, busy: BusyTime = BusyTime()) {
    self.entries = entries
    self.busy = busy
    self.model = model
  }

  /// How it goes.
  var status: Status { state.withLock { $0 } }

  /// Begins to work, and tells `owner` of it until it is stopped.
  func start(for owner: any EmbeddingBacklogOwner) {
    self.owner.withLock { $0 = owner }
    thread.withLock { thread in thread = Thread.spawn(name: "embedding") { self.run() } }
  }

  /// Stops after the batch at hand, and returns then. Nothing is lost: a restart begins anew.
  func stop() {
    end()?.join()
  }

  /// Stops after the batch at hand, of which nobody is told any more.
  ///
  /// - Returns: The thread that ends then; nil where none began.
  @discardableResult
  func end() -> Thread? {
    signals.withLock { $0.isStopped = true }
    owner.withLock { $0 = nil }
    return thread.withLock { $0.take() }
  }

  /// Notes entries that lack a vector.
  func add(_ ids: [UUID], of business: UUID) {
    if ids.isEmpty { return }
    signals.withLock { signals in
      let own = signals.hot[business]?.count ?? 0
      let isOver = own + ids.count > Self.hotShare && signals.hotCount + ids.count > Self.hotLimit
      if isOver {
        signals.needsRound = true
      } else {
        if own == 0 { signals.turns.append(business) }
        signals.hot[business, default: []] += ids
        signals.hotCount += ids.count
      }
    }
  }

  /// Takes vectors that were made elsewhere, to store them.
  func keep(_ vectors: [EmbeddingRow], of business: UUID) {
    signals.withLock { signals in
      // One that is not kept is made again some day; memory matters more.
      guard signals.made[business, default: []].count < Self.hotLimit / 10 else { return }
      signals.made[business, default: []] += vectors
    }
  }

  /// Has the whole truth looked through, for what nobody noted.
  func lookThrough() { signals.withLock { $0.needsRound = true } }

  // MARK: The thread's side

  private enum Work {
    case keep([EmbeddingRow], UUID)
    case embed([UUID], UUID)
    case round
    case stop
  }

  private func run() {
    var pause = Self.backoffMilliseconds.lowerBound
    while true {
      let work = next()
      if case .stop = work { return }
      do throws(ApplyError) {
        try perform(work)
        pause = Self.backoffMilliseconds.lowerBound
        let refusal = refusal.withLock { $0 }
        state.withLock { $0.trouble = refusal }
      } catch {
        if case .stopped = error { continue }
        if state.withLock({ $0.trouble }) == nil {
          Log.warning("texts are not embedded", ["reason": .string(error.reason)])
        }
        state.withLock { $0.trouble = error.reason }
        // Whatever was at hand is found again.
        signals.withLock { $0.needsRound = true }
        _ = signals.wait(timeoutMilliseconds: pause) { $0.isStopped ? true : nil }
        pause = min(pause * 2, Self.backoffMilliseconds.upperBound)
      }
    }
  }

  private func next() -> Work {
    let mayRest = signals.withLock { $0.mayRest }
    let found: Work? = signals.wait(
      timeoutMilliseconds: mayRest ? nil : Self.roundMilliseconds
    ) { signals in
      if signals.isStopped { return .stop }
      if let business = signals.made.keys.first, let rows = signals.made[business] {
        signals.made[business] = nil
        return .keep(rows, business)
      }
      if let (business, taken) = signals.takeHot() { return .embed(taken, business) }
      if signals.needsRound {
        signals.needsRound = false
        return .round
      }
      return nil
    }
    return found ?? .round
  }

  private func perform(_ work: Work) throws(ApplyError) {
    switch work {
    case .stop: break
    case .keep(let rows, let business):
      try attempt(business) { () throws(ApplyError) in try store(rows, of: business) }
    case .embed(let ids, let business):
      try attempt(business) { () throws(ApplyError) in
        var last: UUID?
        repeat {
          // An id may stand in several tables: there may be more entries than ids.
          let found = try page(business, ids: ids, after: last)
          try embed(found, of: business)
          last = found.count < Self.batchCount ? nil : found.last?.entryID
        } while last != nil
      }
    case .round: try round()
    }
  }

  /// Does something for one business. Where the database refuses it, though it is there, that is
  /// told and tried again in the next round: it must not hold up all others.
  ///
  /// - Returns: Whether it was done.
  @discardableResult
  private func attempt(
    _ business: UUID, _ body: () throws(ApplyError) -> Void
  ) throws(ApplyError) -> Bool {
    do throws(ApplyError) { try body() } catch {
      guard case .truth(let reason) = error, !reason.isOutage else { throw error }
      if state.withLock({ $0.trouble }) == nil {
        Log.warning(
          "a business's texts are not embedded",
          ["business": .string("\(business)"), "reason": .string(error.reason)])
      }
      state.withLock { $0.trouble = error.reason }
      refusal.withLock { $0 = error.reason }
      signals.withLock { $0.mayRest = false }
      return false
    }
    return true
  }

  /// Looks through everything, business by business; what is noted meanwhile goes first.
  private func round() throws(ApplyError) {
    refusal.withLock { $0 = nil }
    let businesses: [UUID]
    do throws(TruthError) { businesses = try entries.businesses().map(\.businessID) } catch {
      throw .truth(error)
    }
    // Businesses take turns, a page each.
    var isAnyLacking = false
    var open: [(business: UUID, last: UUID?)] = businesses.map { ($0, nil) }
    while !open.isEmpty {
      var next: [(business: UUID, last: UUID?)] = []
      for (business, last) in open {
        var found: [UnembeddedEntry] = []
        let isDone = try attempt(business) { () throws(ApplyError) in
          found = try page(business, after: last)
          try embed(found, of: business)
        }
        try interlude()
        if !isDone { continue }
        if found.count >= Self.batchCount {
          next.append((business, found.last?.entryID))
        } else {
          try attempt(business) { () throws(ApplyError) in
            if try !lookedThrough(business).isEmpty { isAnyLacking = true }
          }
        }
      }
      open = next
    }
    Applier.logRefused(
      causes.withLock { causes in
        defer { causes = [:] }
        return causes
      })
    let isWhole = refusal.withLock { $0 == nil }
    signals.withLock { $0.mayRest = isWhole && !isAnyLacking }
    if isWhole { state.withLock { $0.hasLooked = true } }
  }

  /// Tells what a business lacks after a round.
  private func lookedThrough(_ business: UUID) throws(ApplyError) -> [String: Int] {
    let lacking: [String: Int]
    do throws(TruthError) {
      lacking = try entries.unembeddedCounts(model: model.label, business: business)
    } catch { throw .truth(error) }
    owner.withLock { $0 }?.lookedThrough(business, lacking: lacking)
    return lacking
  }

  /// Does what was noted since, between two pages of a round.
  private func interlude() throws(ApplyError) {
    while true {
      let work: Work? = signals.withLock { signals in
        if signals.isStopped { return .stop }
        return signals.hot.isEmpty && signals.made.isEmpty ? nil : .round
      }
      guard let work else { return }
      if case .stop = work { throw .stopped }
      try perform(next())
    }
  }

  private func page(
    _ business: UUID, ids: [UUID]? = nil, after last: UUID? = nil
  ) throws(ApplyError) -> [UnembeddedEntry] {
    do throws(TruthError) {
      return try entries.unembedded(
        model: model.label, business: business, ids: ids, after: last, limit: Self.batchCount)
    } catch { throw .truth(error) }
  }

  private func store(_ rows: [EmbeddingRow], of business: UUID) throws(ApplyError) {
    do throws(TruthError) { try entries.storeEmbeddings(rows, business: business) } catch {
      throw .truth(error)
    }
  }

  private func embed(_ found: [UnembeddedEntry], of business: UUID) throws(ApplyError) {
    try busy.measure { () throws(ApplyError) in try embedAll(found, of: business) }
  }

  private func embedAll(_ found: [UnembeddedEntry], of business: UUID) throws(ApplyError) {
    let found = refused.withLock { refused in
      found.filter {
        !refused.contains(Refused(entry: $0.entryID, contentHash: $0.contentHash))
      }
    }
    // Long entries are many texts: what was made is stored before there are too many more.
    var group = Group()
    for entry in found {
      let passages = model.passages(
        title: entry.title, keywords: entry.keywords, content: entry.content)
      group.texts += passages.texts
      group.entries.append((entry, passages.spans))
      if passages.isCut { group.cutCount += 1 }
      if group.texts.count >= Self.batchCount {
        try embed(group, of: business)
        group = Group()
      }
    }
    if !group.entries.isEmpty { try embed(group, of: business) }
  }

  /// Entries that are stored together, and the texts of all of them.
  private struct Group {
    var entries: [(entry: UnembeddedEntry, spans: [Range<Int>])] = []
    var texts: [String] = []
    var cutCount = 0
  }

  private func embed(_ group: Group, of business: UUID) throws(ApplyError) {
    var vectors: ArraySlice<Result<[Float], EmbeddingError>> = []
    for start in stride(from: 0, to: group.texts.count, by: Self.batchCount) {
      if start > 0 && signals.withLock({ $0.isStopped }) { throw .stopped }
      let end = min(start + Self.batchCount, group.texts.count)
      vectors += try model.passages.vectors(of: Array(group.texts[start..<end]))
    }
    var rows: [EmbeddingRow] = []
    for (entry, spans) in group.entries {
      let own = vectors.prefix(max(1, spans.count))
      vectors = vectors.dropFirst(own.count)
      switch EntryVectors.joining(own, spans: spans) {
      case .success(let vectors):
        rows += vectors.rows(
          entry: entry.entryID, model: model.label, contentHash: entry.contentHash)
      case .failure(let error):
        owner.withLock { $0 }?.refused(entry, of: business, error.description)
        causes.withLock { $0[error.description, default: 0] += 1 }
        refused.withLock { refused in
          if refused.count >= Self.refusedLimit { refused.removeAll() }
          refused.insert(Refused(entry: entry.entryID, contentHash: entry.contentHash))
        }
      }
    }
    try store(rows, of: business)
    state.withLock { $0.embeddedCount += UInt64(rows.count) }
    owner.withLock { $0 }?.embedded(cutCount: group.cutCount)
  }
}
