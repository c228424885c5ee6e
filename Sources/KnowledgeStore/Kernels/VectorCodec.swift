import CVectorKernels

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

  /// Writes the codes of one vector and returns its factors; the same bits on every processor.
  ///
  /// - Parameters:
  ///   - vector: `[dimension]` finite Float32 of any length; NaN and infinity are the caller's to
  ///     refuse (they give meaningless factors, nothing worse).
  ///   - dimension: 1...``VectorLayout/dimensionLimit``.
  ///   - codes: Receives ``VectorLayout/codeStride(_:)`` bytes, padding included.
  @unsafe static func encode(
    _ vector: UnsafePointer<Float>, dimension: Int, codes: UnsafeMutablePointer<UInt8>,
    kernels: VectorKernels = .current
  ) -> Factors {
    precondition(
      (1...VectorLayout.dimensionLimit).contains(dimension),
      "dimension must be within 1...\(VectorLayout.dimensionLimit)")
    let factors = unsafe kernels.table.encode_f32(
      vector, dimension, codes, VectorLayout.codeStride(dimension))
    return Factors(scale: factors.scale, error: factors.error, norm: factors.norm)
  }
}
