import Platform
import RPC
import TestSupport
import Testing
import Truth

@testable import KnowledgeService

/// Outcomes of corrections over the socket: recorded, reported, refused.
@Suite struct SpellingFeedbackTests {
  private func report(
    _ outcome: SpellingOutcome, _ confidence: Double, to word: String = ""
  ) -> SpellingOutcomeReport {
    SpellingOutcomeReport(
      original: "ordr", replacement: "order", kind: .respelled, confidence: confidence,
      outcome: outcome, changedTo: word, language: "en")
  }

  @Test func `outcomes are counted for the business that reported them`() throws {
    let node = try TestNode()
    let (one, other) = (try node.tenant("one"), try node.tenant("other"))
    let client = try node.client(one)
    #expect(try client.stats().spelling == SpellingStats())
    let reply = try client.spellFeedback(
      SpellFeedbackRequest(outcomes: [
        report(.accepted, 0.75), report(.accepted, 0.75), report(.rejected, 0.75),
        report(.changed, 0.25, to: "odour"),
      ]))
    #expect(reply.recorded == 4 && reply.xid > 0)
    let stats = try #require(try client.stats().spelling)
    #expect(stats.accepted == 2 && stats.rejected == 1 && stats.changed == 1)
    #expect(stats.accuracy == 0.5)
    // Three said 0.75 and two were right, one said 0.25 and was not: (0.25 + 0.25) / 4.
    #expect(stats.calibrationError == 0.125)
    #expect(try node.client(other).stats().spelling == SpellingStats())
    #expect(try node.client().stats().spelling == nil)
    #expect(try node.client(business: "one").stats().spelling == stats)
  }

  @Test func `what is no outcome, or more than a word, is refused whole`() throws {
    let node = try TestNode()
    let client = try node.client(try node.tenant("one"))
    let good = report(.accepted, 1)
    var long = good
    long.original = String(repeating: "x", count: 101)
    var secret = good
    secret.replacement = "jo@example.com"
    for outcomes in [
      [], [good, report(.unspecified, 1)], [report(.accepted, 2)], [report(.accepted, .nan)],
      [report(.changed, 1)], [report(.accepted, 1, to: "x")], [good, long], [secret],
      [report(SpellingOutcome(rawValue: 77), 1)], [SpellingOutcomeReport()],
      Array(repeating: good, count: 101),
    ] {
      let refused = refusal {
        try client.spellFeedback(SpellFeedbackRequest(outcomes: outcomes))
      }
      #expect(refused?.code == .invalidArgument, "\(outcomes.count) \(outcomes.last as Any)")
      #expect(refused?.message.isEmpty == false)
    }
    #expect(try client.stats().spelling == SpellingStats())
    #expect(
      refusal { try node.client().spellFeedback(SpellFeedbackRequest(outcomes: [good])) } != nil)
  }
}
