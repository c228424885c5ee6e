/// What the items found for one query say together about each of them being the one that is meant.
///
/// A confidence is the logistic function of a sum over small decision trees (``ModelWeights``),
/// which `matching_train.py` learns on one half of a catalogue's queries.
struct Evidence {
  /// What differences of scores count at most, and where there is no such item.
  private static let greatestLead: Float = 3
  private static let greatestGap: Float = 4
  /// An item within so much of the best score is near.
  private static let nearDistance: Float = 1
  /// Features of a name, behind the six of the query.
  private static let shown: [Features.Name] = [
    .whole, .queryCovered, .nameCovered, .cosine, .rarestMissing, .rarestExtra, .rarestShared,
    .numbersDiffer,
  ]

  private let best: Float
  private let next: Float?
  /// The logarithm of the sum of all scores' exponentials.
  private let total: Float
  private let near: Float
  private let gap: Float
  private let size: Float
  /// Items with the best score: of two that fit alike, none is meant in more than half of cases.
  private let equals: Float

  /// - Parameters:
  ///   - ranked: The best name of each item, best first.
  ///   - nameCount: Names of the catalogue.
  init(_ ranked: [Found], nameCount: Int) {
    best = ranked.first?.score ?? 0
    next = ranked.count > 1 ? ranked[1].score : nil
    gap = ranked.count > 4 ? min(best - ranked[4].score, Self.greatestGap) : Self.greatestGap
    var sum: Float = 0
    var count: Float = 0
    var equals: Float = 0
    for each in ranked {
      sum += Logarithm.exponential(each.score - best)
      if each.score > best - Self.nearDistance { count += 1 }
      if each.score == best { equals += 1 }
    }
    self.equals = max(equals, 1)
    total = best + Logarithm.of(max(sum, 1))
    near = Logarithm.of(max(count, 1))
    size = Logarithm.of(Float(max(nameCount, 1)))
  }

  /// How sure it is that an item is meant, 0...1.
  func confidence(of found: Found) -> Float {
    let isBest = found.score == best
    let lead =
      isBest
      ? next.map { min(best - $0, Self.greatestLead) } ?? Self.greatestLead : found.score - best
    var values = InlineArray<14, Float>(repeating: 0)
    values[0] = found.score
    values[1] = lead
    values[2] = found.score - total
    values[3] = near
    values[4] = gap
    values[5] = size
    for (place, name) in Self.shown.enumerated() { values[6 + place] = found.features[name] }
    if isBest {
      let sum = ModelWeights.firstBase + Self.sum(ModelWeights.first, values)
      return min(Logarithm.logistic(sum), 1 / equals)
    }
    return Logarithm.logistic(ModelWeights.othersBase + Self.sum(ModelWeights.others, values))
  }

  /// The sum of trees of three levels: each has seven times the number of a value and the greatest
  /// that goes left, level by level, then eight leaves.
  private static func sum(_ trees: [Float], _ values: InlineArray<14, Float>) -> Float {
    var sum: Float = 0
    for tree in stride(from: 0, to: trees.count, by: 22) {
      var node = 0
      for _ in 0..<3 {
        let place = tree + 2 * node
        node = 2 * node + (values[Int(trees[place])] <= trees[place + 1] ? 1 : 2)
      }
      sum += trees[tree + 14 + node - 7]
    }
    return sum
  }
}
