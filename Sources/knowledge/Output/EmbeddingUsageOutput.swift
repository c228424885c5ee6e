import CommandInterface
import Platform
import RPC

/// What a model was asked and what that cost, for machines and for people.
enum EmbeddingUsageOutput {
  static func json(_ usage: EmbeddingUsage, _ writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("model")
    writer.string(usage.model)
    for (key, value) in [
      ("texts", usage.texts), ("tokens", usage.tokens),
      ("estimated_tokens", usage.estimatedTokens), ("cut_texts", usage.cutTexts),
      ("requests", usage.requests), ("retries", usage.retries), ("failures", usage.failures),
    ] {
      writer.key(key)
      writer.integer(value)
    }
    // A text, for a number would be rounded.
    writer.key("cost_usd")
    if let cost = usage.picodollars { writer.string(dollars(cost)) } else { writer.null() }
    writer.endObject()
  }

  static func line(_ usage: EmbeddingUsage) -> String {
    var parts = [
      Quantity.noun(usage.texts, "text"),
      Quantity.noun(usage.tokens, "token")
        + (usage.estimatedTokens > 0
          ? " (\(Quantity.count(usage.estimatedTokens)) estimated)" : ""),
    ]
    if usage.cutTexts > 0 { parts.append("\(Quantity.count(usage.cutTexts)) cut") }
    if usage.requests > 0 {
      parts.append(Quantity.noun(usage.requests, "request"))
      if usage.failures > 0 { parts.append("\(Quantity.count(usage.failures)) failed") }
      if usage.retries > 0 { parts.append("\(Quantity.count(usage.retries)) sent again") }
      parts.append(usage.picodollars.map { "$\(dollars($0))" } ?? "price not known")
    }
    return "\(DisplayText.cleaned(usage.model)): " + parts.joined(separator: ", ")
  }

  /// Dollars with as many digits as the amount has, two at least: `0.0000042`, `1.50`.
  static func dollars(_ picodollars: UInt64) -> String {
    let (whole, rest) = picodollars.quotientAndRemainder(dividingBy: 1_000_000_000_000)
    let digits = String(rest)
    var fraction = String(repeating: "0", count: 12 - digits.count) + digits
    while fraction.count > 2, fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(whole).\(fraction)"
  }
}
