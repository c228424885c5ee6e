import CVectorKernels
import LinearAlgebra
import Platform

/// An orthonormal basis of the space in which the rows of a segment are outlined: near that of the
/// greatest eigenvalues of their second moments, by subspace iteration.
struct OutlineBasis {
  /// How many vectors it has.
  let width: Int
  /// `[width][floatStride]`, the padding zero.
  let vectors: [Float]

  /// Part of the rows' energy that the space is to hold, and what it must hold at least: below that
  /// too many rows cannot be told from the nearest by their outlines.
  private static let wanted = 0.85
  private static let needed = 0.75
  private static let rounds = 4

  /// - Parameters:
  ///   - moments: `[dimension][dimension]`, the sum of the products of the rows' components.
  ///   - dimension: At least ``OutlineLayout/dimensionMinimum``.
  /// - Returns: nil where no space of few components holds enough.
  init?(moments: [Float], dimension: Int, kernels: VectorKernels = .current) {
    precondition(moments.count == dimension * dimension, "not a square matrix")
    var total = 0.0
    for index in 0..<dimension { total += Double(moments[index * dimension + index]) }
    guard total.isFinite, total > 0 else { return nil }
    let limit = OutlineLayout.widthLimit(dimension)
    var frame = Frame(count: limit, dimension: dimension, kernels: kernels)
    guard frame.orthonormalise() else { return nil }
    for _ in 0..<Self.rounds {
      frame.multiply(by: moments)
      guard frame.orthonormalise() else { return nil }
    }
    // The first vectors have the most.
    var held = 0.0
    var width = 0
    for (index, energy) in frame.energies(of: moments).enumerated() {
      held += energy / total
      guard (index + 1) % OutlineLayout.widthStep == 0 else { continue }
      width = index + 1
      if held >= Self.wanted { break }
    }
    guard held >= Self.needed else { return nil }
    frame.keep(width)
    frame.turn()
    guard frame.skew() <= CK_OUTLINE_SKEW else { return nil }
    self.width = width
    vectors = frame.vectors
  }
}

/// Vectors that become a basis.
private struct Frame {
  let dimension: Int
  let stride: Int
  let kernels: VectorKernels
  private(set) var count: Int
  private(set) var vectors: [Float]
  private var random = SeededGenerator(seed: 2)

  init(count: Int, dimension: Int, kernels: VectorKernels) {
    self.dimension = dimension
    stride = VectorLayout.floatStride(dimension)
    self.kernels = kernels
    self.count = count
    vectors = [Float](repeating: 0, count: count * stride)
    for index in 0..<count { scatter(index) }
  }

  /// Puts a random vector at a place.
  private mutating func scatter(_ index: Int) {
    for place in 0..<dimension {
      vectors[index * stride + place] = random.next() & 1 == 0 ? 1 : -1
    }
  }

  /// Multiplies each vector by a symmetric matrix `[dimension][dimension]`.
  mutating func multiply(by matrix: [Float]) {
    let product = product(with: matrix)
    for index in 0..<count {
      for place in 0..<dimension {
        vectors[index * stride + place] = product[index * dimension + place]
      }
    }
  }

  private func product(with matrix: [Float]) -> [Float] {
    var product = [Float](repeating: 0, count: count * dimension)
    unsafe vectors.withUnsafeBufferPointer { vectors in
      unsafe matrix.withUnsafeBufferPointer { matrix in
        unsafe product.withUnsafeMutableBufferPointer { product in
          unsafe MatrixProduct.timesTransposed(
            .init(vectors.baseAddress!, rows: count, columns: dimension, stride: stride),
            .init(matrix.baseAddress!, rows: dimension, columns: dimension, stride: dimension),
            into: product.baseAddress!)
        }
      }
    }
    return product
  }

  /// For each vector v of the matrix M the product v · Mv.
  func energies(of matrix: [Float]) -> [Double] {
    let product = product(with: matrix)
    return (0..<count).map { index in
      var sum = 0.0
      for place in 0..<dimension {
        sum += Double(product[index * dimension + place]) * Double(vectors[index * stride + place])
      }
      return sum
    }
  }

  /// The products of the first `end` vectors with vector `index`.
  private func products(_ end: Int, with index: Int) -> [Double] {
    var wide = [Double](repeating: 0, count: stride)
    for place in 0..<dimension { wide[place] = Double(vectors[index * stride + place]) }
    var products = [Double](repeating: 0, count: end)
    guard end > 0 else { return [] }
    unsafe kernels.table.score_f32(
      vectors, stride, (0..<UInt32(end)).map { $0 }, end, wide, &products)
    return products
  }

  /// Makes the vectors orthogonal and of unit length, each in its turn; false where that fails.
  mutating func orthonormalise() -> Bool {
    for index in 0..<count {
      var attempts = 0
      var before = length(index)
      while true {
        guard before.isFinite, attempts < 20 else { return false }
        attempts += 1
        if !(before > 0) { scatter(index) }
        subtract(products(index, with: index), from: index)
        let after = length(index)
        // What is left of a vector that lost much is rounding: once more ("twice is enough").
        if after > 0.5 * before { break }
        if after > 0 { scale(index, by: 1 / after) }
        before = length(index)
      }
      scale(index, by: 1 / length(index))
    }
    return true
  }

  private func length(_ index: Int) -> Double {
    var square = 0.0
    for place in index * stride..<index * stride + dimension {
      square += Double(vectors[place]) * Double(vectors[place])
    }
    return square.squareRoot()
  }

  private mutating func scale(_ index: Int, by factor: Double) {
    for place in index * stride..<index * stride + dimension {
      vectors[place] = Float(Double(vectors[place]) * factor)
    }
  }

  /// Subtracts from a vector the multiples of those before it.
  private mutating func subtract(_ multiples: [Double], from index: Int) {
    unsafe vectors.withUnsafeMutableBufferPointer { vectors in
      let target = unsafe vectors.baseAddress! + index * stride
      for (other, multiple) in multiples.enumerated() {
        let source = unsafe vectors.baseAddress! + other * stride
        let multiple = Float(multiple)
        for place in 0..<stride { unsafe target[place] -= multiple * source[place] }
      }
    }
  }

  /// Forgets all but the first vectors.
  mutating func keep(_ first: Int) {
    count = first
    vectors.removeLast(vectors.count - first * stride)
  }

  /// Turns the basis within its space, so that no component of an outline has more to say than
  /// others: codes of one scale then err the least.
  mutating func turn() {
    let rotation = VectorRotation(dimension: count)
    var column = [Float](repeating: 0, count: count)
    for place in 0..<dimension {
      for index in 0..<count { column[index] = vectors[index * stride + place] }
      let turned = rotation.applied(to: column, kernels: kernels)
      for index in 0..<count { vectors[index * stride + place] = turned[index] }
    }
  }

  /// How far the vectors are from an orthonormal basis.
  func skew() -> Double {
    var square = 0.0
    for index in 0..<count {
      let products = products(index + 1, with: index)
      for (other, product) in products.enumerated() {
        let difference = product - (other == index ? 1 : 0)
        square += (other == index ? 1 : 2) * difference * difference
      }
    }
    return square.squareRoot()
  }
}
