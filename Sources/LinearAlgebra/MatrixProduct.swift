import CBLAS
import Glibc

/// Products of single-precision matrices, by BLAS, on the calling thread.
public enum MatrixProduct {
  /// A lent row-major matrix.
  ///
  /// `@safe` holds because only the initialiser takes a pointer and it is `@unsafe`: the caller
  /// promises `rows` rows of `columns` readable floats, `stride` floats apart, while the value is
  /// in use.
  @safe public struct Matrix {
    let base: UnsafePointer<Float>
    let rows: Int
    let columns: Int
    let stride: Int

    /// Lends `rows` x `columns` floats, `stride` floats from row to row.
    @unsafe public init(_ base: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int) {
      precondition(rows >= 0 && columns >= 0 && stride >= columns, "rows overlap")
      precondition(max(rows, stride) <= Int(Int32.max), "BLAS counts in 32 bits")
      unsafe self.base = base
      self.rows = rows
      self.columns = columns
      self.stride = stride
    }
  }

  /// Writes `a * bᵀ`: the inner products of the rows of `a` with the rows of `b`.
  ///
  /// The error of an element is at most `n * 2^-24 / (1 - n * 2^-24)` times the sum of the
  /// magnitudes of its n products, in whatever order BLAS adds (Higham, Accuracy and Stability
  /// of Numerical Algorithms, section 3.1).
  ///
  /// - Parameters:
  ///   - a: `[m][n]`.
  ///   - b: `[k][n]`.
  ///   - products: Receives `[m][k]` floats, row-major, without padding.
  @unsafe public static func timesTransposed(
    _ a: Matrix, _ b: Matrix, into products: UnsafeMutablePointer<Float>
  ) {
    precondition(a.columns == b.columns, "the matrices differ in columns")
    guard a.rows > 0, b.rows > 0 else { return }
    _ = oneThread
    unsafe cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(a.rows), Int32(b.rows), Int32(a.columns), 1,
      a.base, Int32(a.stride), b.base, Int32(b.stride), 0, products, Int32(b.rows))
  }

  /// OpenBLAS would start a thread per core for each large product; threads are the caller's. Its
  /// setter is not part of the BLAS interface, so it is looked up, and other libraries do without.
  private static let oneThread: Void = {
    guard let symbol = unsafe dlsym(nil, "openblas_set_num_threads") else { return }
    let set = unsafe unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Void).self)
    set(1)
  }()
}
