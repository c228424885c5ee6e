import Glibc

/// How probable it is that the best reading is what was meant.
struct Confidence {
  /// What is known of a reading.
  struct Evidence: Sendable {
    /// How much better it is than the next, in nats.
    var margin: Float = 0
    /// What the error costs.
    var cost: Float = 0
    /// The natural logarithm of its probability.
    var logProbability: Float = 0
    /// Letters typed.
    var length: Float = 0
    var distance: Float = 0
    var soundsAlike = false
    /// Two words for one.
    var isSplit = false
    /// What the neighbours say for it, in nats.
    var context: Float = 0
    /// The typed word looks like a name or a code.
    var isName = false
  }

  /// More is not counted, and a single reading has it.
  static let marginLimit: Float = 8

  /// Logistic regression, fitted by confidence.py on errors and on unknown words that are none.
  static func probability(_ evidence: Evidence) -> Double {
    let margin = min(evidence.margin, marginLimit)
    var sum: Float = LearnedConfidence.bias
    sum += LearnedConfidence.margin * margin
    sum += LearnedConfidence.cost * evidence.cost
    sum += LearnedConfidence.logProbability * evidence.logProbability
    sum += LearnedConfidence.length * min(evidence.length, 14)
    sum += LearnedConfidence.distance * evidence.distance
    sum += LearnedConfidence.costPerLetter * evidence.cost / max(evidence.length, 1)
    sum += LearnedConfidence.soundsAlike * (evidence.soundsAlike ? 1 : 0)
    if evidence.isSplit {
      sum += LearnedConfidence.split
      sum += LearnedConfidence.splitLogProbability * evidence.logProbability
    }
    // A nat of evidence is a nat.
    sum += evidence.context
    if evidence.isName { sum -= 2 }
    return Double(1 / (1 + exp(-sum)))
  }
}

/// Weights of ``Confidence``, as `Sources/CWordLists/confidence.py` fits them.
enum LearnedConfidence {
  static let bias: Float = 0.182
  static let margin: Float = 0.352
  static let cost: Float = -0.477
  static let logProbability: Float = 0.293
  static let length: Float = 0.731
  static let distance: Float = 0.111
  static let costPerLetter: Float = 0.303
  static let soundsAlike: Float = -0.869
  static let split: Float = 1.840
  static let splitLogProbability: Float = 0.536
}
