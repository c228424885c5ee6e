import CVectorKernels
import Glibc
import Platform

@testable import KnowledgeStore

/// Memory whose last byte is followed by a page that faults, so that a read past the end ends the
/// test process instead of going unnoticed.
final class GuardedMemory {
  let start: UnsafeMutableRawPointer
  private let base: UnsafeMutableRawPointer
  private let mapped: Int

  init(byteCount: Int) {
    let page = 4096
    let usable = (byteCount + page - 1) / page * page
    mapped = usable + page
    base = mmap(nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
    precondition(base != MAP_FAILED && mprotect(base + usable, page, PROT_NONE) == 0)
    start = base + (usable - byteCount)
  }

  deinit { munmap(base, mapped) }

  func typed<Element>(_ type: Element.Type) -> UnsafeMutablePointer<Element> {
    start.assumingMemoryBound(to: type)
  }
}

/// Encoded rows for tests, every column ending at a guard page.
final class ExactSearchRows {
  let count: Int
  let dimension: Int
  let vectors: [[Float]]
  private let floats: GuardedMemory
  private let codes: GuardedMemory
  private let scales: GuardedMemory
  private let errors: GuardedMemory
  private let norms: GuardedMemory
  private let ids: GuardedMemory
  private let chunks: GuardedMemory
  private let live: GuardedMemory?

  /// - Parameters:
  ///   - ids: 16 bytes a row; by default the row number, mixed up.
  ///   - live: One Bool a row; nil admits all.
  init(
    _ vectors: [[Float]], dimension: Int, ids: [[UInt8]]? = nil, chunks: [UInt32]? = nil,
    live: [Bool]? = nil, kernels: VectorKernels = .current
  ) {
    count = vectors.count
    self.dimension = dimension
    self.vectors = vectors
    let floatStride = VectorLayout.floatStride(dimension)
    let codeStride = VectorLayout.codeStride(dimension)
    floats = GuardedMemory(byteCount: count * floatStride * 4)
    codes = GuardedMemory(byteCount: count * codeStride)
    scales = GuardedMemory(byteCount: count * 4)
    errors = GuardedMemory(byteCount: count * 4)
    norms = GuardedMemory(byteCount: count * 4)
    self.ids = GuardedMemory(byteCount: count * 16)
    self.chunks = GuardedMemory(byteCount: count * 4)
    self.live = live.map { GuardedMemory(byteCount: VectorLayout.bitmapWords($0.count) * 8) }
    for row in 0..<count {
      let vector = floats.typed(Float.self) + row * floatStride
      for (index, value) in vectors[row].enumerated() { vector[index] = value }
      let factors = VectorCodec.encode(
        vector, dimension: dimension, codes: codes.typed(UInt8.self) + row * codeStride,
        kernels: kernels)
      scales.typed(Float.self)[row] = factors.scale
      errors.typed(Float.self)[row] = factors.error
      norms.typed(Float.self)[row] = factors.norm
      let id = ids?[row] ?? Self.id(UInt64(row) &* 0x9E37_79B9_7F4A_7C15)
      for index in 0..<16 { self.ids.typed(UInt8.self)[row * 16 + index] = id[index] }
      self.chunks.typed(UInt32.self)[row] = chunks?[row] ?? 0
      if let live, live[row] {
        self.live!.typed(UInt64.self)[row >> 6] |= 1 << UInt64(row & 63)
      }
    }
    if let live, count & 63 != 0, !live.isEmpty {
      // Bits past the rows must not matter.
      self.live!.typed(UInt64.self)[count >> 6] |= ~0 << UInt64(count & 63)
    }
  }

  static func id(_ value: UInt64) -> [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: value >> UInt64($0 % 8 * 8)) }
  }

  var rows: VectorRows {
    VectorRows(
      count: count, dimension: dimension, vectors: floats.typed(Float.self),
      codes: codes.typed(UInt8.self), scales: scales.typed(Float.self),
      errors: errors.typed(Float.self), norms: norms.typed(Float.self),
      ids: ids.typed(UInt8.self), chunks: chunks.typed(UInt32.self),
      live: live.map { UnsafePointer($0.typed(UInt64.self)) })
  }

  func isLive(_ row: Int) -> Bool {
    guard let live else { return true }
    return live.typed(UInt64.self)[row >> 6] >> UInt64(row & 63) & 1 != 0
  }

  func compareIDs(_ row: Int, _ other: ExactSearchRows, _ otherRow: Int) -> Int32 {
    memcmp(
      ids.typed(UInt8.self) + row * 16, other.ids.typed(UInt8.self) + otherRow * 16, 16)
  }
  func chunk(of row: Int) -> UInt32 { chunks.typed(UInt32.self)[row] }
}

/// Whether the run asked for the full sizes (`KNOWLEDGE_LONG=1`).
let exactSearchRunsLong = Environment.value("KNOWLEDGE_LONG") == "1"

/// The oracle: every live row scored in Double, all of them sorted.
enum BruteForce {
  /// Sixteen running sums, as `ck_kernels.score_f32` documents them.
  static func score(_ a: [Float], _ b: [Float]) -> Double {
    var sums = [Double](repeating: 0, count: 16)
    for index in a.indices { sums[index % 16] += Double(a[index]) * Double(b[index]) }
    var apart = 8
    while apart > 0 {
      for index in 0..<apart { sums[index] += sums[index + apart] }
      apart /= 2
    }
    return sums[0]
  }

  /// The score of every row, by the portable kernel, which `KernelsTests` compares with
  /// ``score(_:_:)``: the tests are built without optimisation and would take minutes.
  static func scores(_ query: [Float], _ source: ExactSearchRows) -> [Double] {
    let stride = VectorLayout.floatStride(source.dimension)
    let wide = query.map { Double($0) } + Array(repeating: 0, count: stride - source.dimension)
    var scores = [Double](repeating: 0, count: source.count)
    VectorKernels(.portable).table.score_f32(
      source.rows.vectors, stride, (0..<source.count).map { UInt32($0) }, source.count, wide,
      &scores)
    return scores
  }

  static func search(
    _ query: [Float], _ sources: [ExactSearchRows], count: Int, minimum: Double = -.infinity
  ) -> [RankedRow] {
    var found: [RankedRow] = []
    for (index, source) in sources.enumerated() {
      let scores = scores(query, source)
      for row in 0..<source.count where source.isLive(row) {
        let score = scores[row]
        if score >= minimum { found.append(RankedRow(source: index, row: row, score: score)) }
      }
    }
    found.sort { a, b in
      if a.score != b.score { return a.score > b.score }
      let order = sources[a.source].compareIDs(a.row, sources[b.source], b.row)
      if order != 0 { return order < 0 }
      return sources[a.source].chunk(of: a.row) < sources[b.source].chunk(of: b.row)
    }
    return Array(found.prefix(count))
  }
}

/// Kinds of vectors that searches must get right.
enum ExactSearchData: String, CaseIterable {
  case gaussian, clustered, equal, duplicated, nearTies, spiky, hugeComponent, mixedLengths, tiny
  case vast, zero, ascending

  func vectors(_ count: Int, dimension: Int, seed: UInt64) -> [[Float]] {
    var random = SeededGenerator(seed: seed)
    let base = Self.unit(dimension, &random)
    let centres = (0..<8).map { _ in Self.unit(dimension, &random) }
    return (0..<count).map { row in
      switch self {
      case .gaussian: return Self.unit(dimension, &random)
      case .clustered:
        let noise = Self.unit(dimension, &random)
        return Self.normalised(zip(centres[row % 8], noise).map { $0 + 0.3 * $1 })
      case .equal: return base
      case .duplicated:
        return row % 3 == 0 ? base : centres[Int.random(in: 0..<8, using: &random)]
      case .nearTies:
        var vector = base
        let place = Int.random(in: 0..<dimension, using: &random)
        vector[place] = row % 2 == 0 ? vector[place].nextUp : vector[place].nextDown
        return vector
      case .spiky:
        var vector = [Float](repeating: 0, count: dimension)
        for _ in 0..<min(3, dimension) {
          vector[Int.random(in: 0..<dimension, using: &random)] = Float.random(
            in: -1...1, using: &random)
        }
        return Self.normalised(vector)
      case .hugeComponent:
        var vector = Self.unit(dimension, &random)
        vector[row % dimension] = row % 2 == 0 ? 1e6 : -1e6
        return vector
      case .mixedLengths:
        let length = exp2f(Float.random(in: -12...12, using: &random))
        return Self.unit(dimension, &random).map { $0 * length }
      case .tiny: return Self.unit(dimension, &random).map { $0 * 0x1p-130 }
      case .vast: return Self.unit(dimension, &random).map { $0 * 1e37 }
      case .zero: return [Float](repeating: 0, count: dimension)
      case .ascending:
        let noise = Self.unit(dimension, &random)
        let weight = Float(row) / Float(count)
        return zip(base, noise).map { weight * $0 + (1 - weight) * $1 }
      }
    }
  }

  static func unit(_ dimension: Int, _ random: inout SeededGenerator) -> [Float] {
    normalised(
      (0..<dimension).map { _ in
        // Four sixteen-bit numbers: their sum is nearly normal.
        let bits = random.next()
        let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48)
        return Float(Int(sum) - 131_070) / 65_536
      })
  }

  static func normalised(_ vector: [Float]) -> [Float] {
    let length = vector.reduce(into: 0.0) { $0 += Double($1) * Double($1) }.squareRoot()
    return length > 0 ? vector.map { Float(Double($0) / length) } : vector
  }
}

extension VectorKernels {
  /// Every level that this processor runs.
  static var all: [VectorKernels] {
    Level.allCases.filter { $0 <= supported }.map { VectorKernels($0) }
  }
}
