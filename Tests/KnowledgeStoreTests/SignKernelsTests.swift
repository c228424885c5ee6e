import CVectorKernels
import Platform
import Testing

@testable import KnowledgeStore

/// The kernels of one-bit codes: every level against the portable twin, and that against Double.
@Suite struct SignKernelsTests {
  static let dimensions = [64, 65, 127, 128, 200, 384, 768, 1536, 4096]

  private func query(_ values: [Float], _ signs: SignRows, below: Double = 1) -> SignQuery {
    let rotated = values.withUnsafeBufferPointer { values in
      RotatedQuery(
        values, scale: QueryScale(values.baseAddress!, dimension: values.count),
        kernels: VectorKernels(.portable))
    }
    return SignQuery(rotated, signs: signs, trust: SignTrust(recallTarget: 0.9, below: below))
  }

  @Test(arguments: dimensions)
  func `rotations keep lengths and angles, with the same bits at every level`(dimension: Int) {
    let rotation = VectorRotation(dimension: dimension)
    var random = SeededGenerator(seed: UInt64(dimension))
    let pair = (0..<2).map { _ in ExactSearchData.unit(dimension, &random) }
    let turned = pair.map { rotation.applied(to: $0, kernels: VectorKernels(.portable)) }
    for (left, right) in [(0, 0), (0, 1), (1, 1)] {
      let before = BruteForce.score(pair[left], pair[right])
      let after = BruteForce.score(turned[left], turned[right])
      #expect(abs(before - after) < 1e-5)
    }
    // A single component is spread over all of them.
    var axis = [Float](repeating: 0, count: dimension)
    axis[dimension - 1] = 1
    let spread = rotation.applied(to: axis, kernels: VectorKernels(.portable))
    #expect(spread.allSatisfy { abs($0) < 0.6 })
    for kernels in VectorKernels.all {
      #expect(pair.map { rotation.applied(to: $0, kernels: kernels) } == turned)
    }
  }

  @Test(arguments: dimensions)
  func `scans of signs keep the same rows with the same bounds`(dimension: Int) {
    var random = SeededGenerator(seed: UInt64(dimension))
    let all = ExactSearchData.clustered.vectors(193, dimension: dimension, seed: 3)
    for count in dimension > 400 ? [1, 130] : [1, 63, 64, 65, 128, 193] {
      let vectors = Array(all.prefix(count))
      let fixture = SignRowsFixture(vectors)
      for density in [100, 3, 40, 0] {
        let live = (0..<count).map { _ in Int.random(in: 0..<100, using: &random) < density }
        let rows = ExactSearchRows(
          vectors, dimension: dimension, live: density == 100 ? nil : live)
        let query = query(ExactSearchData.unit(dimension, &random), fixture.rows)
        for threshold in [-Float.infinity, 0.05] {
          func scan(_ kernels: VectorKernels) -> [Kept] {
            let output = KeptColumns(capacity: count)
            let found = query.scan(
              rows.rows, fixture.rows, rows: 0..<count, threshold: threshold, kernels: kernels,
              into: output.columns)
            return output.sorted(found, withLanes: false)
          }
          let expected = scan(VectorKernels(.portable))
          if threshold < 0 { #expect(expected.count == (0..<count).filter(rows.isLive).count) }
          for kernels in KernelsTests.fast {
            #expect(scan(kernels) == expected, "\(count) rows, \(density) %, \(kernels.level)")
          }
        }
      }
    }
  }

  @Test(arguments: [128, 384, 1536])
  func `estimates err as much as they should`(dimension: Int) {
    var random = SeededGenerator(seed: 5)
    let count = 320
    let vectors = ExactSearchData.clustered.vectors(count, dimension: dimension, seed: 8)
    let rows = ExactSearchRows(vectors, dimension: dimension)
    let fixture = SignRowsFixture(vectors)
    var squares = 0.0
    var above = 0
    var pairs = 0
    let trust = SignTrust(recallTarget: 0.9, below: 1)
    for _ in 0..<20 {
      let values = ExactSearchData.unit(dimension, &random)
      let scale = QueryScale(values, dimension: dimension).factor
      let output = KeptColumns(capacity: count)
      let found = query(values, fixture.rows).scan(
        rows.rows, fixture.rows, rows: 0..<count, threshold: -.infinity, kernels: .current,
        into: output.columns)
      #expect(found == count)
      let scores = BruteForce.scores(values, rows)
      for kept in output.sorted(found, withLanes: false) {
        let (lower, upper) = (Float(bitPattern: kept.lower), Float(bitPattern: kept.upper))
        let deviation = Double(upper - lower) / (trust.above + trust.below)
        let error = (scores[Int(kept.row)] * scale - Double(lower)) / deviation - trust.below
        squares += error * error
        above += error > trust.above ? 1 : 0
        pairs += 1
      }
    }
    // Errors of one row hang together over queries, so the sample is smaller than it looks.
    let deviation = (squares / Double(pairs)).squareRoot()
    #expect((0.85...1.1).contains(deviation), "deviation \(deviation)")
    #expect(Double(above) / Double(pairs) < 0.16, "\(above) of \(pairs)")
  }

  @Test(arguments: [1, 64, 127, 384])
  func `gathered rows have the bounds of scanned ones`(dimension: Int) {
    var random = SeededGenerator(seed: UInt64(dimension))
    let count = 150
    let rows = ExactSearchRows(
      ExactSearchData.gaussian.vectors(count, dimension: dimension, seed: 2), dimension: dimension)
    let query = QuantisedQuery(ExactSearchData.unit(dimension, &random))
    for size in [0, 1, 7, 8, 15, 16, 17, 33, 100] {
      let list = (0..<size).map { _ in UInt32.random(in: 0..<UInt32(count), using: &random) }
      for threshold in [-Float.infinity, 0.02] {
        for kernels in VectorKernels.all {
          var columns = rows.rows.columns
          let output = KeptColumns(capacity: size)
          var survivors = output.columns
          let found = query.withColumns { query in
            kernels.table.gather_u8(&columns, list, size, query, threshold, &survivors)
          }
          let all = KeptColumns(capacity: count)
          var allColumns = all.columns
          let total = query.withColumns { query in
            VectorKernels(.portable).table.scan_u8(
              &columns, 0, count, nil, query, threshold, &allColumns)
          }
          let scanned = all.sorted(total, withLanes: false)
          let expected = list.compactMap { row in scanned.first { $0.row == row } }.sorted()
          #expect(output.sorted(found, withLanes: false) == expected, "\(size), \(kernels.level)")
        }
      }
    }
  }

  @Test func `quantiles are those of the normal distribution`() {
    for (probability, value) in [(0.5, 0), (0.9, 1.2816), (0.99, 2.3263), (0.001, -3.0902)] {
      #expect(abs(SignTrust.quantile(probability) - value) < 1e-3)
    }
    #expect(SignTrust.quantile(1).isFinite && SignTrust.quantile(0).isFinite)
  }
}
