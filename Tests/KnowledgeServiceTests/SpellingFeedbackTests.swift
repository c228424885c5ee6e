import Platform
import RPC
import Spelling
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

  @Test func `a rejected correction is not proposed again, to this business alone`() throws {
    let node = try TestNode()
    let (one, other) = (try node.tenant("one"), try node.tenant("other"))
    let (mine, theirs) = (try node.client(one), try node.client(other))
    func readings(_ client: RPCClient) throws -> [String] {
      let reply = try client.spell(SpellRequest(text: "my ordr", threshold: 0))
      return (reply.changes + reply.questions).map(\.replacement)
    }
    func tell(_ client: RPCClient, _ outcome: SpellingOutcome) throws {
      _ = try client.spellFeedback(
        SpellFeedbackRequest(outcomes: [
          report(outcome, 0.9, to: outcome == .changed ? "odour" : "")
        ]))
    }
    #expect(try readings(mine) == ["order"])
    try tell(mine, .rejected)
    #expect(try !readings(mine).contains("order"))
    // What was said last holds.
    try tell(mine, .accepted)
    #expect(try readings(mine) == ["order"])
    // Of what was said before anything was asked, the truth knows.
    try tell(theirs, .accepted)
    try tell(theirs, .changed)
    #expect(try node.entries.rejections(business: other.id, limit: 10).count == 1)
    #expect(try !readings(theirs).contains("order") && readings(mine) == ["order"])
  }

  @Test func `rejections are read once in a while, and what comes meanwhile is not lost`() throws {
    let rejected = RejectedCorrections()
    var some = Rejections()
    some.note("ordr", "order", isRejected: true)
    let first = try #require(rejected.turn(now: 1))
    #expect(rejected.turn(now: 2) != nil && rejected.current.isEmpty)
    rejected.put(some, first)
    #expect(rejected.current == some && rejected.turn(now: 3) == nil)
    let second = try #require(rejected.turn(now: 60_000_000_000))
    #expect(rejected.turn(now: 60_000_000_001) == nil)
    rejected.note("teh", "tea", isRejected: true)
    rejected.put(some, second)
    #expect(rejected.current.contains("teh", "tea"))
    #expect(rejected.turn(now: 60_000_000_002) != nil)
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
