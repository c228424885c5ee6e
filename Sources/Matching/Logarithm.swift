import Glibc

/// Logarithms, exponentials and the logistic function, from the C library.
enum Logarithm {
  @inline(__always) static func of(_ value: Float) -> Float { logf(value) }
  static func exponential(_ value: Float) -> Float { expf(value) }
  static func logistic(_ value: Float) -> Float { 1 / (1 + expf(-value)) }
}
