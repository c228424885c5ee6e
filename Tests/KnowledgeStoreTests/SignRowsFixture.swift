import CVectorKernels
import Platform

@testable import KnowledgeStore

/// One-bit codes for tests, every column ending at a guard page.
final class SignRowsFixture {
  private let words: GuardedMemory
  private let factors: GuardedMemory
  private let centre: GuardedMemory
  let width: Int

  /// - Parameter vectors: Rows of one length, at least one.
  init(_ vectors: [[Float]], kernels: VectorKernels = .current) {
    let dimension = vectors[0].count
    width = VectorRotation.width(dimension)
    let blocks = SignLayout.blockCount(vectors.count)
    words = GuardedMemory(byteCount: blocks * SignLayout.blockWordCount(dimension) * 4)
    factors = GuardedMemory(byteCount: blocks * SignLayout.blockFactorCount * 4)
    centre = GuardedMemory(byteCount: width * 4)
    let mean = (0..<dimension).map { component in
      vectors.reduce(0) { $0 + $1[component] } / Float(vectors.count)
    }
    var encoder = SignEncoder(mean: mean, kernels: kernels)
    for block in 0..<blocks {
      encoder.beginBlock()
      for row in block * 64..<min(block * 64 + 64, vectors.count) {
        encoder.encode(vectors[row], row: row - block * 64)
      }
      let first = block * encoder.words.count
      for (index, word) in encoder.words.enumerated() {
        words.typed(UInt32.self)[first + index] = word
      }
      for (index, factor) in encoder.factors.enumerated() {
        factors.typed(Float.self)[block * encoder.factors.count + index] = factor
      }
    }
    for (index, value) in encoder.centre.enumerated() { centre.typed(Float.self)[index] = value }
  }

  /// Codes and factors of any bits.
  init(garbage seed: UInt64, rowCount: Int, dimension: Int) {
    var random = SeededGenerator(seed: seed)
    width = VectorRotation.width(dimension)
    let blocks = SignLayout.blockCount(rowCount)
    words = GuardedMemory(byteCount: blocks * SignLayout.blockWordCount(dimension) * 4)
    factors = GuardedMemory(byteCount: blocks * SignLayout.blockFactorCount * 4)
    centre = GuardedMemory(byteCount: width * 4)
    for (memory, count) in [
      (words, blocks * SignLayout.blockWordCount(dimension)),
      (factors, blocks * SignLayout.blockFactorCount), (centre, width),
    ] {
      for index in 0..<count {
        memory.typed(UInt32.self)[index] = UInt32(truncatingIfNeeded: random.next())
      }
    }
  }

  var rows: SignRows {
    SignRows(
      words: words.typed(UInt32.self), factors: factors.typed(Float.self),
      centre: centre.typed(Float.self))
  }
}

extension VectorRows {
  /// The same rows with one-bit codes.
  func with(_ signs: SignRows) -> VectorRows {
    VectorRows(
      count: count, dimension: dimension, vectors: vectors, codes: codes, scales: scales,
      errors: errors, norms: norms, ids: ids, chunks: chunks, live: live, signs: signs)
  }
}

extension SearchCosts {
  /// Prefers one-bit codes wherever there are some.
  static var signsAlways: SearchCosts {
    var costs = SearchCosts(.portable)
    (costs.signRow, costs.signSetup, costs.refineRow) = (0, 0, 0)
    return costs
  }
}
