import Embedding
import Platform
import Synchronization
import TestSupport
import Testing

@testable import RemoteEmbedding

/// Providers that fail in every way known: what is retried, what is told, and at what cost.
@Suite struct MisbehaviourTests {
  typealias Response = LocalHTTPServer.Response
  typealias Request = LocalHTTPServer.Request

  static func failure(_ body: () throws(EmbeddingError) -> [Float]) -> EmbeddingError? {
    do throws(EmbeddingError) {
      _ = try body()
      return nil
    } catch { return error }
  }

  static func isUnavailable(_ error: EmbeddingError?) -> Bool {
    if case .unavailable = error { true } else { false }
  }

  static func isMisconfigured(_ error: EmbeddingError?) -> Bool {
    if case .misconfigured = error { true } else { false }
  }

  static func isNoVector(_ error: EmbeddingError?) -> Bool {
    if case .noVector = error { true } else { false }
  }

  /// One failure, by its name.
  static let transient: [(name: String, answer: @Sendable (Request) -> Response)] = [
    ("429", { _ in Response(429, #"{"error":{"message":"slow down","code":"rate_limit"}}"#) }),
    ("500", { _ in Response(500, "<html>oops</html>") }),
    ("502", { _ in Response(502) }), ("503", { _ in Response(503) }),
    ("529", { _ in Response(529) }), ("408", { _ in Response(408) }),
    (
      "cut off",
      { request in
        var response = FakeProvider.answer(request)
        response.cutAfter = response.body.count / 2
        return response
      }
    ),
    (
      "closed before the answer",
      { _ in
        var response = Response()
        response.raw = []
        return response
      }
    ),
    (
      "silent",
      { _ in
        var response = Response()
        response.isSilent = true
        return response
      }
    ),
    ("garbage", { _ in Response(200, "<html>welcome</html>") }),
    ("half JSON", { _ in Response(200, #"{"data":[{"index":0,"#) }),
    ("no data", { _ in Response(200, #"{"object":"list"}"#) }),
    ("a JSON NaN", { _ in Response(200, #"{"data":[{"index":0,"embedding":[NaN,1,2,3]}]}"#) }),
    ("deep nesting", { _ in Response(200, String(repeating: "[", count: 10_000)) }),
  ]

  @Test(arguments: transient.map(\.name))
  func `what may pass is tried again, and the second attempt counts`(name: String) throws {
    let answer = try #require(Self.transient.first { $0.name == name }).answer
    let provider = try FakeProvider { $0.number < 2 ? answer($0) : nil }
    defer { provider.server.close() }
    let embedder = try provider.embedder { $0.limits.requestMilliseconds = 300 }
    #expect(try embedder.embed(["one"], as: .passage) == FakeProvider.unit("one"))
    #expect(provider.server.requests.count == 3)
    #expect(provider.clock.pauses == [500, 1000])
    let usage = embedder.usage
    #expect(usage.requests == 3 && usage.retries == 2 && usage.failures == 2)
    #expect(usage.failedCalls == 0 && usage.tokens == 7)
  }

  @Test func `attempts end at their bound, and the last failure is told`() throws {
    let provider = try FakeProvider { _ in
      Response(500, #"{"error":{"message":"the sk-secret machine\nis broken"}}"#)
    }
    defer { provider.server.close() }
    let embedder = try provider.embedder { $0.retries.attemptLimit = 4 }
    let error = Self.failure { () throws(EmbeddingError) in try embedder.embed(["x"], as: .query) }
    #expect(
      error
        == .unavailable(model: "tiny", detail: "HTTP 500: the … machine is broken"))
    #expect(provider.server.requests.count == 4)
    #expect(provider.clock.pauses == [500, 1000, 2000])
    #expect(embedder.usage.failedCalls == 1 && embedder.usage.texts == 0)
  }

  @Test(arguments: [("7", 7000), ("Sun, 06 Nov 1994 08:49:03 GMT", 3000), ("0", 0), ("soon", 0)])
  func `the wait that a server asks for is the least that is waited`(header: String, wait: Int)
    throws
  {
    let provider = try FakeProvider { request in
      request.number == 0 ? Response(429, "", headers: [("Retry-After", header)]) : nil
    }
    defer { provider.server.close() }
    _ = try provider.embedder().embed(["x"], as: .query)
    #expect(provider.clock.pauses == [wait + 500])
    #expect(provider.server.requests.count == 2)
  }

  @Test func `a wait beyond the call's time is not begun`() throws {
    let provider = try FakeProvider { _ in Response(503, "", headers: [("Retry-After", "60")]) }
    defer { provider.server.close() }
    let embedder = try provider.embedder()
    let error = Self.failure { () throws(EmbeddingError) in try embedder.embed(["x"], as: .query) }
    #expect(Self.isUnavailable(error))
    #expect(provider.server.requests.count == 1 && provider.clock.pauses == [])
  }

  @Test func `a limit that the provider reports is kept before it is broken`() throws {
    let provider = try FakeProvider { request in
      var response = FakeProvider.answer(request)
      if request.number == 0 {
        response.headers += [
          ("x-ratelimit-limit-requests", "60"), ("x-ratelimit-remaining-requests", "0"),
          ("x-ratelimit-reset-requests", "1m0s"),
        ]
      }
      return response
    }
    defer { provider.server.close() }
    let embedder = try provider.embedder()
    for _ in 0..<3 { _ = try embedder.embed(["x"], as: .query) }
    #expect(provider.clock.pauses == [1000])
    #expect(provider.server.requests.count == 3)
  }

  @Test func `our own limits hold, of requests and of tokens`() throws {
    let provider = try FakeProvider()
    defer { provider.server.close() }
    let slow = try provider.embedder { $0.limits.requestsPerMinute = 60 }
    for _ in 0..<12 { _ = try slow.embed(["x"], as: .query) }
    // Ten seconds' worth at once, then one a second.
    #expect(provider.clock.pauses == [1000, 1000])

    let thrifty = try provider.embedder { $0.limits.tokensPerMinute = 600 }
    let text = String(repeating: "abc", count: 100)
    _ = try thrifty.embed([text], as: .query)
    _ = try thrifty.embed([text], as: .query)
    #expect(provider.clock.pauses == [1000, 1000, 10_000])

    let stuck = try provider.embedder { $0.limits.tokensPerMinute = 60 }
    let before = provider.server.requests.count
    #expect(
      Self.isUnavailable(
        Self.failure { () throws(EmbeddingError) in try stuck.embed([text], as: .query) }))
    #expect(provider.server.requests.count == before)
  }

  @Test(arguments: [
    (401, "", "check KNOWLEDGE_EMBEDDING_KEY"), (403, "", "key is not accepted"),
    (402, "", "credit"), (404, "", "no model tiny"), (301, "", "set KNOWLEDGE_EMBEDDING_URL"),
    (204, "", "check KNOWLEDGE_EMBEDDING_URL"), (418, "", "HTTP 418"), (501, "", "HTTP 501"),
    (429, #"{"error":{"code":"insufficient_quota","message":"pay"}}"#, "quota is used up"),
  ])
  func `what only a person can mend is told at once, with the remedy`(
    status: Int, body: String, words: String
  ) throws {
    let provider = try FakeProvider { _ in
      Response(
        status,
        body.isEmpty ? #"{"error":{"message":"Incorrect key sk-secret provided"}}"# : body,
        headers: [("Location", "/elsewhere")])
    }
    defer { provider.server.close() }
    let embedder = try provider.embedder { $0.limits.textsPerRequest = 1 }
    let error = Self.failure { () throws(EmbeddingError) in
      try embedder.embed(["a", "b"], as: .query)
    }
    #expect(Self.isMisconfigured(error))
    #expect("\(error!)".contains(words) && !"\(error!)".contains("sk-secret"))
    #expect(!"\(error!)".contains("later"))
    #expect((1...2).contains(provider.server.requests.count))
    #expect(provider.clock.pauses == [] && embedder.usage.retries == 0)
  }

  /// Answers of the right form that must not be believed.
  static let wrong: [(name: String, isText: Bool, change: @Sendable (Request) -> Response)] = [
    ("a dimension too many", false, { FakeProvider.answer($0, rows: { $0.map { $0 + [1] } }) }),
    ("a dimension too few", false, { FakeProvider.answer($0, rows: { $0.map { $0.dropLast() } }) }),
    ("a vector too few", false, { FakeProvider.answer($0, rows: { $0.dropLast() }) }),
    ("a vector too many", false, { FakeProvider.answer($0, rows: { $0 + [[1, 2, 3, 4]] }) }),
    ("an index twice", false, { FakeProvider.answer($0, order: { $0.map { _ in 0 } }) }),
    ("zero", true, { FakeProvider.answer($0, rows: { [[0, 0, 0, 0]] + $0.dropFirst() }) }),
    ("NaN", true, { FakeProvider.answer($0, rows: { [[1, .nan, 0, 0]] + $0.dropFirst() }) }),
    (
      "infinity", true,
      { FakeProvider.answer($0, rows: { [[.infinity, 0, 0, 0]] + $0.dropFirst() }) }
    ),
    (
      "null for a number", true,
      { FakeProvider.answer($0, rows: { [[.nan, 1, 1, 1]] + $0.dropFirst() }, encoding: "float") }
    ),
    (
      "no embedding", false,
      { _ in Response(200, #"{"data":[{"index":0},{"index":1}]}"#) }
    ),
    (
      "an index out of range", false,
      { _ in
        Response(200, #"{"data":[{"index":0,"embedding":"AACAPwAAgD8AAIA/AACAPw=="},{"index":9}]}"#)
      }
    ),
    (
      "broken base64", false,
      { _ in Response(200, #"{"data":[{"embedding":"AACA*wAA"},{"embedding":""}]}"#) }
    ),
    (
      "a body without end", false,
      { _ in Response(200, String(repeating: " ", count: 1 << 20)) }
    ),
  ]

  @Test(arguments: wrong.map(\.name))
  func `an answer that cannot be right is refused`(name: String) throws {
    let (_, isText, change) = try #require(Self.wrong.first { $0.name == name })
    let provider = try FakeProvider { change($0) }
    defer { provider.server.close() }
    let embedder = try provider.embedder()
    let error = Self.failure { () throws(EmbeddingError) in
      try embedder.embed(["a", "b"], as: .passage)
    }
    #expect(
      isText
        ? Self.isNoVector(error) : Self.isUnavailable(error) || Self.isMisconfigured(error),
      "\(String(describing: error))")
    #expect(provider.server.requests.count == 1)
    #expect(embedder.usage.picodollars == 0)
  }

  @Test(arguments: [400, 413])
  func `a batch that is too large is halved until it fits`(status: Int) throws {
    let provider = try FakeProvider { request in
      FakeProvider.texts(request).count > 3 ? Response(status, "too large") : nil
    }
    defer { provider.server.close() }
    let embedder = try provider.embedder()
    let texts = (0..<10).map { "text \($0)" }
    #expect(try embedder.embed(texts, as: .passage) == FakeProvider.units(texts))
    // 10 → 5, 5 → 2, 3, 2, 3.
    #expect(provider.server.requests.count == 7)
    #expect(provider.clock.pauses == [])
  }

  @Test func `a refusal that is not about size costs few requests and names the reason`() throws {
    let provider = try FakeProvider { _ in
      Response(400, #"{"error":{"message":"dimensions is not supported"}}"#)
    }
    defer { provider.server.close() }
    let embedder = try provider.embedder()
    let texts = (0..<256).map { "text \($0)" }
    let error = Self.failure { () throws(EmbeddingError) in
      try embedder.embed(texts, as: .passage)
    }
    #expect(
      error
        == .misconfigured(
          model: "tiny",
          detail: "HTTP 400: dimensions is not supported, of any text; "
            + "check KNOWLEDGE_EMBEDDING_MODEL and KNOWLEDGE_EMBEDDING_DIMENSION"))
    // Halves down to one text, and a word that the server refuses as well.
    #expect(provider.server.requests.count == 10)
    #expect(FakeProvider.texts(provider.server.requests[9]) == ["word"])
  }

  @Test func `a text that the server refuses among others that it takes is to blame`() throws {
    let provider = try FakeProvider { request in
      FakeProvider.texts(request).contains("bad")
        ? Response(400, #"{"error":{"message":"no"}}"#) : nil
    }
    defer { provider.server.close() }
    let embedder = try provider.embedder()
    for expected in [2, 3] {
      let error = Self.failure { () throws(EmbeddingError) in
        try embedder.embed(["bad"], as: .passage)
      }
      #expect(error == .refused(model: "tiny", detail: "HTTP 400: no"))
      // The word is tried once only: then the server is known to embed.
      #expect(provider.server.requests.count == expected)
    }
  }

  @Test func `a text that is too long alone is cut until it fits`() throws {
    let provider = try FakeProvider { request in
      FakeProvider.texts(request)[0].utf8.count > 100
        ? Response(400, #"{"error":{"message":"x","code":"context_length_exceeded"}}"#) : nil
    }
    defer { provider.server.close() }
    let embedder = try provider.embedder()
    let text = String(repeating: "abcdef", count: 100)
    let cut = String(repeating: "abcdef", count: 100).prefix(75)
    #expect(try embedder.embed([text], as: .passage) == FakeProvider.unit(String(cut)))
    #expect(provider.server.requests.count == 4 && embedder.usage.cutTexts == 3)
  }

  @Test func `one batch that fails ends the others`() throws {
    let arrived = Condition(0)
    let provider = try FakeProvider { request in
      guard FakeProvider.texts(request) == ["bad"] else {
        arrived.withLock { $0 += 1 }
        var response = Response()
        response.isSilent = true
        return response
      }
      _ = arrived.wait { $0 >= 1 ? true : nil }
      return Response(401)
    }
    defer { provider.server.close() }
    let embedder = try provider.embedder {
      $0.limits.textsPerRequest = 1
      $0.limits.requestsAtOnce = 2
      $0.limits.requestMilliseconds = 600_000
    }
    let error = Self.failure { () throws(EmbeddingError) in
      try embedder.embed(["good", "bad", "never", "never"], as: .passage)
    }
    #expect("\(error!)".contains("HTTP 401"))
    #expect(provider.server.requests.count == 2)
  }

  @Test func `nobody at the address is told after all attempts`() throws {
    let provider = try FakeProvider()
    provider.server.close()
    let embedder = try provider.embedder { $0.retries.attemptLimit = 2 }
    let error = Self.failure { () throws(EmbeddingError) in try embedder.embed(["x"], as: .query) }
    #expect(Self.isUnavailable(error) && "\(error!)".contains("cannot be reached"))
    #expect(embedder.usage.requests == 2)
  }
}
