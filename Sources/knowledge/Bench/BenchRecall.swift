import CommandInterface
import RPC

/// How much of the true nearest a search finds, measured against exact answers.
struct BenchRecall: Sendable, Equatable {
  /// Mean share over the queries, 0...1.
  var mean = 1.0
  /// The worst query's share.
  var lowest = 1.0
  var queryCount = 0

  /// Two scores that differ by no more than this are ties: float32 rounding at any dimension.
  static let tolerance = 1e-5

  /// Asks each query twice, as the plan says and exactly.
  ///
  /// - Returns: nil where nothing is to be measured.
  static func measure(
    _ plan: BenchPlan, on service: any Service, isInterrupted: () -> Bool
  ) throws(CommandError) -> BenchRecall? {
    var sum = 0.0
    var result = BenchRecall()
    // Spread over the texts, so that a sorted file does not bias the sample.
    let count = min(plan.recallSample, plan.texts.count)
    for number in 0..<count where !isInterrupted() {
      var request = plan.searchRequest(number * plan.texts.count / count)
      request.omitContent = true
      let found = try service.call(.search, request, for: SearchReply.self)
      request.exact = true
      let truth = try service.call(.search, request, for: SearchReply.self)
      let share = share(of: truth.hits, in: found.hits)
      sum += share
      result.lowest = min(result.lowest, share)
      result.queryCount += 1
    }
    guard result.queryCount > 0 else { return nil }
    result.mean = sum / Double(result.queryCount)
    return result
  }

  /// The share of the true hits that were found; another row of the same score counts as well as
  /// the one that the order by id chose.
  static func share(of truth: [Hit], in found: [Hit]) -> Double {
    guard let worst = truth.last?.score else { return 1 }
    let ids = Set(truth.map { $0.entry?.id ?? [] })
    let right = found.prefix(truth.count).count {
      ids.contains($0.entry?.id ?? []) || $0.score >= worst - tolerance
    }
    return Double(right) / Double(truth.count)
  }
}
