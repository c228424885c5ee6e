/// How the vector columns of a segment or of the delta lie in memory (FORMAT.md, "Vectors").
///
/// Rows are padded so that kernels read whole registers and never need a tail: float rows to 16
/// elements with zeros, code rows to 64 bytes with ``zeroCode``.
enum VectorLayout {
  /// The largest dimension that the kernels accept; integer sums of the codes fit 32 bits up to it.
  static let dimensionLimit = 4096
  /// The code of the value 0: codes are stored as `code + 128`, offset binary.
  static let zeroCode: UInt8 = 128

  /// Floats from one row of `vectors` to the next.
  static func floatStride(_ dimension: Int) -> Int { (dimension + 15) & ~15 }

  /// Bytes from one row of `codes` to the next.
  static func codeStride(_ dimension: Int) -> Int { (dimension + 63) & ~63 }

  /// 64-bit words of a bitmap with one bit per row.
  static func bitmapWords(_ count: Int) -> Int { (count + 63) >> 6 }
}
