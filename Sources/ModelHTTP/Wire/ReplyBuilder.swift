import Agent
import HTTP
import Platform

/// What an answer may hold; more is refused.
public struct ModelLimits: Sendable, Equatable {
  /// Bytes of a whole answer, as sent.
  public var answerBytes = 8 << 20
  /// Bytes of one line of a stream, and of the data of one event.
  public var lineBytes = 1 << 20
  /// Tool calls of one answer.
  public var toolCalls = 64
  /// Arrays and objects inside each other, in the answer and in arguments.
  public var jsonDepth = 64

  /// The defaults.
  public init() {}
}

/// Gathers an answer from its pieces and says which deltas they are.
struct ReplyBuilder {
  private struct Call {
    /// By what the provider tells calls apart.
    let key: Int
    let id: String
    let name: String
    var arguments = ""
  }

  /// What the provider calls the model that answers.
  var servedModel = ""
  var finish: FinishReason?
  var usage: ModelUsage?
  /// Whether the answer is whole.
  var isEnded = false
  /// Whether the provider or the model refused; what it said stands in ``refusal``.
  var isRefused = false
  var refusal = ""
  private(set) var text = ""
  private var calls: [Call] = []
  /// Blocks that must go back as they came; see ``ContentBlocks``.
  var blocks = ContentBlocks()

  /// Token counts by their names, where they come in parts.
  var counts: [String: Int] = [:]

  let request: ModelRequest
  let limits: ModelLimits
  /// What must not be told on.
  let key: HTTPSecret?
  /// The tool whose arguments are the answer, where a schema is asked for by one; other text is
  /// left out then.
  let outputTool: String?

  init(
    _ request: ModelRequest, limits: ModelLimits, key: HTTPSecret? = nil, outputTool: String? = nil
  ) {
    self.request = request
    self.limits = limits
    self.key = key
    self.outputTool = outputTool
  }

  var jsonLimits: JSONLimits {
    JSONLimits(depth: min(limits.jsonDepth, 512), byteCount: limits.answerBytes)
  }

  /// Parses a piece of the answer.
  func parse(_ bytes: [UInt8], _ what: String) throws(ModelFault) -> JSON {
    do throws(JSONError) { return try JSON.parse(bytes, limits: jsonLimits) } catch {
      throw ModelFault(.invalidResponse, "\(what) is no JSON: \(error)")
    }
  }

  // MARK: Pieces

  mutating func append(text more: String) -> [ModelDelta] {
    guard !more.isEmpty else { return [] }
    text += more
    return [.text(more)]
  }

  var callCount: Int { calls.count }

  /// The latest call with this key.
  func call(_ key: Int) -> (position: Int, id: String)? {
    calls.lastIndex { $0.key == key }.map { ($0, calls[$0].id) }
  }

  mutating func beginCall(
    key: Int, id: String, name: String
  ) throws(ModelFault) -> [ModelDelta] {
    guard calls.count < limits.toolCalls else {
      throw ModelFault(.invalidResponse, "more than \(limits.toolCalls) tool calls")
    }
    guard (1...256).contains(name.utf8.count) else {
      throw ModelFault(.invalidResponse, "tool call \(calls.count) has no name")
    }
    // Some servers give no id; the result must name one all the same.
    let id = id.isEmpty ? "call_\(calls.count)" : id
    guard id.utf8.count <= 512 else {
      throw ModelFault(.invalidResponse, "the id of tool call \(calls.count) is too long")
    }
    calls.append(Call(key: key, id: id, name: name))
    return [.toolCall(index: calls.count - 1, name: name)]
  }

  mutating func append(arguments fragment: String, at position: Int) -> [ModelDelta] {
    guard !fragment.isEmpty else { return [] }
    calls[position].arguments += fragment
    return [.toolArguments(index: position, fragment: fragment)]
  }

  // MARK: The end

  /// The reply, once the answer is whole.
  ///
  /// - Parameter model: The name of the model.
  func reply(model: String) throws(ModelFault) -> ModelReply {
    if isRefused {
      var fault = ModelFault(.refused, "the answer")
      fault.said = ProviderRefusal.cleaned(refusal, limit: 300)
      throw fault
    }
    var toolCalls: [ToolCall] = []
    for (position, call) in calls.enumerated() {
      toolCalls.append(
        ToolCall(id: call.id, name: call.name, arguments: try arguments(of: call, position)))
    }
    var json: JSON?
    if request.output != nil, toolCalls.isEmpty {
      if finish == .outputLimit {
        throw ModelFault(
          .invalidResponse, "the JSON ends at the limit of output tokens; raise it",
          isTransient: false)
      }
      json = try parse(Array(text.utf8), "the output")
    }
    // A forced tool that holds the answer is no tool call.
    let end = finish == .toolCalls ? .complete : finish ?? .complete
    return ModelReply(
      text: text, toolCalls: toolCalls, json: json,
      finish: toolCalls.isEmpty ? end : .toolCalls, usage: usage, model: model,
      servedModel: ProviderRefusal.cleaned(servedModel, limit: 256),
      original: try blocks.content(self).map { .init(model: model, content: $0) })
  }

  private func arguments(of call: Call, _ position: Int) throws(ModelFault) -> JSON {
    // A tool without parameters is called with no text at all by several servers.
    if call.arguments.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x0A }) { return .object([]) }
    let json = try parse(Array(call.arguments.utf8), "the arguments of tool call \(position)")
    guard json.object != nil else {
      throw ModelFault(.invalidResponse, "the arguments of tool call \(position) are no object")
    }
    return json
  }

  /// The JSON of a call whose arguments are whole.
  func call(at position: Int) throws(ModelFault) -> ToolCall {
    let call = calls[position]
    return ToolCall(id: call.id, name: call.name, arguments: try arguments(of: call, position))
  }
}

/// A token count as a provider writes it; nil for what cannot be one.
func tokenCount(_ json: JSON?) -> Int? {
  json?.int.flatMap { (0...1_000_000_000).contains($0) ? $0 : nil }
}
