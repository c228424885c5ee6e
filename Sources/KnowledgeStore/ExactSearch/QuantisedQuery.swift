import CVectorKernels

/// A query as 16-bit integers, for scans of one query.
///
/// `@safe` holds because the memory is as long as the kernels' stride for the dimension, lives as
/// long as the value, and leaves only for the length of a closure.
@safe struct QuantisedQuery: ~Copyable {
  let scale: QueryScale
  private let whole: UnsafeMutablePointer<Int16>
  private let bytes: UnsafeMutablePointer<Int8>
  private let stride: Int
  private let quantised: ck_quantised

  /// - Parameter scale: That of the query, where it is known.
  init(_ query: UnsafeBufferPointer<Float>, scale: QueryScale? = nil) {
    let stride = VectorLayout.codeStride(query.count)
    self.stride = stride
    let scale = unsafe scale ?? QueryScale(query.baseAddress!, dimension: query.count)
    self.scale = scale
    unsafe whole = .allocate(capacity: stride)
    unsafe bytes = .allocate(capacity: 2 * stride)
    unsafe quantised = ck_quantise_f32(
      query.baseAddress!, query.count, scale.factor, Self.limit(dimension: query.count), whole,
      bytes, bytes + stride, stride)
  }

  deinit {
    unsafe whole.deallocate()
    unsafe bytes.deallocate()
  }

  /// The largest magnitude for which the product with any row fits 32 bits; at most that of two
  /// signed bytes, 127 * 256 + 127.
  static func limit(dimension: Int) -> Int32 {
    Int32(min(32_639, Int(Int32.max) / (127 * dimension)))
  }

  /// Lends the query as the kernels take it.
  func withColumns<Result>(_ body: (UnsafePointer<ck_query>) -> Result) -> Result {
    let length = QueryScale.length(quantised.length)
    var query = unsafe ck_query(
      high: bytes, low: bytes + stride, whole: whole, offset: quantised.offset,
      step: quantised.step, length: length,
      residue: QueryScale.residue(quantised.residue, length: length), floor: QueryScale.floor)
    return unsafe withUnsafePointer(to: &query) { unsafe body($0) }
  }
}
