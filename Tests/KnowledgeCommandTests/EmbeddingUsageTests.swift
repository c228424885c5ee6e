import Platform
import RPC
import Testing

@testable import knowledge

/// What `stats` says of models that were asked.
@Suite struct EmbeddingUsageTests {
  private static let reply: StatsReply = {
    var embedding = EmbeddingStats()
    embedding.model = "tiny-remote"
    embedding.dimension = 8
    embedding.usage = [
      EmbeddingUsage(
        model: "tiny-remote", texts: 1300, tokens: 45_678, estimatedTokens: 78, cutTexts: 2,
        requests: 12, retries: 3, failures: 4, picodollars: 22_839_000_000),
      EmbeddingUsage(model: "elsewhere", texts: 1, tokens: 3, requests: 1),
      EmbeddingUsage(model: "minilm:bf16", texts: 10, tokens: 99),
    ]
    var reply = StatsReply()
    reply.embedding = embedding
    return reply
  }()

  @Test func `each model has a line`() {
    let lines = StatsOutput.lines(Self.reply, [:], columns: 100, style: .plain)
    #expect(
      lines.contains(
        "      tiny-remote: 1,300 texts, 45,678 tokens (78 estimated), 2 cut, 12 requests, 4 failed, "
          + "3 sent again, $0.022839"), "\(lines)")
    #expect(
      lines.contains("      elsewhere: 1 text, 3 tokens, 1 request, price not known"), "\(lines)")
    #expect(lines.contains("      minilm:bf16: 10 texts, 99 tokens"), "\(lines)")
  }

  @Test func `machines get every figure, and the exact cost as a text`() throws {
    let json = try JSON.parse(StatsOutput.json(Self.reply, [:]).bytes)
    let usage = try #require(json["embedding"]?["usage"]?.array)
    #expect(usage.count == 3 && usage[0]["model"] == .string("tiny-remote"))
    for (key, value) in [
      ("texts", 1300), ("tokens", 45_678), ("estimated_tokens", 78), ("cut_texts", 2),
      ("requests", 12), ("retries", 3), ("failures", 4),
    ] { #expect(usage[0][key]?.int == value, "\(key)") }
    #expect(usage[0]["cost_usd"] == .string("0.022839"))
    #expect(usage[1]["cost_usd"]?.isNull == true)
  }

  @Test(
    arguments: [
      (0, "0.00"), (1, "0.000000000001"), (500_000, "0.0000005"), (1_500_000_000_000, "1.50"),
      (UInt64.max, "18446744.073709551615"),
    ] as [(UInt64, String)])
  func `dollars are exact`(picodollars: UInt64, text: String) {
    #expect(EmbeddingUsageOutput.dollars(picodollars) == text)
  }
}
