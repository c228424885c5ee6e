import Agent
import HTTP
import Platform
import Synchronization
import TestSupport

@testable import ModelHTTP

/// Takes deltas and keeps them.
final class Deltas: Sendable {
  private let state = Mutex<[ModelDelta]>([])
  var all: [ModelDelta] { state.withLock { $0 } }
  func take(_ delta: ModelDelta) -> Bool {
    state.withLock { $0.append(delta) }
    return true
  }
  /// The text that they make together.
  var text: String {
    all.reduce(into: "") {
      switch $1 {
      case .text(let more): $0 += more
      case .restarted: $0 = ""
      default: break
      }
    }
  }
}

/// A provider on this machine that answers as a test tells it to.
final class FakeProvider: Sendable {
  typealias Request = LocalHTTPServer.Request
  typealias Response = LocalHTTPServer.Response
  static let secret = "sk-canary-0123456789"

  let server: LocalHTTPServer
  let clock = FakeClock()

  init(_ answer: @escaping @Sendable (Request) -> Response) throws {
    server = try LocalHTTPServer(answer)
  }

  func modelServer(
    _ interface: ProviderSettings.Interface = .chatCompletions,
    _ change: (inout ProviderSettings) -> Void = { _ in }
  ) throws -> ModelServer {
    var settings = ProviderSettings(
      name: "fake", interface: interface, baseURL: server.url + "/v1/",
      key: try HTTPSecret(Self.secret))
    settings.prices = try TokenPrices(parsing: "fake/tiny 1 0.5 2 4")
    change(&settings)
    return try ModelServer(settings, clock: clock.clock)
  }

  func model(
    _ interface: ProviderSettings.Interface = .chatCompletions,
    _ change: (inout ProviderSettings) -> Void = { _ in }
  ) throws -> RemoteLanguageModel { try modelServer(interface, change).model("tiny") }

  /// A stream of events, in pieces of `size` bytes.
  static func stream(_ text: String, size: Int = .max) -> Response {
    var response = Response(200, headers: [("Content-Type", "text/event-stream; charset=utf-8")])
    let rest = Mutex(Array(text.utf8)[...])
    response.chunks = {
      rest.withLock { rest in
        guard !rest.isEmpty else { return nil }
        defer { rest = rest.dropFirst(size) }
        return Array(rest.prefix(size))
      }
    }
    return response
  }

  /// A stream that ends without having ended.
  static func cutStream(_ text: String) -> Response {
    var response = Response()
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99999\r\n\r\n"
    response.raw = Array((head + text).utf8)
    return response
  }
}

/// Answers as providers write them.
enum Answers {
  static let chat = #"""
    {"id":"c1","object":"chat.completion","model":"tiny-2026","choices":[{"index":0,"message":{
    "role":"assistant","content":"Grüße, 世界 👋","refusal":null},"finish_reason":"stop"}],"usage":{
    "prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{
    "cached_tokens":40},"completion_tokens_details":{"reasoning_tokens":5}}}
    """#

  /// The same as a stream, with what Azure puts before it and a comment as OpenRouter sends.
  static let chatStream = """
    : processing

    data: {"choices":[],"prompt_filter_results":[{"prompt_index":0}]}

    data: {"model":"tiny-2026","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}

    data: {"choices":[{"index":0,"delta":{"content":"Grüße, "},"finish_reason":null}]}

    data: {"choices":[{"index":0,"delta":{"content":"世界 👋"}}]}

    data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

    data: {"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":20,\
    "prompt_tokens_details":{"cached_tokens":40},\
    "completion_tokens_details":{"reasoning_tokens":5}}}

    data: [DONE]


    """

  /// Two calls in fragments, interleaved as OpenAI may send them.
  static let chatToolStream = """
    data: {"choices":[{"delta":{"content":null,"tool_calls":[{"index":0,"id":"call_a",\
    "type":"function","function":{"name":"search","arguments":""}}]}}]}

    data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\\"q\\":"}}]}}]}

    data: {"choices":[{"delta":{"tool_calls":[{"index":1,"id":"call_b","type":"function",\
    "function":{"name":"stock","arguments":""}}]}}]}

    data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":" \\"größe\\"}"}},\
    {"index":1,"function":{"arguments":""}}]}}]}

    data: {"choices":[{"delta":{},"finish_reason":"tool_calls"}]}

    data: [DONE]


    """

  static let toolCalls = [
    ToolCall(id: "call_a", name: "search", arguments: .object([("q", .string("größe"))])),
    ToolCall(id: "call_b", name: "stock", arguments: .object([])),
  ]

  static let anthropic = #"""
    {"id":"m1","type":"message","role":"assistant","model":"tiny-2026","content":[{"type":"text",
    "text":"Grüße, 世界 👋"}],"stop_reason":"end_turn","usage":{"input_tokens":30,
    "cache_creation_input_tokens":30,"cache_read_input_tokens":40,"output_tokens":20}}
    """#

  static let anthropicStream = """
    event: message_start
    data: {"type":"message_start","message":{"id":"m1","model":"tiny-2026","content":[],\
    "usage":{"input_tokens":30,"cache_creation_input_tokens":30,"cache_read_input_tokens":40,\
    "output_tokens":1}}}

    event: content_block_start
    data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

    event: ping
    data: {"type":"ping"}

    event: content_block_delta
    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grüße, "}}

    event: content_block_delta
    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"世界 👋"}}

    event: content_block_stop
    data: {"type":"content_block_stop","index":0}

    event: something_new
    data: {"type":"something_new"}

    event: message_delta
    data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":20}}

    event: message_stop
    data: {"type":"message_stop"}


    """

  /// Thinking with its signature, then a call.
  static let anthropicToolStream = """
    data: {"type":"message_start","message":{"model":"tiny-2026","usage":{"input_tokens":9}}}

    data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking",\
    "thinking":"","signature":""}}

    data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta",\
    "thinking":"Let me "}}

    data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta",\
    "thinking":"look."}}

    data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta",\
    "signature":"c2ln"}}

    data: {"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking",\
    "data":"eA=="}}

    data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use",\
    "id":"call_a","name":"search","input":{}}}

    data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta",\
    "partial_json":""}}

    data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta",\
    "partial_json":"{\\"q\\": \\"gr"}}

    data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta",\
    "partial_json":"öße\\"}"}}

    data: {"type":"content_block_start","index":3,"content_block":{"type":"tool_use",\
    "id":"call_b","name":"stock","input":{}}}

    data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":4}}

    data: {"type":"message_stop"}


    """

  static let thinking = JSON.array([
    .object([
      ("type", .string("thinking")), ("thinking", .string("Let me look.")),
      ("signature", .string("c2ln")),
    ]),
    .object([("type", .string("redacted_thinking")), ("data", .string("eA=="))]),
    ContentBlocks.call(toolCalls[0]), ContentBlocks.call(toolCalls[1]),
  ])

  static let request: ModelRequest = {
    var request = ModelRequest([.system("Be brief."), .user("Hello")])
    request.tools = [
      ModelTool(
        name: "search", description: "Searches.",
        parameters: .object([("type", .string("object"))])),
      ModelTool(
        name: "stock", description: "Looks.", parameters: .object([("type", .string("object"))])),
    ]
    return request
  }()

  static let schema = OutputSchema(
    name: "verdict", schema: .object([("type", .string("object"))]))
}

func failure(_ body: () throws(ModelError) -> ModelReply) -> ModelError? {
  do throws(ModelError) {
    _ = try body()
    return nil
  } catch { return error }
}
