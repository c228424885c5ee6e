import CVectorKernels

/// Some of the queries of a batch, prepared to be compared with blocks of rows together.
protocol LaneScan: AnyObject {
  /// Which queries of the batch: lane 0 is the first of them.
  var queries: Range<Int> { get }

  /// The scale of the query in `lane`.
  func scale(lane: Int) -> QueryScale

  /// Rows whose upper bound for the query in `lane` is below `threshold` are dropped from now on.
  func setThreshold(_ threshold: Float, lane: Int)

  /// Compares the rows with every lane; returns how many pairs are left in `survivors`. Lanes past
  /// the queries may show up and mean nothing.
  func scan(_ block: RowBlock, kernels: VectorKernels, survivors: borrowing SurvivorBuffer) -> Int
}

/// Rows of one source that are compared in one go.
///
/// `@safe` holds because the initialiser is `@unsafe`: `indices` has `count` row numbers of
/// `source`, in ascending order, and stays so while the value is in use.
@safe struct RowBlock {
  let source: VectorRows
  let indices: UnsafePointer<UInt32>
  let count: Int

  @unsafe init(source: VectorRows, indices: UnsafePointer<UInt32>, count: Int) {
    self.source = source
    unsafe self.indices = indices
    self.count = count
  }

  /// Whether the rows are neighbours.
  var isContiguous: Bool {
    unsafe count > 0 && Int(indices[count - 1]) - Int(indices[0]) == count - 1
  }
}
