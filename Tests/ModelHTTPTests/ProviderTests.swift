import Agent
import Platform
import TestSupport
import Testing

@testable import HTTP
@testable import ModelHTTP

/// Providers as wholes: their breaker, their lists, their keys.
@Suite struct ProviderTests {
  typealias Response = LocalHTTPServer.Response

  @Test func `a provider that fails is not asked for a while, and the chain goes on without it`()
    throws
  {
    let provider = try FakeProvider { request in
      request.number < 4 ? Response(500) : Response(200, Answers.chat)
    }
    defer { provider.server.close() }
    let server = try provider.modelServer {
      $0.breaker = BreakerPolicy(
        failureLimit: 4, firstMilliseconds: 10_000, longestMilliseconds: 60_000)
      $0.retries.attemptLimit = 2
    }
    let model = try server.model("tiny")
    let chain = FallbackModel(
      [model, PolicyTests.ScriptedModel.answering("spare")], clock: provider.clock.clock)
    for _ in 0..<2 {
      #expect(
        try chain.reply(to: Answers.request).attempts.map(\.failure)
          == [.serverFailure, .serverFailure, nil])
    }
    // All its models share the door.
    let other = try server.model("other")
    let shut = failure { () throws(ModelError) in try other.reply(to: Answers.request) }
    #expect(shut?.kind == .circuitOpen && (shut?.retryAfterMilliseconds ?? 0) > 0)
    let reply = try chain.reply(to: Answers.request)
    #expect(reply.attempts.map(\.failure) == [.circuitOpen, nil] && reply.text == "spare")
    #expect(provider.server.requests.count == 4)
    provider.clock.pass(10_000)
    #expect(try chain.reply(to: Answers.request).text == "Grüße, 世界 👋")
    #expect(provider.server.requests.count == 5)
  }

  @Test func `an empty account sends the next calls to the spare at once`() throws {
    let provider = try FakeProvider { _ in
      Response(429, #"{"error":{"code":"insufficient_quota"}}"#, headers: [("Retry-After", "1")])
    }
    defer { provider.server.close() }
    let chain = FallbackModel(
      [try provider.model(), PolicyTests.ScriptedModel.answering("spare")],
      clock: provider.clock.clock)
    #expect(
      try chain.reply(to: Answers.request).attempts.map(\.failure) == [.exhaustedCredit, nil])
    #expect(try chain.reply(to: Answers.request).attempts.map(\.failure) == [.circuitOpen, nil])
    #expect(provider.server.requests.count == 1 && provider.clock.pauses == [])
  }

  @Test func `callers without patience do not close a provider to others`() throws {
    let provider = try FakeProvider { request in
      var response = Response(200, Answers.chat)
      response.isSilent = request.number < 3
      return response
    }
    defer { provider.server.close() }
    let model = try provider.model {
      $0.breaker.failureLimit = 2
      $0.retries.attemptLimit = 1
    }
    var hasty = Answers.request
    hasty.timeMilliseconds = 50
    for _ in 0..<3 {
      #expect(failure { () throws(ModelError) in try model.reply(to: hasty) }?.kind == .timeout)
    }
    #expect(try model.reply(to: Answers.request).text == "Grüße, 世界 👋")
  }

  @Test(
    arguments: [
      (.resolve, .unreachable, true), (.connect, .unreachable, true), (.tls, .unreachable, false),
      (.timeout, .timeout, true), (.cutOff, .cutOff, true),
      (.tooLarge(limit: 9), .invalidResponse, false), (.protocolViolation, .invalidResponse, true),
      (.redirects(limit: 0), .invalidResponse, false), (.invalidRequest, .invalidRequest, false),
      (.cancelled, .cancelled, false), (.stopped, .cancelled, false),
    ] as [(HTTPError.Code, ModelError.Kind, Bool)])
  func `what happens below has its kind; a wrong certificate is not tried twice`(
    code: HTTPError.Code, kind: ModelError.Kind, isTransient: Bool
  ) {
    let fault = ModelFault(HTTPError(code, origin: "https://x"))
    #expect(fault.kind == kind && fault.isTransient == isTransient)
  }

  @Test func `models are listed, page by page where there are pages`() throws {
    let provider = try FakeProvider { request in
      switch request.target {
      case "/v1/models":
        Response(200, #"{"data":[{"id":"b","max_model_len":8192},{"id":"a"},{"id":7}]}"#)
      case "/v1/models?limit=1000":
        Response(200, #"{"data":[{"id":"c/1"}],"has_more":true,"last_id":"c/1"}"#)
      case "/v1/models?limit=1000&after_id=c%2F1":
        Response(200, #"{"data":[{"id":"c2"}],"has_more":false}"#)
      default: Response(404)
      }
    }
    defer { provider.server.close() }
    let chat = try provider.modelServer().models()
    #expect(chat.map(\.name) == ["b", "a"] && chat.map(\.contextTokens) == [8192, nil])
    #expect(try provider.modelServer(.anthropic).models().map(\.name) == ["c/1", "c2"])
    #expect(throws: ModelError.self) {
      try provider.modelServer(.azure(apiVersion: "1")).models()
    }
    let bare = try ModelServer.page(
      Array(#"[{"id":"t","context_length":131072}]"#.utf8), ModelLimits())
    #expect(bare.models.map(\.contextTokens) == [131_072])
    #expect(throws: ModelFault.self) { try ModelServer.page(Array("{}".utf8), ModelLimits()) }
  }

  @Test func `a list that never ends does`() throws {
    let provider = try FakeProvider { request in
      Response(200, #"{"data":[{"id":"m\#(request.number)"}],"has_more":true}"#)
    }
    defer { provider.server.close() }
    #expect(try provider.modelServer(.anthropic).models().count == 20)
  }

  @Test func `keys stand in no description, dump or error`() throws {
    let key = try HTTPSecret(" \(FakeProvider.secret)\n")
    #expect(key.header("Authorization", scheme: "Bearer").value == "Bearer \(FakeProvider.secret)")
    #expect(key.redacted(from: "a \(FakeProvider.secret) b") == "a … b")
    let settings = ProviderSettings.openAI(key: key)
    let server = try ModelServer(settings)
    var shown = "\(key)\(settings)\(server)\(try server.model("gpt-5"))"
    dump(key, to: &shown)
    dump(settings, to: &shown)
    dump(server, to: &shown)
    #expect(!shown.contains("canary"))
    for text in ["", "  ", "a b", "ä", "a\u{0}b", String(repeating: "x", count: 5000)] {
      #expect(throws: InvalidHTTPSecret.self) { try HTTPSecret(text) }
    }
  }

  @Test func `a description that cannot be used is refused with a remedy`() throws {
    let key = try HTTPSecret("k")
    func refusal(_ change: (inout ProviderSettings) -> Void) -> String? {
      var settings = ProviderSettings.together(key: key)
      change(&settings)
      do throws(InvalidProvider) {
        _ = try ModelServer(settings)
        return nil
      } catch { return "\(error)" }
    }
    #expect(refusal { _ in } == nil)
    #expect(refusal { $0.name = "a b" } != nil)
    #expect(refusal { $0.baseURL = "api.together.xyz" } != nil)
    #expect(refusal { $0.baseURL = "https://u:p@x/" } != nil)
    #expect(refusal { $0.baseURL = "http://10.0.0.1/v1" }?.contains("use https") == true)
    #expect(
      refusal {
        $0.baseURL = "http://10.0.0.1/v1"
        $0.allowsKeyInClear = true
      } == nil)
    #expect(refusal { $0.limits.toolCalls = 0 } != nil)
    #expect(refusal { $0.interface = .azure(apiVersion: "1&x=2") } != nil)
    let server = try ModelServer(.ollama())
    for name in ["", "a b", "ä", String(repeating: "x", count: 257)] {
      #expect(throws: InvalidProvider.self) { try server.model(name) }
    }
  }

  @Test func `presets speak to the right places`() throws {
    let key = try HTTPSecret("k")
    let expected: [(ProviderSettings, String)] = [
      (.openAI(key: key), "https://api.openai.com/v1/chat/completions"),
      (.together(key: key), "https://api.together.xyz/v1/chat/completions"),
      (.anthropic(key: key), "https://api.anthropic.com/v1/messages"),
      (.ollama(), "http://127.0.0.1:11434/v1/chat/completions"),
      (.vLLM(), "http://127.0.0.1:8000/v1/chat/completions"),
      (.llamaCpp(), "http://127.0.0.1:8080/v1/chat/completions"),
      (
        .azure(endpoint: "https://x.openai.azure.com/", key: key),
        "https://x.openai.azure.com/openai/deployments/m/chat/completions?api-version=2024-10-21"
      ),
    ]
    for (settings, url) in expected { #expect(try ModelServer(settings).url(model: "m") == url) }
  }
}
