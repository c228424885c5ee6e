import Embedding
import HTTP
import Platform
import Synchronization

/// One call of the embedder: its batches, its deadline, and its end when one of them fails.
final class EmbeddingCall: Sendable {
  private struct State {
    var next = 0
    var rows: [Float]
    var failure: EmbeddingError?
  }

  private let embedder: RemoteEmbedder
  private let texts: [PreparedText]
  private let role: EmbeddingRole
  private let deadline: Int
  private let cancellation = HTTPCancellation()
  private let state: Mutex<State>

  init(_ embedder: RemoteEmbedder, texts: [PreparedText], role: EmbeddingRole) {
    self.embedder = embedder
    self.texts = texts
    self.role = role
    let limits = embedder.settings.limits
    deadline =
      embedder.clock.nowMilliseconds()
      + (role == .query ? limits.queryMilliseconds : limits.passageMilliseconds)
    let count = texts.count * embedder.model.dimension
    state = Mutex(State(rows: [Float](repeating: 0, count: count)))
  }

  /// Sends all batches, at least one, several at once.
  func run(_ batches: [Range<Int>]) throws(EmbeddingError) -> [Float] {
    // The caller's thread takes its part, so that one request needs no thread at all.
    let threadCount = min(batches.count, embedder.settings.limits.requestsAtOnce, 64)
    let helpers = (1..<threadCount).map { _ in
      Thread.spawn(name: "embedding") { self.work(batches) }
    }
    work(batches)
    for helper in helpers { helper.join() }
    let (rows, failure) = state.withLock { ($0.rows, $0.failure) }
    if let failure { throw failure }
    return rows
  }

  private func work(_ batches: [Range<Int>]) {
    while true {
      let number = state.withLock { state in
        defer { state.next += 1 }
        return state.next
      }
      guard number < batches.count, !cancellation.isCancelled else { return }
      do throws(EmbeddingError) { try embed(batches[number], texts[batches[number]]) } catch {
        // The first failure is the one to tell; the others come of its cancelling them.
        state.withLock { if $0.failure == nil { $0.failure = error } }
        cancellation.cancel()
      }
    }
  }

  /// Embeds a batch; one that is too large for the server, in halves.
  ///
  /// A refusal that has nothing to do with size costs a few requests more, until the first text
  /// alone is refused.
  private func embed(
    _ range: Range<Int>, _ texts: ArraySlice<PreparedText>
  ) throws(EmbeddingError) {
    do throws(EmbeddingRefusal) {
      let rows = try ask(texts)
      let dimension = embedder.model.dimension
      state.withLock {
        $0.rows.replaceSubrange(
          range.lowerBound * dimension..<range.upperBound * dimension, with: rows)
      }
    } catch {
      guard case .tooLarge(let status, let refusal) = error else { throw error.final(embedder) }
      if range.count > 1 {
        let middle = range.lowerBound + range.count / 2
        try embed(range.lowerBound..<middle, texts[..<middle])
        return try embed(middle..<range.upperBound, texts[middle...])
      }
      // One text alone: perhaps our estimate of its tokens was too low.
      let text = texts[texts.startIndex]
      let isTooLong =
        status == 413 || refusal.code == "context_length_exceeded"
        || text.tokens > embedder.settings.limits.tokensPerText / 4
      guard isTooLong, text.tokens >= 32 else { throw blame(error) }
      embedder.count { $0.cutTexts += 1 }
      var shorter = texts
      shorter[texts.startIndex] = PreparedText(TokenEstimate.cut(text.text, to: text.tokens / 2))
      try embed(range, shorter)
    }
  }

  /// What one refused text is told as. Only where the server has embedded something is the text to
  /// blame; else a word is tried, for it may be the request's form that the server does not take.
  private func blame(_ refusal: EmbeddingRefusal) -> EmbeddingError {
    let error = refusal.final(embedder)
    guard case .refused(let name, let detail) = error, !embedder.hasEmbedded else { return error }
    do throws(EmbeddingRefusal) {
      _ = try ask([PreparedText("word")])
      return error
    } catch {
      return .misconfigured(
        model: name,
        detail: "\(detail), of any text; check KNOWLEDGE_EMBEDDING_MODEL and "
          + "KNOWLEDGE_EMBEDDING_DIMENSION")
    }
  }

  /// Asks for the vectors of some texts until an answer comes or nothing more may be tried.
  private func ask(_ texts: ArraySlice<PreparedText>) throws(EmbeddingRefusal) -> [Float] {
    let tokens = texts.reduce(0) { $0 + $1.tokens }
    let body = embedder.messages.body(texts)
    var failures = 0
    while true {
      let failure: EmbeddingRefusal
      let asked: Int?
      do throws(EmbeddingRefusal) {
        return try attempt(body, count: texts.count, tokens: tokens)
      } catch {
        guard case .transient(_, let milliseconds) = error else { throw error }
        failure = error
        asked = milliseconds
      }
      failures += 1
      guard failures < embedder.settings.retries.attemptLimit else { throw failure }
      let clock = embedder.clock
      let pause = embedder.settings.retries.pauseMilliseconds(afterFailures: failures, clock: clock)
      // What the server asks for is the least; jitter comes on top.
      let wait = (asked ?? 0) + pause
      guard clock.nowMilliseconds() + wait < deadline else { throw failure }
      if let asked { embedder.withPacer { $0.block(until: clock.nowMilliseconds() + asked) } }
      clock.pause(wait, cancellation)
      if cancellation.isCancelled { throw failure }
      embedder.count { $0.retries += 1 }
    }
  }

  /// One request, when its turn has come.
  private func attempt(
    _ body: [UInt8], count: Int, tokens: Int
  ) throws(EmbeddingRefusal) -> [Float] {
    try waitForTurn(tokens)
    let limits = embedder.settings.limits
    guard embedder.takeSlot(role, timeoutMilliseconds: max(0, deadline - now)) else {
      throw .permanent("the time was up before a request could be sent")
    }
    defer { embedder.giveSlot(role) }
    let left = deadline - now
    guard left > 0, !cancellation.isCancelled else { throw .permanent("the time was up") }
    var request = HTTPRequest(embedder.url)
    request.body = body
    request.headers = [
      .init("Content-Type", "application/json"), .init("Accept", "application/json"),
    ]
    if let key = embedder.settings.apiKey {
      request.headers.append(key.header("Authorization", scheme: "Bearer"))
    }
    request.acceptsCompression = true
    request.bodyByteLimit = embedder.messages.replyByteLimit(count: count)
    request.authoritiesPath = embedder.settings.authoritiesPath
    request.timeouts = .init(
      connectMilliseconds: min(10_000, left),
      totalMilliseconds: min(left, limits.requestMilliseconds))
    embedder.count { $0.requests += 1 }
    do throws(EmbeddingRefusal) {
      return try read(send(request), count: count, tokens: tokens)
    } catch {
      embedder.count { $0.failures += 1 }
      throw error
    }
  }

  private var now: Int { embedder.clock.nowMilliseconds() }

  /// Waits as long as our own limits and the provider's ask for.
  private func waitForTurn(_ tokens: Int) throws(EmbeddingRefusal) {
    var moment = embedder.withPacer { $0.reserve(tokenCount: tokens, now: now) }
    while moment > now {
      guard moment < deadline else {
        throw .permanent("the rate limit leaves no room for it within the call's time")
      }
      embedder.clock.pause(moment - now, cancellation)
      if cancellation.isCancelled { throw .permanent("another request of the call failed") }
      // A block may have come while we waited.
      moment = max(moment, embedder.withPacer { $0.notBefore(tokenCount: tokens) })
    }
  }

  private func send(_ request: HTTPRequest) throws(EmbeddingRefusal) -> HTTPResponse {
    do throws(HTTPError) {
      return try embedder.client.send(request, cancellation: cancellation)
    } catch {
      throw error.isTransient
        ? .transient("\(error)", retryAfterMilliseconds: nil) : .permanent("\(error)")
    }
  }

  private func read(
    _ response: HTTPResponse, count: Int, tokens: Int
  ) throws(EmbeddingRefusal) -> [Float] {
    embedder.withPacer { $0.note(response.head, tokenCount: tokens, now: now) }
    guard response.head.status == 200 else {
      throw EmbeddingRefusal(
        response, embedder.messages.refusal(response.body), embedder, role: role)
    }
    do throws(EmbeddingsMessages.Fault) {
      let answer = try embedder.messages.vectors(response.body, count: count)
      embedder.noteSuccess()
      embedder.pay(counted: answer.tokens, estimated: tokens)
      return answer.rows
    } catch {
      switch error {
      case .garbled(let detail): throw .transient(detail, retryAfterMilliseconds: nil)
      case .mismatch(let detail):
        throw .settings(
          "\(detail); check KNOWLEDGE_EMBEDDING_MODEL and KNOWLEDGE_EMBEDDING_DIMENSION")
      case .vector(let detail): throw .text(detail)
      }
    }
  }
}

/// Why a request brought no vectors, by what is to be done about it.
enum EmbeddingRefusal: Error {
  /// Ask again, after what the server asked for.
  case transient(String, retryAfterMilliseconds: Int?)
  /// Ask for less at once.
  case tooLarge(status: Int, EmbeddingsMessages.Refusal)
  /// This text cannot be embedded.
  case text(String)
  /// Nothing more may be tried for this call.
  case permanent(String)
  /// Nothing can be embedded until somebody changes what is named.
  case settings(String)

  /// What a status other than 200 means.
  init(
    _ response: HTTPResponse, _ refusal: EmbeddingsMessages.Refusal, _ embedder: RemoteEmbedder,
    role: EmbeddingRole
  ) {
    let status = response.head.status
    let said = refusal.message.isEmpty ? "" : ": \(refusal.message)"
    let name = embedder.settings.name
    switch status {
    case 300..<400:
      self = .settings(
        "HTTP \(status): the address has moved; set KNOWLEDGE_EMBEDDING_URL to the new one")
    case 400, 413, 422: self = .tooLarge(status: status, refusal)
    // What a provider says of a key may repeat a part of it.
    case 401, 403:
      self = .settings(
        embedder.settings.apiKey == nil
          ? "HTTP \(status): the server wants an API key; set KNOWLEDGE_EMBEDDING_KEY"
          : "HTTP \(status): the API key is not accepted; check KNOWLEDGE_EMBEDDING_KEY, and "
            + "what the key may do")
    case 402: self = .settings("HTTP 402: the account has no credit left; see the provider")
    case 404, 405:
      self = .settings(
        "HTTP \(status)\(said): no model \(name), or no /embeddings, at the base URL; check "
          + "KNOWLEDGE_EMBEDDING_MODEL and KNOWLEDGE_EMBEDDING_URL")
    case 429 where refusal.code == "insufficient_quota":
      self = .settings("HTTP 429\(said): the account's quota is used up; see the provider")
    case _ where HTTPRetryPolicy.isTransient(status: status):
      self = .transient(
        "HTTP \(status)\(said)",
        retryAfterMilliseconds: response.head.retryAfterMilliseconds(clock: embedder.clock))
    default:
      self = .settings(
        "HTTP \(status)\(said); check KNOWLEDGE_EMBEDDING_URL and KNOWLEDGE_EMBEDDING_MODEL")
    }
  }

  /// What the embedder's caller is told when nothing more is tried.
  func final(_ embedder: RemoteEmbedder) -> EmbeddingError {
    let name = embedder.settings.name
    switch self {
    case .transient(let detail, _), .permanent(let detail):
      return .unavailable(model: name, detail: detail)
    case .settings(let detail): return .misconfigured(model: name, detail: detail)
    case .text(let detail): return .noVector(model: name, detail: detail)
    case .tooLarge(let status, let refusal):
      // A validator's message may repeat the text.
      let said = status == 422 || refusal.message.isEmpty ? "" : ": \(refusal.message)"
      return .refused(model: name, detail: "HTTP \(status)\(said)")
    }
  }
}
