import Agent
import HTTP

/// Several models in a row: where one cannot answer, the next is asked, and what failed stands in
/// the reply's attempts.
///
/// Each model but the last may take its share of the time that is left (a half of it where two are
/// left, a third of three), so that there is time for the next one.
public struct FallbackModel: LanguageModel {
  /// The first model's, and how many stand behind it.
  public let name: String
  private let models: [any LanguageModel]
  private let movesOn: Set<ModelError.Kind>
  private let clock: HTTPClock

  /// All kinds but two: who cancels wants no other model, and what one model refuses to say is for
  /// a person and not for a less careful model.
  public static let usualReasons = Set(ModelError.Kind.allCases).subtracting([
    .cancelled, .refused,
  ])

  /// - Parameters:
  ///   - models: In the order of asking; at least one.
  ///   - movesOn: The errors after which the next is asked.
  ///   - clock: Time.
  public init(
    _ models: [any LanguageModel], movesOn: Set<ModelError.Kind> = usualReasons,
    clock: HTTPClock = .system
  ) {
    precondition(!models.isEmpty, "a fallback needs at least one model")
    self.models = models
    self.movesOn = movesOn
    self.clock = clock
    name = models[0].name + (models.count > 1 ? " (+\(models.count - 1))" : "")
  }

  /// Asks one after the other.
  ///
  /// - Throws: ``ModelError`` of the last one asked, with the attempts of all.
  public func reply(
    to request: ModelRequest, cancellation: ModelCancellation, receive: (ModelDelta) -> Bool
  ) throws(ModelError) -> ModelReply {
    let deadline = clock.nowMilliseconds() + request.timeMilliseconds
    var attempts: [ModelAttempt] = []
    var hasDelivered = false
    var wasStopped = false
    for (index, model) in models.enumerated() {
      let left = max(1, deadline - clock.nowMilliseconds())
      let begun = clock.nowMilliseconds()
      var part = request
      part.timeMilliseconds = max(1, left / (models.count - index))
      do throws(ModelError) {
        var reply = try model.reply(to: part, cancellation: cancellation) { delta in
          hasDelivered = true
          let goesOn = receive(delta)
          if !goesOn { wasStopped = true }
          return goesOn
        }
        reply.attempts = attempts + reply.attempts
        return reply
      } catch {
        var failure = error
        if failure.attempts.isEmpty {
          // One that was not asked at all, such as a provider that is left alone.
          failure.attempts = [
            ModelAttempt(
              model: failure.model, failure: failure.kind, detail: failure.detail,
              milliseconds: clock.nowMilliseconds() - begun)
          ]
        }
        attempts += failure.attempts
        failure.attempts = attempts
        guard index + 1 < models.count, movesOn.contains(failure.kind), !wasStopped,
          !cancellation.isCancelled, clock.nowMilliseconds() < deadline,
          request.mayRestart || !hasDelivered
        else { throw failure }
        if hasDelivered, !receive(.restarted) {
          failure.kind = .cancelled
          throw failure
        }
      }
    }
    preconditionFailure("the last model either answers or fails")
  }
}
