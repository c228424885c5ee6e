import Glibc

/// How probable it is that the best reading is what was meant.
struct Confidence {
  /// What is known of a reading.
  struct Evidence: Equatable, Sendable {
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
    /// What the neighbours say for it, in nats.
    var context: Float = 0
    /// The typed word looks like a name or a code.
    var isName = false
  }

  /// Logistic regression, fitted by train.py on errors and on unknown words that are none.
  static func probability(_ evidence: Evidence) -> Double {
    let margin = min(evidence.margin, 8)
    var sum: Float = LearnedConfidence.bias
    sum += LearnedConfidence.margin * margin
    sum += LearnedConfidence.cost * evidence.cost
    sum += LearnedConfidence.logProbability * evidence.logProbability
    sum += LearnedConfidence.length * min(evidence.length, 14)
    sum += LearnedConfidence.distance * evidence.distance
    sum += LearnedConfidence.costPerLetter * evidence.cost / max(evidence.length, 1)
    sum += LearnedConfidence.soundsAlike * (evidence.soundsAlike ? 1 : 0)
    sum += 0.5 * evidence.context
    if evidence.isName { sum -= 2 }
    return Double(1 / (1 + exp(-sum)))
  }
}

/// Weights of ``Confidence``.
enum LearnedConfidence {
  static let bias: Float = 3.5
  static let margin: Float = 0.6
  static let cost: Float = -0.25
  static let logProbability: Float = 0.25
  static let length: Float = 0.25
  static let distance: Float = -0.5
  static let costPerLetter: Float = -1.0
  static let soundsAlike: Float = 0.3
}
