import Agent
import HTTP
import Platform
import Testing

@testable import ModelHTTP

/// What is sent, member by member.
@Suite struct RequestTests {
  static func body(
    _ dialect: any ModelDialect, _ request: ModelRequest, _ traits: ModelTraits = ModelTraits()
  ) throws -> JSON {
    try JSON.parse(dialect.body(request, model: "tiny", name: "fake/tiny", traits: traits))
  }

  static func json(_ text: String) throws -> JSON { try JSON.parse(text) }

  static let conversation: ModelRequest = {
    var request = Answers.request
    request.messages = [
      .system("Be brief."), .user("Hello"), .system("Be kind."),
      .assistant(AssistantTurn("", toolCalls: [Answers.toolCalls[0]])),
      .toolResult(ToolResult(callID: "call_a", content: "none", isError: true)),
      .user("And \"now\"?"),
    ]
    return request
  }()

  @Test func `a conversation as chat completions want it`() throws {
    let body = try Self.body(ChatCompletions(), Self.conversation)
    #expect(
      body["messages"]
        == (try Self.json(
          #"""
          [{"role":"system","content":"Be brief.\n\nBe kind."},{"role":"user","content":"Hello"},
          {"role":"assistant","content":null,"tool_calls":[{"id":"call_a","type":"function",
          "function":{"name":"search","arguments":"{\"q\":\"größe\"}"}}]},
          {"role":"tool","tool_call_id":"call_a","content":"Error: none"},
          {"role":"user","content":"And \"now\"?"}]
          """#)))
    #expect(
      body["tools"]?[0]
        == (try Self.json(
          #"""
          {"type":"function","function":{"name":"search","description":"Searches.",
          "parameters":{"type":"object"}}}
          """#)))
    #expect(body["stream"] == .bool(true) && body["tool_choice"] == nil)
    #expect(body["stream_options"]?["include_usage"] == .bool(true))
    #expect(body["model"] == .string("tiny") && body["temperature"] == nil)
  }

  @Test func `a conversation as Anthropic wants it: turns that alternate`() throws {
    let body = try Self.body(AnthropicMessages(), Self.conversation)
    #expect(body["system"] == .string("Be brief.\n\nBe kind."))
    #expect(
      body["messages"]
        == (try Self.json(
          #"""
          [{"role":"user","content":[{"type":"text","text":"Hello"}]},{"role":"assistant","content":
          [{"type":"tool_use","id":"call_a","name":"search","input":{"q":"größe"}}]},{"role":"user",
          "content":[{"type":"tool_result","tool_use_id":"call_a","content":"none",
          "is_error":true},{"type":"text","text":"And \"now\"?"}]}]
          """#)))
    #expect(body["max_tokens"] == .integer(AnthropicMessages.usualOutputTokens))
    let cached = try Self.body(AnthropicMessages(cachesPrompt: true), Self.conversation)
    #expect(cached["system"]?[0]?["cache_control"]?["type"] == .string("ephemeral"))
  }

  @Test func `a turn goes back as it came to the model that made it, and as text to others`() throws
  {
    let original = AssistantTurn.Original(model: "fake/tiny", content: Answers.thinking)
    var request = Self.conversation
    request.messages[3] = .assistant(
      AssistantTurn("Wait.", toolCalls: Answers.toolCalls, original: original))
    let own = try Self.body(AnthropicMessages(), request)
    #expect(own["messages"]?[1]?["content"] == Answers.thinking)
    let others = AssistantTurn.Original(model: "fake/other", content: Answers.thinking)
    request.messages[3] = .assistant(
      AssistantTurn("Wait.", toolCalls: Answers.toolCalls, original: others))
    let content = try Self.body(AnthropicMessages(), request)["messages"]?[1]?["content"]
    #expect(content?.array?.map { $0["type"]?.string } == ["text", "tool_use", "tool_use"])
  }

  @Test func `schemas, limits and choices are said in each provider's words`() throws {
    var request = Answers.request
    request.output = Answers.schema
    request.outputTokenLimit = 77
    request.temperature = 1.5
    request.stopSequences = ["END"]
    request.toolChoice = .named("stock")
    request.isStreamed = false
    var traits = ModelTraits()
    traits.outputLimitField = .maxCompletionTokens
    let chat = try Self.body(ChatCompletions(), request, traits)
    #expect(
      chat["response_format"]
        == (try Self.json(
          #"""
          {"type":"json_schema","json_schema":{"name":"verdict","strict":true,
          "schema":{"type":"object"}}}
          """#)))
    #expect(chat["max_completion_tokens"] == .integer(77) && chat["max_tokens"] == nil)
    #expect(chat["temperature"]?.double == 1.5 && chat["stop"]?[0] == .string("END"))
    #expect(chat["tool_choice"]?["function"]?["name"] == .string("stock"))
    #expect(chat["stream_options"] == nil)

    let claude = try Self.body(AnthropicMessages(), request)
    #expect(claude["output_config"]?["format"]?["schema"] == Answers.schema.schema)
    #expect(claude["max_tokens"] == .integer(77) && claude["temperature"]?.double == 1)
    #expect(claude["tool_choice"] == (try Self.json(#"{"type":"tool","name":"stock"}"#)))
    #expect(claude["stop_sequences"]?[0] == .string("END"))

    traits.schemaForm = .forcedTool
    let forced = try Self.body(AnthropicMessages(), request, traits)
    #expect(forced["output_config"] == nil)
    #expect(forced["tools"]?.array?.map { $0["name"]?.string } == ["search", "stock", "verdict"])
    request.toolChoice = .auto
    #expect(
      try Self.body(AnthropicMessages(), request, traits)["tool_choice"]?["type"] == .string("any"))
    request.tools = []
    #expect(
      try Self.body(AnthropicMessages(), request, traits)["tool_choice"]
        == (try Self.json(#"{"type":"tool","name":"verdict"}"#)))
  }

  @Test func `requests that no model takes are not sent`() {
    func fault(_ change: (inout ModelRequest) -> Void) -> String? {
      var request = Answers.request
      change(&request)
      return request.fault
    }
    #expect(fault { _ in } == nil)
    #expect(fault { $0.messages = [.system("x")] } != nil)
    #expect(fault { $0.timeMilliseconds = 0 } != nil)
    #expect(fault { $0.outputTokenLimit = 0 } != nil)
    #expect(fault { $0.temperature = .nan } != nil)
    #expect(fault { $0.stopSequences = [""] } != nil)
    #expect(fault { $0.tools[0].name = "a b" } != nil)
    #expect(fault { $0.tools[1].name = "search" } != nil)
    #expect(fault { $0.tools[1].parameters = .null } != nil)
    #expect(fault { $0.toolChoice = .named("other") } != nil)
    #expect(
      fault {
        $0.tools = []
        $0.toolChoice = .required
      } != nil)
    #expect(fault { $0.output = OutputSchema(name: "search", schema: .object([])) } != nil)
    #expect(fault { $0.output = OutputSchema(name: "x", schema: .array([])) } != nil)
  }

  @Test(
    arguments: [
      (401, #"{"error":{"message":"Incorrect key","code":"invalid_api_key"}}"#, .authentication),
      (403, #"{"type":"error","error":{"type":"permission_error"}}"#, .authentication),
      (
        403, #"{"error":{"message":"tokens must be less than the context length of the model"}}"#,
        .contextTooLong
      ),
      (
        429, #"{"error":{"code":"insufficient_quota","type":"insufficient_quota"}}"#,
        .exhaustedCredit
      ),
      (429, #"{"error":{"code":"rate_limit_exceeded","type":"tokens"}}"#, .rateLimited),
      (
        429,
        #"{"error":{"details":{"error_code":"enforced_spend_limit_reached"}}}"#,
        .exhaustedCredit
      ),
      (
        400,
        #"{"error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}"#,
        .exhaustedCredit
      ),
      (
        400, #"{"error":{"message":"You have reached your specified API usage limits."}}"#,
        .exhaustedCredit
      ),
      (
        400, #"{"error":{"message":"You wrote: your credit balance is too low"}}"#, .invalidRequest
      ),
      (402, "", .exhaustedCredit), (402, #"{"error":{"type":"billing_error"}}"#, .exhaustedCredit),
      (400, #"{"error":{"code":"context_length_exceeded"}}"#, .contextTooLong),
      (
        400,
        #"{"error":{"code":400,"message":"This model's maximum context length is 8 tokens"}}"#,
        .contextTooLong
      ),
      (400, #"{"error":{"code":400,"type":"exceed_context_size_error"}}"#, .contextTooLong),
      (
        500, #"{"error":{"code":500,"message":"Context size has been exceeded."}}"#, .contextTooLong
      ),
      (
        400,
        #"{"error":{"message":"prompt is too long: 9 tokens > 8 maximum"}}"#,
        .contextTooLong
      ),
      (413, #"{"error":{"type":"request_too_large"}}"#, .contextTooLong),
      (
        400,
        #"{"error":{"code":"x","innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
        .refused
      ),
      (400, #"{"error":{"type":"invalid_request_error","message":"no"}}"#, .invalidRequest),
      (422, "not json", .invalidRequest), (301, "", .invalidRequest),
      (404, #"{"error":{"message":"model 'x' not found"}}"#, .notFound),
      (404, #"{"error":{"code":"DeploymentNotFound"}}"#, .notFound),
      (
        503, #"{"error":{"code":503,"type":"unavailable_error","message":"Loading model"}}"#,
        .overloaded
      ),
      (529, #"{"error":{"type":"overloaded_error"}}"#, .overloaded),
      (500, "<html>", .serverFailure), (502, "", .serverFailure), (409, "", .serverFailure),
      (504, "", .timeout), (408, "", .timeout), (501, "", .invalidRequest),
    ] as [(Int, String, ModelError.Kind)])
  func `a refusal is known by its code, its words or its status`(
    status: Int, body: String, kind: ModelError.Kind
  ) {
    let refusal = ProviderRefusal(Array(body.utf8))
    #expect(refusal.fault(answerStatus: status, key: nil).kind == kind)
  }

  @Test func `what a refusal says is kept apart from what is logged`() throws {
    let body = #"{"error":{"message":"You sent:\nmy secret wish sk-canary","code":"Odd code!"}}"#
    let key = try HTTPSecret("sk-canary")
    let fault = ProviderRefusal(Array(body.utf8)).fault(answerStatus: 400, key: key)
    let error = fault.error(model: "fake/tiny", attempts: [])
    #expect(error.said == "You sent: my secret wish …")
    #expect(
      "\(error)"
        == "fake/tiny: the server does not take the request (HTTP 400); check the model's settings")
    #expect(error.debugDescription.hasSuffix("the provider says: You sent: my secret wish …"))
    let denied = ProviderRefusal(Array(body.utf8)).fault(answerStatus: 401, key: key)
    #expect(denied.said == "")
  }
}
