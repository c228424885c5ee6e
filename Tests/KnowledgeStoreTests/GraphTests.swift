import Platform
import TestSupport
import Testing

@testable import KnowledgeStore

/// Graphs against brute force, on data of every shape.
@Suite struct GraphTests {
  static func build(
    _ rows: ExactSearchRows, kernels: VectorKernels = .current
  ) -> GraphImage {
    GraphBuilder(rows: rows.rows, kernels: GraphKernels(kernels)).build(
      segment: 1, segmentChecksum: 2)!
  }

  static func search(
    _ query: [Float], _ graph: GraphData, count: Int, margin: Float,
    live: UnsafePointer<UInt64>? = nil, kernels: VectorKernels = .current
  ) -> [UInt32] {
    var found: [UInt32] = []
    query.withUnsafeBufferPointer {
      _ = GraphSearch.search(
        $0, in: graph, live: live, count: count, margin: margin, kernels: GraphKernels(kernels)
      ) { found.append($0) }
    }
    return found
  }

  /// The part of the true hits that are among those found, equal scores counting as equal.
  static func recall(
    _ queries: [[Float]], _ rows: ExactSearchRows, _ graph: GraphData, count: Int, margin: Float
  ) -> Double {
    var (hits, all) = (0, 0)
    for query in queries {
      let scores = BruteForce.scores(query, rows)
      let wanted = (0..<rows.count).filter { rows.isLive($0) }.map { scores[$0] }.sorted(by: >)
        .prefix(count)
      let found = search(query, graph, count: count, margin: margin, live: rows.rows.live)
      #expect(Set(found).count == found.count, "a row was found twice")
      #expect(found.allSatisfy { $0 < rows.count && rows.isLive(Int($0)) })
      let best = found.map { scores[Int($0)] }.sorted(by: >).prefix(count)
      if let least = wanted.last { hits += best.count { $0 >= least - 1e-6 } }
      all += wanted.count
    }
    return all == 0 ? 1 : Double(hits) / Double(all)
  }

  /// Clusters of clusters, as embeddings of texts are.
  static func clustered(_ count: Int, _ dimension: Int, seed: UInt64) -> [[Float]] {
    var random = SeededGenerator(seed: seed)
    let centres = (0..<40).map { _ in ExactSearchData.unit(dimension, &random) }
    return (0..<count).map { _ in
      let (a, b) = (centres.randomElement(using: &random)!, centres.randomElement(using: &random)!)
      let noise = ExactSearchData.unit(dimension, &random)
      return ExactSearchData.normalised(
        (0..<dimension).map { a[$0] + 0.5 * b[$0] + 0.7 * noise[$0] })
    }
  }

  @Test func `the recall that was asked for is reached`() {
    let all = Self.clustered(3_100, 48, seed: 1)
    let rows = ExactSearchRows(Array(all.prefix(3_000)), dimension: 48)
    let graph = Self.build(rows).graph()
    let queries = Array(all.suffix(100))
    for target in [0.8, 0.9, 0.95, 0.99] {
      let margin = graph.header.effort(target: target).margin
      let recall = Self.recall(queries, rows, graph, count: 10, margin: margin)
      // A thousand hits, found one by one: three standard deviations and a little.
      #expect(recall >= target - 0.03, "\(target): \(recall) with a margin of \(margin)")
    }
    #expect(Self.recall(queries, rows, graph, count: 10, margin: 4) == 1, "not all is reached")
    let visits = graph.header.efforts.map(\.visits)
    #expect(visits == visits.sorted() && visits[0] > 5 && visits.last! < 3_000)
    let between = graph.header.effort(target: 0.97)
    #expect(between.margin > graph.header.effort(target: 0.95).margin)
    #expect(between.margin < graph.header.effort(target: 0.98).margin)
  }

  @Test(arguments: [1, 3, 127, 384, 768])
  func `every dimension works`(dimension: Int) {
    let all = Self.clustered(420, dimension, seed: UInt64(dimension))
    let rows = ExactSearchRows(Array(all.prefix(400)), dimension: dimension)
    let graph = Self.build(rows).graph()
    let recall = Self.recall(Array(all.suffix(20)), rows, graph, count: 5, margin: 0.5)
    #expect(recall >= 0.95)
  }

  @Test(arguments: [0, 1, 2, 33])
  func `few rows are all found`(count: Int) {
    let all = Self.clustered(count + 3, 20, seed: 9)
    let rows = ExactSearchRows(Array(all.prefix(count)), dimension: 20)
    let graph = Self.build(rows).graph()
    for query in all {
      #expect(
        Self.search(query, graph, count: 50, margin: 4).sorted() == (0..<count).map { UInt32($0) })
    }
  }

  @Test func `hundreds of equal rows do not hide the others`() {
    var vectors = Self.clustered(600, 32, seed: 4)
    for row in stride(from: 0, to: 600, by: 2) { vectors[row] = vectors[0] }
    let rows = ExactSearchRows(vectors, dimension: 32)
    let graph = Self.build(rows).graph()
    let queries = Self.clustered(30, 32, seed: 5)
    #expect(Self.recall(queries, rows, graph, count: 10, margin: 0.3) >= 0.95)
    #expect(Self.recall([vectors[0]], rows, graph, count: 10, margin: 0.3) == 1)
    // All equal.
    let equal = ExactSearchRows(Array(repeating: vectors[0], count: 200), dimension: 32)
    let found = Self.search(vectors[0], Self.build(equal).graph(), count: 10, margin: 0.1)
    #expect(Set(found).count >= 10)
  }

  @Test(arguments: [2, 10, 50])
  func `only admitted rows are found, and the best of them`(percent: Int) {
    var random = SeededGenerator(seed: UInt64(percent))
    let all = Self.clustered(1_520, 32, seed: 6)
    let live = (0..<1_500).map { _ in Int.random(in: 0..<100, using: &random) < percent }
    let rows = ExactSearchRows(Array(all.prefix(1_500)), dimension: 32, live: live)
    let graph = Self.build(rows).graph()
    #expect(Self.recall(Array(all.suffix(20)), rows, graph, count: 10, margin: 0.4) >= 0.95)
  }

  @Test func `the same rows give the same file, and every level the same answers`() {
    let vectors = Self.clustered(500, 100, seed: 7)
    let rows = ExactSearchRows(vectors, dimension: 100)
    let image = Self.build(rows)
    func bytes(_ image: GraphImage) -> [UInt8] {
      image.withBytes { span in span.withUnsafeBytes { Array($0) } }
    }
    #expect(bytes(image) == bytes(Self.build(rows)))
    for kernels in VectorKernels.all {
      #expect(bytes(Self.build(rows, kernels: kernels)) == bytes(image), "\(kernels.level)")
      for query in vectors.prefix(20) {
        #expect(
          Self.search(query, image.graph(), count: 10, margin: 0.1, kernels: kernels)
            == Self.search(query, image.graph(), count: 10, margin: 0.1))
      }
    }
  }

  @Test func `a build can be given up`() {
    let rows = ExactSearchRows(Self.clustered(500, 16, seed: 7), dimension: 16)
    for limit in [0, 1, 5, 10, 20] {
      var asked = 0
      let builder = GraphBuilder(rows: rows.rows) {
        asked += 1
        return asked > limit
      }
      #expect(builder.build(segment: 1, segmentChecksum: 1) == nil)
    }
  }
}
