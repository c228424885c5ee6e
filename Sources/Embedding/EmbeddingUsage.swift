/// What a model was asked and what that cost, since it was made.
public struct EmbeddingUsage: Sendable, Equatable {
  /// Requests sent to a server, retries included; 0 for a model in this process.
  public var requests: UInt64 = 0
  /// Requests that were sent again after a failure.
  public var retries: UInt64 = 0
  /// Requests that failed, whether or not another followed.
  public var failures: UInt64 = 0
  /// Calls that ended in an error.
  public var failedCalls: UInt64 = 0
  /// Texts that were embedded.
  public var texts: UInt64 = 0
  /// Texts that were cut because they were too long for the model.
  public var cutTexts: UInt64 = 0
  /// Tokens that the model or its provider counted, or that were estimated where nobody counts.
  public var tokens: UInt64 = 0
  /// Tokens of ``tokens`` that were estimated.
  public var estimatedTokens: UInt64 = 0
  /// What the tokens cost, in trillionths of a US dollar; nil where the price is not known.
  public var picodollars: UInt64?

  /// Nothing.
  public init() {}

  /// Adds what another instance of the same model was asked.
  public static func += (sum: inout EmbeddingUsage, other: EmbeddingUsage) {
    sum.requests &+= other.requests
    sum.retries &+= other.retries
    sum.failures &+= other.failures
    sum.failedCalls &+= other.failedCalls
    sum.texts &+= other.texts
    sum.cutTexts &+= other.cutTexts
    sum.tokens &+= other.tokens
    sum.estimatedTokens &+= other.estimatedTokens
    if let cost = other.picodollars { sum.picodollars = (sum.picodollars ?? 0) &+ cost }
  }
}
