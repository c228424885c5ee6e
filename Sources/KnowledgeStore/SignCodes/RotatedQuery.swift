import CVectorKernels
import Glibc

/// A query as scans of one-bit codes take it: brought near unit size and rotated, once a search.
struct RotatedQuery {
  /// `[width]`.
  let values: [Float]

  /// - Parameter scale: What the query is multiplied by, as in the scan of int8 codes.
  init(_ query: UnsafeBufferPointer<Float>, scale: QueryScale, kernels: VectorKernels) {
    var scaled = [Float](repeating: 0, count: query.count)
    _ = unsafe ck_scale_f32(query.baseAddress!, query.count, scale.factor, &scaled)
    values = VectorRotation(dimension: query.count).applied(to: scaled, kernels: kernels)
  }
}

/// How far the estimates from one-bit codes are trusted.
///
/// The error of an estimate, over the random rotation, is close to a normal distribution whose
/// deviation is known for each row. A row whose score reaches the k-th best is overlooked only if
/// its estimate lies more than ``above`` deviations too low, so `above` is the quantile of the
/// recall target, whatever the data: what lies well above the k-th best is safer still.
struct SignTrust {
  /// Deviations added for the upper bound.
  let above: Double
  /// Deviations subtracted for the guess of a score that k rows reach. It costs time only: a guess
  /// that proves too high is followed by another scan.
  let below: Double

  /// - Parameter recallTarget: Part of the true answer to be found on average, above 0, below 1.
  init(recallTarget: Double, below: Double = 1.25) {
    above = max(0, Self.quantile(recallTarget))
    self.below = below
  }

  /// The quantile of the standard normal distribution, to 5e-4 (Hastings, Approximations for
  /// Digital Computers, 1955, sheet 67).
  static func quantile(_ probability: Double) -> Double {
    let tail = max(min(probability, 1 - probability), 1e-12)
    let t = (-2 * log(tail)).squareRoot()
    let top = 2.515517 + t * (0.802853 + t * 0.010328)
    let bottom = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    let value = t - top / bottom
    return probability < 0.5 ? -value : value
  }
}

/// A query against the signs of one segment.
final class SignQuery {
  private let tables: [UInt8]
  private let scale: ck_sign_scale
  private let along: Float
  private let base: Float
  /// Deviation of the error for a row of multiplier 1.
  private let deviation: Float
  private let trust: SignTrust
  private let width: Int

  init(_ query: RotatedQuery, signs: SignRows, trust: SignTrust) {
    let width = query.values.count
    self.width = width
    self.trust = trust
    // The part of the query along the centre meets the exact product that is kept with each row;
    // only the rest of it meets the signs.
    var product = 0.0
    var square = 0.0
    for index in 0..<width {
      let component = unsafe Double(signs.centre[index])
      product += component * Double(query.values[index])
      square += component * component
    }
    let along = square > 0 ? Float(product / square) : 0
    self.along = along.isFinite ? along : 0
    base = Float(product)
    var rest = query.values
    var length = 0.0
    for index in 0..<width {
      unsafe rest[index] -= self.along * signs.centre[index]
      length += Double(rest[index]) * Double(rest[index])
    }
    var tables = [UInt8](repeating: 0, count: width * 4)
    scale = unsafe ck_sign_tables(rest, width, &tables)
    self.tables = tables
    // A row's multiplier is |r| / (a √width) with a close to √(2/π), the mean of |cos| between a
    // random vector and its signs; the error deviates by |q| |r| √((1 − a²) / a²) / √(width − 1).
    let spread = (1 - 2 / Double.pi) * Double(width) / Double(width - 1)
    deviation = Float((spread * length).squareRoot())
  }

  /// Scans rows of `source`, which has the signs that the query was made for; returns how many
  /// were kept.
  ///
  /// - Parameter output: Has room for all rows, and what kernels may touch beyond.
  @unsafe func scan(
    _ source: VectorRows, _ signs: SignRows, rows: Range<Int>, threshold: Float,
    kernels: VectorKernels, into output: ck_survivors
  ) -> Int {
    precondition(rows.upperBound <= source.count, "rows outside the source")
    return unsafe tables.withUnsafeBufferPointer { tables in
      var columns = unsafe signs.columns(width: width)
      var output = unsafe output
      var query = unsafe ck_sign_query(
        tables: tables.baseAddress!, step: scale.step, shift: scale.shift, along: along,
        base: base, above: deviation * Float(trust.above), below: deviation * Float(trust.below))
      return unsafe kernels.table.scan_signs(
        &columns, rows.lowerBound, rows.count, source.live, &query, threshold, &output)
    }
  }
}
