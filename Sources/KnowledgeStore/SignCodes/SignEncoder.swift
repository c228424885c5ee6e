import CVectorKernels

/// Turns vectors into one-bit codes, a block of rows at a time.
struct SignEncoder {
  /// The rotated centre, `[width]`.
  let centre: [Float]
  private let dimension: Int
  private let kernels: VectorKernels
  private let rotation: VectorRotation
  private var rotated: [Float]
  private var spare: [Float]
  private(set) var words: [UInt32]
  private(set) var factors: [Float]

  /// - Parameters:
  ///   - mean: `[dimension]`, what the codes are taken relative to: the mean of the rows gives the
  ///     least error, any other finite vector a greater one.
  init(mean: [Float], kernels: VectorKernels = .current) {
    dimension = mean.count
    self.kernels = kernels
    rotation = VectorRotation(dimension: mean.count)
    let width = rotation.width
    spare = [Float](repeating: 0, count: width)
    words = [UInt32](repeating: 0, count: SignLayout.blockWordCount(mean.count))
    factors = [Float](repeating: 0, count: SignLayout.blockFactorCount)
    rotated = rotation.applied(to: mean, kernels: kernels)
    centre = rotated
  }

  /// Begins the next block: all its rows are zero.
  mutating func beginBlock() {
    for index in words.indices { words[index] = 0 }
    for index in factors.indices { factors[index] = 0 }
  }

  /// Encodes a vector of `dimension` floats as a row of the block, `0..<64`.
  @unsafe mutating func encode(_ vector: UnsafePointer<Float>, row: Int) {
    precondition((0..<SignLayout.blockRowCount).contains(row), "row outside the block")
    for index in 0..<dimension { unsafe rotated[index] = vector[index] }
    for index in dimension..<rotation.width { rotated[index] = 0 }
    let code = unsafe rotated.withUnsafeMutableBufferPointer { rotated in
      unsafe spare.withUnsafeMutableBufferPointer { spare in
        unsafe words.withUnsafeMutableBufferPointer { words in
          unsafe rotation.apply(
            rotated.baseAddress!, spare: spare.baseAddress!, kernels: kernels)
          return unsafe ck_sign_encode(
            rotated.baseAddress!, centre, rotation.width, words.baseAddress! + row)
        }
      }
    }
    factors[row] = code.multiplier
    factors[SignLayout.blockRowCount + row] = code.addend
  }
}
