/// Turns float vectors into the int8 codes that searches scan.
enum VectorCodec {
  /// What is kept beside the codes of one vector.
  struct Factors: Equatable {
    /// The worth of one code step: the largest magnitude in the vector, divided by 127.
    var scale: Float
    /// At least the Euclidean distance between the vector and `scale * code`.
    var error: Float
    /// At least the Euclidean length of `scale * code`.
    var norm: Float
  }

  /// Writes the codes of one vector and returns its factors.
  ///
  /// - Parameters:
  ///   - vector: `[dimension]` finite Float32 of any length; NaN and infinity are the caller's to
  ///     refuse (they give meaningless factors, nothing worse).
  ///   - dimension: 1...``VectorLayout/dimensionLimit``.
  ///   - codes: Receives ``VectorLayout/codeStride(_:)`` bytes, padding included.
  @unsafe static func encode(
    _ vector: UnsafePointer<Float>, dimension: Int, codes: UnsafeMutablePointer<UInt8>
  ) -> Factors {
    var largest: Float = 0
    for index in 0..<dimension { largest = unsafe max(largest, abs(vector[index])) }
    let scale = largest / 127
    let inverse = 127 / largest
    let usable = scale > 0 && inverse.isFinite
    var squaredError = 0.0
    var squaredCodes = 0
    for index in 0..<dimension {
      let value = unsafe vector[index]
      let code = usable ? Int(max(-127, min(127, (value * inverse).rounded(.toNearestOrEven)))) : 0
      let difference = Double(value) - Double(scale) * Double(code)
      squaredError += difference * difference
      squaredCodes += code * code
      unsafe codes[index] = UInt8(code + 128)
    }
    for index in dimension..<VectorLayout.codeStride(dimension) {
      unsafe codes[index] = VectorLayout.zeroCode
    }
    return Factors(
      scale: usable ? scale : 0, error: roundedUp(squaredError.squareRoot()),
      norm: roundedUp(Double(scale) * Double(squaredCodes).squareRoot()))
  }

  /// A Float that is at least `value`, whatever the rounding of the sum behind it (at most 4,096
  /// terms, so a relative error below 1e-12).
  static func roundedUp(_ value: Double) -> Float {
    let inflated = value * (1 + 1e-9)
    let nearest = Float(inflated)
    return Double(nearest) >= inflated ? nearest : nearest.nextUp
  }
}
