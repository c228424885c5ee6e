import CVectorKernels
import Platform
import Testing

@testable import KnowledgeStore

/// What a kernel kept, in an order that does not depend on its blocking.
struct Kept: Equatable, Comparable {
  var row: UInt32
  var lane: UInt32
  var lower: UInt32
  var upper: UInt32

  static func < (a: Kept, b: Kept) -> Bool { (a.row, a.lane) < (b.row, b.lane) }
}

/// Output columns that end at guard pages, with exactly the room that kernels are promised.
final class KeptColumns {
  private let rows: GuardedMemory
  private let lanes: GuardedMemory
  private let lowers: GuardedMemory
  private let uppers: GuardedMemory

  init(capacity: Int) {
    let size = (capacity + Int(CK_SLACK)) * 4
    rows = GuardedMemory(byteCount: size)
    lanes = GuardedMemory(byteCount: size)
    lowers = GuardedMemory(byteCount: size)
    uppers = GuardedMemory(byteCount: size)
  }

  var columns: ck_survivors {
    ck_survivors(
      rows: rows.typed(UInt32.self), lanes: lanes.typed(UInt32.self),
      lowers: lowers.typed(Float.self), uppers: uppers.typed(Float.self))
  }

  func sorted(_ found: Int, withLanes: Bool = true) -> [Kept] {
    (0..<found).map { index in
      Kept(
        row: rows.typed(UInt32.self)[index],
        lane: withLanes ? lanes.typed(UInt32.self)[index] : 0,
        lower: lowers.typed(Float.self)[index].bitPattern,
        upper: uppers.typed(Float.self)[index].bitPattern)
    }.sorted()
  }
}

/// A tile of random queries; `packed` and the factors end at guard pages.
final class TileColumns {
  let groups: Int
  private let packed: GuardedMemory
  private let words: [GuardedMemory]

  init(groups: Int, stride: Int, threshold: Float, _ random: inout SeededGenerator) {
    self.groups = groups
    let lanes = groups * 16
    packed = GuardedMemory(byteCount: stride * lanes)
    words = (0..<5).map { _ in GuardedMemory(byteCount: lanes * 4) }
    for lane in 0..<lanes {
      let codes = (0..<stride).map { _ in UInt8.random(in: 1...255, using: &random) }
      words[0].typed(UInt32.self)[lane] = ck_pack_u8(
        codes, stride, groups, lane, packed.typed(Int8.self))
      words[1].typed(Float.self)[lane] = Float.random(in: 0.001...0.01, using: &random)
      words[2].typed(Float.self)[lane] = Float.random(in: 0.5...2, using: &random)
      words[3].typed(Float.self)[lane] = Float.random(in: 0...0.01, using: &random)
      words[4].typed(Float.self)[lane] = threshold
    }
  }

  var tile: ck_tile {
    ck_tile(
      packed: packed.typed(Int8.self), groups: groups, offsets: words[0].typed(UInt32.self),
      steps: words[1].typed(Float.self), lengths: words[2].typed(Float.self),
      residues: words[3].typed(Float.self), thresholds: words[4].typed(Float.self),
      floor: QueryScale.floor)
  }
}

/// Every level against its portable twin, on memory that ends at guard pages.
@Suite struct KernelsTests {
  static let fast = VectorKernels.all.filter { $0.level > .portable }
  static let portable = VectorKernels(.portable)

  @Test func `this machine has a level to compare, or says so`() {
    if Self.fast.isEmpty { print("only the portable kernels run here") }
    #expect(VectorKernels.all.first?.level == .portable)
  }

  @Test(arguments: [1, 64, 65, 200])
  func `scans keep the same rows with the same bounds`(dimension: Int) {
    var random = SeededGenerator(seed: UInt64(dimension))
    let all = ExactSearchData.gaussian.vectors(257, dimension: dimension, seed: 1)
    let query = QuantisedQuery(ExactSearchData.unit(dimension, &random))
    for count in 0...257 {
      let density = [100, 0, 3, 40, 97][count % 5]
      let live = (0..<count).map { _ in Int.random(in: 0..<100, using: &random) < density }
      let rows = ExactSearchRows(
        Array(all.prefix(count)), dimension: dimension, live: count % 5 == 0 ? nil : live)
      for threshold in [-Float.infinity, 0.05] {
        func scan(_ kernels: VectorKernels) -> [Kept] {
          let output = KeptColumns(capacity: count)
          var columns = rows.rows.columns
          var survivors = output.columns
          let found = query.withColumns { query in
            kernels.table.scan_u8(
              &columns, 0, count, rows.rows.live, query, threshold, &survivors)
          }
          return output.sorted(found, withLanes: false)
        }
        let expected = scan(Self.portable)
        if threshold < 0 { #expect(expected.count == (0..<count).filter(rows.isLive).count) }
        for kernels in Self.fast {
          #expect(scan(kernels) == expected, "\(count) rows, \(density) %, \(kernels.level)")
        }
      }
    }
  }

  @Test func `a scan may begin in the middle of a source`() {
    let rows = ExactSearchRows(
      ExactSearchData.gaussian.vectors(200, dimension: 20, seed: 1), dimension: 20,
      live: (0..<200).map { $0 % 3 > 0 })
    var random = SeededGenerator(seed: 1)
    let query = QuantisedQuery(ExactSearchData.unit(20, &random))
    for kernels in VectorKernels.all {
      let output = KeptColumns(capacity: 100)
      var columns = rows.rows.columns
      var survivors = output.columns
      let found = query.withColumns { query in
        kernels.table.scan_u8(
          &columns, 64, 100, rows.rows.live, query, -.infinity, &survivors)
      }
      let expected = (64..<164).filter { $0 % 3 > 0 }.map { UInt32($0) }
      #expect(output.sorted(found).map(\.row) == expected, "\(kernels.level)")
    }
  }

  @Test(arguments: [1, 2, 3, 4])
  func `tiles keep the same pairs with the same bounds`(groups: Int) {
    let tiled = Self.fast.filter { $0.table.tile_u8 != nil }
    for (dimension, threshold) in [(1, -Float.infinity), (64, 0.5), (200, 2)] {
      var random = SeededGenerator(seed: UInt64(groups))
      let rows = ExactSearchRows(
        ExactSearchData.gaussian.vectors(70, dimension: dimension, seed: 1), dimension: dimension)
      let tile = TileColumns(
        groups: groups, stride: VectorLayout.codeStride(dimension), threshold: threshold, &random)
      for count in 0...70 {
        let indices = (0..<count).map { UInt32(($0 * 37) % 70) }
        func run(
          _ kernel: (
            UnsafePointer<ck_rows>, UnsafePointer<UInt32>, Int, UnsafePointer<ck_tile>,
            UnsafePointer<ck_survivors>
          ) -> Int
        ) -> [Kept] {
          let output = KeptColumns(capacity: count * groups * 16)
          var columns = rows.rows.columns
          var survivors = output.columns
          var queries = tile.tile
          let found = indices.withUnsafeBufferPointer { list in
            let guarded = GuardedMemory(byteCount: max(list.count, 1) * 4)
            let copy = guarded.typed(UInt32.self)
            for index in 0..<list.count { copy[index] = list[index] }
            return withExtendedLifetime(guarded) {
              kernel(&columns, copy, list.count, &queries, &survivors)
            }
          }
          return output.sorted(found)
        }
        let expected = run { ck_tile_u8_portable($0, $1, $2, $3, $4) }
        for kernels in tiled {
          let found = run { kernels.table.tile_u8($0, $1, $2, $3, $4) }
          #expect(found == expected, "\(count) rows, d \(dimension), \(kernels.level)")
        }
      }
    }
  }

  @Test func `products are sifted alike`() {
    var random = SeededGenerator(seed: 8)
    let rows = ExactSearchRows(
      ExactSearchData.gaussian.vectors(9, dimension: 8, seed: 1), dimension: 8)
    let indices = (0..<9).map { UInt32(8 - $0) }
    for lanes in 0...70 {
      let products = GuardedMemory(byteCount: max(9 * lanes, 1) * 4)
      let residues = GuardedMemory(byteCount: max(lanes, 1) * 4)
      let thresholds = GuardedMemory(byteCount: max(lanes, 1) * 4)
      for index in 0..<9 * lanes {
        products.typed(Float.self)[index] =
          index % 50 == 49 ? .nan : Float.random(in: -1...1, using: &random)
      }
      for lane in 0..<lanes {
        residues.typed(Float.self)[lane] = Float.random(in: 0...0.1, using: &random)
        thresholds.typed(Float.self)[lane] = Float.random(in: 0...0.5, using: &random)
      }
      func sift(_ kernels: VectorKernels) -> [Kept] {
        let output = KeptColumns(capacity: 9 * lanes)
        var columns = rows.rows.columns
        var survivors = output.columns
        let found = kernels.table.sift_f32(
          &columns, indices, 9, products.typed(Float.self), lanes, residues.typed(Float.self),
          thresholds.typed(Float.self), QueryScale.floor, &survivors)
        // A NaN may carry any sign, so only that it is one is compared.
        return output.sorted(found).map { kept in
          var kept = kept
          if Float(bitPattern: kept.upper).isNaN { (kept.lower, kept.upper) = (0, 0) }
          return kept
        }
      }
      let expected = sift(Self.portable)
      for kernels in Self.fast { #expect(sift(kernels) == expected, "\(lanes), \(kernels.level)") }
    }
  }

  @Test func `scores are the same bits everywhere, and those of the documented order`() {
    var random = SeededGenerator(seed: 3)
    for dimension in 1...257 {
      let vectors = ExactSearchData.mixedLengths.vectors(3, dimension: dimension, seed: 6)
      let rows = ExactSearchRows(vectors, dimension: dimension)
      let query = ExactSearchData.unit(dimension, &random)
      let stride = VectorLayout.floatStride(dimension)
      let wide = query.map { Double($0) } + Array(repeating: 0, count: stride - dimension)
      for kernels in VectorKernels.all {
        var scores = [Double](repeating: 0, count: 4)
        kernels.table.score_f32(rows.rows.vectors, stride, [2, 0, 1, 2], 4, wide, &scores)
        let expected = [2, 0, 1, 2].map { BruteForce.score(vectors[$0], query) }
        #expect(scores == expected, "dimension \(dimension), \(kernels.level)")
        let plain = zip(vectors[2], query).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(plain - scores[0]) <= 1e-11 * (1 + abs(plain)))
      }
    }
  }

  @Test(arguments: ExactSearchData.allCases)
  func `codes and factors are the same bits everywhere`(data: ExactSearchData) {
    for dimension in stride(from: 1, through: 257, by: exactSearchRunsLong ? 1 : 8) {
      let vectors = data.vectors(2, dimension: dimension, seed: UInt64(dimension))
      for vector in vectors {
        let expected = encode(vector, Self.portable)
        for kernels in Self.fast {
          let found = encode(vector, kernels)
          #expect(found.0 == expected.0 && found.1 == expected.1, "\(dimension) \(kernels.level)")
        }
      }
    }
  }

  @Test(arguments: ExactSearchData.allCases)
  func `factors bound what they say they bound`(data: ExactSearchData) {
    for dimension in [1, 3, 64, 65, 384] {
      for vector in data.vectors(6, dimension: dimension, seed: 5) {
        let (codes, factors) = encode(vector, .current)
        var error = 0.0
        var norm = 0.0
        for (value, code) in zip(vector, codes) {
          #expect(code > 0)
          let meant = Double(factors.scale) * Double(Int(code) - 128)
          error += (Double(value) - meant) * (Double(value) - meant)
          norm += meant * meant
        }
        #expect(Double(factors.error) >= error.squareRoot())
        #expect(Double(factors.norm) >= norm.squareRoot())
        #expect(codes.dropFirst(dimension).allSatisfy { $0 == VectorLayout.zeroCode })
      }
    }
  }

  /// Codes with their padding, from a vector that ends at a guard page.
  private func encode(_ vector: [Float], _ kernels: VectorKernels) -> (
    [UInt8], VectorCodec.Factors
  ) {
    let stride = VectorLayout.codeStride(vector.count)
    let input = GuardedMemory(byteCount: vector.count * 4)
    let output = GuardedMemory(byteCount: stride)
    for (index, value) in vector.enumerated() { input.typed(Float.self)[index] = value }
    let factors = VectorCodec.encode(
      input.typed(Float.self), dimension: vector.count, codes: output.typed(UInt8.self),
      kernels: kernels)
    return ((0..<stride).map { output.typed(UInt8.self)[$0] }, factors)
  }
}

extension QuantisedQuery {
  init(_ query: [Float]) {
    let copy = GuardedMemory(byteCount: query.count * 4)
    for (index, value) in query.enumerated() { copy.typed(Float.self)[index] = value }
    self.init(UnsafeBufferPointer(start: copy.typed(Float.self), count: query.count))
  }
}
