import CVectorKernels
import Platform
import Testing

@testable import KnowledgeStore

/// The promise that searches rest on: every score lies between the bounds that a scan gives it.
@Suite struct ExactSearchBoundTests {
  static let dimensions =
    exactSearchRunsLong ? [1, 3, 16, 63, 65, 127, 384, 1536, 4096] : [1, 3, 65, 384]
  static let kinds: [ExactSearchData] =
    exactSearchRunsLong
    ? ExactSearchData.allCases : [.gaussian, .spiky, .hugeComponent, .tiny, .vast, .equal]

  /// Checks bounds, given in the units of the scan, of rows kept under no threshold.
  func check(
    _ bounds: [(row: Int, lower: Float, upper: Float)], _ query: [Float], _ rows: ExactSearchRows,
    factor: Double, _ note: String
  ) {
    #expect(bounds.count == rows.count, "\(note): without a threshold nothing may be dropped")
    let scores = BruteForce.scores(query, rows)
    for (row, lower, upper) in bounds {
      let truth = scores[row] * factor
      let holds = !(Double(lower) > truth) && !(Double(upper) < truth)
      if !holds { Issue.record("\(note): \(truth) is not within \(lower)...\(upper)") }
    }
  }

  @Test(arguments: ExactSearchData.allCases)
  func `single scans bound every score`(data: ExactSearchData) {
    for dimension in Self.dimensions {
      let count = dimension > 300 ? 12 : 40
      let rows = ExactSearchRows(
        data.vectors(count, dimension: dimension, seed: 17), dimension: dimension)
      let queries = Self.kinds.map { $0.vectors(1, dimension: dimension, seed: 17)[0] }
      for query in queries {
        let quantised = QuantisedQuery(query)
        for kernels in VectorKernels.all {
          let survivors = SurvivorBuffer(capacity: count)
          var columns = rows.rows.columns
          var output = survivors.columns
          let found = quantised.withColumns { query in
            kernels.table.scan_u8(&columns, 0, count, nil, query, -.infinity, &output)
          }
          var bounds: [(row: Int, lower: Float, upper: Float)] = []
          survivors.forEach(found) { row, _, lower, upper in bounds.append((Int(row), lower, upper))
          }
          check(
            bounds, query, rows, factor: quantised.scale.factor,
            "\(data), d \(dimension), \(kernels.level)")
        }
      }
    }
  }

  @Test(arguments: ExactSearchData.allCases)
  func `batch scans bound every score`(data: ExactSearchData) {
    for dimension in Self.dimensions {
      let count = dimension > 300 ? 8 : 20
      let rows = ExactSearchRows(
        data.vectors(count, dimension: dimension, seed: 19), dimension: dimension)
      let queries = Self.kinds.map { $0.vectors(1, dimension: dimension, seed: 19)[0] }
      for kernels in VectorKernels.all {
        let flat = queries.flatMap { $0 }
        flat.withUnsafeBufferPointer { batch in
          var scans: [any LaneScan] = [
            ProductQueries(batch, dimension: dimension, queries: 0..<queries.count, rowLimit: count)
          ]
          if kernels.table.tile_u8 != nil {
            scans.append(
              TileQueries(batch, dimension: dimension, queries: 0..<queries.count, kernels: kernels)
            )
          }
          for scan in scans {
            for lane in queries.indices { scan.setThreshold(-.infinity, lane: lane) }
            let indices = (0..<count).map { UInt32($0) }
            let survivors = SurvivorBuffer(capacity: count * 64)
            let found = indices.withUnsafeBufferPointer { indices in
              scan.scan(
                RowBlock(source: rows.rows, indices: indices.baseAddress!, count: count),
                kernels: kernels, survivors: survivors)
            }
            var bounds = [[(row: Int, lower: Float, upper: Float)]](
              repeating: [], count: queries.count)
            survivors.forEach(found) { row, lane, lower, upper in
              if lane < queries.count { bounds[lane].append((Int(row), lower, upper)) }
            }
            for (lane, query) in queries.enumerated() {
              check(
                bounds[lane], query, rows, factor: scan.scale(lane: lane).factor,
                "\(data), d \(dimension), \(kernels.level), \(type(of: scan))")
            }
          }
        }
      }
    }
  }

  @Test func `bounds of unit vectors are narrow enough to be of use`() {
    var random = SeededGenerator(seed: 23)
    let vectors = ExactSearchData.gaussian.vectors(400, dimension: 384, seed: 23)
    let rows = ExactSearchRows(vectors, dimension: 384)
    let query = ExactSearchData.unit(384, &random)
    let quantised = QuantisedQuery(query)
    let survivors = SurvivorBuffer(capacity: 400)
    var columns = rows.rows.columns
    var output = survivors.columns
    let found = quantised.withColumns { query in
      VectorKernels.current.table.scan_u8(&columns, 0, 400, nil, query, -.infinity, &output)
    }
    survivors.forEach(found) { row, _, lower, upper in
      let width = Double(upper - lower) / quantised.scale.factor
      #expect(width < 0.02)
    }
  }
}
