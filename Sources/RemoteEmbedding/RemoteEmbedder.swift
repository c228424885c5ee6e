import Embedding
import HTTP
import Platform
import Synchronization

/// Embeds by asking an OpenAI-compatible server.
///
/// A call blocks its thread, and starts threads of its own where it needs several requests. Queries
/// have requests of their own, so that they never wait behind passages. An empty text is sent as a
/// space, since providers refuse an empty one; a text that is too long is cut. Vectors are brought
/// to unit length.
public final class RemoteEmbedder: Embedder {
  /// The model's own space: name, dimension and prefixes make its fingerprint, not the address.
  public let model: EmbeddingModel

  let settings: RemoteModel
  let url: String
  let messages: EmbeddingsMessages
  let client: HTTPClient
  let clock: HTTPClock
  private let pacer: Mutex<RequestPacer>
  private let slots = Condition<[EmbeddingRole: Int]>([:])
  private let counters: Mutex<EmbeddingUsage>
  private let succeeded = Atomic<Bool>(false)

  /// Asks nothing of the server yet.
  ///
  /// - Parameters:
  ///   - settings: Where the model is, and how much may be asked.
  ///   - clock: Time and chance.
  /// - Throws: ``InvalidRemoteModel`` where the description cannot be used.
  public init(_ settings: RemoteModel, clock: HTTPClock = .system) throws(InvalidRemoteModel) {
    url = try settings.checkedURL()
    model = settings.space
    self.settings = settings
    self.clock = clock
    messages = EmbeddingsMessages(model: settings)
    client = HTTPClient(idleLimit: 2 * settings.limits.requestsAtOnce)
    pacer = Mutex(
      RequestPacer(
        requestsPerMinute: settings.limits.requestsPerMinute,
        tokensPerMinute: settings.limits.tokensPerMinute, now: clock.nowMilliseconds()))
    var usage = EmbeddingUsage()
    if settings.prices[settings.name] != nil { usage.picodollars = 0 }
    counters = Mutex(usage)
  }

  /// It waits for the server.
  public var mayWait: Bool { true }

  /// What was asked so far, and what that cost.
  public var usage: EmbeddingUsage { counters.withLock { $0 } }

  /// Embeds texts in order, in as many requests as they need.
  ///
  /// - Throws: ``EmbeddingError``: `refused` where a text itself is to blame, `noVector` where what
  ///   came for one is none, `misconfigured` where somebody must change something, such as a wrong
  ///   key, and `unavailable` for all else. Texts of the same call may have been paid for then.
  public func embed(
    _ texts: [String], as role: EmbeddingRole
  ) throws(EmbeddingError) -> [Float] {
    guard !texts.isEmpty else { return [] }
    let prepared = texts.map { prepare($0, role) }
    let batches = TextBatches.plan(
      prepared, textLimit: settings.limits.textsPerRequest,
      tokenLimit: settings.limits.tokensPerRequest)
    let call = EmbeddingCall(self, texts: prepared, role: role)
    do {
      let rows = try call.run(batches)
      count { $0.texts += UInt64(texts.count) }
      return rows
    } catch {
      count { $0.failedCalls += 1 }
      throw error
    }
  }

  private func prepare(_ text: String, _ role: EmbeddingRole) -> PreparedText {
    let prefix = role == .query ? settings.queryPrefix : settings.passagePrefix
    let whole = PreparedText(prefix + (text.isEmpty ? " " : text))
    guard whole.tokens > settings.limits.tokensPerText else { return whole }
    count { $0.cutTexts += 1 }
    return PreparedText(TokenEstimate.cut(whole.text, to: settings.limits.tokensPerText))
  }

  // MARK: What calls share

  func count(_ change: (inout EmbeddingUsage) -> Void) { counters.withLock { change(&$0) } }

  /// Whether the server has given vectors before.
  var hasEmbedded: Bool { succeeded.load(ordering: .relaxed) }

  func noteSuccess() { succeeded.store(true, ordering: .relaxed) }

  /// Counts what a request used.
  func pay(counted: UInt64?, estimated: Int) {
    let tokens = counted ?? UInt64(estimated)
    let price = settings.prices[settings.name]?.picodollarsPerToken
    count { usage in
      usage.tokens &+= tokens
      if counted == nil { usage.estimatedTokens &+= tokens }
      if let price { usage.picodollars = (usage.picodollars ?? 0) &+ tokens &* price }
    }
  }

  func withPacer<Value>(_ body: (inout RequestPacer) -> Value) -> Value {
    pacer.withLock { body(&$0) }
  }

  /// Waits for leave to have one more request under way.
  ///
  /// - Returns: False where the time was up before.
  func takeSlot(_ role: EmbeddingRole, timeoutMilliseconds: Int) -> Bool {
    let limit = settings.limits.requestsAtOnce
    return slots.wait(timeoutMilliseconds: timeoutMilliseconds) { state -> Bool? in
      guard state[role, default: 0] < limit else { return nil }
      state[role, default: 0] += 1
      return true
    } ?? false
  }

  func giveSlot(_ role: EmbeddingRole) { slots.withLock { $0[role, default: 0] -= 1 } }
}
