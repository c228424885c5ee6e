import CVectorKernels
import Platform
import Testing

@testable import KnowledgeStore

/// Searches to a recall target, over one-bit codes.
@Suite struct RecallSearchTests {
  /// Rows of a kind with their codes.
  private func rows(
    _ data: ExactSearchData, _ count: Int, dimension: Int, live: [Bool]? = nil
  ) -> (rows: ExactSearchRows, fixture: SignRowsFixture) {
    let vectors = data.vectors(count, dimension: dimension, seed: 21)
    return (
      ExactSearchRows(vectors, dimension: dimension, live: live), SignRowsFixture(vectors)
    )
  }

  private func overlap(_ found: [RankedRow], _ expected: [RankedRow]) -> Int {
    found.count { row in expected.contains { $0 == row } }
  }

  @Test(arguments: [64, 127, 384, 768, 1536])
  func `the target is reached, in the order and with the scores of the exact search`(
    dimension: Int
  ) {
    let count = dimension > 400 ? 500 : 1_500
    var random = SeededGenerator(seed: 77)
    for data in [ExactSearchData.gaussian, .clustered] {
      let live = (0..<count).map { $0 % 7 != 0 }
      for admitted in [nil, live] {
        let (rows, fixture) = rows(data, count, dimension: dimension, live: admitted)
        let source = rows.rows.with(fixture.rows)
        for (target, wanted) in [(0.9, 10), (0.99, 10), (0.99, 1), (0.95, 100)] {
          var hit = 0
          var total = 0
          for _ in 0..<8 {
            let query = ExactSearchData.unit(dimension, &random)
            let expected = BruteForce.search(query, [rows], count: wanted)
            let answers = VectorKernels.all.map { kernels in
              RecallSearch.search(
                query: query, in: [source], count: wanted, target: target, costs: .signsAlways,
                kernels: kernels)
            }
            for answer in answers {
              #expect(answer.rows == answers[0].rows)
              #expect(answer.reports[0].way == .signs && !answer.isExact)
              #expect(answer.rows.count == expected.count)
              #expect(zip(answer.rows, answer.rows.dropFirst()).allSatisfy { $0.score >= $1.score })
              #expect(answer.rows.allSatisfy { rows.isLive($0.row) })
            }
            hit += overlap(answers[0].rows, expected)
            total += expected.count
          }
          // Eight queries: allow for chance, twice the share that may be missing.
          #expect(
            Double(hit) >= (1 - 2 * (1 - target)) * Double(total),
            "\(data) \(target) \(wanted): \(hit) of \(total)")
        }
      }
    }
  }

  @Test func `without a target, or with 1, answers are the exact ones`() {
    let (rows, fixture) = rows(.clustered, 500, dimension: 96)
    var random = SeededGenerator(seed: 1)
    for target in [nil, 1.0] {
      let query = ExactSearchData.unit(96, &random)
      let answer = RecallSearch.search(
        query: query, in: [rows.rows.with(fixture.rows)], count: 20, target: target,
        costs: .signsAlways)
      #expect(answer.isExact && answer.reports[0].way == .scan)
      #expect(answer.rows == BruteForce.search(query, [rows], count: 20))
    }
  }

  @Test(arguments: ExactSearchData.allCases)
  func `hard rows are answered in full, whatever estimates are worth`(data: ExactSearchData) {
    for count in [1, 10, 900] {
      let (rows, fixture) = rows(data, 1_200, dimension: 80)
      var random = SeededGenerator(seed: 4)
      for query in [ExactSearchData.unit(80, &random), rows.vectors[5]] {
        let expected = BruteForce.search(query, [rows], count: count)
        let answer = RecallSearch.search(
          query: query, in: [rows.rows.with(fixture.rows)], count: count, target: 0.9,
          costs: .signsAlways)
        #expect(answer.rows.count == expected.count)
        let known = Dictionary(
          uniqueKeysWithValues: BruteForce.search(query, [rows], count: 1_200).map {
            ($0.row, $0.score)
          })
        #expect(answer.rows.allSatisfy { known[$0.row] == $0.score })
        #expect(Set(answer.rows.map(\.row)).count == answer.rows.count)
      }
    }
  }

  @Test func `rows that one-bit codes cannot tell apart are searched exactly`() {
    let vectors = ExactSearchData.equal.vectors(9_000, dimension: 64, seed: 1)
    let rows = ExactSearchRows(vectors, dimension: 64)
    let fixture = SignRowsFixture(vectors)
    let answer = RecallSearch.search(
      query: vectors[0], in: [rows.rows.with(fixture.rows)], count: 5, target: 0.99,
      costs: .signsAlways)
    #expect(answer.isExact && answer.reports[0].way == .scan && answer.reports[0].signRows > 0)
    #expect(answer.rows == BruteForce.search(vectors[0], [rows], count: 5))
  }

  @Test func `a guess that proves too high is followed by a second scan, which doubles no row`() {
    let (rows, fixture) = rows(.gaussian, 2_000, dimension: 128)
    var random = SeededGenerator(seed: 6)
    var repeated = 0
    var hit = 0
    for _ in 0..<20 {
      let query = ExactSearchData.unit(128, &random)
      let expected = BruteForce.search(query, [rows], count: 10)
      let answer = RecallSearch.search(
        query: query, in: [rows.rows.with(fixture.rows)], count: 10, target: 0.99,
        costs: .signsAlways, trust: SignTrust(recallTarget: 0.99, below: -1))
      repeated += answer.reports[0].signRows > 2_000 ? 1 : 0
      #expect(Set(answer.rows.map(\.row)).count == 10)
      hit += overlap(answer.rows, expected)
    }
    #expect(repeated > 0)
    #expect(hit >= 196)
  }

  @Test func `several sources, some without signs, give one ranking`() {
    let first = rows(.clustered, 700, dimension: 100)
    let second = ExactSearchRows(
      ExactSearchData.clustered.vectors(300, dimension: 100, seed: 5), dimension: 100)
    let third = ExactSearchData.gaussian.vectors(400, dimension: 100, seed: 9)
    let thirdRows = ExactSearchRows(third, dimension: 100)
    let thirdSigns = SignRowsFixture(third)
    var random = SeededGenerator(seed: 2)
    var hit = 0
    for _ in 0..<20 {
      let query = ExactSearchData.unit(100, &random)
      let answer = RecallSearch.search(
        query: query,
        in: [
          first.rows.rows.with(first.fixture.rows), second.rows,
          thirdRows.rows.with(thirdSigns.rows),
        ], count: 10, minimum: 0.05, target: 0.99, costs: .signsAlways)
      #expect(answer.reports.map(\.way) == [.signs, .scan, .signs])
      let expected = BruteForce.search(
        query, [first.rows, second, thirdRows], count: 10, minimum: 0.05)
      hit += overlap(answer.rows, expected)
      #expect(answer.rows.count <= 10 && answer.rows.allSatisfy { $0.score >= 0.05 })
    }
    #expect(hit >= 196)
  }

  @Test func `codes and factors of any bits cost answers at most`() {
    let rows = ExactSearchRows(
      ExactSearchData.gaussian.vectors(1_000, dimension: 70, seed: 3), dimension: 70)
    for seed in 0..<40 {
      let fixture = SignRowsFixture(garbage: UInt64(seed), rowCount: 1_000, dimension: 70)
      for kernels in VectorKernels.all {
        let answer = RecallSearch.search(
          query: rows.vectors[seed], in: [rows.rows.with(fixture.rows)], count: 10, target: 0.95,
          costs: .signsAlways, kernels: kernels)
        #expect(Set(answer.rows.map(\.row)).count == answer.rows.count)
        #expect(answer.rows.count <= 10)
      }
    }
  }

  @Test func `the way is chosen by size, filter and number of hits`() {
    let costs = SearchCosts(.avx512)
    func way(_ rows: Int, _ admitted: Int, _ count: Int = 10, signs: Bool = true) -> SearchWay {
      costs.way(
        rowCount: rows, admitted: admitted, dimension: 384, count: count, hasSigns: signs)
    }
    #expect(way(100_000, 100_000) == .signs)
    #expect(way(100_000, 100_000, signs: false) == .scan)
    #expect(way(100_000, 100) == .gather)
    #expect(way(1_000, 1_000) == .scan)
    #expect(way(100_000, 50_000) == .signs)
    #expect(way(20_000, 20_000, 10_000) == .scan)
    #expect(way(100_000, 0) == .gather)
  }
}
