/// From features to scores: a sum with the weights of ``ModelWeights``.
enum Model {
  /// Sets the scores.
  static func score(_ found: inout [Found]) {
    for place in found.indices {
      var sum: Float = 0
      for feature in 0..<Features.count {
        sum += ModelWeights.features[feature] * found[place].features[feature]
      }
      found[place].score = sum
    }
  }
}
