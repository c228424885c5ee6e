import CVectorKernels

/// The power of two that brings a query near unit size, and rounding allowances that hold there.
///
/// Scans run on `factor * query`: scores keep their order, and no product in a bound overflows or
/// loses bits near zero unless the row itself is beyond about 1e±30 (then bounds are infinite or
/// ``floor`` hides them, and the row is scored in Double instead).
struct QueryScale {
  /// A power of two.
  let factor: Double

  /// Absolute allowance for underflow in a bound.
  static let floor: Float = 0x1p-120
  /// Relative allowance for the handful of roundings in a bound, each at most 2^-24.
  static let rounding: Float = 0x1p-20

  /// Measures a query.
  init(_ query: UnsafePointer<Float>, dimension: Int) {
    let largest = unsafe ck_largest_f32(query, dimension)
    let exponent = largest.isFinite && largest > 0 ? Int(largest.exponent) : 0
    factor = Double(sign: .plus, exponent: -exponent, significand: 1)
  }

  /// A score in the units of the scan, rounded down.
  func lowered(_ score: Double) -> Float {
    let scaled = score * factor
    let nearest = Float(scaled)
    return Double(nearest) > scaled ? nearest.nextDown : nearest
  }

  /// `length` for the kernels, from an upper bound of the query's length.
  static func length(_ length: Float) -> Float { length * (1 + rounding) }

  /// `residue` for the kernels: the distance of the query from its codes, and what rounding adds
  /// in proportion to the estimate.
  static func residue(_ residue: Float, length: Float) -> Float {
    (residue + length * rounding) * (1 + rounding)
  }
}
