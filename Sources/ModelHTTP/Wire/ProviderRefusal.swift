import Agent
import HTTP
import Platform

/// What providers say when they refuse, in a body of its own or in the middle of a stream, and the
/// kind of error that this is.
///
/// Codes and types count before the status, for several providers use one status for different
/// things: 429 for an empty account (OpenAI), 400 for it (Anthropic), 403 for a conversation that
/// is too long (Together AI). Where there is no code, only the words are left to tell.
struct ProviderRefusal: Equatable {
  /// All of `code`, `type` and the like, lower case.
  private(set) var codes: [String] = []
  private(set) var message = ""
  private(set) var parameter: String?
  /// A status that stands in the body, as vLLM and llama.cpp write it.
  private(set) var status: Int?

  /// Reads a body, whatever it is.
  init(_ body: [UInt8]) {
    let limits = JSONLimits(depth: 16, byteCount: 64 << 10)
    self.init((try? JSON.parse(body, limits: limits)) ?? .null)
  }

  /// Reads an object that has the member `error`, or is the error itself.
  init(_ json: JSON) {
    let error = json["error"] ?? json
    let places = [
      error["code"], error["type"], error["details"]?["error_code"], error["innererror"]?["code"],
      error["error_code"],
    ]
    codes = places.compactMap { $0?.string?.lowercased() }.filter { !$0.isEmpty }
    status = error["code"]?.int
    parameter = error["param"]?.string
    message = error.string ?? error["message"]?.string ?? json["message"]?.string ?? ""
  }

  /// The fault.
  ///
  /// - Parameters:
  ///   - answerStatus: The status of the answer; nil for an error within a stream.
  ///   - key: Is taken out of what is said.
  func fault(
    answerStatus: Int?, retryAfterMilliseconds: Int? = nil, key: HTTPSecret?
  ) -> ModelFault {
    let status = answerStatus ?? status
    let kind = kind(status)
    // Codes are logged, so only what can be one.
    let code = codes.first { $0.utf8.count <= 64 && $0.utf8.allSatisfy(Self.isCodeByte) } ?? ""
    let place = answerStatus.map { "HTTP \($0)" } ?? "in the stream"
    var fault = ModelFault(kind, code.isEmpty ? place : "\(place), \(code)")
    // What a provider says of a key may hold a part of it.
    if kind != .authentication {
      fault.said = Self.cleaned(key?.redacted(from: message) ?? message, limit: 300)
    }
    fault.detail = key?.redacted(from: fault.detail) ?? fault.detail
    fault.retryAfterMilliseconds = retryAfterMilliseconds
    fault.status = status
    fault.parameter = parameter
    return fault
  }

  private func kind(_ status: Int?) -> ModelError.Kind {
    for code in codes { if let kind = Self.kinds[code] { return kind } }
    // Words count only where the status leaves the matter open.
    if [nil, 400, 403, 422, 429, 500].contains(status) {
      let words = message.lowercased()
      if Self.creditBeginnings.contains(where: { words.hasPrefix($0) }) { return .exhaustedCredit }
      if Self.contextPhrases.contains(where: { words.contains($0) }) { return .contextTooLong }
    }
    switch status {
    case 401, 403: return .authentication
    case 402: return .exhaustedCredit
    case 404, 405: return .notFound
    case 408, 504: return .timeout
    case 413: return .contextTooLong
    case 429: return .rateLimited
    case 503, 529: return .overloaded
    case let status? where HTTPRetryPolicy.isTransient(status: status): return .serverFailure
    case nil: return codes.lazy.compactMap { Self.kindsInStreams[$0] }.first ?? .serverFailure
    default: return .invalidRequest
    }
  }

  private static let kinds: [String: ModelError.Kind] = [
    "context_length_exceeded": .contextTooLong, "exceed_context_size_error": .contextTooLong,
    "request_too_large": .contextTooLong, "insufficient_quota": .exhaustedCredit,
    "billing_error": .exhaustedCredit, "enforced_spend_limit_reached": .exhaustedCredit,
    "billing_hard_limit_reached": .exhaustedCredit, "insufficient_balance": .exhaustedCredit,
    "billing_not_active": .exhaustedCredit, "content_filter": .refused,
    "content_policy_violation": .refused, "responsibleaipolicyviolation": .refused,
    "model_not_found": .notFound, "deploymentnotfound": .notFound,
    "invalid_api_key": .authentication,
  ]

  /// Types that say what a status says elsewhere.
  private static let kindsInStreams: [String: ModelError.Kind] = [
    "authentication_error": .authentication, "permission_error": .authentication,
    "not_found_error": .notFound, "notfounderror": .notFound, "rate_limit_error": .rateLimited,
    "rate_limit_exceeded": .rateLimited, "overloaded_error": .overloaded,
    "unavailable_error": .overloaded, "api_error": .serverFailure, "server_error": .serverFailure,
    "timeout_error": .timeout, "invalid_request_error": .invalidRequest,
    "badrequesterror": .invalidRequest,
  ]

  /// Of providers that give no code: Anthropic, vLLM, Together AI, older llama.cpp.
  private static let contextPhrases = [
    "maximum context length", "context length is only", "context length of the model",
    "prompt is too long", "input is too long", "exceed context limit",
    "exceeds the available context size", "context size has been exceeded", "context window",
    "max_new_tokens must be", "max_new_tokens` must be",
  ]

  /// Of providers that give no code, Anthropic above all. The message must begin so: an empty
  /// account closes the provider to everybody, and what a message quotes may be a customer's.
  private static let creditBeginnings = [
    "your credit balance is too low", "you have reached your specified api usage limits",
    "you have reached your specified workspace api usage limits", "insufficient balance",
    "insufficient credit", "you exceeded your current quota",
  ]

  private static func isCodeByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// One line without control characters.
  static func cleaned(_ text: String, limit: Int) -> String {
    let line = text.prefix(limit + 1).map {
      $0.isNewline || ($0.asciiValue ?? 32) < 32 || $0.asciiValue == 127 ? " " : $0
    }
    return line.count > limit ? String(line.prefix(limit - 1)) + "…" : String(line)
  }
}
