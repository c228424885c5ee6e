import Agent
import HTTP
import Platform
import Synchronization
import TestSupport
import Testing

@testable import ModelHTTP

/// The real client against servers on this machine that speak the real protocols.
@Suite struct RemoteModelTests {
  typealias Response = LocalHTTPServer.Response
  typealias Request = LocalHTTPServer.Request
  static let none = ModelCancellation()

  @Test(arguments: [1, 7, .max])
  func `a streamed answer arrives whole, in whatever pieces it is sent`(size: Int) throws {
    let provider = try FakeProvider { request in
      FakeProvider.stream(
        request.target.hasSuffix("/messages") ? Answers.anthropicStream : Answers.chatStream,
        size: size)
    }
    defer { provider.server.close() }
    for interface in [ProviderSettings.Interface.chatCompletions, .anthropic] {
      let deltas = Deltas()
      let reply = try provider.model(interface).reply(
        to: Answers.request, cancellation: Self.none, receive: deltas.take)
      #expect(reply.text == "Grüße, 世界 👋" && deltas.text == reply.text)
      #expect(reply.model == "fake/tiny" && reply.servedModel == "tiny-2026")
      let written: UInt64 = interface == .anthropic ? 30 : 0
      #expect(
        reply.picodollars
          == ((60 - written) * 1 + written * 2 + 20 * 4) * 1_000_000 + 40 * 500_000)
      #expect(reply.attempts.map(\.failure) == [nil])
      #expect(reply.attempts.first?.usage == reply.usage)
    }
    // One connection each: a stream that was read to its end leaves it usable.
    let chat = try #require(provider.server.requests.first)
    #expect(chat.target == "/v1/chat/completions" && chat["accept"] == "text/event-stream")
    #expect(chat["authorization"] == "Bearer " + FakeProvider.secret)
    let claude = try #require(provider.server.requests.last)
    #expect(claude.target == "/v1/messages" && claude["authorization"] == nil)
    #expect(claude["x-api-key"] == FakeProvider.secret)
    #expect(claude["anthropic-version"] == "2023-06-01")
  }

  @Test func `an answer in one piece, at a deployment of Azure`() throws {
    let provider = try FakeProvider { _ in Response(200, Answers.chat) }
    defer { provider.server.close() }
    let server = try provider.modelServer(.azure(apiVersion: "2024-10-21"))
    let reply = try server.model("my gpt".replacing(" ", with: "/")).reply(to: Answers.request)
    #expect(reply.text == "Grüße, 世界 👋")
    let request = try #require(provider.server.requests.first)
    #expect(
      request.target
        == "/v1/openai/deployments/my%2Fgpt/chat/completions?api-version=2024-10-21")
    #expect(request["api-key"] == FakeProvider.secret && request["authorization"] == nil)
    #expect(request.json["stream"] == .bool(false))
  }

  @Test func `tool calls go out, come back with their thinking, and lead to an answer`() throws {
    let provider = try FakeProvider { request in
      FakeProvider.stream(
        request.number == 0 ? Answers.anthropicToolStream : Answers.anthropicStream, size: 5)
    }
    defer { provider.server.close() }
    let model = try provider.model(.anthropic)
    var request = Answers.request
    let first = try model.reply(to: request, cancellation: Self.none) { _ in true }
    #expect(first.toolCalls == Answers.toolCalls && first.finish == .toolCalls)
    request.messages.append(.assistant(first.turn))
    for call in first.toolCalls {
      request.messages.append(.toolResult(ToolResult(callID: call.id, content: "found")))
    }
    #expect(try model.reply(to: request, cancellation: Self.none) { _ in true }.finish == .complete)
    let sent = try #require(provider.server.requests.last).json["messages"]
    #expect(sent?[1]?["content"] == Answers.thinking)
    #expect(sent?[2]?["content"]?.array?.map { $0["tool_use_id"]?.string } == ["call_a", "call_b"])
  }

  @Test func `a server that cannot stream is understood`() throws {
    let provider = try FakeProvider { _ in
      Response(200, Answers.chat, headers: [("Content-Type", "application/json")])
    }
    defer { provider.server.close() }
    let deltas = Deltas()
    let reply = try provider.model().reply(
      to: Answers.request, cancellation: Self.none, receive: deltas.take)
    #expect(deltas.all == [.text(reply.text)] && reply.text == "Grüße, 世界 👋")
  }

  /// Failures that may pass, by their names, with the kind that each is told as.
  static let passing: [(name: String, kind: ModelError.Kind, answer: @Sendable () -> Response)] = [
    ("429", .rateLimited, { Response(429, #"{"error":{"code":"rate_limit_exceeded"}}"#) }),
    ("500", .serverFailure, { Response(500, "<html>oops</html>") }),
    ("529", .overloaded, { Response(529, #"{"error":{"type":"overloaded_error"}}"#) }),
    (
      "error in the stream", .overloaded,
      { FakeProvider.stream("data: {\"error\":{\"code\":503,\"message\":\"busy\"}}\n\n") }
    ),
    (
      "closed before the answer", .cutOff,
      {
        var response = Response()
        response.raw = []
        return response
      }
    ),
    ("cut off before a piece", .cutOff, { FakeProvider.cutStream(": nothing yet\n\n") }),
    ("an end without an end", .cutOff, { FakeProvider.stream("data: {\"choices\":[]}\n\n") }),
    ("invalid JSON", .invalidResponse, { FakeProvider.stream("data: {\"choices\":\n\n") }),
    (
      "not HTTP", .invalidResponse,
      {
        var response = Response()
        response.raw = Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)
        return response
      }
    ),
  ]

  @Test(arguments: passing.map(\.name))
  func `what may pass is tried again, and the attempts say what it was`(name: String) throws {
    let (_, kind, answer) = try #require(Self.passing.first { $0.name == name })
    let provider = try FakeProvider {
      $0.number < 2 ? answer() : FakeProvider.stream(Answers.chatStream)
    }
    defer { provider.server.close() }
    let deltas = Deltas()
    let reply = try provider.model().reply(
      to: Answers.request, cancellation: Self.none, receive: deltas.take)
    #expect(reply.attempts.map(\.failure) == [kind, kind, nil])
    #expect(deltas.text == "Grüße, 世界 👋" && !deltas.all.contains(.restarted))
    #expect(provider.clock.pauses == [500, 1000])
  }

  @Test(arguments: [
    ([("Retry-After", "7")], 7000), ([("Retry-After", "Sun, 06 Nov 1994 08:49:03 GMT")], 3000),
    ([("Retry-After", "9"), ("retry-after-ms", "250")], 250), ([("Retry-After", "soon")], 0),
  ])
  func `the wait that a server asks for is the least that is waited`(
    headers: [(String, String)], wait: Int
  ) throws {
    let provider = try FakeProvider {
      $0.number == 0 ? Response(429, "", headers: headers) : Response(200, Answers.chat)
    }
    defer { provider.server.close() }
    _ = try provider.model().reply(to: Answers.request)
    #expect(provider.clock.pauses == [wait + 500])
  }

  @Test func `a wait beyond the call's time is not begun, and is told`() throws {
    let provider = try FakeProvider { _ in Response(429, "", headers: [("Retry-After", "61")]) }
    defer { provider.server.close() }
    let model = try provider.model()
    let error = failure { () throws(ModelError) in try model.reply(to: Answers.request) }
    #expect(error?.kind == .rateLimited && error?.retryAfterMilliseconds == 61_000)
    #expect(provider.server.requests.count == 1 && provider.clock.pauses == [])
  }

  @Test func `what will not pass is told at once`() throws {
    let provider = try FakeProvider { request in
      switch request.number {
      case 0: Response(400, #"{"error":{"message":"Your credit balance is too low"}}"#)
      case 1: Response(400, #"{"error":{"code":"content_filter"}}"#)
      case 2: Response(400, #"{"error":{"code":"context_length_exceeded"}}"#)
      case 3: Response(401, #"{"error":{"message":"Incorrect key sk-canary-0123…"}}"#)
      default: Response(200, #"{"choices":[{"message":{"refusal":"No"}}]}"#)
      }
    }
    defer { provider.server.close() }
    let kinds: [ModelError.Kind] = [
      .exhaustedCredit, .refused, .contextTooLong, .authentication, .refused,
    ]
    for (number, kind) in kinds.enumerated() {
      // A server of its own for each: some of these close the door for the next.
      let model = try provider.model()
      let error = failure { () throws(ModelError) in try model.reply(to: Answers.request) }
      #expect(error?.kind == kind && error?.attempts.map(\.failure) == [kind])
      #expect(provider.server.requests.count == number + 1)
      #expect(error.map { "\($0)\($0.debugDescription)".contains("canary") } == false)
    }
  }

  @Test func `after the first piece only a caller who allows it has another attempt`() throws {
    let half = "data: {\"choices\":[{\"delta\":{\"content\":\"half\"}}]}\n\n"
    let provider = try FakeProvider {
      $0.number % 2 == 0
        ? FakeProvider.cutStream(half) : FakeProvider.stream(Answers.chatStream)
    }
    defer { provider.server.close() }
    let model = try provider.model()
    let deltas = Deltas()
    let error = failure { () throws(ModelError) in
      try model.reply(to: Answers.request, cancellation: Self.none, receive: deltas.take)
    }
    #expect(error?.kind == .cutOff && deltas.all == [.text("half")])
    #expect(provider.server.requests.count == 1)
    _ = try model.reply(to: Answers.request, cancellation: Self.none) { _ in true }
    var request = Answers.request
    request.mayRestart = true
    let again = Deltas()
    let reply = try model.reply(to: request, cancellation: Self.none, receive: again.take)
    #expect(reply.attempts.map(\.failure) == [.cutOff, nil] && again.text == reply.text)
    #expect(Array(again.all.prefix(2)) == [.text("half"), .restarted])
  }

  @Test func `a server that hangs costs the time of the call and no more`() throws {
    let provider = try FakeProvider { _ in
      var response = Response()
      response.isSilent = true
      return response
    }
    defer { provider.server.close() }
    let model = try provider.model { $0.retries.attemptLimit = 1 }
    var request = Answers.request
    request.timeMilliseconds = 200
    for isStreamed in [true, false] {
      request.isStreamed = isStreamed
      let error = failure { () throws(ModelError) in
        try model.reply(to: request, cancellation: Self.none) { _ in true }
      }
      #expect(error?.kind == .timeout)
    }
  }

  @Test func `a call is ended from another thread, before, during and between attempts`() throws {
    let arrived = Condition(0)
    let provider = try FakeProvider { _ in
      arrived.withLock { $0 += 1 }
      var response = Response()
      response.isSilent = true
      return response
    }
    defer { provider.server.close() }
    let model = try provider.model()
    let cancellation = ModelCancellation()
    let thread = Thread.spawn(name: "cancel") {
      _ = arrived.wait { $0 > 0 ? true : nil }
      cancellation.cancel()
    }
    for _ in 0..<2 {
      let error = failure { () throws(ModelError) in
        try model.reply(to: Answers.request, cancellation: cancellation) { _ in true }
      }
      #expect(error?.kind == .cancelled)
    }
    thread.join()
    #expect(provider.server.requests.count == 1)

    let other = ModelCancellation()
    let stopping = try FakeProvider { _ in
      other.cancel()
      return Response(503)
    }
    defer { stopping.server.close() }
    let busy = try stopping.model()
    #expect(
      failure { () throws(ModelError) in
        try busy.reply(to: Answers.request, cancellation: other) { _ in true }
      }?.kind == .cancelled)
    #expect(stopping.server.requests.count == 1)
  }

  @Test func `a receiver that wants no more ends the call, and its slowness holds the server`()
    throws
  {
    let sent = Mutex(0)
    let text = String(repeating: "x", count: 4000)
    let piece = Array("data: {\"choices\":[{\"delta\":{\"content\":\"\(text)\"}}]}\n\n".utf8)
    let provider = try FakeProvider { _ in
      var response = Response(200, headers: [("Content-Type", "text/event-stream")])
      response.chunks = {
        // 40 MB: more than all buffers on the way can hold.
        sent.withLock {
          $0 += 1
          return $0 <= 10_000 ? piece : nil
        }
      }
      return response
    }
    defer { provider.server.close() }
    let model = try provider.model { $0.limits.answerBytes = 64 << 20 }
    var taken = 0
    let error = failure { () throws(ModelError) in
      try model.reply(to: Answers.request, cancellation: Self.none) { _ in
        taken += 1
        return taken < 3
      }
    }
    #expect(error?.kind == .cancelled && taken == 3)
    #expect(sent.withLock { $0 } < 10_000)
  }

  @Test func `answers beyond the limits are refused`() throws {
    let provider = try FakeProvider { request in
      request.json["stream"] == .bool(true)
        ? FakeProvider.stream(Answers.chatStream) : Response(200, Answers.chat)
    }
    defer { provider.server.close() }
    var whole = Answers.request
    whole.isStreamed = false
    for (request, change) in [
      (whole, { $0.answerBytes = 100 }), (Answers.request, { $0.answerBytes = 100 }),
      (Answers.request, { $0.lineBytes = 20 }), (whole, { $0.jsonDepth = 2 }),
    ] as [(ModelRequest, (inout ModelLimits) -> Void)] {
      let model = try provider.model {
        change(&$0.limits)
        $0.retries.attemptLimit = 1
      }
      let error = failure { () throws(ModelError) in
        try model.reply(to: request, cancellation: Self.none) { _ in true }
      }
      #expect(error?.kind == .invalidResponse)
    }
  }

  @Test func `a parameter that a model refuses is left out, then and from then on`() throws {
    let provider = try FakeProvider { request in
      if request.json["temperature"] != nil {
        return Response(
          400,
          #"{"error":{"message":"`temperature` is deprecated for this model."}}"#
        )
      }
      if request.json["max_tokens"] != nil {
        return Response(
          400,
          #"{"error":{"message":"No","code":"unsupported_parameter","param":"max_tokens"}}"#
        )
      }
      return Response(200, Answers.chat)
    }
    defer { provider.server.close() }
    let server = try provider.modelServer()
    var request = Answers.request
    request.temperature = 0.3
    request.outputTokenLimit = 50
    let reply = try server.model("tiny").reply(to: request)
    #expect(reply.attempts.map(\.failure) == [.invalidRequest, .invalidRequest, nil])
    #expect(provider.clock.pauses == [])
    _ = try server.model("tiny").reply(to: request)
    #expect(provider.server.requests.count == 4)
    let last = try #require(provider.server.requests.last).json
    #expect(last["temperature"] == nil && last["max_completion_tokens"] == .integer(50))
  }

  @Test func `a model that cannot be forced is asked for its own form of schema`() throws {
    let provider = try FakeProvider { request in
      request.json["tool_choice"] == nil
        ? Response(200, #"{"content":[{"type":"text","text":"{}"}],"stop_reason":"end_turn"}"#)
        : Response(
          400,
          #"{"error":{"message":"tool_choice: type \"tool\" is not supported for this model."}}"#
        )
    }
    defer { provider.server.close() }
    let model = try provider.model(.anthropic) { $0.traits.schemaForm = .forcedTool }
    var request = Answers.request
    request.tools = []
    request.output = Answers.schema
    #expect(try model.reply(to: request).json == .object([]))
    #expect(
      try #require(provider.server.requests.last).json["output_config"]?["format"]?["type"]
        == .string("json_schema"))
  }
}
