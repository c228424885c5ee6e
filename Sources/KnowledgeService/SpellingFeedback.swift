import Platform
import RPC
import Truth

/// What became of spelling corrections: recorded, and reported.
extension KnowledgeCore {
  /// Outcomes of one request.
  private static let outcomeLimit = 100
  /// Outcomes that a report is made of: the newest.
  private static let reportedCount = 10_000

  /// Records outcomes. What is rejected, or changed to something else, is not proposed again.
  func record(
    _ request: SpellFeedbackRequest, for principal: Principal
  ) throws(RPCRefusal) -> SpellFeedbackReply {
    let business = try business(of: principal)
    let outcomes = request.outcomes
    guard (1...Self.outcomeLimit).contains(outcomes.count) else {
      throw .outOfRange("outcomes", actual: outcomes.count, limit: Self.outcomeLimit)
    }
    var records: [CorrectionRecord] = []
    for (place, outcome) in outcomes.enumerated() {
      guard let kind = outcome.kind.storedName else {
        throw .invalid("outcomes[\(place)].kind", "\(outcome.kind) is not known")
      }
      guard let name = outcome.outcome.storedName else {
        throw .invalid("outcomes[\(place)].outcome", "\(outcome.outcome) is not known")
      }
      records.append(
        CorrectionRecord(
          original: outcome.original, replacement: outcome.replacement, kind: kind,
          confidence: Float(outcome.confidence), outcome: name,
          changedTo: outcome.changedTo.isEmpty ? nil : outcome.changedTo,
          language: outcome.language))
    }
    let xid = try writing { () throws(TruthError) in
      try entries.record(records, business: business)
    }
    let rejected = words.vocabulary(of: business).rejected
    for record in records {
      rejected.note(
        record.original, record.replacement, isRejected: record.outcome != "accepted")
    }
    return SpellFeedbackReply(recorded: UInt64(records.count), xid: xid ?? 0)
  }

  /// How right the newest corrections of a business were; nil while the database is away.
  func spellingStatistics(of business: UUID) -> SpellingStats? {
    guard freshness.moment.trouble?.cause != .database,
      let newest = try? entries.corrections(business: business, limit: Self.reportedCount)
    else { return nil }
    var stats = SpellingStats()
    // By tenths of confidence.
    var bins = [(confidence: Double, accepted: Double)](repeating: (0, 0), count: 10)
    for record in newest {
      let bin = min(9, Int(record.confidence * 10))
      bins[bin].confidence += Double(record.confidence)
      switch record.outcome {
      case "accepted":
        stats.accepted += 1
        bins[bin].accepted += 1
      case "changed": stats.changed += 1
      default: stats.rejected += 1
      }
    }
    if newest.isEmpty { return stats }
    stats.accuracy = Double(stats.accepted) / Double(newest.count)
    stats.calibrationError =
      bins.reduce(0) { $0 + abs($1.confidence - $1.accepted) } / Double(newest.count)
    return stats
  }
}

extension SpellingKind {
  /// As the truth calls it; nil where it is not known.
  fileprivate var storedName: String? {
    switch self {
    case .respelled: "respelled"
    case .split: "split"
    case .joined: "joined"
    default: nil
    }
  }
}

extension SpellingOutcome {
  /// As the truth calls it; nil where it is not known.
  fileprivate var storedName: String? {
    switch self {
    case .accepted: "accepted"
    case .rejected: "rejected"
    case .changed: "changed"
    default: nil
    }
  }
}
