import Agent
import Platform

/// Anthropic's messages.
struct AnthropicMessages: ModelDialect {
  /// What is allowed where the request names no limit, for the protocol wants one; thinking counts.
  static let usualOutputTokens = 8192
  /// Whether the provider is asked to keep tools and system prompt in its cache for minutes: to
  /// write there costs more than to read plainly, to read from there a tenth.
  var cachesPrompt = false

  func body(
    _ request: ModelRequest, model: String, name: String, traits: ModelTraits
  ) -> [UInt8] {
    var writer = JSONWriter(capacity: 4096)
    writer.beginObject()
    writer.key("model")
    writer.string(model)
    writer.key("max_tokens")
    writer.integer(request.outputTokenLimit ?? Self.usualOutputTokens)
    let system = request.systemText
    if !system.isEmpty {
      writer.key("system")
      if cachesPrompt {
        writer.json(
          .array([
            .object([
              ("type", .string("text")), ("text", .string(system)),
              ("cache_control", .object([("type", .string("ephemeral"))])),
            ])
          ]))
      } else {
        writer.string(system)
      }
    }
    writer.key("messages")
    writer.json(Self.messages(request, name: name))
    Self.writeTools(request, traits, &writer)
    if let output = request.output, traits.schemaForm == .outputFormat {
      writer.key("output_config")
      writer.json(
        .object([
          ("format", .object([("type", .string("json_schema")), ("schema", output.schema)]))
        ]))
    }
    if let temperature = request.temperature, traits.takesTemperature {
      writer.key("temperature")
      writer.doubleOrNull(min(temperature, 1))
    }
    if !request.stopSequences.isEmpty {
      writer.key("stop_sequences")
      writer.json(.array(request.stopSequences.map { .string($0) }))
    }
    writer.key("stream")
    writer.bool(request.isStreamed)
    writer.endObject()
    return writer.bytes
  }

  /// The conversation as turns that alternate, results of tools in the user's.
  private static func messages(_ request: ModelRequest, name: String) -> JSON {
    var turns: [(role: String, content: [JSON])] = []
    func add(_ role: String, _ content: [JSON]) {
      if content.isEmpty { return }
      if turns.last?.role == role {
        turns[turns.count - 1].content += content
      } else {
        turns.append((role, content))
      }
    }
    for message in request.messages {
      switch message {
      case .system: break
      case .user(let text): add("user", text.isEmpty ? [] : [ContentBlocks.text(text)])
      case .assistant(let turn):
        if let original = turn.original, original.model == name,
          let content = original.content.array
        {
          add("assistant", content)
        } else {
          add(
            "assistant",
            (turn.text.isEmpty ? [] : [ContentBlocks.text(turn.text)])
              + turn.toolCalls.map(ContentBlocks.call))
        }
      case .toolResult(let result):
        add(
          "user",
          [
            .object([
              ("type", .string("tool_result")), ("tool_use_id", .string(result.callID)),
              ("content", .string(result.content)), ("is_error", .bool(result.isError)),
            ])
          ])
      }
    }
    return .array(
      turns.map { .object([("role", .string($0.role)), ("content", .array($0.content))]) })
  }

  private static func writeTools(
    _ request: ModelRequest, _ traits: ModelTraits, _ writer: inout JSONWriter
  ) {
    var tools = request.tools.map { tool -> JSON in
      var members: [(key: String, value: JSON)] = [
        ("name", .string(tool.name)), ("description", .string(tool.description)),
        ("input_schema", tool.parameters),
      ]
      if tool.isStrict { members.append(("strict", .bool(true))) }
      return .object(members)
    }
    var choice: JSON?
    func kind(_ name: String) -> JSON { .object([("type", .string(name))]) }
    switch request.toolChoice {
    case .auto: break
    case .none: choice = tools.isEmpty ? nil : kind("none")
    case .required: choice = traits.takesForcedTools ? kind("any") : nil
    case .named(let name):
      choice =
        traits.takesForcedTools
        ? .object([("type", .string("tool")), ("name", .string(name))]) : nil
    }
    if let output = request.output, traits.schemaForm == .forcedTool {
      tools.append(
        .object([
          ("name", .string(output.name)),
          ("description", .string("Gives the answer. Call it once, with the whole answer.")),
          ("input_schema", output.schema),
        ]))
      // Another tool may be called first, unless the request says otherwise.
      choice =
        request.tools.isEmpty || request.toolChoice == .none
        ? .object([("type", .string("tool")), ("name", .string(output.name))])
        : choice ?? kind("any")
    }
    guard !tools.isEmpty else { return }
    writer.key("tools")
    writer.json(.array(tools))
    guard let choice else { return }
    writer.key("tool_choice")
    writer.json(choice)
  }

  // MARK: Answers

  func read(_ answer: JSON, into builder: inout ReplyBuilder) throws(ModelFault) {
    guard let content = answer["content"]?.array else {
      throw ModelFault(.invalidResponse, "the answer has no array \"content\"")
    }
    builder.servedModel = answer["model"]?.string ?? ""
    for (index, block) in content.enumerated() {
      _ = try begin(block, index, into: &builder)
      if let input = block["input"], builder.blocks.kind(index) != .opaque {
        _ = try append(json: input.description, to: index, into: &builder)
      }
    }
    count(answer["usage"], &builder)
    finish(answer["stop_reason"], &builder)
    builder.isEnded = true
  }

  func read(
    _ event: ServerSentEvent, into builder: inout ReplyBuilder
  ) throws(ModelFault) -> [ModelDelta] {
    guard !builder.isEnded else { return [] }
    let data = try builder.parse(event.data, "an event")
    switch data["type"]?.string {
    case "message_start":
      builder.servedModel = data["message"]?["model"]?.string ?? ""
      count(data["message"]?["usage"], &builder)
    case "content_block_start":
      guard let block = data["content_block"], let index = data["index"]?.int else {
        throw ModelFault(.invalidResponse, "a content block has no index or no content")
      }
      return try begin(block, index, into: &builder)
    case "content_block_delta":
      guard let delta = data["delta"], let index = data["index"]?.int,
        builder.blocks.kind(index) != nil
      else { throw ModelFault(.invalidResponse, "a delta belongs to no content block") }
      return try append(delta, to: index, into: &builder)
    case "message_delta":
      count(data["usage"], &builder)
      finish(data["delta"]?["stop_reason"], &builder)
    case "message_stop": builder.isEnded = true
    case "error": throw ProviderRefusal(data).fault(answerStatus: nil, key: builder.key)
    default: break  // ping, the end of a block, and what is yet to come
    }
    return []
  }

  private func begin(
    _ block: JSON, _ index: Int, into builder: inout ReplyBuilder
  ) throws(ModelFault) -> [ModelDelta] {
    switch block["type"]?.string {
    case "text":
      try builder.blocks.begin(index, .text)
      return append(text: block["text"]?.string ?? "", to: index, into: &builder)
    case "tool_use":
      let name = block["name"]?.string ?? ""
      if let outputTool = builder.outputTool, name == outputTool {
        try builder.blocks.begin(index, .output)
        return []
      }
      let deltas = try builder.beginCall(
        key: index, id: block["id"]?.string ?? "", name: name)
      try builder.blocks.begin(index, .call(position: builder.callCount - 1))
      return deltas
    default:
      try builder.blocks.begin(index, .opaque, block)
      return []
    }
  }

  private func append(
    _ delta: JSON, to index: Int, into builder: inout ReplyBuilder
  ) throws(ModelFault) -> [ModelDelta] {
    switch delta["type"]?.string {
    case "text_delta": return append(text: delta["text"]?.string ?? "", to: index, into: &builder)
    case "input_json_delta":
      return try append(json: delta["partial_json"]?.string ?? "", to: index, into: &builder)
    case "thinking_delta":
      builder.blocks.append(thinking: delta["thinking"]?.string ?? "", to: index)
    case "signature_delta":
      builder.blocks.append(signature: delta["signature"]?.string ?? "", to: index)
    default: break
    }
    return []
  }

  private func append(
    text: String, to index: Int, into builder: inout ReplyBuilder
  ) -> [ModelDelta] {
    guard builder.blocks.kind(index) == .text, builder.outputTool == nil else { return [] }
    builder.blocks.append(text: text, to: index)
    return builder.append(text: text)
  }

  private func append(
    json fragment: String, to index: Int, into builder: inout ReplyBuilder
  ) throws(ModelFault) -> [ModelDelta] {
    switch builder.blocks.kind(index) {
    case .call(let position): builder.append(arguments: fragment, at: position)
    case .output: builder.append(text: fragment)
    default: []
    }
  }

  private func finish(_ reason: JSON?, _ builder: inout ReplyBuilder) {
    switch reason?.string {
    case nil: break
    case "end_turn", "stop_sequence": builder.finish = .complete
    case "tool_use": builder.finish = .toolCalls
    case "max_tokens", "model_context_window_exceeded": builder.finish = .outputLimit
    case "refusal": builder.isRefused = true
    default: builder.finish = .other
    }
  }

  /// Usage comes in parts, each with the sums so far; what is read from and written to the cache
  /// is not part of `input_tokens`.
  private func count(_ usage: JSON?, _ builder: inout ReplyBuilder) {
    let names = [
      "input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens",
    ]
    for name in names { if let count = tokenCount(usage?[name]) { builder.counts[name] = count } }
    guard let input = builder.counts[names[0]] else { return }
    let written = builder.counts[names[1]] ?? 0
    let cached = builder.counts[names[2]] ?? 0
    builder.usage = ModelUsage(
      inputTokens: input + written + cached, cachedInputTokens: cached, cacheWriteTokens: written,
      outputTokens: builder.counts[names[3]] ?? 0)
  }
}
