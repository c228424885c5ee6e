/// Why there is no reply.
public struct ModelError: Error, Sendable, Equatable {
  /// What went wrong, by what is to be done about it.
  public enum Kind: String, Sendable, CaseIterable {
    /// The key is missing, wrong, or may not do this.
    case authentication
    /// The account has no money or quota left; waiting does not help.
    case exhaustedCredit
    /// Too much was asked in too short a time.
    case rateLimited
    /// The server has too much to do.
    case overloaded
    /// The server failed in another way.
    case serverFailure
    /// The conversation is longer than the model can read.
    case contextTooLong
    /// The model, or a filter before or behind it, will not answer this.
    case refused
    /// The request is not one that the server takes.
    case invalidRequest
    /// The server has no such model, or nothing at the address.
    case notFound
    /// The server cannot be reached, or not trusted.
    case unreachable
    /// The time was up.
    case timeout
    /// The answer ended in the middle.
    case cutOff
    /// What came is not what the protocol says, or more than is accepted.
    case invalidResponse
    /// The provider failed so often that it is left alone for a while.
    case circuitOpen
    /// The caller wanted no more.
    case cancelled
  }

  /// What went wrong.
  public var kind: Kind
  /// The ``LanguageModel/name`` of the model asked last.
  public var model: String
  /// More about it, in words of ours and codes of the provider; safe to log.
  public var detail: String
  /// What the provider says, without our key. It may repeat the conversation, so it is never
  /// logged.
  public var said: String
  /// How long the provider asks to wait, in milliseconds.
  public var retryAfterMilliseconds: Int?
  /// All that was tried, in order.
  public var attempts: [ModelAttempt]

  /// - Parameters: As the properties say.
  public init(
    _ kind: Kind, model: String, detail: String = "", said: String = "",
    retryAfterMilliseconds: Int? = nil, attempts: [ModelAttempt] = []
  ) {
    self.kind = kind
    self.model = model
    self.detail = detail
    self.said = said
    self.retryAfterMilliseconds = retryAfterMilliseconds
    self.attempts = attempts
  }
}

extension ModelError.Kind {
  /// Whether the same request may succeed a little later.
  public var isTransient: Bool {
    switch self {
    case .rateLimited, .overloaded, .serverFailure, .unreachable, .timeout, .cutOff,
      .invalidResponse:
      true
    case .authentication, .exhaustedCredit, .contextTooLong, .refused, .invalidRequest, .notFound,
      .circuitOpen, .cancelled:
      false
    }
  }

  fileprivate var words: (what: String, remedy: String) {
    switch self {
    case .authentication: ("the key is not accepted", "check it, and what it may do")
    case .exhaustedCredit: ("the account has no credit left", "see the provider's billing page")
    case .rateLimited: ("too many requests or tokens", "wait, or raise the provider's limit")
    case .overloaded: ("the server is overloaded", "try again later")
    case .serverFailure: ("the server failed", "try again later")
    case .contextTooLong: ("the conversation is too long for the model", "send less of it")
    case .refused: ("the model will not answer this", "hand the conversation to a person")
    case .invalidRequest: ("the server does not take the request", "check the model's settings")
    case .notFound: ("there is no such model there", "check the model's name and the base URL")
    case .unreachable: ("the server cannot be reached", "check the base URL and the network")
    case .timeout: ("the time was up", "try again, or allow more time")
    case .cutOff: ("the answer ended in the middle", "try again")
    case .invalidResponse: ("the answer cannot be used", "try again, or take another model")
    case .circuitOpen: ("the provider failed too often and is left alone", "try again later")
    case .cancelled: ("the call was cancelled", "")
    }
  }
}

extension ModelError: CustomStringConvertible, CustomDebugStringConvertible {
  /// The error in words, with what to do; nothing of the conversation, and safe to log.
  public var description: String {
    let (what, remedy) = kind.words
    return "\(model): \(what)" + (detail.isEmpty ? "" : " (\(detail))")
      + (remedy.isEmpty ? "" : "; \(remedy)")
  }

  /// The error with what the provider said, which may repeat the conversation.
  public var debugDescription: String {
    said.isEmpty ? description : "\(description); the provider says: \(said)"
  }
}
