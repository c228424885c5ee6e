/// What became of a correction, as it is recorded.
public enum CorrectionOutcome: Equatable, Sendable {
  /// It was right.
  case accepted
  /// The original was right.
  case rejected
  /// Something else was right.
  case changed(to: String)

  /// `accepted`, `rejected` or `changed`: what a table keeps.
  public var name: String {
    switch self {
    case .accepted: "accepted"
    case .rejected: "rejected"
    case .changed: "changed"
    }
  }

  /// The outcome that a table kept; nil where the two do not make one.
  public init?(name: String, changedTo: String?) {
    switch (name, changedTo) {
    case ("accepted", nil): self = .accepted
    case ("rejected", nil): self = .rejected
    case ("changed", let word?): self = .changed(to: word)
    default: return nil
    }
  }
}

/// A correction and its outcome: a row of the table of corrections.
public struct SpellingFeedback: Equatable, Sendable {
  /// What stood in the text.
  public var original: String
  /// What it was changed to, or asked for.
  public var replacement: String
  /// What was done.
  public var kind: WordCorrection.Kind
  /// As it was said, 0…1.
  public var confidence: Double
  /// What became of it.
  public var outcome: CorrectionOutcome

  /// - Precondition: `confidence` is within 0…1.
  public init(
    original: String, replacement: String, kind: WordCorrection.Kind, confidence: Double,
    outcome: CorrectionOutcome
  ) {
    precondition(confidence >= 0 && confidence <= 1, "a confidence is within 0…1")
    self.original = original
    self.replacement = replacement
    self.kind = kind
    self.confidence = confidence
    self.outcome = outcome
  }

  /// The outcome of `correction`.
  public init(_ correction: WordCorrection, outcome: CorrectionOutcome) {
    self.init(
      original: correction.original, replacement: correction.replacement, kind: correction.kind,
      confidence: correction.confidence, outcome: outcome)
  }
}

/// How right corrections were, by how sure they said they were.
public struct SpellingReport: Equatable, Sendable {
  /// Corrections whose confidence lies in one tenth.
  public struct Bin: Equatable, Sendable {
    /// Corrections in it.
    public var count = 0
    /// Of them, those that were right.
    public var accepted = 0
    /// The sum of their confidences.
    public var confidence = 0.0
  }

  /// Corrections that were right.
  public private(set) var accepted = 0
  /// Corrections where the original was right.
  public private(set) var rejected = 0
  /// Corrections where something else was right.
  public private(set) var changed = 0
  /// Ten bins of confidence, from 0…0.1 to 0.9…1.
  public private(set) var bins = [Bin](repeating: Bin(), count: 10)

  /// Of nothing yet.
  public init() {}

  /// Corrections whose outcome is known.
  public var count: Int { accepted + rejected + changed }

  /// The share of corrections that were right; nil of none.
  public var accuracy: Double? { count == 0 ? nil : Double(accepted) / Double(count) }

  /// How far confidences are from the share that was right, weighted by bin, 0…1; nil of none.
  public var calibrationError: Double? {
    guard count > 0 else { return nil }
    let sum = bins.reduce(0.0) { $0 + abs($1.confidence - Double($1.accepted)) }
    return sum / Double(count)
  }

  /// Counts an outcome.
  public mutating func add(_ feedback: SpellingFeedback) {
    let bin = min(9, max(0, Int(feedback.confidence * 10)))
    bins[bin].count += 1
    bins[bin].confidence += feedback.confidence
    switch feedback.outcome {
    case .accepted:
      accepted += 1
      bins[bin].accepted += 1
    case .rejected: rejected += 1
    case .changed: changed += 1
    }
  }
}
