import CVectorKernels
import Platform

/// What rows that have nothing to do with a query look like beside it: cosines of a sample.
///
/// Cosines of different models, and of different queries, do not compare; how far one stands above
/// those of rows that were not asked for does.
struct QueryBackground {
  /// Rows of the sample at most.
  static let sampleCount = 256
  /// What mean and deviation are taken for before any row was seen, and for how many rows each
  /// counts.
  private static let expected = (mean: 0.1, meanCount: 1.0, deviation: 0.1, deviationCount: 4.0)

  private let count: Int
  private let sum: Double
  private let squares: Double
  /// By source and row, where the sample is all rows.
  private let all: [[Double]]?

  /// Looks at rows that stand evenly among all.
  ///
  /// - Complexity: that of ``sampleCount`` inner products.
  init(_ query: QueryVector, _ sources: [any RowSource], _ rowCounts: [Int]) {
    let total = rowCounts.reduce(0, +)
    let step = max(1, total / Self.sampleCount)
    var cosines: [[Double]] = []
    var next = 0
    var first = 0
    for (source, rowCount) in zip(sources, rowCounts) {
      var rows: [UInt32] = []
      while next < first + rowCount {
        rows.append(UInt32(next - first))
        next += step
      }
      cosines.append(query.cosines(of: rows, in: source.columns))
      first += rowCount
    }
    count = cosines.reduce(0) { $0 + $1.count }
    sum = cosines.joined().reduce(0, +)
    squares = cosines.joined().reduce(0) { $0 + $1 * $1 }
    all = step == 1 ? cosines : nil
  }

  /// The cosine that says nothing; 0 where there is no row.
  var mean: Double { count > 0 ? sum / Double(count) : 0 }

  /// Mean and deviation of the cosines of rows of other entries.
  ///
  /// - Parameter rows: Those of the entry that is looked at.
  func others(_ source: Int, _ rows: Range<Int>) -> (mean: Double, deviation: Double) {
    var (count, sum, squares) = (Double(count), sum, squares)
    if let all {
      for cosine in all[source][rows.clamped(to: all[source].indices)] {
        count -= 1
        sum -= cosine
        squares -= cosine * cosine
      }
    }
    let expected = Self.expected
    let mean =
      (sum + expected.mean * expected.meanCount) / (count + expected.meanCount)
    let spread = max(0, squares - 2 * mean * sum + count * mean * mean)
    let variance =
      (spread + expected.deviationCount * expected.deviation * expected.deviation)
      / (count + expected.deviationCount)
    return (mean, variance.squareRoot())
  }
}

/// A query's vector as the kernels take it.
struct QueryVector {
  private let wide: [Double]
  private let dimension: Int

  /// - Parameter query: Of unit length.
  init(_ query: [Float]) {
    dimension = query.count
    wide =
      query.map(Double.init)
      + Array(repeating: 0, count: VectorLayout.floatStride(query.count) - query.count)
  }

  /// The cosines of rows, as a search gives them.
  func cosines(of rows: [UInt32], in columns: RowColumns) -> [Double] {
    let stride = VectorLayout.floatStride(dimension)
    let count = columns.vectors.count / stride
    precondition(
      columns.dimension == dimension && rows.allSatisfy { $0 < count }, "rows outside the column")
    return unsafe [Double](unsafeUninitializedCapacity: rows.count) { (scores, filled) in
      if let base = scores.baseAddress {
        unsafe VectorKernels.current.table.score_f32(
          columns.vectors.base, stride, rows, rows.count, wide, base)
      }
      filled = rows.count
    }
  }
}
