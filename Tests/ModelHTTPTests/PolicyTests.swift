import Agent
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import ModelHTTP

/// Breaker, retries, fallback and prices: decisions without a socket, on a clock of their own.
@Suite struct PolicyTests {
  /// A breaker that expectations may change.
  final class Door {
    private var breaker: CircuitBreaker
    init(_ policy: BreakerPolicy) { breaker = CircuitBreaker(policy) }
    func permit(now: Int) -> CircuitBreaker.Permit? { breaker.permit(now: now) }
    func waitMilliseconds(now: Int) -> Int? { breaker.waitMilliseconds(now: now) }
    func end(
      _ permit: CircuitBreaker.Permit, failure: ModelError.Kind?, after: Int = 60_000, now: Int
    ) { breaker.end(permit, failure: failure, after: after, now: now) }
  }

  @Test func `a provider that fails is left alone, tried once, and trusted again`() throws {
    let policy = BreakerPolicy(
      failureLimit: 3, firstMilliseconds: 100, longestMilliseconds: 300)
    let breaker = Door(policy)
    func fail(_ now: Int) throws {
      let permit = try #require(breaker.permit(now: now))
      breaker.end(permit, failure: .serverFailure, now: now)
    }
    try fail(0)
    try fail(0)
    let good = try #require(breaker.permit(now: 0))
    breaker.end(good, failure: nil, now: 0)
    for _ in 0..<3 { try fail(0) }
    #expect(breaker.permit(now: 99) == nil && breaker.waitMilliseconds(now: 40) == 60)
    // One trial at a time; each that fails doubles the rest, up to its bound.
    var now = 100
    for rest in [200, 300, 300] {
      let trial = try #require(breaker.permit(now: now))
      #expect(breaker.permit(now: now) == nil)
      breaker.end(trial, failure: .timeout, now: now)
      #expect(breaker.waitMilliseconds(now: now) == rest)
      now += rest
    }
    let trial = try #require(breaker.permit(now: now))
    breaker.end(trial, failure: .rateLimited, now: now)
    #expect(breaker.permit(now: now) != nil)
    for _ in 0..<3 { try fail(now) }
    #expect(breaker.waitMilliseconds(now: now) == 100)
  }

  @Test func `an outcome from before a change of state counts for nothing`() throws {
    let breaker = Door(BreakerPolicy(failureLimit: 1, firstMilliseconds: 100))
    let slow = try #require(breaker.permit(now: 0))
    let first = try #require(breaker.permit(now: 0))
    breaker.end(first, failure: .overloaded, now: 0)
    breaker.end(slow, failure: nil, now: 1)
    #expect(breaker.permit(now: 2) == nil)
    // A trial that its caller ends, or has no time for, is no answer: the next call tries.
    let trial = try #require(breaker.permit(now: 100))
    breaker.end(trial, failure: .cancelled, now: 101)
    let hasty = try #require(breaker.permit(now: 101))
    breaker.end(hasty, failure: .timeout, after: 4_999, now: 102)
    let patient = try #require(breaker.permit(now: 102))
    breaker.end(patient, failure: .timeout, after: 5_000, now: 103)
    #expect(breaker.permit(now: 103) == nil)
  }

  @Test func `an empty account and a wrong key close the door at once`() throws {
    for kind in [ModelError.Kind.exhaustedCredit, .authentication] {
      let breaker = Door(BreakerPolicy(longestMilliseconds: 9000))
      breaker.end(try #require(breaker.permit(now: 0)), failure: kind, now: 0)
      #expect(breaker.waitMilliseconds(now: 0) == 9000)
    }
  }

  @Test func `retries end at attempts, at the time, and at the first piece`() {
    let time = FakeClock()
    /// The pauses after these failures in a row.
    func pauses(
      _ faults: [ModelFault], hasDelivered: Bool = false, mayRestart: Bool = false,
      deadline: Int = 1_010_000
    ) -> [Int?] {
      var plan = RetryPlan(
        policy: HTTPRetryPolicy(attemptLimit: 3, firstPauseMilliseconds: 500), deadline: deadline,
        mayRestart: mayRestart, clock: time.clock)
      return faults.map { plan.pause(after: $0, hasDelivered: hasDelivered) }
    }
    let fault = ModelFault(.overloaded)
    #expect(pauses([fault, fault, fault]) == [500, 1000, nil])
    #expect(pauses([fault], hasDelivered: true) == [nil])
    #expect(pauses([fault], hasDelivered: true, mayRestart: true) == [500])
    #expect(pauses([ModelFault(.refused)]) == [nil])
    let asked = ModelFault(.rateLimited, retryAfterMilliseconds: 9_000)
    #expect(pauses([asked]) == [9_500])
    #expect(pauses([asked], deadline: 1_009_500) == [nil])
  }

  /// A model that does as told.
  struct ScriptedModel: LanguageModel {
    let name: String
    let act: @Sendable (ModelRequest, (ModelDelta) -> Bool) -> Result<ModelReply, ModelError>
    func reply(
      to request: ModelRequest, cancellation: ModelCancellation, receive: (ModelDelta) -> Bool
    ) throws(ModelError) -> ModelReply { try act(request, receive).get() }

    static func failing(
      _ name: String, _ kind: ModelError.Kind, after deltas: [ModelDelta] = []
    ) -> ScriptedModel {
      ScriptedModel(name: name) { _, receive in
        for delta in deltas where !receive(delta) {
          return .failure(ModelError(.cancelled, model: name))
        }
        return .failure(ModelError(kind, model: name, detail: "no"))
      }
    }
    static func answering(_ name: String) -> ScriptedModel {
      ScriptedModel(name: name) { request, receive in
        _ = receive(.text(name))
        return .success(
          ModelReply(
            text: name, model: name,
            attempts: [ModelAttempt(model: name, milliseconds: request.timeMilliseconds)]))
      }
    }
  }

  @Test(arguments: FallbackModel.usualReasons.sorted { $0.rawValue < $1.rawValue })
  func `the next model is asked, and why stands in the attempts`(kind: ModelError.Kind) throws {
    let chain = FallbackModel(
      [.failing("a", kind), .failing("b", .circuitOpen), .answering("c")] as [ScriptedModel],
      clock: FakeClock().clock)
    let reply = try chain.reply(to: Answers.request)
    #expect(reply.text == "c" && chain.name == "a (+2)")
    #expect(reply.attempts.map(\.model) == ["a", "b", "c"])
    #expect(reply.attempts.map(\.failure) == [kind, .circuitOpen, nil])
    #expect(reply.attempts[0].detail == "no")
  }

  @Test(arguments: [ModelError.Kind.refused, .cancelled])
  func `no other model is asked what one refused, nor for a caller who left`(
    kind: ModelError.Kind
  ) {
    let chain = FallbackModel([.failing("a", kind), .answering("b")] as [ScriptedModel])
    let error = failure { () throws(ModelError) in try chain.reply(to: Answers.request) }
    #expect(error?.kind == kind && error?.attempts.count == 1)
  }

  @Test func `after a piece was handed out the next model begins anew or not at all`() throws {
    let chain = FallbackModel(
      [.failing("a", .cutOff, after: [.text("half")]), .answering("b")] as [ScriptedModel])
    let deltas = Deltas()
    let none = ModelCancellation()
    #expect(
      failure { () throws(ModelError) in
        try chain.reply(to: Answers.request, cancellation: none, receive: deltas.take)
      }?.kind == .cutOff)
    #expect(deltas.all == [.text("half")])
    var request = Answers.request
    request.mayRestart = true
    let again = Deltas()
    #expect(
      try chain.reply(to: request, cancellation: none, receive: again.take).text == "b")
    #expect(again.all == [.text("half"), .restarted, .text("b")])
    // Who says no is not asked again by another model.
    #expect(
      failure { () throws(ModelError) in
        try chain.reply(to: request, cancellation: none) { _ in false }
      }?.attempts.count == 1)
  }

  @Test func `each model has its share of the time`() throws {
    let clock = FakeClock()
    let seen = Mutex<[Int]>([])
    let slow = ScriptedModel(name: "a") { request, _ in
      seen.withLock { $0.append(request.timeMilliseconds) }
      clock.pass(20_000)
      return .failure(ModelError(.timeout, model: "a"))
    }
    let chain = FallbackModel([slow, slow, ScriptedModel.answering("c")], clock: clock.clock)
    let reply = try chain.reply(to: Answers.request)
    #expect(seen.withLock { $0 } == [20_000, 20_000])
    #expect(reply.attempts.last?.milliseconds == 20_000)
    let late = FallbackModel([slow, slow, slow, slow], clock: clock.clock)
    let error = failure { () throws(ModelError) in try late.reply(to: Answers.request) }
    #expect(error?.kind == .timeout && error?.attempts.count == 3)
  }

  @Test func `costs are exact, and what is not known is not nothing`() throws {
    let prices = try TokenPrices(
      parsing: """
        p/a 1 0.5 2 4          # all prices
        p/a>1000 2 1 4 6
        a 9 - - 9
        family-* 0.05 - ? 0.4
        family-x* 1 - - 1
        free 0 0 0 0
        """)
    func cost(_ provider: String, _ model: String, _ usage: ModelUsage) -> UInt64? {
      prices.picodollars(provider: provider, model: model, usage)
    }
    let usage = ModelUsage(
      inputTokens: 1000, cachedInputTokens: 300, cacheWriteTokens: 100, outputTokens: 50)
    #expect(cost("p", "a", usage) == (600 * 10 + 300 * 5 + 100 * 20 + 50 * 40) * 100_000)
    #expect(cost("p", "a-2025-08-07", usage) == cost("p", "a", usage))
    #expect(cost("p", "a-20250807", usage) == cost("p", "a", usage))
    #expect(cost("q", "a", usage) == 1050 * 9_000_000)
    #expect(cost("p", "a-pro", usage) == nil)
    var long = usage
    long.inputTokens = 1001
    #expect(cost("p", "a", long) == (601 * 2 + 300 * 1 + 100 * 4 + 50 * 6) * 1_000_000)
    #expect(cost("p", "family-y", usage) == nil)
    var plain = usage
    plain.cacheWriteTokens = 0
    #expect(cost("p", "family-y", plain) == 1000 * 50_000 + 50 * 400_000)
    #expect(cost("p", "family-xl", usage) == 1050 * 1_000_000)
    #expect(cost("p", "free", usage) == 0 && cost("p", "unknown", usage) == nil)
    #expect(cost("p", "a", ModelUsage(inputTokens: 5, cachedInputTokens: 9)) == nil)
    let own = prices.merging(try TokenPrices(parsing: "p/a 3 - - 3"))
    #expect(own.picodollars(provider: "p", model: "a", long) == 1051 * 3_000_000)
  }

  @Test func `the built-in table is read, and each model has a plain line`() {
    let table = TokenPrices.builtIn
    let usage = ModelUsage(inputTokens: 1_000_000, outputTokens: 0)
    #expect(table.picodollars(provider: "openai", model: "gpt-4o", usage) == 2_500_000_000_000)
    #expect(
      table.picodollars(provider: "anthropic", model: "claude-haiku-5-5", usage) == 500_000_000_000)
    #expect(
      table.picodollars(
        provider: "anthropic", model: "claude-haiku-5-5", ModelUsage(inputTokens: 100_000))
        == 10_000_000_000)
    #expect(table.picodollars(provider: "ollama", model: "gpt-4o", usage) == nil)
  }

  @Test(arguments: [
    "a 1 2 3", "a 1 2 3 4 5", "a x 2 3 4", "a 1.1234567 - - 1", "a -1 2 3 4", "a - 1 1 1",
    "a>x 1 1 1 1", ">5 1 1 1 1", "a>5>6 1 1 1 1", "a 1000001 1 1 1",
  ])
  func `a line that is no price is refused by its number`(line: String) {
    #expect {
      try TokenPrices(parsing: "# first\n" + line)
    } throws: { "\($0)".contains("line 2 ") }
  }
}
