/// From features to scores and confidences: sums with the weights of ``ModelWeights``.
enum Model {
  /// What the lead over the next name is at most, and where there is no next name.
  private static let greatestLead: Float = 3

  /// What a similarity of meaning weighs: set by hand, as no labelled catalogue has one.
  private static let semanticWeight: Float = 2

  /// Sets the scores.
  static func score(_ found: inout [Found]) {
    for place in found.indices {
      var sum: Float = 0
      for feature in 0..<Features.count {
        sum += ModelWeights.features[feature] * found[place].features[feature]
      }
      // A meaning that the caller knows of counts like a cosine of words.
      if let semantic = found[place].semantic, semantic.isFinite {
        sum += semanticWeight * max(0, min(1, semantic))
      }
      found[place].score = sum
    }
  }

  /// How sure it is that an item is meant.
  ///
  /// - Parameters:
  ///   - each: The item's best name.
  ///   - best: The score of the best item.
  ///   - next: The score of the second item, where `each` is the best; nil where there is none.
  static func confidence(_ each: Found, isBest: Bool, best: Float, next: Float?) -> Float {
    let lead = isBest ? next.map { min(each.score - $0, greatestLead) } ?? greatestLead : 0
    let rows: InlineArray<9, Float> = [
      each.score, lead, each.score - best, each.features[.cosine],
      each.features[.queryCovered], each.features[.nameCovered], each.features[.edit],
      each.features[.whole], 1,
    ]
    var sum: Float = 0
    for place in 0..<9 { sum += rows[place] * ModelWeights.confidence[place] }
    return Logarithm.logistic(sum)
  }
}
