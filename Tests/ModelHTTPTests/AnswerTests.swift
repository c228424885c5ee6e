import Agent
import Platform
import Testing

@testable import HTTP
@testable import ModelHTTP

/// What answers of both protocols mean, without a socket.
@Suite struct AnswerTests {
  /// What is made of an answer that comes in these pieces.
  static func read(
    _ dialect: any ModelDialect, _ pieces: [ArraySlice<UInt8>],
    request: ModelRequest = Answers.request, limits: ModelLimits = ModelLimits(),
    outputTool: String? = nil, isStream: Bool = true
  ) throws -> (reply: ModelReply, deltas: [ModelDelta]) {
    var reader = AnswerReader(
      ReplyBuilder(request, limits: limits, outputTool: outputTool), dialect)
    var deltas: [ModelDelta] = []
    let head = HTTPHead(
      status: 200, headers: isStream ? [("content-type", "text/event-stream")] : [])
    func take(_ delta: ModelDelta) -> Bool {
      deltas.append(delta)
      return true
    }
    for piece in pieces where !reader.take(head, Array(piece).span.bytes, take) { break }
    try reader.finish(nil, take)
    return (try reader.builder.reply(model: "fake/tiny"), deltas)
  }

  static func read(
    _ dialect: any ModelDialect, _ text: String, request: ModelRequest = Answers.request,
    limits: ModelLimits = ModelLimits(), outputTool: String? = nil, isStream: Bool = true
  ) throws -> (reply: ModelReply, deltas: [ModelDelta]) {
    try read(
      dialect, [Array(text.utf8)[...]], request: request, limits: limits, outputTool: outputTool,
      isStream: isStream)
  }

  static func fault(_ body: () throws -> Void) -> ModelFault? {
    do {
      try body()
      return nil
    } catch { return error as? ModelFault }
  }

  static let chat = ChatCompletions()
  static let anthropic = AnthropicMessages()

  @Test func `a text is the same whole, as a stream, and cut anywhere`() throws {
    let usage = ModelUsage(
      inputTokens: 100, cachedInputTokens: 40, outputTokens: 20, reasoningTokens: 5)
    let whole = try Self.read(Self.chat, Answers.chat, isStream: false).reply
    #expect(whole.text == "Grüße, 世界 👋" && whole.finish == .complete && whole.usage == usage)
    #expect(whole.servedModel == "tiny-2026" && whole.toolCalls == [] && whole.json == nil)
    #expect(whole.turn == AssistantTurn("Grüße, 世界 👋"))

    let claude = try Self.read(Self.anthropic, Answers.anthropic, isStream: false).reply
    #expect(claude.text == whole.text && claude.finish == .complete)
    #expect(
      claude.usage
        == ModelUsage(
          inputTokens: 100, cachedInputTokens: 40, cacheWriteTokens: 30, outputTokens: 20))

    for (dialect, stream, expected) in [
      (Self.chat as any ModelDialect, Answers.chatStream, whole),
      (Self.anthropic, Answers.anthropicStream, claude),
    ] {
      let bytes = Array(stream.utf8)
      for cut in 0...bytes.count {
        let (reply, deltas) = try Self.read(dialect, [bytes[..<cut], bytes[cut...]])
        #expect(reply == expected, "\(cut)")
        #expect(deltas == [.text("Grüße, "), .text("世界 👋")], "\(cut)")
      }
    }
  }

  @Test func `tool calls come in fragments, cut anywhere`() throws {
    let chat = Array(Answers.chatToolStream.utf8)
    let claude = Array(Answers.anthropicToolStream.utf8)
    for cut in 0...max(chat.count, claude.count) {
      let first = min(cut, chat.count)
      let (reply, deltas) = try Self.read(Self.chat, [chat[..<first], chat[first...]])
      #expect(reply.toolCalls == Answers.toolCalls && reply.finish == .toolCalls, "\(cut)")
      #expect(
        deltas == [
          .toolCall(index: 0, name: "search"), .toolArguments(index: 0, fragment: "{\"q\":"),
          .toolCall(index: 1, name: "stock"), .toolArguments(index: 0, fragment: " \"größe\"}"),
        ], "\(cut)")
      let second = min(cut, claude.count)
      let other = try Self.read(Self.anthropic, [claude[..<second], claude[second...]]).reply
      #expect(other.toolCalls == Answers.toolCalls && other.finish == .toolCalls, "\(cut)")
      #expect(other.turn.original == .init(model: "fake/tiny", content: Answers.thinking))
    }
  }

  @Test func `servers that number calls badly are understood`() throws {
    let calls = { (a: String, b: String) in
      """
      data: {"choices":[{"delta":{"tool_calls":[{\(a)"id":"x","function":{"name":"search",\
      "arguments":"{\\"q\\":1}"}}]}}]}

      data: {"choices":[{"delta":{"tool_calls":[{\(b)"id":"y","function":{"name":"stock",\
      "arguments":{"sku":2}}}]},"finish_reason":"stop"}]}


      """
    }
    let expected = [
      ToolCall(id: "x", name: "search", arguments: .object([("q", .integer(1))])),
      ToolCall(id: "y", name: "stock", arguments: .object([("sku", .integer(2))])),
    ]
    // Ollama: all of index 0; others: no index at all. Neither says [DONE] here, nor "tool_calls".
    for (a, b) in [("\"index\":0,", "\"index\":0,"), ("", ""), ("\"index\":0,", "\"index\":1,")] {
      let reply = try Self.read(Self.chat, calls(a, b)).reply
      #expect(reply.toolCalls == expected && reply.finish == .toolCalls)
    }
    let nameless = #"{"choices":[{"message":{"tool_calls":[{"function":{"arguments":"{}"}}]}}]}"#
    #expect(
      Self.fault { _ = try Self.read(Self.chat, nameless, isStream: false) }?.kind
        == .invalidResponse)
    let idless = nameless.replacing("\"arguments\"", with: "\"name\":\"stock\",\"arguments\"")
    #expect(
      try Self.read(Self.chat, idless, isStream: false).reply.toolCalls.map(\.id) == ["call_0"])
  }

  @Test func `an answer of a schema is JSON, however the provider is held to it`() throws {
    var request = Answers.request
    request.output = Answers.schema
    let expected = JSON.object([("ok", .bool(true))])
    let chat = #"{"choices":[{"message":{"content":"{\"ok\":true}"},"finish_reason":"stop"}]}"#
    #expect(
      try Self.read(Self.chat, chat, request: request, isStream: false).reply.json == expected)
    // A forced tool: its arguments are the text, and what stands beside it is left out.
    let forced = """
      data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Sure"}}

      data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use",\
      "id":"t","name":"verdict","input":{}}}

      data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta",\
      "partial_json":"{\\"ok\\":"}}

      data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta",\
      "partial_json":"true}"}}

      data: {"type":"message_delta","delta":{"stop_reason":"tool_use"}}

      data: {"type":"message_stop"}


      """
    let (reply, deltas) = try Self.read(
      Self.anthropic, forced, request: request, outputTool: "verdict")
    #expect(reply.json == expected && reply.toolCalls == [] && reply.finish == .complete)
    #expect(deltas == [.text("{\"ok\":"), .text("true}")])

    let broken = chat.replacing("true}", with: "tru")
    #expect(
      Self.fault { _ = try Self.read(Self.chat, broken, request: request, isStream: false) }?.kind
        == .invalidResponse)
    let short = broken.replacing("\"stop\"", with: "\"length\"")
    let fault = Self.fault {
      _ = try Self.read(Self.chat, short, request: request, isStream: false)
    }
    #expect(fault?.kind == .invalidResponse && fault?.isTransient == false)
    // A tool call instead of the answer is none.
    let called = try Self.read(Self.chat, Answers.chatToolStream, request: request).reply
    #expect(called.json == nil && called.toolCalls.count == 2)
  }

  @Test(arguments: [
    #"{"choices":[{"message":{"content":null,"refusal":"I will not"},"finish_reason":"stop"}]}"#,
    #"{"choices":[{"message":{"content":"half"},"finish_reason":"content_filter"}]}"#,
    #"{"content":[{"type":"text","text":""}],"stop_reason":"refusal"}"#,
  ])
  func `a refusal is an error`(answer: String) {
    let dialect: any ModelDialect = answer.contains("choices") ? Self.chat : Self.anthropic
    #expect(Self.fault { _ = try Self.read(dialect, answer, isStream: false) }?.kind == .refused)
  }

  @Test(
    arguments: [
      ("", .cutOff), ("data: {\n\n", .invalidResponse), ("data: [DONE\n\n", .invalidResponse),
      ("data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n", .cutOff),
      (
        "data: {\"error\":{\"message\":\"boom\",\"type\":\"server_error\",\"code\":500}}\n\n",
        .serverFailure
      ),
      ("data: {\"error\":{\"message\":\"busy\",\"code\":503}}\n\n", .overloaded),
      ("data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n", .overloaded),
      ("data: {\"error\":\"exceeds the available context size\"}\n\n", .contextTooLong),
    ] as [(String, ModelError.Kind)])
  func `a stream that goes wrong is told as what it is`(stream: String, kind: ModelError.Kind) {
    #expect(Self.fault { _ = try Self.read(Self.chat, stream) }?.kind == kind)
    if stream.contains("type") {
      #expect(
        Self.fault { _ = try Self.read(Self.anthropic, stream) }?.kind
          == (stream.contains("overloaded") ? kind : .cutOff))
    }
  }

  @Test func `limits hold: calls, depth, arguments that are no object`() throws {
    var limits = ModelLimits()
    limits.toolCalls = 1
    limits.jsonDepth = 8
    for stream in [Answers.chatToolStream, Answers.anthropicToolStream] {
      let dialect: any ModelDialect = stream.contains("choices") ? Self.chat : Self.anthropic
      #expect(
        Self.fault { _ = try Self.read(dialect, stream, limits: limits) }?.detail
          == "more than 1 tool calls")
    }
    let call = { (arguments: String) in
      #"{"choices":[{"message":{"tool_calls":[{"id":"a","function":{"name":"search","#
        + #""arguments":"\#(arguments)"}}]}}]}"#
    }
    for arguments in ["[1]", "{", "{}x", "7", String(repeating: "[", count: 9)] {
      #expect(
        Self.fault {
          _ = try Self.read(Self.chat, call(arguments), limits: limits, isStream: false)
        }?.kind == .invalidResponse)
    }
    let deep = String(repeating: "[", count: 600) + String(repeating: "]", count: 600)
    limits.jsonDepth = 100_000
    #expect(
      Self.fault {
        _ = try Self.read(Self.chat, call(deep), limits: limits, isStream: false)
      }?.kind == .invalidResponse)
  }

  @Test func `no bytes can do more than fail`() throws {
    var generator = SeededGenerator(seed: 11)
    for stream in [
      Answers.chatStream, Answers.chatToolStream, Answers.anthropicStream,
      Answers.anthropicToolStream,
    ] {
      let bytes = Array(stream.utf8)
      for _ in 0..<150 {
        var wrong = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          let place = Int.random(in: 0..<wrong.count, using: &generator)
          switch Int.random(in: 0..<3, using: &generator) {
          case 0: wrong[place] = UInt8.random(in: 0...255, using: &generator)
          case 1: wrong.remove(at: place)
          default:
            wrong.insert(contentsOf: bytes[(place / 2)..<(place / 2 + place % 40)], at: place)
          }
        }
        for dialect in [Self.chat as any ModelDialect, Self.anthropic] {
          _ = Self.fault { _ = try Self.read(dialect, [wrong[...]]) }
        }
      }
    }
  }
}
