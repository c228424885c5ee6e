/// One query's way from bounds to a ranking: what a scan keeps, and what has been scored.
struct Ranking {
  /// Rows that the scan could not rule out and that have no score yet.
  var contenders: Contenders
  private var rerank: Rerank

  /// - Parameters: As of ``Rerank``; a scan gives bounds multiplied by `scale`.
  init(
    query: UnsafeBufferPointer<Float>, scale: QueryScale, sources: [VectorRows], count: Int,
    minimum: Double, kernels: VectorKernels
  ) {
    contenders = Contenders(count: count, minimum: scale.lowered(minimum))
    rerank = unsafe Rerank(
      query: query, scale: scale, sources: sources, count: count, minimum: minimum,
      kernels: kernels)
  }

  /// Scores early where contenders have become too many, so that memory is O(count) whatever the
  /// rows; to be called after each block.
  mutating func relieve() {
    if contenders.isCrowded { rerank.take(&contenders) }
  }

  /// Scores all contenders so far: the last of the best is then the least that others must reach.
  mutating func scoreNow() { rerank.take(&contenders) }

  /// Scores what is left and returns the answer, best first.
  mutating func finish() -> [RankedRow] {
    rerank.take(&contenders)
    return rerank.ranked()
  }
}
