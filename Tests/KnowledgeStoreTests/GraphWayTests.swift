import Platform
import TestSupport
import Testing

@testable import KnowledgeStore

/// Searches with a recall target, where a walk over a graph is the way.
@Suite struct GraphWayTests {
  /// Costs by which walks are always the quickest, until they use up their budget.
  static var eager: SearchCosts {
    var costs = SearchCosts(.portable)
    costs.graphSetup = 0
    costs.graphVisit = 1
    return costs
  }

  static let all = GraphTests.clustered(2_060, 40, seed: 21)

  static func rows(live: [Bool]? = nil) -> (ExactSearchRows, GraphImage) {
    let rows = ExactSearchRows(Array(all.prefix(2_000)), dimension: 40, live: live)
    return (rows, GraphTests.build(rows))
  }

  static func search(
    _ query: [Float], _ rows: ExactSearchRows, _ image: GraphImage, count: Int, target: Double?
  ) -> RecallSearch.Answer {
    withExtendedLifetime(rows) {
      var lent = rows.rows
      lent.graph = image.graph()
      return RecallSearch.search(
        query: query, in: [lent], count: count, target: target, costs: eager)
    }
  }

  @Test(arguments: [1, 10, 40])
  func `walks reach the target, with true scores in the true order`(count: Int) {
    let (rows, image) = Self.rows()
    var hits = 0
    for query in Self.all.suffix(60) {
      let answer = Self.search(query, rows, image, count: count, target: 0.9)
      #expect(answer.reports[0].way == .graph && !answer.isExact)
      #expect(answer.reports[0].codeRows < 1_500)
      let truth = BruteForce.search(query, [rows], count: count)
      #expect(answer.rows.count == count)
      for row in answer.rows { #expect(row.score == BruteForce.scores(query, rows)[row.row]) }
      #expect(answer.rows.map(\.score) == answer.rows.map(\.score).sorted(by: >))
      hits += answer.rows.count { $0.score >= truth.last!.score }
    }
    #expect(Double(hits) / Double(60 * count) > 0.85)
  }

  @Test func `without a target, and with all of it, the answer is exact`() {
    let (rows, image) = Self.rows()
    for target in [nil, 1.0] as [Double?] {
      let answer = Self.search(Self.all[2_001], rows, image, count: 10, target: target)
      #expect(answer.isExact)
      #expect(answer.rows == BruteForce.search(Self.all[2_001], [rows], count: 10))
    }
  }

  @Test(arguments: [1, 10, 100, 500, 1_000])
  func `filters that admit what is far leave no row out`(admitted: Int) {
    let query = Self.all[2_010]
    let scores = Self.all.prefix(2_000).map { BruteForce.score(query, $0) }
    // Only the rows that are farthest: a walk finds none of them for long.
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var live = [Bool](repeating: false, count: 2_000)
    for row in order.prefix(admitted) { live[row] = true }
    let (rows, image) = Self.rows(live: live)
    for count in [10, 50] {
      let answer = Self.search(query, rows, image, count: count, target: 0.9)
      #expect(answer.rows.count == min(count, admitted))
      #expect(answer.rows.allSatisfy { live[$0.row] })
      if answer.isExact {
        #expect(answer.rows == BruteForce.search(query, [rows], count: count))
      }
    }
  }

  @Test func `what a walk costs decides`() {
    let costs = SearchCosts(.avx512)
    let effort = GraphEffort(margin: 0.1, visits: 200, usual: 120)
    func way(_ rows: Int, _ admitted: Int, _ effort: GraphEffort?) -> SearchWay {
      costs.way(
        rowCount: rows, admitted: admitted, dimension: 384, count: 10, hasSigns: true,
        effort: effort)
    }
    #expect(way(200_000, 200_000, effort) == .graph)
    #expect(way(200_000, 200_000, nil) == .signs)
    #expect(way(200_000, 150_000, effort) == .graph)
    #expect(way(200_000, 2_000, effort) != .graph)
    #expect(way(20_000, 20_000, effort) != .graph)
    #expect(way(200_000, 0, effort) != .graph)
    #expect(
      way(200_000, 200_000, GraphEffort(margin: GraphEffort.limit, visits: 9, usual: 9)) == .signs)
  }

  @Test func `a walk that has looked far enough ends, unless what it met may not be returned`() {
    let (rows, image) = Self.rows()
    let graph = image.graph()
    var reached = 0
    for query in Self.all.suffix(20) {
      let order = BruteForce.search(query, [rows], count: 2_000).map(\.row)
      let nearer = Bitmap(bitCount: 2_000, filled: true)
      for row in order.prefix(300) { nearer.clear(row) }
      for (live, ends) in [(nil, true), (nearer, false)] as [(Bitmap?, Bool)] {
        var found: [Int] = []
        let report = query.withUnsafeBufferPointer { query in
          withExtendedLifetime(live) {
            GraphSearch.search(
              query, in: graph, live: live.map { UnsafePointer($0.words) }, count: 10, margin: 3,
              enough: 100
            ) { found.append(Int($0)) }
          }
        }
        #expect(report.isFinished)
        #expect((report.scored <= 101) == ends, "\(report)")
        if !ends { reached += Set(found).intersection(order[300..<310]).count }
      }
    }
    #expect(reached >= 190, "\(reached) of 200")
  }

  @Test func `a batch shares a pass only where that is quicker than a walk for each`() {
    let (rows, image) = Self.rows()
    let queries = Array(Self.all.suffix(16))
    func batch(_ costs: SearchCosts) -> RecallSearch.BatchAnswer {
      withExtendedLifetime(rows) {
        var lent = rows.rows
        lent.graph = image.graph()
        return RecallSearch.searchBatch(
          queries: queries.flatMap { $0 }, queryCount: 16, in: [lent], count: 10, target: 0.9,
          costs: costs)
      }
    }
    let walked = batch(Self.eager)
    #expect(walked.reports[0].way == .graph && !walked.isExact)
    for (query, found) in zip(queries, walked.rows) {
      #expect(found == Self.search(query, rows, image, count: 10, target: 0.9).rows)
    }
    var costs = Self.eager
    costs.sharedRow = 0
    let shared = batch(costs)
    #expect(shared.isExact)
    #expect(shared.rows == queries.map { BruteForce.search($0, [rows], count: 10) })
  }

  @Test func `a collection uses the graphs of its segments`() throws {
    let scratch = try ScratchDirectory()
    let store = try Store.open(
      directory: scratch.path, options: GraphUpkeepTests.options(background: false))
    defer { store.close() }
    let collection = try store.collection(.test, configuration: .test(20))
    try GraphUpkeepTests.fill(collection, 20_000, seed: 5)
    try store.commit(position: [])
    #expect(GraphUpkeep.equip(try GraphUpkeepTests.segment(collection), of: collection))
    var maker = EntryMaker(seed: 6, dimension: 20)
    let vector = maker.vector()
    let exact = try collection.search(SearchRequest(vector: vector, count: 10))
    #expect(exact.isExact && exact.explanation.allSatisfy { $0.way != .graph })
    let near = try collection.search(
      SearchRequest(vector: vector, count: 10, recallTarget: 0.8))
    #expect(near.hits.count == 10)
    #expect(near.explanation.count == exact.explanation.count)
  }
}
