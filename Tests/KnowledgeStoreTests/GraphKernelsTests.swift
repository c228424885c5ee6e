import CVectorKernels
import Platform
import Testing

@testable import KnowledgeStore

/// A graph of random rows, every column ending at a guard page.
final class RandomGraph {
  let count: Int
  let width: Int
  private let rows: GuardedMemory
  private let codes: GuardedMemory
  private let scales: GuardedMemory

  init(count: Int, width: Int, seed: UInt64) {
    self.count = count
    self.width = width
    var random = SeededGenerator(seed: seed)
    rows = GuardedMemory(byteCount: count * (4 * width + Int(CK_GRAPH_FACTORS)))
    codes = GuardedMemory(byteCount: count * width)
    scales = GuardedMemory(byteCount: count * 4)
    let stride = 4 * width + Int(CK_GRAPH_FACTORS)
    for index in 0..<count * stride {
      rows.typed(UInt8.self)[index] = UInt8.random(in: 0...255, using: &random)
    }
    for index in 0..<count * width {
      codes.typed(UInt8.self)[index] = UInt8.random(in: 1...255, using: &random)
    }
    for vertex in 0..<count {
      scales.typed(Float.self)[vertex] = Float.random(in: 0.0005...0.002, using: &random)
      let ids = (rows.start + vertex * stride + 4 * width + 128).assumingMemoryBound(
        to: UInt32.self)
      // Some exist, some twice, some lie just outside, some far.
      for place in 0..<32 where place % 8 != 7 {
        ids[place] = UInt32.random(in: 0...UInt32(count), using: &random)
      }
    }
  }

  var columns: ck_graph {
    ck_graph(
      rows: rows.typed(UInt8.self), codes: codes.typed(UInt8.self),
      scales: scales.typed(Float.self), width: width, stride: width, count: UInt32(count))
  }
}

/// Every level against its portable twin, and that against plain arithmetic.
@Suite struct GraphKernelsTests {
  static let portable = GraphKernels(VectorKernels(.portable))
  static let fast = VectorKernels.all.filter { $0.level > .portable }.map { GraphKernels($0) }

  static func floats(_ count: Int, _ random: inout SeededGenerator) -> [Float] {
    (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
  }

  @Test(arguments: [64, 128, 384, 768, 4096])
  func `levels give the same bits`(width: Int) {
    var random = SeededGenerator(seed: UInt64(width))
    let graph = RandomGraph(count: 40, width: width, seed: 7)
    var columns = graph.columns
    let start = Self.floats(width, &random)
    let turned = VectorRotation(dimension: width).applied(
      to: start, kernels: VectorKernels(.portable))
    func tables(_ kernels: GraphKernels) -> ([UInt8], UInt32, UInt32) {
      var tables = [UInt8](repeating: 0, count: 4 * width)
      let scale = kernels.table.tables(turned, width, &tables)
      return (tables, scale.step.bitPattern, scale.base.bitPattern)
    }
    let table = tables(Self.portable)
    #expect(table.0.max()! <= CK_TABLE_LIMIT)
    let codes = (0..<width).map { _ in Int8.random(in: -127...127, using: &random) }
    let vertices = (0..<40).map { UInt32($0) }
    func scores(_ kernels: GraphKernels, _ threshold: Float) -> [UInt32] {
      var seen = [UInt64](repeating: 0b1010, count: 1)
      var log: [UInt32] = []
      table.0.withUnsafeBufferPointer { tables in
        codes.withUnsafeBufferPointer { codes in
          var query = ck_graph_query(
            tables: tables.baseAddress!, codes: codes.baseAddress!,
            step: Float(bitPattern: table.1), base: Float(bitPattern: table.2), scale: 0.01,
            offset: 12_345)
          for vertex in vertices {
            let score = kernels.table.score(&columns, vertex, &query)
            var keys = [Float](repeating: 0, count: 32 + Int(CK_SLACK))
            var found = [UInt32](repeating: 0, count: 32 + Int(CK_SLACK))
            let count = kernels.table.expand(
              &columns, vertex, &query, score, score + threshold, &seen, &keys, &found)
            log += [score.bitPattern, UInt32(count)]
            log += keys.prefix(count).map(\.bitPattern) + found.prefix(count)
            #expect(found.prefix(count).allSatisfy { $0 < 40 && seen[0] >> $0 & 1 == 1 })
          }
        }
      }
      return log
    }
    func encoded(_ kernels: GraphKernels) -> [UInt8] {
      var row = [UInt8](repeating: 0, count: 4 * width + Int(CK_GRAPH_FACTORS))
      for place in 0..<32 { kernels.table.encode(turned, start, width, place, &row) }
      kernels.table.encode(start, start, width, 0, &row)
      return row
    }
    func dots(_ kernels: GraphKernels) -> [Int32] {
      var sums = [Int32](repeating: 0, count: 40)
      kernels.table.dots(columns.codes, width, vertices.reversed(), 40, codes, &sums)
      return sums
    }
    for kernels in Self.fast {
      #expect(tables(kernels) == table)
      for threshold: Float in [-.infinity, -0.2, 0.3, .infinity] {
        #expect(scores(kernels, threshold) == scores(Self.portable, threshold))
      }
      #expect(encoded(kernels) == encoded(Self.portable))
      #expect(dots(kernels) == dots(Self.portable))
    }
  }

  @Test func `selections are the same on every level, at every length`() {
    var random = SeededGenerator(seed: 3)
    for count in 1...70 {
      // Few different values, so that some are equal.
      let values = (0..<count).map { _ in Float(Int.random(in: -4...4, using: &random)) / 4 }
      let best = values.firstIndex(of: values.max()!)!
      for kernels in [Self.portable] + Self.fast {
        #expect(kernels.table.best(values, count) == best)
        for threshold: Float in [-.infinity, -0.5, 0.25, 1] {
          var indices = [UInt32](repeating: 0, count: count + Int(CK_SLACK))
          let found = kernels.table.above(values, count, threshold, &indices)
          #expect(
            indices.prefix(found).map { Int($0) }
              == values.indices.filter { values[$0] > threshold })
          var keys = values + [Float](repeating: 0, count: Int(CK_SLACK))
          var vertices = (0..<UInt32(count + Int(CK_SLACK))).map { $0 }
          let kept = kernels.table.keep(&keys, &vertices, count, threshold)
          #expect(
            vertices.prefix(kept).map { Int($0) }
              == values.indices.filter { values[$0] >= threshold })
          #expect(Array(keys.prefix(kept)) == values.filter { $0 >= threshold })
        }
      }
    }
  }

  @Test(arguments: [64, 192, 384])
  func `estimates are near to the truth`(width: Int) {
    var random = SeededGenerator(seed: UInt64(width))
    let kernels = GraphKernels.current
    let rotation = VectorRotation(dimension: width)
    func rotated(_ vector: [Float]) -> [Float] {
      rotation.applied(to: vector, kernels: kernels.vectors)
    }
    let vertex = ExactSearchData.unit(width, &random)
    let neighbours = (0..<32).map { _ in
      ExactSearchData.normalised(
        zip(vertex, ExactSearchData.unit(width, &random)).map { $0 + 0.8 * $1 })
    }
    let query = ExactSearchData.normalised(
      zip(vertex, ExactSearchData.unit(width, &random)).map { $0 + 0.8 * $1 })
    func product(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    var row = [UInt8](repeating: 0, count: 4 * width + Int(CK_GRAPH_FACTORS))
    for (place, neighbour) in neighbours.enumerated() {
      kernels.table.encode(rotated(vertex), rotated(neighbour), width, place, &row)
      for byte in 0..<4 {
        row[4 * width + 128 + 4 * place + byte] = byte == 0 ? UInt8(place) : 0
      }
    }
    var tables = [UInt8](repeating: 0, count: 4 * width)
    let scale = kernels.table.tables(rotated(query), width, &tables)
    var keys = [Float](repeating: 0, count: 48)
    var found = [UInt32](repeating: 0, count: 48)
    var seen: [UInt64] = [0]
    let codes = [Int8](repeating: 0, count: width)
    let scales = [Float](repeating: 0, count: 32)
    let count = row.withUnsafeBufferPointer { row in
      tables.withUnsafeBufferPointer { tables in
        codes.withUnsafeBufferPointer { codes in
          scales.withUnsafeBufferPointer { scales in
            var graph = ck_graph(
              rows: row.baseAddress!, codes: tables.baseAddress!, scales: scales.baseAddress!,
              width: width, stride: width, count: 32)
            var lent = ck_graph_query(
              tables: tables.baseAddress!, codes: codes.baseAddress!, step: scale.step,
              base: scale.base, scale: 1, offset: 0)
            return kernels.table.expand(
              &graph, 0, &lent, product(query, vertex), -.infinity, &seen, &keys, &found)
          }
        }
      }
    }
    #expect(count == 32)
    // One bit a component: the error of a residual of length r falls with the root of the width.
    for (key, place) in zip(keys, found).prefix(count) {
      #expect(
        abs(key - product(query, neighbours[Int(place)])) < 4 * 0.6 / Float(width).squareRoot())
    }
  }
}
