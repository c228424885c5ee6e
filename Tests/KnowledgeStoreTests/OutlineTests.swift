import CVectorKernels
import Platform
import Testing

@testable import KnowledgeStore

/// Outlines: the bounds that they give, and exact searches over them.
@Suite struct OutlineTests {
  static let dimensions = exactSearchRunsLong ? [128, 129, 200, 384, 768, 1536] : [128, 200, 384]

  private func query(_ values: [Float], _ outlines: OutlineRows) -> OutlineQuery {
    values.withUnsafeBufferPointer { values in
      OutlineQuery(
        values, scale: QueryScale(values.baseAddress!, dimension: values.count),
        outlines: outlines, kernels: VectorKernels(.portable))
    }
  }

  @Test(arguments: dimensions)
  func `scans of outlines keep the same rows with the same bounds`(dimension: Int) {
    var random = SeededGenerator(seed: UInt64(dimension))
    let all = ExactSearchData.clustered.vectors(193, dimension: dimension, seed: 3)
    for count in [1, 63, 64, 65, 193] {
      let vectors = Array(all.prefix(count))
      let fixture = OutlineRowsFixture(vectors)
      let garbage = OutlineRowsFixture(garbage: 9, rowCount: count, dimension: dimension)
      for (density, outlines) in [
        (100, fixture.rows), (3, fixture.rows), (40, fixture.rows), (0, fixture.rows),
        (100, garbage.rows),
      ] {
        let live = (0..<count).map { _ in Int.random(in: 0..<100, using: &random) < density }
        let rows = ExactSearchRows(
          vectors, dimension: dimension, live: density == 100 ? nil : live)
        let query = query(ExactSearchData.unit(dimension, &random), outlines)
        for threshold in [-Float.infinity, 0.3] {
          func scan(_ kernels: VectorKernels) -> [Kept] {
            let output = KeptColumns(capacity: count)
            let found = query.scan(
              rows.rows, rows: 0..<count, threshold: threshold, kernels: kernels,
              into: output.columns)
            return output.sorted(found, withLanes: false)
          }
          let expected = scan(VectorKernels(.portable))
          if threshold < 0 { #expect(expected.count == (0..<count).filter(rows.isLive).count) }
          for kernels in KernelsTests.fast {
            let found = scan(kernels)
            #expect(
              found.map(\.row) == expected.map(\.row)
                && zip(found, expected).allSatisfy { Self.isSame($0, $1) },
              "\(count) rows, \(density) %, \(kernels.level)")
          }
        }
      }
    }
  }

  /// Whether bounds are the same bits, or neither is a number.
  private static func isSame(_ a: Kept, _ b: Kept) -> Bool {
    func same(_ a: UInt32, _ b: UInt32) -> Bool {
      a == b || Float(bitPattern: a).isNaN && Float(bitPattern: b).isNaN
    }
    return same(a.lower, b.lower) && same(a.upper, b.upper)
  }

  @Test(arguments: ExactSearchData.allCases)
  func `outlines bound every score`(data: ExactSearchData) {
    for dimension in Self.dimensions {
      let count = dimension > 300 ? 30 : 70
      let rows = ExactSearchRows(
        data.vectors(count, dimension: dimension, seed: 17), dimension: dimension)
      for seed in [1, 2] as [UInt64] {
        let fixture = OutlineRowsFixture(
          rows.vectors, basis: OutlineRowsFixture.basis(dimension, seed: seed))
        for kind in ExactSearchData.allCases {
          let values = kind.vectors(1, dimension: dimension, seed: 17 + seed)[0]
          let output = KeptColumns(capacity: count)
          let found = query(values, fixture.rows).scan(
            rows.rows, rows: 0..<count, threshold: -.infinity, kernels: .current,
            into: output.columns)
          #expect(found == count)
          let factor = QueryScale(values, dimension: dimension).factor
          let scores = BruteForce.scores(values, rows)
          for kept in output.sorted(found, withLanes: false) {
            let (lower, upper) = (Float(bitPattern: kept.lower), Float(bitPattern: kept.upper))
            let truth = scores[Int(kept.row)] * factor
            let holds = !(Double(lower) > truth) && !(Double(upper) < truth)
            #expect(holds, "\(data), \(kind), d \(dimension): \(truth), \(lower)...\(upper)")
          }
        }
      }
    }
  }

  @Test(arguments: ExactSearchData.allCases)
  func `hard rows give the ids and scores of the brute force`(data: ExactSearchData) {
    let dimension = 128
    let vectors = data.vectors(1_500, dimension: dimension, seed: 4)
    let fixture = OutlineRowsFixture(vectors)
    var random = SeededGenerator(seed: 4)
    let base = ExactSearchData.unit(dimension, &random)
    for live in [nil, (0..<1_500).map { $0 % 7 > 1 }] {
      let rows = ExactSearchRows(vectors, dimension: dimension, live: live)
      for query in [base, vectors[7], ExactSearchData.unit(dimension, &random)] {
        for count in [1, 10, 1000] {
          let expected = BruteForce.search(query, [rows], count: count)
          let sources = [rows.rows.with(fixture.rows)]
          for kernels in VectorKernels.all {
            let found = ExactSearch.search(
              query: query, in: sources, count: count, kernels: kernels)
            #expect(found == expected, "\(data), k \(count), \(kernels.level)")
          }
          let least = expected.last?.score ?? 0
          let found = ExactSearch.search(query: query, in: sources, count: 1500, minimum: least)
          #expect(found.count >= expected.count && found.allSatisfy { $0.score >= least })
        }
      }
    }
  }

  @Test func `what only its bounds keep is looked at in the end, whatever the number`() {
    // Rows alike in their outlines, but for the part that those leave out.
    let dimension = 128
    var random = SeededGenerator(seed: 12)
    let base = ExactSearchData.unit(dimension, &random)
    let some = (0..<100).map { _ in ExactSearchData.unit(dimension, &random) }
    let count = 30_000
    for noise in [0.02, 0.3, 1] as [Float] {
      let vectors = (0..<count).map { row -> [Float] in
        var vector = row % 3 == 0 ? base : some[row % 100]
        vector[row % dimension] += noise * Float(row % 11) / 11
        return vector
      }
      let rows = ExactSearchRows(vectors, dimension: dimension)
      let fixture = OutlineRowsFixture(vectors)
      for (query, wanted) in [(base, 10), (some[3], 300)] {
        let expected = BruteForce.search(query, [rows], count: wanted)
        let found = ExactSearch.search(
          query: query, in: [rows.rows.with(fixture.rows)], count: wanted)
        #expect(found == expected, "noise \(noise), k \(wanted)")
      }
    }
  }

  @Test(arguments: dimensions)
  func `a basis holds what rows consist of, and few rows are looked at twice`(dimension: Int) {
    var random = SeededGenerator(seed: 31)
    let axes = (0..<40).map { _ in ExactSearchData.unit(dimension, &random) }
    func row() -> [Float] {
      var vector = ExactSearchData.unit(dimension, &random).map { 0.3 * $0 }
      for _ in 0..<4 {
        let axis = axes[Int.random(in: 0..<40, using: &random)]
        for index in vector.indices { vector[index] += axis[index] }
      }
      return ExactSearchData.normalised(vector)
    }
    let count = 3_000
    let vectors = (0..<count).map { _ in row() }
    guard
      let basis = OutlineBasis(
        moments: OutlineRowsFixture.moments(Array(vectors.prefix(600))), dimension: dimension)
    else {
      Issue.record("there is such a space")
      return
    }
    #expect(basis.width == 64)
    let stride = VectorLayout.floatStride(dimension)
    for left in 0..<8 {
      for right in 0..<8 {
        let pair = [left, right].map {
          Array(basis.vectors[$0 * stride..<$0 * stride + dimension])
        }
        #expect(abs(BruteForce.score(pair[0], pair[1]) - (left == right ? 1 : 0)) < 1e-5)
      }
    }
    let rows = ExactSearchRows(vectors, dimension: dimension)
    let fixture = OutlineRowsFixture(vectors, basis: basis)
    for _ in 0..<5 {
      let query = row()
      let answer = RecallSearch.search(
        query: query, in: [rows.rows.with(fixture.rows)], count: 10, target: nil,
        costs: .outlinesAlways)
      #expect(answer.rows == BruteForce.search(query, [rows], count: 10))
      #expect(answer.isExact && answer.reports[0].way == .outlines)
      #expect(answer.reports[0].codeRows < count / 2, "\(answer.reports[0].codeRows) rows")
    }
  }

  @Test func `rows that fill all dimensions, or none, have no basis`() {
    let dimension = 128
    let flat = ExactSearchData.gaussian.vectors(600, dimension: dimension, seed: 2)
    #expect(OutlineBasis(moments: OutlineRowsFixture.moments(flat), dimension: dimension) == nil)
    var moments = [Float](repeating: 0, count: dimension * dimension)
    #expect(OutlineBasis(moments: moments, dimension: dimension) == nil)
    moments[dimension + 1] = .nan
    #expect(OutlineBasis(moments: moments, dimension: dimension) == nil)
    moments[dimension + 1] = .infinity
    #expect(OutlineBasis(moments: moments, dimension: dimension) == nil)
    // One direction is enough.
    #expect(
      OutlineBasis(moments: OutlineRowsFixture.moments([flat[0]]), dimension: dimension) != nil)
  }

  @Test func `damaged outlines and vectors that are no numbers cost right answers at most`() {
    let dimension = 130
    var vectors = ExactSearchData.gaussian.vectors(900, dimension: dimension, seed: 2)
    vectors[5][3] = .nan
    vectors[800][0] = .infinity
    let rows = ExactSearchRows(vectors, dimension: dimension)
    for outlines in [
      OutlineRowsFixture(vectors),
      OutlineRowsFixture(garbage: 1, rowCount: 900, dimension: dimension),
    ] {
      for query in [vectors[5], vectors[800], vectors[1]] {
        for kernels in VectorKernels.all {
          let found = ExactSearch.search(
            query: query, in: [rows.rows.with(outlines.rows)], count: 10, kernels: kernels)
          #expect(found.count <= 10)
        }
      }
    }
  }

  @Test func `the cheapest exact way is taken`() {
    func way(_ rows: Int, _ admitted: Int, outlines: Bool = true, count: Int = 10) -> SearchWay {
      SearchCosts(.avx512).way(
        rowCount: rows, admitted: admitted, dimension: 384, count: count, hasSigns: false,
        hasOutlines: outlines)
    }
    #expect(way(200_000, 200_000) == .outlines)
    #expect(way(200_000, 200_000, outlines: false) == .scan)
    #expect(way(200_000, 100_000) == .outlines)
    #expect(way(200_000, 2_000) == .gather)
    #expect(way(200_000, 0) == .gather)
    #expect(way(9_000, 9_000, count: 5_000) == .scan)
  }
}

extension SearchCosts {
  /// Prefers outlines wherever there are some.
  static var outlinesAlways: SearchCosts {
    var costs = SearchCosts(.portable)
    (costs.outlineRow, costs.outlineSetup, costs.gatherRow) = (0, 0, 0)
    return costs
  }
}
