import Agent
import HTTP
import Platform

/// Why one attempt failed.
struct ModelFault: Error, Equatable {
  var kind: ModelError.Kind
  /// In words of ours and codes of the provider; safe to log.
  var detail: String
  /// What the provider says; not safe to log.
  var said = ""
  var retryAfterMilliseconds: Int?
  /// Whether the same request may succeed later.
  var isTransient: Bool
  /// The status of an answer that was a refusal.
  var status: Int?
  /// The part of the request that the provider names as the fault.
  var parameter: String?

  init(
    _ kind: ModelError.Kind, _ detail: String = "", said: String = "",
    retryAfterMilliseconds: Int? = nil, isTransient: Bool? = nil
  ) {
    self.kind = kind
    self.detail = detail
    self.said = said
    self.retryAfterMilliseconds = retryAfterMilliseconds
    self.isTransient = isTransient ?? kind.isTransient
  }

  /// What the client's error means for a call.
  init(_ error: HTTPError) {
    let kind: ModelError.Kind =
      switch error.code {
      case .invalidRequest: .invalidRequest
      case .resolve, .connect, .tls: .unreachable
      case .timeout: .timeout
      case .cutOff: .cutOff
      case .tooLarge, .redirects, .protocolViolation: .invalidResponse
      case .cancelled, .stopped: .cancelled
      }
    self.init(kind, "\(error)", isTransient: error.isTransient)
  }

  func error(model: String, attempts: [ModelAttempt]) -> ModelError {
    ModelError(
      kind, model: model, detail: detail, said: said,
      retryAfterMilliseconds: retryAfterMilliseconds, attempts: attempts)
  }
}
