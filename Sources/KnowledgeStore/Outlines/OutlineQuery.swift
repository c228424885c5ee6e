import CVectorKernels

/// A query turned into the space of one segment's outlines.
///
/// `@safe` holds because the only pointer, that to the codes, is set for the length of a call.
@safe struct OutlineQuery {
  private let codes: [Int8]
  private let query: ck_outline_query
  let outlines: OutlineRows

  /// - Parameters:
  ///   - query: `[d]` Float32, finite.
  ///   - scale: What scans multiply it by.
  init(
    _ query: UnsafeBufferPointer<Float>, scale: QueryScale, outlines: OutlineRows,
    kernels: VectorKernels
  ) {
    self.outlines = outlines
    let width = outlines.width
    let stride = VectorLayout.floatStride(query.count)
    var wide = [Double](repeating: 0, count: stride)
    var square = 0.0
    for index in 0..<query.count {
      // Times a power of two: exact.
      let value = unsafe Double(query[index]) * scale.factor
      wide[index] = value
      square += value * value
    }
    var turned = [Double](repeating: 0, count: width)
    unsafe kernels.table.score_f32(
      outlines.basis, stride, (0..<UInt32(width)).map { $0 }, width, wide, &turned)
    var largest = 0.0
    var inside = 0.0
    for value in turned {
      largest = max(largest, abs(value))
      inside += value * value
    }
    let step = Float(largest / 127)
    let inverse = step > 0 ? 1 / Double(step) : 0
    var codes = [Int8](repeating: 0, count: width)
    var sum: Int32 = 0
    var residue = 0.0
    for index in 0..<width {
      // The order of the two turns what is not a number into a number.
      let scaled = max(-127, min(127, (turned[index] * inverse).rounded()))
      let code = Int8(exactly: scaled) ?? 0
      let difference = turned[index] - Double(step) * Double(code)
      codes[index] = code
      sum += Int32(code)
      residue += difference * difference
    }
    self.codes = codes
    // Sums in Double err by less than 2^-40 of the query's length each.
    let length = square.squareRoot()
    let outside = square * (1 + 0x1p-40) - inside * (1 - CK_OUTLINE_SKEW - 0x1p-40)
    let most = QueryScale.length(Float(inside.squareRoot() + length * 0x1p-40).nextUp)
    unsafe self.query = ck_outline_query(
      codes: nil, offset: 15 * sum, step: step / 2, length: most,
      rest: QueryScale.length(Float(max(0, outside).squareRoot()).nextUp),
      residue: QueryScale.residue(
        Float(residue.squareRoot() + length * 0x1p-40).nextUp, length: most),
      floor: QueryScale.floor)
  }

  /// Scans rows of `source`, which has the outlines that the query was made for; returns how many
  /// were kept.
  ///
  /// - Parameter output: Has room for all rows, and what kernels may touch beyond.
  @unsafe func scan(
    _ source: VectorRows, rows: Range<Int>, threshold: Float, kernels: VectorKernels,
    into output: ck_survivors
  ) -> Int {
    precondition(rows.upperBound <= source.count, "rows outside the source")
    return unsafe codes.withUnsafeBufferPointer { codes in
      var columns = unsafe outlines.columns
      var output = unsafe output
      var query = unsafe query
      unsafe query.codes = codes.baseAddress
      return unsafe kernels.table.scan_outlines(
        &columns, rows.lowerBound, rows.count, source.live, &query, threshold, &output)
    }
  }
}
