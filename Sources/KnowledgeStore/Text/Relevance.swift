import Glibc

/// What all words of a query are worth in a collection, by how rare they are.
struct QueryWords {
  /// The greatest score that an entry could have; 0 where there are no words.
  var ceiling = 0.0
  /// The part of it that words with a digit have.
  var codes = 0.0
  /// The part of it that words have which no entry has.
  var unknown = 0.0
  /// Different words.
  var wordCount = 0
  /// Entries of the collection.
  var entryCount = 0
}

/// What speaks for an entry being an answer to a query, in numbers that depend neither on how many
/// hits are asked for nor on the filter.
struct RelevanceEvidence {
  var query = QueryWords()
  var words = WordShare()
  /// The cosine of query and nearest chunk, and those of other entries' rows; nil where the query
  /// has no vector.
  var vector: (cosine: Double, mean: Double, deviation: Double)?

  /// Part of the query's words that the entry has, 0...1.
  var coverage: Double { query.ceiling > 0 ? min(1, words.covered / query.ceiling) : 0 }
  /// The part that the score is of the greatest one, 0..<1.
  var share: Double { query.ceiling > 0 ? min(1, words.score / query.ceiling) : 0 }
}

/// How likely it is that an entry answers a query.
///
/// A logistic function of what speaks for it (``features``), with weights that were learned from
/// labelled questions with and without an answer (``RelevanceModel``). It is a probability where
/// questions are like those, every second with an answer in the collection; elsewhere a score that
/// grows with what speaks for the entry, and that compares across queries.
public struct Relevance: Sendable {
  /// Of queries without an answer, the part that gets one all the same, unless told otherwise.
  public static let standardFalseAnswerRate = 0.05
  /// The greatest part that can be asked for.
  public static let greatestFalseAnswerRate = 0.5

  /// The logarithm of the odds.
  let logit: Double
  /// 0...1.
  var probability: Double { Self.probability(logit) }

  /// What nothing speaks for.
  init() { logit = -.infinity }

  init(_ evidence: RelevanceEvidence) {
    let weights =
      evidence.vector == nil ? RelevanceModel.wordWeights : RelevanceModel.weights
    var sum = evidence.vector == nil ? RelevanceModel.wordBias : RelevanceModel.bias
    for (weight, value) in zip(weights, Self.features(evidence)) { sum += weight * value }
    // Numbers of a damaged file speak for nothing.
    logit = sum.isFinite ? sum : -.infinity
  }

  /// The relevance from which hits are good enough.
  ///
  /// - Parameters:
  ///   - falseAnswerRate: Of queries without an answer the part that may have a hit above it.
  ///   - hasVector: Whether meaning counts.
  static func threshold(falseAnswerRate: Double, hasVector: Bool) -> Double {
    let rates = RelevanceModel.rates
    let logits = hasVector ? RelevanceModel.thresholds : RelevanceModel.wordThresholds
    let rate = min(max(falseAnswerRate, rates[0]), rates[rates.count - 1])
    let next = rates.firstIndex { $0 >= rate } ?? rates.count - 1
    guard next > 0 else { return probability(logits[0]) }
    let part = log(rate / rates[next - 1]) / log(rates[next] / rates[next - 1])
    return probability(logits[next - 1] + part * (logits[next] - logits[next - 1]))
  }

  private static func probability(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }

  /// What the weights are for: how many deviations the cosine is above those of other entries; the
  /// part of the words that the entry has; how many entries there are; the parts of words with a
  /// digit that it lacks, and of words that no entry has; and how many words there are.
  static func features(_ evidence: RelevanceEvidence) -> [Double] {
    let query = evidence.query
    func part(_ worth: Double) -> Double { query.ceiling > 0 ? worth / query.ceiling : 0 }
    var distance = 0.0
    if let (cosine, mean, deviation) = evidence.vector {
      distance = (cosine - mean) / max(deviation, 1e-6)
    }
    return [
      distance, evidence.coverage, log(Double(max(1, query.entryCount))),
      part(max(0, query.codes - evidence.words.coveredCodes)), part(query.unknown),
      log(Double(max(1, query.wordCount))),
    ]
  }
}
