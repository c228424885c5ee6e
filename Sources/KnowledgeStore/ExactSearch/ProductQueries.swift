import CVectorKernels
import LinearAlgebra

/// Many queries in single precision, compared with rows by one matrix product a block: for
/// processors without a fast 8-bit dot product.
///
/// `@safe` holds because the memory is sized here and leaves only for the length of a call.
@safe final class ProductQueries: LaneScan {
  let queries: Range<Int>
  private let dimension: Int
  private let scales: [QueryScale]
  private let scaled: UnsafeMutablePointer<Float>
  private let gathered: UnsafeMutablePointer<Float>
  private let products: UnsafeMutablePointer<Float>
  private var residues: [Float]
  private var thresholds: [Float]

  /// - Parameters:
  ///   - batch: `[n][dimension]` Float32, row-major, n at least `queries.upperBound`.
  ///   - queries: Which of them.
  ///   - rowLimit: Rows in a block at most.
  init(
    _ batch: UnsafeBufferPointer<Float>, dimension: Int, queries: Range<Int>, rowLimit: Int
  ) {
    precondition(batch.count >= queries.upperBound * dimension)
    self.queries = queries
    self.dimension = dimension
    thresholds = Array(repeating: .infinity, count: queries.count)
    residues = []
    unsafe scaled = .allocate(capacity: queries.count * dimension)
    unsafe gathered = .allocate(capacity: rowLimit * VectorLayout.floatStride(dimension))
    unsafe products = .allocate(capacity: rowLimit * queries.count)
    scales = queries.map { query in
      unsafe QueryScale(batch.baseAddress! + query * dimension, dimension: dimension)
    }
    let unit = Double(dimension) * 0x1p-24
    let gamma = unit / (1 - unit)
    for (lane, query) in queries.enumerated() {
      let size = unsafe ck_scale_f32(
        batch.baseAddress! + query * dimension, dimension, scales[lane].factor,
        scaled + lane * dimension)
      residues.append(
        QueryScale.residue(size.lost + size.length * Float(gamma), length: size.length))
    }
  }

  deinit {
    unsafe scaled.deallocate()
    unsafe gathered.deallocate()
    unsafe products.deallocate()
  }

  func scale(lane: Int) -> QueryScale { scales[lane] }

  func setThreshold(_ threshold: Float, lane: Int) { thresholds[lane] = threshold }

  func scan(_ block: RowBlock, kernels: VectorKernels, survivors: borrowing SurvivorBuffer) -> Int {
    precondition(block.count * queries.count <= survivors.capacity, "no room for the survivors")
    let stride = VectorLayout.floatStride(dimension)
    var vectors = unsafe block.source.vectors
    if block.isContiguous {
      unsafe vectors += Int(block.indices[0]) * stride
    } else {
      for place in 0..<block.count {
        unsafe (gathered + place * stride).update(
          from: block.source.vectors + Int(block.indices[place]) * stride, count: stride)
      }
      unsafe vectors = UnsafePointer(gathered)
    }
    unsafe MatrixProduct.timesTransposed(
      MatrixProduct.Matrix(vectors, rows: block.count, columns: dimension, stride: stride),
      MatrixProduct.Matrix(scaled, rows: queries.count, columns: dimension, stride: dimension),
      into: products)
    var columns = unsafe block.source.columns
    var output = unsafe survivors.columns
    return unsafe kernels.table.sift_f32(
      &columns, block.indices, block.count, products, queries.count, residues, thresholds,
      QueryScale.floor, &output)
  }
}
