import CVectorKernels
import Platform

/// The random rotation of vectors of one dimension, before they become one-bit codes, in segments
/// and in graphs. It is a part of the file formats (FORMAT.md, section 4): the same for ever.
struct VectorRotation {
  /// Components of a rotated vector.
  let width: Int
  private let flips: [UInt32]

  /// The dimension rounded up to whole words of codes.
  static func width(_ dimension: Int) -> Int { (dimension + 63) & ~63 }

  /// Makes the rotation of vectors of a dimension.
  init(dimension: Int) {
    let width = Self.width(dimension)
    self.width = width
    // From a fixed seed; nobody chooses vectors to spite it.
    var signs = SeededGenerator(seed: 0x4B4E_4F57_5349_474E)
    flips = (0..<Int(CK_ROTATION_ROUNDS) * width / 32).map { _ in
      UInt32(truncatingIfNeeded: signs.next())
    }
  }

  /// Turns `width` floats in place; `spare` has room for as many.
  @unsafe func apply(
    _ values: UnsafeMutablePointer<Float>, spare: UnsafeMutablePointer<Float>,
    kernels: VectorKernels
  ) {
    unsafe kernels.table.rotate_f32(values, spare, width, flips)
  }

  /// A vector of the dimension, padded with zeros and turned.
  func applied(to vector: [Float], kernels: VectorKernels) -> [Float] {
    var values = vector + [Float](repeating: 0, count: width - vector.count)
    unsafe values.withUnsafeMutableBufferPointer { values in
      unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { spare in
        unsafe apply(values.baseAddress!, spare: spare.baseAddress!, kernels: kernels)
      }
    }
    return values
  }
}
