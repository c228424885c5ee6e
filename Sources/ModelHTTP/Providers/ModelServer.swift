import Agent
import HTTP
import Platform
import Synchronization

/// A provider with its connections and its circuit breaker, which all of its models share.
///
/// Calls block the threads that make them; there is no thread of its own.
public final class ModelServer: Sendable {
  let settings: ProviderSettings
  let clock: HTTPClock
  let client: HTTPClient
  private let base: String
  private let breaker: Mutex<CircuitBreaker>
  /// What models were found to refuse, by their names.
  private let learned = Mutex<[String: ModelTraits]>([:])

  /// Asks nothing yet.
  ///
  /// - Parameters:
  ///   - settings: Where it is, and how it is asked.
  ///   - clock: Time and chance.
  ///   - idleLimit: Connections kept open for later calls.
  /// - Throws: ``InvalidProvider``.
  public init(
    _ settings: ProviderSettings, clock: HTTPClock = .system, idleLimit: Int = 16
  ) throws(InvalidProvider) {
    base = try settings.checkedBase()
    self.settings = settings
    self.clock = clock
    client = HTTPClient(idleLimit: idleLimit)
    breaker = Mutex(CircuitBreaker(settings.breaker))
  }

  /// What traces call it.
  public var name: String { settings.name }

  /// One of its models.
  ///
  /// - Parameter model: The provider's name of it, or the deployment's: 1 to 256 bytes.
  /// - Throws: ``InvalidProvider`` where it cannot be a name.
  public func model(_ model: String) throws(InvalidProvider) -> RemoteLanguageModel {
    guard (1...256).contains(model.utf8.count),
      model.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else {
      throw InvalidProvider(
        description: "a model's name must be 1 to 256 visible ASCII characters without spaces")
    }
    return RemoteLanguageModel(server: self, model: model)
  }

  var dialect: any ModelDialect {
    switch settings.interface {
    case .chatCompletions, .azure: ChatCompletions()
    case .anthropic: AnthropicMessages(cachesPrompt: settings.cachesPrompt)
    }
  }

  /// Where a model is asked.
  func url(model: String) -> String {
    switch settings.interface {
    case .chatCompletions: base + "/chat/completions"
    case .azure(let version):
      "\(base)/openai/deployments/\(Self.escaped(model))/chat/completions?api-version=\(version)"
    case .anthropic: base + "/messages"
    }
  }

  /// Where the models are listed.
  func listURL(after last: String?) -> String {
    switch settings.interface {
    case .chatCompletions: base + "/models"
    case .azure(let version): "\(base)/openai/models?api-version=\(version)"
    case .anthropic:
      base + "/models?limit=1000" + (last.map { "&after_id=\(Self.escaped($0))" } ?? "")
    }
  }

  /// What every request has: the key, authorities, limits.
  func request(_ url: String) -> HTTPRequest {
    var request = HTTPRequest(url)
    request.bodyByteLimit = settings.limits.answerBytes
    request.authoritiesPath = settings.authoritiesPath
    switch settings.interface {
    case .chatCompletions:
      if let key = settings.key {
        request.headers.append(key.header("Authorization", scheme: "Bearer"))
      }
    case .azure:
      if let key = settings.key { request.headers.append(key.header("api-key")) }
    case .anthropic:
      if let key = settings.key { request.headers.append(key.header("x-api-key")) }
      request.headers.append(.init("anthropic-version", "2023-06-01"))
    }
    return request
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        escaped += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return escaped
  }

  // MARK: What calls share

  var now: Int { clock.nowMilliseconds() }

  /// Leave to ask, or how long the provider is left alone.
  func permit() -> Result<CircuitBreaker.Permit, ModelFault> {
    let now = now
    return breaker.withLock { breaker in
      if let permit = breaker.permit(now: now) { return .success(permit) }
      return .failure(
        ModelFault(
          .circuitOpen, "\(settings.name)",
          retryAfterMilliseconds: breaker.waitMilliseconds(now: now)
        ))
    }
  }

  func end(_ permit: CircuitBreaker.Permit, failure: ModelError.Kind?, begun: Int) {
    let now = now
    breaker.withLock { $0.end(permit, failure: failure, after: now - begun, now: now) }
  }

  /// What a model takes, as far as it is known.
  func traits(_ model: String) -> ModelTraits {
    learned.withLock { $0[model] } ?? settings.traits
  }

  func learn(_ traits: ModelTraits, of model: String) {
    learned.withLock { if $0.count < 1000 { $0[model] = traits } }
  }
}
