import CVectorKernels
import Platform

@testable import KnowledgeStore

/// Outlines for tests, every column ending at a guard page.
final class OutlineRowsFixture {
  private let words: GuardedMemory
  private let factors: GuardedMemory
  private let basisRows: GuardedMemory
  let width: Int

  /// - Parameters:
  ///   - vectors: Rows of one length, at least one.
  ///   - basis: Any, for the bounds hold whatever the basis; nil for one of random directions.
  init(_ vectors: [[Float]], basis given: OutlineBasis? = nil) {
    let dimension = vectors[0].count
    let basis = given ?? Self.basis(dimension, seed: 6)
    width = basis.width
    let blocks = OutlineLayout.blockCount(vectors.count)
    words = GuardedMemory(byteCount: blocks * OutlineLayout.blockWordCount(width: width) * 4)
    factors = GuardedMemory(byteCount: blocks * OutlineLayout.blockFactorCount * 2)
    basisRows = GuardedMemory(byteCount: basis.vectors.count * 4)
    for (index, value) in basis.vectors.enumerated() {
      basisRows.typed(Float.self)[index] = value
    }
    let stride = VectorLayout.floatStride(dimension)
    let group = OutlineEncoder.groupLimit
    let padded = GuardedMemory(byteCount: group * stride * 4)
    var encoder = OutlineEncoder(basis: basis, dimension: dimension)
    var (wordCount, factorCount) = (0, 0)
    for first in Swift.stride(from: 0, to: vectors.count, by: group) {
      let rows = first..<min(first + group, vectors.count)
      for row in rows {
        for (index, value) in vectors[row].enumerated() {
          padded.typed(Float.self)[(row - first) * stride + index] = value
        }
      }
      encoder.encode(rows) { UnsafePointer(padded.typed(Float.self) + ($0 - first) * stride) }
      for word in encoder.words {
        words.typed(UInt32.self)[wordCount] = word
        wordCount += 1
      }
      for factor in encoder.factors {
        factors.typed(UInt16.self)[factorCount] = factor
        factorCount += 1
      }
    }
  }

  /// Columns of any bits.
  init(garbage seed: UInt64, rowCount: Int, dimension: Int) {
    var random = SeededGenerator(seed: seed)
    width = OutlineLayout.widthLimit(dimension)
    let blocks = OutlineLayout.blockCount(rowCount)
    let sizes = [
      blocks * OutlineLayout.blockWordCount(width: width) * 4,
      blocks * OutlineLayout.blockFactorCount * 2,
      width * VectorLayout.floatStride(dimension) * 4,
    ]
    let columns = sizes.map { GuardedMemory(byteCount: $0) }
    for (column, size) in zip(columns, sizes) {
      for index in 0..<size { column.typed(UInt8.self)[index] = UInt8(random.next() & 255) }
    }
    (words, factors, basisRows) = (columns[0], columns[1], columns[2])
  }

  /// The basis of a space that holds most of 32 random directions.
  static func basis(_ dimension: Int, seed: UInt64) -> OutlineBasis {
    var random = SeededGenerator(seed: seed)
    return OutlineBasis(
      moments: moments((0..<32).map { _ in ExactSearchData.unit(dimension, &random) }),
      dimension: dimension)!
  }

  /// The sums of the products of components.
  static func moments(_ vectors: [[Float]]) -> [Float] {
    let dimension = vectors[0].count
    var moments = [Float](repeating: 0, count: dimension * dimension)
    moments.withUnsafeMutableBufferPointer { moments in
      for vector in vectors {
        for row in 0..<dimension {
          let value = vector[row]
          for column in 0..<dimension {
            moments[row * dimension + column] += value * vector[column]
          }
        }
      }
    }
    return moments
  }

  var rows: OutlineRows {
    OutlineRows(
      width: width, words: words.typed(UInt32.self), factors: factors.typed(UInt16.self),
      basis: basisRows.typed(Float.self))
  }
}

extension VectorRows {
  /// The same rows with outlines.
  func with(_ outlines: OutlineRows) -> VectorRows {
    var rows = self
    rows.outlines = outlines
    return rows
  }
}
