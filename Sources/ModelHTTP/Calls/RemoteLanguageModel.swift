import Agent
import HTTP
import Platform

/// One model of a provider.
public struct RemoteLanguageModel: LanguageModel {
  let server: ModelServer
  /// The provider's name of the model.
  public let model: String

  /// Provider and model.
  public var name: String { "\(server.name)/\(model)" }

  /// Asks, again where that may help and the time allows it.
  ///
  /// - Throws: ``ModelError``.
  public func reply(
    to request: ModelRequest, cancellation: ModelCancellation, receive: (ModelDelta) -> Bool
  ) throws(ModelError) -> ModelReply {
    if let fault = request.fault {
      throw ModelError(.invalidRequest, model: name, detail: fault)
    }
    let http = HTTPCancellation()
    return try cancellation.during(onCancel: { http.cancel() }) { () throws(ModelError) in
      var call = ModelCall(self, request, http)
      return try call.run(receive)
    }
  }

  func price(_ usage: ModelUsage?, servedModel: String) -> UInt64? {
    guard let usage else { return nil }
    let prices = server.settings.prices
    return prices.picodollars(provider: server.name, model: model, usage)
      ?? prices.picodollars(provider: server.name, model: servedModel, usage)
  }
}

/// One call: its attempts, until one answers or nothing more may be tried.
struct ModelCall {
  /// Refusals of parameters that one call may learn from.
  private static let adaptationLimit = 4

  private let model: RemoteLanguageModel
  private let request: ModelRequest
  private let cancellation: HTTPCancellation
  private let server: ModelServer
  private let deadline: Int
  private var plan: RetryPlan
  private var traits: ModelTraits
  private var adaptations = 0
  private var attempts: [ModelAttempt] = []
  private var hasDelivered = false

  init(_ model: RemoteLanguageModel, _ request: ModelRequest, _ cancellation: HTTPCancellation) {
    self.model = model
    self.request = request
    self.cancellation = cancellation
    server = model.server
    deadline = server.now + request.timeMilliseconds
    plan = RetryPlan(
      policy: server.settings.retries, deadline: deadline, mayRestart: request.mayRestart,
      clock: server.clock)
    traits = server.traits(model.model)
  }

  mutating func run(_ receive: (ModelDelta) -> Bool) throws(ModelError) -> ModelReply {
    while true {
      let permit: CircuitBreaker.Permit
      do throws(ModelFault) { permit = try server.permit().get() } catch {
        throw error.error(model: model.name, attempts: attempts)
      }
      let begun = server.now
      var usage: ModelUsage?
      var served = ""
      let fault: ModelFault
      do throws(ModelFault) {
        var reply = try attempt(receive, &usage, &served)
        server.end(permit, failure: nil, begun: begun)
        if adaptations > 0 { server.learn(traits, of: model.model) }
        note(nil, begun, usage, served)
        reply.picodollars = attempts.last?.picodollars
        reply.attempts = attempts
        return reply
      } catch {
        fault = error
      }
      server.end(permit, failure: fault.kind, begun: begun)
      note(fault, begun, usage, served)
      try recover(from: fault, receive)
    }
  }

  private mutating func note(
    _ fault: ModelFault?, _ begun: Int, _ usage: ModelUsage?, _ served: String
  ) {
    attempts.append(
      ModelAttempt(
        model: model.name, failure: fault?.kind, detail: fault?.detail ?? "",
        milliseconds: server.now - begun, usage: usage,
        picodollars: model.price(usage, servedModel: served)))
  }

  /// Makes ready for another attempt.
  ///
  /// - Throws: ``ModelError`` where there is to be none.
  private mutating func recover(
    from fault: ModelFault, _ receive: (ModelDelta) -> Bool
  ) throws(ModelError) {
    let error = fault.error(model: model.name, attempts: attempts)
    if adaptations < Self.adaptationLimit, !hasDelivered, server.now < deadline,
      let adapted = traits.adapted(to: fault, request: request)
    {
      adaptations += 1
      traits = adapted
      return
    }
    guard let pause = plan.pause(after: fault, hasDelivered: hasDelivered) else { throw error }
    server.clock.pause(pause, cancellation)
    var cancelled = error
    cancelled.kind = .cancelled
    if cancellation.isCancelled { throw cancelled }
    if hasDelivered {
      hasDelivered = false
      if !receive(.restarted) { throw cancelled }
    }
  }

  // MARK: One attempt

  private mutating func attempt(
    _ receive: (ModelDelta) -> Bool, _ usage: inout ModelUsage?, _ served: inout String
  ) throws(ModelFault) -> ModelReply {
    let left = max(1, deadline - server.now)
    let settings = server.settings
    var http = server.request(server.url(model: model.model))
    http.headers += [
      .init("Content-Type", "application/json"),
      .init("Accept", request.isStreamed ? "text/event-stream" : "application/json"),
    ]
    http.body = server.dialect.body(
      request, model: model.model, name: model.name, traits: traits)
    http.acceptsCompression = !request.isStreamed
    http.timeouts = .init(
      connectMilliseconds: min(10_000, left),
      totalMilliseconds: request.isStreamed ? left : min(left, settings.attemptMilliseconds),
      idleSeconds: request.isStreamed ? settings.idleSeconds : nil)
    var reader = AnswerReader(
      ReplyBuilder(
        request, limits: settings.limits, key: settings.key,
        outputTool: settings.interface == .anthropic && traits.schemaForm == .forcedTool
          ? request.output?.name : nil), server.dialect)
    var delivered = hasDelivered
    defer {
      usage = reader.builder.usage
      served = reader.builder.servedModel
      hasDelivered = delivered
    }
    var end: HTTPHead?
    var failure: HTTPError?
    do throws(HTTPError) {
      end = try server.client.stream(http, cancellation: cancellation) { head, bytes in
        reader.take(head, bytes) { delta in
          delivered = true
          return receive(delta)
        }
      }
    } catch { failure = error }
    if let head = end, head.status != 200 {
      throw ProviderRefusal(reader.body).fault(
        answerStatus: head.status,
        retryAfterMilliseconds: head.retryAfterMilliseconds(clock: server.clock),
        key: settings.key)
    }
    try reader.finish(failure) { delta in
      delivered = true
      return receive(delta)
    }
    return try reader.builder.reply(model: model.name)
  }
}
