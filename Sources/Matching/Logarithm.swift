import Glibc

/// Natural logarithms and the logistic function, from the C library.
enum Logarithm {
  @inline(__always) static func of(_ value: Float) -> Float { logf(value) }
  static func logistic(_ value: Float) -> Float { 1 / (1 + expf(-value)) }
}
