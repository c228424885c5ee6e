import CVectorKernels
import LinearAlgebra

/// Turns vectors into outlines, some blocks at a time.
struct OutlineEncoder {
  let basis: OutlineBasis
  private let dimension: Int
  private let stride: Int
  private var gathered: [Float]
  private var turned: [Float]
  /// `[blocks][width / 8][64]` of the rows encoded last.
  private(set) var words: [UInt32]
  /// `[blocks][4][64]` of the rows encoded last.
  private(set) var factors: [UInt16]

  /// Rows that are encoded in one go at most: whole blocks.
  static let groupLimit = 4 * OutlineLayout.blockRowCount

  init(basis: OutlineBasis, dimension: Int) {
    self.basis = basis
    self.dimension = dimension
    stride = VectorLayout.floatStride(dimension)
    gathered = [Float](repeating: 0, count: Self.groupLimit * stride)
    turned = [Float](repeating: 0, count: Self.groupLimit * basis.width)
    words = []
    factors = []
  }

  /// Encodes rows, the first at the beginning of a block; ``words`` and ``factors`` are theirs.
  ///
  /// - Parameter vector: The vector of each of `rows`, `[floatStride]`.
  @unsafe mutating func encode(_ rows: Range<Int>, _ vector: (Int) -> UnsafePointer<Float>) {
    precondition(rows.count <= Self.groupLimit, "more rows than are encoded in one go")
    let blocks = OutlineLayout.blockCount(rows.count)
    let width = basis.width
    words = [UInt32](
      repeating: 0, count: blocks * OutlineLayout.blockWordCount(width: width))
    factors = [UInt16](repeating: 0, count: blocks * OutlineLayout.blockFactorCount)
    unsafe gathered.withUnsafeMutableBufferPointer { gathered in
      for (place, row) in rows.enumerated() {
        unsafe (gathered.baseAddress! + place * stride).update(from: vector(row), count: stride)
      }
    }
    unsafe gathered.withUnsafeBufferPointer { gathered in
      unsafe basis.vectors.withUnsafeBufferPointer { basis in
        unsafe turned.withUnsafeMutableBufferPointer { turned in
          unsafe MatrixProduct.timesTransposed(
            .init(gathered.baseAddress!, rows: rows.count, columns: dimension, stride: stride),
            .init(basis.baseAddress!, rows: width, columns: dimension, stride: stride),
            into: turned.baseAddress!)
        }
      }
      for place in 0..<rows.count {
        let (block, row) = place.quotientAndRemainder(dividingBy: OutlineLayout.blockRowCount)
        let first = block * OutlineLayout.blockWordCount(width: width) + row
        let code = unsafe turned.withUnsafeBufferPointer { turned in
          unsafe words.withUnsafeMutableBufferPointer { words in
            unsafe ck_outline_encode(
              gathered.baseAddress! + place * stride, dimension,
              turned.baseAddress! + place * width, width, words.baseAddress! + first)
          }
        }
        for (number, factor) in [code.scale, code.error, code.norm, code.tail].enumerated() {
          factors[
            block * OutlineLayout.blockFactorCount + number * OutlineLayout.blockRowCount + row] =
            factor
        }
      }
    }
  }
}
