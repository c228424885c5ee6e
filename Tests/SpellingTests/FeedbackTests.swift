import Testing

@testable import Spelling

@Suite struct FeedbackTests {
  private func feedback(_ confidence: Double, _ outcome: CorrectionOutcome) -> SpellingFeedback {
    SpellingFeedback(
      original: "ordr", replacement: "order", kind: .respelled, confidence: confidence,
      outcome: outcome)
  }

  @Test func `a report counts outcomes and how far confidences are from them`() throws {
    var report = SpellingReport()
    #expect(report.accuracy == nil)
    #expect(report.calibrationError == nil)
    for _ in 0..<9 { report.add(feedback(0.9, .accepted)) }
    report.add(feedback(0.9, .rejected))
    #expect(report.accuracy == 0.9)
    #expect(try #require(report.calibrationError) < 1e-9)
    report.add(feedback(1, .changed(to: "border")))
    #expect(report.count == 11)
    #expect((report.accepted, report.rejected, report.changed) == (9, 1, 1))
    #expect(report.bins[9].count == 11)
    report.add(feedback(0, .rejected))
    #expect(report.bins[0].count == 1)
  }

  @Test func `outcomes are kept by name`() {
    for outcome in [CorrectionOutcome.accepted, .rejected, .changed(to: "x")] {
      var word: String?
      if case .changed(let to) = outcome { word = to }
      #expect(CorrectionOutcome(name: outcome.name, changedTo: word) == outcome)
    }
    #expect(CorrectionOutcome(name: "changed", changedTo: nil) == nil)
    #expect(CorrectionOutcome(name: "accepted", changedTo: "x") == nil)
    #expect(CorrectionOutcome(name: "", changedTo: nil) == nil)
  }
}
