import CVectorKernels

/// The second step of a search: Double scores for the contenders, and the best of them in order.
@safe struct Rerank {
  private let sources: [VectorRows]
  private let kernels: VectorKernels
  private let scale: QueryScale
  private let minimum: Double
  private var best: Selection<ScoredRow>
  private let wide: [Double]

  /// - Parameters:
  ///   - query: `[d]` Float32, as the caller gave it.
  ///   - scale: What the contenders' bounds are multiplied by.
  ///   - count: Rows wanted, at least one.
  ///   - minimum: Rows that score below are left out.
  init(
    query: UnsafeBufferPointer<Float>, scale: QueryScale, sources: [VectorRows], count: Int,
    minimum: Double, kernels: VectorKernels
  ) {
    self.sources = sources
    self.kernels = kernels
    self.minimum = minimum
    self.scale = scale
    best = Selection(count: count)
    var wide = [Double](repeating: 0, count: VectorLayout.floatStride(query.count))
    for index in 0..<query.count { wide[index] = unsafe Double(query[index]) }
    self.wide = wide
  }

  /// The best rows taken so far, best first.
  mutating func ranked() -> [RankedRow] {
    best.sorted().map {
      RankedRow(source: Int($0.source), row: Int($0.row), score: $0.score)
    }
  }

  /// Scores the contenders that can still matter and releases them.
  ///
  /// Those that the threshold itself rests on come first; their worst Double score then rules out
  /// most of the others without a look at their vectors.
  mutating func take(_ contenders: inout Contenders) {
    contenders.settle()
    let threshold = contenders.threshold
    var rows = contenders.rows
    let doubtful = rows.partition { !($0.lower >= threshold) }
    score(rows[..<doubtful])
    best.settle()
    // Scaling by a power of two is exact, so the comparison is that of score and bound.
    let needed = best.floor.map { $0.score * scale.factor } ?? -.infinity
    let end = rows[doubtful...].partition { Double($0.upper) < needed }
    score(rows[doubtful..<end])
    best.settle()
    contenders.release(floor: best.floor.map { scale.lowered($0.score) })
  }

  /// Scores rows in groups of one source, so that a kernel call can prefetch ahead.
  private mutating func score(_ rows: ArraySlice<Contenders.Row>) {
    let groupLimit = 64
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: groupLimit) { indices in
      unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: groupLimit) { scores in
        var start = rows.startIndex
        while start < rows.endIndex {
          let index = rows[start].source
          var size = 0
          while size < groupLimit, start + size < rows.endIndex, rows[start + size].source == index
          {
            unsafe indices[size] = rows[start + size].row
            sources[Int(index)].prefetchIdentity(rows[start + size].row)
            size += 1
          }
          let source = sources[Int(index)]
          unsafe source.visits?.willRead(
            UnsafeBufferPointer(start: indices.baseAddress!, count: size))
          unsafe kernels.table.score_f32(
            source.vectors, VectorLayout.floatStride(source.dimension), indices.baseAddress!, size,
            wide, scores.baseAddress!)
          for place in 0..<size {
            let score = unsafe scores[place]
            guard score >= minimum else { continue }
            unsafe best.push(
              ScoredRow(score: score, source: Int(index), row: indices[place], in: source))
          }
          start += size
        }
      }
    }
  }
}
