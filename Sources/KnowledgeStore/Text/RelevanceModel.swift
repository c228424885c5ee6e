/// Weights and thresholds of ``Relevance``, made by Benchmarks/peers/relevance.py.
enum RelevanceModel {
  static let bias = -4.28094
  /// By ``Relevance/features(_:)``.
  static let weights = [
    0.355132, 4.28306, -0.267344, -2.6378, 0.28005, 0.122917,
  ]
  static let wordBias = -5.15234
  /// The same for words alone.
  static let wordWeights = [
    0, 6.1164, -0.0858155, -2.63969, 0.780991, 0.255549,
  ]
  /// Parts of questions without an answer, and the logit that so many of them have a hit above.
  static let rates = [
    0.001, 0.003, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.5,
  ]
  static let thresholds = [
    0.772317, 0.124158, -1.10857, -1.70787, -1.98289, -2.33474, -2.60086, -2.83321, -3.13948,
    -3.43595, -3.85167,
  ]
  static let wordThresholds = [
    0.656233, -0.559714, -1.39848, -1.84501, -2.06627, -2.37088, -2.63934, -2.89133, -3.2116,
    -3.46168, -3.77595,
  ]
}
