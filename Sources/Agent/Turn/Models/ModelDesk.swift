import Platform

/// Makes a turn's calls of models within its limits, and keeps them for the trace.
struct ModelDesk {
  private let models: any ModelProviding
  private let configuration: AgentConfiguration
  private let clock: @Sendable () -> UInt64
  private let deadline: UInt64
  private let cancellation: ModelCancellation
  /// The calls of the step that runs, in order.
  private(set) var calls: [ModelCallRecord] = []
  private var spentTokens = 0
  private var spentPicodollars: UInt64 = 0

  /// - Parameters:
  ///   - clock: Monotonic nanoseconds.
  init(
    models: any ModelProviding, configuration: AgentConfiguration,
    clock: @escaping @Sendable () -> UInt64, cancellation: ModelCancellation
  ) {
    self.models = models
    self.configuration = configuration
    self.clock = clock
    self.cancellation = cancellation
    deadline = clock() + UInt64(max(0, configuration.turnMilliseconds)) * 1_000_000
  }

  /// Begins a step: what was called before belongs to others.
  mutating func beginStep() { calls = [] }

  /// Calls of a step that is done count towards the turn's limits.
  mutating func adopt(_ calls: [ModelCallRecord]) {
    spentTokens += tokens(calls)
    spentPicodollars += costs(calls)
  }

  private func tokens(_ calls: [ModelCallRecord]) -> Int {
    calls.reduce(0) { $0 + ($1.usage.map { $0.inputTokens + $0.outputTokens } ?? 0) }
  }

  private func costs(_ calls: [ModelCallRecord]) -> UInt64 {
    calls.reduce(0) { $0 + ($1.picodollars ?? 0) }
  }

  /// Asks the models of a plan.
  ///
  /// - Parameters:
  ///   - receive: Gets the text as it comes, where the request is streamed.
  /// - Returns: The reply, or nil where no model gave one: the call's record says why.
  mutating func ask(
    _ request: ModelRequest, for task: PromptSource.Step, _ plan: ModelPlan,
    receive: (ModelDelta) -> Bool = { _ in true }
  ) -> Result<ModelReply, ModelError> {
    let begun = clock()
    var record = ModelCallRecord(
      purpose: task.rawValue, model: plan.names.first ?? ModelPlan.extractive,
      prompt: Self.text(of: request))
    let result = attempt(request, plan, begun: begun, receive: receive)
    record.milliseconds = Int((clock() - begun) / 1_000_000)
    switch result {
    case .success(let reply):
      record.model = reply.model
      record.reply = Self.text(of: reply)
      record.usage = Self.sum(reply.attempts.map(\.usage)) ?? reply.usage
      record.picodollars = reply.picodollars
    case .failure(let error):
      record.failure = error.description
      record.usage = Self.sum(error.attempts.map(\.usage))
      let costs = error.attempts.compactMap(\.picodollars)
      record.picodollars = costs.isEmpty ? nil : costs.reduce(0, &+)
    }
    calls.append(record)
    return result
  }

  private func attempt(
    _ request: ModelRequest, _ plan: ModelPlan, begun: UInt64, receive: (ModelDelta) -> Bool
  ) -> Result<ModelReply, ModelError> {
    let name = plan.names.first ?? ModelPlan.extractive
    guard !plan.names.isEmpty else {
      return .failure(ModelError(.notFound, model: name, detail: "no model is configured"))
    }
    guard spentTokens + tokens(calls) < configuration.turnTokenLimit else {
      return .failure(
        ModelError(.contextTooLong, model: name, detail: "the turn has used up its tokens"))
    }
    if let limit = configuration.turnPicodollars, spentPicodollars + costs(calls) >= limit {
      return .failure(
        ModelError(.exhaustedCredit, model: name, detail: "the turn has used up its money"))
    }
    guard begun < deadline else {
      return .failure(ModelError(.timeout, model: name, detail: "the turn has used up its time"))
    }
    var limited = request
    limited.timeMilliseconds = Int((deadline - begun) / 1_000_000) + 1
    do throws(ModelError) {
      let model = try models.model(plan.names)
      return .success(
        try model.reply(to: limited, cancellation: cancellation, receive: receive))
    } catch { return .failure(error) }
  }

  /// A request as the trace shows it.
  private static func text(of request: ModelRequest) -> String {
    request.messages.map { message in
      switch message {
      case .system(let text): "system: \(text)"
      case .user(let text): "user: \(text)"
      case .assistant(let turn): "assistant: \(turn.text)"
      case .toolResult(let result): "tool: \(result.content)"
      }
    }.joined(separator: "\n\n")
  }

  private static func text(of reply: ModelReply) -> String {
    let calls = reply.toolCalls.map { "[\($0.name) \($0.arguments)]" }
    return ([reply.text] + calls).filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private static func sum(_ usages: [ModelUsage?]) -> ModelUsage? {
    let known = usages.compactMap(\.self)
    guard !known.isEmpty else { return nil }
    return known.dropFirst().reduce(known[0], +)
  }
}

extension ModelUsage {
  /// The tokens of both.
  public static func + (left: ModelUsage, right: ModelUsage) -> ModelUsage {
    ModelUsage(
      inputTokens: left.inputTokens + right.inputTokens,
      cachedInputTokens: left.cachedInputTokens + right.cachedInputTokens,
      cacheWriteTokens: left.cacheWriteTokens + right.cacheWriteTokens,
      outputTokens: left.outputTokens + right.outputTokens,
      reasoningTokens: left.reasoningTokens + right.reasoningTokens)
  }
}
