import Platform
import Testing

@testable import KnowledgeStore

/// Exact search against the float64 brute force, at every kernel level.
@Suite struct ExactSearchTests {
  static let dimensions = [1, 3, 16, 17, 63, 64, 65, 127, 384, 768, 1536]

  /// Rows enough for several kernel calls, fewer where the oracle is slow.
  static func rowCount(_ dimension: Int) -> Int { dimension > 400 ? 260 : 1_100 }

  func expectSame(
    _ query: [Float], _ sources: [ExactSearchRows], count: Int, minimum: Double = -.infinity,
    _ note: String
  ) {
    let expected = BruteForce.search(query, sources, count: count, minimum: minimum)
    for kernels in VectorKernels.all {
      let found = ExactSearch.search(
        query: query, in: sources.map(\.rows), count: count, minimum: minimum, kernels: kernels)
      #expect(found == expected, "\(note), \(kernels.level)")
    }
  }

  @Test(arguments: dimensions)
  func `random rows give the ids and scores of the brute force`(dimension: Int) {
    let seed = UInt64(dimension) &* 7919
    var random = SeededGenerator(seed: seed)
    let vectors = ExactSearchData.gaussian.vectors(
      Self.rowCount(dimension), dimension: dimension, seed: seed)
    let rows = ExactSearchRows(vectors, dimension: dimension)
    for count in [1, 10, 1000] {
      let query = ExactSearchData.unit(dimension, &random)
      expectSame(query, [rows], count: count, "dimension \(dimension), k \(count), seed \(seed)")
    }
  }

  @Test(arguments: ExactSearchData.allCases)
  func `hard rows give the ids and scores of the brute force`(data: ExactSearchData) {
    for (dimension, seed) in [(1, 1), (3, 2), (65, 3), (384, 4)] as [(Int, UInt64)] {
      let vectors = data.vectors(600, dimension: dimension, seed: seed)
      let rows = ExactSearchRows(vectors, dimension: dimension)
      var random = SeededGenerator(seed: seed)
      // The vectors' own base comes first from the seed: a query that ties with many of them.
      let base = ExactSearchData.unit(dimension, &random)
      for query in [base, vectors[7], ExactSearchData.unit(dimension, &random)] {
        for count in [1, 10, 1000] {
          expectSame(query, [rows], count: count, "\(data), d \(dimension), k \(count)")
        }
      }
    }
  }

  @Test(arguments: ExactSearchData.allCases)
  func `queries of any length are answered`(data: ExactSearchData) {
    let queries = data.vectors(12, dimension: 48, seed: 11)
    let rows = ExactSearchRows(
      ExactSearchData.mixedLengths.vectors(500, dimension: 48, seed: 5), dimension: 48)
    for query in queries { expectSame(query, [rows], count: 10, "\(data)") }
  }

  @Test(arguments: [0, 1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129, 257])
  func `any number of rows is searched, and fewer rows than wanted are all returned`(count: Int) {
    let vectors = ExactSearchData.clustered.vectors(count, dimension: 40, seed: 3)
    let rows = ExactSearchRows(vectors, dimension: 40)
    var random = SeededGenerator(seed: 4)
    let query = ExactSearchData.unit(40, &random)
    for wanted in [1, 10, 10_000] { expectSame(query, [rows], count: wanted, "rows \(count)") }
    #expect(ExactSearch.search(query: query, in: [rows.rows], count: 0).isEmpty)
  }

  @Test func `only live rows are returned`() {
    let seed: UInt64 = 21
    var random = SeededGenerator(seed: seed)
    let count = 1_000
    let vectors = ExactSearchData.clustered.vectors(count, dimension: 65, seed: seed)
    var bitmaps: [(String, [Bool])] = [
      ("empty", Array(repeating: false, count: count)),
      ("full", Array(repeating: true, count: count)),
      ("first", (0..<count).map { $0 == 0 }), ("last", (0..<count).map { $0 == count - 1 }),
      ("one word", (0..<count).map { $0 / 64 == 5 }),
    ]
    for percent in [1, 10, 30, 50, 90] {
      bitmaps.append(
        (
          "\(percent) %",
          (0..<count).map { _ in Int.random(in: 0..<100, using: &random) < percent }
        ))
    }
    for (name, live) in bitmaps {
      let rows = ExactSearchRows(vectors, dimension: 65, live: live)
      for wanted in [1, 10, 1000] {
        let query = ExactSearchData.unit(65, &random)
        expectSame(query, [rows], count: wanted, "\(name), k \(wanted), seed \(seed)")
      }
    }
  }

  @Test func `several sources give one ranking`() {
    var random = SeededGenerator(seed: 31)
    let counts = [0, 1, 700, 64, 130, 5]
    let sources = counts.enumerated().map { index, count in
      ExactSearchRows(
        ExactSearchData.clustered.vectors(count, dimension: 100, seed: 77), dimension: 100,
        live: index == 3 ? (0..<count).map { $0 % 2 == 0 } : nil)
    }
    for wanted in [1, 10, 50, 1000] {
      let query = ExactSearchData.unit(100, &random)
      expectSame(query, sources, count: wanted, "k \(wanted)")
    }
  }

  @Test func `equal scores stand by raw id, then by chunk`() {
    let vector = ExactSearchData.gaussian.vectors(1, dimension: 24, seed: 1)[0]
    var ids: [[UInt8]] = []
    var chunks: [UInt32] = []
    for row in 0..<200 {
      var id = [UInt8](repeating: 0, count: 16)
      id[(row / 4) % 16] = UInt8(255 - row / 4)  // ids above 127 must compare as unsigned
      ids.append(id)
      chunks.append(UInt32(3 - row % 4))
    }
    let rows = ExactSearchRows(
      Array(repeating: vector, count: 200), dimension: 24, ids: ids, chunks: chunks)
    for wanted in [1, 7, 200] { expectSame(vector, [rows], count: wanted, "k \(wanted)") }
  }

  @Test func `rows too many and too close to tell apart are scored early, and all are seen`() {
    var random = SeededGenerator(seed: 61)
    let some = ExactSearchData.gaussian.vectors(3, dimension: 4, seed: 61)
    let vectors = (0..<9_000).map { _ in some[Int.random(in: 0..<3, using: &random)] }
    let rows = ExactSearchRows(vectors, dimension: 4)
    for query in some { expectSame(query, [rows], count: 10, "equal rows") }
    let batch = Array(repeating: some, count: 9).flatMap { $0 }
    let expected = some.map { BruteForce.search($0, [rows], count: 10) }
    for kernels in VectorKernels.all {
      let found = ExactSearch.searchBatch(
        queries: batch.flatMap { $0 }, queryCount: batch.count, in: [rows.rows], count: 10,
        kernels: kernels)
      #expect(found == Array(repeating: expected, count: 9).flatMap { $0 }, "\(kernels.level)")
    }
    // What the searches above rely on: the rows waiting for a score stay few.
    var contenders = Contenders(count: 10, minimum: -.infinity)
    for row in 0..<100_000 {
      contenders.admit(source: 0, row: UInt32(row), lower: 0.4, upper: 0.5)
      if contenders.isCrowded { contenders.release(floor: 0.45) }
      #expect(contenders.rows.count <= 2_200)
    }
  }

  @Test func `a least score leaves out what is below it and keeps what equals it`() {
    var random = SeededGenerator(seed: 41)
    let rows = ExactSearchRows(
      ExactSearchData.gaussian.vectors(900, dimension: 33, seed: 9), dimension: 33)
    let query = ExactSearchData.unit(33, &random)
    let all = BruteForce.search(query, [rows], count: 900)
    for place in [0, 3, 30, 899] {
      let minimum = all[place].score
      expectSame(query, [rows], count: 1000, minimum: minimum, "minimum of place \(place)")
      expectSame(query, [rows], count: 1000, minimum: minimum.nextUp, "above place \(place)")
    }
  }

  @Test(arguments: [1, 2, 3, 5, 16, 17, 33, 50, 64, 65, 100])
  func `a batch gives each query its own answer`(queryCount: Int) {
    let dimension = 96
    let seed = UInt64(queryCount)
    var random = SeededGenerator(seed: seed)
    let sources = [
      ExactSearchRows(
        ExactSearchData.clustered.vectors(500, dimension: dimension, seed: seed),
        dimension: dimension),
      ExactSearchRows(
        ExactSearchData.nearTies.vectors(150, dimension: dimension, seed: seed),
        dimension: dimension, live: (0..<150).map { $0 % 7 != 0 }),
    ]
    let queries = (0..<queryCount).map { index in
      index % 5 == 4
        ? sources[1].vectors[index % 150] : ExactSearchData.unit(dimension, &random)
    }
    for wanted in [1, 10, 1000] {
      let expected = queries.map { BruteForce.search($0, sources, count: wanted) }
      for kernels in VectorKernels.all {
        let found = ExactSearch.searchBatch(
          queries: queries.flatMap { $0 }, queryCount: queryCount, in: sources.map(\.rows),
          count: wanted, kernels: kernels)
        #expect(found == expected, "k \(wanted), \(kernels.level), seed \(seed)")
      }
    }
  }

  @Test(arguments: ExactSearchData.allCases)
  func `a batch of hard queries over hard rows is right`(data: ExactSearchData) {
    for dimension in [1, 17, 384] {
      let rows = ExactSearchRows(
        data.vectors(200, dimension: dimension, seed: 13), dimension: dimension)
      let queries = ExactSearchData.allCases.flatMap {
        $0.vectors(2, dimension: dimension, seed: 13)
      }
      let expected = queries.map { BruteForce.search($0, [rows], count: 10) }
      for kernels in VectorKernels.all {
        let found = ExactSearch.searchBatch(
          queries: queries.flatMap { $0 }, queryCount: queries.count, in: [rows.rows], count: 10,
          kernels: kernels)
        #expect(found == expected, "\(data), d \(dimension), \(kernels.level)")
      }
    }
  }

  @Test func `rows and queries that are not numbers cost right answers at most`() {
    var vectors = ExactSearchData.gaussian.vectors(300, dimension: 70, seed: 2)
    vectors[5][3] = .nan
    vectors[9][0] = .infinity
    vectors[200] = [Float](repeating: -.infinity, count: 70)
    let rows = ExactSearchRows(vectors, dimension: 70)
    for query in [vectors[5], vectors[9], vectors[200], vectors[1]] {
      for kernels in VectorKernels.all {
        let one = ExactSearch.search(query: query, in: [rows.rows], count: 10, kernels: kernels)
        #expect(one.count <= 10)
        let batch = ExactSearch.searchBatch(
          queries: Array(repeating: query, count: 20).flatMap { $0 }, queryCount: 20,
          in: [rows.rows], count: 10, kernels: kernels)
        #expect(batch.count == 20)
      }
    }
  }

  @Test func `the wanted level is taken, or the best below it`() {
    #expect(VectorKernels(.portable).level == .portable)
    #expect(VectorKernels(.avx512).level == VectorKernels.supported)
  }
}

/// The selection behind thresholds and rankings, against a sorted array.
@Suite struct ExactSearchSelectionTests {
  @Test func `the greatest elements are kept in order, whatever order they come in`() {
    var random = SeededGenerator(seed: 51)
    for round in 0..<300 {
      let size = Int.random(in: 0...400, using: &random)
      let range = [1, 3, 50, 1_000_000][round % 4]
      var values = (0..<size).map { _ in Int.random(in: 0..<range, using: &random) }
      if round % 5 == 1 { values.sort() }
      if round % 5 == 2 { values.sort(by: >) }
      let count = Int.random(in: 1...100, using: &random)
      var selection = Selection<Int>(count: count)
      for (index, value) in values.enumerated() {
        selection.push(value)
        if let floor = selection.floor {
          let better = values[...index].filter { $0 >= floor }.count
          #expect(better >= count, "a floor must have \(count) elements at or above it")
        }
      }
      #expect(selection.sorted() == Array(values.sorted(by: >).prefix(count)), "round \(round)")
      #expect(selection.floor == (size < count ? nil : values.sorted(by: >)[count - 1]))
    }
  }
}
