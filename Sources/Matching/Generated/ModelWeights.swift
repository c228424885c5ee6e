// Written by Benchmarks/peers/matching_train.py; do not edit.

/// Learned on one half of a catalogue's queries (matching_data.py).
enum ModelWeights {
  /// A weight for each feature, in the order of ``Features/Name``.
  static let features: [Float] = [
    0.0000,  // cosine
    0.0000,  // edit
    0.0000,  // editOfQuery
    0.0000,  // editOfName
    0.0000,  // queryCovered
    0.0000,  // nameCovered
    5.0314,  // queryCoveredEarly
    1.6583,  // nameCoveredEarly
    0.0000,  // codesCovered
    -0.4254,  // codesMissing
    0.7541,  // firstCodeOfQuery
    0.8031,  // firstCodeOfName
    -0.9651,  // codesDiffer
    0.3116,  // numbersCovered
    -1.0432,  // numbersDiffer
    0.0000,  // sizesCovered
    -1.6972,  // sizesDiffer
    0.0000,  // tailCovered
    -1.5953,  // tailsAlike
    0.0000,  // firstWord
    0.0000,  // firstWordOfName
    0.0000,  // lengthRatio
    -1.5066,  // rarestMissing
    0.0000,  // rarestExtra
    0.7135,  // rarestShared
    0.0000,  // alias
    0.3000,  // attribute
    0.9656,  // cosineShare
    1.3506,  // whole
    0.0000,  // wordsShared
    0.0000,  // abbreviations
    0.0000,  // nearCode
  ]
  /// Of the confidence: score, lead, behind, cosine,
  /// queryCovered, nameCovered, edit, whole, and 1.
  static let confidence: [Float] = [
    0.1984,
    0.6907,
    -0.0034,
    0.0000,
    0.0000,
    0.0000,
    0.0000,
    1.4740,
    -2.3572,
  ]
}
