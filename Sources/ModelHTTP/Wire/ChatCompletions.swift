import Agent
import Platform

/// OpenAI's chat completions, as OpenAI, Azure, Together AI, Ollama, vLLM and llama.cpp speak them.
struct ChatCompletions: ModelDialect {
  func body(
    _ request: ModelRequest, model: String, name: String, traits: ModelTraits
  ) -> [UInt8] {
    var writer = JSONWriter(capacity: 4096)
    writer.beginObject()
    writer.key("model")
    writer.string(model)
    writer.key("messages")
    writer.beginArray()
    let system = request.systemText
    if !system.isEmpty { Self.message("system", system, &writer) }
    for message in request.messages { Self.write(message, &writer) }
    writer.endArray()
    Self.writeTools(request, traits, &writer)
    if let output = request.output {
      writer.key("response_format")
      writer.json(
        .object([
          ("type", .string("json_schema")),
          (
            "json_schema",
            .object([
              ("name", .string(output.name)), ("strict", .bool(output.isStrict)),
              ("schema", output.schema),
            ])
          ),
        ]))
    }
    if let limit = request.outputTokenLimit {
      writer.key(traits.outputLimitField.rawValue)
      writer.integer(limit)
    }
    if let temperature = request.temperature, traits.takesTemperature {
      writer.key("temperature")
      writer.doubleOrNull(temperature)
    }
    if !request.stopSequences.isEmpty {
      writer.key("stop")
      writer.json(.array(request.stopSequences.map { .string($0) }))
    }
    writer.key("stream")
    writer.bool(request.isStreamed)
    if request.isStreamed && traits.takesStreamOptions {
      writer.key("stream_options")
      writer.json(.object([("include_usage", .bool(true))]))
    }
    writer.endObject()
    return writer.bytes
  }

  private static func message(_ role: String, _ text: String, _ writer: inout JSONWriter) {
    writer.json(.object([("role", .string(role)), ("content", .string(text))]))
  }

  private static func write(_ message: ModelMessage, _ writer: inout JSONWriter) {
    switch message {
    case .system: break
    case .user(let text): Self.message("user", text, &writer)
    case .assistant(let turn):
      var members: [(key: String, value: JSON)] = [("role", .string("assistant"))]
      members.append(
        ("content", turn.text.isEmpty && !turn.toolCalls.isEmpty ? .null : .string(turn.text)))
      if !turn.toolCalls.isEmpty {
        members.append(("tool_calls", .array(turn.toolCalls.map(Self.json))))
      }
      writer.json(.object(members))
    case .toolResult(let result):
      writer.json(
        .object([
          ("role", .string("tool")), ("tool_call_id", .string(result.callID)),
          ("content", .string(result.isError ? "Error: " + result.content : result.content)),
        ]))
    }
  }

  private static func json(_ call: ToolCall) -> JSON {
    .object([
      ("id", .string(call.id)), ("type", .string("function")),
      (
        "function",
        .object([
          ("name", .string(call.name)), ("arguments", .string(call.arguments.description)),
        ])
      ),
    ])
  }

  private static func writeTools(
    _ request: ModelRequest, _ traits: ModelTraits, _ writer: inout JSONWriter
  ) {
    guard !request.tools.isEmpty else { return }
    writer.key("tools")
    writer.beginArray()
    for tool in request.tools {
      var members: [(key: String, value: JSON)] = [
        ("name", .string(tool.name)), ("description", .string(tool.description)),
        ("parameters", tool.parameters),
      ]
      if tool.isStrict { members.append(("strict", .bool(true))) }
      writer.json(.object([("type", .string("function")), ("function", .object(members))]))
    }
    writer.endArray()
    let choice: JSON? =
      switch request.toolChoice {
      case .auto: nil
      case .none: .string("none")
      case .required: traits.takesForcedTools ? .string("required") : nil
      case .named(let name):
        traits.takesForcedTools
          ? .object([
            ("type", .string("function")), ("function", .object([("name", .string(name))])),
          ]) : nil
      }
    guard let choice else { return }
    writer.key("tool_choice")
    writer.json(choice)
  }

  // MARK: Answers

  func read(_ answer: JSON, into builder: inout ReplyBuilder) throws(ModelFault) {
    guard let choice = answer["choices"]?[0], let message = choice["message"] else {
      throw ModelFault(.invalidResponse, "the answer has no choices[0].message")
    }
    builder.servedModel = answer["model"]?.string ?? ""
    builder.usage = Self.usage(answer["usage"]) ?? builder.usage
    _ = try content(of: message, into: &builder)
    finish(choice["finish_reason"], &builder)
    builder.isEnded = true
  }

  func read(
    _ event: ServerSentEvent, into builder: inout ReplyBuilder
  ) throws(ModelFault) -> [ModelDelta] {
    guard !builder.isEnded else { return [] }
    if event.data.elementsEqual("[DONE]".utf8) {
      builder.isEnded = true
      return []
    }
    let chunk = try builder.parse(event.data, "an event")
    if let error = chunk["error"], !error.isNull {
      throw ProviderRefusal(chunk).fault(answerStatus: nil, key: builder.key)
    }
    if let model = chunk["model"]?.string, !model.isEmpty { builder.servedModel = model }
    builder.usage = Self.usage(chunk["usage"]) ?? builder.usage
    // Azure begins with a chunk about filters, and usage comes with none: both without choices.
    guard let choice = chunk["choices"]?[0] else { return [] }
    var deltas: [ModelDelta] = []
    if let delta = choice["delta"] { deltas = try content(of: delta, into: &builder) }
    finish(choice["finish_reason"], &builder)
    return deltas
  }

  /// Text, refusal and tool calls of a message or of a delta, which have the same form.
  private func content(
    of message: JSON, into builder: inout ReplyBuilder
  ) throws(ModelFault) -> [ModelDelta] {
    var deltas: [ModelDelta] = []
    if let text = message["content"]?.string { deltas += builder.append(text: text) }
    if let refusal = message["refusal"]?.string, !refusal.isEmpty {
      builder.isRefused = true
      builder.refusal += refusal
    }
    for (position, call) in (message["tool_calls"]?.array ?? []).enumerated() {
      deltas += try toolCall(call, position, into: &builder)
    }
    return deltas
  }

  /// A tool call, or a fragment of one.
  ///
  /// Servers number calls by `index`. Ollama gives all calls the same one and others none at all:
  /// another id at a known index is therefore another call.
  private func toolCall(
    _ call: JSON, _ position: Int, into builder: inout ReplyBuilder
  ) throws(ModelFault) -> [ModelDelta] {
    let key = call["index"]?.int ?? position
    let id = call["id"]?.string ?? ""
    let name = call["function"]?["name"]?.string ?? ""
    var deltas: [ModelDelta] = []
    let known = builder.call(key)
    if known == nil || !id.isEmpty && !name.isEmpty && id != known?.id {
      deltas = try builder.beginCall(key: key, id: id, name: name)
    }
    let index = builder.call(key)?.position ?? 0
    // Arguments are a text; some servers write the object itself.
    switch call["function"]?["arguments"] {
    case .string(let fragment): deltas += builder.append(arguments: fragment, at: index)
    case .object(let members):
      deltas += builder.append(arguments: JSON.object(members).description, at: index)
    default: break
    }
    return deltas
  }

  private func finish(_ reason: JSON?, _ builder: inout ReplyBuilder) {
    guard let reason = reason?.string, !reason.isEmpty else { return }
    switch reason {
    case "stop", "eos": builder.finish = .complete
    case "tool_calls", "function_call": builder.finish = .toolCalls
    case "length": builder.finish = .outputLimit
    case "content_filter": builder.isRefused = true
    default: builder.finish = .other
    }
  }

  /// Usage as OpenAI writes it, with the places where others put cached tokens.
  private static func usage(_ json: JSON?) -> ModelUsage? {
    guard let input = tokenCount(json?["prompt_tokens"]) else { return nil }
    let details = json?["prompt_tokens_details"]
    let cached =
      tokenCount(details?["cached_tokens"]) ?? tokenCount(json?["prompt_cache_hit_tokens"])
      ?? tokenCount(json?["cached_tokens"]) ?? 0
    let written = tokenCount(details?["cache_write_tokens"]) ?? 0
    return ModelUsage(
      inputTokens: input, cachedInputTokens: min(cached, input),
      cacheWriteTokens: min(written, input - min(cached, input)),
      outputTokens: tokenCount(json?["completion_tokens"]) ?? 0,
      reasoningTokens: tokenCount(json?["completion_tokens_details"]?["reasoning_tokens"]) ?? 0)
  }
}

extension ModelRequest {
  /// All system messages as one.
  var systemText: String {
    messages.compactMap { if case .system(let text) = $0, !text.isEmpty { text } else { nil } }
      .joined(separator: "\n\n")
  }
}
